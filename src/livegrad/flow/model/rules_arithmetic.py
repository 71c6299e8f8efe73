"""Rules of sums, products and dropout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from livegrad.flow.model.signal import Gradient, Signal
from livegrad.flow.model.step import Rule, Step, gathered, scaled, split, spread_out, sum_of

__all__ = ["ARITHMETIC"]


def _affine(step: Step) -> tuple[Signal, ...]:
    (x,) = step.inputs
    factor: float = step.setting("factor", 1.0)
    made = scaled(x, factor)
    shift: Signal | None = step.setting("shift")
    if shift is None:
        made = _shifted(made, step.setting("shift_square", 0.0), step.setting("shift_mean", 0.0))
    else:
        made = sum_of(made, scaled(shift, step.setting("weight", 1.0)), step.width)
    step.kept["made"] = made
    return (made,)


def _shifted(x: Signal, square: float, mean: float) -> Signal:
    crossed = mean * np.add.outer(x.mean, x.mean) + square
    return replace(x, same=x.same + crossed, other=x.other + crossed, mean=x.mean + mean)


def _affine_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    (gradient,) = gradients
    if gradient is None:
        return [None]
    factor = step.setting("factor", 1.0)
    made = step.kept["made"]
    own = scaled(step.inputs[0], factor)
    found = split(gradient, own, made, step.entries_made).times(factor**2)
    return [found if factor > 0 else found.blurred(0.0)]


def _scaled(step: Step) -> tuple[Signal, ...]:
    (x,), by = step.inputs, step.setting("by")
    return (Signal(x.same * by.same, x.other * by.other, x.mean * by.mean, x.positions),)


def _scaled_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    (gradient,), by = gradients, step.setting("by")
    return [None if gradient is None else gradient.times(by.same, by.other)]


def _dropout(step: Step) -> tuple[Signal, ...]:
    (x,) = step.inputs
    noise = step.setting("factor", 1.0) - 1.0
    own = np.diag(np.diagonal(x.same)) * noise
    shared = np.diag(np.diagonal(x.other)) * noise if step.setting("whole") else 0.0
    return (replace(x, same=x.same + own, other=x.other + shared),)


def _dropout_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    (gradient,) = gradients
    if gradient is None:
        return [None]
    factor = step.setting("factor", 1.0)
    own = 1.0 + np.eye(len(gradient.same)) * (factor - 1.0)
    return [gradient.times(own, own if step.setting("whole") else 1.0)]


def _parts(step: Step) -> list[Signal]:
    return [
        spread_out(scaled(x, weight), times)
        for x, weight, times in zip(
            step.inputs, step.setting("weights"), step.setting("times"), strict=True
        )
    ]


def _sum(step: Step) -> tuple[Signal, ...]:
    if step.operation.inputs[0] == step.operation.inputs[1]:
        return (scaled(step.inputs[0], sum(step.setting("weights"))),)
    one, two = _parts(step)
    step.kept["made"] = sum_of(one, two, step.width)
    return (step.kept["made"],)


def _sum_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    (gradient,) = gradients
    if gradient is None:
        return [None, None]
    weights = step.setting("weights")
    if step.operation.inputs[0] == step.operation.inputs[1]:
        return [gradient.times(sum(weights) ** 2), None]
    (positions,) = step.positions
    return [
        gathered(
            split(gradient, part, step.kept["made"], step.entries_made)
            .times(weight**2)
            .blurred(1.0 if weight > 0 else 0.0),
            times,
            positions,
        )
        for part, weight, times in zip(_parts(step), weights, step.setting("times"), strict=True)
    ]


def _multiplied(step: Step) -> tuple[Signal, ...]:
    one, two = (
        spread_out(x, times) for x, times in zip(step.inputs, step.setting("times"), strict=True)
    )
    positions = max(one.positions, two.positions)
    return (Signal(one.same * two.same, one.other * two.other, one.mean * two.mean, positions),)


def _multiplied_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    (gradient,) = gradients
    if gradient is None:
        return [None, None]
    times = step.setting("times")
    one, two = (spread_out(x, n) for x, n in zip(step.inputs, times, strict=True))
    (positions,) = step.positions
    return [
        gathered(gradient.times(other.same, other.other).blurred(_steady(other)), n, positions)
        for other, n in ((two, times[0]), (one, times[1]))
    ]


def _steady(factor: Signal) -> float:
    """Which share of a factor's mean square is its mean, if that is positive: no sign is lost there."""
    square, mean = factor.square, float(factor.mean.mean())
    return min(1.0, mean**2 / square) if mean > 0 and square > 0 else 0.0


ARITHMETIC: dict[str, Rule] = {
    "affine": Rule(_affine, _affine_back),
    "scaled": Rule(_scaled, _scaled_back),
    "dropout": Rule(_dropout, _dropout_back),
    "sum": Rule(_sum, _sum_back),
    "multiplied": Rule(_multiplied, _multiplied_back),
}
"""By the operation's name."""
