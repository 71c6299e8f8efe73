"""What follows from a declaration: moments, slopes, symmetry, fixed points, the edge of chaos."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import variances

from livegrad.errors import BadInput, NoGain
from livegrad.functions import Activation, Joint, activation, elementwise, names
from livegrad.functions.formula import absolute, exp, piecewise, sin, x
from livegrad.functions.properties import KNOWN, Properties
from livegrad.functions.properties.crossing import zeros
from livegrad.functions.properties.moments import gaussian_mean
from livegrad.functions.properties.sampling import Span, in_float64
from livegrad.functions.properties.search import highest, steepest
from livegrad.text import Text

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
    f, deviation = elementwise(name), math.sqrt(variance)
    value, slope = in_float64(f), in_float64(f, "x")
    edges = np.linspace(-25 * deviation, 25 * deviation, 600_001)
    z = (edges[1:] + edges[:-1]) / 2
    weight = (
        np.exp(-(z**2) / (2 * variance))
        * (edges[1] - edges[0])
        / (deviation * math.sqrt(2 * math.pi))
    )
    assert f.mean_square(variance) == pytest.approx(
        np.sum(weight * value(z) ** 2), rel=2e-5, abs=1e-12
    )
    assert f.mean_square_slope(variance) == pytest.approx(
        np.sum(weight * slope(z) ** 2), rel=3e-4
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


# ------------------------------------------------------------ shape


def made(formula: object, tails: tuple[float, float], *joints: tuple[float, float]) -> Activation:
    """Return an activation that stands in no catalogue."""
    return Activation(
        id="candidate",
        formula=formula,  # type: ignore[arg-type]
        about=Text("A test.", "시험용입니다."),
        source="",
        tails=tails,
        joints=tuple(Joint(at, slope) for at, slope in joints),
    )


SQUARED = made(piecewise((0,), (0, x**2)), (0, math.inf), (0, 0))
SINE = made(sin(x), (math.nan, math.nan))
EXPONENTIAL = made(exp(x), (0, math.inf))
SHRINK = made(piecewise((-0.5, 0.5), (x, 0, x)), (-math.inf, math.inf), (-0.5, 0), (0.5, 0))


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_no_output_and_no_slope_lies_outside_the_bounds(name: str) -> None:
    f, generator = elementwise(name), np.random.default_rng(1)
    places = generator.choice([-1, 1], 20_000) * 10.0 ** generator.uniform(-6, 6, 20_000)
    low, high = (end.value for end in f.properties.range)
    values = in_float64(f)(places)
    assert low - 1e-9 * abs(low) <= values.min()
    assert values.max() <= high + 1e-9 * abs(high)
    slopes, bends = in_float64(f, "x")(places), in_float64(f, "x", "x")(places)
    assert f.properties.lowest_slope.value - 1e-9 <= slopes.min()
    assert slopes.max() <= f.properties.highest_slope.value * (1 + 1e-9)
    assert np.absolute(bends).max() <= f.properties.sharpest_bend.value + 1e-9


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_bound_that_is_attained_is_the_value_there(name: str) -> None:
    f = elementwise(name)
    for bound, function in (
        *((end, f) for end in f.properties.range),
        (f.properties.lowest_slope, f.derivative),
        (f.properties.highest_slope, f.derivative),
    ):
        if bound.attained:
            assert float(function(np.float64(bound.at))) == pytest.approx(bound.value, abs=1e-12)
        else:
            assert not math.isfinite(bound.at) or bound.at in f.joint_places


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("sigmoid", 0, 1), ("tanh", -1, 1), ("softsign", -1, 1), ("softplus", 0, math.inf)],
)
def test_what_is_only_approached_is_not_attained(name: str, low: float, high: float) -> None:
    lowest, highest_ = elementwise(name).properties.range
    assert (lowest.value, lowest.at, lowest.attained) == (low, -math.inf, False)
    assert (highest_.value, highest_.at, highest_.attained) == (high, math.inf, False)


def test_a_slope_approached_at_a_corner_and_one_attained_on_a_piece() -> None:
    hardswish = elementwise("hardswish").properties.highest_slope
    assert (hardswish.value, hardswish.at, hardswish.attained) == (pytest.approx(1.5), 3.0, False)
    relu = elementwise("relu").properties.highest_slope
    assert (relu.value, relu.attained, relu.span) == (1.0, True, Span(0.0, math.inf))


@pytest.mark.parametrize(
    ("name", "parity"),
    [("tanh", "odd"), ("softsign", "odd"), ("hardtanh", "odd"), ("gelu", None), ("sigmoid", None)],
)
def test_parity(name: str, parity: str | None) -> None:
    assert elementwise(name).properties.parity == parity


def test_parity_of_others() -> None:
    assert made(absolute(x), (math.inf, math.inf), (0, 0)).properties.parity == "even"
    assert SINE.properties.parity == "odd"
    assert elementwise("hardtanh", low=-1.0, high=2.0).properties.parity is None


@pytest.mark.parametrize(
    ("f", "monotone"),
    [
        (elementwise("tanh"), "strictly increasing"),
        (elementwise("leaky_relu"), "strictly increasing"),
        (elementwise("relu"), "increasing"),
        (elementwise("step"), "increasing"),
        (elementwise("swish"), None),
        (elementwise("hardswish"), None),
        (SINE, None),
        (SHRINK, "increasing"),
        (made(-x, (math.inf, -math.inf)), "strictly decreasing"),
        (made(piecewise((0,), (1, 0)), (1, 0), (0, 0)), "decreasing"),
        (made(piecewise((0,), (x, x - 1)), (-math.inf, math.inf), (0, 1)), None),
        (made(0 * x + 2, (2, 2)), "constant"),
    ],
)
def test_monotone(f: Activation, monotone: str | None) -> None:
    assert f.properties.monotone == monotone


def test_centred_is_less_than_odd() -> None:
    assert elementwise("selu").properties.zero_centred
    assert elementwise("tanh").properties.zero_centred
    assert not elementwise("elu").properties.zero_centred


@pytest.mark.parametrize(
    ("f", "smoothness"),
    [
        (elementwise("step"), -1),
        (elementwise("relu"), 0),
        (elementwise("elu"), 1),
        (elementwise("elu", alpha=0.5), 0),
        (elementwise("celu", alpha=0.5), 1),
        (elementwise("softsign"), 1),
        (elementwise("gelu"), math.inf),
        (SQUARED, 1),
        (made(piecewise((0,), (0, x**3)), (0, math.inf), (0, 0)), 2),
        (made(x * absolute(x), (-math.inf, math.inf)), 1),
        (SINE, math.inf),
    ],
)
def test_how_often_it_can_be_differentiated(f: Activation, smoothness: float) -> None:
    assert f.properties.smoothness == smoothness


def test_the_sharpest_bend() -> None:
    assert elementwise("softplus").properties.sharpest_bend.value == pytest.approx(0.25)
    assert elementwise("tanh").properties.sharpest_bend.value == pytest.approx(
        4 / (3 * math.sqrt(3)), rel=1e-9
    )
    assert elementwise("relu").properties.sharpest_bend.value == math.inf
    assert SQUARED.properties.sharpest_bend.value == 2


def test_what_grows_without_bound_has_infinite_bounds() -> None:
    assert SQUARED.properties.steepest_slope.value == math.inf
    assert EXPONENTIAL.properties.range[1].value == math.inf
    assert EXPONENTIAL.properties.steepest_slope.at == math.inf
    assert not EXPONENTIAL.properties.bounded
    assert SINE.properties.bounded


@given(place=st.floats(-50, 50), width=st.floats(0.2, 20))
def test_a_peak_anywhere_is_found(place: float, width: float) -> None:
    bound = highest(lambda z: np.exp(-(((z - place) / width) ** 2)), ())
    assert bound.value == pytest.approx(1, abs=1e-9)
    assert bound.at == pytest.approx(place, abs=1e-5 * width + 1e-6)


# ------------------------------------------------------------ fixed points, saturation, dead sides


def test_fixed_points() -> None:
    relu, tanh = elementwise("relu").properties.fixed_points, elementwise("tanh").properties
    assert (relu.points, relu.spans) == ((), (Span(0.0, math.inf),))
    assert (tanh.fixed_points.points, tanh.fixed_points.spans) == ((0.0,), ())
    (sigmoid,) = elementwise("sigmoid").properties.fixed_points.points
    assert sigmoid == pytest.approx(1 / (1 + math.exp(-sigmoid)), rel=1e-14)
    assert elementwise("step").properties.fixed_points.points == (0.0, 1.0)
    assert elementwise("softplus").properties.fixed_points.points == ()
    assert SQUARED.properties.fixed_points.points == pytest.approx((0.0, 1.0))


def test_zeros_that_are_touched_count_and_jumps_over_zero_do_not() -> None:
    assert zeros(lambda z: (z - 0.3) ** 2, ()) == pytest.approx([0.3], abs=1e-6)
    assert zeros(np.sign, (0.0,)) == [0.0]
    assert zeros(lambda z: np.where(z > 0.3, 1.0, -1.0), (0.3,)) == []


@pytest.mark.parametrize("share", [0.5, 0.01, 1e-4])
def test_saturation_is_where_the_slope_falls_below_its_share(share: float) -> None:
    left, right = elementwise("tanh").properties.saturation(share)
    edge = math.acosh(1 / math.sqrt(share))
    assert (left, right) == (pytest.approx(-edge, rel=1e-9), pytest.approx(edge, rel=1e-9))


def test_what_does_not_saturate() -> None:
    assert elementwise("relu").properties.saturation() == (0.0, None)
    assert elementwise("hardtanh").properties.saturation() == (-1.0, 1.0)
    assert elementwise("leaky_relu", alpha=0.1).properties.saturation() == (None, None)
    assert SINE.properties.saturation() == (None, None)
    assert EXPONENTIAL.properties.saturation() == (None, None)
    assert elementwise("step").properties.saturation() == (None, None)


def test_dead_sides_are_exact_zeros_and_no_rounding() -> None:
    assert elementwise("relu").properties.dead == (Span(-math.inf, 0.0),)
    assert elementwise("hardtanh").properties.dead == (
        Span(-math.inf, -1.0),
        Span(1.0, math.inf),
    )
    assert SHRINK.properties.dead == (Span(-0.5, 0.5),)
    assert elementwise("sigmoid").properties.dead == ()
    assert elementwise("gelu").properties.dead == ()


# ------------------------------------------------------------ gains and the edge of chaos

# E[f], E[f²], E[f′²] for z ~ N(0, 1), and σ_b² at q* = 1, by another program (40 Gauss–Legendre nodes
# per piece in float64).
MOMENTS = {
    "relu": (0.3989, 0.500000, 0.500000, 0.0000),
    "hardtanh": (0.0, 0.516059, 0.682689, 0.2441),
    "hardsigmoid": (0.5, 0.277639, 0.027703, -9.0221),
    "softsign": (0.0, 0.183014, 0.227671, 0.1961),
    "sigmoid": (0.5, 0.293379, 0.044836, -5.5433),
    "tanh": (0.0, 0.394294, 0.464403, 0.1510),
    "softplus": (0.8061, 0.921246, 0.293379, -2.1401),
    "swish": (0.2066, 0.355776, 0.379482, 0.0625),
    "mish": (0.2404, 0.452342, 0.479084, 0.0558),
    "gelu": (0.2821, 0.425221, 0.455851, 0.0672),
    "gelu_tanh": (0.2820, 0.425194, 0.455818, 0.0672),
    "elu": (0.1605, 0.644945, 0.668102, 0.0347),
    "selu": (0.0, 1.000000, 1.071575, 0.0668),
    "hardswish": (0.1662, 0.331567, 0.358532, 0.0752),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_moments_gains_and_the_critical_point_agree_with_another_program(name: str) -> None:
    properties, (mean, square, slope, bias) = elementwise(name).properties, MOMENTS[name]
    assert properties.mean(1.0) == pytest.approx(mean, abs=6e-5)
    assert properties.mean_square(1.0) == pytest.approx(square, abs=6e-7)
    assert properties.mean_square_slope(1.0) == pytest.approx(slope, abs=6e-7)
    assert properties.forward_gain() == pytest.approx(square**-0.5, rel=1e-5)
    assert properties.backward_gain() == pytest.approx(slope**-0.5, rel=2e-5)
    point = properties.critical()
    assert (point is None) == (bias < 0)
    if point is not None:
        assert point.weight_deviation == pytest.approx(slope**-0.5, rel=2e-5)
        assert point.bias_deviation**2 == pytest.approx(bias, abs=6e-5)
        assert point.fixed.gradient == pytest.approx(1, rel=1e-12)


@given(variance=variances())
def test_stein_holds_with_corners_and_jumps(variance: float) -> None:
    deviation = math.sqrt(variance)
    for name in ("relu", "selu", "step", "gelu", "softsign"):
        f = elementwise(name)
        value = in_float64(f)
        scored = (
            gaussian_mean(lambda z, value=value: z * value(z), variance, f.joint_places) / variance
        )
        slopes = gaussian_mean(in_float64(f, "x"), variance, f.joint_places)
        jumps = sum(k.jump for k in f.kinks) / (deviation * math.sqrt(2 * math.pi))
        assert scored == pytest.approx(slopes + jumps, rel=1e-9)
        bend = gaussian_mean(
            lambda z, value=value: (z**2 / variance - 1) * value(z) / variance,
            variance,
            f.joint_places,
        )
        size = (1 + deviation) / variance
        assert f.properties.mean_bend(variance) == pytest.approx(bend, abs=1e-11 * size)


def test_the_variance_passed_on() -> None:
    assert elementwise("relu").properties.variance(1.0) == pytest.approx(0.5 - 0.5 / math.pi)
    shifted = made(sin(x) + 1e6, (math.nan, math.nan)).properties
    assert shifted.variance(1.0) == pytest.approx(SINE.properties.variance(1.0), rel=1e-6)


def test_what_grows_exponentially_is_integrated_where_its_mass_is() -> None:
    for variance in (1.0, 50.0, 100.0):
        expected = math.exp(2 * variance)
        assert EXPONENTIAL.mean_square(variance) == pytest.approx(expected, rel=1e-10)


def test_no_gain_is_said_and_not_divided_by() -> None:
    assert elementwise("step").properties.forward_gain() == pytest.approx(math.sqrt(2))
    with pytest.raises(NoGain, match="slope 0"):
        elementwise("step").properties.backward_gain()
    with pytest.raises(NoGain, match="every signal"):
        made(0 * x, (0, 0)).properties.forward_gain()
    assert elementwise("step").properties.critical() is None


@pytest.mark.parametrize("name", ["tanh", "gelu", "relu", "elu", "hardtanh"])
@pytest.mark.parametrize("variance", [0.3, 1.0, 4.0])
def test_the_slope_of_the_length_map_is_its_difference_quotient(name: str, variance: float) -> None:
    properties, step = elementwise(name).properties, 1e-5 * variance
    rise = properties.mean_square(variance + step) - properties.mean_square(variance - step)
    assert properties.length_slope(variance) == pytest.approx(rise / (2 * step), rel=1e-6)


def test_the_slope_of_the_length_map_counts_jumps() -> None:
    moved = made(piecewise((0.7,), (0, 1)), (0, 1), (0.7, 0)).properties
    rise = moved.mean_square(1 + 1e-5) - moved.mean_square(1 - 1e-5)
    assert moved.length_slope(1.0) == pytest.approx(rise / 2e-5, rel=1e-6)


@pytest.mark.parametrize("name", ["tanh", "elu", "softsign", "hardtanh", "selu"])
def test_stable_critical_points_draw_every_variance_to_them(name: str) -> None:
    properties = elementwise(name).properties
    point = properties.critical()
    assert point is not None
    assert (point.fixed.stability, point.unique, point.bistable) == ("stable", True, False)
    for start in (0.01, 30.0):
        variance = start
        for _ in range(300):
            variance = point.weight_deviation**2 * properties.mean_square(variance)
            variance += point.bias_deviation**2
        assert variance == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize("name", ["gelu", "swish", "mish"])
def test_gelu_and_its_relatives_run_away_from_their_critical_point(name: str) -> None:
    point = elementwise(name).properties.critical()
    assert point is not None
    assert point.fixed.stability == "unstable"
    assert [other.stability for other in point.others] == ["stable"]
    assert point.others[0].variance < 1


def test_relu_is_critical_at_every_variance() -> None:
    properties = elementwise("relu").properties
    for variance in (0.1, 1.0, 7.0):
        point = properties.critical(variance)
        assert point is not None
        assert point.weight_deviation == pytest.approx(math.sqrt(2), rel=1e-12)
        assert (point.bias_deviation, point.fixed.stability) == (0.0, "neutral")
        assert point.unique


def test_critical_points_without_a_bias() -> None:
    (tanh,) = elementwise("tanh").properties.critical_without_bias
    assert (tanh.weight_deviation, tanh.fixed.variance) == (pytest.approx(1.0), 0.0)
    assert tanh.fixed.stability == "stable"
    (sigmoid,) = elementwise("sigmoid").properties.critical_without_bias
    assert sigmoid.weight_deviation**2 == pytest.approx(103.0, rel=2e-3)
    assert sigmoid.fixed.variance == pytest.approx(45.6, rel=2e-3)
    assert sigmoid.fixed.gradient == pytest.approx(1, rel=1e-9)
    (gelu,) = elementwise("gelu").properties.critical_without_bias
    assert (gelu.weight_deviation, gelu.fixed.stability) == (pytest.approx(2.0), "unstable")
    assert elementwise("softplus").properties.critical_without_bias == ()


# ------------------------------------------------------------ the record


def test_every_property_says_how_it_is_known() -> None:
    offered = {name for name in dir(Properties) if not name.startswith("_")}
    unnamed = {"activation", "length_slope", "mean_squares", "native_deaths", "seam_at"}
    assert offered - unnamed == set(KNOWN)


def test_properties_follow_the_parameters() -> None:
    assert elementwise("elu", alpha=0.5).properties.range[0].value == -0.5
    assert elementwise("swish", beta=2.0).properties.steepest_slope.at == pytest.approx(
        elementwise("swish").properties.steepest_slope.at / 2, rel=1e-6
    )
