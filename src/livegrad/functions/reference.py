"""The truth about an activation: its formula with many digits, without any dependency.

The definition is computed, not the kernels, and so are its derivatives by calculus. Each number is
computed with more and more digits, rounded in two ways in turn, until two results in a row agree.
So a textbook formula may cancel as it likes: 1 + tanh(−80) takes 70 digits more. One thing it
does not see through: a quotient of powers of e that both lie beyond e^(10^17).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from decimal import ROUND_05UP, ROUND_HALF_EVEN, Decimal, localcontext
from itertools import cycle
from typing import Any

from livegrad.errors import BadInput
from livegrad.functions.formula import AtPoints, Call, derivative, evaluate, expression, softplus
from livegrad.functions.formula.nodes import ONE, Expression, Sum
from livegrad.functions.formula.pieces import Written
from livegrad.functions.numbers.many_digits import many_digits
from livegrad.functions.record import Activation
from livegrad.text import Text

_LADDER = (60, 140, 300, 620, 1260, 1300)
_AGREED = 40  # digits
_ASTRONOMIC = 100_000  # decimal places that no float has; up there only the order of size is right
_NO_PLACE = Text(
    "x = {x} is not a place where a formula can be computed: a finite number is needed. What an "
    "activation does at ±inf stands in its limits.",
    "x = {x:은/는} 식을 계산할 수 있는 자리가 아닙니다. 유한한 수가 필요합니다. ±inf에서의 값은 "
    "limits에 있습니다.",
)
_NO_ORDER = Text(
    "order = {order} is no order of a derivative: 0 is the value itself, 1 the derivative. Try "
    "order=1.",
    "order = {order:은/는} 도함수(derivative)의 차수가 될 수 없습니다. 0은 함숫값, 1은 "
    "도함수입니다. order=1부터 시도해 보세요.",
)


class Truth:
    """The definition of an activation, or a derivative of it, ready to be computed anywhere.

    Args:
        activation: The record; its parameters count as the exact binary numbers they are.
        order: 0 for the value, 1 for the derivative, which has the stated slope at joints, and so
            on.
        digits: Significant digits in which two results in a row must agree.
        ladder: With how many digits to compute, one after the other.

    Raises:
        BadInput: The order is no whole number from 0 up.

    Example:
        >>> from livegrad.functions import elementwise
        >>> float(Truth(elementwise("tanh"), 1)(0.0))
        1.0
    """

    def __init__(
        self,
        activation: Activation,
        order: int = 0,
        *,
        digits: int = _AGREED,
        ladder: tuple[int, ...] = _LADDER,
    ) -> None:
        if order not in range(100):
            raise BadInput(_NO_ORDER.fill(order=order))
        printed, computed = definition(activation, order), definition(activation, order, again=True)
        self._trees = (printed,) if printed == computed else (printed, computed)
        self._settings = {name: Decimal(value) for name, value in activation.settings.items()}
        self._tolerance = Decimal(10) ** -digits
        self._ladder = ladder

    def __call__(self, x: float) -> Decimal:
        """Compute it at one place.

        Args:
            x: A finite number.

        Returns:
            A number right to the agreed digits (beyond 10^±100000 only about that large or small);
            0 where all that is left after cancellation is far below every float; NaN where the
            formula is undefined, or no two results agree.

        Raises:
            BadInput: x is infinite or NaN.
        """
        if not math.isfinite(x):
            raise BadInput(_NO_PLACE.fill(x=x))
        known = (self._decided(tree, Decimal(float(x))) for tree in self._trees)
        return next((number for number in known if not number.is_nan()), Decimal("NaN"))

    def _decided(self, tree: Expression, place: Decimal) -> Decimal:
        before = last = Decimal("NaN")
        for digits, rounding in zip(self._steps(place), cycle((ROUND_HALF_EVEN, ROUND_05UP))):
            before, last = last, self._with(tree, digits, rounding, place)
            if self._agree(before, last) and (last or digits >= _enough(place.copy_abs())):
                return last
        nothing = Decimal(10) ** -(self._ladder[-1] // 2)
        finite = before.is_finite() and last.is_finite()
        lost = finite and max(before.copy_abs(), last.copy_abs()) < nothing
        return Decimal(0) if lost else Decimal("NaN")

    def _steps(self, place: Decimal) -> Iterator[int]:
        # Beside a large x, a 1 must not get lost in both of the first two.
        enough = _enough(max(place.copy_abs(), Decimal(1)))
        yield self._ladder[0]
        yield max(self._ladder[1], enough)
        yield from (digits for digits in self._ladder[2:] if digits > enough)

    def _agree(self, before: Decimal, last: Decimal) -> bool:
        if not (before.is_finite() and last.is_finite()):
            return False
        if before and last and before.is_signed() == last.is_signed():
            orders = (before.adjusted(), last.adjusted())
            if min(orders) > _ASTRONOMIC or max(orders) < -_ASTRONOMIC:
                return True
        with localcontext(many_digits(self._ladder[0])[1]):
            return bool(abs(last - before) <= self._tolerance * abs(last))

    def _with(self, tree: Expression, digits: int, rounding: str, x: Decimal) -> Decimal:
        backend, context = many_digits(digits, rounding)
        with localcontext(context):
            # A subnormal float has up to 767 digits, and needs no more of them than any other.
            held = +x if x.adjusted() < -digits else x
            return Decimal(evaluate(tree, backend, {**self._settings, "x": held}))


def reference(activation: Activation, x: float, *, order: int = 0) -> Decimal:
    """Compute an activation or a derivative of it with 40 digits, from its definition.

    Args:
        activation: The record.
        x: A finite number.
        order: 0 for the value, 1 for the derivative (at joints the stated slope), and so on.

    Returns:
        The number, as `Truth` says; for many places, keep one `Truth` and call it.

    Raises:
        BadInput: x is not finite, or the order is no whole number from 0 up.

    Example:
        >>> from livegrad.functions import elementwise
        >>> f"{reference(elementwise('sigmoid'), -1000.0):.30e}"
        '5.075958897549456765291809479574e-435'
    """
    return Truth(activation, order)(x)


def _enough(size: Decimal) -> int:
    """Return with how many digits neither 1 + x² nor 1 + 1/x² loses a part; in steps of 50."""
    return 40 + -(-2 * abs(size.adjusted()) // 50) * 50 if size else 0


def definition(activation: Activation, order: int = 0, *, again: bool = False) -> Expression:
    """Return the tree that is the truth: the formula or a derivative of it, joints as stated.

    Args:
        activation: The record.
        order: 0 for the value, 1 for the derivative, and so on.
        again: Where a formula is written twice, take the spelling meant for computing rather than
            the printed one. With many digits the printed one is as good, and independent; but it
            may be 0/0 at single places.

    Returns:
        A tree without kernels, for exact backends; ln(1 + e^u) is written as softplus(u).

    Example:
        >>> from livegrad.functions import elementwise
        >>> type(definition(elementwise("relu"), 1)).__name__
        'AtPoints'
    """
    tree = _rewritten(activation.formula, again, {})
    for _ in range(order):
        tree = derivative(tree)
    if order != 1 or not activation.joints:
        return tree
    stated = tuple((expression(joint.at), expression(joint.slope)) for joint in activation.joints)
    return AtPoints(stated, tree)


def _rewritten(node: Any, again: bool, known: dict[int, Any]) -> Any:  # noqa: FBT001
    """Return the same mathematics in one spelling, and without e^(1e300) inside a logarithm."""
    if isinstance(node, tuple):
        return tuple(_rewritten(part, again, known) for part in node)
    if not isinstance(node, Expression):
        return node
    if id(node) not in known:
        known[id(node)] = _of_parts(node, again, known)
    return known[id(node)]


def _of_parts(node: Expression, again: bool, known: dict[int, Any]) -> Expression:  # noqa: FBT001
    if isinstance(node, Written):
        return _rewritten(node.computed if again else node.shown, again, known)
    parts = {
        field.name: _rewritten(getattr(node, field.name), again, known)
        for field in dataclasses.fields(node)  # type: ignore[arg-type]
    }
    return _one_tower_less(dataclasses.replace(node, **parts))  # type: ignore[type-var]


def _one_tower_less(node: Expression) -> Expression:
    match node:
        case Call("log1p", Call("exp", u)):
            return softplus(u)
        case Call("log", Sum(one, Call("exp", u)) | Sum(Call("exp", u), one)) if one == ONE:
            return softplus(u)
        case Call("log", Call("exp", u)):
            return u
        case _:
            return node
