"""The truth with 400 digits: the formula of a record, not its kernels, computed by mpmath.

400 digits and not 60, because 1 + tanh(−80) of the textbook formula cancels as many digits as the tail is small.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from mpmath import mp, mpf

from livegrad.functions import Activation
from livegrad.functions.formula import derivative, evaluate, nodes

mp.dps = 400
Number = Any
_HUGE, _HAIR = mpf(10) ** 320, mpf(10) ** -350


class Exact:
    """mpmath's spelling of the operations of `livegrad.functions.numbers.backends.Backend`, for one number at a time."""

    expm1, log, log1p = map(staticmethod, (mp.expm1, mp.log, mp.log1p))
    sqrt, sin, cos, arctan, erf = map(staticmethod, (mp.sqrt, mp.sin, mp.cos, mp.atan, mp.erf))
    absolute, sign, floor = map(staticmethod, (mp.fabs, mp.sign, mp.floor))

    def constant(self, number: nodes.Number) -> Number:
        return mpf(number.number) + mpf(number.rest)

    def normal_cdf(self, x: Number) -> Number:
        # Beyond 10,000 the tail is 10 to the power −21,714,730, and mpmath gives up where it need not.
        return mp.ncdf(min(max(x, mpf(-10_000)), mpf(10_000)))

    def exp(self, x: Number) -> Number:
        # An exponential of an exponential has more digits than there is memory for.
        return mp.exp(x) if mp.fabs(x) < _HUGE else (mp.inf if x > 0 else mpf(0))

    def tanh(self, x: Number) -> Number:
        return mp.tanh(x) if mp.fabs(x) < 10_000 else mp.sign(x)

    def sigmoid(self, x: Number) -> Number:
        return 1 / (1 + self.exp(-x))

    def softplus(self, x: Number) -> Number:
        return mp.log1p(self.exp(x))

    def clip(self, x: Number, low: Number, high: Number) -> Number:
        # A hair inside, too thin for any dtype: a piece may be singular at the end of its interval.
        return x if low <= x <= high else (low + _HAIR if x < low else high - _HAIR)

    def select(self, condition: Number, chosen: Number, other: Number, _like: Number) -> Number:
        return chosen if condition else other


def truth(f: Activation, x: float, *, order: int = 0) -> Number:
    """Return f or a derivative of it at one place, from the formula."""
    tree = f.formula
    for _ in range(order):
        tree = derivative(tree)
    return mpf(evaluate(tree, Exact(), {**f.settings, "x": mpf(float(x))}))


def ulps(got: np.floating, exact: Number) -> float:
    """Return the error in units in the last place of the exact value, subnormal spacing included."""
    dtype = type(got)
    if mp.fabs(exact) > mpf(float(np.finfo(dtype).max)):
        return 0.0 if math.isinf(got) else math.inf
    spacing = np.spacing(dtype(float(mp.fabs(exact))))
    return float(mp.fabs(mpf(float(got)) - exact) / mpf(float(spacing)))


def places(dtype: type[np.floating], count: int, seed: int = 0) -> np.ndarray:
    """Return numbers of a dtype: random bit patterns of its whole range, the middle, the tails, and special ones."""
    generator, limits = np.random.default_rng(seed), np.finfo(dtype)
    bits = generator.integers(0, 2**limits.bits - 1, size=count, dtype=np.uint64).astype(
        f"u{limits.bits // 8}"
    )
    far = 110 if dtype is np.float32 else 760 if dtype is np.float64 else 20
    middle = np.concatenate([generator.uniform(-end, end, count) for end in (12, far)])
    tiny = [0.0, float(limits.smallest_subnormal), float(limits.tiny), float(limits.max) / 2]
    special = np.array([-value for value in tiny] + tiny)
    x = np.concatenate([bits.view(dtype), middle.astype(dtype), special.astype(dtype)])
    return x[np.isfinite(x)]
