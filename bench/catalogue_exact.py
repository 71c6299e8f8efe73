"""Exact numbers in arrays, and the slower truth for machines without python-flint."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from typing import TYPE_CHECKING

import numpy as np

from livegrad.functions.reference import Truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrad.functions import Activation

FARTHEST = 10**6  # exponents of 2 beyond it are all the same to every format
LADDER = (34, 40, 130, 140, 420, 430, 900, 910)
EXACT = Context(prec=60, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])


@dataclass(frozen=True)
class Exact:
    """Many exact numbers, each (high + low)·2^exponent with 0.5 ≤ |high| ≤ 1; NaN if unknown."""

    high: NDArray[np.float64]
    low: NDArray[np.float64]
    exponent: NDArray[np.int64]


def exact_of(numbers: list[tuple[int, int] | None]) -> Exact:
    """Return numbers given as mantissa and exponent of 2, None where one is unknown."""
    rows = [_split(number) for number in numbers]
    high, low, exponent = (np.array(column) for column in zip(*rows, strict=True))
    return Exact(high.astype(np.float64), low.astype(np.float64), exponent.astype(np.int64))


def decimal_truths(activation: Activation, order: int, x: NDArray[np.float64]) -> Exact:
    """Return the truth from Python's decimal alone."""
    truth = Truth(activation, order, digits=28, ladder=LADDER)
    return exact_of([_binary(truth(place)) for place in x.tolist()])


def _binary(number: Decimal) -> tuple[int, int] | None:
    if number.is_nan():
        return None
    if not number:
        return 0, 0
    sign = -1 if number.is_signed() else 1
    twos = math.floor(number.adjusted() * math.log2(10)) - 160
    if abs(twos) > FARTHEST:
        return sign, FARTHEST if twos > 0 else -FARTHEST
    with localcontext(EXACT):
        return int(number / Decimal(2) ** twos), twos


def _split(number: tuple[int, int] | None) -> tuple[float, float, int]:
    if number is None:
        return math.nan, math.nan, 0
    mantissa, exponent = number
    if not mantissa:
        return 0.0, 0.0, -FARTHEST
    size = abs(mantissa)
    width = size.bit_length()
    size = size << (130 - width) if width <= 130 else size >> (width - 130)
    high = math.ldexp(size >> 77, -53)  # the leading 53 bits; the next 53 follow
    low = math.ldexp((size >> 24) & ((1 << 53) - 1), -106)
    sign = -1 if mantissa < 0 else 1
    return sign * high, sign * low, max(min(exponent + width, FARTHEST), -FARTHEST)
