"""The younger activations: their papers' formulas, their left tails, their relatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from functions.oracle import places, truth, ulps
from mpmath import mp, mpf

from livegrad.functions import elementwise
from livegrad.testing import check_activation

PAPERS: dict[str, Callable[[Any], Any]] = {
    "telu": lambda z: z * mp.tanh(mp.exp(z)),
    "serf": lambda z: z * mp.erf(mp.log(1 + mp.exp(z))),
    "logish": lambda z: z * mp.log(1 + 1 / (1 + mp.exp(-z))),
    "smish": lambda z: z * mp.tanh(mp.log(1 + 1 / (1 + mp.exp(-z)))),
    "phish": lambda z: z * mp.tanh(z / 2 * (1 + mp.erf(z / mp.sqrt(2)))),
    "aria2": lambda z: z * (1 + mp.exp(-2 * z)) ** mpf("-1.5"),
    "srs": lambda z: z / (z / 2 + mp.exp(-z / 3)),
    "acon_c": lambda z: mpf("0.75") * z / (1 + mp.exp(mpf("-0.75") * z)) + z / 4,
    "smu": lambda z: (
        ((1 + mpf(0.01)) * z + (1 - mpf(0.01)) * z * mp.erf(mpf(2.5) * (1 - mpf(0.01)) * z)) / 2
    ),
    "pdelu": lambda z: z if z > 0 else (1 + (1 - mpf(0.9)) * z) ** (1 / (1 - mpf(0.9))) - 1,
}
ALL = (*PAPERS, "pau")
# The slope of pdelu is a power of a logarithm, and pau cancels: tests/functions/test_oracle.py has their bounds.
RIGHT_IN_THE_TAIL = [name for name in PAPERS if name != "pdelu"]
SRS = 8.0  # its denominator loses a bit near −5 and stands there squared


@pytest.mark.parametrize("name", PAPERS)
def test_the_formula_is_the_papers(name: str) -> None:
    for place in (-9.5, -3.0, -1.0, -0.1, 0.0, 0.3, 2.0, 11.0):
        assert mp.almosteq(truth(elementwise(name), place), PAPERS[name](mpf(place)), 1e-50)


def test_pau_is_a_quotient_of_polynomials_close_to_leaky_relu() -> None:
    f, x = elementwise("pau"), np.linspace(-3, 3, 601)
    top = np.polyval([f.settings[f"a{power}"] for power in range(5, -1, -1)], x)
    bottom = np.polyval(
        [f.settings[f"b{power}"] for power in range(4, 0, -1)] + [1.0], np.absolute(x)
    )
    np.testing.assert_allclose(f(x), top / bottom, rtol=1e-12, atol=1e-14)
    assert np.absolute(f(x) - elementwise("leaky_relu")(x)).max() < 0.1


@pytest.mark.parametrize("name", RIGHT_IN_THE_TAIL)
def test_the_left_tail_keeps_its_digits(name: str) -> None:
    f = elementwise(name)
    x = -np.concatenate([np.geomspace(4, 760, 60), np.random.default_rng(0).uniform(4, 40, 30)])
    for place, value, slope in zip(x, f(x), f.derivative(x), strict=True):
        assert ulps(value, truth(f, place)) <= (5 if name == "srs" else 4), place
        assert ulps(slope, truth(f, place, order=1)) <= (SRS if name == "srs" else 4), place


@pytest.mark.parametrize("name", ALL)
def test_in_float64_every_float32_is_right_to_half_a_unit(name: str) -> None:
    f = elementwise(name)
    x = places(np.float32, 40)
    x = x[(np.absolute(x) < 1e38) & ~np.isin(x, f.joint_places)]
    wide = x.astype(np.float64)
    for place, value, slope in zip(x, f(wide), f.derivative(wide), strict=True):
        assert ulps(np.float32(value), truth(f, place)) <= 0.501, place
        assert ulps(np.float32(slope), truth(f, place, order=1)) <= 0.501, place


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("aria2", {"alpha": 0.5, "beta": 0.7}),
        ("aria2", {"alpha": 3.0, "beta": 5.0}),
        ("srs", {"alpha": 5.0}),
        ("srs", {"alpha": 1.5, "beta": 4.0}),
        ("acon_c", {"p1": 0.2, "p2": 1.3}),
        ("acon_c", {"p1": 2.0, "beta": 20.0}),
        ("smu", {"alpha": 0.25, "mu": 1.0}),
        ("smu", {"alpha": 0.5, "mu": 20.0}),
        ("pau", {"a1": 0.7}),  # with a0 other than 0 its slope crosses 0 where pau cancels
        ("pau", {"a3": 2.0, "b1": 0.5}),
        ("pdelu", {"alpha": 0.5}),
        ("pdelu", {"t": 0.97, "alpha": 2.0}),
    ],
)
def test_the_contract_holds_for_other_parameters_too(
    name: str, parameters: dict[str, float]
) -> None:
    check_activation(elementwise(name, **parameters))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("aria2", {"alpha": 0.7, "beta": 1.3}), ("srs", {"alpha": 2.2, "beta": 2.7})],
)
def test_odd_parameters_cost_no_digits_in_the_tail(name: str, parameters: dict[str, float]) -> None:
    f = elementwise(name, **parameters)
    x = -np.geomspace(5, 700, 60)
    for place, value in zip(x, f(x), strict=True):
        assert ulps(value, truth(f, place)) <= 5, place


def test_relatives() -> None:
    x = np.linspace(-9, 9, 181)
    swish, gelu = elementwise("swish", beta=1.3), elementwise("gelu")
    np.testing.assert_allclose(elementwise("aria2", alpha=1, beta=1.3)(x), swish(x), rtol=1e-14)
    nearly_swish = elementwise("acon_c", p1=1, p2=1e-9, beta=1.3)
    np.testing.assert_allclose(nearly_swish(x), swish(x), atol=1e-8)
    nearly_gelu = elementwise("smu", alpha=1e-9, mu=0.5**0.5)
    np.testing.assert_allclose(nearly_gelu(x), gelu(x), atol=1e-8)
    nearly_elu = elementwise("pdelu", t=1 - 2.0**-10)
    np.testing.assert_allclose(nearly_elu(x), elementwise("elu")(x), atol=1e-3)
    assert elementwise("TanhExp") is elementwise("telu")


def test_srs_stays_between_its_dip_and_its_ceiling() -> None:
    f = elementwise("srs")
    dip = f(np.float64(-3.0))
    assert dip == pytest.approx(2 * 3 / (3 - 2 * np.e))  # αβ/(β − αe), from the paper
    y = f(np.linspace(-50, 1000, 20001))
    assert dip <= y.min()
    assert y.max() <= 2
    assert f.derivative(np.float64(-3.0)) == 0
