"""Calls of normalisations."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from livegrad.flow.model.axes import Axes, count, factors, layered
from livegrad.flow.model.reading_torch import Call, Read, reads
from livegrad.flow.model.weights_torch import seen

__all__: list[str] = []


def _moments_of(weight: Tensor | None, bias: Tensor | None) -> dict[str, float]:
    gamma = 1.0 if weight is None else float(weight.detach().double().square().mean())
    shift = 0.0 if bias is None else float(bias.detach().double().square().mean())
    mean = 0.0 if bias is None else float(bias.detach().double().mean())
    return {"gamma_square": gamma, "beta_square": shift, "beta_mean": mean}


def _inverse(x: Tensor, epsilon: float) -> float:
    """Return the mean over channels of 1/variance: of a first layer the real one is at hand."""
    with torch.no_grad():
        others = [place for place in range(x.dim()) if place != 1]
        variance = x.detach().double().var(dim=others, correction=0)
        return float((1 / (variance + epsilon)).mean())


@reads("batch_norm")
def _batch_norm(call: Call, result: Tensor) -> Read | None:
    x = call.given(0, "input")
    number, axes = call.number(x), layered(call.axes(x), {1})
    if number is None or axes is None:
        return None
    running_mean, running_var = call.given(1, "running_mean"), call.given(2, "running_var")
    weight, bias = call.given(3, "weight"), call.given(4, "bias")
    settings: dict[str, Any] = _moments_of(weight, bias)
    settings |= {"positions": seen(call.axes(x), axes), "epsilon": call.given(7, "eps", 1e-5)}
    settings["samples"] = call.tracing.samples
    if call.given(5, "training", False) or running_mean is None:
        if number in call.tracing.measured:
            settings["inverse"] = _inverse(x, settings["epsilon"])
        return Read("batch_norm", (number,), (call.axes(x),), settings)
    with torch.no_grad():
        scale = (running_var.double() + settings["epsilon"]).rsqrt()
        scale = scale if weight is None else scale * weight.double()
        shift = -running_mean.double() * scale + (0.0 if bias is None else bias.double())
        factor = float(scale.square().mean())
        settings = {
            "factor": math.sqrt(factor) * (1 if float(scale.mean()) >= 0 else -1),
            "shift_square": float(shift.square().mean()),
            "shift_mean": float(shift.mean()),
        }
    del result
    return Read("affine", (number,), (call.axes(x),), settings)


@reads("layer_norm", "rms_norm")
def _layer_norm(call: Call, result: Tensor) -> Read | None:
    del result
    x, dimensions = call.given(0, "input"), len(call.given(1, "normalized_shape"))
    weight = call.given(2, "weight")
    bias = call.given(3, "bias") if call.name == "layer_norm" else None
    epsilon = call.given(4, "eps", 1e-5) if call.name == "layer_norm" else call.given(3, "eps")
    if epsilon is None:
        epsilon = torch.finfo(x.dtype).eps
    chosen = call.axes(x)[x.dim() - dimensions :]
    centred = call.name == "layer_norm"
    return _within_sample(call, x, _Within(weight, bias, epsilon, chosen, centred=centred))


@reads("group_norm")
def _group_norm(call: Call, result: Tensor) -> Read | None:
    del result
    x, groups = call.given(0, "input"), call.given(1, "num_groups")
    weight, bias = call.given(2, "weight"), call.given(3, "bias")
    epsilon = call.given(4, "eps", 1e-5)
    axes = layered(call.axes(x), {1})
    if axes is None:
        return None
    return _within_sample(call, x, _Within(weight, bias, epsilon, axes[1:], groups))


@reads("instance_norm")
def _instance_norm(call: Call, result: Tensor) -> Read | None:
    del result
    x, axes = call.given(0, "input"), layered(call.axes(call.given(0, "input")), {1})
    weight, bias = call.given(3, "weight"), call.given(4, "bias")
    if axes is None or not call.given(5, "use_input_stats", default=True):
        return None
    norm = _Within(weight, bias, call.given(7, "eps", 1e-5), axes[1:], x.shape[1])
    return _within_sample(call, x, norm)


@dataclass(frozen=True)
class _Within:
    """A normalisation within each sample: its affine part, and over which dimensions it goes."""

    weight: Tensor | None
    bias: Tensor | None
    epsilon: float
    dimensions: Axes
    groups: int = 1
    centred: bool = True


def _within_sample(call: Call, x: Tensor, norm: _Within) -> Read | None:
    number, dimensions = call.number(x), norm.dimensions
    if number is None or any(f.role == "sample" for f in factors(dimensions)):
        return None
    settings: dict[str, Any] = _moments_of(norm.weight, norm.bias)
    settings |= {
        "epsilon": norm.epsilon,
        "centred": norm.centred,
        "group_features": max(1, count(dimensions, "feature") // norm.groups),
        "group_positions": count(dimensions, "position"),
    }
    return Read("sample_norm", (number,), (call.axes(x),), settings)
