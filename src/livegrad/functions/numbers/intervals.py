"""Interval arithmetic over expression trees: enclosures that no rounding can escape.

An interval has two exact ends, numbers of python-flint (Arb) with many bits and without overflow;
each operation rounds the lower one down and the upper one up. Trees are evaluated by their own
rules: this is one more backend.

A box, the interval that x runs over, is meant without its two ends. So a box that begins at a joint
lies on the right of it, and all that is said of it holds for the one-sided limit too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from flint import arb

from livegrad.functions.formula.nodes import Number
from livegrad.functions.numbers.backends import NUMPY, Backend

__all__ = ["Box", "Condition", "Doubt", "Interval", "interval_backend", "point", "span"]

Point: TypeAlias = arb
OfPoint: TypeAlias = Callable[[Point], Point]
_ZERO, _ONE, _INFINITY = arb(0), arb(1), arb("inf")


@dataclass(frozen=True)
class Condition:
    """The answer to a comparison: yes, no, or (None) it depends on where in the box x is."""

    answer: bool | None

    def __and__(self, other: Condition) -> Condition:
        if self.answer is False or other.answer is False:
            return Condition(answer=False)
        both = self.answer is True and other.answer is True
        return Condition(answer=True if both else None)


class Interval:
    """All numbers between two exact ends, which may be infinite."""

    __slots__ = ("high", "low")

    def __init__(self, low: Point, high: Point) -> None:
        lost = low.is_nan() or high.is_nan()
        self.low: Point = -_INFINITY if lost else low.lower()
        self.high: Point = _INFINITY if lost else high.upper()

    def __add__(self, other: Operand) -> Interval:
        right = _interval(other)
        return Interval(self.low + right.low, self.high + right.high)

    __radd__ = __add__

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Operand) -> Interval:
        return self + -_interval(other)

    def __rsub__(self, other: Operand) -> Interval:
        return _interval(other) + -self

    def __mul__(self, other: Operand) -> Interval:
        right = _interval(other)
        if self.low >= _ZERO and right.low >= _ZERO:
            return Interval(_times(self.low, right.low), _times(self.high, right.high))
        corners = [_times(a, b) for a in (self.low, self.high) for b in (right.low, right.high)]
        return _hull_of(corners)

    __rmul__ = __mul__

    def __truediv__(self, other: Operand) -> Interval:
        return self * _reciprocal(_interval(other))

    def __rtruediv__(self, other: Operand) -> Interval:
        return _interval(other) * _reciprocal(self)

    def __pow__(self, exponent: int) -> Interval:
        if exponent < 0:
            return _reciprocal(self**-exponent)
        ends = [self.low**exponent, self.high**exponent]
        if exponent % 2:
            return Interval(*ends)
        spans_zero = self.low < _ZERO < self.high
        return _hull_of([*ends, _ZERO] if spans_zero else ends)

    def __gt__(self, other: Operand) -> Condition:
        right = _interval(other)
        if self.high <= right.low:
            return Condition(answer=False)
        return Condition(answer=True if self.low >= right.high else None)

    def __ge__(self, other: Operand) -> Condition:
        right = _interval(other)
        if self.low >= right.high:
            return Condition(answer=True)
        return Condition(answer=False if self.high <= right.low else None)

    def __le__(self, other: Operand) -> Condition:
        right = _interval(other)
        if self.high <= right.low:
            return Condition(answer=True)
        return Condition(answer=False if self.low >= right.high else None)

    def same_as(self, other: Operand) -> Condition:
        """Return whether this is one point, and ``other`` the same."""
        right = _interval(other)
        return Condition(answer=bool(self.low == self.high == right.low == right.high))

    # A single point of a box decides nothing: stated values at kinks are left out of bounds.
    __eq__ = same_as  # type: ignore[assignment]  # pyrefly: ignore
    __hash__ = None  # type: ignore[assignment]  # pyrefly: ignore

    def holds(self, value: Point) -> bool:
        """Tell whether a number lies in it, ends included."""
        return bool(self.low <= value <= self.high)

    def meet(self, other: Interval) -> Interval:
        """Return what both hold; they overlap, because both enclose the same number."""
        return Interval(max(self.low, other.low), min(self.high, other.high))

    def join(self, other: Interval) -> Interval:
        """Return the smallest interval that holds both."""
        return _hull_of([self.low, self.high, other.low, other.high])


Operand: TypeAlias = Interval | float | int
Box: TypeAlias = Interval


class Doubt:
    """Remembers whether an evaluation met a jump inside the box: then no slope describes it."""

    def __init__(self) -> None:
        self.met = False


def point(number: float) -> Interval:
    """Return a float as an interval of no width.

    Example:
        >>> point(0.5).holds(arb(0.5))
        True
    """
    return Interval(arb(number), arb(number))


def span(low: Point, high: Point) -> Interval:
    """Return the interval between two exact points.

    Example:
        >>> span(arb(0), arb(1)).holds(arb(2))
        False
    """
    return Interval(low, high)


def interval_backend(doubt: Doubt) -> Backend:
    """Return the operations of formulas on intervals.

    Args:
        doubt: Is told when a jump lies inside the box.

    Example:
        >>> sigmoid = interval_backend(Doubt()).sigmoid(span(arb(0), arb("inf")))
        >>> float(sigmoid.low), float(sigmoid.high)
        (0.5, 1.0)
    """

    def steps(function: Callable[[Point], Point]) -> Callable[[Interval], Interval]:
        def stepped(x: Interval) -> Interval:
            # An open box that only touches a step lies on one side of it.
            low, high = function(_nudged(x.low, x, 1)), function(_nudged(x.high, x, -1))
            doubt.met = doubt.met or bool(low != high)
            return Interval(low, high)

        return stepped

    def select(condition: Condition, chosen: Operand, other: Operand, like: Interval) -> Interval:  # noqa: ARG001
        if condition.answer is not None:
            return _interval(chosen if condition.answer else other)
        doubt.met = True
        return _interval(chosen).join(_interval(other))

    return replace(
        NUMPY,
        exp=_rising(lambda u: u.exp(), _ZERO, _INFINITY),
        expm1=_rising(lambda u: u.expm1(), -_ONE, _INFINITY),
        log=_rising(lambda u: u.log(), -_INFINITY, _INFINITY, begin=_ZERO),
        log1p=_rising(lambda u: u.log1p(), -_INFINITY, _INFINITY, begin=-_ONE),
        sqrt=_rising(lambda u: u.sqrt(), _ZERO, _INFINITY, begin=_ZERO),
        sin=_swinging(lambda u: u.sin()),
        cos=_swinging(lambda u: u.cos()),
        arctan=_rising(lambda u: u.atan(), -(arb.pi() / 2), arb.pi() / 2),
        tanh=_rising(lambda u: u.tanh(), -_ONE, _ONE),
        absolute=_absolute,
        sign=steps(lambda u: u.sgn()),
        floor=steps(lambda u: u.floor()),
        sigmoid=_rising(_sigmoid, _ZERO, _ONE),
        softplus=_rising(_softplus, _ZERO, _INFINITY),
        erf=_rising(lambda u: u.erf(), -_ONE, _ONE),
        erfc=_falling(lambda u: u.erfc(), arb(2), _ZERO),
        erfcx=_falling(lambda u: (u * u).exp() * u.erfc(), _INFINITY, _ZERO),
        normal_cdf=_rising(lambda u: (-u / arb(2).sqrt()).erfc() / 2, _ZERO, _ONE),
        clip=_clip,
        select=select,
        constant=_constant,
    )


def _rising(
    function: OfPoint, left: Point, right: Point, begin: Point = -_INFINITY
) -> Callable[[Interval], Interval]:
    """Return a rising function of intervals.

    Args:
        function: Of a finite point.
        left: Its limit at −∞, or where it begins; no value is below.
        right: Its limit at +∞; no value is above.
        begin: Where it begins. What an interval holds on the left of it is only rounding.
    """
    whole = Interval(left, right)

    def at(end: Point) -> Interval:
        if end <= begin:
            return Interval(left, left)
        if not end.is_finite():
            return Interval(right, right)
        image = Interval(function(end), function(end))
        return image.meet(whole)

    return lambda x: Interval(at(x.low).low, at(x.high).high)


def _falling(function: OfPoint, left: Point, right: Point) -> Callable[[Interval], Interval]:
    rising = _rising(lambda u: -function(u), -left, -right)
    return lambda x: -rising(x)


def _swinging(function: Callable[[Point], Point]) -> Callable[[Interval], Interval]:
    def of_interval(x: Interval) -> Interval:
        if not (x.low.is_finite() and x.high.is_finite()):
            return Interval(-_ONE, _ONE)
        ball = function(x.low.union(x.high))
        return Interval(ball, ball).meet(Interval(-_ONE, _ONE))

    return of_interval


def _sigmoid(u: Point) -> Point:
    if u >= _ZERO:
        return 1 / (1 + (-u).exp())
    raised = u.exp()
    return raised / (1 + raised)


def _softplus(u: Point) -> Point:
    return u.exp().log1p() if u <= _ZERO else u + (-u).exp().log1p()


def _absolute(x: Interval) -> Interval:
    if x.low >= _ZERO:
        return x
    return -x if x.high <= _ZERO else Interval(_ZERO, _hull_of([-x.low, x.high]).high)


def _clip(x: Interval, low: Operand, high: Operand) -> Interval:
    floor, ceiling = _interval(low), _interval(high)
    return Interval(_held(x.low, floor.low, ceiling.low), _held(x.high, floor.high, ceiling.high))


def _held(value: Point, low: Point, high: Point) -> Point:
    return min(max(value, low), high)


def _constant(number: Number) -> Interval:
    """Return the constant that is meant: decimal digits, or float64 and the known rest."""
    if number.low is None or not math.isfinite(number.number):
        exact = arb(repr(number.number)) if math.isfinite(number.number) else arb(number.number)
        return Interval(exact, exact)
    near = arb(number.number) + arb(number.low)
    slack = arb(abs(number.low)) * arb(2) ** -52 + arb(2) ** -1000
    return Interval(near - slack, near + slack)


def _reciprocal(x: Interval) -> Interval:
    if x.low < _ZERO < x.high:
        return Interval(-_INFINITY, _INFINITY)
    low = 1 / x.high if x.high != _ZERO else -_INFINITY
    high = 1 / x.low if x.low != _ZERO else _INFINITY
    return Interval(low, high)


def _times(left: Point, right: Point) -> Point:
    # Ends are limits: where one factor may be exactly 0 the product is, however large the other.
    return _ZERO if _ZERO in (left, right) else left * right


def _hull_of(points: list[Point]) -> Interval:
    if any(one.is_nan() for one in points):
        return Interval(-_INFINITY, _INFINITY)
    return Interval(min(one.lower() for one in points), max(one.upper() for one in points))


def _nudged(end: Point, x: Interval, direction: int) -> Point:
    if x.low == x.high or not end.is_finite():
        return end
    return (
        end
        + direction * (x.high - x.low if x.high.is_finite() and x.low.is_finite() else _ONE) / 2**60
    )


def _interval(operand: Operand) -> Interval:
    return operand if isinstance(operand, Interval) else point(float(operand))
