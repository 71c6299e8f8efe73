"""The operations of formulas on one number with as many digits as wanted, from Python alone.

A number is a `decimal.Decimal`. Sums, products and quotients are C; the transcendental functions
are short series over Python's whole numbers, which count in units of 2^−bits. Exponents are
practically without bounds, so nothing overflows where a result does not.
"""

from __future__ import annotations

import functools
import math
from decimal import MAX_EMAX, MIN_EMIN, ROUND_05UP, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING

from livegrad.functions.formula.nodes import Number
from livegrad.functions.numbers.backends import Backend

if TYPE_CHECKING:
    from collections.abc import Callable

_LN_10 = math.log(10)
_ZERO, _ONE, _HALF = Decimal(0), Decimal(1), Decimal("0.5")
_FARTHEST = {ROUND_HALF_EVEN: Decimal("1e17"), ROUND_05UP: Decimal("2e17")}
_STEEP = 0.1  # below it 1 + u has lost too much of u, and series in u are short


class Arithmetic:
    """Functions of one number at one precision.

    Attributes:
        context: What the caller computes with, and what the last operation here is rounded by.

    Args:
        digits: Significant decimal digits of the results.
        rounding: ``decimal.ROUND_HALF_EVEN`` or ``decimal.ROUND_05UP``, which never rounds a
            number to one with fewer digits: computed both ways, a 1 that stands for 1 ± 10^−500
            gives itself away. The exponential also holds its argument between −3e17 and 1e17 in the
            one and at twice that in the other, so that what depends on it differs.
    """

    def __init__(self, digits: int, rounding: str = ROUND_HALF_EVEN) -> None:
        self.context = _context(digits, rounding)
        self._guarded = int(1.15 * digits) + 15
        self._wide = _context(self._guarded + 25, ROUND_HALF_EVEN)
        self._bits = int(self._guarded * math.log2(10)) + 1
        self._unit = Decimal(2**self._bits)
        self._halvings = math.isqrt(self._bits)
        self._farthest = _FARTHEST[rounding]
        # There 1 − tanh(x) is below all digits, and erfc(√(2x)) too: any small number will do.
        self._gone, self._rest = Decimal(2 * self._guarded), Decimal(10) ** (-self._guarded - 30)
        self._ln_10 = self._wide.ln(Decimal(10))
        self._two_over_root_pi = self._wide.divide(
            Decimal(2), self._wide.sqrt(_pi(self._guarded + 25))
        )
        self._one_over_root_pi = self._wide.divide(self._two_over_root_pi, Decimal(2))
        self._root_half = self._wide.sqrt(_HALF)
        self._known = {
            (math.pi, 1.2246467991473532e-16): self.context.plus(_pi(digits + 5)),
            (1.1283791670955126, 1.533545961316588e-17): self._two_over_root_pi,
            (0.3989422804014327, -2.49232720227773e-17): self._wide.multiply(
                self._one_over_root_pi, self._root_half
            ),
        }

    # ------------------------------------------------------------ constants and choices

    def constant(self, number: Number) -> Decimal:
        """Return π and its relatives to all digits, other constants as they were declared."""
        if number.low is None:
            return Decimal(repr(number.number))
        known = self._known.get((number.number, number.low))
        return Decimal(number.number) + Decimal(number.low) if known is None else known

    def floor(self, x: Decimal) -> Decimal:
        """Return the largest whole number that is not above x."""
        return x.to_integral_value(ROUND_FLOOR) if x.is_finite() else x

    # ------------------------------------------------------------ exponential and logarithm

    def exp(self, x: Decimal) -> Decimal:
        """Return e^x; x below −3e17 or above 1e17 counts as that."""
        if x.adjusted() < -self._guarded:
            return self.context.add(_ONE, x)
        return self.context.plus(self._exp_held(x))

    def expm1(self, x: Decimal) -> Decimal:
        """Return e^x − 1."""
        if abs(x) > _STEEP:
            return self.context.subtract(self._exp_held(x), _ONE)
        return self.context.multiply(x, self._series(x, _next_exponential))

    def log(self, x: Decimal) -> Decimal:
        """Return ln x."""
        if x <= 0 or not x.is_finite():
            return self.context.ln(x)
        above = self._wide.subtract(x, _ONE)
        return self.log1p(above) if abs(above) < _STEEP else self.context.plus(self._log(x))

    def log1p(self, x: Decimal) -> Decimal:
        """Return ln(1 + x)."""
        if not abs(x) < _STEEP:
            return self.log(self._wide.add(x, _ONE))
        ratio = self._wide.divide(x, self._wide.add(x, Decimal(2)))
        square = self._wide.multiply(ratio, ratio)
        return 2 * self.context.multiply(ratio, self._series(square, _next_of_odds))

    def sigmoid(self, x: Decimal) -> Decimal:
        """Return 1 / (1 + e^−x)."""
        decay = self.exp(x.copy_abs().copy_negate())
        return (1 if x >= 0 else decay) / (1 + decay)

    def softplus(self, x: Decimal) -> Decimal:
        """Return ln(1 + e^x)."""
        return max(x, _ZERO) + self.log1p(self.exp(x.copy_abs().copy_negate()))

    def tanh(self, x: Decimal) -> Decimal:
        """Return the hyperbolic tangent."""
        if abs(x) > _HALF:
            rest = self._rest if x.copy_abs() > self._gone else self._rest_of_tanh(x.copy_abs())
            return self.context.subtract(_ONE, rest).copy_sign(x)
        raised = self.expm1(self._wide.multiply(Decimal(2), x))
        return raised / (raised + 2)

    # ------------------------------------------------------------ circle

    def sin(self, x: Decimal) -> Decimal:
        """Return the sine of x in radians, the whole of float64 included."""
        return self._on_circle(x, 0)

    def cos(self, x: Decimal) -> Decimal:
        """Return the cosine of x in radians."""
        return self._on_circle(x, 1)

    def arctan(self, x: Decimal) -> Decimal:
        """Return the angle in radians."""
        wide, slope = self._wide, x.copy_abs()
        steep = slope > 1
        slope = wide.divide(_ONE, slope) if steep else slope
        for _ in range(3):
            root = wide.sqrt(wide.add(_ONE, wide.multiply(slope, slope)))
            slope = wide.divide(slope, wide.add(_ONE, root))
        series = self._series(wide.multiply(slope, slope).copy_negate(), _next_of_odds)
        angle = wide.multiply(wide.multiply(slope, series), Decimal(8))
        right = wide.divide(_pi(self._guarded + 25), Decimal(2))
        return self.context.plus(wide.subtract(right, angle) if steep else angle).copy_sign(x)

    # ------------------------------------------------------------ error function

    def erf(self, x: Decimal) -> Decimal:
        """Return the error function."""
        size = x.copy_abs()
        if self._is_near(size):
            return self.context.plus(self._erf_near(x))
        rest = self._rest if size * size > 2 * self._gone else self._erfc_far(size)
        return self.context.subtract(_ONE, rest).copy_sign(x)

    def erfc(self, x: Decimal) -> Decimal:
        """Return 1 − erf(x)."""
        if self._is_near(x.copy_abs()):
            return self.context.subtract(_ONE, self._erf_near(x))
        far = self._erfc_far(x.copy_abs())
        return self.context.plus(far) if x > 0 else self.context.subtract(Decimal(2), far)

    def erfcx(self, x: Decimal) -> Decimal:
        """Return exp(x²)·erfc(x)."""
        square = self._wide.multiply(x, x)
        if self._is_near(x.copy_abs()):
            rest = self._wide.subtract(_ONE, self._erf_near(x))
            return self.context.multiply(self._exp_held(square), rest)
        right = self._fraction(x.copy_abs())
        if x > 0:
            return self.context.plus(right)
        return self.context.subtract(self._wide.multiply(Decimal(2), self._exp_held(square)), right)

    def normal_cdf(self, x: Decimal) -> Decimal:
        """Return the share of N(0, 1) below x."""
        return self.erfc(self._wide.multiply(x.copy_negate(), self._root_half)) / 2

    # ------------------------------------------------------------ inside

    def _fixed(self, x: Decimal) -> int:
        return int(self._wide.multiply(x, self._unit))

    def _decimal(self, count: int) -> Decimal:
        return self._wide.divide(Decimal(count), self._unit)

    def _series(self, x: Decimal, following: Callable[[int, int], tuple[int, int]]) -> Decimal:
        """Return Σ cₙxⁿ with c₀ = 1; ``following`` gives from n what xⁿ is multiplied by."""
        step, power, total, n = self._fixed(x), 1 << self._bits, 0, 0
        while power not in (0, -1):
            weight, shrink = following(n, power)
            total += weight
            power = (shrink * step) >> self._bits
            n += 1
        return self._decimal(total)

    def _exp_held(self, x: Decimal) -> Decimal:
        # Three times as far on the left: e^u·e^(−e^u) is then as small as it should be.
        if -3 * self._farthest < x < self._farthest:
            return self._exp(x) if x else _ONE
        return x if x.is_nan() else self._largest if x > 0 else self._smallest

    @functools.cached_property
    def _largest(self) -> Decimal:
        return self._exp(self._farthest)

    @functools.cached_property
    def _smallest(self) -> Decimal:
        return self._exp(-3 * self._farthest)

    def _exp(self, x: Decimal) -> Decimal:
        wide, k = self._wide, self._halvings
        tens = int(wide.divide(x, self._ln_10).to_integral_value(ROUND_HALF_EVEN))
        rest = wide.subtract(x, wide.multiply(Decimal(tens), self._ln_10))
        # In units of 2^−(bits + k): squaring k times loses k bits.
        bits = self._bits + k
        step = int(wide.multiply(rest, self._unit))  # the rest over 2^k, in these units
        total = term = 1 << bits
        n = 1
        while term not in (0, -1):
            term = ((term * step) >> bits) // n
            total += term
            n += 1
        for _ in range(k):
            total = (total * total) >> bits
        return wide.scaleb(self._decimal(total >> k), tens)

    def _rest_of_tanh(self, x: Decimal) -> Decimal:
        raised = self._exp_held(self._wide.multiply(Decimal(2), x))
        return self._wide.divide(Decimal(2), self._wide.add(raised, _ONE))

    def _log(self, x: Decimal) -> Decimal:
        wide, tens = self._wide, x.adjusted()
        mantissa = wide.scaleb(x, -tens)
        result, known = Decimal(math.log(float(mantissa))), 15
        while known < self._guarded:  # Halley's method triples the digits
            raised = self._exp(result)
            gap = wide.divide(wide.subtract(mantissa, raised), wide.add(mantissa, raised))
            result, known = wide.add(result, wide.add(gap, gap)), 3 * known
        return wide.add(result, wide.multiply(Decimal(tens), self._ln_10))

    def _on_circle(self, x: Decimal, quarters: int) -> Decimal:
        if not x.is_finite():
            return Decimal("NaN")
        places = self._guarded + 25 + max(x.adjusted(), 0)
        wide = _context(places, ROUND_HALF_EVEN)
        quarter = wide.divide(_pi(places), Decimal(2))
        turns = int(wide.divide(x, quarter).to_integral_value(ROUND_HALF_EVEN))
        rest = self._wide.plus(wide.subtract(x, wide.multiply(Decimal(turns), quarter)))
        square, quadrant = self._wide.multiply(rest, rest).copy_negate(), (turns + quarters) % 4
        value = (
            self._series(square, _next_cosine)
            if quadrant % 2
            else self._wide.multiply(rest, self._series(square, _next_sine))
        )
        return self.context.plus(value.copy_negate() if quadrant >= 2 else value)

    def _is_near(self, size: Decimal) -> bool:
        return size * size < 0.25 * self._guarded

    def _erf_near(self, x: Decimal) -> Decimal:
        # (2/√π)·x·e^(−x²)·Σ (2x²)ⁿ/(2n + 1)!!, of which all terms are positive.
        wide = self._wide
        square = wide.multiply(x, x)
        step, total, n = 2 * self._fixed(square), 0, 1
        term = 1 << self._bits
        while term:
            total += term
            n += 2
            term = ((term * step) >> self._bits) // n
        outside = wide.multiply(
            self._two_over_root_pi, wide.multiply(x, self._exp_held(square.copy_negate()))
        )
        return wide.multiply(outside, self._decimal(total))

    def _erfc_far(self, x: Decimal) -> Decimal:
        decay = self._exp_held(self._wide.multiply(x, x).copy_negate())
        return self._wide.multiply(self._fraction(x), decay)

    def _fraction(self, x: Decimal) -> Decimal:
        # Laplace's continued fraction: √π·erfcx(x) = 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))).
        step = bottom = self._fixed(x)
        for k in range(_depth(self._guarded, int(min(x, 10**9) * 4) / 4), 0, -1):
            bottom = step + (k << (2 * self._bits - 1)) // bottom
        inverse = self._wide.divide(self._unit, Decimal(bottom))
        return self._wide.multiply(inverse, self._one_over_root_pi)


