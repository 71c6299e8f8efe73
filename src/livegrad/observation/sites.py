"""Activation calls, seen while they run: a function mode, pushed only on the steps that are measured.

A module's own forward and a functional call (``F.relu(x)``, ``x.sigmoid()``) look alike here, which module
hooks could not achieve. For each call the pre-activation and the slope there are reduced to a few numbers at once
(an in-place activation overwrites its input), kept on the device, and read together after the step.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from livegrad import functions
from livegrad.observation import signals
from livegrad.observation.rung import wide

MOST_ENTRIES = 1 << 18
"""Of a larger activation only the first samples are measured."""
CORRELATED_SAMPLES = 32
LOST_SHARE = 1e-6
"""A slope of exactly 0 is lost to the arithmetic if the true one is at least this share of the greatest: float32 keeps
all of these, so only the 16-bit formats are asked."""
SATURATED_SHARE = 0.05
"""A bounded function counts as saturated where its slope is under this share of its greatest slope."""

_METHODS = {
    "relu": ("relu", "relu_"),
    "sigmoid": ("sigmoid", "sigmoid_"),
    "tanh": ("tanh", "tanh_"),
}
_FUNCTIONALS = {
    "relu": ("relu", "relu_"),
    "relu6": ("relu6",),
    "leaky_relu": ("leaky_relu", "leaky_relu_"),
    "prelu": ("prelu",),
    "elu": ("elu", "elu_"),
    "selu": ("selu", "selu_"),
    "celu": ("celu", "celu_"),
    "gelu": ("gelu",),
    "swish": ("silu",),
    "mish": ("mish",),
    "softplus": ("softplus",),
    "softsign": ("softsign",),
    "hardtanh": ("hardtanh", "hardtanh_"),
    "hardsigmoid": ("hardsigmoid",),
    "hardswish": ("hardswish",),
    "logsigmoid": ("logsigmoid",),
    "sigmoid": ("sigmoid",),
    "tanh": ("tanh",),
}
_SEQUENCES = ("lstm", "gru", "rnn_tanh", "rnn_relu")


@dataclass
class Site:
    """One activation call, reduced: 0-d tensors, but for `asleep` (one truth value for each unit)."""

    activation: str
    samples: int
    mean: torch.Tensor
    spread: torch.Tensor
    slope: torch.Tensor
    asleep: torch.Tensor
    correlation: torch.Tensor
    saturated: torch.Tensor | None
    lost: torch.Tensor | None


class Watching(TorchFunctionMode):
    """The mode: `sites` maps autograd's node of an activation to what was seen there.

    Args:
        sites: Filled as activations run; keyed by the node, so that the graph walk finds it again.
        through_time: Called with (first weight of a recurrent call, log10-able norms by time step) when the gradient
            of its input sequence is known.
    """

    def __init__(
        self, sites: dict[Any, Site], through_time: Callable[[torch.Tensor, torch.Tensor], None]
    ) -> None:
        super().__init__()
        self._sites, self._through_time = sites, through_time
        self.seconds = 0.0

    def __torch_function__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        del types
        kwargs = kwargs or {}
        identifier = _ACTIVATION_OF.get(func)
        if identifier is not None and args and torch.is_grad_enabled():
            return self._activation(identifier, func, args, kwargs)
        if func in _RECURRENT and torch.is_grad_enabled():
            args = self._with_watched_input(args)
        return func(*args, **kwargs)

    def _activation(
        self, identifier: str, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        x = args[0]
        site = None
        if (
            isinstance(x, torch.Tensor)
            and x.is_floating_point()
            and x.requires_grad
            and x.dim()
            and x.numel()
        ):
            began = time.perf_counter()
            site = signals.guarded(measure)(identifier, x, args[1:], kwargs)
            self.seconds += time.perf_counter() - began
        result = func(*args, **kwargs)
        if site is not None and result.grad_fn is not None:
            self._sites[result.grad_fn] = site
        return result

    def _with_watched_input(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The same call on an alias of the input sequence that tells its gradient, step by step in time.

        The gradient that reaches the input of time step t is the error signal of that step, sent back through the
        input weights, whatever kernel runs the recurrence.
        """
        if len(args) != 9 or not isinstance(args[2], (list, tuple)):
            return args
        x, weights, batch_first = args[0], args[2], bool(args[8])
        alias = x.view_as(x) if x.requires_grad else x.detach().requires_grad_()
        time_axis = 1 if batch_first and x.dim() > 2 else 0

        def told(gradient: torch.Tensor) -> None:
            other = [d for d in range(gradient.dim()) if d != time_axis]
            self._through_time(
                weights[0], torch.linalg.vector_norm(gradient.detach().float(), dim=other)
            )

        alias.register_hook(signals.guarded(told))
        return (alias, *args[1:])


