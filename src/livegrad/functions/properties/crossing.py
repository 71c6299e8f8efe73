"""Zeros of a function on the whole line: where it crosses zero, and where it touches it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from livegrad.functions.properties.moments import Elementwise
from livegrad.functions.properties.sampling import DENSE, Floats, grid, zoomed

__all__ = ["zeros"]

_AT_MOST = 64  # zeros of one function; those nearest to 0 are kept


def zeros(function: Elementwise, seams: tuple[float, ...], *, noise: float = 0.0) -> list[float]:
    """Return the places where a function crosses or touches zero, rising; at most 64.

    Args:
        function: Elementwise.
        seams: Where it may jump; a jump over zero is no zero.
        noise: Relative to |x|, what counts as zero already. A run of such values that crosses
            counts once; one that lasts to the end of the search is an approach and no zero.

    Example:
        >>> zeros(lambda x: (x - 1) * (x + 2), ())
        [-2.0, 1.0]
    """
    places = np.unique(np.concatenate([grid(seams), seams]))
    values = function(places)
    values = np.where(np.absolute(values) <= noise * np.absolute(places), 0.0, values)
    kept = np.isfinite(values)
    places, values = places[kept], values[kept]
    found = [*_crossed(function, places, values, seams), *_touched(function, places, values)]
    nearest = sorted(set(found), key=abs)[:_AT_MOST]
    return sorted(nearest)


def _crossed(
    function: Elementwise, places: Floats, values: Floats, seams: tuple[float, ...]
) -> Iterator[float]:
    """Yield a zero for each change of sign, and for each run of zeros between two signs."""
    signed = np.flatnonzero(values)
    for left, right in itertools.pairwise(signed.tolist()):
        crosses = bool(np.sign(values[left]) != np.sign(values[right]))
        if right - left > 1:
            yield from _in_run(places[left + 1 : right], seams, crosses=crosses)
        elif crosses:
            place = _bisected(function, float(places[left]), float(places[right]))
            if _is_zero(function, place):
                yield place


def _in_run(run: Floats, seams: tuple[float, ...], *, crosses: bool) -> Iterator[float]:
    """Yield the zero in a run of them: 0 or a seam if it lies in the run, else its middle."""
    known = [place for place in (0.0, *seams) if run[0] <= place <= run[-1]]
    if known:
        yield known[0]
    elif crosses or len(run) == 1:
        yield float(run[len(run) // 2])


def _bisected(function: Elementwise, low: float, high: float) -> float:
    sign = np.sign(function(np.array([low]))[0])
    for _ in range(80):
        middle = (low + high) / 2
        same = np.sign(function(np.array([middle]))[0]) == sign
        low, high = (middle, high) if same else (low, middle)
    ends = np.array([low, high])
    return float(ends[np.absolute(function(ends)).argmin()])


def _touched(function: Elementwise, places: Floats, values: Floats) -> list[float]:
    """Return where a function comes down to zero and turns, among its dents on [−12, 12]."""
    sizes = np.absolute(values)
    dents = 1 + np.flatnonzero((sizes[1:-1] < sizes[:-2]) & (sizes[1:-1] < sizes[2:]))
    clear = (np.minimum(sizes[dents - 1], sizes[dents + 1]) > 1e-9) & (sizes[dents] > 0)
    dents = dents[clear & (np.absolute(places[dents]) <= DENSE)][: 4 * _AT_MOST]
    same = np.sign(values[dents - 1]) == np.sign(values[dents + 1])
    dents = dents[same]
    heights, ats = zoomed(lambda x: -np.absolute(function(x)), places[dents - 1], places[dents + 1])
    return [float(at) for at in ats[-heights <= 1e-13 * np.maximum(1, np.absolute(ats))]]


def _is_zero(function: Elementwise, place: float) -> bool:
    return abs(float(function(np.array([place]))[0])) <= 1e-9 * max(1.0, abs(place))