@functools.lru_cache(maxsize=32)
def many_digits(digits: int, rounding: str = ROUND_HALF_EVEN) -> tuple[Backend, Context]:
    """Return a backend for one number at a time, and the context to evaluate in.

    Args:
        digits: Significant decimal digits.
        rounding: As for `Arithmetic`.

    Returns:
        The backend, which takes and gives ``Decimal``; and a context without traps.

    Example:
        >>> from decimal import localcontext
        >>> backend, context = many_digits(30)
        >>> with localcontext(context):
        ...     backend.erfc(Decimal(20))
        Decimal('5.39586561160790092893499916791E-176')
    """
    on = Arithmetic(digits, rounding)
    return Backend(
        exp=_calm(on.exp),
        expm1=_calm(on.expm1),
        log=_calm(on.log),
        log1p=_calm(on.log1p),
        sqrt=on.context.sqrt,
        sin=_calm(on.sin),
        cos=_calm(on.cos),
        arctan=_calm(on.arctan),
        tanh=_calm(on.tanh),
        absolute=abs,
        sign=lambda x: _ZERO if x == 0 else _ONE.copy_sign(x),
        floor=_calm(on.floor),
        sigmoid=_calm(on.sigmoid),
        softplus=_calm(on.softplus),
        erf=_calm(on.erf),
        erfc=_calm(on.erfc),
        erfcx=_calm(on.erfcx),
        normal_cdf=_calm(on.normal_cdf),
        clip=lambda x, low, high: min(max(x, Decimal(low)), Decimal(high)),
        select=lambda condition, chosen, other, _: Decimal(chosen if condition else other),
        constant=on.constant,
        full=lambda value, _: value,
        largest=lambda _: math.inf,
        total=lambda x: x,
        highest=lambda x: x,
        winner=lambda _: _ONE,
        reshape=lambda x, _: x,
    ), on.context


