"""Numeric search over the whole line: least upper and greatest lower bounds.

Everything here is measured and not proved; `livegrad.functions.proof` encloses the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from livegrad.functions.properties.moments import Elementwise
from livegrad.functions.properties.sampling import (
    FARTHEST,
    Floats,
    Span,
    flat_pieces,
    grid,
    without_nan,
    zoomed,
)

__all__ = ["Bound", "highest", "last_above", "lowest", "steepest"]

Known = Literal["declared", "searched", "integrated", "computed", "proved"]
"""How a number is known: stated in the entry, found by search, by quadrature, by running the
arithmetic itself, or enclosed by interval arithmetic."""

_BEYOND = (2.0**60, 2.0**200)  # where limits that are reached slowly are looked up
_NOTHING = 1e-60
_CANDIDATES = 16  # peaks of the grid that are looked into
_SAME = 1e-12  # relative difference below which two values count as one


@dataclass(frozen=True)
class Bound:
    """A least upper or greatest lower bound.

    Attributes:
        value: The bound; infinite if there is none.
        at: Where it is attained, or where x goes as it is approached; may be infinite. Of several
            places the one nearest to 0, of an interval a point inside.
        attained: Whether f, or its stated slope, has this value at some finite x.
        span: The piece on which it is attained everywhere, if it is.
        known: How it is known.
    """

    value: float
    at: float
    attained: bool
    span: Span | None = None
    known: Known = "searched"

    def __neg__(self) -> Bound:
        return replace(self, value=0.0 - self.value)  # and not −0


def steepest(slope: Elementwise, joints: Iterable[float]) -> float:
    """Least upper bound of |slope| off the joints, found by search: measured, not proved.

    Args:
        slope: Elementwise, from shape (n,) to shape (n,), float64.
        joints: Where the slope may jump, in units of the input. At the joints themselves only the
            one-sided slopes count, never the stated one.

    Returns:
        The bound, dimensionless; inf if |slope| still grows at 1e9.

    Example:
        >>> steepest(np.cos, ())
        1.0
    """
    return highest(lambda z: np.absolute(slope(z)), tuple(joints)).value


def last_above(
    function: Elementwise, level: float, seams: tuple[float, ...], side: Literal[-1, 1]
) -> float | None:
    """Return the place beyond which a function stays at or below a level.

    Args:
        function: Elementwise.
        level: What it is compared with.
        seams: Where it may jump.
        side: 1 looks towards +∞, −1 towards −∞.

    Returns:
        The place; None if the function is above the level at the end of the search, or nowhere.

    Example:
        >>> round(last_above(lambda x: 1 / (1 + x**2), 0.1, (), 1), 6)
        3.0
    """
    places = grid(seams)[::side]
    above = np.flatnonzero(function(places) > level)
    if not above.size or above[-1] == len(places) - 1:
        return None
    inner, outer = float(places[above[-1]]), float(places[above[-1] + 1])
    between = [seam for seam in seams if min(inner, outer) < seam < max(inner, outer)]
    if between:
        return between[0]
    for _ in range(60):
        middle = (inner + outer) / 2
        still = function(np.array([middle]))[0] > level
        inner, outer = (middle, outer) if still else (inner, middle)
    return outer


# ------------------------------------------------------------ bounds


def lowest(function: Elementwise, seams: tuple[float, ...]) -> Bound:
    """Return the greatest lower bound; `highest` says more.

    Example:
        >>> lowest(np.tanh, ()).at
        -inf
    """
    return -highest(lambda x: -function(x), seams)


def highest(function: Elementwise, seams: tuple[float, ...]) -> Bound:
    """Return the least upper bound of a function, found on a grid and by zooming into its peaks.

    Args:
        function: Elementwise, from shape (n,) to shape (n,), float64; NaN is left out.
        seams: Where it may jump. Its one-sided limits there count; its value there only tells
            whether the bound is attained.

    Returns:
        The bound, infinite if the function still grows at 1e9. Relative error below 1e-9.

    Example:
        >>> highest(lambda x: np.exp(-((x - 1.5) ** 2)), ()).at
        1.5
    """
    places = grid(seams)
    values = without_nan(function(places))
    end = _grows_towards(places, values)
    if end is not None:
        return Bound(math.inf, end, attained=False)
    at, top = _peak(function, places, values)
    far = np.array([sign * size for size in _BEYOND for sign in (-1.0, 1.0)])
    far = np.concatenate([places[[0, -1]], far])
    limits = without_nan(function(far))
    top = max(top, float(limits.max()))
    level = top - _SAME * abs(top)
    for span, constant in flat_pieces(function, seams):
        if constant >= level:
            return Bound(top, _inside(span), attained=True, span=span)
    if limits.max() >= level:
        towards = math.copysign(math.inf, far[int(limits.argmax())])
        # What has come so close to 0 and goes on has no other limit.
        return Bound(0.0 if abs(top) < _NOTHING else top, towards, attained=False)
    return _at_a_place(function, seams, at, top)


def _at_a_place(function: Elementwise, seams: tuple[float, ...], at: float, top: float) -> Bound:
    for seam in seams:
        if abs(at - seam) <= 1e-9 * max(1.0, abs(seam)):
            here = float(function(np.array([seam]))[0])
            if abs(here - top) <= 1e-9 * abs(top) + _NOTHING:
                return Bound(here, seam, attained=True)
            return Bound(top, seam, attained=False)
    return Bound(top, at, attained=True)


def _grows_towards(places: Floats, values: Floats) -> float | None:
    """Return the end of the line, or the place, at which the values grow without bound."""
    if np.isposinf(values.max()):
        worst = places[np.isposinf(values)]
        nearest = float(worst[np.absolute(worst).argmin()])
        return math.copysign(math.inf, nearest) if abs(nearest) > 1 else nearest
    for side in (1.0, -1.0):
        decades = [
            values[(side * places > size) & (side * places <= 10 * size)].max()
            for size in (FARTHEST / 1e3, FARTHEST / 1e2, FARTHEST / 10)
        ]
        with np.errstate(invalid="ignore"):
            first, second = np.diff(decades)
        # Logarithms grow alike in each decade; what tends to a limit gains less and less.
        if second > 0.9 * first > 0 and second > 0.01 * abs(decades[-1]):
            return side * math.inf
    return None


def _peak(function: Elementwise, places: Floats, values: Floats) -> tuple[float, float]:
    """Return place and height of the highest point, zooming into the most promising cells."""
    before, after = np.roll(values, 1), np.roll(values, -1)
    before[0] = after[-1] = -math.inf
    peaks = np.flatnonzero((values > before) & (values >= after))
    best = peaks[np.lexsort((np.absolute(places[peaks]), -values[peaks]))][:_CANDIDATES]
    low, high = places[np.maximum(best - 1, 0)], places[np.minimum(best + 1, len(places) - 1)]
    tops, ats = zoomed(function, low, high)
    ats = np.concatenate([[0.0], ats, places[best]])  # 0 is often the peak, and zooming misses it
    tops = np.concatenate(
        [values[places == 0.0].max(initial=-math.inf, keepdims=True), tops, values[best]]
    )
    alike = tops >= tops.max() - _SAME * abs(tops.max())
    nearest = ats[alike][np.absolute(ats[alike]).argmin()]
    return float(nearest), float(tops.max())


def _inside(span: Span) -> float:
    if math.isinf(span.low) or math.isinf(span.high):
        inner = [end for end in (span.low, span.high) if math.isfinite(end)]
        return (inner[0] + (1.0 if math.isfinite(span.low) else -1.0)) if inner else 0.0
    return (span.low + span.high) / 2
