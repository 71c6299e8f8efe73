"""Nodes that choose: bounds, pieces between joints, and values stated at single points."""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass

import numpy as np

from livegrad.functions.formula.nodes import (
    ZERO,
    Derive,
    Evaluation,
    Expression,
    Number,
    Operand,
    Value,
    expression,
)


@dataclass(frozen=True)
class Clip(Expression):
    """``argument`` held between two numbers, to keep infinities out of a product."""

    argument: Expression
    low: float
    high: float

    def value(self, at: Evaluation) -> Value:
        """Hold the argument's value between the bounds."""
        return at.backend.clip(at.of(self.argument), self.low, self.high)

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return u′ between the bounds, 0 beyond them."""
        return Inside(self.argument, self.low, self.high) * of(self.argument)

    def latex(self) -> str:
        """Return the argument and both bounds as arguments of ``clip``."""
        bounds = ", ".join(Number(bound).latex() for bound in (self.low, self.high))
        return rf"\operatorname{{clip}}\left({self.argument.latex()}, {bounds}\right)"


@dataclass(frozen=True)
class Inside(Expression):
    """1 where ``low ≤ argument ≤ high``, else 0: the slope of `Clip`."""

    argument: Expression
    low: float
    high: float

    def value(self, at: Evaluation) -> Value:
        """Return 1 or 0 in the argument's dtype."""
        argument = at.of(self.argument)
        within = (argument >= self.low) & (argument <= self.high)
        return at.backend.select(within, 1.0, 0.0, argument)

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return 0: it is flat on both sides of either bound."""
        return ZERO

    def latex(self) -> str:
        """Return an indicator: a bold 1 and the condition."""
        return (
            rf"\mathbf{{1}}\left[{self.low:g} \le {self.argument.latex()} \le {self.high:g}\right]"
        )


@dataclass(frozen=True)
class Piecewise(Expression):
    """Different formulas on neighbouring intervals of x; a joint belongs to the piece on its left.

    Each piece only ever sees x clamped into its own interval. So the piece that is not taken can
    neither overflow nor turn into NaN, which ``where(x > 0, x, exp(x) - 1)`` does.

    Attributes:
        joints: Rising; constants or parameters.
        pieces: One more than there are joints.
    """

    joints: tuple[Expression, ...]
    pieces: tuple[Expression, ...]

    def value(self, at: Evaluation) -> Value:
        """Compute every piece on x clamped into its interval, and take the one that x lies in."""
        x_here = at.values["x"]
        edges = [-math.inf, *(at.of(joint) for joint in self.joints), math.inf]
        result = at.within(edges[0], edges[1]).of(self.pieces[0])
        for piece, low, high in zip(self.pieces[1:], edges[1:], edges[2:], strict=False):
            chosen = at.within(low, high).of(piece)
            result = at.backend.select(x_here > low, chosen, result, x_here)
        return result

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return the pieces' slopes between the same joints."""
        slopes = tuple(of(piece) for piece in self.pieces)
        # All alike: no joint left. Keeps derivatives of derivatives small.
        return (
            slopes[0]
            if all(slope == slopes[0] for slope in slopes)
            else Piecewise(self.joints, slopes)
        )

    def latex(self) -> str:
        """Return a brace with one row for each piece and its interval."""
        conditions = [rf"x \le {joint.latex()}" for joint in self.joints]
        between = [
            rf"{low.latex()} < {condition}"
            for low, condition in zip(self.joints, conditions[1:], strict=False)
        ]
        last = rf"x > {self.joints[-1].latex()}"
        rows = zip(self.pieces, [conditions[0], *between, last], strict=True)
        body = r" \\ ".join(rf"{piece.latex()} & {condition}" for piece, condition in rows)
        return rf"\begin{{cases}} {body} \end{{cases}}"


@dataclass(frozen=True)
class AtPoints(Expression):
    """Stated values at single points, another formula everywhere else: the slope at kinks.

    Attributes:
        points: Pairs of a place and the value there.
        elsewhere: The formula for every other x.
    """

    points: tuple[tuple[Expression, Expression], ...]
    elsewhere: Expression

    def value(self, at: Evaluation) -> Value:
        """Compute the formula, then put the stated values in their places."""
        x_here, result = at.values["x"], at.of(self.elsewhere)
        for place, stated in self.points:
            result = at.backend.select(x_here == at.of(place), at.of(stated), result, x_here)
        return result

    def slope(self, name: str, of: Derive) -> Expression:
        """Return the formula's slope, with that of the stated values at the points."""
        # Nothing is stated about the slope of a slope at a kink: take the piece on the left.
        if name == "x":
            return of(self.elsewhere)
        return AtPoints(
            tuple((place, of(stated)) for place, stated in self.points), of(self.elsewhere)
        )

    def latex(self) -> str:
        """Return a brace with one row for each point, the formula last."""
        rows = [rf"{stated.latex()} & x = {place.latex()}" for place, stated in self.points]
        body = r" \\ ".join([*rows, rf"{self.elsewhere.latex()} & \text{{else}}"])
        return rf"\begin{{cases}} {body} \end{{cases}}"


