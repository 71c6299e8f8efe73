"""What is taken down of a lane for its diagnosis: the quantities of `livegrad.observation.evidence`, layer by layer.

Looks are kept at epochs 0, 1, 2, 3, 4, 6, 8, 12, 16, 24 …: two to an octave, so that they are few however long a race
is, and the same ones whenever the page happens to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab.race.groups import stepped
from livegrad.lab.race.lanes import Lane

if TYPE_CHECKING:
    from livegrad.lab.race.looking import Look

__all__ = ["Kept", "kept_look", "log10_norms", "next_kept", "saturated_below", "weight_norms"]

Reals: TypeAlias = NDArray[Any]
SATURATED_SHARE = 0.05
FEWEST_INPUTS = 4
"""Of three weights or fewer, one sign for all is chance, as in `livegrad.observation`."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One look that is kept.

    Attributes:
        epoch: After how many epochs.
        step: After how many steps.
        samples: On how many points.
        gradient: log₁₀ ‖∂L/∂z‖, the readout last; shape (layers + 1,).
        weight_gradient: log₁₀ ‖∂L/∂W‖; the same shape.
        update: ‖ΔW‖ / ‖W‖ of the next step; the same shape.
        moved: ‖W − W₀‖ / ‖W₀‖; the same shape.
        one_signed: Share of units whose incoming weights' gradients all have one sign; NaN for fewer than four inputs
            and where no unit has a gradient; the same shape.
        input_offset: Of what enters each layer, ‖mean‖ / ‖standard deviation‖; the same shape.
        mean: Of the pre-activations; shape (layers,), as all that follow.
        spread: Their standard deviation.
        slope: Root mean square of f′.
        saturated: Share of slopes under 5 % of the greatest; None for functions without bounds.
        correlation: Mean cosine between different points' pre-activations.
        asleep: Which units have slope 0 on every point; shape (layers, units).
    """

    epoch: int
    step: int
    samples: int
    gradient: Reals
    weight_gradient: Reals
    update: Reals
    moved: Reals
    one_signed: Reals
    input_offset: Reals
    mean: Reals
    spread: Reals
    slope: Reals
    saturated: Reals | None
    correlation: Reals
    asleep: NDArray[np.bool_]


def next_kept(epoch: int) -> int:
    """Return the first epoch after this one at which a look is kept.

    Example:
        >>> [next_kept(e) for e in (0, 3, 4, 6, 100)]
        [1, 4, 6, 8, 128]
    """
    if epoch < 4:
        return epoch + 1
    octave = 1 << (epoch.bit_length() - 1)
    return octave + octave // 2 if epoch < octave + octave // 2 else 2 * octave


def kept_look(lane: Lane, epoch: int, order: NDArray[np.int32]) -> Kept:
    """Look into a lane's shown network for its diagnosis.

    Args:
        lane: The lane.
        epoch: After how many epochs that is.
        order: The next epoch's minibatches: how far the first of them would move the weights is measured.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> kept_look(track.lanes[0], 0, track.order(0)).gradient.shape
        (7,)
    """
    rows = lane.rows
    seen = lane.look(rows)
    gradient, by_weight = log10_norms(seen)
    with np.errstate(all="ignore"):
        limit = saturated_below(lane)
        bounded = lane.nets.activation.bounded
        return Kept(
            epoch=epoch,
            step=lane.state.steps,
            samples=len(rows),
            gradient=gradient,
            weight_gradient=by_weight,
            update=_update(lane, order),
            moved=moved_of(lane),
            one_signed=_one_signed(seen),
            input_offset=_input_offset(lane.split.train_inputs[rows], seen),
            mean=seen.z.mean(axis=(1, 2)),
            spread=seen.z.std(axis=(1, 2)),
            slope=np.sqrt((seen.slopes**2).mean(axis=(1, 2))),
            saturated=(np.abs(seen.slopes) < limit).mean(axis=(1, 2)) if bounded else None,
            correlation=_correlation(seen.z),
            asleep=(seen.slopes == 0).all(axis=1),
        )


def log10_norms(seen: Look) -> tuple[Reals, Reals]:
    """Return log₁₀ ‖∂L/∂z‖ and log₁₀ ‖∂L/∂W‖, the readout last; −inf for exactly 0; shape (layers + 1,) each.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> [norms.shape for norms in log10_norms(track.lanes[0].look())]
        [(7,), (7,)]
    """
    assert seen.deltas is not None  # noqa: S101 - asked for by `look` only
    assert seen.out_delta is not None  # noqa: S101
    with np.errstate(all="ignore"):
        deltas = np.sqrt((seen.deltas.astype(np.float64) ** 2).sum(axis=(1, 2)))
        last = np.sqrt((seen.out_delta.astype(np.float64) ** 2).sum())
        return np.log10([*deltas, last]), np.log10(weight_norms(seen))


def weight_norms(seen: Look) -> Reals:
    """Return ‖∂L/∂W‖ of every layer, the readout last; shape (layers + 1,).

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> weight_norms(track.lanes[0].look()).shape
        (7,)
    """
    first, inner, readout = (g.astype(np.float64) ** 2 for g in seen.by_weight)
    return np.sqrt([first.sum(), *inner.sum(axis=(1, 2)), readout.sum()])


def saturated_below(lane: Lane) -> float:
    """Return |f′| under which a unit counts as saturated: 5 % of the steepest.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> saturated_below(track.lanes[0])
        0.05
    """
    steepest = lane.nets.activation.sup_slope
    return SATURATED_SHARE * (steepest if np.isfinite(steepest) else 1.0)


def moved_of(lane: Lane) -> Reals:
    """Return by which share of its size each layer's weights moved since the start; shape (layers + 1,).

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> float(moved_of(track.lanes[0]).max())
        0.0
    """
    return _relative(lane, lane.weights, lane.nets.weights[0])


def _update(lane: Lane, order: NDArray[np.int32]) -> Reals:
    if lane.diverged:
        return np.full(lane.looker.depth + 1, np.nan)
    after = stepped(lane, lane.state, order[:1])
    return _relative(lane, after.weights[0], lane.weights)


def _relative(lane: Lane, now: Reals, before: Reals) -> Reals:
    with np.errstate(all="ignore"):
        return lane.looker.sizes(now, before) / np.maximum(lane.looker.sizes(before), 1e-30)


def _one_signed(seen: Look) -> Reals:
    first, inner, readout = seen.by_weight
    return np.array([_locked_share(g) for g in (first, *inner, readout)])


def _locked_share(gradient: Reals) -> float:
    """Of the units (columns) with any gradient, those whose entries all have one sign."""
    if len(gradient) < FEWEST_INPUTS:
        return float("nan")
    up, down = (gradient > 0).any(axis=0), (gradient < 0).any(axis=0)
    moving = np.count_nonzero(up | down)
    return np.count_nonzero(up != down) / moving if moving else float("nan")


def _input_offset(x: Reals, seen: Look) -> Reals:
    """The mean of each input over its standard deviation, all inputs of a layer together."""
    met = (x, *seen.values)
    means, spreads = (
        np.array([np.sqrt((part(axis=0, dtype=np.float64) ** 2).sum()) for part in parts])
        for parts in ([h.mean for h in met], [h.std for h in met])
    )
    return means / np.maximum(spreads, 1e-30)


def _correlation(z: Reals) -> Reals:
    """The mean over all pairs is the squared length of the sum of unit rows, less the rows with themselves."""
    count = z.shape[1]
    unit = z / np.maximum(np.linalg.norm(z, axis=2, keepdims=True), 1e-12)
    return ((unit.sum(axis=1) ** 2).sum(axis=1) - count) / max(1, count * (count - 1))
