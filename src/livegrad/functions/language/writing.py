"""Writes a tree as text that `parsing.parse` reads back to the same tree."""

from __future__ import annotations

import functools
from decimal import Context

from livegrad.errors import BadInput
from livegrad.functions.formula import Call, x
from livegrad.functions.formula.nodes import (
    Expression,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
)
from livegrad.functions.formula.pieces import Choice, Clip, Piecewise
from livegrad.functions.formula.powers import RealPower
from livegrad.functions.language.vocabulary import CONSTANTS, WORDS, depends_on
from livegrad.text import Text

_UNWRITABLE = Text(
    "A formula with {part} in it has no form as text. Show it with its .latex() instead.",
    "{part:이/가} 든 수식은 글로 적을 수 없습니다. .latex()로 나타내세요.",
)
_DIGITS = Context(prec=60)
_SIGNS = {number.sign: name for name, number in CONSTANTS.items() if name.isascii()}
_SUM, _PRODUCT, _SIGNED, _POWER, _ATOM = range(1, 6)


def text_of(tree: Expression) -> str:
    """Return a formula as text.

    Args:
        tree: Made of what formulas as text may use; a tree that was read comes back equal.

    Raises:
        BadInput: A node in it has no form as text.

    Example:
        >>> text_of(2 * x / (1 - x**2))
        '2 * x / (1 - x**2)'
    """
    return _written(tree)[0]


@functools.singledispatch
def _written(node: object) -> tuple[str, int]:
    """Return the text and how strongly it binds, 1 (sums) to 5 (what needs no brackets)."""
    raise BadInput(_UNWRITABLE.fill(part=type(node).__name__))


@_written.register
def _(node: Number) -> tuple[str, int]:
    if node.sign in _SIGNS:
        return _SIGNS[node.sign], _ATOM
    digits = format(_DIGITS.normalize(node.exact), "f" if 1e-5 <= abs(node.number) < 1e16 else "")
    return (digits if node.number else "0"), (_SIGNED if node.number < 0 else _ATOM)


@_written.register
def _(node: Symbol) -> tuple[str, int]:
    return node.name, _ATOM


@_written.register
def _(node: Sum) -> tuple[str, int]:
    right = node.right
    if isinstance(right, Negative):
        return f"{_in(node.left, _SUM)} - {_in(right.operand, _PRODUCT)}", _SUM
    if isinstance(right, Number) and right.number < 0:
        return f"{_in(node.left, _SUM)} - {_in(-right, _PRODUCT)}", _SUM
    return f"{_in(node.left, _SUM)} + {_in(right, _PRODUCT)}", _SUM


@_written.register
def _(node: Product) -> tuple[str, int]:
    return f"{_in(node.left, _PRODUCT)} * {_in(node.right, _SIGNED)}", _PRODUCT


@_written.register
def _(node: Quotient) -> tuple[str, int]:
    return f"{_in(node.top, _PRODUCT)} / {_in(node.bottom, _SIGNED)}", _PRODUCT


@_written.register
def _(node: Power) -> tuple[str, int]:
    if node.exponent < 0:
        return f"1 / {_in(node.root, _ATOM)}**{-node.exponent}", _PRODUCT
    return f"{_in(node.root, _ATOM)}**{node.exponent}", _POWER


@_written.register
def _(node: RealPower) -> tuple[str, int]:
    return f"{_in(node.root, _ATOM)}**{_in(node.exponent, _SIGNED)}", _POWER


@_written.register
def _(node: Negative) -> tuple[str, int]:
    return f"-{_in(node.operand, _SIGNED)}", _SIGNED


@_written.register
def _(node: Call) -> tuple[str, int]:
    if node.function not in WORDS:
        raise BadInput(_UNWRITABLE.fill(part=node.function))
    name = "abs" if node.function == "absolute" else node.function
    return f"{name}({text_of(node.argument)})", _ATOM


@_written.register
def _(node: Choice) -> tuple[str, int]:
    sides = (node.chosen, node.other)
    # max and min put a constant last when they are read; any other order is where(...).
    if depends_on(node.chosen) or not depends_on(node.other):
        if sides == (node.left, node.right):
            return _called("max", *sides), _ATOM
        if sides == (node.right, node.left):
            return _called("min", *sides), _ATOM
    return _where(node.left, node.right, *sides), _ATOM


@_written.register
def _(node: Piecewise) -> tuple[str, int]:
    if (node.joints, node.pieces[1:]) == ((node.pieces[0],), (x,)):
        return _called("max", x, node.pieces[0]), _ATOM
    text = text_of(node.pieces[0])
    for joint, piece in zip(node.joints, node.pieces[1:], strict=True):
        text = f"where(x > {text_of(joint)}, {text_of(piece)}, {text})"
    return text, _ATOM


@_written.register
def _(node: Clip) -> tuple[str, int]:
    return _called("clip", node.argument, Number(node.low), Number(node.high)), _ATOM


def _in(node: Expression, needed: int) -> str:
    text, binds = _written(node)
    return text if binds >= needed else f"({text})"


def _called(name: str, *arguments: Expression) -> str:
    return f"{name}({', '.join(map(text_of, arguments))})"


def _where(left: Expression, right: Expression, chosen: Expression, other: Expression) -> str:
    return f"where({text_of(left)} > {text_of(right)}, {text_of(chosen)}, {text_of(other)})"
