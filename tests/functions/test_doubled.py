"""Double-double arithmetic against 300 digits: every function, over the whole range and beyond it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from livegrad.functions.numbers import doubled_functions
from livegrad.functions.numbers.doubled import Doubled
from livegrad.functions.numbers.doubled_functions import DOUBLED

DIGITS = 340
FINE = 1e-26  # relative: float64 needs 1e-17
GENERATOR = np.random.default_rng(5)
SMALL = 10.0 ** GENERATOR.uniform(-300, 0, 12)
MIDDLE = np.concatenate([GENERATOR.uniform(-1, 1, 12), GENERATOR.uniform(-40, 40, 20)])
NEAR = np.concatenate([MIDDLE, GENERATOR.uniform(-740, 740, 12), SMALL, -SMALL])
FAR = np.concatenate([NEAR, 10.0 ** GENERATOR.uniform(0, 300, 8)])

# A textbook's definition, the places, and whether they lie on both sides of 0.
FUNCTIONS: dict[str, tuple[Callable[[mpf], mpf], np.ndarray]] = {
    "exp": (mp.exp, NEAR),
    "expm1": (mp.expm1, NEAR),
    "log": (mp.log, np.abs(FAR)),
    "log1p": (mp.log1p, np.abs(FAR)),
    "sqrt": (mp.sqrt, np.abs(FAR)),
    "sin": (mp.sin, FAR),
    "cos": (mp.cos, FAR),
    "arctan": (mp.atan, FAR),
    "tanh": (mp.tanh, NEAR),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), NEAR),
    "softplus": (lambda x: mp.log1p(mp.exp(x)), NEAR),
    "erf": (mp.erf, NEAR),
    "erfc": (mp.erfc, NEAR),
    "erfcx": (lambda x: mp.exp(x * x) * mp.erfc(x), MIDDLE),
    "normal_cdf": (mp.ncdf, NEAR),
}


def exactly(number: Doubled) -> list[mpf]:
    scale = np.broadcast_to(np.asarray(number.scale), number.shape)
    return [
        (mpf(float(high)) + mpf(float(low))) * mpf(2) ** int(power)
        for high, low, power in zip(number.high, number.low, scale, strict=True)
    ]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_right_to_26_digits(name: str) -> None:
    truth, places = FUNCTIONS[name]
    with np.errstate(all="ignore"):
        results = getattr(doubled_functions, name)(Doubled(places))
    with mp.workdps(DIGITS):
        for place, result in zip(places, exactly(results), strict=True):
            expected = truth(mpf(float(place)))
            assert abs(result - expected) <= FINE * abs(expected), place


def test_every_function_of_the_backend_is_tested_here() -> None:
    plain = {"absolute", "sign", "floor", "clip", "select", "constant", "full", "largest"}
    along_an_axis = {"total", "highest", "winner", "reshape"}
    assert set(vars(DOUBLED)) == {*FUNCTIONS, *plain, *along_an_axis}


@given(
    a=st.floats(allow_nan=False, allow_infinity=False),
    b=st.floats(allow_nan=False, allow_infinity=False),
    c=st.floats(1e-300, 1e300),
)
def test_sums_products_and_quotients_are_right_to_30_digits_at_any_size(
    a: float, b: float, c: float
) -> None:
    one, other, third = (Doubled(np.array([value])) for value in (a, b, c))
    with mp.workdps(2 * DIGITS):
        cases = [
            (one + other, mpf(a) + mpf(b)),
            (one * other * third, mpf(a) * mpf(b) * mpf(c)),
            (one / third / third, mpf(a) / mpf(c) / mpf(c)),
            (third**3, mpf(c) ** 3),
        ]
        for result, expected in cases:
            assert abs(exactly(result)[0] - expected) <= mpf(10) ** -30 * abs(expected)


@given(a=st.floats(allow_nan=False), b=st.floats(allow_nan=False))
def test_comparisons_are_those_of_the_numbers(a: float, b: float) -> None:
    with np.errstate(all="ignore"):
        one, other = Doubled(np.array([a])), Doubled(np.array([b]))
        assert [(one > other)[0], (one >= other)[0], (one < other)[0]] == [
            a > b,
            a >= b,
            a < b,
        ] or (
            np.isinf(a) and a == b  # the difference of two infinities is no number
        )


def test_what_a_float64_cannot_hold_comes_back_when_it_can() -> None:
    huge = doubled_functions.exp(Doubled(np.array([2000.0])))
    with np.errstate(over="ignore"):
        assert huge.rounded()[0] == np.inf
    assert (huge * doubled_functions.exp(Doubled(np.array([-2000.0])))).rounded()[0] == 1.0


def test_infinities_and_nan_stay() -> None:
    ends = Doubled(np.array([np.inf, -np.inf, np.nan, 0.0]))
    with np.errstate(all="ignore"):
        assert (ends + 1.0).rounded()[:2].tolist() == [np.inf, -np.inf]
        assert np.isnan((ends * 2.0).rounded()[2])
        assert doubled_functions.tanh(ends).rounded()[3] == 0.0
