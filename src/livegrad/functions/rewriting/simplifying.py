"""The same mathematics with fewer cancelling parts: formulas as interval arithmetic likes them.

Over an interval x − x is not 0, because each x may be another number of it. So what occurs twice is
written so that it occurs once, and so that slopes are products of parts that keep their sign.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from livegrad.functions.formula import (
    Call,
    Expression,
    absolute,
    cos,
    exp,
    log,
    sigmoid,
    sign,
    softplus,
    sqrt,
    walk,
)
from livegrad.functions.formula.nodes import (
    ONE,
    Derive,
    Evaluation,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    Value,
)
from livegrad.functions.formula.pieces import AtPoints

__all__ = ["Hyperbola", "RealPower", "Slant", "simplified"]


@dataclass(frozen=True)
class Hyperbola(Expression):
    """√(rest + factor·u²), whose slope is a `Slant` and cancels nothing.

    Attributes:
        operand: u.
        rest: A positive constant.
        factor: Likewise.
    """

    operand: Expression
    rest: Expression
    factor: Expression
    tightness: ClassVar[int] = 4

    @functools.cached_property
    def written(self) -> Expression:
        """The same by the operations of formulas."""
        return sqrt(self.rest + self.factor * self.operand**2)

    def value(self, at: Evaluation) -> Value:
        """Compute it as it is written."""
        return self.written.value(at)

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return factor·slant·u′; rest and factor hold no x."""
        return self.factor * Slant(self.operand, self.rest, self.factor) * of(self.operand)

    def latex(self) -> str:
        """Return it as it is written."""
        return self.written.latex()


@dataclass(frozen=True)
class Slant(Expression):
    """u/√(rest + factor·u²), which rises from −1/√factor to 1/√factor.

    Attributes:
        operand: u.
        rest: A positive constant.
        factor: Likewise.
    """

    operand: Expression
    rest: Expression
    factor: Expression
    tightness: ClassVar[int] = 4

    @functools.cached_property
    def written(self) -> Expression:
        """The same with one u besides its sign, by the operations of formulas."""
        share = self.rest / (self.rest + self.factor * self.operand**2)
        return sign(self.operand) * sqrt(1 - share) / sqrt(self.factor)

    def value(self, at: Evaluation) -> Value:
        """Compute it as it is written."""
        return self.written.value(at)

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return rest·u′/√(rest + factor·u²)³."""
        return self.rest / Hyperbola(self.operand, self.rest, self.factor) ** 3 * of(self.operand)

    def latex(self) -> str:
        """Return it as it is written."""
        return self.written.latex()


@dataclass(frozen=True)
class RealPower(Expression):
    """``base`` raised to a constant, also where the base comes down to 0.

    Attributes:
        base: Never negative.
        exponent: Holds no x.
    """

    base: Expression
    exponent: Expression
    tightness: ClassVar[int] = 4

    @functools.cached_property
    def written(self) -> Expression:
        """The same by the operations of formulas."""
        return exp(self.exponent * log(self.base))

    def value(self, at: Evaluation) -> Value:
        """Compute it as it is written."""
        return self.written.value(at)

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return n·u^(n − 1)·u′: e^(n·ln u)/u would be 0/0 where u is 0."""
        return self.exponent * RealPower(self.base, self.exponent - 1) * of(self.base)

    def latex(self) -> str:
        """Return it as it is written."""
        return self.written.latex()


def simplified(tree: Expression) -> Expression:
    r"""Return the same mathematics with fewer cancelling parts, for intervals.

    | before | after |
    |---|---|
    | ln(1 + e^u) | softplus(u) |
    | t/(1 + e^u) | t·σ(−u) |
    | u/(c + \|u\|) | sign(u)·(1 − c/(c + \|u\|)) |
    | u/√(c + k·u²), √(c + k·u²) | `Slant`, `Hyperbola` |
    | sin²u | (1 − cos 2u)/2 |
    | e^(n·ln u), e^(n·ln(1 + u)) − 1 | `RealPower` |

    Args:
        tree: A formula.

    Returns:
        A tree without stated values at single points.

    Example:
        >>> from livegrad.functions.formula import (
    Call,
    Expression,
    absolute,
    cos,
    exp,
    log,
    sigmoid,
    sign,
    softplus,
    sqrt,
    walk,
    )
        >>> simplified(1 / (1 + exp(-x))).latex()
        '\\sigma\\left(x\\right)'
    """
    known: dict[int, Expression] = {}

    def of(node: Any) -> Any:
        if isinstance(node, tuple):
            return tuple(map(of, node))
        if not isinstance(node, Expression):
            return node
        if id(node) not in known:
            known[id(node)] = _rewritten(
                type(node)(**{name: of(part) for name, part in _parts(node)})
            )
        return known[id(node)]

    return of(tree)


def _parts(node: Any) -> list[tuple[str, Any]]:
    return [(field.name, getattr(node, field.name)) for field in fields(node)]


def _rewritten(node: Expression) -> Expression:
    match node:
        case Quotient(top, Sum(left, right)) if (raised := _raised(left, right)) is not None:
            return top * sigmoid(-raised)
        case Quotient(top, Sum(Number() as rest, Call("absolute", inner))) if inner == top:
            return sign(top) * (1 - rest / (rest + absolute(top)))
        case Quotient(top, Hyperbola(operand, rest, factor)) if operand == top:
            return Slant(operand, rest, factor)
        case Call(_, argument):
            return _rewritten_call(node, argument)
        case Power(Call("sin", angle), 2):
            return (1 - cos(2 * angle)) / 2
        case AtPoints(_, elsewhere):
            return elsewhere
    return node


def _rewritten_call(node: Call, argument: Expression) -> Expression:
    match node.function, argument:
        case (("exp" | "expm1"), _) if (parts := _logarithm(argument)) is not None:
            return RealPower(*parts) - (1 if node.function == "expm1" else 0)
        case "log1p", Call("exp", raised):
            return softplus(raised)
        case "log", Sum(left, right) if (raised := _raised(left, right)) is not None:
            return softplus(raised)
        case "sqrt", Sum(left, right) if (parts := _squared(left, right)) is not None:
            return Hyperbola(*parts)
    return node


def _raised(left: Expression, right: Expression) -> Expression | None:
    """Return u where the two summands are 1 and e^u."""
    for one, other in ((left, right), (right, left)):
        if one == ONE and isinstance(other, Call) and other.function == "exp":
            return other.argument
    return None


def _logarithm(argument: Expression) -> tuple[Expression, Expression] | None:
    """Return u and n where the argument is n·ln u with n free of x."""
    match argument:
        case Product(factor, Call(("log" | "log1p") as name, inner)) if _is_constant(factor):
            exponent = factor
        case Quotient(Call(("log" | "log1p") as name, inner), factor) if _is_constant(factor):
            exponent = 1 / factor
        case _:
            return None
    return (inner if name == "log" else 1 + inner), exponent


def _squared(
    left: Expression, right: Expression
) -> tuple[Expression, Expression, Expression] | None:
    """Return u, c and k where the two summands are c and k·u², with c and k free of x."""
    for rest, square in ((left, right), (right, left)):
        if not _is_constant(rest):
            continue
        match square:
            case Power(operand, 2):
                return operand, rest, ONE
            case Product(factor, Power(operand, 2)) if _is_constant(factor):
                return operand, rest, factor
    return None


def _is_constant(node: Expression) -> bool:
    return all(not isinstance(part, Symbol) or part.name != "x" for part in walk(node))
