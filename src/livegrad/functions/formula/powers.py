"""The node of a power that is no whole number, such as |x|^1.5."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from livegrad.functions.formula import log
from livegrad.functions.formula.nodes import ZERO, Derive, Evaluation, Expression, Value

_SMALLEST = 2.0**-149  # of float32's numbers above 0: what is computed below it is never selected


@dataclass(frozen=True)
class RealPower(Expression):
    """``root`` raised to an exponent that does not depend on x, for roots of at least 0.

    Attributes:
        root: The base; a negative one gives NaN.
        exponent: A tree of numbers and parameters.
    """

    root: Expression
    exponent: Expression
    tightness: ClassVar[int] = 3

    def value(self, at: Evaluation) -> Value:
        """Compute exp(p·ln u), and the limit where u is 0, without touching ln 0."""
        root, exponent, backend = at.of(self.root), at.of(self.exponent), at.backend
        if isinstance(root, float | int):
            return _of_numbers(float(root), float(exponent))
        positive = backend.select(root > 0, root, _SMALLEST, root)
        result = backend.exp(exponent * backend.log(positive))
        at_zero = 0.0 if exponent > 0 else math.inf
        result = backend.select(root > 0, result, at_zero, root)
        return backend.select(root >= 0, result, math.nan, root)

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return p·u^(p − 1)·u′, and u^p·ln u·p′ where p is a parameter."""
        by_root = self.exponent * RealPower(self.root, self.exponent - 1) * of(self.root)
        by_exponent = of(self.exponent)
        return by_root if by_exponent == ZERO else by_root + self * log(self.root) * by_exponent

    def latex(self) -> str:
        """Return the root, in brackets unless it is a single sign, and the exponent."""
        root = self.root.latex()
        base = root if self.root.tightness >= 4 else rf"\left({root}\right)"
        return rf"{base}^{{{self.exponent.latex()}}}"


def _of_numbers(root: float, exponent: float) -> float:
    if root <= 0:
        return math.nan if root < 0 else (0.0 if exponent > 0 else math.inf)
    return math.exp(min(exponent * math.log(root), 709.7))
