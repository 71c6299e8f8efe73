"""Proofs: enclosures of range, slopes and bend over the whole line, by branch and bound.

What is proved is the formula, not its floating-point kernels. The line is covered by [−40, 40] and by
boxes that grow until they reach ±∞. Should no bound be found for one of those, the enclosure says up
to where it holds (`Enclosure.on`), and what lies beyond is assumed.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livegrad.errors import BadInput
from livegrad.functions.formula import Expression, derivative
from livegrad.functions.properties.sampling import Span
from livegrad.functions.properties.search import Known
from livegrad.functions.rewriting.simplifying import simplified
from livegrad.text import Text

if TYPE_CHECKING:
    from types import ModuleType

    from livegrad.functions.record import Activation

__all__ = ["Enclosure", "NotProved", "Proof", "prove"]

_NO_FLINT = Text(
    "A proof needs interval arithmetic, which python-flint gives and which is not installed here. "
    "Run: pip install 'livegrad[proof]'",
    "증명에는 구간 연산(interval arithmetic)이 필요한데, 그 일을 하는 python-flint가 설치되어 있지 "
    "않습니다. 다음을 실행하세요: pip install 'livegrad[proof]'",
)
_NO_BOUND = Text(
    "No bound on {what} of '{activation}' could be proved near 0. The searched "
    "numbers stay as they are, measured: livegrad.activation(...).properties.",
    "'{activation}'의 {what}에 대해서는 0 근처에서 한계를 증명하지 못했습니다. 탐색으로 "
    "잰 값은 그대로 livegrad.activation(...).properties에서 볼 수 있습니다.",
)
_WHAT = {
    0: Text("the range", "치역(range)"),
    1: Text("the slope", "기울기(slope)"),
    2: Text("the second derivative", "이계도함수(second derivative)"),
}


class NotProved(BadInput):
    """No proof can be given: python-flint is missing, or no bound was found."""


@dataclass(frozen=True)
class Enclosure:
    """A number that is proved to lie between two others.

    Attributes:
        low: It is at least so much.
        high: It is at most so much; inf where there is no bound.
        on: The interval of x for which this is proved; (−inf, inf) for the whole line. Beyond, it is
            assumed.
        known: Always "proved".
    """

    low: float
    high: float
    on: Span
    known: Known = "proved"

    def holds(self, value: float) -> bool:
        """Tell whether a number, perhaps rounded in its last digits, lies in it.

        What grows without end is only proved to be enormous where it is proved on floats only.
        """
        if math.isinf(value):
            return value in (self.low, self.high) or max(-self.high, self.low) > 1e150
        slack = 1e-12 * max(1.0, abs(value))
        return self.low - slack <= value <= self.high + slack

    def __neg__(self) -> Enclosure:
        return replace(self, low=-self.high, high=-self.low)


_NO_BEND = Enclosure(math.inf, math.inf, Span(-math.inf, math.inf))


@dataclass(frozen=True)
class Proof:
    """What is proved of an activation; slopes and bend off its joints.

    Attributes:
        activation: Its id.
        lowest: inf f.
        highest: sup f.
        lowest_slope: inf f′.
        highest_slope: sup f′.
        sharpest_bend: sup |f″|; infinite where f or f′ jumps.
    """

    activation: str
    lowest: Enclosure
    highest: Enclosure
    lowest_slope: Enclosure
    highest_slope: Enclosure
    sharpest_bend: Enclosure

    @property
    def steepest_slope(self) -> Enclosure:
        """The supremum of |f′|, which follows from both bounds of f′."""
        return _larger(self.highest_slope, -self.lowest_slope)

    @property
    def on(self) -> Span:
        """The interval of x for which every enclosure is proved."""
        parts = [one.on for one in (self.lowest, self.highest, self.lowest_slope)]
        parts += [self.highest_slope.on, self.sharpest_bend.on]
        return Span(max(part.low for part in parts), min(part.high for part in parts))


def prove(f: Activation) -> Proof:
    """Enclose range, slopes and bend of an activation.

    Args:
        f: The activation, with its parameters.

    Returns:
        The enclosures, each narrower than one part in a million.

    Raises:
        NotProved: python-flint is not installed, or a bound could not be found near zero.

    Example:
        >>> from livegrad.functions import elementwise
        >>> bound = prove(elementwise("swish")).highest_slope
        >>> bound.low <= 1.09983932013 <= bound.high, bound.high - bound.low < 2e-6
        (True, True)
    """
    branching = _branching()
    trees = [simplified(f.formula)]
    while len(trees) < 4:
        trees.append(derivative(trees[-1]))
    (lowest, highest), slopes, bends = (
        _bounds(branching, f, trees[order : order + 2], _WHAT[order]) for order in range(3)
    )
    bend = _NO_BEND if f.kinks else _larger(bends[1], -bends[0])
    return Proof(f.id, lowest, highest, *slopes, bend)


def _branching() -> ModuleType:
    # Looked up late: python-flint is an extra.
    if sys.modules.get("flint", "") is None or importlib.util.find_spec("flint") is None:
        raise NotProved(_NO_FLINT)
    return importlib.import_module("livegrad.functions.proof.branching")


def _bounds(
    branching: ModuleType, f: Activation, trees: list[Expression], what: Text
) -> tuple[Enclosure, Enclosure]:
    """Return the enclosures of the infimum and the supremum of the first tree."""
    found = [branching.supremum(f, *trees, upside_down=down) for down in (True, False)]
    if None in found:
        raise NotProved(_NO_BOUND.fill(what=what, activation=f.id))
    lowest, highest = (Enclosure(one.low, one.high, one.on) for one in found)
    return -lowest, highest


def _larger(one: Enclosure, other: Enclosure) -> Enclosure:
    on = Span(max(one.on.low, other.on.low), min(one.on.high, other.on.high))
    return Enclosure(max(one.low, other.low), max(one.high, other.high), on)
