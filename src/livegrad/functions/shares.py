"""What softmax and its relatives share: distances below the largest entry, and the shares."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livegrad.functions.numbers.backends import Array, Backend

_STEEP = 2.0**60
_FAR = 1e4  # e^−10000 is 0 in every dtype


def below_top(backend: Backend, x: Array) -> tuple[Array, Array]:
    """Return x − max x along the last axis, and what rounding took from it.

    The difference costs up to half a unit in the last place of a number that may be large, and an
    exponential turns that into a relative error. Knuth's TwoSum gives the lost part exactly, so
    that ``exp(x − max x) = exp(gap)·(1 + lost)``.

    Args:
        backend: Where to compute.
        x: Scores, (..., n), any float dtype. +inf counts as the largest float; a row of −inf as a
            tie.

    Returns:
        gap, (..., n), at most 0; and lost, (..., n), 0 where the gap is beyond −10000.
    """
    largest, highest = backend.largest(x), backend.highest(x)
    top = backend.clip(highest, -largest, largest)
    lowest = backend.select(highest == -math.inf, -largest, -math.inf, highest)
    x = backend.clip(x, lowest, largest)
    held = backend.clip(x, top - _FAR, math.inf)
    gap = held - top
    back = gap - held
    lost = (held - (gap - back)) - (top + back)
    return x - top, lost


def at_top(backend: Backend, gap: Array) -> Array:
    """Return 1 where ``gap`` is 0, 0 where it is well below, (..., n); ties all count."""
    return 1 - backend.clip(gap * -_STEEP, 0.0, 1.0)


def shares(backend: Backend, x: Array) -> Array:
    """Return e^x / Σ e^x along the last axis, from x − max x; (..., n) to (..., n)."""
    gap, lost = below_top(backend, x)
    raised = backend.exp(gap) * (1 + lost)
    return raised / backend.total(raised)


def shares_pullback(backend: Backend, x: Array, cotangent: Array) -> Array:
    """Return a cotangent times the Jacobian diag(p) − p pᵀ of `shares`; (..., n) to (..., n)."""
    gap, lost = below_top(backend, x)
    raised, winner = backend.exp(gap) * (1 + lost), at_top(backend, gap)
    share = raised / backend.total(raised)
    # Measured from the winner's cotangent: p(1 − p) would be exactly 0 as soon as p rounds to 1.
    above = cotangent - backend.total(cotangent * winner) / backend.total(winner)
    return share * (above - backend.total(share * above))
