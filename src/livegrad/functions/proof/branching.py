"""Branch and bound on intervals: a supremum enclosed over the whole line. Needs python-flint.

Boxes of x are halved until the bound that interval arithmetic gives for all of them is no more than
one part in a million above a value that is surely reached. Each box is bounded twice: straight from
the formula, and by the mean value theorem, f(m) + f′(box)·(box − m), whose error shrinks with the
square of the box. Where f′ keeps its sign, an end of the box is enough.
"""

from __future__ import annotations

import heapq
import itertools
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from flint import arb, ctx
from numpy.typing import NDArray

from livegrad.functions.formula import Expression
from livegrad.functions.formula.nodes import Evaluation, Value
from livegrad.functions.numbers.backends import Backend
from livegrad.functions.numbers.intervals import (
    Box,
    Doubt,
    Interval,
    Point,
    interval_backend,
    point,
    span,
)
from livegrad.functions.properties.sampling import Span
from livegrad.functions.properties.smoothness import seams

if TYPE_CHECKING:
    from livegrad.functions.record import Activation

__all__ = ["Reached", "at_points", "supremum"]

_BITS = 100
_RELATIVE, _ABSOLUTE = 1e-6, 1e-9  # how wide an enclosure may stay
_MIDDLE = 40.0
_TAILS = (_MIDDLE, *(float(40**power) for power in (2, 4, 8, 16, 32, 64, 128)), sys.float_info.max)
_BOXES, _TAIL_BOXES = 6000, 300  # halvings before a bound is given up
_LEAST = arb("-inf")
_UNDERFLOWN = arb(sys.float_info.min) / 2**60


@dataclass(frozen=True)
class Reached:
    """Bounds of a supremum, and the part of the line over which it is taken."""

    low: float
    high: float
    on: Span


class _OnBox:
    """An `Evaluation` that leaves out pieces which the box does not touch."""

    def __init__(self, backend: Backend, values: Mapping[str, Value]) -> None:
        self.backend, self.values = backend, values
        self._results: dict[int, Value] = {}

    def of(self, node: Expression) -> Value:
        if id(node) not in self._results:
            self._results[id(node)] = node.value(cast("Evaluation", self))
        return self._results[id(node)]

    def within(self, low: Value, high: Value) -> _OnBox | _Nowhere:
        box, clip = self.values["x"], self.backend.clip
        held = clip(box, low, high)
        if bool(held.low == held.high) and bool(box.low < box.high):
            return _Nowhere()
        return _OnBox(self.backend, {**self.values, "x": held})


class _Nowhere:
    """What a piece is outside its interval: never chosen, so anything."""

    def of(self, node: Expression) -> Interval:  # noqa: ARG002 - as of an `Evaluation`
        return span(arb("-inf"), arb("inf"))


class _Bounded:
    """A function with its slope, evaluated on boxes; ``sign`` −1 turns it upside down."""

    def __init__(
        self, settings: Mapping[str, float], value: Expression, slope: Expression, sign: int
    ) -> None:
        self.value, self.slope, self.sign = value, slope, sign
        self.settings = {name: point(number) for name, number in settings.items()}
        self.doubt = Doubt()
        self.backend = interval_backend(self.doubt)

    def of(self, box: Box, tree: Expression) -> Interval:
        """Return an enclosure of a tree over a box."""
        return self._within(_OnBox(self.backend, {**self.settings, "x": box}), tree)

    def above(self, box: Box) -> tuple[Point, Point]:
        """Return an upper bound over the box, and a value that is surely reached in it."""
        self.doubt.met = False
        evaluation = _OnBox(self.backend, {**self.settings, "x": box})
        plain, slope = self._within(evaluation, self.value), self._within(evaluation, self.slope)
        if self.doubt.met:
            return plain.high, plain.low
        if bool(slope.low >= 0) or bool(slope.high <= 0):
            end = self.of(_end_of(box, upper=bool(slope.low >= 0)), self.value)
            return min(plain.high, end.high), end.low
        middle = _middle(box)
        centre = self.of(middle, self.value)
        around = centre + slope * (box - middle)
        return min(plain.high, around.high), centre.low

    def _within(self, evaluation: _OnBox, tree: Expression) -> Interval:
        result = evaluation.of(tree)
        result = result if isinstance(result, Interval) else point(float(result))
        return result if self.sign > 0 else -result


def supremum(
    f: Activation, value: Expression, slope: Expression, *, upside_down: bool = False
) -> Reached | None:
    """Enclose the least upper bound of a tree over the whole line, or as far as that succeeds.

    Args:
        f: The activation whose tree it is: its settings are used, and its seams cut the boxes.
        value: The tree.
        slope: Its derivative by x.
        upside_down: Whether the greatest lower bound is wanted, with its sign turned.

    Returns:
        The bounds and where they hold; None if there are none even on [−40, 40].

    Example:
        >>> from livegrad.functions import elementwise
        >>> from livegrad.functions.formula import derivative
        >>> f = elementwise("tanh")
        >>> supremum(f, f.formula, derivative(f.formula)).on
        Span(low=-inf, high=inf)
    """
    with ctx.workprec(_BITS):
        function = _Bounded(f.settings, value, slope, -1 if upside_down else 1)
        middle, tails = _cover(seams(f))
        found = _branch_and_bound(function, middle, _LEAST, _BOXES)
        return found and _widened(function, found, tails)


