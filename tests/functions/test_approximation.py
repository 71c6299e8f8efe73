"""Polynomials in place of formulas, distances from roots, and exponents kept among the normal numbers."""

from __future__ import annotations

import numpy as np
import pytest

from livegrad.functions import activation
from livegrad.functions.formula import Expression, derivative, evaluate, exp, walk, x
from livegrad.functions.formula.approximation import Approximation, Distance, Normal, narrowed
from livegrad.functions.numbers.backends import NUMPY

ROOT = (3.141592653589793, 1.2246467991473532e-16)
CUBIC = Approximation(exp(x), x, wide=(1 / 6, 0.5, 1.0, 1.0), narrow=(0.5, 1.0, 1.0))


def at(tree: Expression, places: object) -> object:
    return evaluate(tree, NUMPY, {"x": places})


def test_float64_takes_the_wide_coefficients_and_float32_the_narrow_ones() -> None:
    assert at(CUBIC, np.array([1.0])) == pytest.approx(1 + 1 + 1 / 2 + 1 / 6)
    narrow = at(CUBIC, np.array([1.0], np.float32))
    assert narrow == 2.5
    assert narrow.dtype == np.float32


def test_pytorch_computes_the_same() -> None:
    torch = pytest.importorskip("torch")
    backend = pytest.importorskip("livegrad.functions.module_torch").TORCH
    for dtype, expected in ((torch.float64, at(CUBIC, np.array([0.3]))[0]), (torch.float32, 1.345)):
        got = evaluate(CUBIC, backend, {"x": torch.tensor([0.3], dtype=dtype)})
        assert got.dtype == dtype
        assert got.item() == pytest.approx(expected, rel=1e-7)


def test_a_number_without_a_dtype_gets_the_formula_itself() -> None:
    assert at(CUBIC, 1.0) == pytest.approx(2.718281828459045, rel=1e-15)


def test_slope_and_latex_are_those_of_the_formula() -> None:
    assert derivative(CUBIC) == exp(x)
    assert CUBIC.latex() == exp(x).latex()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_distance_from_a_root_keeps_its_digits_next_to_the_root(
    dtype: type[np.floating],
) -> None:
    near = np.array([dtype(ROOT[0])])
    exact = (float(near[0]) - ROOT[0]) - ROOT[1]
    assert at(Distance(x, *ROOT), near)[0] == pytest.approx(exact, rel=float(np.finfo(dtype).eps))
    assert derivative(Distance(x, *ROOT)).latex() == "1"


def test_narrowing_keeps_the_sum() -> None:
    near, rest = narrowed(*ROOT)
    assert near == np.float32(near)
    assert near + rest == ROOT[0]


@pytest.mark.parametrize(("dtype", "bound"), [(np.float32, -80), (np.float64, -700)])
def test_two_factors_keep_the_digits_that_a_subnormal_exponential_loses(
    dtype: type[np.floating], bound: int
) -> None:
    exponent, size = np.array([bound - 20], dtype), dtype(2.0**40)
    assert at(Normal(x), exponent) == bound
    with np.errstate(under="ignore"):
        in_two = (size * at(exp(Normal(x)), exponent)) * at(exp(x - Normal(x)), exponent)
    true = float(np.exp(np.float64(bound - 20) + 40 * np.log(2)))
    assert in_two[0] == pytest.approx(true, rel=100 * float(np.finfo(dtype).eps))


@pytest.mark.parametrize("symbols", [(), ("x",)])
def test_the_series_of_gelu_stand_for_what_they_say(symbols: tuple[str, ...]) -> None:
    places = np.linspace(-30, 30, 2001)
    (series,) = {
        node
        for node in walk(activation("gelu").kernel(*symbols))
        if isinstance(node, Approximation)
    }
    tolerance = 2e-15 if not symbols else 1e-12  # the formula of the slope cancels near its zero
    np.testing.assert_allclose(at(series, places), at(series.exact, places), rtol=tolerance)
