"""What can be found out about a formula by looking: where it is undefined, where it switches, its ends.

All of it is search on a grid from 1e-12 to 1e9 on both sides of 0, refined where something happens.
A pole narrower than the grid and hidden from its minima would escape; what is found is real.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.functions.backends import NUMPY
from livegrad.functions.formula import Call, evaluate, walk, x
from livegrad.functions.nodes import Evaluation, Expression, Quotient
from livegrad.functions.pieces import Choice, Clip, Piecewise
from livegrad.functions.powers import RealPower
from livegrad.functions.size import parts_of
from livegrad.text import Text

Floats = NDArray[np.float64]
Compute = Callable[[Floats], Floats]

MOST_JOINTS = 64
_SIZES = np.geomspace(1e-12, 1e9, 400)
_GRID = np.unique(np.concatenate([-_SIZES, [0.0], _SIZES, np.arange(-1200, 1201) / 100]))
_UNDERFLOW = 1e-150  # what falls to 0 beyond it has not reached 0, only the end of float64

_UNDEFINED = Text(
    "{what} “{formula}” is not defined at x = {place:.6g}, because of {part}; an activation must "
    "have a value and a finite slope for every real x. Keep its argument away from there, for "
    "example with where(x > c, …, …), abs(x) or max(x, c).",
    "{what} “{formula}”{part:은/는} x = {place:.6g}에서 정의되지 않습니다. 활성화 함수(activation)는 "
    "모든 실수 x에서 값과 유한한 기울기가 있어야 합니다. where(x > c, …, …)나 abs(x), max(x, c) "
    "등으로 그 자리를 피해 주세요.",
)
_SWITCHES = Text(
    "The formula “{formula}” switches between branches at more than {most} places. Take conditions "
    "that change less often.",
    "수식 “{formula}”에서 갈래가 바뀌는 곳이 {most}곳을 넘습니다. 더 드물게 바뀌는 조건을 쓰세요.",
)


def on(tree: Expression, settings: Mapping[str, float]) -> Compute:
    """Return a tree as a function of an array, silent about overflow and the like.

    Example:
        >>> on(x**2, {})(np.array([3.0]))
        array([9.])
    """

    def compute(places: Floats) -> Floats:
        with np.errstate(all="ignore"):
            value = evaluate(tree, NUMPY, {**settings, "x": places})
            return np.broadcast_to(np.asarray(value, np.float64), places.shape)

    return compute


# ------------------------------------------------------------ where branches meet


def joints(tree: Expression, settings: Mapping[str, float], formula: str) -> tuple[float, ...]:
    """Return the places at which a formula goes over from one branch to another, rising.

    Args:
        tree: The formula.
        settings: Every parameter's value.
        formula: Its text, for the message.

    Raises:
        BadInput: There are more than `MOST_JOINTS`.

    Example:
        >>> from livegrad.functions.parsing import parse
        >>> joints(parse("max(x**2, 4)"), {}, "")
        (-2.0, 2.0)
    """
    found = list[float]()
    for switch in dict.fromkeys(_switches(tree)):
        found += _crossings(on(switch, settings))
        if len(found) > MOST_JOINTS:
            raise BadInput(_SWITCHES.fill(formula=formula, most=MOST_JOINTS))
    return tuple(_apart(sorted(found)))


def _switches(tree: Expression) -> Iterator[Expression]:
    """Yield trees that change their sign where some part of the formula changes its branch."""
    for node in walk(tree):
        match node:
            case Choice(left=left, right=right):
                yield left - right
            case Piecewise(joints=places):
                yield from (x - place for place in places)
            case Call(function="absolute" | "sign", argument=argument):
                yield argument
            case Clip(argument=argument, low=low, high=high):
                yield from (argument - bound for bound in (low, high) if math.isfinite(bound))


def _crossings(compute: Compute) -> list[float]:
    sign = np.sign(compute(_GRID))
    cells = np.flatnonzero((sign[1:] != sign[:-1]) & ~np.isnan(sign[1:] + sign[:-1]))
    if len(cells) > 2 * MOST_JOINTS:
        return [float(place) for place in _GRID[cells]]
    low, high = _narrowed(compute, *_settled(compute, _GRID[cells], _GRID[cells + 1]))
    sizes = np.absolute(compute(low)), np.absolute(compute(high))
    nearer = np.absolute(low) <= np.absolute(high)
    take_low = np.where(sizes[0] == sizes[1], nearer, sizes[0] < sizes[1])
    return [_meant(float(place)) for place in np.where(take_low, low, high)]


def _meant(place: float) -> float:
    # max(x + 3, 0) reaches 6 a rounding error before 3.
    short = float(f"{place:.12g}")
    return short if abs(short - place) <= 4 * math.ulp(place) else place


def _settled(compute: Compute, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Return cells, shrunk to one end where the sign changes right there: no need to search."""
    beside = (
        np.where(low == 0, 1e-40, np.nextafter(low, np.inf)),
        np.where(high == 0, -1e-40, np.nextafter(high, -np.inf)),
    )
    at_low = np.sign(compute(beside[0])) == np.sign(compute(high))
    at_high = np.sign(compute(beside[1])) == np.sign(compute(low))
    return np.where(at_high & ~at_low, high, low), np.where(at_low, low, high)


