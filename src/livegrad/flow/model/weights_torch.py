"""What theory needs of a layer's weights, and what a layer is called."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from livegrad.flow.model.axes import Axes, Factor, count, factors
from livegrad.flow.model.reading_torch import Call
from livegrad.flow.model.tape import Parameter

__all__ = ["layer_name", "parameter_of", "seen", "with_features"]

_POWER_STEPS = 6
_POWERS, _PROBES = 64, 32


def parameter_of(
    call: Call, weight: Tensor, bias: Tensor | None, *, units_first: bool
) -> Parameter:
    """Return what theory needs of a weight and the bias beside it.

    Args:
        call: The call that uses them.
        weight: Matrix or kernel.
        bias: One number per unit, or None.
        units_first: Whether the first dimension runs over the output units; else the last does.
    """
    with torch.no_grad():
        matrix = weight.detach().double()
        matrix = matrix.flatten(1) if units_first else matrix.flatten(0, -2).T
        variance, mean = (float(one) for one in torch.var_mean(matrix, correction=0))
        units, fan_in = matrix.shape
        edge = math.sqrt(variance) * (math.sqrt(units) + math.sqrt(fan_in))
        own = bias.detach().double() if bias is not None else matrix.new_zeros(1)
        return Parameter(
            name=layer_name(call, weight),
            fan_in=fan_in,
            units=units,
            mean=mean,
            variance=variance,
            bias_mean=float(own.mean()),
            bias_square=float(own.square().mean()),
            largest=_largest(matrix) / edge if edge > 0 else 1.0,
            powers=_powers(matrix) if call.tracing.inside_recurrence else (),
        )


def _largest(matrix: Tensor) -> float:
    """Return the greatest singular value, from below, by a few steps of the power method."""
    generator = torch.Generator().manual_seed(0)
    row = torch.randn(matrix.shape[1], generator=generator, dtype=matrix.dtype).to(matrix.device)
    size = 0.0
    for _ in range(_POWER_STEPS):
        row = row / row.norm().clamp_min(1e-300)
        column = matrix @ row
        size = float(column.norm())
        row = matrix.T @ column
    return size


def _powers(matrix: Tensor) -> tuple[float, ...]:
    """Return by how much the powers of one matrix outgrow products of independent ones."""
    units, fan_in = matrix.shape
    scale = math.sqrt(float(matrix.square().sum()) / units)
    if units != fan_in or not scale > 0:
        return ()
    generator = torch.Generator().manual_seed(0)
    rows = torch.randn(_PROBES, units, generator=generator, dtype=matrix.dtype).to(matrix.device)
    start = float(rows.square().sum())
    found: list[float] = []
    for _ in range(_POWERS):
        found.append(float(rows.square().sum()) / start)
        rows = rows @ (matrix / scale)
    return tuple(found)


def layer_name(call: Call, weight: Tensor) -> str:
    """Return the qualified name of the layer that a weight belongs to.

    A parametrised weight (weight norm) is named after the parameter that it was computed from.
    """
    name = call.tracing.constant_name(weight) or ""
    owner, _, own = name.partition(".parametrizations.")[0].rpartition(".")
    if ".parametrizations." in name:
        return name.partition(".parametrizations.")[0]
    if own.endswith("_weight"):  # several in one module: self_attn.in_proj_weight
        return f"{owner}.{own.removesuffix('_weight')}".lstrip(".")
    if own.startswith("weight") or not own:
        return owner or call.tracing.module_name or "layer"
    return name  # a bare parameter of a module of one's own: block.W1


def seen(before: Axes, after: Axes) -> dict[str, int]:
    """Return how a layer's view of the positions differs from that before it.

    Returns:
        ``before`` and ``after``: positions in both views, and ``kept``: those that stayed positions.
    """
    kept = math.prod(
        old.size
        for old, new in zip(factors(before), factors(after), strict=True)
        if old.role == new.role == "position"
    )
    return {
        "before": count(before, "position"),
        "kept": kept,
        "after": count(after, "position"),
    }


def with_features(axes: Axes, place: int, size: int) -> Axes:
    """Return the roles with a dimension of features at one place."""
    own = (Factor("feature", size),) if size > 1 else ()
    return (*axes[:place], own, *axes[place + 1 :])
