"""What theory expects of a real model, from its weights and one minibatch, before any training.

The model runs forward once; what it does is written down, and theory follows the record: forwards from the
first pre-activations as they really are, backwards from the gradient that the loss really sends to the last
layer. No gradient is sent through the model.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from livegrad.flow.model import prediction
from livegrad.flow.model.doubts import doubts_about
from livegrad.flow.model.moments_torch import moments
from livegrad.flow.model.reading_torch import tensors_in
from livegrad.flow.model.run_torch import (
    Loss,
    Run,
    bare,
    batch_of,
    loss_of,
    run,
    titled,
    undisturbed,
)
from livegrad.flow.model.signal import Gradient
from livegrad.flow.model.tape import Tape
from livegrad.flow.profile import FlowProfile
from livegrad.flow.verdict import judged

__all__ = ["predict_model"]


def predict_model(
    model: nn.Module, batch: Any, *, loss_fn: Callable[..., Tensor] | None = None
) -> FlowProfile:
    """Predict how signal and gradient travel through a model.

    The model is left as it was: parameters, gradients, buffers, random states, mode and hooks.

    Args:
        model: The network, as it is before training: theory takes its weights as random.
        batch: x, or (x, y), as for `livegrad.flow.measure`.
        loss_fn: From (output, y) to one number. Without it: cross-entropy where y holds class
            numbers, else a fixed random linear function of the output.

    Returns:
        A profile with the same rungs as a measured one. What theory does not cover is named in
        ``not_traced`` and was measured.

    Raises:
        BadInput: There is no tensor in the batch, no target for the loss, or no layer with weights.

    Example:
        >>> import torch
        >>> _ = torch.manual_seed(0)
        >>> layers = [torch.nn.Linear(64, 64), torch.nn.Sigmoid()] * 20
        >>> net = torch.nn.Sequential(*layers, torch.nn.Linear(64, 10))
        >>> predict_model(net, torch.randn(32, 64)).verdict.code
        'vanishes'
    """
    began = time.perf_counter()
    model = bare(model)
    taken = batch_of(model, batch)
    loss = loss_of(taken, loss_fn)
    with undisturbed(model):
        found = run(model, taken)
        starts = _starts(found, loss)
    flow = prediction.followed(found.tape, starts)
    layers = prediction.ladder(found.tape, flow)
    opaque = prediction.uncovered(found.tape, flow)
    doubts, certain = doubts_about(found.tape, opaque)
    return FlowProfile(
        title=titled(model, loss),
        source="predicted",
        layers=layers,
        verdict=judged(layers, doubts, certain=certain),
        batch=taken.samples,
        not_traced=tuple(dict.fromkeys(_named(operation) for operation in opaque)),
        seconds=time.perf_counter() - began,
    )


def _named(operation: prediction.Operation) -> str:
    return operation.module or str(operation.settings.get("called", ""))


def _starts(found: Run, loss: Loss) -> Mapping[int, Gradient]:
    """Return the real gradient of the loss where theory begins: at the last layer, or at the outputs."""
    tape, value = found.tape, loss.compute(found.output)
    last = tape.rungs[-1]
    tensors = [found.tensors[number] for number in last.values]
    if _ends_in(tape, set(last.values)) and all(_untouched(found, n) for n in last.values):
        return _real(tape, value, dict(zip(last.values, tensors, strict=True)))
    outputs = {}
    for tensor in tensors_in(found.output):
        number = found.numbers.get(id(tensor))
        if number is not None and tensor.requires_grad:
            outputs[number] = tensor
    return _real(tape, value, outputs)


def _ends_in(tape: Tape, last: set[int]) -> bool:
    """Whether every way to the outputs leads through the last layer."""
    makers = {number: op for op in tape.operations for number in op.outputs}
    waiting, seen = list(tape.outputs), set()
    while waiting:
        number = waiting.pop()
        if number in last or number in seen:
            continue
        seen.add(number)
        if number not in makers or "parameter" in makers[number].settings:
            return False
        waiting += makers[number].inputs
    return True


def _untouched(found: Run, number: int) -> bool:
    """Whether no in-place operation overwrote a tensor since the layer made it."""
    tensor = found.tensors[number]
    return found.versions[number] == tensor._version  # noqa: SLF001 (PyTorch's own count of changes)


def _real(tape: Tape, value: Tensor, tensors: Mapping[int, Tensor]) -> Mapping[int, Gradient]:
    found = torch.autograd.grad(value, list(tensors.values()), allow_unused=True)
    starts = {}
    for (number, tensor), gradient in zip(tensors.items(), found, strict=True):
        real = torch.zeros_like(tensor) if gradient is None else gradient
        # Norms of float32 may be too small for squares; theory works with ratios to the largest.
        top = float(real.detach().abs().max()) or 1.0
        axes = tape.values[number].axes
        small = real.double() / top
        whole = moments(small, axes, tape.samples, total=True)
        inner = moments(small * tensor.detach().double(), axes, tape.samples)
        along = inner.mean * tape.values[number].positions * tape.values[number].features
        stray = np.zeros_like(whole.same)
        starts[number] = Gradient(
            whole.same, whole.other, along, stray, 2 * math.log(top), paths={(): 1.0}
        )
    return starts
