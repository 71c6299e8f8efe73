"""What a formula tends to on both sides, as its values at powers of 2 tell."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from livegrad.functions.formula.nodes import Expression
from livegrad.functions.own.grid import Floats, on

_REST = 24  # doublings of x over which the values must stay


def tails(tree: Expression, settings: Mapping[str, float]) -> tuple[float, float]:
    """Return the limits of a formula at −∞ and +∞, as its values tell; NaN where they tell none.

    Example:
        >>> from livegrad.functions.formula import sigmoid, sin, x
        >>> tails(x * sigmoid(x), {}), tails(sin(x), {})
        ((0.0, inf), (nan, nan))
    """
    compute = on(tree, settings)
    far: Floats = np.exp2(np.arange(2.0, 301.0))
    with np.errstate(all="ignore"):
        left, right = _limit(compute(0 - far)), _limit(compute(far))
    return left, right


def _limit(values: Floats) -> float:
    known = values[~np.isnan(values)]
    if len(known) < 8:
        return math.nan
    still = np.absolute(np.diff(known)) <= 1e-14 * np.absolute(known[1:])
    # The first long rest counts: beyond it x² or x³ may overflow inside.
    for first in range(len(still) - _REST + 1):
        if still[first : first + _REST].all():
            return float(known[first + _REST]) + 0.0
    return _trend(known)


def _trend(known: Floats) -> float:
    """Return the limit of values that never come to rest: growing, fading, or neither."""
    sizes, later = np.absolute(known), known[len(known) // 2 :]
    rising = np.all(np.absolute(later[1:]) >= np.absolute(later[:-1]))
    growing = bool(rising and np.all(later * later[-1] > 0))
    if math.isinf(known[-1]) and growing:
        return float(known[-1])
    if np.all(np.diff(np.absolute(later)) <= 0) and sizes[-1] <= 1e-30 * max(sizes[0], 1e-200):
        return 0.0
    quarter, half = len(sizes) // 4, len(sizes) // 2
    steady = sizes[-1] - sizes[half] >= 0.9 * (sizes[half] - sizes[quarter])
    return math.copysign(math.inf, known[-1]) if growing and steady else math.nan
