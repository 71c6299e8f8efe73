"""Where a formula goes over from one branch to another: searched, because conditions may be any trees."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from livegrad.errors import BadInput
from livegrad.functions.formula import Call, walk, x
from livegrad.functions.formula.nodes import Evaluation, Expression
from livegrad.functions.formula.pieces import Choice, Clip, Piecewise
from livegrad.functions.language.vocabulary import depends_on
from livegrad.functions.numbers.backends import NUMPY
from livegrad.functions.own.grid import GRID, Compute, Floats, narrowed, on
from livegrad.text import Text

MOST_JOINTS = 64
_SWITCHES = Text(
    "The formula “{formula}” switches between branches at more than {most} places. Take conditions "
    "that change less often.",
    "수식 “{formula}”에서 갈래가 바뀌는 곳이 {most}곳을 넘습니다. 더 드물게 바뀌는 조건을 쓰세요.",
)


@dataclass(frozen=True)
class Crossing:
    """A place at which a formula goes over from one branch to another.

    Attributes:
        place: In units of the input.
        nodes: The choices, absolute values and signs that change there.
    """

    place: float
    nodes: tuple[Expression, ...]

    def slope(self, slope: Expression, settings: Mapping[str, float]) -> float:
        """Return a formula's slope there, with its choices at a tie as they truly are.

        In floating point the two sides of a condition need not be equal anywhere.

        Args:
            slope: The derivative of the formula.
            settings: Every parameter's value.
        """
        at = Evaluation(NUMPY, {**settings, "x": np.array([self.place])})
        with np.errstate(all="ignore"):
            for node in self.nodes:
                if isinstance(node, Choice):
                    # A constant side may stand elsewhere too, so it is the other that is assumed.
                    sides = (node.left, node.right)
                    moved, fixed = sides if depends_on(node.left) else sides[::-1]
                    at.assume(moved, np.broadcast_to(at.of(fixed), (1,)))
                elif isinstance(node, Call):
                    at.assume(node.argument, np.zeros(1))
            return float(np.broadcast_to(at.of(slope), (1,))[0])


def joints(tree: Expression, settings: Mapping[str, float], formula: str) -> tuple[Crossing, ...]:
    """Return the places at which a formula goes over from one branch to another, rising.

    Args:
        tree: The formula.
        settings: Every parameter's value.
        formula: Its text, for the message.

    Raises:
        BadInput: There are more than `MOST_JOINTS`.

    Example:
        >>> from livegrad.functions.language.parsing import parse
        >>> [crossing.place for crossing in joints(parse("max(x**2, 4)"), {}, "")]
        [-2.0, 2.0]
    """
    found = list[Crossing]()
    for difference, node in dict.fromkeys(_switches(tree)):
        places = _crossings(on(difference, settings))
        found += [Crossing(place, (node,)) for place in places]
        if len(found) > MOST_JOINTS:
            raise BadInput(_SWITCHES.fill(formula=formula, most=MOST_JOINTS))
    return tuple(_apart(sorted(found, key=lambda crossing: crossing.place)))


def _switches(tree: Expression) -> Iterator[tuple[Expression, Expression]]:
    """Yield the nodes that have branches, each with a tree that changes its sign between them."""
    for node in walk(tree):
        match node:
            case Choice(left=left, right=right):
                yield left - right, node
            case Piecewise(joints=places):
                yield from ((x - place, node) for place in places)
            case Call(function="absolute" | "sign", argument=argument):
                yield argument, node
            case Clip(argument=argument, low=low, high=high):
                bounds = (bound for bound in (low, high) if math.isfinite(bound))
                yield from ((argument - bound, node) for bound in bounds)


def _crossings(compute: Compute) -> list[float]:
    sign = np.sign(compute(GRID))
    cells = np.flatnonzero((sign[1:] != sign[:-1]) & ~np.isnan(sign[1:] + sign[:-1]))
    if len(cells) > 2 * MOST_JOINTS:
        return [float(place) for place in GRID[cells]]
    low, high = narrowed(compute, *_settled(compute, GRID[cells], GRID[cells + 1]))
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


def _apart(crossings: list[Crossing]) -> Iterator[Crossing]:
    """Yield places, those that are the same but for rounding as one: the one nearest 0."""
    groups = list[list[Crossing]]()
    for each in crossings:
        near = 1e-12 * max(abs(each.place), 1e-6)
        if groups and each.place - groups[-1][-1].place <= near:
            groups[-1].append(each)
        else:
            groups.append([each])
    for group in groups:
        place = min((each.place for each in group), key=abs)
        yield Crossing(place + 0.0, tuple(node for each in group for node in each.nodes))