@dataclass(frozen=True)
class Written(Expression):
    """The same mathematics twice: as a textbook has it, and as it can be computed.

    For formulas that cancel or overflow as they are printed.

    Attributes:
        shown: What is printed.
        computed: What is computed and differentiated.
    """

    shown: Expression
    computed: Expression

    def value(self, at: Evaluation) -> Value:
        """Compute the second spelling."""
        return at.of(self.computed)

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return the slopes of both spellings."""
        return Written(of(self.shown), of(self.computed))

    def latex(self) -> str:
        """Return the first spelling."""
        return self.shown.latex()


def written(shown: Expression, computed: Expression) -> Expression:
    r"""Return ``computed``, printed as ``shown``.

    Example:
        >>> from livegrad.functions.numbers.backends import NUMPY
        >>> from livegrad.functions.formula import sin, x
        >>> sinc = written(sin(x) / x, piecewise((-1e-4, 1e-4), (sin(x) / x, 1, sin(x) / x)))
        >>> sinc.latex()
        '\\frac{\\sin\\left(x\\right)}{x}'
        >>> Evaluation(NUMPY, {"x": np.array([0.0, 1.0])}).of(sinc).round(4)
        array([1.    , 0.8415])
    """
    return Written(shown, computed)


@dataclass(frozen=True)
class Choice(Expression):
    """``chosen`` where ``left > right``, ``other`` elsewhere: a joint at every root of their difference.

    For conditions that `Piecewise` cannot state, because its joints must be known beforehand. Both
    branches are computed for every x, and what is computed in vain may be NaN or infinite: it is
    never selected, neither here nor in a derivative, which is a choice between two derivatives.

    Attributes:
        left: One side of the condition.
        right: The other.
        chosen: The formula where left is greater.
        other: The formula where it is not; where they are equal too.
    """

    left: Expression
    right: Expression
    chosen: Expression
    other: Expression

    def value(self, at: Evaluation) -> Value:
        """Compute both branches, and take the one for which the condition speaks."""
        condition = at.of(self.left) > at.of(self.right)
        if isinstance(condition, bool | np.bool_):  # no x in it
            return at.of(self.chosen if condition else self.other)
        # NumPy alone raises alarms, and torch.compile cannot trace how they are silenced.
        numpy = isinstance(at.values["x"], np.ndarray)
        quiet = (
            np.errstate(invalid="ignore", divide="ignore") if numpy else contextlib.nullcontext()
        )
        with quiet:
            chosen, other = at.of(self.chosen), at.of(self.other)
        return at.backend.select(condition, chosen, other, at.values["x"])

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return the branches' slopes under the same condition."""
        chosen, other = of(self.chosen), of(self.other)
        return chosen if chosen == other else Choice(self.left, self.right, chosen, other)

    def latex(self) -> str:
        """Return max or min where it is one, else a brace with a row for each branch."""
        left, right = self.left.latex(), self.right.latex()
        for name, sides in (
            ("max", (self.left, self.right)),
            ("min", (self.right, self.left)),
        ):
            if (self.chosen, self.other) == sides:
                return rf"\{name}\left({sides[0].latex()}, {sides[1].latex()}\right)"
        rows = rf"{self.chosen.latex()} & {left} > {right} \\ {self.other.latex()}"
        return rf"\begin{{cases}} {rows} & \text{{else}} \end{{cases}}"


def piecewise(joints: tuple[Operand, ...], pieces: tuple[Operand, ...]) -> Expression:
    """Return a formula that changes at each joint; at a joint itself the left piece holds.

    Example:
        >>> from livegrad.functions.numbers.backends import NUMPY
        >>> from livegrad.functions.formula import x
        >>> relu = piecewise((0,), (0, x))
        >>> Evaluation(NUMPY, {"x": np.array([-2.0, 3.0])}).of(relu)
        array([0., 3.])
    """
    return Piecewise(tuple(map(expression, joints)), tuple(map(expression, pieces)))


def clip(argument: Expression, low: float, high: float = math.inf) -> Expression:
    r"""Return ``argument`` held between ``low`` and ``high``.

    Example:
        >>> from livegrad.functions.formula import x
        >>> clip(x, 0, 6).latex()
        '\\operatorname{clip}\\left(x, 0, 6\\right)'
    """
    return Clip(argument, float(low), float(high))
