"""Rules of what moves, cuts and joins entries, and of what was only measured."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from livegrad.flow.model.signal import Gradient, Path, Signal, collected
from livegrad.flow.model.step import Rule, Step, gathered, shared

__all__ = ["SHAPES"]


def _view(step: Step) -> tuple[Signal, ...]:
    return tuple(replace(step.inputs[0], positions=number) for number in step.positions)


def _view_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    del step
    return [gradients[0]]


def _part_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    before = step.inputs[0].positions
    found = [
        gradient.times(1.0, (after - 1) / (before - 1) if before > 1 else 1.0)
        for gradient, after in zip(gradients, step.positions, strict=True)
        if gradient is not None
    ]
    if not found:
        return [None]
    return [functools.reduce(_added, found)]


def _added(one: Gradient, two: Gradient) -> Gradient:
    """The sum of gradients of different entries of one tensor."""
    return collected([one, two], apart=True)


def _detached_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    del step, gradients
    return [None]


def _joined(step: Step) -> tuple[Signal, ...]:
    shares: tuple[float, ...] = step.setting("shares")
    parts = [*zip(shares, step.inputs, strict=True), *step.setting("constants")]
    same = sum((share * one.same for share, one in parts), np.zeros(1))
    mean = sum((share * one.mean for share, one in parts), np.zeros(1))
    (positions,) = step.positions
    if not step.setting("positions"):
        other = sum((share * one.other for share, one in parts), np.zeros(1))
        return (Signal(same, other, mean, positions),)
    within = sum((share**2 * one.other for share, one in parts if one.positions > 1), 0 * same)
    apart = sum(
        (
            a * b * np.outer(one.mean, two.mean)
            for i, (a, one) in enumerate(parts)
            for j, (b, two) in enumerate(parts)
            if i != j
        ),
        0 * same,
    )
    covered = sum(a**2 for a, one in parts if one.positions > 1) + 1 - sum(a**2 for a, _ in parts)
    return (Signal(same, (within + apart) / max(covered, 1e-12), mean, positions),)


def _joined_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    (gradient,) = gradients
    shares = step.setting("shares")
    if gradient is None:
        return [None for _ in shares]
    one, whole = float(np.trace(gradient.other)), float(np.trace(gradient.same))
    alike = min(1.0, max(0.0, one / whole)) if step.setting("positions") and whole > 0 else 1.0
    return [
        _parted(shared(gradient.times(share), np.full(len(gradient.same), share)), alike, place)
        for place, share in enumerate(shares)
    ]


def _parted(gradient: Gradient, alike: float, place: int) -> Gradient:
    """What different positions are sent is one vector only as far as their gradients are alike."""
    own: dict[Path, float] = {
        tuple(sorted((*path, ("position", str(place))))): part * (1 - alike)
        for path, part in gradient.paths.items()
        if alike < 1
    }
    shared = {path: part * alike for path, part in gradient.paths.items()}
    return replace(gradient, paths={**shared, **own})


def _repeated(step: Step) -> tuple[Signal, ...]:
    (x,), (positions,) = step.inputs, step.positions
    if positions == x.positions:
        return (x,)
    times = positions // x.positions
    other = ((times - 1) * x.same + (x.positions - 1) * times * x.other) / max(1, positions - 1)
    return (Signal(x.same, other, x.mean, positions),)


def _repeated_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    (gradient,), (positions,) = gradients, step.positions
    if gradient is None or positions == step.inputs[0].positions:
        return [gradient]
    return [gathered(gradient, positions // step.inputs[0].positions, positions)]


def _opaque_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    known = [gradient for gradient in gradients if gradient is not None]
    if not known:
        return [None for _ in step.inputs]
    gradient = collected(known)
    shares: tuple[float, ...] = step.setting("shares", ())
    return [
        gradient.times(share).independent(x) if share > 0 else None
        for share, x in zip(shares, step.inputs, strict=True)
    ]


def _measured(step: Step) -> tuple[Signal, ...]:
    """Nothing is known by theory: what was measured takes its place."""
    empty = np.full_like(step.inputs[0].same, np.nan)
    return tuple(Signal(empty, empty, empty[0], number) for number in step.positions)


SHAPES: dict[str, Rule] = {
    "view": Rule(_view, _view_back),
    "part": Rule(_view, _part_back),
    "detached": Rule(_view, _detached_back),
    "joined": Rule(_joined, _joined_back),
    "repeated": Rule(_repeated, _repeated_back),
    "opaque": Rule(_measured, _opaque_back),
    "embedding": Rule(_measured, _detached_back),
}
"""By the operation's name."""