def at_points(f: Activation, tree: Expression, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute a tree with so many digits that its float64 result is right to the last one.

    Args:
        f: The activation whose settings are used.
        tree: Its formula, or a derivative of it.
        x: Places of shape (n,), none of them on a joint.

    Returns:
        Shape (n,); NaN where even 2000 bits leave a doubt.

    Example:
        >>> from livegrad.functions import elementwise
        >>> f = elementwise("tanh")
        >>> from livegrad.functions.formula.nodes import Symbol
        >>> at_points(f, f.formula - Symbol("x"), np.array([1e-8]))
        array([-3.33333333e-25])
    """
    function = _Bounded(f.settings, tree, tree, 1)
    return np.array([_at_point(function, float(place)) for place in x])


def _at_point(function: _Bounded, place: float) -> float:
    for bits in (120, 500, 2000):
        with ctx.workprec(bits):
            found = function.of(point(place), function.value)
            middle, width = (found.low + found.high) / 2, found.high - found.low
            if bool(width <= abs(middle) * 2.0**-53) or bool(abs(middle) + width < _UNDERFLOWN):
                return float(middle)
    return math.nan


def _widened(
    function: _Bounded, found: tuple[Point, Point], tails: list[list[tuple[Box, float]]]
) -> Reached:
    low, high = found
    ends = [-_MIDDLE, _MIDDLE]
    for side, boxes in enumerate(tails):
        for box, end in boxes:
            farther = _branch_and_bound(function, [box], low, _TAIL_BOXES)
            if farther is None:
                break
            low, high = farther[0], max(high, farther[1])
            ends[side] = end
    return Reached(_down(low), _up(high), Span(*ends))


def _branch_and_bound(
    function: _Bounded, boxes: list[Box], best: Point, most: int
) -> tuple[Point, Point] | None:
    """Return a value that is reached, here or before, and an upper bound; None if boxes run out."""
    order = itertools.count()  # so that the heap never compares boxes
    heap: list[tuple[float, int, Point, Box]] = []
    waiting = list(boxes)
    for _ in range(most):
        for box in waiting:
            upper, reached = function.above(box)
            best = max(best, reached)
            heapq.heappush(heap, (-_up(upper), next(order), upper, box))
        upper, box = heap[0][2:]
        if _close(best, upper):
            return best, max(best, upper)
        waiting = _halves(box)
        if not waiting:
            return None
        heapq.heappop(heap)
    return None


def _close(best: Point, upper: Point) -> bool:
    if upper <= best:
        return True
    return bool(upper - best <= abs(best) * _RELATIVE + _ABSOLUTE)


def _halves(box: Box) -> list[Box]:
    if not (box.low.is_finite() and box.high.is_finite()):
        return []
    middle = _middle(box).low
    if not box.low < middle < box.high:
        return []
    return [span(box.low, middle), span(middle, box.high)]


def _middle(box: Box) -> Box:
    """Return an exact point inside: the geometric mean of a box whose ends lie far apart."""
    if not box.low.is_finite() or not box.high.is_finite():
        far = arb(sys.float_info.max) * 2
        return span(far, far) if box.low.is_finite() else span(-far, -far)
    middle = ((box.low + box.high) / 2).mid()
    small, large = sorted((abs(box.low), abs(box.high)), key=float)
    if box.low * box.high > 0 and large > 4 * small:
        size = (small * large).sqrt().mid()
        middle = size if box.low > 0 else -size
    return span(middle, middle)


def _end_of(box: Box, *, upper: bool) -> Box:
    """Return a sliver at one end of a box, inside it: the end itself may belong to another piece."""
    end = box.high if upper else box.low
    if not end.is_finite():
        return span(end, end)
    width = (abs(end) + 1) * arb(2) ** -90
    inner = (end - width if upper else end + width).mid()
    if not box.low < inner < box.high:
        return box
    return span(inner, end) if upper else span(end, inner)


def _cover(cuts: tuple[float, ...]) -> tuple[list[Box], list[list[tuple[Box, float]]]]:
    """Return boxes for the middle, and for both tails boxes with their outer ends."""
    edges = sorted({-_MIDDLE, 0.0, _MIDDLE, *(cut for cut in cuts if abs(cut) < _MIDDLE)})
    middle = [span(arb(low), arb(high)) for low, high in itertools.pairwise(edges)]
    tails = []
    for side in (-1, 1):
        outer = sorted({*_TAILS, *(side * cut for cut in cuts if side * cut > _MIDDLE)})
        pairs = list(itertools.pairwise([*outer, math.inf]))
        boxes = [_tail_box(side, inner, end) for inner, end in pairs]
        tails.append([(box, side * end) for box, (_, end) in zip(boxes, pairs, strict=True)])
    return middle, tails


def _tail_box(side: int, inner: float, outer: float) -> Box:
    return span(arb(inner), arb(outer)) if side > 0 else span(arb(-outer), arb(-inner))


def _down(value: Point) -> float:
    near = float(value.lower())
    return near if arb(near) <= value.lower() else math.nextafter(near, -math.inf)


def _up(value: Point) -> float:
    return -_down(-value)
