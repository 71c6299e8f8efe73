"""How smoothly pieces of a formula meet: one-sided derivatives on both sides of a seam, compared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from livegrad.functions.search import in_float64

if TYPE_CHECKING:
    from livegrad.functions.record import Activation

__all__ = ["HIGHEST_ORDER", "Seam", "seam_at"]

HIGHEST_ORDER = 4  # the last derivative that is compared
_SLACK = 1e-6  # relative to the larger side, above the rounding of all derivatives compared


@dataclass(frozen=True)
class Seam:
    """A place where pieces meet.

    Attributes:
        at: The place, in units of the input.
        order: How many derivatives agree there: −1 if f itself jumps, 0 if f′ does, 1 if f″ does;
            inf if all agree up to the fourth.
        left: f, f′, f″, … just left of it, up to the fourth derivative.
        right: The same just right of it.

    Example:
        >>> from livegrad.functions import elementwise
        >>> [seam.order for seam in elementwise("elu").properties.seams]
        [1]
    """

    at: float
    order: float
    left: tuple[float, ...]
    right: tuple[float, ...]

    def derivative(self, order: int, side: Literal[-1, 1]) -> float:
        """Return a one-sided derivative: order 0 is f; left of the seam for side −1."""
        return (self.left if side < 0 else self.right)[order]

    @property
    def rise_of_square(self) -> float:
        """By how much f² jumps, upwards positive."""
        return self.right[0] ** 2 - self.left[0] ** 2


def seam_at(f: Activation, place: float) -> Seam:
    """Return how two pieces meet at a place; anywhere else everything agrees.

    Args:
        f: The activation.
        place: In units of the input.

    Returns:
        One-sided derivatives and the number of those that agree.

    Example:
        >>> from livegrad.functions import elementwise
        >>> seam_at(elementwise("relu"), 0.0).right
        (0.0, 1.0, 0.0, 0.0, 0.0)
    """
    near = max(float(np.spacing(abs(place))), 1e-100)
    sides = np.array([place - near, place + near])
    orders = range(HIGHEST_ORDER + 1)
    pairs = [in_float64(f, *("x",) * order)(sides) for order in orders]
    left, right = (tuple(float(pair[side]) + 0.0 for pair in pairs) for side in (0, 1))
    agreeing = (order for order in range(len(pairs)) if not _agree(left[order], right[order]))
    return Seam(place, next(agreeing, math.inf) - 1, left, right)


def _agree(left: float, right: float) -> bool:
    if not (math.isfinite(left) and math.isfinite(right)):
        return left == right
    return abs(left - right) <= _SLACK * max(1.0, abs(left), abs(right))
