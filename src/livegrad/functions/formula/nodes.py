"""The nodes of a formula: numbers, symbols and arithmetic.

Operators build trees out of nodes, simplified a little on the way. Nothing is computed until a tree
is evaluated; what one can do with a tree stands in `livegrad.functions.formula`.
"""

from __future__ import annotations

import abc
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

if TYPE_CHECKING:
    from livegrad.functions.numbers.backends import Backend

Value: TypeAlias = Any
"""An array of the backend, or a Python float where the result does not depend on x."""
Derive: TypeAlias = Callable[["Expression"], "Expression"]


class Evaluation:
    """One computation: a backend, what the symbols stand for, and the results so far.

    A node that occurs twice is computed once, as long as it is the same object.
    """

    def __init__(self, backend: Backend, values: Mapping[str, Value]) -> None:
        self.backend, self.values = backend, values
        self._results: dict[int, Value] = {}

    def of(self, node: Expression) -> Value:
        """Return the node's value."""
        if id(node) not in self._results:
            self._results[id(node)] = node.value(self)
        return self._results[id(node)]

    def assume(self, node: Expression, value: Value) -> None:
        """Take a node's value as given, whatever its parts come to."""
        self._results[id(node)] = value

    def within(self, low: Value, high: Value) -> Evaluation:
        """Return a new evaluation whose x is clamped into ``[low, high]``."""
        clamped = self.backend.clip(self.values["x"], low, high)
        return Evaluation(self.backend, {**self.values, "x": clamped})


class Expression(abc.ABC):
    """A node of a formula. The subclasses below are leaves: nothing is overridden twice."""

    tightness: ClassVar[int] = 4
    """How strongly LaTeX binds: 1 sums, 2 products, 3 powers, 4 whatever needs no brackets."""

    @abc.abstractmethod
    def value(self, at: Evaluation) -> Value:
        """Compute this node, asking ``at.of`` for its parts."""

    @abc.abstractmethod
    def slope(self, name: str, of: Derive) -> Expression:
        """Return the derivative by the symbol ``name``, asking ``of`` for that of its parts."""

    @abc.abstractmethod
    def latex(self) -> str:
        """Return the node in LaTeX, without dollar signs."""

    def __add__(self, other: Operand) -> Expression:
        return _sum(self, expression(other))

    def __radd__(self, other: Operand) -> Expression:
        return _sum(expression(other), self)

    def __sub__(self, other: Operand) -> Expression:
        return _sum(self, -expression(other))

    def __rsub__(self, other: Operand) -> Expression:
        return _sum(expression(other), -self)

    def __mul__(self, other: Operand) -> Expression:
        return _product(self, expression(other))

    def __rmul__(self, other: Operand) -> Expression:
        return _product(expression(other), self)

    def __truediv__(self, other: Operand) -> Expression:
        return _quotient(self, expression(other))

    def __rtruediv__(self, other: Operand) -> Expression:
        return _quotient(expression(other), self)

    def __pow__(self, exponent: int) -> Expression:
        return _power(self, exponent)

    def __neg__(self) -> Expression:
        return _negative(self)


Operand: TypeAlias = Expression | float | int


# ------------------------------------------------------------ leaves of a tree


@dataclass(frozen=True)
class Number(Expression):
    """A constant, with the sign that a textbook prints for it where it has one (``λ``, ``π``).

    Attributes:
        number: Its value in float64.
        sign: What is printed for it; empty prints digits.
        low: What float64 leaves out of it, for backends that compute with more digits. None: it is
            the decimal number that its shortest digits say, so 0.1 means one tenth.
    """

    number: float
    sign: str = ""
    low: float | None = None

    def value(self, at: Evaluation) -> Value:
        """Let the backend have the constant with as many digits as it can use."""
        return at.backend.constant(self)

    @property
    def exact(self) -> Decimal:
        """The constant with every digit that is known of it."""
        if self.low is not None:
            return _DIGITS.add(Decimal(self.number), Decimal(self.low))
        return Decimal(repr(self.number))

    @property
    def rest(self) -> float:
        """The constant minus its float64 value, itself rounded to float64."""
        if self.low is not None or not math.isfinite(self.number):
            return self.low or 0.0
        return float(Decimal(repr(self.number)) - Decimal(self.number))

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return 0: a constant does not change."""
        return ZERO

    def latex(self) -> str:
        """Return its sign where it has one, else up to 12 digits."""
        if self.sign or math.isinf(self.number):
            return self.sign or (r"\infty" if self.number > 0 else r"-\infty")
        return f"{self.number:.12g}"


@dataclass(frozen=True)
class Symbol(Expression):
    """The input ``x``, or a parameter of the activation."""

    name: str

    def value(self, at: Evaluation) -> Value:
        """Look up what the symbol stands for."""
        return at.values[self.name]

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return 1 by itself, 0 by every other symbol."""
        return ONE if name == self.name else ZERO

    def latex(self) -> str:
        """Return one letter as it is, Greek names as letters, other names upright."""
        return (
            self.name if len(self.name) == 1 else _GREEK.get(self.name, rf"\mathrm{{{self.name}}}")
        )


# ------------------------------------------------------------ arithmetic