def _narrowed(compute: Compute, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Halve cells with different signs at their ends until the ends are neighbours, or nearly."""
    first = np.sign(compute(low))
    for _ in range(64):
        middle = low + (high - low) / 2
        if np.all((middle == low) | (middle == high)):
            break
        stays = np.sign(compute(middle)) == first
        low, high = np.where(stays, middle, low), np.where(stays, high, middle)
    return low, high


def _apart(places: list[float]) -> Iterator[float]:
    """Yield places without those that are the same but for rounding; of those, the one nearest 0."""
    groups = list[list[float]]()
    for place in places:
        if groups and place - groups[-1][-1] <= 1e-12 * max(abs(place), 1e-6):
            groups[-1].append(place)
        else:
            groups.append([place])
    yield from (min(group, key=abs) + 0.0 for group in groups)


# ------------------------------------------------------------ where it is undefined


@dataclass(frozen=True)
class Gap:
    """A place at which a formula has no value.

    Attributes:
        place: In units of the input.
        part: The node that has none there.
    """

    place: float
    part: Expression


def gap(tree: Expression, settings: Mapping[str, float], joints: tuple[float, ...]) -> Gap | None:
    """Return the simplest place at which a formula is found to be undefined or infinite.

    Overflow is no gap: it is the end of float64 and not of the function. Branches that are not
    taken may have gaps where they are not taken.

    Args:
        tree: The formula, or its derivative.
        settings: Every parameter's value.
        joints: Places that are looked at besides those of the grid.

    Example:
        >>> from livegrad.functions.parsing import parse
        >>> gap(parse("1 / (x - 3)"), {}, ()).place
        3.0
        >>> gap(parse("where(x > 1, log(x), x - 1)"), {}, ()) is None
        True
    """
    places = np.unique(np.concatenate([_GRID, joints]))
    with np.errstate(all="ignore"):
        visit = _Visit(settings, places)
        visit.node(tree, Evaluation(NUMPY, {**settings, "x": places}), np.ones(len(places), bool))
    return min(visit.found, key=lambda each: _simplicity(each.place), default=None)


def _simplicity(place: float) -> tuple[int, float]:
    # "Not defined at x = -1" says more than "at x = -1.12884e-12", where the grid begins.
    return len(f"{place:.6g}".lstrip("-")), abs(place)


class _Visit:
    """One walk over a tree, each node with the places at which it counts."""

    def __init__(self, settings: Mapping[str, float], places: Floats) -> None:
        self.settings, self.places, self.found = settings, places, list[Gap]()
        self._seen = set[tuple[int, bytes]]()

    def node(self, node: Expression, at: Evaluation, where: NDArray[np.bool_]) -> None:
        key = (id(node), where.tobytes())
        if key in self._seen or not where.any():
            return
        self._seen.add(key)
        match node:
            case Choice():
                self.choice(node, at, where)
            case Piecewise():
                self.pieces(node, at, where)
            case _:
                self.check(node, at, where)
                for part in parts_of(node):
                    self.node(part, at, where)

    def choice(self, node: Choice, at: Evaluation, where: NDArray[np.bool_]) -> None:
        taken = np.broadcast_to(at.of(node.left) > at.of(node.right), where.shape)
        for part, places in (
            (node.left, where),
            (node.right, where),
            (node.chosen, where & taken),
            (node.other, where & ~taken),
        ):
            self.node(part, at, places)

    def pieces(self, node: Piecewise, at: Evaluation, where: NDArray[np.bool_]) -> None:
        edges = [-math.inf, *(at.of(joint) for joint in node.joints), math.inf]
        for piece, low, high in zip(node.pieces, edges, edges[1:], strict=False):
            inside = where & (self.places > low) & (self.places <= high)
            self.node(piece, at.within(low, high), inside)

    def check(self, node: Expression, at: Evaluation, where: NDArray[np.bool_]) -> None:
        match node:
            case Quotient(bottom=part):
                bound, closed = 0.0, False
            case Call(function="log", argument=part):
                bound, closed = 0.0, False
            case Call(function="log1p", argument=part):
                bound, closed = -1.0, False
            case Call(function="sqrt", argument=part):
                bound, closed = 0.0, True
            case RealPower(root=part, exponent=exponent):
                bound, closed = 0.0, bool(at.of(exponent) >= 0)
            case _:
                return
        values = at.of(part)
        key = (id(part), bytes([closed, bound < 0, isinstance(node, Quotient)]) + where.tobytes())
        if np.ndim(values) and key not in self._seen:
            self._seen.add(key)
            room = _Room(on(part, self.settings), bound, both_sides=isinstance(node, Quotient))
            places = room.gaps(self.places, values - bound, where, closed=closed)
            nearest = min(map(float, places), key=_simplicity, default=None)
            self.found += [] if nearest is None else [Gap(nearest, node)]


@dataclass(frozen=True)
class _Room:
    """What an argument must keep away from.

    Attributes:
        compute: The argument.
        bound: What it must stay above.
        both_sides: Whether it may as well stay below.
    """

    compute: Compute
    bound: float
    both_sides: bool

    def gaps(
        self, places: Floats, room: Floats, where: NDArray[np.bool_], *, closed: bool
    ) -> Floats:
        """Return places without room."""
        if self.both_sides:
            found = [self.zeros(places, room, where), self.poles(places, room, where)]
            room = np.absolute(room)
        else:
            slack = 1e-12 * np.maximum(1.0, np.absolute(places)) if closed else 0.0
            outside = (room < -slack) if closed else (room <= 0) & ~_faded(room)
            found = [places[outside & where]]
        found.append(self.dips(places, room, where, closed=closed))
        return np.concatenate(found)

    def zeros(self, places: Floats, room: Floats, where: NDArray[np.bool_]) -> Floats:
        return places[(room == 0) & where & ~_faded(room)]

    def poles(self, places: Floats, room: Floats, where: NDArray[np.bool_]) -> Floats:
        """Return where the argument goes through 0 between two places."""
        cells = np.flatnonzero((room[1:] * np.sign(room[:-1]) < 0) & where[1:] & where[:-1])
        cells = cells[np.argsort(np.absolute(places[cells]))][:32]
        low, high = _narrowed(self.compute, places[cells], places[cells + 1])
        left = np.minimum(np.absolute(self.compute(low)), np.absolute(self.compute(high)))
        # At a jump the argument does not come near to 0.
        return low[left < 1e-6 * np.minimum(np.absolute(room[cells]), np.absolute(room[cells + 1]))]

    def dips(
        self, places: Floats, room: Floats, where: NDArray[np.bool_], *, closed: bool
    ) -> Floats:
        """Return where the argument touches its bound between places: zoom into its minima."""
        inner = room[1:-1]
        cells = 1 + np.flatnonzero(
            (inner > 0) & (inner <= room[:-2]) & (inner <= room[2:]) & where[1:-1]
            & (inner < np.maximum(room[:-2], room[2:])) & where[2:] & where[:-2]
        )  # fmt: skip
        cells = cells[np.argsort(room[cells])][:8]
        low, high, found = places[cells - 1], places[cells + 1], room[cells]
        best = places[cells]
        for _ in range(10 if len(cells) else 0):
            inside = np.linspace(low, high, 17)
            sizes = self.compute(inside.ravel()).reshape(inside.shape) - self.bound
            sizes = np.absolute(sizes) if self.both_sides else sizes
            lowest = np.argmin(np.where(np.isnan(sizes), np.inf, sizes), axis=0)
            columns = np.arange(len(cells))
            best, found = inside[lowest, columns], sizes[lowest, columns]
            low = inside[np.maximum(lowest - 1, 0), columns]
            high = inside[np.minimum(lowest + 1, 16), columns]
        limit = -1e-12 * np.maximum(1.0, np.absolute(best)) if closed else 1e-10 * room[cells]
        return best[found < limit]


def _faded(room: Floats) -> NDArray[np.bool_]:
    """Tell where an argument is 0 only because it fell below the smallest float64 on its way out."""
    zero = room == 0
    faded = np.zeros_like(zero)
    for step in (1, -1):
        inwards = zero[::step]
        length = int(np.argmin(inwards)) if not inwards.all() else 0
        if length and abs(room[::step][length]) < _UNDERFLOW:
            faded[::step][:length] = True
    return faded


def check_defined(
    tree: Expression, slope: Expression, settings: Mapping[str, float], formula: str
) -> tuple[float, ...]:
    """Return a formula's joints, or raise `BadInput` if it or its slope is undefined somewhere.

    Args:
        tree: The formula.
        slope: Its derivative.
        settings: Every parameter's value.
        formula: Its text, for the message.

    Example:
        >>> from livegrad.functions.formula import derivative
        >>> check_defined(x**2, derivative(x**2), {}, "x**2")
        ()
    """
    places = joints(tree, settings, formula)
    for what, each in ((_FORMULA, tree), (_SLOPE, slope)):
        found = gap(each, settings, places)
        if found is not None:
            part = _PARTS[type(found.part).__name__]
            name = found.part.function if isinstance(found.part, Call) else ""
            raise BadInput(
                _UNDEFINED.fill(
                    what=what, formula=formula, place=found.place, part=part.fill(function=name)
                )
            )
    return places


_FORMULA, _SLOPE = (
    Text("The formula", "수식"),
    Text("The slope of the formula", "기울기를 볼 때 수식"),
)
_PARTS = {
    "Quotient": Text("a division by 0", "(0으로 나누기 때문에)"),
    "Call": Text("{function}", "({function} 때문에)"),
    "RealPower": Text(
        "a power of a negative base or of 0", "(밑이 음수이거나 0인 거듭제곱 때문에)"
    ),
}


# ------------------------------------------------------------ both ends


def tails(tree: Expression, settings: Mapping[str, float]) -> tuple[float, float]:
    """Return the limits of a formula at −∞ and +∞, as its values tell; NaN where they tell none.

    Example:
        >>> from livegrad.functions.formula import sigmoid, sin
        >>> tails(x * sigmoid(x), {}), tails(sin(x), {})
        ((0.0, inf), (nan, nan))
    """
    compute = on(tree, settings)
    far = 2.0 ** np.arange(2, 301)
    with np.errstate(all="ignore"):
        left, right = _limit(compute(-far)), _limit(compute(far))
    return left, right


def _limit(values: Floats) -> float:
    known = values[~np.isnan(values)]
    if len(known) < 8:
        return math.nan
    still = np.absolute(np.diff(known)) <= 1e-14 * np.absolute(known[1:])
    # The first long rest counts: beyond it x² or x³ may overflow inside.
    rests = (
        np.flatnonzero(np.convolve(still, np.ones(24), "valid") == 24) if len(still) >= 24 else []
    )
    if len(rests):
        return float(known[rests[0] + 24]) + 0.0
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
