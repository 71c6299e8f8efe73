"""Where formulas are looked at: a grid from 1e-12 to 1e9 on both sides of 0, and the way into its cells.

What is found on it is real; what hides between its places from all that is looked for would escape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from livegrad.functions.formula import evaluate
from livegrad.functions.formula.nodes import Expression
from livegrad.functions.numbers.backends import NUMPY

Floats = NDArray[np.float64]
Compute = Callable[[Floats], Floats]

_SIZES = np.geomspace(1e-12, 1e9, 400)
GRID: Floats = np.unique(np.concatenate([-_SIZES, [0.0], _SIZES, np.arange(-1200, 1201) / 100]))


def on(tree: Expression, settings: Mapping[str, float]) -> Compute:
    """Return a tree as a function of an array, silent about overflow and the like.

    Example:
        >>> from livegrad.functions.formula import x
        >>> on(x**2, {})(np.array([3.0]))
        array([9.])
    """

    def compute(places: Floats) -> Floats:
        with np.errstate(all="ignore"):
            value = evaluate(tree, NUMPY, {**settings, "x": places})
            return np.broadcast_to(np.asarray(value, np.float64), places.shape)

    return compute


def narrowed(compute: Compute, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Halve cells with different signs at their ends until the ends are neighbours, or nearly.

    Example:
        >>> low, high = narrowed(lambda x: x - 0.3, np.zeros(1), np.ones(1))
        >>> float(low[0]) <= 0.3 <= float(high[0])
        True
    """
    first = np.sign(compute(low))
    for _ in range(64):
        middle = low + (high - low) / 2
        if np.all((middle == low) | (middle == high)):
            break
        stays = np.sign(compute(middle)) == first
        low, high = np.where(stays, middle, low), np.where(stays, high, middle)
    return low, high
