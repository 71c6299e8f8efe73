"""Averages over Gaussian signals: against closed forms, adaptive quadrature, and two-dimensional quadrature."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from strategies import variances

from livegrad.flow.theory.averages import averages_of
from livegrad.flow.theory.quadrature import gaussian_nodes, hermite, tail_share
from livegrad.functions import ACTIVATIONS, Activation, elementwise, own

Floats = NDArray[np.float64]

CATALOGUE = tuple(name for name, one in ACTIVATIONS.items() if isinstance(one, Activation))
COMMON = (
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "swish",
    "softplus",
    "mish",
    "softsign",
    "hardtanh",
)
# An error of 1e-3 in every layer's mean adds up to 0.02 decades over a hundred layers, a fifth of what the
# prediction may be wrong by; interpolation must stay a tenth of that.
ENOUGH = 1e-4
STEP = math.log(10) / 8  # of ln q between two points of the grid


def between_grid_points() -> tuple[float, ...]:
    """Variances off the grid, where interpolation is at its worst, and on it."""
    return (*(10.0 ** (power + 1 / 16) for power in range(-8, 7)), 1e-8, 1.0, 100.0, 1e6)


def agrees(found: float, wanted: float, size: float, allowed: float = ENOUGH) -> bool:
    return abs(found - wanted) <= allowed * size


# ------------------------------------------------------------ one place


@pytest.mark.parametrize("name", COMMON)
def test_means_are_those_of_adaptive_quadrature_over_fourteen_decades(name: str) -> None:
    exact, averages = elementwise(name).properties, averages_of(elementwise(name))
    for q in between_grid_points():
        signal, slope = exact.mean_square(q), exact.mean_square_slope(q)
        assert agrees(averages.mean(q), exact.mean(q), math.sqrt(signal)), q
        assert agrees(averages.mean_square(q), signal, signal), q
        assert agrees(averages.mean_square_slope(q), slope, slope), q


# Functions that swing faster than any fixed quadrature can follow, or that overflow there, have their own tests.
@pytest.mark.parametrize(
    "name", [name for name in CATALOGUE if name not in ("sine", "sinc", "snake", "exponential")]
)
def test_errors_are_those_of_a_cubic_through_exact_values(name: str) -> None:
    """A cubic through four points h apart is wrong by at most 9/16·h⁴·max|g⁗|/24 between the middle ones.

    Of the fourth derivative of ln E[f²] by ln q the largest fourth difference of exact values nearby tells.
    """
    exact, averages = elementwise(name).properties, averages_of(elementwise(name))
    for q in (10.0 ** (1 / 16 - 1), 10.0 ** (1 / 16), 10.0 ** (9 / 16), 10.0 ** (3 / 16 + 1)):
        near = q * np.exp(STEP * np.arange(-4.5, 5))
        for found, mean in (
            (averages.mean_square, exact.mean_square),
            (averages.mean_square_slope, exact.mean_square_slope),
        ):
            logs = [math.log(max(mean(float(one)), 1e-300)) for one in near]
            if min(logs) < -600:  # the tail of a Gaussian alone: nothing that any network shows
                continue
            bound = 9 / 16 / 24 * float(np.absolute(np.diff(logs, 4)).max())
            assert abs(math.log(found(q)) - math.log(mean(q))) <= 2 * bound + 1e-9


@given(variances())
def test_relu_has_closed_forms(q: float) -> None:
    means = averages_of(elementwise("relu")).at(q)
    wanted = {
        "signal": q / 2,
        "slope": 0.5,
        "signal_fourth": 1.5 * q * q,
        "slope_fourth": 0.5,
        "crossed": q / 2,
        "radial": 0.5,
        "turning": q / 2,
        "mean": math.sqrt(q / (2 * math.pi)),
        "mean_slope": 0.5,
        "leaning": math.sqrt(q / (2 * math.pi)),
    }
    for name, value in wanted.items():
        assert float(getattr(means, name)) == pytest.approx(value, rel=1e-9), name
    # z² and 1 on half of the line: their even parts have no fourth nor sixth Hermite coefficient.
    assert np.allclose(means.bent, 0, atol=1e-9)
    assert np.allclose(means.slope_bent, 0, atol=1e-9)


@given(variances())
def test_a_square_has_closed_forms_with_edgeworth_terms(q: float) -> None:
    means = averages_of(own("x**2")).at(q)
    assert float(means.signal) == pytest.approx(3 * q * q, rel=1e-9)
    assert float(means.slope) == pytest.approx(4 * q, rel=1e-9)
    assert float(means.mean) == pytest.approx(q, rel=1e-9)
    assert float(means.radial) == pytest.approx(12 * q, rel=1e-9)
    assert float(means.turning) == pytest.approx(6 * q * q, rel=1e-9)
    assert float(means.leaning) == pytest.approx(2 * q, rel=1e-9)
    # E[x⁴] = (3 + κ)·q² under excess kurtosis κ: a third more for each unit, and no sixth cumulant.
    assert means.bent == pytest.approx([1 / 3, 0], abs=1e-9)


def test_edgeworth_terms_describe_an_evenly_spread_share_of_z() -> None:
    """z of which two fifths of the variance are uniform: E[f²] by a double integral over both parts."""
    f, q, share = elementwise("tanh"), 2.0, 0.4
    means = averages_of(f).at(q)
    z, weight = gaussian_nodes(np.array([(1 - share) * q]))
    node, even = np.polynomial.legendre.leggauss(40)
    places = math.sqrt((1 - share) * q) * z[0] + math.sqrt(3 * share * q) * node[:, None]
    values = np.asarray(f(places.ravel())).reshape(places.shape) ** 2
    exact = float((even / 2) @ values @ weight[0])
    cumulants = np.array([-1.2 * share**2, 48 / 7 * share**3])
    plain = float(means.signal)
    corrected = plain * (1 + float(cumulants @ means.bent))
    # The series goes on with the eighth cumulant, of the order of share⁴: a tenth of the whole correction.
    assert abs(corrected - exact) <= 0.2 * abs(plain - exact)
    assert abs(plain - exact) > 1e-3 * plain


@pytest.mark.parametrize("name", ["tanh", "gelu", "hardtanh", "softplus"])
@pytest.mark.parametrize("q", [0.02, 1.7, 40.0])
def test_the_other_means_are_those_of_direct_quadrature(name: str, q: float) -> None:
    f = elementwise(name)
    z, weight = gaussian_nodes(np.array([q]), f.joint_places)
    x = math.sqrt(q) * z[0]
    value, slope = np.asarray(f(x)), np.asarray(f.derivative(x))

    def mean(values: Floats) -> float:
        return float((weight[0] * values).sum())

    means = averages_of(f).at(q)
    wanted = {
        "signal_fourth": mean(value**4),
        "slope_fourth": mean(slope**4),
        "crossed": mean(value**2 * slope**2),
        "radial": mean(z[0] ** 2 * slope**2),
    }
    for key, number in wanted.items():
        assert float(getattr(means, key)) == pytest.approx(number, rel=10 * ENOUGH), key
    size, steep = math.sqrt(mean(value**2)), math.sqrt(mean(slope**2))
    signed = {
        "turning": (mean(x * value * slope), size * size),
        "mean_slope": (mean(slope), steep),
        "leaning": (mean(x * slope), math.sqrt(q) * steep),
    }
    for key, (number, scale) in signed.items():
        assert agrees(float(getattr(means, key)), number, scale, 10 * ENOUGH), key


@pytest.mark.parametrize("name", ["tanh", "gelu", "elu"])
def test_turning_is_the_slope_of_the_mean_square(name: str) -> None:
    averages = averages_of(elementwise(name))
    for q in (0.1, 1.0, 6.0):
        changed = elementwise(name).properties.length_slope(q)
        assert averages.length_slope(q) == pytest.approx(changed, rel=1e-3)
        assert float(averages.at(q).turning) == pytest.approx(q * changed, rel=1e-3)


@pytest.mark.parametrize("q", [0.01, 0.3, 2.0, 50.0, 1e4])
def test_a_step_has_signal_and_no_slope(q: float) -> None:
    means = averages_of(elementwise("step")).at(q)
    assert float(means.signal) == pytest.approx(0.5, rel=1e-12)
    assert float(means.mean) == pytest.approx(0.5, rel=1e-12)
    assert float(means.slope) == 0.0


@pytest.mark.parametrize("q", [0.03, 1.0, 30.0])
def test_parameters_are_told_apart(q: float) -> None:
    for alpha in (0.01, 0.2):
        averages = averages_of(elementwise("leaky_relu", alpha=alpha))
        assert averages.mean_square(q) == pytest.approx((1 + alpha**2) / 2 * q, rel=1e-9)
        assert averages.mean_square_slope(q) == pytest.approx((1 + alpha**2) / 2, rel=1e-9)
    same = averages_of(elementwise("leaky_relu", alpha=0.2))
    assert same is averages_of(elementwise("leaky_relu", alpha=0.2))


def test_own_formulas_are_told_apart() -> None:
    for factor in (1.5, 3.0):
        averages = averages_of(own(f"{factor} * x"))
        assert averages.mean_square(2.0) == pytest.approx(2 * factor**2, rel=1e-9)


@pytest.mark.parametrize("name", ["relu", "tanh", "identity", "gelu", "sigmoid", "leaky_relu"])
def test_beyond_the_ends_of_the_grid_the_last_power_law_goes_on(name: str) -> None:
    exact, averages = elementwise(name).properties, averages_of(elementwise(name))
    for q in (1e-30, 1e-14, 1e14, 1e30):
        # tanh's slope dies like a power of q, and adaptive quadrature follows it; both must stay together.
        assert averages.mean_square(q) == pytest.approx(exact.mean_square(q), rel=1e-3)
        assert averages.mean_square_slope(q) == pytest.approx(exact.mean_square_slope(q), rel=1e-3)
        assert averages.next_square(q) == pytest.approx(averages.mean_square(q), rel=1e-9)


@pytest.mark.parametrize("name", CATALOGUE)
def test_no_variance_gives_a_nan_or_a_warning(name: str) -> None:
    averages = averages_of(elementwise(name))
    q = np.array([0.0, 1e-300, 1e-20, 1.0, 1e20, 1e300, math.inf])
    means = averages.at(q)
    for key, values in vars(means).items():
        assert np.isfinite(values).all(), key
    for one in q:
        assert math.isfinite(averages.next_square(float(one)))
    pairs = averages.pairs(q[[3, -1]], np.full(2, 0.5))
    for key, values in vars(pairs).items():
        assert np.isfinite(values).all(), key


@given(variances())
def test_exponential_is_right_until_it_overflows(q: float) -> None:
    averages = averages_of(elementwise("exponential"))
    if q < 3:  # ln E[f²] = 2q is no polynomial of ln q, and steep
        assert averages.mean_square(q) == pytest.approx(math.exp(2 * q), rel=2e-3)
    else:
        assert averages.mean_square(q) > math.exp(6 - 0.01)


@given(variances(), variances())
def test_one_or_many_variances_give_the_same(first: float, second: float) -> None:
    averages = averages_of(elementwise("tanh"))
    both = averages.at(np.array([[first, second]]))
    for place, q in enumerate((first, second)):
        alone = averages.at(q)
        for key, values in vars(both).items():
            assert values[0, place] == pytest.approx(vars(alone)[key], rel=1e-12, abs=1e-300)
        assert averages.next_square(q) == pytest.approx(float(alone.signal), rel=1e-12)
        signal, slope = averages.log_signal_and_slope(np.log(np.array([q])))
        assert signal[0] == pytest.approx(math.log(alone.signal), abs=2e-4)
        assert slope[0] == pytest.approx(math.log(alone.slope), abs=2e-4)


# ------------------------------------------------------------ two places


ANGLES = st.floats(0, math.pi)


@given(variances(), ANGLES)
def test_relu_products_are_the_arc_cosine_kernels(q: float, theta: float) -> None:
    """Cho & Saul 2009, equations 3 to 6, and E[u²·1(u>0)·1(v>0)], which follows as they do."""
    found = averages_of(elementwise("relu")).pairs(q, math.cos(theta))
    sine, cosine, left = math.sin(theta), math.cos(theta), math.pi - theta
    first = (sine + left * cosine) / (2 * math.pi)
    second = (3 * sine * cosine + left * (1 + 2 * cosine**2)) / (2 * math.pi)
    assert abs(float(found.signal) / q - first) <= ENOUGH
    assert abs(float(found.squares) / q**2 - second) <= ENOUGH
    crossed = (left + sine * cosine) / (2 * math.pi)
    assert abs(float(found.crossed) / q - crossed) <= 10 * ENOUGH
    if (
        theta < 0.9 * math.pi
    ):  # close to −1 the series of a step converges slowly, and nothing stands behind it
        assert abs(float(found.slope) - left / (2 * math.pi)) <= 40 * ENOUGH
        assert abs(float(found.slope_squares) - left / (2 * math.pi)) <= 40 * ENOUGH


@given(st.floats(-4, 1.5).map(lambda power: 10.0**power), ANGLES)
def test_erf_products_are_the_arc_sine_kernel(q: float, theta: float) -> None:
    """Williams 1997: 2/π·asin(2qc/(1 + 2q)); and its derivative by c, over q."""
    found = averages_of(elementwise("erf")).pairs(q, math.cos(theta))
    part = 2 * q * math.cos(theta) / (1 + 2 * q)
    scale = 2 / math.pi * math.asin(2 * q / (1 + 2 * q))
    slope = 4 / math.pi / math.sqrt((1 + 2 * q) ** 2 - (2 * q * math.cos(theta)) ** 2)
    largest = 4 / math.pi / math.sqrt(1 + 4 * q)
    if theta < 0.9 * math.pi:  # at q = 30 it is nearly a step, and the same holds as there
        assert abs(float(found.signal) - 2 / math.pi * math.asin(part)) <= 5 * ENOUGH * scale
        assert abs(float(found.slope) - slope) <= 40 * ENOUGH * largest


@given(variances(), st.floats(-1, 1))
def test_identity_products_are_moments_of_two_gaussians(q: float, c: float) -> None:
    found = averages_of(elementwise("identity")).pairs(q, c)
    assert float(found.signal) == pytest.approx(q * c, abs=1e-5 * q)
    assert float(found.squares) == pytest.approx(q * q * (1 + 2 * c * c), rel=1e-5)
    assert float(found.slope) == pytest.approx(1, rel=1e-9)
    assert float(found.slope_squares) == pytest.approx(1, rel=1e-9)
    assert float(found.crossed) == pytest.approx(q, rel=1e-9)


NODE, WEIGHT = np.polynomial.legendre.leggauss(8)
EDGES = np.array([0.0, 0.6, 1.2, 1.8, 2.5, 3.5, 5, 7, 9])
EDGES = np.concatenate([-EDGES[:0:-1], EDGES])


def panels(edges: Floats) -> tuple[Floats, Floats]:
    """Return nodes between edges (…, n), and their weights under N(0, 1)."""
    half = np.diff(edges, axis=-1)[..., None] / 2
    z = edges[..., :-1, None] + half + half * NODE
    weight = half * WEIGHT * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    shape = (*edges.shape[:-1], -1)
    return z.reshape(shape), weight.reshape(shape)


def products(f: Activation, q: float, c: float) -> dict[str, float]:
    """The five means by two-dimensional quadrature, split in both directions where f or a slope of it jumps."""
    deviation, across = math.sqrt(q), math.sqrt(1 - c * c)
    jumps = np.array(tuple(f.joint_places)) / deviation
    u, weight = panels(np.sort(np.concatenate([EDGES, np.clip(jumps, -9, 9)])))
    inner = np.clip((jumps[None, :] - c * u[:, None]) / across, -9, 9)
    level = np.broadcast_to(EDGES, (len(u), len(EDGES)))
    v, within = panels(np.sort(np.concatenate([level, inner], axis=1), axis=1))
    places = deviation * (c * u[:, None] + across * v)
    there = [np.asarray(one(places.ravel())).reshape(places.shape) for one in (f, f.derivative)]
    here = [np.asarray(one(deviation * u)) for one in (f, f.derivative)]

    def mean(first: int, second: int, power: int) -> float:
        given_u = (within * there[second] ** power).sum(axis=1)
        return float((weight * here[first] ** power) @ given_u)

    return {
        "signal": mean(0, 0, 1),
        "slope": mean(1, 1, 1),
        "squares": mean(0, 0, 2),
        "slope_squares": mean(1, 1, 2),
        "crossed": mean(0, 1, 2),
    }


# For each: what E[f·f], E[f²·f²] may be off by, and what the three with slopes, as shares of their values at c = 1.
# A slope that jumps has a Hermite series that falls off slowly; its last terms are known in the mean only.
SMOOTH, CORNERED = (ENOUGH, 10 * ENOUGH), (5 * ENOUGH, 100 * ENOUGH)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("tanh", SMOOTH),
        ("gelu", SMOOTH),
        ("sigmoid", SMOOTH),
        ("softplus", SMOOTH),
        ("selu", CORNERED),
        ("hardtanh", CORNERED),
        ("hardswish", CORNERED),
        ("relu6", CORNERED),
    ],
)
@pytest.mark.parametrize("c", [-0.7, 0.4, 0.97])
def test_products_are_those_of_two_dimensional_quadrature(
    name: str, allowed: tuple[float, float], c: float
) -> None:
    f, q = elementwise(name), 1.4
    found, means = averages_of(f).pairs(q, c), averages_of(f).at(q)
    fourths = float(means.signal_fourth), float(means.slope_fourth)
    sizes = {
        "signal": (float(means.signal), allowed[0]),
        "squares": (fourths[0], allowed[0]),
        "slope": (float(means.slope), allowed[1]),
        "slope_squares": (fourths[1], allowed[1]),
        "crossed": (math.sqrt(fourths[0] * fourths[1]), allowed[1]),
    }
    for key, exact in products(f, q, c).items():
        assert agrees(float(getattr(found, key)), exact, *sizes[key]), key


@pytest.mark.parametrize("name", ["tanh", "gelu", "softplus", "selu", "hardtanh", "relu6", "step"])
@given(q=variances())
def test_at_full_correlation_products_are_the_means_themselves(name: str, q: float) -> None:
    averages = averages_of(elementwise(name))
    means, pairs = averages.at(q), averages.pairs(q, 1.0)
    assert float(pairs.signal) == pytest.approx(float(means.signal), rel=1e-9)
    assert float(pairs.slope) == pytest.approx(float(means.slope), rel=1e-9, abs=1e-300)
    assert float(pairs.squares) == pytest.approx(float(means.signal_fourth), rel=1e-9)
    assert float(pairs.slope_squares) == pytest.approx(float(means.slope_fourth), rel=1e-9)
    # E[f²f′²] is interpolated by another way in each, relative to the product of its factors' sizes.
    size = math.sqrt(float(means.signal_fourth) * float(means.slope_fourth))
    assert agrees(float(pairs.crossed), float(means.crossed), size, 1e-3)


@pytest.mark.parametrize("name", ["tanh", "gelu", "softplus", "selu", "sigmoid"])
@given(q=variances())
def test_without_correlation_products_are_products_of_means(name: str, q: float) -> None:
    averages = averages_of(elementwise(name))
    means, pairs = averages.at(q), averages.pairs(q, 0.0)
    assert agrees(float(pairs.signal), float(means.mean**2), float(means.signal))
    assert agrees(float(pairs.slope), float(means.mean_slope**2), float(means.slope))
    assert agrees(float(pairs.squares), float(means.signal**2), float(means.signal_fourth))


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "gelu", "relu", "selu", "hardtanh"])
@given(q=variances())
def test_products_of_a_function_with_itself_rise_with_the_correlation(name: str, q: float) -> None:
    """Its Hermite coefficients are squares, so that every term rises from c = 0 on (Mehler)."""
    c = np.linspace(0, 1, 41)
    found = averages_of(elementwise(name)).product(q, c)
    assert (np.diff(found) >= -1e-7 * found[-1]).all()


@given(variances(), st.lists(st.floats(-1, 1), min_size=1, max_size=5))
def test_all_ways_to_ask_for_products_agree(q: float, correlations: list[float]) -> None:
    averages = averages_of(elementwise("gelu"))
    terms, many = averages.pair_terms(q), averages.pairs(q, np.array(correlations))
    for place, c in enumerate(correlations):
        quickly = terms.quickly(c)
        for number, key in enumerate(vars(many)):
            assert vars(many)[key][place] == pytest.approx(quickly[number], rel=1e-9, abs=1e-300)
        assert averages.product(q, c) == pytest.approx(quickly[0], rel=1e-9, abs=1e-300)
        assert averages.slope_product(q, c) == pytest.approx(quickly[1], rel=1e-9, abs=1e-300)


# ------------------------------------------------------------ quadrature


@given(variances())
def test_weights_add_up_and_moments_are_gaussian(q: float) -> None:
    z, weight = gaussian_nodes(np.array([q]), (0.5, -3.0))
    for power, moment in ((0, 1), (1, 0), (2, 1), (4, 3), (6, 15), (8, 105)):
        assert float((weight * z**power).sum()) == pytest.approx(moment, abs=1e-9 * (1 + moment))


def test_hermite_polynomials_are_orthonormal() -> None:
    z, weight = gaussian_nodes(np.array([1.0]))
    found = hermite(z, 12)[:, 0]
    assert np.allclose((found * weight) @ found.T, np.eye(12), atol=1e-9)


def test_the_tail_of_a_series_is_that_of_its_sum() -> None:
    exponent, first = 2.5, 64
    k = np.arange(first, 400_000, dtype=float)
    whole = (k**-exponent).sum()
    for c in (0.9, 0.98, 0.999):
        exact = float((k**-exponent * c**k).sum() / whole)
        found = float(tail_share(np.array([c]), exponent, first)[0])
        assert found == pytest.approx(exact, abs=0.01)
