"""Where a formula or its slope is undefined: divisions by 0, logarithms and roots of what is negative."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.functions.formula import Call, derivative
from livegrad.functions.formula.nodes import Evaluation, Expression, Quotient
from livegrad.functions.formula.pieces import Choice, Piecewise
from livegrad.functions.formula.powers import RealPower
from livegrad.functions.language.size import parts_of
from livegrad.functions.numbers.backends import NUMPY
from livegrad.functions.own.grid import GRID, Compute, Floats, narrowed, on
from livegrad.text import Text

_NEIGHBOURS = 8  # places of the grid on either side
_UNDERFLOW = 1e-150  # what falls to 0 beyond it has not reached 0, only the end of float64

_UNDEFINED = Text(
    "{what} “{formula}” is not defined at x = {place:.6g}, because of {part}; an activation must "
    "have a value and a finite slope for every real x. Keep its argument away from there, for "
    "example with where(x > c, …, …), abs(x) or max(x, c).",
    "{what} “{formula}”{part:은/는} x = {place:.6g}에서 정의되지 않습니다. 활성화 함수(activation)는 "
    "모든 실수 x에서 값과 유한한 기울기가 있어야 합니다. where(x > c, …, …)나 abs(x), max(x, c) "
    "등으로 그 자리를 피해 주세요.",
)


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
        >>> from livegrad.functions.language.parsing import parse
        >>> gap(parse("1 / (x - 3)"), {}, ()).place
        3.0
        >>> gap(parse("where(x > 1, log(x), x - 1)"), {}, ()) is None
        True
    """
    places = np.unique(np.concatenate([GRID, joints]))
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
        values = np.broadcast_to(at.of(part), where.shape)
        key = (id(part), bytes([closed, bound < 0, isinstance(node, Quotient)]) + where.tobytes())
        if key not in self._seen:
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
            outside = (room < -_noise(room)) if closed else (room <= 0) & ~_faded(room)
            found = [places[outside & where]]
        found.append(self.dips(places, room, where, closed=closed))
        return np.concatenate(found)

    def zeros(self, places: Floats, room: Floats, where: NDArray[np.bool_]) -> Floats:
        return places[(room == 0) & where & ~_faded(room)]

    def poles(self, places: Floats, room: Floats, where: NDArray[np.bool_]) -> Floats:
        """Return where the argument goes through 0 between two places."""
        cells = np.flatnonzero((room[1:] * np.sign(room[:-1]) < 0) & where[1:] & where[:-1])
        cells = cells[np.argsort(np.absolute(places[cells]))][:32]
        low, high = narrowed(self.compute, places[cells], places[cells + 1])
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
        limit = -_noise(room)[cells] if closed else 1e-10 * room[cells]
        return best[found < limit]


def _noise(room: Floats) -> Floats:
    """Return how far rounding may carry what is 0 at each place, by the sizes met around it."""
    sizes = np.absolute(np.nan_to_num(room, nan=0.0, posinf=0.0, neginf=0.0))
    around = np.lib.stride_tricks.sliding_window_view(
        np.pad(sizes, _NEIGHBOURS), 2 * _NEIGHBOURS + 1
    )
    return 1e-12 * around.max(axis=1)


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
    tree: Expression, settings: Mapping[str, float], joints: tuple[float, ...], formula: str
) -> None:
    """Raise `BadInput` if a formula or its slope is undefined somewhere.

    Args:
        tree: The formula.
        settings: Every parameter's value.
        joints: Where its branches meet.
        formula: Its text, for the message.

    Example:
        >>> from livegrad.functions.formula import x
        >>> check_defined(x**2, {}, (), "x**2")
    """
    for what, each in ((_FORMULA, tree), (_SLOPE, derivative(tree))):
        found = gap(each, settings, joints)
        if found is not None:
            part = _PARTS[type(found.part).__name__]
            name = found.part.function if isinstance(found.part, Call) else ""
            raise BadInput(
                _UNDEFINED.fill(
                    what=what, formula=formula, place=found.place, part=part.fill(function=name)
                )
            )


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
