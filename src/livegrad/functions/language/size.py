"""How large a formula and its derivatives are: what is refused before it costs anything.

Derivatives share parts, so a tree of a thousand different nodes may stand for millions of places;
what walks a tree place by place (typesetting, hashing) would never end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from livegrad.errors import BadInput
from livegrad.functions.formula import derivative
from livegrad.functions.formula.nodes import Expression
from livegrad.text import Text

MOST_NODES = 300
DEEPEST_NODES = 60
MOST_DERIVED = 1500
DEEPEST_DERIVED = 160

_TOO_LARGE = Text(
    "The formula takes more than {nodes} steps, or more than {depth} that wait for each other; "
    "gelu(u), mish(u) and their like count u twice. Write it with fewer functions inside functions.",
    "수식의 계산 단계가 {nodes}개를 넘거나, 앞 단계를 기다려야 하는 단계가 {depth}겹을 넘습니다. "
    "gelu(u)나 mish(u) 같은 함수는 u를 두 번 셉니다. 함수 안의 함수를 줄여 주세요.",
)
_DERIVATIVE_TOO_LARGE = Text(
    "The {order} derivative of the formula takes more than {nodes} different steps, or more than "
    "{depth} that wait for each other. Write the formula with fewer products and fractions inside "
    "each other.",
    "수식의 {order:은/는} 서로 다른 계산 단계가 {nodes}개를 넘거나, 앞 단계를 기다려야 하는 단계가 "
    "{depth}겹을 넘습니다. 겹쳐진 곱과 분수를 줄여 주세요.",
)
_ORDERS = (
    Text("first", "도함수(derivative)"),
    Text("second", "이계도함수(second derivative)"),
)


class Sizes:
    """Places and depth of trees that grow step by step; each node is looked at once.

    Example:
        >>> from livegrad.functions.formula import x
        >>> Sizes().of(x + x)
        (3, 2)
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Expression, int, int]] = {}

    def of(self, tree: Expression) -> tuple[int, int]:
        """Return how many places a tree has, shared ones counted each time, and its depth."""
        if id(tree) not in self._known:
            parts = [self.of(part) for part in parts_of(tree)]
            places = 1 + sum(size for size, _ in parts)
            depth = 1 + max((depth for _, depth in parts), default=0)
            self._known[id(tree)] = (tree, places, depth)  # held, so that its id stays its own
        return self._known[id(tree)][1:]

    def check(self, tree: Expression) -> None:
        """Raise `BadInput` if a formula is too large to be worked with."""
        places, depth = self.of(tree)
        if places > MOST_NODES or depth > DEEPEST_NODES:
            raise BadInput(_TOO_LARGE.fill(nodes=MOST_NODES, depth=DEEPEST_NODES))

    @property
    def different(self) -> int:
        """How many different nodes have been looked at."""
        return len(self._known)


def parts_of(node: Expression) -> list[Expression]:
    """Return the nodes that stand directly in a node.

    Example:
        >>> from livegrad.functions.formula import x
        >>> [part.latex() for part in parts_of(x + 2)]
        ['x', '2']
    """
    values = [getattr(node, field.name) for field in fields(node)]  # type: ignore[arg-type]
    return _expressions(values)


def check_derivatives(tree: Expression) -> None:
    """Raise `BadInput` if the first or second derivative of a formula is too large.

    Example:
        >>> from livegrad.functions.formula import tanh, x
        >>> check_derivatives(x * tanh(x))
    """
    for order in _ORDERS:
        tree, sizes = derivative(tree), Sizes()
        _, depth = sizes.of(tree)
        if sizes.different > MOST_DERIVED or depth > DEEPEST_DERIVED:
            raise BadInput(
                _DERIVATIVE_TOO_LARGE.fill(order=order, nodes=MOST_DERIVED, depth=DEEPEST_DERIVED)
            )


def _expressions(values: Iterable[object]) -> list[Expression]:
    found = list[Expression]()
    for value in values:
        if isinstance(value, Expression):
            found.append(value)
        elif isinstance(value, tuple):
            found += _expressions(value)  # type: ignore[arg-type]
    return found
