"""Numeric search over the whole line: seams, least upper bounds, flat pieces, crossings.

Everything here is measured and not proved. It sees what is wider than 2 % of its distance from zero
or from a seam, and on [−12, 12] what is wider than 0.02; `livegrad.functions.proof` encloses the
same numbers.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from livegrad.functions.backends import NUMPY
from livegrad.functions.formula import Call, Expression, evaluate, walk
from livegrad.functions.moments import Elementwise
from livegrad.functions.nodes import Number
from livegrad.functions.pieces import Clip, Piecewise

if TYPE_CHECKING:
    from livegrad.functions.record import Activation

__all__ = [
    "Bound",
    "Known",
    "Span",
    "flat_pieces",
    "grid",
    "highest",
    "in_float64",
    "last_above",
    "lowest",
    "seams",
    "steepest",
    "zeros",
    "zoomed",
]

Floats = NDArray[np.float64]
Known = Literal["declared", "searched", "integrated", "computed", "proved"]
"""How a number is known: stated in the entry, found by search, by quadrature, by running the
arithmetic itself, or enclosed by interval arithmetic."""

_FINEST, _FARTHEST, _DENSE = 1e-12, 1e9, 12.0
_BEYOND = (2.0**60, 2.0**200)  # where limits that are reached slowly are looked up
_NOTHING = 1e-60
_CANDIDATES, _CELLS, _ZOOMS = 16, 33, 8
_SAME = 1e-12  # relative difference below which two values count as one
_AT_MOST = 64  # seams and zeros of one function; those nearest to 0 are kept


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
    return functools.partial(_tree_on_array, f.kernel(*symbols), f.settings)


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


# ------------------------------------------------------------ seams


def seams(f: Activation) -> tuple[float, ...]:
    """Return where the formula may not be smooth, in rising order, in units of the input.

    These are the declared joints, the joints of pieces, the ends of clips, and the zeros of what
    stands inside an absolute value or a sign.

    Example:
        >>> from livegrad.functions import elementwise
        >>> seams(elementwise("hardtanh"))
        (-1.0, 1.0)
    """
    found = [*f.joint_places, *_edges_of(f.formula, f.settings)]
    within = np.unique([place for place in found if math.isfinite(place)])
    distinct = within[
        np.diff(within, prepend=-math.inf) > 1e-9 * np.maximum(1, np.absolute(within))
    ]
    nearest = distinct[np.argsort(np.absolute(distinct))][:_AT_MOST]
    return tuple(float(place) for place in np.sort(nearest))


def _edges_of(formula: Expression, settings: dict[str, float]) -> Iterator[float]:
    for node in _distinct(formula):
        if isinstance(node, Piecewise):
            yield from (float(evaluate(joint, NUMPY, settings)) for joint in node.joints)
        elif isinstance(node, Clip):
            bounds = [bound for bound in (node.low, node.high) if math.isfinite(bound)]
            for bound in bounds:
                yield from _crossings(node.argument - Number(bound), settings)
        elif isinstance(node, Call) and node.function in ("absolute", "sign"):
            yield from _crossings(node.argument, settings)


def _distinct(tree: Expression) -> list[Expression]:
    return list({id(node): node for node in walk(tree)}.values())


def _crossings(tree: Expression, settings: dict[str, float]) -> list[float]:
    return zeros(functools.partial(_tree_on_array, tree, settings), ())


def _tree_on_array(tree: Expression, settings: dict[str, float], x: Floats) -> Floats:
    with np.errstate(all="ignore"):
        return np.array(NUMPY.full(evaluate(tree, NUMPY, {**settings, "x": x}), x))


# ------------------------------------------------------------ the grid


@functools.lru_cache(maxsize=64)
def grid(seams: tuple[float, ...] = ()) -> Floats:
    """Return the places that are looked at first, shape (n,), rising, none of them on a seam.

    Example:
        >>> bool((np.diff(grid((1.0,))) > 0).all())
        True
    """
    distances = np.geomspace(_FINEST, _FARTHEST, 1600)
    closest = [max(float(np.spacing(abs(seam))), 1e-100) for seam in seams]
    beside = [
        seam + side * near for seam, near in zip(seams, closest, strict=True) for side in (-1, 1)
    ]
    around = [centre + sign * distances for centre in (0.0, *seams) for sign in (-1.0, 1.0)]
    even = np.linspace(-_DENSE, _DENSE, 2401)
    places = np.unique(np.concatenate([*around, even, np.array([0.0, *beside])]))
    return places[~np.isin(places, np.array(seams, float)) & (np.absolute(places) <= _FARTHEST)]


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
        >>> round(last_above(lambda x: np.exp(-x), 0.5, (), 1), 6)
        0.693147
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
    values = _without_nan(function(places))
    end = _grows_towards(places, values)
    if end is not None:
        return Bound(math.inf, end, attained=False)
    at, top = _peak(function, places, values)
    far = np.array([sign * size for size in _BEYOND for sign in (-1.0, 1.0)])
    far = np.concatenate([places[[0, -1]], far])
    limits = _without_nan(function(far))
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
            if here >= top - 1e-9 * abs(top) - _NOTHING:
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
            for size in (_FARTHEST / 1e3, _FARTHEST / 1e2, _FARTHEST / 10)
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
        values = _without_nan(function(cells.ravel())).reshape(cells.shape)
        best = values.argmax(axis=1)
        better = values[row, best] > tops
        tops = np.where(better, values[row, best], tops)
        ats = np.where(better, cells[row, best], ats)
        low, high = (
            cells[row, np.maximum(best - 1, 0)],
            cells[row, np.minimum(best + 1, _CELLS - 1)],
        )
    return tops, ats


# ------------------------------------------------------------ zeros


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
    dents = dents[clear & (np.absolute(places[dents]) <= _DENSE)][: 4 * _AT_MOST]
    same = np.sign(values[dents - 1]) == np.sign(values[dents + 1])
    dents = dents[same]
    heights, ats = zoomed(lambda x: -np.absolute(function(x)), places[dents - 1], places[dents + 1])
    return [float(at) for at in ats[-heights <= 1e-13 * np.maximum(1, np.absolute(ats))]]


def _is_zero(function: Elementwise, place: float) -> bool:
    return abs(float(function(np.array([place]))[0])) <= 1e-9 * max(1.0, abs(place))


def _inside(span: Span) -> float:
    if math.isinf(span.low) or math.isinf(span.high):
        inner = [end for end in (span.low, span.high) if math.isfinite(end)]
        return (inner[0] + (1.0 if math.isfinite(span.low) else -1.0)) if inner else 0.0
    return (span.low + span.high) / 2


def _without_nan(values: Floats) -> Floats:
    return np.where(np.isnan(values), -math.inf, values)
