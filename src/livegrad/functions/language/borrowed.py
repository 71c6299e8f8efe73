"""Activations of the catalogue as functions inside a formula: ``x * hardsigmoid(x)``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from livegrad.errors import BadInput
from livegrad.functions.formula.nodes import Expression, Symbol, expression
from livegrad.functions.formula.pieces import Piecewise
from livegrad.functions.language.vocabulary import Word, choice
from livegrad.functions.language.writing import text_of


@functools.lru_cache(maxsize=256)
def borrowed(name: str) -> Word | None:
    """Return an elementwise activation of the catalogue, with its default parameters, as a word.

    Args:
        name: Its id.

    Returns:
        What builds its formula of an argument; None if there is none of that name, or its formula
        has no form as text.

    Example:
        >>> from livegrad.functions.formula import x
        >>> text_of(borrowed("hardtanh").build(2 * x))
        'where(2 * x > 1, 1, max(2 * x, -1))'
    """
    from livegrad.functions import ACTIVATIONS

    found = ACTIVATIONS.get(name)
    if found is None or found.kind != "elementwise":
        return None
    settings = {key: expression(value) for key, value in found.settings.items()}
    try:
        text_of(found.formula)  # type: ignore[union-attr]
    except BadInput:
        return None
    return Word(lambda argument: replaced(found.formula, {"x": argument, **settings}))  # type: ignore[union-attr]


def replaced(tree: Expression, values: dict[str, Expression]) -> Expression:
    """Return a formula with trees in place of its symbols; pieces become choices.

    Args:
        tree: The formula.
        values: What takes the place of each symbol, ``x`` among them.

    Example:
        >>> from livegrad.functions.formula import exp, x
        >>> replaced(exp(x), {"x": 2 * x}) == exp(2 * x)
        True
    """
    known: dict[int, Expression] = {}

    def of(node: Expression) -> Expression:
        if id(node) not in known:
            known[id(node)] = _with(node, values, of)
        return known[id(node)]

    return of(tree)


def _with(
    node: Expression, values: dict[str, Expression], of: Callable[[Expression], Expression]
) -> Expression:
    match node:
        case Symbol(name=name):
            return values[name]
        case Piecewise(joints=joints, pieces=pieces):
            result = of(pieces[0])
            for joint, piece in zip(joints, pieces[1:], strict=True):
                result = choice(values["x"], of(joint), of(piece), result)
            return result
    parts: dict[str, Any] = {field.name: getattr(node, field.name) for field in fields(node)}  # type: ignore[arg-type]
    new = {name: of(part) for name, part in parts.items() if isinstance(part, Expression)}
    return replace(node, **new)  # type: ignore[type-var]
