r"""The words of a formula that is written as text, and what each builds.

Most name a function of `formula` of the same name. The others are short for trees: ``tan`` for a
quotient, ``max`` for a choice, ``gelu`` for a product. Nothing here is looked up anywhere else: a
word that is not in these tables means nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from livegrad.functions.formula import (
    absolute,
    arctan,
    cos,
    erf,
    erfc,
    erfcx,
    exp,
    expm1,
    log,
    log1p,
    normal_cdf,
    pi,
    sigmoid,
    sign,
    sin,
    softplus,
    sqrt,
    tanh,
    walk,
    x,
)
from livegrad.functions.formula.nodes import Expression, Number, Operand, Symbol, expression
from livegrad.functions.formula.pieces import AtPoints, Choice, Piecewise
from livegrad.functions.formula.powers import RealPower

HIGHEST_EXPONENT = 64


@dataclass(frozen=True)
class Word:
    """A function that a formula may call.

    Attributes:
        build: From the arguments, trees, to a tree.
        arguments: How many it takes.
    """

    build: Callable[..., Expression]
    arguments: int = 1


def depends_on(tree: Expression, name: str = "x") -> bool:
    """Tell whether a tree changes with a symbol; pieces always change with x.

    Example:
        >>> depends_on(2 * x), depends_on(pi / 2)
        (True, False)
    """
    return any(
        (isinstance(node, Symbol) and node.name == name)
        or (isinstance(node, Piecewise | AtPoints) and name == "x")
        for node in walk(tree)
    )


def choice(left: Operand, right: Operand, chosen: Operand, other: Operand) -> Expression:
    r"""Return ``chosen`` where ``left > right``, else ``other``; in pieces where x stands alone.

    Example:
        >>> choice(x, 0, x, 0).latex()
        '\\begin{cases} 0 & x \\le 0 \\\\ x & x > 0 \\end{cases}'
        >>> choice(x**2, 1, x**2, 1).latex()
        '\\max\\left(x^{2}, 1\\right)'
    """
    greater, smaller = expression(left), expression(right)
    taken, otherwise = expression(chosen), expression(other)
    if taken == otherwise:
        return taken
    if greater == x and not depends_on(smaller):
        return Piecewise((smaller,), (otherwise, taken))
    return Choice(greater, smaller, taken, otherwise)


def maximum(one: Operand, other: Operand) -> Expression:
    """Return the larger of two trees; where they are equal the constant one counts, so its slope.

    Example:
        >>> maximum(0, x) == maximum(x, 0) == choice(x, 0, x, 0)
        True
    """
    varying, held = _constant_last(one, other)
    return choice(varying, held, varying, held)


def minimum(one: Operand, other: Operand) -> Expression:
    """Return the smaller of two trees; where they are equal the constant one counts, so its slope.

    Example:
        >>> minimum(x, 6) == choice(6, x, x, 6)
        True
    """
    varying, held = _constant_last(one, other)
    return choice(held, varying, varying, held)


def power(base: Expression, exponent: Expression) -> Expression:
    """Return ``base`` to the power of ``exponent``, with the meaning that real numbers give it.

    A whole number multiplies, and suits every base; one half is a square root. Any other exponent
    suits bases from 0 upwards.

    Args:
        base: Any tree.
        exponent: Any tree; a number of at most `HIGHEST_EXPONENT` in size, which the caller checks.

    Example:
        >>> power(x, expression(3)) == x**3, power(x, expression(0.5)) == sqrt(x)
        (True, True)
    """
    if isinstance(exponent, Number) and exponent.number.is_integer() and not exponent.sign:
        whole = int(exponent.number)
        return base**whole if whole >= 0 else 1 / base**-whole
    if exponent == Number(0.5):
        return sqrt(base)
    if not depends_on(exponent):
        return RealPower(base, exponent) if depends_on(base) else exp(exponent * log(base))
    return exp(exponent if base == E else exponent * log(base))


def _constant_last(one: Operand, other: Operand) -> tuple[Expression, Expression]:
    first, second = expression(one), expression(other)
    swapped = not depends_on(first) and depends_on(second)
    return (second, first) if swapped else (first, second)


def _clip(argument: Expression, low: Expression, high: Expression) -> Expression:
    return minimum(maximum(argument, low), high)


def _sinh(argument: Expression) -> Expression:
    # e^u − e^−u would lose all digits near 0; these two differences add up instead.
    return 0.5 * (expm1(argument) - expm1(-argument))


def _cosh(argument: Expression) -> Expression:
    return 0.5 * (exp(argument) + exp(-argument))


def _tan(argument: Expression) -> Expression:
    return sin(argument) / cos(argument)


def _relu(argument: Expression) -> Expression:
    return maximum(argument, 0)


def _gelu(argument: Expression) -> Expression:
    return argument * normal_cdf(argument)


def _silu(argument: Expression) -> Expression:
    return argument * sigmoid(argument)


def _mish(argument: Expression) -> Expression:
    return argument * tanh(softplus(argument))


def _step(argument: Expression) -> Expression:
    return choice(argument, 0, 1, 0)


E = Number(math.e, "e", 1.4456468917292502e-16)
CONSTANTS: Mapping[str, Number] = {"pi": pi, "π": pi, "e": E}
"""The constants by their names in a formula."""

_WORDS: Mapping[tuple[str, ...], Word] = {
    ("exp",): Word(exp),
    ("expm1",): Word(expm1),
    ("log", "ln"): Word(log),
    ("log1p",): Word(log1p),
    ("sqrt",): Word(sqrt),
    ("sin",): Word(sin),
    ("cos",): Word(cos),
    ("tan",): Word(_tan),
    ("arctan", "atan"): Word(arctan),
    ("tanh",): Word(tanh),
    ("sinh",): Word(_sinh),
    ("cosh",): Word(_cosh),
    ("sigmoid", "σ"): Word(sigmoid),
    ("softplus",): Word(softplus),
    ("erf",): Word(erf),
    ("erfc",): Word(erfc),
    ("erfcx",): Word(erfcx),
    ("normal_cdf", "Phi", "Φ"): Word(normal_cdf),
    ("abs", "absolute"): Word(absolute),
    ("sign",): Word(sign),
    ("relu",): Word(_relu),
    ("gelu",): Word(_gelu),
    ("silu", "swish"): Word(_silu),
    ("mish",): Word(_mish),
    ("step",): Word(_step),
    ("max", "maximum"): Word(maximum, 2),
    ("min", "minimum"): Word(minimum, 2),
    ("clip",): Word(_clip, 3),
}
WORDS: Mapping[str, Word] = {name: word for names, word in _WORDS.items() for name in names}
"""The functions by their names in a formula; ``where`` stands in the grammar, for its condition."""

FUNCTION_NAMES = (*(names[0] for names in _WORDS), "where")
"""One name of each, for messages."""
