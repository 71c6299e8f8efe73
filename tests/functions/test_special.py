"""The complementary error function that NumPy lacks."""

from __future__ import annotations

import numpy as np
import pytest
from mpmath import mp, mpf

from livegrad.functions.numbers.special import erfc, erfcx


def scaled(x: float) -> object:
    with mp.workdps(60):
        return mp.exp(mpf(x) ** 2) * mp.erfc(mpf(x))


def complement(x: float) -> object:
    with mp.workdps(60):
        return mp.erfc(mpf(x))


PLACES = np.concatenate([np.linspace(-6, 26, 300), np.geomspace(1e-9, 20, 60)])


def test_erfc_is_right_to_four_units_in_the_last_place() -> None:
    for x, got in zip(PLACES, erfc(PLACES), strict=True):
        exact = complement(float(x))
        assert abs(mpf(float(got)) - exact) <= 4 * mpf(float(np.spacing(float(exact)))), x


def test_erfcx_is_right_to_four_units_in_the_last_place() -> None:
    for x, got in zip(PLACES, erfcx(PLACES), strict=True):
        exact = scaled(float(x))
        bound = 4 if x >= 0 else 80  # left of 0 the square in exp(x²) is rounded
        assert abs(mpf(float(got)) - exact) <= bound * mpf(float(np.spacing(float(exact)))), x


def test_the_ends() -> None:
    ends = np.array([-np.inf, np.inf, np.nan])
    np.testing.assert_array_equal(erfc(ends), [2, 0, np.nan])
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(erfcx(ends), [np.inf, 0, np.nan])
    assert erfcx(np.float64(1e20)) == pytest.approx(1e-20 / np.sqrt(np.pi), rel=1e-14)


def test_the_dtype_is_kept() -> None:
    assert erfc(np.ones(3, np.float32)).dtype == np.float32
    assert erfcx(np.ones(3, np.float32)).dtype == np.float32