@torch.no_grad()
def measure(
    identifier: str,
    x: torch.Tensor,
    more: tuple[Any, ...] = (),
    settings: dict[str, Any] | None = None,
) -> Site:
    """Reduce one activation call on ``x`` of shape (batch, ..., units) or (batch, channels, ...)."""
    x = x.detach()
    rows = max(1, MOST_ENTRIES // max(1, x[0].numel())) if x.dim() > 1 else x.numel()
    x = x[:rows] if x.shape[0] > rows else x
    slope = _slope(identifier, x, more, settings or {}).abs_()
    unit_axis = 1 if x.dim() in (2, 4, 5) else x.dim() - 1
    others = [d for d in range(x.dim()) if d != unit_axis]
    values, slope = wide(x), wide(slope)
    variance, mean = torch.var_mean(values, correction=0)
    limit = _saturation_slope(identifier)
    return Site(
        activation=identifier,
        samples=x.shape[0],
        mean=mean,
        spread=variance.sqrt(),
        slope=torch.linalg.vector_norm(slope) / math.sqrt(slope.numel()),
        asleep=(slope.amax(dim=others) if others else slope) == 0,
        correlation=_correlation(
            values[:CORRELATED_SAMPLES].flatten(1) if x.dim() > 1 else values[:, None]
        ),
        saturated=(slope < limit).float().mean() if limit else None,
        lost=_lost(identifier, x, slope, (more, settings or {})) if x.element_size() < 4 else None,
    )


def _slope(
    identifier: str, x: torch.Tensor, more: tuple[Any, ...], settings: dict[str, Any]
) -> torch.Tensor:
    """f′(x) as PyTorch's own backward computes it, in the call's own precision: what the training really uses.

    For the three commonest functions that is one line (sigmoid and tanh from their rounded results, as PyTorch does);
    for all others autograd is asked.
    """
    if identifier == "relu":
        return (x > 0).to(x.dtype)
    if identifier == "sigmoid":
        y = wide(torch.sigmoid(x))
        return y * (1 - y)
    if identifier == "tanh":
        y = wide(torch.tanh(x))
        return 1 - y * y
    settings = {k: v for k, v in settings.items() if k != "inplace"}
    more = tuple(
        m.detach() if isinstance(m, torch.Tensor) else m for m in more if not isinstance(m, bool)
    )
    with torch.enable_grad():
        leaf = x.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(_PLAIN[identifier](leaf, *more, **settings).sum(), leaf)
    return gradient


def _lost(
    identifier: str,
    x: torch.Tensor,
    slope: torch.Tensor,
    call: tuple[tuple[Any, ...], dict[str, Any]],
) -> torch.Tensor:
    """Share of the entries whose slope a 16-bit result made 0, though float32 would not have."""
    more, settings = call
    more = tuple(wide(m) if isinstance(m, torch.Tensor) else m for m in more)
    true = _slope(identifier, x.float(), more, settings).abs()
    limit = LOST_SHARE * functions.elementwise(identifier).sup_slope
    return ((slope == 0) & (true >= limit)).float().mean()


def _correlation(z: torch.Tensor) -> torch.Tensor:
    """Mean cosine between different rows of ``z`` (samples, features).

    The sum over all pairs is the squared length of the sum of the unit rows; the rows with themselves give ``count``.
    """
    count = z.shape[0]
    unit = functional.normalize(z, dim=1)
    return (unit.sum(0).square().sum() - count) / max(1, count * (count - 1))


@functools.cache
def _saturation_slope(identifier: str) -> float | None:
    f = functions.elementwise(identifier)
    return SATURATED_SHARE * f.sup_slope if f.bounded else None


def _tables() -> tuple[dict[Any, str], dict[str, Callable[..., torch.Tensor]]]:
    """All callables by which an activation may be called, and the plain (out-of-place) one of each."""
    known: dict[Any, str] = {}
    plain: dict[str, Callable[..., torch.Tensor]] = {}
    for identifier, names in _FUNCTIONALS.items():
        plain[identifier] = getattr(functional, names[0])
        for name in names:
            for owner in (functional, torch):
                if hasattr(owner, name):
                    known[getattr(owner, name)] = identifier
    for identifier, names in _METHODS.items():
        plain[identifier] = getattr(torch, names[0])
        known |= {getattr(torch.Tensor, name): identifier for name in names}
        known |= {getattr(torch, name): identifier for name in names}
    return known, plain


_ACTIVATION_OF, _PLAIN = _tables()
_RECURRENT = {getattr(torch, name) for name in _SEQUENCES}


def identify(func: Any) -> str | None:
    """Return the catalogue id of the activation that a torch callable computes, or ``None``."""
    return _ACTIVATION_OF.get(func)
