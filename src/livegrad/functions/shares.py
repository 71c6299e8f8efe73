"""What softmax and its relatives share: distances below the largest entry, and the shares."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livegrad.functions.backends import Array, Backend

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
    highest = backend.highest(x)
    top = backend.clip(highest, -backend.largest(x), backend.largest(x))
    held = backend.clip(x, top - _FAR, top)
    gap = held - top
    back = gap - held
    lost = (held - (gap - back)) - (top + back)
    far = (x < top - _FAR) & (highest > -math.inf)
    return backend.select(far, x - top, gap, gap), lost


def shares(backend: Backend, x: Array) -> Array:
    """Return e^x / Σ e^x along the last axis, from x − max x; (..., n) to (..., n)."""
    gap, lost = below_top(backend, x)
    raised = backend.exp(gap) * (1 + lost)
    return raised / backend.total(raised)


def shares_pullback(backend: Backend, x: Array, cotangent: Array) -> Array:
    """Return a cotangent times the Jacobian diag(p) − p pᵀ of `shares`; (..., n) to (..., n)."""
    share = shares(backend, x)
    # Measured from the winner's cotangent: p(1 − p) would be exactly 0 as soon as p rounds to 1.
    above = cotangent - backend.total(cotangent * backend.winner(x))
    return share * (above - backend.total(share * above))
