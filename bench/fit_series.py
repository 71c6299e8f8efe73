"""The coefficients of the kernels' polynomials, computed anew: ``python bench/fit_series.py``.

Each function is expanded in Chebyshev polynomials of u = (s − a)/(s + a), which maps 0 ≤ s < ∞ onto
[−1, 1], with 60 digits; the expansion is cut where it is far below the rounding of a dtype, and then
written in powers of u, highest first. Prints the terms and the largest relative error of Horner's
rule, in units in the last place, with the coefficients as printed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from mpmath import mp, mpf

mp.dps = 60
Number = Any
NODES = 120
STRETCH = {"gelu value": 4, "gelu slope": 4, "erfcx": 3}  # a
TERMS = {
    ("erfcx", "float64"): 26,
    ("gelu value", "float64"): 24,
    ("gelu value", "float32"): 12,
    ("gelu slope", "float64"): 23,
    ("gelu slope", "float32"): 10,
}


def slope_of_gelu(x: Number) -> Number:
    return mp.ncdf(x) + x * mp.npdf(x)


def mills(s: Number) -> Number:
    """Φ(−s)·exp(s²/2)."""
    if s > 200:  # the asymptotic series: its smallest term is far below 60 digits
        terms, term = [mpf(1)], mpf(1)
        for k in range(1, 30):
            term *= -(2 * k - 1) / s**2
            terms.append(term)
        return mp.fsum(terms) / (s * mp.sqrt(2 * mp.pi))
    return mp.erfc(s / mp.sqrt(2)) / 2 * mp.exp(s * s / 2)


def gelu_value(s: Number) -> Number:
    """(s + 3/4)·mills(s), almost constant."""
    return (s + mpf("0.75")) * mills(s)


def gelu_slope(s: Number) -> Number:
    """The slope of GELU at −s over exp(−s²/2), without its zero."""
    return (mills(s) - s * mp.npdf(0)) / (-s - ROOT)


ROOT = mp.findroot(slope_of_gelu, mpf("-0.7517915246935644575"))


def scaled_erfcx(s: Number) -> Number:
    """(s + 9/16)·erfcx(s), almost constant."""
    return (s + mpf(9) / 16) * 2 * mills(s * mp.sqrt(2))


def chebyshev(f: Callable[[Number], Number]) -> list[Number]:
    angles = [mp.pi * (k + mpf(1) / 2) / NODES for k in range(NODES)]
    values = [f(mp.cos(angle)) for angle in angles]
    return [
        mp.fsum(value * mp.cos(j * angle) for value, angle in zip(values, angles, strict=True))
        * (2 if j else 1)
        / NODES
        for j in range(max(TERMS.values()))
    ]


def in_powers(coefficients: list[Number]) -> list[Number]:
    """Rewrite a sum of Chebyshev polynomials in powers, highest first."""
    total, one, next_one = [mpf(0)] * len(coefficients), [mpf(1)], [mpf(0), mpf(1)]
    for coefficient in coefficients:
        for power, factor in enumerate(one):
            total[power] += coefficient * factor
        doubled = [mpf(0), *(2 * factor for factor in next_one)]
        padded = one + [mpf(0)] * (len(doubled) - len(one))
        one, next_one = next_one, [a - b for a, b in zip(doubled, padded, strict=True)]
    return total[::-1]


def error(f: Callable[[Number], Number], powers: list[float], dtype: type[np.floating]) -> float:
    """Return the largest error of Horner's rule in the dtype, in units in the last place."""
    u = np.linspace(-1, 0.999, 3000).astype(dtype)
    total = np.full_like(u, powers[0])
    for power in powers[1:]:
        total = total * u + dtype(power)
    exact = [f(mpf(float(place))) for place in u]
    return max(
        float(abs(mpf(float(got)) - true) / mpf(float(np.spacing(dtype(float(true))))))
        for got, true in zip(total, exact, strict=True)
    )


def report(name: str, f: Callable[[Number], Number]) -> None:
    def mapped(u: Number) -> Number:
        return f(STRETCH[name] * (1 + u) / (1 - u))

    series = chebyshev(mapped)
    for dtype in (np.float64, np.float32):
        terms = TERMS.get((name, dtype.__name__))
        if terms is None:
            continue
        powers = [float(dtype(float(power))) for power in in_powers(series[:terms])]
        print(f"{name}, {dtype.__name__}: {error(mapped, powers, dtype):.2f} units at most")
        print("".join(f"    {power!r},\n" for power in powers))


if __name__ == "__main__":
    report("gelu value", gelu_value)
    report("gelu slope", gelu_slope)
    report("erfcx", scaled_erfcx)
