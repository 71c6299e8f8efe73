"""Sums as terms and terms as factors: how identities recognise what is written in many ways."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from fractions import Fraction

from livegrad.functions.formula.nodes import (
    ONE,
    ZERO,
    Expression,
    Negative,
    Number,
    Product,
    Quotient,
    Sum,
    decimal_number,
)


@dataclass(frozen=True)
class Term:
    """A product: a rational number times trees that are no products themselves.

    Attributes:
        number: The rational number, exact.
        factors: The trees, as written from left to right.
    """

    number: Fraction
    factors: tuple[Expression, ...] = ()

    def times(self, number: Fraction) -> Term:
        """Return the term with its number multiplied."""
        return Term(self.number * number, self.factors)

    def without(self, place: int) -> Term:
        """Return the term without the factor at a place."""
        return Term(self.number, self.factors[:place] + self.factors[place + 1 :])

    def alike(self, other: Term) -> bool:
        """Tell whether two terms differ by nothing but their number and the order of factors."""
        if len(self.factors) != len(other.factors):
            return False
        remaining = list(other.factors)
        for factor in self.factors:
            if factor not in remaining:
                return False
            remaining.remove(factor)
        return True

    def tree(self) -> Expression:
        """Return the term as a tree."""
        product = functools.reduce(operator.mul, self.factors, ONE)
        if self.number == -1 and self.factors:
            return -product
        return product if self.number == 1 else _tree_of(self.number) * product


def term(node: Expression) -> Term:
    """Return a tree as a term.

    Example:
        >>> from livegrad.functions.formula import exp, x
        >>> term(-(x / 2) * exp(x)).number
        Fraction(-1, 2)
    """
    match node:
        case Number(sign="") if abs(node.number) < float("inf"):
            return Term(Fraction(node.exact))
        case Negative():
            return term(node.operand).times(Fraction(-1))
        case Product():
            left, right = term(node.left), term(node.right)
            return Term(left.number * right.number, left.factors + right.factors)
        case Quotient(bottom=Number(sign="") as bottom) if bottom != ZERO:
            return term(node.top).times(1 / Fraction(bottom.exact))
    return Term(Fraction(1), (node,))


def terms(node: Expression) -> list[Term]:
    """Return the terms of a sum, a number before it multiplied in; of any other tree, one.

    Example:
        >>> from livegrad.functions.formula import exp, x
        >>> [each.number for each in terms(2 * (1 - exp(x)))]
        [Fraction(2, 1), Fraction(-2, 1)]
    """
    if isinstance(node, Sum):
        return terms(node.left) + terms(node.right)
    whole = term(node)
    if len(whole.factors) == 1 and isinstance(whole.factors[0], Sum):
        return [part.times(whole.number) for part in terms(whole.factors[0])]
    return [whole]


def total(parts: Iterable[Term]) -> Expression:
    """Return the sum of terms as a tree.

    Example:
        >>> from livegrad.functions.formula import x
        >>> total(terms(x - 1)).latex()
        'x - 1'
    """
    return functools.reduce(operator.add, (part.tree() for part in parts), ZERO)


def scaled(node: Expression, number: Fraction) -> Expression:
    """Return a tree times a rational number, multiplied into the number it has.

    Example:
        >>> from livegrad.functions.formula import x
        >>> scaled(2 * x, Fraction(1, 2)) == x
        True
    """
    return term(node).times(number).tree()


def opposite(one: Expression, other: Expression) -> bool:
    """Tell whether one tree is visibly minus the other.

    Example:
        >>> from livegrad.functions.formula import x
        >>> opposite(2 * x, -(x * 2))
        True
    """
    first, second = term(one), term(other)
    return first.number == -second.number and first.alike(second)


def _tree_of(number: Fraction) -> Expression:
    try:
        exact = _EXACT.divide(Decimal(number.numerator), Decimal(number.denominator))
    except Inexact:
        return Quotient(*(decimal_number(Decimal(n)) for n in number.as_integer_ratio()))
    return decimal_number(exact)


_EXACT = Context(prec=60, traps=[Inexact])
