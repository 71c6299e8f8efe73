"""Exponential, logarithm, trigonometry and the error functions in double-double arithmetic.

Together they are `DOUBLED`, the backend of the exact tier: a formula evaluated in it is right to
about 1e-30. Arguments are reduced, a short series is summed, and Newton's method inverts what has
no series of its own.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livegrad.functions.formula.nodes import Number
from livegrad.functions.numbers import doubled, doubled_tables
from livegrad.functions.numbers.backends import Backend
from livegrad.functions.numbers.doubled import Doubled, Floats, Pair, select

# e^1e17 is beyond all that a float64 could be multiplied with, and e^−1e18 smaller than its inverse:
# so x·e^x·e^(−e^x) is 0 far out, as it should be.
_HIGHEST, _LOWEST = 1e17, -1e18
_HALVINGS = 8
_LONGEST = 2.0**30  # beyond it sine and cosine are reduced with whole numbers of any length
_PI_BITS = 2400


def exp(x: Doubled) -> Doubled:
    """Return e^x; x counts as 1e17 above it, as −1e18 below that."""
    powers, rest = _reduced(x)
    return Doubled(*doubled.add(_expm1_near(rest), _ones(rest[0])), powers.astype(np.int64))


def expm1(x: Doubled) -> Doubled:
    """Return e^x − 1, right to the last digit near 0 too."""
    powers, rest = _reduced(x)
    near = Doubled(*_expm1_near(rest))
    tiny = np.absolute(x.pair()[0]) < 2.0**-200
    near = select(tiny, x, near, near)  # their digits would underflow in the series
    if not powers.any():
        return near
    return select(powers == 0, near, exp(x) - 1.0, near)


def log(x: Doubled) -> Doubled:
    """Return ln x; −inf at 0, NaN below."""
    near = (x - 1.0).pair()[0]
    if (np.absolute(near) < 0.3).all() and x.unscaled:
        return log1p(x - 1.0)
    fraction, exponent = np.frexp(x.high)
    powers = exponent.astype(np.int64) + x.scale
    held = Doubled(fraction, np.ldexp(x.low, -exponent))
    first = Doubled(np.log(np.where(fraction > 0, fraction, np.nan)))
    wide = first + (held * exp(-first) - 1.0) + _times_ln_2(np.asarray(powers, np.float64))
    wide = select(x.high == 0, -math.inf, select(x.high == np.inf, x, wide, x), x)
    close = (np.absolute(near) < 0.3) & (x.pair()[0] < 2)
    return select(close, log1p(select(close, x, 1.0, x) - 1.0), wide, x)


def log1p(x: Doubled) -> Doubled:
    """Return ln(1 + x), right to the last digit near 0 too."""
    size = np.absolute(x.pair()[0])
    small, tiny = size < 0.4, size < 2.0**-60
    held = select(small & ~tiny, x, 0.0, x)
    first = Doubled(np.log1p(held.pair()[0]))
    grown = expm1(first)
    near = first + (held - grown) / (grown + 1.0)
    series = x - x * x * 0.5
    near = select(tiny, series, near, x)
    if small.all():
        return near
    return select(small, near, log(select(small, 1.0, x + 1.0, x)), x)


def sqrt(x: Doubled) -> Doubled:
    """Return the square root; NaN below 0."""
    odd = np.asarray(x.scale) % 2
    held = Doubled(np.ldexp(x.high, odd), np.ldexp(x.low, odd))
    half = (np.asarray(x.scale) - odd) // 2 if not isinstance(x.scale, int) else 0
    first = Doubled(np.sqrt(held.high))
    safe = select(first.high == 0, 1.0, first, first)
    root = first + (held - first * first) / (safe * 2.0)
    scaled = Doubled(root.high, root.low, half + np.asarray(root.scale))
    plain = np.isfinite(first.high) & (first.high > 0)
    return select(plain, scaled, first, x)


def tanh(x: Doubled) -> Doubled:
    """Return the hyperbolic tangent."""
    fallen = expm1(-absolute(x) * 2.0)
    size = -fallen / (fallen + 2.0)
    return select(x.high < 0, -size, size, x)


def sigmoid(x: Doubled) -> Doubled:
    """Return 1/(1 + e^−x)."""
    decay = exp(-absolute(x))
    return select(x.high >= 0, 1.0, decay, x) / (decay + 1.0)


def softplus(x: Doubled) -> Doubled:
    """Return ln(1 + e^x)."""
    return select(x.high > 0, x, 0.0, x) + log1p(exp(-absolute(x)))


def absolute(x: Doubled) -> Doubled:
    """Return |x|."""
    return select(x.high < 0, -x, x, x)


def sign(x: Doubled) -> Doubled:
    """Return −1, 0 or 1."""
    return Doubled(np.sign(x.high))


def floor(x: Doubled) -> Doubled:
    """Return the largest whole number that is not above x."""
    high, low = x.pair()
    whole = np.floor(high)
    return Doubled(*doubled.quick_sum(whole, np.where(whole == high, np.floor(low), 0.0)))


# ------------------------------------------------------------ angles


def sin(x: Doubled) -> Doubled:
    """Return the sine; NaN at ±inf."""
    return _of_angle(x, 0)


def cos(x: Doubled) -> Doubled:
    """Return the cosine; NaN at ±inf."""
    return _of_angle(x, 1)


def arctan(x: Doubled) -> Doubled:
    """Return the angle between −π/2 and π/2."""
    large = np.absolute(x.pair()[0]) > 1
    held = select(large, 1.0 / select(large, x, 1.0, x), x, x)
    first = Doubled(np.arctan(held.pair()[0]))
    tangent = sin(first) / cos(first)
    near = first + (held - tangent) / (held * tangent + 1.0)
    near = select(np.absolute(held.pair()[0]) < 2.0**-60, held - held**3 / 3.0, near, x)
    right = Doubled(doubled_tables.HALF_PI[0], doubled_tables.HALF_PI[1])
    turned = select(x.high < 0, -right, right, x) - near
    return select(large, turned, near, x)


def _of_angle(x: Doubled, quarters: int) -> Doubled:
    turns, rest = _angle(x)
    which = (turns + quarters) % 4
    tiny = np.absolute(x.pair()[0]) < 2.0**-60
    sine = select(tiny, x - x**3 / 6.0, Doubled(*_sine(rest)), x)
    value = select(which % 2 == 0, sine, Doubled(*_cosine(rest)), x)
    value = select(which >= 2, -value, value, x)
    return select(np.isfinite(x.high), value, math.nan, x)


def _angle(x: Doubled) -> tuple[NDArray[np.int64], Pair]:
    """Return x as quarter turns (mod 4) and what is left, within ±π/4."""
    high, low = x.pair()
    near = np.where(np.absolute(high) <= _LONGEST, high, 0.0)
    count = np.rint(near * (2 / math.pi))
    rest = (near, np.where(near == high, low, 0.0))
    for first, second in zip(
        doubled_tables.HALF_PI[::2], doubled_tables.HALF_PI[1::2], strict=True
    ):
        for part in (first, second):
            product = doubled.two_product(count, np.full_like(count, part))
            rest = doubled.add(rest, (-product[0], -product[1]))
    turns = count.astype(np.int64) % 4
    far = np.flatnonzero((np.absolute(high) > _LONGEST) & np.isfinite(x.high))
    if len(far):
        turns, rest_high, rest_low = turns.copy(), rest[0].copy(), rest[1].copy()
        scale = np.broadcast_to(np.asarray(x.scale), high.shape).ravel()
        for place in far:
            whole = Fraction(x.high.flat[place]) + Fraction(x.low.flat[place])
            turned = _angle_of_fraction(whole, int(scale[place]))
            turns.flat[place], rest_high.flat[place], rest_low.flat[place] = turned
        rest = (rest_high, rest_low)
    return turns, rest


def _angle_of_fraction(fraction: Fraction, scale: int) -> tuple[int, float, float]:
    """Reduce fraction·2^scale exactly, with π to 2,400 bits; NaN beyond 2^2000."""
    if scale > 2000:
        return 0, math.nan, 0.0
    value = fraction * Fraction(2) ** scale
    half_pi = _HALF_PI_EXACT
    count = round(value / half_pi)
    rest = value - count * half_pi
    high = float(rest)
    return count % 4, high, float(rest - Fraction(high))


def _exact_half_pi() -> Fraction:
    """Return π/2 to 2,400 bits by Machin's formula, π/4 = 4·arctan(1/5) − arctan(1/239)."""

    def arctan_of_inverse(n: int) -> int:
        term = (1 << (_PI_BITS + 32)) // n
        total, place, direction = term, 1, -1
        while term:
            term //= n * n
            place += 2
            total += direction * (term // place)
            direction = -direction
        return total

    quarter = 4 * arctan_of_inverse(5) - arctan_of_inverse(239)
    return Fraction(2 * quarter, 1 << (_PI_BITS + 32))


_HALF_PI_EXACT = _exact_half_pi()


def _alternating(first: int) -> tuple[tuple[float, float], ...]:
    """Return (−1)ⁿ/(2n + first)!, the coefficients of cosine (0) and of sine (1)."""
    chosen = doubled_tables.INVERSE_FACTORIALS[first::2]
    return tuple((-high, -low) if n % 2 else (high, low) for n, (high, low) in enumerate(chosen))


_SINE, _COSINE = _alternating(1), _alternating(0)


def _sine(rest: Pair) -> Pair:
    return doubled.multiply(rest, doubled.polynomial(doubled.multiply(rest, rest), _SINE))


def _cosine(rest: Pair) -> Pair:
    return doubled.polynomial(doubled.multiply(rest, rest), _COSINE)


# ------------------------------------------------------------ error functions


def erfcx(x: Doubled) -> Doubled:
    """Return exp(x²)·erfc(x), by a Chebyshev series in (x − 5)/(x + 5)."""
    size = absolute(x)
    right = _erfcx_right(size)
    if (x.high >= 0).all():
        return right
    return select(x.high >= 0, right, exp(x * x) * 2.0 - right, x)


def erfc(x: Doubled) -> Doubled:
    """Return 1 − erf(x)."""
    tail = _erfcx_right(absolute(x)) * exp(-(x * x))
    return select(x.high >= 0, tail, 2.0 - tail, x)


def erf(x: Doubled) -> Doubled:
    """Return the error function: a power series within ±½, 1 − erfc beyond."""
    near = np.absolute(x.pair()[0]) < 0.5
    held = select(near, x, 0.0, x)
    square = (held * held).pair()
    series = Doubled(*doubled.polynomial(square, doubled_tables.ERF_SERIES))
    inner = x * series * Doubled(*doubled_tables.TWO_OVER_ROOT_PI)
    outer = 1.0 - erfc(absolute(x))
    return select(near, inner, select(x.high < 0, -outer, outer, x), x)


def normal_cdf(x: Doubled) -> Doubled:
    """Return the share of N(0, 1) below x."""
    return erfc(-x * Doubled(*doubled_tables.ROOT_HALF)) * 0.5


def _erfcx_right(x: Doubled) -> Doubled:
    place = ((x - 5.0) / (x + 5.0)).pair()
    twice = (2 * place[0], 2 * place[1])
    zero = np.zeros_like(place[0])
    below, below_that = (zero, zero), (zero, zero)
    for coefficient in doubled_tables.ERFCX_SERIES[:0:-1]:  # Clenshaw's recurrence
        fallen = (-below_that[0], -below_that[1])
        step = doubled.add(doubled.multiply(twice, below), fallen)
        below, below_that = doubled.add(step, (zero + coefficient[0], zero + coefficient[1])), below
    first = doubled_tables.ERFCX_SERIES[0]
    total = doubled.add(doubled.multiply(place, below), (-below_that[0], -below_that[1]))
    total = doubled.add(total, (zero + first[0], zero + first[1]))
    return Doubled(*total) / (x * 2.0 + 1.0)


# ------------------------------------------------------------ inside the exponential


def _reduced(x: Doubled) -> tuple[Floats, Pair]:
    """Return x as a whole number of ln 2 and what is left, within ±0.35."""
    high, low = x.pair()
    held = np.clip(high, _LOWEST, _HIGHEST)
    low = np.where(held == high, low, 0.0)
    powers = np.rint(held * (1 / math.log(2)))
    powers = np.where(np.isfinite(powers), powers, 0.0)
    rest = (held, low)
    taken = _times_ln_2(powers)
    return powers, doubled.add(rest, (-taken.high, -taken.low))


def _times_ln_2(count: Floats) -> Doubled:
    first, second, third = (np.full_like(count, part) for part in doubled_tables.LN_2)
    high, low = doubled.two_product(count, second), doubled.two_product(count, first)
    return Doubled(*doubled.add(low, (high[0], high[1] + count * third)))


def _expm1_near(x: Pair) -> Pair:
    """Return e^x − 1 for |x| ≤ 0.35: the series at x/256, then (1 + y)² − 1 eight times."""
    small = (x[0] / 2**_HALVINGS, x[1] / 2**_HALVINGS)
    table = doubled_tables.INVERSE_FACTORIALS
    tail = table[10][0]
    for n in range(9, 5, -1):  # below 2^-57 of the whole: float64 is enough
        tail = tail * small[0] + table[n][0]
    result = (np.asarray(tail + 0 * small[0]), np.zeros_like(small[0]))
    for n in range(5, 0, -1):
        step = doubled.multiply(result, small)
        result = doubled.add(
            step, (np.full_like(x[0], table[n][0]), np.full_like(x[0], table[n][1]))
        )
    result = doubled.multiply(result, small)
    for _ in range(_HALVINGS):
        doubled_result = (2 * result[0], 2 * result[1])
        result = doubled.add(doubled.multiply(result, result), doubled_result)
    return result


def _ones(like: Floats) -> Pair:
    return np.ones_like(like), np.zeros_like(like)


def _constant(number: Number) -> Doubled:
    return Doubled(number.number, number.rest)


def _largest(like: Doubled) -> float:  # noqa: ARG001 - of float64, whatever the array
    return float(np.finfo(np.float64).max)


def _unavailable(*_: Any) -> Any:
    raise NotImplementedError


DOUBLED = Backend(
    exp=exp,
    expm1=expm1,
    log=log,
    log1p=log1p,
    sqrt=sqrt,
    sin=sin,
    cos=cos,
    arctan=arctan,
    tanh=tanh,
    absolute=absolute,
    sign=sign,
    floor=floor,
    sigmoid=sigmoid,
    softplus=softplus,
    erf=erf,
    erfc=erfc,
    erfcx=erfcx,
    normal_cdf=normal_cdf,
    clip=doubled.clip,
    select=select,
    constant=_constant,
    full=doubled.full,
    largest=_largest,
    total=_unavailable,
    highest=_unavailable,
    winner=_unavailable,
    reshape=_unavailable,
)
"""Double-double arithmetic: formulas of one number only, nothing along an axis."""
