"""Double-double arithmetic with an unlimited exponent: 106 bits that neither overflow nor underflow.

A number is ``(high + low)·2^scale``: two float64, of which the second holds what rounding took from
the first, and a whole number. Every operation here is right to about 1e-30, so a formula computed
in it and rounded once is right to the last digit of float64, unless it cancels more than 45 bits.

The arithmetic is Dekker's and Knuth's (Dekker 1971, "A floating-point technique for extending the
available precision", Numerische Mathematik 18). It is the reference tier: some hundred times slower
than float64.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Pair: TypeAlias = tuple[Floats, Floats]
Scale: TypeAlias = "NDArray[np.int64] | int"

_SPLITTER = 134217729.0  # 2^27 + 1: halves the 53 bits of a float64 (Veltkamp)
_HUGE, _TINY = 2.0**300, 2.0**-300  # beyond these the exponent moves into the scale
_FAR = 5000  # binary places after which nothing is left of a float64


# ------------------------------------------------------------ pairs, exponents moderate


def two_sum(a: Floats, b: Floats) -> Pair:
    """Return a + b rounded, and exactly what rounding took; both (...)."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def quick_sum(a: Floats, b: Floats) -> Pair:
    """Return the same where |a| ≥ |b|, in half the operations."""
    total = a + b
    return total, b - (total - a)


def two_product(a: Floats, b: Floats) -> Pair:
    """Return a·b rounded, and exactly what rounding took; both (...)."""
    product = a * b
    a_high, b_high = _leading(a), _leading(b)
    a_low, b_low = a - a_high, b - b_high
    rest = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return product, rest


def _leading(a: Floats) -> Floats:
    shifted = _SPLITTER * a
    return shifted - (shifted - a)


def add(a: Pair, b: Pair) -> Pair:
    """Return the sum of two pairs, right to 2^-104 even where they cancel."""
    high, low = two_sum(a[0], b[0])
    next_high, next_low = two_sum(a[1], b[1])
    high, low = quick_sum(high, low + next_high)
    return quick_sum(high, low + next_low)


def multiply(a: Pair, b: Pair) -> Pair:
    """Return the product of two pairs."""
    high, low = two_product(a[0], b[0])
    return quick_sum(high, low + (a[0] * b[1] + a[1] * b[0]))


def divide(a: Pair, b: Pair) -> Pair:
    """Return the quotient of two pairs, by three steps of long division."""
    first = a[0] / b[0]
    left = add(a, _negative(multiply(b, (first, np.zeros_like(first)))))
    second = left[0] / b[0]
    left = add(left, _negative(multiply(b, (second, np.zeros_like(second)))))
    high, low = quick_sum(first, second)
    return add((high, low), (left[0] / b[0], np.zeros_like(first)))


def _negative(a: Pair) -> Pair:
    return -a[0], -a[1]


def polynomial(argument: Pair, coefficients: tuple[tuple[float, float], ...]) -> Pair:
    """Return Σ cₙ·argumentⁿ by Horner's rule; the constant term comes first."""
    shape = np.shape(argument[0])
    last = coefficients[-1]
    result = (np.full(shape, last[0]), np.full(shape, last[1]))
    for coefficient in coefficients[-2::-1]:
        result = add(multiply(result, argument), _spread(coefficient, shape))
    return result


def _spread(constant: tuple[float, float], shape: tuple[int, ...]) -> Pair:
    return np.full(shape, constant[0]), np.full(shape, constant[1])


# ------------------------------------------------------------ numbers


