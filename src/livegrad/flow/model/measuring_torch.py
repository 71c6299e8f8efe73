"""What really reaches every layer of a model: one forward and one backward pass on one minibatch."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from livegrad.flow.model.run_torch import bare, batch_of, loss_of, run, titled, undisturbed
from livegrad.flow.model.signal import Signal
from livegrad.flow.model.tape import Rung, Tape, followed_by
from livegrad.flow.model.tracing_torch import Shown
from livegrad.flow.profile import FlowProfile, LayerFlow
from livegrad.flow.theory.shares import saturated_below
from livegrad.flow.verdict import judged
from livegrad.functions import Activation

__all__ = ["measure"]


@dataclass
class _Seen:
    """What was seen of one pre-activation."""

    rung: Rung
    signal: Signal
    square: float
    weight: Tensor | None
    gradients: list[Tensor] = field(default_factory=list)

    def add(self, gradient: Tensor) -> None:
        """Take the gradient of one of its tensors."""
        self.gradients.append(_square(gradient))

    @property
    def log10_gradient(self) -> float:
        """log₁₀ of the gradient's norm, once the loss was sent back."""
        return _log10(math.fsum(float(one) for one in self.gradients))


@dataclass(frozen=True)
class _Slopes:
    """What was seen of one activation's slopes."""

    activation: Activation
    dead: float
    saturated: float | None


class _Looking:
    """The observer: keeps numbers, and hooks that tell the gradients."""

    def __init__(self) -> None:
        self.layers: list[_Seen] = []
        self.slopes: dict[int, _Slopes] = {}

    def layer(
        self, rung: Rung, tensors: Sequence[Tensor], signal: Signal, weight: Tensor | None
    ) -> None:
        with torch.no_grad():
            square = float(tensors[0].detach().double().square().mean())
        seen = _Seen(rung, signal, square, weight)
        self.layers.append(seen)
        for tensor in tensors:
            # Told to this version of the tensor: an in-place activation makes another one.
            tensor.register_hook(seen.add)

    def activation(self, shown: Shown) -> None:
        if shown.number not in self.slopes and shown.x.numel():
            self.slopes[shown.number] = _slopes(shown)


def _square(gradient: Tensor) -> Tensor:
    # Squares of float32 underflow at 1e-23: the norm would be 0 although the gradient is not.
    return gradient.detach().double().square().sum()


def _slopes(shown: Shown) -> _Slopes:
    with torch.enable_grad():
        leaf = shown.x.clone().requires_grad_()
        (slope,) = torch.autograd.grad(shown.again(leaf).sum(), leaf)
    slope = slope.abs()
    others = [
        place
        for place, dimension in enumerate(shown.axes)
        if all(factor.role != "feature" for factor in dimension)
    ]
    asleep = (slope.amax(dim=others) if others else slope) == 0
    limit = saturated_below(shown.activation)
    return _Slopes(
        shown.activation,
        float(asleep.double().mean()),
        None if limit is None else float((slope < limit).double().mean()),
    )


def measure(
    model: nn.Module, batch: Any, loss_fn: Callable[..., Tensor] | None = None
) -> FlowProfile:
    """Measure how signal and gradient travel through a model, on one minibatch.

    The model is left as it was: parameters, gradients, buffers, random states, mode and hooks.

    Args:
        model: The network, on any device, in float64, float32 or shorter.
        batch: x, or (x, y); x of shape (batch, …), for recurrent layers without ``batch_first``
            (time, batch, features).
        loss_fn: From (output, y) to one number. Without it: cross-entropy where y holds class
            numbers, else a fixed random linear function of the output.

    Returns:
        A profile with one rung for every use of a layer with weights, in the order of the forward
        pass; recurrent layers have one for every time step. Gradients are of the given minibatch.

    Raises:
        BadInput: There is no tensor in the batch, no target for the loss, or no layer with weights.

    Example:
        >>> import torch
        >>> _ = torch.manual_seed(0)
        >>> net = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 2))
        >>> [layer.name for layer in measure(net, torch.randn(16, 4)).layers]
        ['0', '2']
    """
    began = time.perf_counter()
    model = bare(model)
    taken, looking = batch_of(model, batch), _Looking()
    loss = loss_of(taken, loss_fn)
    with undisturbed(model):
        found = run(model, taken, looking)
        weights = _gradients(loss.compute(found.output), found.asking)
    layers = _rungs(found.tape, looking, weights)
    return FlowProfile(
        title=titled(model, loss),
        source="measured",
        layers=layers,
        verdict=judged(layers),
        batch=taken.samples,
        seconds=time.perf_counter() - began,
    )


def _gradients(loss: Tensor, asking: Sequence[Tensor]) -> dict[int, float]:
    """Send the loss back, and return log₁₀ of each leaf's gradient norm, by id of the tensor."""
    found = torch.autograd.grad(loss, asking, allow_unused=True)
    return {
        id(leaf): -math.inf if gradient is None else _log10(float(_square(gradient)))
        for leaf, gradient in zip(asking, found, strict=True)
    }


def _log10(square: float) -> float:
    return 0.5 * math.log10(square) if square > 0 else -math.inf


def _rungs(tape: Tape, looking: _Looking, weights: dict[int, float]) -> tuple[LayerFlow, ...]:
    logs = [seen.log10_gradient for seen in looking.layers]
    own = [None if seen.weight is None else weights.get(id(seen.weight)) for seen in looking.layers]
    return tuple(_rung(tape, looking, place, logs, own) for place in range(len(looking.layers)))


def _rung(
    tape: Tape, looking: _Looking, place: int, logs: list[float], weights: list[float | None]
) -> LayerFlow:
    seen = looking.layers[place]
    met = followed_by(tape, seen.rung)
    slopes = None if met is None else looking.slopes.get(met[0])
    last, own, end = logs[-1], weights[place], weights[-1]
    factor = logs[place] - logs[place + 1] if place + 1 < len(logs) else math.nan
    return LayerFlow(
        name=seen.rung.name,
        kind=seen.rung.kind,
        activation=None if met is None else met[1].id,
        width=seen.rung.width,
        fan_in=seen.rung.fan_in,
        signal_variance=seen.square,
        correlation=seen.signal.correlation,
        log10_gradient=_over(logs[place], last),
        log10_weight_gradient=None if own is None or end is None else _over(own, end),
        chi=100**factor if math.isfinite(factor) and factor < 150 else None,
        dead=None if slopes is None else slopes.dead,
        saturated=None if slopes is None else slopes.saturated,
        source="measured",
    )


def _over(own: float, last: float) -> float:
    return own if own == -math.inf else own - last
