"""The parts of a formula in which x does not stand: what they come to, and what they may not be."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from livegrad.errors import BadInput
from livegrad.functions.formula import evaluate, walk
from livegrad.functions.formula.nodes import Expression, Quotient
from livegrad.functions.formula.powers import RealPower
from livegrad.functions.language import complaints
from livegrad.functions.language.size import parts_of
from livegrad.functions.language.vocabulary import HIGHEST_EXPONENT, depends_on
from livegrad.functions.language.writing import text_of
from livegrad.functions.numbers.backends import NUMPY
from livegrad.text import Text

LARGEST = 1e300
_NOT_FINITE = Text(
    "In the formula “{formula}” the part '{part}', in which x does not stand, comes to {value}; "
    "such parts must be finite and at most {largest:g} in size. Change the numbers in it{values}.",
    "수식 “{formula}”에서 x가 없는 부분 '{part}'의 값이 {value}인데, 이런 부분은 유한하고 크기가 "
    "{largest:g} 이하여야 합니다. 그 안의 수를 바꾸어 주세요{values}.",
)
_BY_ZERO = Text(
    "The formula “{formula}” divides by '{part}', and that is 0{values}. Divide by something else.",
    "수식 “{formula}”에서 '{part:으로/로}' 나누는데 그 값이 0입니다{values}. 다른 것으로 나누어 주세요.",
)
_VALUES = Text(", or the parameters {values}", "(또는 매개변수(parameter) {values})")


def constant_value(tree: Expression, settings: Mapping[str, float]) -> float:
    """Return the value of a tree without x, NaN where it has none; never raises.

    Example:
        >>> from livegrad.functions.formula.nodes import Number
        >>> constant_value(Number(1.0) / Number(0.0), {})
        nan
    """
    try:
        with np.errstate(all="ignore"):
            return float(evaluate(tree, NUMPY, settings))
    except (ArithmeticError, ValueError):  # Python's floats raise where arrays give inf or NaN
        return math.nan


def check_constants(tree: Expression, settings: Mapping[str, float], formula: str) -> None:
    """Raise `BadInput` if a part without x is not a finite number of moderate size, or 0 divides.

    Args:
        tree: The formula.
        settings: The value of every parameter in it.
        formula: Its text, for the message.

    Example:
        >>> from livegrad.functions.formula import parameter, x
        >>> check_constants(x / parameter("a"), {"a": 2.0}, "x / a")
    """
    shown = ", ".join(f"{name}={number:g}" for name, number in settings.items())
    values = _VALUES.fill(values=shown) if settings else ""
    for part in _constant_parts(tree):
        value = constant_value(part, settings)
        if not abs(value) <= LARGEST:
            raise BadInput(
                _NOT_FINITE.fill(
                    formula=formula,
                    part=text_of(part),
                    value=value,
                    largest=LARGEST,
                    values=values,
                )
            )
    for node in walk(tree):
        if isinstance(node, RealPower):
            _check_exponent(constant_value(node.exponent, settings), formula)
    bottoms = (node.bottom for node in walk(tree) if isinstance(node, Quotient))
    for bottom in bottoms:
        if not depends_on(bottom) and constant_value(bottom, settings) == 0:
            raise BadInput(_BY_ZERO.fill(formula=formula, part=text_of(bottom), values=values))


def _check_exponent(size: float, formula: str) -> None:
    if abs(size) > HIGHEST_EXPONENT:
        raise BadInput(
            complaints.EXPONENT.fill(excerpt=formula, exponent=f"{size:g}", most=HIGHEST_EXPONENT)
        )


def _constant_parts(tree: Expression) -> Iterator[Expression]:
    """Yield the parts without x, innermost first, so that the first one at fault is the cause."""
    for part in parts_of(tree):
        yield from _constant_parts(part)
    if not depends_on(tree):
        yield tree