@dataclass(frozen=True)
class Sum(Expression):
    """``left + right``."""

    left: Expression
    right: Expression
    tightness: ClassVar[int] = 1

    def value(self, at: Evaluation) -> Value:
        """Add the two values."""
        return at.of(self.left) + at.of(self.right)

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return u′ + v′."""
        return of(self.left) + of(self.right)

    def latex(self) -> str:
        """Return ``u + v``, or ``u - v`` where the right side begins with a minus."""
        right = self.right.latex()
        return self.left.latex() + (
            f" - {right[1:].lstrip()}" if right.startswith("-") else f" + {right}"
        )


@dataclass(frozen=True)
class Product(Expression):
    """``left · right``."""

    left: Expression
    right: Expression
    tightness: ClassVar[int] = 2

    def value(self, at: Evaluation) -> Value:
        """Multiply the two values."""
        return at.of(self.left) * at.of(self.right)

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return u′·v + u·v′."""
        return of(self.left) * self.right + self.left * of(self.right)

    def latex(self) -> str:
        """Return ``u v``, with a dot before a number and sums in brackets."""
        between = r" \cdot " if isinstance(self.right, Number) and not self.right.sign else r" \, "
        return _bracketed(self.left, 2) + between + _bracketed(self.right, 2)


@dataclass(frozen=True)
class Quotient(Expression):
    """``top / bottom``."""

    top: Expression
    bottom: Expression
    tightness: ClassVar[int] = 2

    def value(self, at: Evaluation) -> Value:
        """Divide the two values."""
        return at.of(self.top) / at.of(self.bottom)

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return u′/v − (u/v)·(v′/v)."""
        # Rather than (u′v − uv′)/v²: v² would overflow long before the quotient does.
        return of(self.top) / self.bottom - self * (of(self.bottom) / self.bottom)

    def latex(self) -> str:
        """Return a fraction with a bar, which needs no brackets."""
        return rf"\frac{{{self.top.latex()}}}{{{self.bottom.latex()}}}"


@dataclass(frozen=True)
class Power(Expression):
    """``root`` raised to a whole number."""

    root: Expression
    exponent: int
    tightness: ClassVar[int] = 3

    def value(self, at: Evaluation) -> Value:
        """Raise the value to the exponent."""
        root = at.of(self.root)
        return _float_power(root, self.exponent) if isinstance(root, float) else root**self.exponent

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return n·u^(n − 1)·u′."""
        return self.exponent * _power(self.root, self.exponent - 1) * of(self.root)

    def latex(self) -> str:
        """Return the root, in brackets unless it is a single sign, and the exponent."""
        return rf"{_bracketed(self.root, 4)}^{{{self.exponent}}}"


@dataclass(frozen=True)
class Negative(Expression):
    """``−operand``."""

    operand: Expression
    tightness: ClassVar[int] = 1

    def value(self, at: Evaluation) -> Value:
        """Return the value with the other sign."""
        return -at.of(self.operand)

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return −u′."""
        return -of(self.operand)

    def latex(self) -> str:
        """Return a minus and the operand, sums in brackets."""
        return "-" + _bracketed(self.operand, 2)


# ------------------------------------------------------------ building, simplified a little


def decimal_number(value: Decimal) -> Number:
    """Return a decimal number as a constant that keeps the digits beyond float64.

    Example:
        >>> decimal_number(Decimal("0.1"))
        Number(number=0.1, sign='', low=None)
        >>> decimal_number(Decimal("1.00000000000000000000001"))
        Number(number=1.0, sign='', low=1e-23)
    """
    number = float(value)
    if not math.isfinite(number) or Decimal(repr(number)) == value:
        return Number(number)
    return Number(number, low=float(_DIGITS.subtract(value, Decimal(number))))


def _folded(
    operation: Callable[[Decimal, Decimal], Decimal], left: Expression, right: Expression
) -> Number | None:
    # In decimals: 3 · 0.1 is 0.3, and float64 would make 0.30000000000000004 of it.
    if isinstance(left, Number) and isinstance(right, Number) and not (left.sign or right.sign):
        return decimal_number(operation(left.exact, right.exact))
    return None


def _sum(left: Expression, right: Expression) -> Expression:
    if ZERO in (left, right):
        return right if left == ZERO else left
    return _folded(_DIGITS.add, left, right) or Sum(left, right)


def _product(left: Expression, right: Expression) -> Expression:
    if ZERO in (left, right):
        return ZERO
    if ONE in (left, right):
        return right if left == ONE else left
    return _folded(_DIGITS.multiply, left, right) or Product(left, right)


def _power(root: Expression, exponent: int) -> Expression:
    if exponent in (0, 1):
        return root if exponent else ONE
    return Power(root, exponent)


def _float_power(root: float, exponent: int) -> float:
    # Python raises an exception where arrays give ±inf.
    try:
        return root**exponent
    except OverflowError:
        return math.copysign(math.inf, root) if exponent % 2 else math.inf
    except ZeroDivisionError:
        return math.inf


def _quotient(top: Expression, bottom: Expression) -> Expression:
    return top if bottom == ONE or top == ZERO else Quotient(top, bottom)


def _negative(operand: Expression) -> Expression:
    if isinstance(operand, Number) and not operand.sign:
        low = None if operand.low is None else -operand.low
        return Number(-operand.number, low=low) if operand.number else operand
    return operand.operand if isinstance(operand, Negative) else Negative(operand)


def _bracketed(node: Expression, tightness: int) -> str:
    return node.latex() if node.tightness >= tightness else rf"\left({node.latex()}\right)"


def expression(operand: Operand) -> Expression:
    """Return a number as a tree; a tree as it is.

    Example:
        >>> expression(2).latex()
        '2'
    """
    return operand if isinstance(operand, Expression) else Number(float(operand))


ZERO, ONE = Number(0.0), Number(1.0)
# Twice as many digits as the most exact backend uses; ∞ − ∞ is NaN, as in floats.
_DIGITS = Context(prec=60, traps=[])
_GREEK = {
    letter: f"\\{letter}" for letter in ("alpha", "beta", "gamma", "theta", "lambda", "omega")
}