class Doubled:
    """Numbers of 106 bits: ``(high + low)·2^scale``, elementwise, with Python's operators.

    Attributes:
        high: float64, any shape.
        low: What is left over, below half a unit in the last place of ``high``.
        scale: Powers of two beside them; the number 0 for none.

    Example:
        >>> third = Doubled.of(1.0) / 3.0
        >>> (third * 3.0 - 1.0).rounded() == 0.0
        True
    """

    __slots__ = ("high", "low", "scale")
    __array_ufunc__: None = None  # NumPy leaves mixed operations to the operators below
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, high: Any, low: Any = 0.0, scale: Scale = 0) -> None:
        self.high = np.asarray(high, np.float64)
        self.low = np.broadcast_to(np.asarray(low, np.float64), self.high.shape)
        self.scale = scale
        self._tame()

    @classmethod
    def of(cls, value: Any) -> Doubled:
        """Return a number, an array or a `Doubled` as a `Doubled`."""
        return value if isinstance(value, Doubled) else cls(value)

    def rounded(self) -> Floats:
        """Return the nearest float64, ±inf beyond its range, subnormal or 0 below it."""
        total = self.high + self.low
        return total if self.unscaled else np.ldexp(total, _near(self.scale))

    def pair(self) -> Pair:
        """Return high and low with the scale taken in: right only in float64's own range."""
        if self.unscaled:
            return self.high, self.low
        return np.ldexp(self.high, _near(self.scale)), np.ldexp(self.low, _near(self.scale))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array of numbers."""
        return self.high.shape

    @property
    def unscaled(self) -> bool:
        """Whether there is no power of two beside the numbers."""
        return isinstance(self.scale, int) and self.scale == 0

    def _tame(self) -> None:
        """Keep ``high`` where products and splits are exact; infinities and NaN have no rest."""
        size = np.absolute(self.high)
        if not np.isfinite(self.high).all():
            self.low = np.where(np.isfinite(self.high), self.low, 0.0)
            size = np.where(np.isfinite(size), size, 0.0)
        if ((size > _HUGE) | ((size < _TINY) & (size > 0))).any():
            fraction, exponent = np.frexp(self.high)
            finite = np.isfinite(self.high)
            exponent = np.where(finite, exponent, 0).astype(np.int64)
            self.high = np.where(finite, fraction, self.high)
            self.low = np.ldexp(self.low, _near(-exponent))
            self.scale = exponent + self.scale

    # ------------------------------------------------------------ arithmetic

    def __add__(self, other: Any) -> Doubled:
        a, b, scale = _aligned(self, Doubled.of(other))
        return _guarded(add(a, b), a[0] + b[0], scale)

    def __mul__(self, other: Any) -> Doubled:
        a, b = self, Doubled.of(other)
        product = multiply((a.high, a.low), (b.high, b.low))
        return _guarded(product, a.high * b.high, a.scale + b.scale)

    def __truediv__(self, other: Any) -> Doubled:
        a, b = self, Doubled.of(other)
        high = np.broadcast_to(a.high, np.broadcast_shapes(a.shape, b.shape))
        quotient = divide((high, np.broadcast_to(a.low, high.shape)), (b.high, b.low))
        return _guarded(quotient, a.high / b.high, a.scale - b.scale)

    def __neg__(self) -> Doubled:
        return Doubled(-self.high, -self.low, self.scale)

    def __sub__(self, other: Any) -> Doubled:
        return self + -Doubled.of(other)

    def __radd__(self, other: Any) -> Doubled:
        return self + other

    def __rmul__(self, other: Any) -> Doubled:
        return self * other

    def __rsub__(self, other: Any) -> Doubled:
        return -self + other

    def __rtruediv__(self, other: Any) -> Doubled:
        return Doubled.of(other) / self

    def __pow__(self, exponent: int) -> Doubled:
        if exponent < 0:
            return 1.0 / self**-exponent
        result, square = Doubled(np.ones(self.shape)), self
        while exponent:
            result = result * square if exponent & 1 else result
            exponent >>= 1
            square = square * square if exponent else square
        return result

    # ------------------------------------------------------------ comparison

    def minus(self, other: Any) -> Floats:
        """Return the sign and rough size of a difference, for comparing."""
        a, b, _ = _aligned(self, Doubled.of(other))
        return np.where(a[0] == b[0], a[1] - b[1], a[0] - b[0])

    def __gt__(self, other: Any) -> NDArray[np.bool_]:
        return self.minus(other) > 0

    def __ge__(self, other: Any) -> NDArray[np.bool_]:
        return self.minus(other) >= 0

    def __lt__(self, other: Any) -> NDArray[np.bool_]:
        return self.minus(other) < 0

    def __le__(self, other: Any) -> NDArray[np.bool_]:
        return self.minus(other) <= 0

    def __eq__(self, other: object) -> NDArray[np.bool_]:  # type: ignore[override]
        return self.minus(other) == 0

    def __ne__(self, other: object) -> NDArray[np.bool_]:  # type: ignore[override]
        return self.minus(other) != 0


Function: TypeAlias = Callable[[Doubled], Doubled]


def select(condition: NDArray[np.bool_], chosen: Any, other: Any, like: Doubled) -> Doubled:
    """Return ``chosen`` where the condition holds, else ``other``, in the shape of ``like``."""
    a, b = Doubled.of(chosen), Doubled.of(other)
    scale: Scale = 0
    if not (a.unscaled and b.unscaled):
        scale = np.where(condition, a.scale, b.scale)
    high = np.where(condition, a.high, b.high)
    result = Doubled(high, np.where(condition, a.low, b.low), scale)
    return result if result.shape == like.shape else full(result, like)


def full(value: Any, like: Doubled) -> Doubled:
    """Spread a value over the shape of another."""
    value = Doubled.of(value)
    scale = (
        value.scale if isinstance(value.scale, int) else np.broadcast_to(value.scale, like.shape)
    )
    high, low = (np.broadcast_to(part, like.shape) for part in (value.high, value.low))
    return Doubled(high, low, scale)


def clip(x: Doubled, low: Any, high: Any) -> Doubled:
    """Hold x between two bounds; NaN stays NaN."""
    for bound, beyond in ((low, np.less), (high, np.greater)):
        if isinstance(bound, float) and math.isinf(bound):
            continue
        limit = Doubled.of(bound)
        x = select(beyond(x.minus(limit), 0), limit, x, x)
    return x


def _aligned(a: Doubled, b: Doubled) -> tuple[Pair, Pair, Scale]:
    """Return two numbers on one scale: the larger one's, so that only the smaller loses digits."""
    if a.unscaled and b.unscaled:
        return (a.high, a.low), (b.high, b.low), 0
    lowest = np.int64(-(2**62))
    scales = [np.where(n.high == 0, lowest, n.scale) for n in (a, b)]
    common = np.maximum(*scales)
    common = np.where(common == lowest, 0, common)
    pairs = []
    for number in (a, b):
        shift = _near(number.scale - common)
        pairs.append((np.ldexp(number.high, shift), np.ldexp(number.low, shift)))
    return pairs[0], pairs[1], common


def _guarded(result: Pair, plain: Floats, scale: Scale) -> Doubled:
    """Return the result; where the plain operation is infinite or NaN, that."""
    if np.isfinite(plain).all():
        return Doubled(*result, scale)
    finite = np.isfinite(plain)
    return Doubled(np.where(finite, result[0], plain), np.where(finite, result[1], 0.0), scale)


def _near(exponents: Scale) -> Any:
    return np.clip(exponents, -_FAR, _FAR)
