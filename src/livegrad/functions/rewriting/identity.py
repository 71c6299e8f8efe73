"""What an identity is: an equation by which a formula keeps digits, and the words that say so."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from livegrad.functions.formula.nodes import Expression
from livegrad.text import Text

PLUS, MINUS, TWICE, HALF = Fraction(1), Fraction(-1), Fraction(2), Fraction(1, 2)


@dataclass(frozen=True)
class Identity:
    """An equation whose right side keeps more digits.

    Attributes:
        name: The equation, left side first.
        why: What the left side loses, in one sentence.
    """

    name: str
    why: Text


Found = tuple[Expression, Identity]

TAIL = Text(
    "{lost} loses every digit where the two cancel; {kept} keeps them.",
    "{lost:은/는} 두 항이 서로 지워지는 곳에서 유효 숫자를 모두 잃습니다. {kept:은/는} 잃지 않습니다.",
)
SMALL = Text(
    "{lost} loses the digits of small numbers, because 1 swallows them; {kept} keeps them.",
    "{lost:은/는} 작은 수의 유효 숫자를 1에 묻혀 잃습니다. {kept:은/는} 잃지 않습니다.",
)
OVERFLOW = Text(
    "{lost} overflows where its exponential does; {kept} never does.",
    "{lost:은/는} 지수 함수가 넘치는(overflow) 곳에서 함께 넘칩니다. {kept:은/는} 넘치지 않습니다.",
)
SHORTER = Text(
    "{lost} rounds twice, and {kept} says the same at once.",
    "{lost:은/는} 두 번 반올림합니다. {kept:은/는} 같은 값을 한 번에 냅니다.",
)


def identity(lost: str, kept: str, why: Text = TAIL) -> Identity:
    """Return an equation with its reason.

    Example:
        >>> identity("1 + erf(u)", "erfc(-u)").name
        '1 + erf(u) = erfc(-u)'
    """
    return Identity(f"{lost} = {kept}", why.fill(lost=lost, kept=kept))
