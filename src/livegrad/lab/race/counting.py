"""Which units live: alive, saturated, dead, asleep; which layers are sign-locked; and the one sentence about layer 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad import quantity
from livegrad.lab.race.lanes import Lane
from livegrad.lab.race.looking import Look
from livegrad.lab.race.observing import log10_norms, moved_of, saturated_below
from livegrad.text import Text

__all__ = ["ALIVE", "ASLEEP", "DEAD", "SATURATED", "Counts", "counts_of", "dead_units"]

Reals: TypeAlias = NDArray[Any]
ALIVE, SATURATED, DEAD, ASLEEP = 0, 1, 2, 3
MOST_POINTS = 0.9
"""A unit is saturated if its slope is small on at least this share of the points."""
STILL = 1e-3
"""A layer whose weights moved by less than this share of their size does not move (as the diagnosis has it)."""

_LITTLE = Text(
    "Layer 1 gets {part} of the gradient of layer {last}.",
    "1층이 받는 기울기는 {last}층의 {part}입니다.",
)
_LEVEL = Text(
    "Layer 1 gets ×{factor} of the gradient of layer {last}: about level.",
    "1층이 받는 기울기는 {last}층의 {factor}배로 거의 고릅니다.",
)
_MUCH = Text(
    "Layer 1 gets {times} the gradient of layer {last}.",
    "1층이 받는 기울기는 {last}층의 {times}입니다.",
)
_NOTHING = Text(
    "Layer 1 gets no gradient at all: in float32 it is exactly 0.",
    "1층에는 기울기가 전혀 오지 않습니다. float32에서 정확히 0입니다.",
)
_CUT = Text(
    "No gradient comes past layer {last}: all its units have slope 0.",
    "{last}층의 유닛이 모두 기울기 0이라 그 앞으로 아무 기울기도 지나가지 못합니다.",
)
_ONE_LAYER = Text(
    "There is only one layer: nothing can shrink.", "층이 하나뿐이라 줄어들 곳이 없습니다."
)
_NO_NUMBER = Text("The gradient is no number any more.", "기울기가 더는 수가 아닙니다.")


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What a ladder shows beside its theory.

    Attributes:
        gradient: log₁₀ ‖∂L/∂z‖ over the last hidden layer's; −inf for exactly 0; shape (layers,).
        weight_gradient: The same of ∂L/∂W.
        moved: log₁₀ of ‖W − W₀‖ / ‖W₀‖ of the hidden layers.
        still: log₁₀ of the gradient up to which layers did not move; None if all moved, or none had to yet.
        units: `ALIVE`, `SATURATED`, `DEAD` or `ASLEEP`; uint8 of shape (layers, units).
        locked: Share of each layer's units whose incoming weights' gradients all have one sign.
        saturated: Share of all units that are saturated.
        words: What layer 1 gets, as a sentence.
    """

    gradient: Reals
    weight_gradient: Reals
    moved: Reals
    still: float | None
    units: NDArray[np.uint8]
    locked: Reals
    saturated: float
    words: Text

    @property
    def dead(self) -> tuple[int, int]:
        """Dead units, of all."""
        return int((self.units == DEAD).sum()), self.units.size

    @property
    def locked_layers(self) -> tuple[int, int]:
        """Layers most of whose units are sign-locked, of all."""
        return int((self.locked > 0.5).sum()), len(self.locked)


def dead_units(seen: Look) -> NDArray[np.bool_]:
    """Return which units have slope exactly 0 on every point looked at; shape (layers, units).

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> int(dead_units(track.lanes[0].look()).sum())
        0
    """
    return (seen.slopes == 0).all(axis=1)


def counts_of(lane: Lane, seen: Look, dead: NDArray[np.bool_]) -> Counts:
    """Count what a look shows.

    Args:
        lane: Whose.
        seen: On some points.
        dead: Which units sleep on *all* training points, as last seen; shape (layers, units).

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> seen = track.lanes[0].look()
        >>> counts_of(track.lanes[0], seen, dead_units(seen)).dead
        (0, 48)
    """
    gradient, by_weight = (norms[:-1] for norms in log10_norms(seen))
    with np.errstate(all="ignore"):
        gradient, by_weight = _over_last(gradient), _over_last(by_weight)
        moved = np.log10(moved_of(lane)[:-1])
    units = _units(lane, seen, dead)
    return Counts(
        gradient=gradient,
        weight_gradient=by_weight,
        moved=moved,
        still=_still(gradient, moved),
        units=units,
        locked=_locked(seen),
        saturated=float((units == SATURATED).mean()),
        words=_words(gradient),
    )


def _over_last(norms: Reals) -> Reals:
    """Relative to the last layer; where that is exactly 0, so is everything before it."""
    return norms if norms[-1] == -np.inf else norms - norms[-1]


def _units(lane: Lane, seen: Look, dead: NDArray[np.bool_]) -> NDArray[np.uint8]:
    small = (np.abs(seen.slopes) < saturated_below(lane)).mean(axis=1) >= MOST_POINTS
    asleep = dead_units(seen)
    found = np.where(small, SATURATED, ALIVE)
    return np.where(asleep, np.where(dead, DEAD, ASLEEP), found).astype(np.uint8)


def _locked(seen: Look) -> Reals:
    """The share of each layer's units whose incoming weights' gradients all have one sign; shape (layers,)."""
    shares = list[Reals]()
    for gradient in seen.by_weight[:-1]:
        up, down = (gradient > 0).any(axis=-2), (gradient < 0).any(axis=-2)
        several = np.count_nonzero(gradient, axis=-2) > 1
        shares.append(np.atleast_1d(((up != down) & several).mean(axis=-1)))
    return np.concatenate(shares).astype(np.float32)


def _still(gradient: Reals, moved: Reals) -> float | None:
    """The greatest gradient of a layer that does not move; None before anything could."""
    stands = moved < np.log10(STILL)
    here = gradient[stands & np.isfinite(gradient)]
    return float(here.max()) if len(here) and (moved > -np.inf).any() else None


def _words(gradient: Reals) -> Text:
    first, last = float(gradient[0]), len(gradient)
    if gradient[-1] == -np.inf:
        return _CUT.fill(last=last)
    if last == 1:
        return _ONE_LAYER
    if first == -np.inf:
        return _NOTHING
    if not np.isfinite(first):
        return _NO_NUMBER
    if first < -0.5:
        return _LITTLE.fill(part=quantity.one_part_in(first), last=last)
    if first > 0.5:
        return _MUCH.fill(times=quantity.times(first), last=last)
    return _LEVEL.fill(factor=f"{10**first:.2f}", last=last)