def _calm(function: Callable[[Decimal], Decimal]) -> Callable[[Decimal], Decimal]:
    """Return the same function with NaN, instead of an error, for NaN and where it has no value."""

    def calm(x: Decimal) -> Decimal:
        if x.is_nan():  # as in the piece of a formula that is not taken
            return x
        try:
            return function(x)
        except (ArithmeticError, ValueError):  # of infinity, as 1/0 makes it
            return Decimal("NaN")

    return calm


def _context(digits: int, rounding: str) -> Context:
    return Context(prec=digits, rounding=rounding, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])


@functools.lru_cache(maxsize=512)
def _pi(digits: int) -> Decimal:
    # Machin 1706: π/4 = 4·arctan(1/5) − arctan(1/239).
    one = 10 ** (digits + 5)
    fifth, small = _arctan_of_inverse(5, one), _arctan_of_inverse(239, one)
    scaled = Decimal(16 * fifth - 4 * small)
    return _context(digits + 5, ROUND_HALF_EVEN).scaleb(scaled, -digits - 5)


def _arctan_of_inverse(whole: int, one: int) -> int:
    power = total = one // whole
    n, square = 1, whole * whole
    while power:
        power //= -square
        n += 2
        total += power // n
        power = 0 if power == -1 else power
    return total


@functools.lru_cache(maxsize=4096)
def _depth(digits: int, x: float) -> int:
    """Return how many levels of the continued fraction give that many digits, for this x and up."""
    # An error in t_k = x + (k/2)/t_(k+1) arrives at the next level times (k/2)/t_k².
    remaining, k = digits * _LN_10, 0
    while remaining > 0:
        k += 1
        bottom = (x + math.sqrt(x * x + 2 * k)) / 2
        remaining += math.log(k / 2 / bottom**2)
    return k


# What a series adds for n, and what it hands on to n + 1, from the power (or term) of n.


def _next_exponential(n: int, term: int) -> tuple[int, int]:
    return term, term // (n + 2)  # Σ xⁿ/(n + 1)!


def _next_of_odds(n: int, power: int) -> tuple[int, int]:
    return power // (2 * n + 1), power  # Σ xⁿ/(2n + 1)


def _next_sine(n: int, term: int) -> tuple[int, int]:
    return term, term // ((2 * n + 2) * (2 * n + 3))  # Σ xⁿ/(2n + 1)!


def _next_cosine(n: int, term: int) -> tuple[int, int]:
    return term, term // ((2 * n + 1) * (2 * n + 2))  # Σ xⁿ/(2n)!
