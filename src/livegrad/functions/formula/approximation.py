"""Nodes for kernels: a polynomial for a costly formula, a distance from a root, an exponent's bound.

They look at the dtype that they are computed in: float32 needs fewer terms than float64, other
digits of a root, and runs out of exponents earlier.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from livegrad.functions.formula.nodes import Derive, Evaluation, Expression, Value


@dataclass(frozen=True)
class Approximation(Expression):
    """A formula, computed as a polynomial of another quantity.

    Attributes:
        exact: The formula that it stands for: its slope, its LaTeX, and its value wherever there
            are more digits than the polynomial has.
        argument: What the polynomial is a polynomial of, usually a bounded image of x.
        wide: Coefficients for float64, highest power first; at least two.
        narrow: Coefficients for float32.

    Example:
        >>> from livegrad.functions.numbers.backends import NUMPY
        >>> from livegrad.functions.formula import exp, x
        >>> near_zero = Approximation(exp(x), x, wide=(0.5, 1.0, 1.0), narrow=(1.0, 1.0))
        >>> Evaluation(NUMPY, {"x": np.array([0.5])}).of(near_zero)
        array([1.625])
    """

    exact: Expression
    argument: Expression
    wide: tuple[float, ...]
    narrow: tuple[float, ...]

    def value(self, at: Evaluation) -> Value:
        """Compute the polynomial by Horner's rule, with the terms that the dtype needs."""
        argument = at.of(self.argument)
        if _bytes(argument) is None:
            return at.of(self.exact)
        first, second, *others = self.narrow if _bytes(argument) == 4 else self.wide
        total = argument * first
        total += (
            second  # in place: it is ours, and fresh memory would cost more than the arithmetic
        )
        for coefficient in others:
            total *= argument
            total += coefficient
        return total

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return the slope of the formula itself."""
        return of(self.exact)

    def latex(self) -> str:
        """Return the formula itself."""
        return self.exact.latex()


@dataclass(frozen=True)
class Distance(Expression):
    """``argument − root``, right to the last digit however near the root is.

    No float is the root itself, so it is taken away in two steps: first the nearest float, which is
    exact near by, then the rest.

    Attributes:
        argument: Where from.
        root: The float64 number nearest to the root.
        rest: What is left of the root.

    Example:
        >>> from livegrad.functions.numbers.backends import NUMPY
        >>> from livegrad.functions.formula import x
        >>> from_pi = Distance(x, 3.141592653589793, 1.2246467991473532e-16)
        >>> Evaluation(NUMPY, {"x": np.array([3.141592653589793])}).of(from_pi)
        array([-1.2246468e-16])
    """

    argument: Expression
    root: float
    rest: float

    def value(self, at: Evaluation) -> Value:
        """Subtract the root as the dtype holds it, then the rest."""
        argument = at.of(self.argument)
        near, rest = (
            narrowed(self.root, self.rest) if _bytes(argument) == 4 else (self.root, self.rest)
        )
        return (argument - near) - rest

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return u′."""
        return of(self.argument)

    def latex(self) -> str:
        """Return the difference, the root with 12 digits."""
        return (self.argument - self.root).latex()


@dataclass(frozen=True)
class Normal(Expression):
    """The argument, or the bound below which its exponential comes near the subnormal numbers.

    ``exp(Normal(u)) * exp(u - Normal(u))`` is e^u in two factors, of which the second is 1 nearly
    everywhere. Applied one after the other, to a product that is at least as large as 1/e^u allows,
    they keep the digits that e^u itself has lost.

    Attributes:
        argument: The exponent.

    Example:
        >>> from livegrad.functions.numbers.backends import NUMPY
        >>> from livegrad.functions.formula import x
        >>> Evaluation(NUMPY, {"x": np.array([-800.0, -90.0])}).of(Normal(x))
        array([-700.,  -90.])
    """

    argument: Expression

    def value(self, at: Evaluation) -> Value:
        """Hold the argument above −80 in float32, above −700 else."""
        argument = at.of(self.argument)
        return at.backend.clip(argument, -80.0 if _bytes(argument) == 4 else -700.0, math.inf)

    def slope(self, name: str, of: Derive) -> Expression:  # noqa: ARG002
        """Return u′: below the bound the second factor's share of it is added to the first's."""
        return of(self.argument)

    def latex(self) -> str:
        """Return the argument itself."""
        return self.argument.latex()


def narrowed(number: float, rest: float) -> tuple[float, float]:
    """Return the float32 number nearest to ``number + rest``, and what is then left.

    Example:
        >>> narrowed(0.1, 0.0)
        (0.10000000149011612, -1.4901161138336505e-09)
    """
    near = float(np.float32(number))
    return near, (number - near) + rest


def _bytes(argument: Value) -> int | None:
    # A Python float has no dtype, nor have numbers of more digits than float64.
    dtype = getattr(argument, "dtype", None)
    return None if dtype is None else dtype.itemsize
