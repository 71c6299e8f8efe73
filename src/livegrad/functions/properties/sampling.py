"""Looking at a function on the whole line: places, pieces, and zooming in.

What is looked at is no proof. It sees what is wider than 2 % of its distance from zero or from a
seam, and on [−12, 12] what is wider than 0.02.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.functions.formula import Expression, evaluate
from livegrad.functions.numbers.backends import NUMPY
from livegrad.functions.properties.moments import Elementwise

if TYPE_CHECKING:
    from livegrad.functions.record import Activation

__all__ = [
    "DENSE",
    "FARTHEST",
    "Span",
    "flat_pieces",
    "grid",
    "in_float64",
    "of_tree",
    "without_nan",
    "zoomed",
]

Floats: TypeAlias = NDArray[np.float64]

FARTHEST = 1e9
"""Where the search ends on both sides."""
DENSE = 12.0
"""Up to where the places lie evenly, 0.01 apart."""
_FINEST = 1e-12
_CELLS, _ZOOMS = 33, 8


@dataclass(frozen=True)
class Span:
    """An interval of x. Its ends may be infinite; whether they belong to it, the owner says.

    Example:
        >>> 3.0 in Span(0.0, math.inf)
        True
    """

    low: float
    high: float

    def __contains__(self, place: float) -> bool:
        return self.low <= place <= self.high


def in_float64(f: Activation, *symbols: str) -> Elementwise:
    """Return an activation's kernel as a function of float64 arrays that raises no alarm.

    Args:
        f: The activation.
        symbols: What to differentiate by, as in `Activation.kernel`.

    Returns:
        From shape (n,) to shape (n,).

    Example:
        >>> from livegrad.functions import elementwise
        >>> in_float64(elementwise("relu"), "x")(np.array([-1.0, 2.0]))
        array([0., 1.])
    """
    return functools.partial(of_tree, f.kernel(*symbols), f.settings)


def of_tree(tree: Expression, settings: dict[str, float], x: Floats) -> Floats:
    """Compute a tree on float64 places of shape (n,), without an alarm.

    Example:
        >>> from livegrad.functions.formula import x
        >>> of_tree(1 / x, {}, np.array([0.0, 2.0]))
        array([inf, 0.5])
    """
    with np.errstate(all="ignore"):
        return np.array(NUMPY.full(evaluate(tree, NUMPY, {**settings, "x": x}), x))


@functools.lru_cache(maxsize=64)
def grid(seams: tuple[float, ...] = ()) -> Floats:
    """Return the places that are looked at first, shape (n,), rising, none of them on a seam.

    Example:
        >>> bool((np.diff(grid((1.0,))) > 0).all())
        True
    """
    distances = np.geomspace(_FINEST, FARTHEST, 1600)
    closest = [max(float(np.spacing(abs(seam))), 1e-100) for seam in seams]
    beside = [
        seam + side * near for seam, near in zip(seams, closest, strict=True) for side in (-1, 1)
    ]
    around = [centre + sign * distances for centre in (0.0, *seams) for sign in (-1.0, 1.0)]
    even = np.linspace(-DENSE, DENSE, 2401)
    places = np.unique(np.concatenate([*around, even, np.array([0.0, *beside])]))
    return places[~np.isin(places, np.array(seams, float)) & (np.absolute(places) <= FARTHEST)]


def flat_pieces(function: Elementwise, seams: tuple[float, ...]) -> tuple[tuple[Span, float], ...]:
    """Return the pieces between seams on which a function is constant, each with its value.

    A tail that only rounds to a constant, as the sigmoid does, is none: it does not begin at a seam.

    Example:
        >>> flat_pieces(np.sign, (0.0,))
        ((Span(low=-inf, high=0.0), -1.0), (Span(low=0.0, high=inf), 1.0))
    """
    places = grid(seams)
    values = function(places)
    flat = []
    for low, high in zip((-math.inf, *seams), (*seams, math.inf), strict=True):
        inside = values[(places > low) & (places < high)]
        if inside.size and np.ptp(inside) <= 1e-13 * np.absolute(inside).max():
            flat.append((Span(low, high), float(inside[inside.size // 2])))
    return tuple(flat)


def zoomed(function: Elementwise, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return height and place of the peak inside each cell.

    Args:
        function: Elementwise.
        low: Left ends of the cells, shape (cells,).
        high: Right ends, likewise.

    Returns:
        Two arrays of shape (cells,).

    Example:
        >>> zoomed(np.cos, np.array([-1.0]), np.array([2.0]))[0]
        array([1.])
    """
    row = np.arange(len(low))
    tops, ats = np.full(len(low), -math.inf), low.copy()
    for _ in range(_ZOOMS):
        cells = np.linspace(low, high, _CELLS, axis=1)
        values = without_nan(function(cells.ravel())).reshape(cells.shape)
        best = values.argmax(axis=1)
        better = values[row, best] > tops
        tops = np.where(better, values[row, best], tops)
        ats = np.where(better, cells[row, best], ats)
        low, high = (
            cells[row, np.maximum(best - 1, 0)],
            cells[row, np.minimum(best + 1, _CELLS - 1)],
        )
    return tops, ats


def without_nan(values: Floats) -> Floats:
    """Return the values with −∞ in place of NaN, which is then never a peak.

    Example:
        >>> without_nan(np.array([1.0, np.nan]))
        array([  1., -inf])
    """
    return np.where(np.isnan(values), -math.inf, values)
