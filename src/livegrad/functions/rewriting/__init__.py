"""Rewrites a formula so that it loses no digits, and says what it changed and why.

A formula of a user is computed as it is written; the rewritten one is offered. It is the same
function, so exact arithmetic may always use it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from livegrad.functions.formula import x
from livegrad.functions.formula.nodes import Expression
from livegrad.functions.formula.pieces import Choice, Piecewise
from livegrad.functions.language.writing import text_of
from livegrad.functions.rewriting.identities import IDENTITIES
from livegrad.functions.rewriting.identity import Identity
from livegrad.functions.rewriting.sum_identities import in_sum
from livegrad.text import Text

_MOST_AT_ONE_NODE = 16
_SAID = Text("{before} → {after}: {why}", "{before} → {after}: {why}")


@dataclass(frozen=True)
class Rewrite:
    """One identity, used at one place of a formula.

    Attributes:
        before: The part as it stood there.
        after: What stands there now.
        identity: The equation, and what it gains.
    """

    before: Expression
    after: Expression
    identity: Identity

    @property
    def why(self) -> Text:
        """What the part loses as written, in one sentence."""
        return self.identity.why

    def said(self) -> Text:
        """Return the change and its reason."""
        return _SAID.fill(before=text_of(self.before), after=text_of(self.after), why=self.why)


def rewrites(tree: Expression) -> tuple[Expression, tuple[Rewrite, ...]]:
    """Rewrite a formula from the inside out, by identities that are exact for all real numbers.

    Args:
        tree: Any formula.

    Returns:
        The new tree, equal as a function; and what was changed, inner places first.

    Example:
        >>> from livegrad.functions.language.parsing import parse
        >>> tree, changes = rewrites(parse("x / 2 * (1 + erf(x / sqrt(2)))"))
        >>> text_of(tree), changes[0].identity.name
        ('x * normal_cdf(x)', '1 + erf(u) = erfc(-u)')
    """
    found, known = list[Rewrite](), dict[int, Expression]()

    def of(node: Expression) -> Expression:
        if id(node) not in known:
            whole = node if _is_right_side(node) else _with_parts(node, of)
            known[id(node)] = _at_the_top(whole, found)
        return known[id(node)]

    return of(tree), tuple(found)


def stabilised(tree: Expression) -> Expression:
    """Return a formula rewritten so that it loses no digits: the same function.

    Example:
        >>> from livegrad.functions.language.parsing import parse
        >>> text_of(stabilised(parse("log(1 + exp(x))")))
        'softplus(x)'
    """
    return rewrites(tree)[0]


def with_choices(tree: Expression) -> Expression:
    """Return a formula with choices in place of its pieces: slower, and silent about their ends.

    Example:
        >>> from livegrad.functions.language.parsing import parse
        >>> type(with_choices(parse("where(x > 0, x * log(x), 0)"))).__name__
        'Choice'
    """
    known = dict[int, Expression]()

    def of(node: Expression) -> Expression:
        if id(node) not in known:
            new = _with_parts(node, of)
            known[id(node)] = _chain(new) if isinstance(new, Piecewise) else new
        return known[id(node)]

    return of(tree)


def _chain(node: Piecewise) -> Expression:
    tree = node.pieces[0]
    for joint, piece in zip(node.joints, node.pieces[1:], strict=True):
        tree = Choice(x, joint, piece, tree)
    return tree


def _at_the_top(node: Expression, found: list[Rewrite]) -> Expression:
    for _ in range(_MOST_AT_ONE_NODE):
        results = (identity(node) for identity in IDENTITIES)
        fitting = next((result for result in results if result), None)
        if fitting is None:
            break
        found.append(Rewrite(node, *fitting))
        node = fitting[0]
    return node


def _is_right_side(node: Expression) -> bool:
    """Tell whether a choice is what an identity makes of one of its branches: it stays as it is."""
    match node:
        case Piecewise(pieces=(_, branch)) | Choice(chosen=branch):
            result = in_sum(branch)
            return result is not None and result[0] == node
    return False


def _with_parts(node: Expression, of: Callable[[Expression], Expression]) -> Expression:
    """Return the node with its parts replaced; itself if none of them changes."""
    before = {field.name: getattr(node, field.name) for field in fields(node)}  # type: ignore[arg-type]
    after = {name: _mapped(value, of) for name, value in before.items()}
    changed = {name: value for name, value in after.items() if value is not before[name]}
    return replace(node, **changed) if changed else node  # type: ignore[type-var]


def _mapped(value: Any, of: Callable[[Expression], Expression]) -> Any:
    if isinstance(value, Expression):
        return of(value)
    if isinstance(value, tuple):
        mapped = tuple(_mapped(part, of) for part in value)
        same = all(one is other for one, other in zip(mapped, value, strict=True))
        return value if same else mapped
    return value
