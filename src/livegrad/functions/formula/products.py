"""Products and quotients of trees, together with what rounding takes from them.

An exponential turns the rounding of its argument into a relative error: e^(x/3) at x = −2000 is off
by a hundred units in the last place although exp itself is right. With the rest in hand,
``exp(u + rest) = exp(u)·(1 + rest)``, the digits stay. The rests mean something in float64; in
float32 they are 0.
"""

from __future__ import annotations

from livegrad.functions.formula import Expression, Operand, expression

_HALF_THE_BITS = 2.0**27 + 1


def product_with_rest(left: Operand, right: Operand) -> tuple[Expression, Expression]:
    """Return ``left · right`` as float64 rounds it, and what rounding took: Dekker 1971.

    Args:
        left: A tree, in size below 1e300.
        right: Likewise.

    Returns:
        Two trees, whose exact sum is the exact product as long as nothing underflows.

    Example:
        >>> from livegrad.functions.formula import evaluate, parameter
        >>> from livegrad.functions.numbers.backends import NUMPY
        >>> product, rest = product_with_rest(parameter("a"), parameter("a"))
        >>> [evaluate(tree, NUMPY, {"a": 1 + 2.0**-30}) for tree in (product, rest)]
        [1.0000000018626451, 8.673617379884035e-19]
    """
    left, right = expression(left), expression(right)
    product = left * right
    (left_high, left_low), (right_high, right_low) = _halves(left), _halves(right)
    across = (left_high * right_high - product) + left_high * right_low + left_low * right_high
    return product, across + left_low * right_low


def quotient_with_rest(top: Operand, bottom: Operand) -> tuple[Expression, Expression]:
    """Return ``top / bottom`` as float64 rounds it, and nearly all of what rounding took.

    Args:
        top: A tree, in size below 1e300.
        bottom: Likewise, never 0.

    Returns:
        Two trees; the second is right to about 16 digits.

    Example:
        >>> from livegrad.functions.formula import evaluate, parameter
        >>> from livegrad.functions.numbers.backends import NUMPY
        >>> quotient, rest = quotient_with_rest(1.0, parameter("a"))
        >>> evaluate(rest, NUMPY, {"a": 3.0})
        1.850371707708594e-17
    """
    top, bottom = expression(top), expression(bottom)
    quotient = top / bottom
    product, rest = product_with_rest(quotient, bottom)
    return quotient, ((top - product) - rest) / bottom


def _halves(number: Expression) -> tuple[Expression, Expression]:
    """Split a number into two of half as many bits each, so that their products are exact."""
    scaled = _HALF_THE_BITS * number
    high = scaled - (scaled - number)
    return high, number - high
