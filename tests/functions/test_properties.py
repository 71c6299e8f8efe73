"""Means under a Gaussian signal, the steepest slope, kinks and limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import variances

from livegrad.errors import BadInput
from livegrad.functions import activation, names
from livegrad.functions.properties import gaussian_mean, steepest

ELEMENTWISE = [name for name in names() if activation(name).kind == "elementwise"]


@given(variance=variances(), alpha=st.floats(0.01, 2))
def test_means_of_piecewise_straight_functions_have_a_closed_form(
    variance: float, alpha: float
) -> None:
    relu, leaky = activation("relu"), activation("leaky_relu", alpha=alpha)
    assert relu.mean(variance) == pytest.approx(math.sqrt(variance / (2 * math.pi)), rel=1e-12)
    assert relu.mean_square(variance) == pytest.approx(variance / 2, rel=1e-12)
    assert relu.mean_square_slope(variance) == pytest.approx(0.5, rel=1e-12)
    assert leaky.mean_square(variance) == pytest.approx(variance * (1 + alpha**2) / 2, rel=1e-12)
    assert leaky.mean_square_slope(variance) == pytest.approx((1 + alpha**2) / 2, rel=1e-12)


@given(variance=variances())
def test_the_slope_of_hardtanh_counts_the_share_inside(variance: float) -> None:
    share = math.erf(1 / math.sqrt(2 * variance))
    assert activation("hardtanh").mean_square_slope(variance) == pytest.approx(share, rel=1e-11)


@given(variance=variances())
def test_the_mean_of_gelu_has_a_closed_form(variance: float) -> None:
    expected = variance / math.sqrt(2 * math.pi * (1 + variance))  # Stein: E[zΦ(z)] = q·E[φ(z)]
    assert activation("gelu").mean(variance) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("variance", [1e-3, 1.0, 50.0])
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_means_agree_with_dense_integration(name: str, variance: float) -> None:
    f, deviation = activation(name), math.sqrt(variance)
    edges = np.linspace(-10 * deviation, 10 * deviation, 400_000)
    z = (edges[1:] + edges[:-1]) / 2
    weight = (
        np.exp(-(z**2) / (2 * variance))
        * (edges[1] - edges[0])
        / (deviation * math.sqrt(2 * math.pi))
    )
    assert f.mean_square(variance) == pytest.approx(np.sum(weight * f(z) ** 2), rel=2e-5, abs=1e-12)
    assert f.mean_square_slope(variance) == pytest.approx(
        np.sum(weight * f.derivative(z) ** 2), rel=3e-4
    )  # the cell with a jump in it


def test_selu_hands_mean_0_and_variance_1_on() -> None:
    selu = activation("selu")
    assert selu.mean(1.0) == pytest.approx(0, abs=1e-14)
    assert selu.mean_square(1.0) == pytest.approx(1, abs=1e-14)


@given(variance=variances(), beta=st.floats(-9, 9).map(lambda power: 2.0**power))
def test_sharp_and_blunt_functions_are_integrated_alike(variance: float, beta: float) -> None:
    # swish_β(z) = swish_1(βz)/β, so their means are tied by the variance.
    sharp = activation("swish", beta=beta).mean_square(variance)
    assert sharp == pytest.approx(
        activation("swish").mean_square(variance * beta**2) / beta**2, rel=1e-9
    )


def test_no_variance_means_the_value_at_zero() -> None:
    assert activation("sigmoid").mean_square(0.0) == 0.25
    assert activation("sigmoid").mean_square_slope(0.0) == 0.0625


@pytest.mark.parametrize("variance", [-1.0, math.nan, math.inf])
def test_what_is_no_variance_is_refused(variance: float) -> None:
    with pytest.raises(BadInput) as caught:
        activation("relu").mean_square(variance)
    assert "variance=1.0" in caught.value.text.en
    assert "variance=1.0" in caught.value.text.ko


@pytest.mark.parametrize(
    ("name", "slope"),
    [
        ("step", 0.0),
        ("sigmoid", 0.25),
        ("tanh", 1.0),
        ("relu", 1.0),
        ("softplus", 1.0),
        ("selu", 1.7580993408473766),
        ("hardswish", 1.5),
        ("swish", 1.0998393201),
        ("gelu", 1.1289041452),
        ("mish", 1.0884981613),
    ],
)
def test_the_steepest_slope(name: str, slope: float) -> None:
    assert activation(name).sup_slope == pytest.approx(slope, rel=1e-9)


@given(beta=st.floats(-9, 9).map(lambda power: 2.0**power))
def test_the_steepest_slope_does_not_depend_on_the_sharpness(beta: float) -> None:
    assert activation("swish", beta=beta).sup_slope == pytest.approx(1.09983932012887, rel=1e-8)


def test_a_slope_without_bound_is_infinite() -> None:
    assert steepest(lambda z: 2 * z, ()) == math.inf


def test_a_mean_of_any_function() -> None:
    assert gaussian_mean(np.abs, 4.0, joints=(0.0,)) == pytest.approx(
        2 * math.sqrt(2 / math.pi), rel=1e-13
    )


def test_elu_is_smooth_only_at_alpha_one() -> None:
    assert activation("elu").kinks == ()
    (kink,) = activation("elu", alpha=0.5).kinks
    assert (kink.at, kink.slope, kink.left, kink.right, kink.jump) == (0.0, 0.5, 0.5, 1.0, 0.0)


def test_the_step_jumps() -> None:
    (kink,) = activation("step").kinks
    assert (kink.at, kink.slope, kink.jump) == (0.0, 0.0, 1.0)


def test_kinks_and_limits_follow_the_parameters() -> None:
    f = activation("hardtanh", low=-2.0, high=0.5)
    assert [kink.at for kink in f.kinks] == [-2.0, 0.5]
    assert f.limits == (-2.0, 0.5)
    assert f.bounded
    assert not activation("relu").bounded
    assert activation("celu", alpha=0.3).limits == (-0.3, math.inf)
