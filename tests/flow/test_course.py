"""The mean-field course: against known factors per layer, naive recursions, and networks really drawn."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pytest
from flow.drawn import Stack, batch_of, draw
from hypothesis import given
from hypothesis import strategies as st

from livegrad.flow.initialisation import Initialisation
from livegrad.flow.network import Network, Norm
from livegrad.flow.theory.course import Course, Start, course_of
from livegrad.flow.theory.residual import residual_course
from livegrad.functions import elementwise, own

VAST = 1_000_000  # units: nothing is left to chance
# What interpolation may be off by in each layer, see test_averages.
EACH = 1e-4


def network(name: str, **settings: object) -> Network:
    return Network(activation=elementwise(name), **settings)  # type: ignore[arg-type]


def factors(course: Course) -> np.ndarray:
    """By what the gradient's norm changes from each layer to the one below."""
    return np.exp(course.log_gain / 2)


# ------------------------------------------------------------ known factors


@pytest.mark.parametrize(
    ("name", "init", "factor"),
    [
        ("sigmoid", "pytorch", 0.141),
        ("sigmoid", "glorot", 0.236),
        ("sigmoid", "he", 0.317),
        ("relu", "pytorch", 0.408),
        ("relu", "glorot", 0.707),
        ("relu", "he", 1.000),
        ("tanh", "pytorch", 0.575),
    ],
)
def test_published_and_measured_factors_are_found_again(
    name: str, init: str, factor: float
) -> None:
    """ReLU's follow from σ_w²/2; the others were measured in networks of 64 and 256 units, to three digits."""
    found = factors(course_of(network(name, init=init, depth=60, width=256), Start(features=64)))
    assert found[30] == pytest.approx(factor, abs=0.0015 if name == "relu" else 0.004)


def test_a_sigmoid_does_not_shrink_the_gradient_to_a_quarter() -> None:
    """Its slope is at most ¼, but weights multiply, too: at σ_w² = 103 a sigmoid is critical."""
    init = Initialisation(weight=math.sqrt(103.1), bias=math.sqrt(0.05))
    start = Start(features=VAST, mean_square=0.45)
    found = factors(course_of(network("sigmoid", init=init, depth=40, width=VAST), start))
    assert found[-1] == pytest.approx(1.0, abs=0.005)


NORMED = {
    "sigmoid": (1.034, 0.153),
    "tanh": (1.178, 1.178),
    "relu": (1.464, 0.998),
    "leaky_relu": (1.450, 0.998),
    "elu": (1.079, 1.036),
    "selu": (1.074, 1.074),
    "gelu": (1.319, 1.072),
    "swish": (1.212, 1.067),
    "softplus": (1.081, 0.318),
    "mish": (1.214, 1.059),
}
"""E[f′²]/Var f and E[f′²]/E[f²] at q = 1, as measured beforehand on grids of their own."""


@pytest.mark.parametrize("name", NORMED)
@pytest.mark.parametrize("norm", ["batch", "layer", "rms"])
def test_behind_a_norm_the_factor_is_a_ratio_of_means(name: str, norm: Norm) -> None:
    start = Start(features=VAST, batch=VAST)
    given = network(name, norm=norm, init="he", depth=6, width=VAST)
    found = math.exp(course_of(given, start).log_gain[3])
    properties = elementwise(name).properties
    below = properties.variance(1.0) if norm == "batch" else properties.mean_square(1.0)
    # A batch norm's own correlations come from series, which are right to 1e-3 for functions with a corner.
    assert found == pytest.approx(properties.mean_square_slope(1.0) / below, rel=2e-3)
    # The table has three digits and was made with coarser grids: ReLU's 1.464 is π/(π − 1) = 1.467 (Yang 2019).
    assert found == pytest.approx(NORMED[name][norm != "batch"], abs=4e-3)


def test_batch_norm_with_relu_explodes_as_yang_found() -> None:
    start = Start(features=VAST, batch=VAST)
    given = network("relu", norm="batch", init="he", depth=6, width=VAST)
    found = math.exp(course_of(given, start).log_gain[3])
    assert found == pytest.approx(math.pi / (math.pi - 1), rel=1e-3)


# ------------------------------------------------------------ recursions


def recursion(name: str, q: float, weight: float, bias: float, layers: int) -> list[float]:
    exact, found = elementwise(name).properties, [q]
    for _ in range(layers - 1):
        found.append(weight**2 * exact.mean_square(found[-1]) + bias**2)
    return found


@pytest.mark.parametrize("name", ["tanh", "gelu", "elu", "hardtanh", "softplus", "leaky_relu"])
@pytest.mark.parametrize(("weight", "bias"), [(0.9, 0.0), (1.1, 0.3), (1.5, 0.05)])
@pytest.mark.parametrize("entering", [0.01, 4.0])
def test_the_variance_follows_its_recursion(
    name: str, weight: float, bias: float, entering: float
) -> None:
    init, layers = Initialisation(weight=weight, bias=bias), 12
    course = course_of(
        network(name, init=init, depth=layers, width=VAST),
        Start(features=VAST, mean_square=entering),
    )
    wanted = recursion(name, weight**2 * entering + bias**2, weight, bias, layers)
    assert course.variance == pytest.approx(wanted, rel=layers * EACH)
    assert course.output == pytest.approx(wanted, rel=layers * EACH)
    slopes = [elementwise(name).properties.mean_square_slope(q) for q in wanted]
    chi = weight**2 * np.array(slopes)
    assert np.exp(course.log_gain) == pytest.approx(chi, rel=2 * layers * EACH)
    signal = np.array([weight**2 * elementwise(name).properties.mean_square(q) for q in wanted])
    assert course.share == pytest.approx(signal / (signal + bias**2), rel=layers * EACH)


def relu_kernel(c: float) -> float:
    """E[f(u)·f(v)]/E[f²] of ReLU (Cho & Saul 2009)."""
    theta = math.acos(c)
    return (math.sin(theta) + (math.pi - theta) * math.cos(theta)) / math.pi


def erf_kernel(q: float, c: float) -> float:
    """E[f(u)·f(v)] of erf (Williams 1997)."""
    return 2 / math.pi * math.asin(2 * q * c / (1 + 2 * q))


@given(st.floats(-0.9, 0.99), st.floats(0.0, 0.5))
def test_relu_follows_the_arc_cosine_map(correlation: float, bias: float) -> None:
    init = Initialisation(weight=math.sqrt(2), bias=bias)
    course = course_of(
        network("relu", init=init, depth=15, width=VAST),
        Start(features=VAST, correlation=correlation),
    )
    q, c = 2 + bias**2, (2 * correlation + bias**2) / (2 + bias**2)
    for layer in range(15):
        assert course.variance[layer] == pytest.approx(q, rel=1e-9)
        assert course.correlation[layer] == pytest.approx(c, abs=15 * EACH)
        following = q + bias**2
        q, c = following, (q * relu_kernel(min(c, 1.0)) + bias**2) / following


@given(st.floats(-0.9, 0.99), st.floats(0.5, 2.5), st.floats(0.0, 0.5))
def test_erf_follows_the_arc_sine_map(correlation: float, weight: float, bias: float) -> None:
    init = Initialisation(weight=weight, bias=bias)
    course = course_of(
        network("erf", init=init, depth=15, width=VAST),
        Start(features=VAST, correlation=correlation),
    )
    q = weight**2 + bias**2
    c = (weight**2 * correlation + bias**2) / q
    for layer in range(15):
        assert course.variance[layer] == pytest.approx(q, rel=15 * EACH)
        assert course.correlation[layer] == pytest.approx(c, abs=30 * EACH)
        following = weight**2 * erf_kernel(q, 1.0) + bias**2
        c = (weight**2 * erf_kernel(q, c) + bias**2) / following
        q = following


def test_without_a_norm_a_layers_own_output_is_what_enters_its_activation() -> None:
    for settings in ({"init": "he"}, {"recurrent": True}, {"dropout": 0.4}, {"init": "orthogonal"}):
        given = network("tanh", depth=12, width=VAST, **settings)
        course = course_of(given, Start(features=VAST, correlation=0.3))
        assert course.output_correlation == pytest.approx(course.correlation, abs=1e-6), settings
        assert course.output == pytest.approx(course.variance, rel=1e-9)


def test_dropout_makes_signals_and_gradients_larger_and_likeness_smaller() -> None:
    kept, exact = 0.6, elementwise("tanh").properties
    init, start = Initialisation(weight=1.2), Start(features=VAST, correlation=0.9)
    course = course_of(network("tanh", init=init, dropout=1 - kept, depth=8, width=VAST), start)
    wanted = [1.44]
    for _ in range(7):
        wanted.append(1.44 * exact.mean_square(wanted[-1]) / kept)
    assert course.variance == pytest.approx(wanted, rel=8 * EACH)
    chi = [1.44 * exact.mean_square_slope(q) / kept for q in wanted]
    assert np.exp(course.log_gain) == pytest.approx(chi, rel=16 * EACH)
    # Masks of two inputs are independent: their product is what it was, their squares grew.
    alike = course_of(network("tanh", init=init, depth=8, width=VAST), start)
    assert course.correlation[1] == pytest.approx(kept * alike.correlation[1], rel=1e-3)


@pytest.mark.parametrize(("features", "share"), [(32, 0.5), (64, 1.0), (200, 1.0)])
def test_orthogonal_weights_keep_the_norm_of_what_fits_into_the_layer(
    features: int, share: float
) -> None:
    start = Start(features=features, mean_square=1.7)
    course = course_of(network("tanh", init="orthogonal", depth=2, width=64), start)
    assert course.variance[0] == pytest.approx(1.7 * share)
    x = np.random.default_rng(0).standard_normal((400, features))
    q, _ = np.linalg.qr(np.random.default_rng(1).standard_normal((max(features, 64),) * 2))
    z = x @ q[:features, :64]
    assert (z**2).mean() / (x**2).mean() == pytest.approx(share, rel=0.05)


def test_a_recurrent_network_is_driven_at_every_step() -> None:
    exact, init = elementwise("tanh").properties, Initialisation(weight=0.8, bias=0.1)
    start = Start(features=VAST, mean_square=1.5, correlation=0.2)
    course = course_of(network("tanh", init=init, recurrent=True, depth=10, width=VAST), start)
    q, c, drive = 0.64 * 1.5 + 0.01, 0.0, 0.64 * 1.5
    c = (drive * 0.2 + 0.01) / q
    for layer in range(10):
        assert course.variance[layer] == pytest.approx(q, rel=10 * EACH)
        assert course.correlation[layer] == pytest.approx(c, abs=1e-3)
        assert course.output_correlation[layer] == pytest.approx(c, abs=1e-3)
        product = float(_pairs("tanh", q, c))
        following = 0.64 * exact.mean_square(q) + 0.01 + drive
        q, c = following, (0.64 * product + 0.01 + drive * 0.2) / following


def _pairs(name: str, q: float, c: float) -> float:
    """E[f(u)·f(v)] by Gauss–Hermite quadrature in both directions, for smooth functions."""
    node, weight = np.polynomial.hermite_e.hermegauss(60)
    weight = weight / weight.sum()
    f = elementwise(name)
    u, v = node[:, None], c * node[:, None] + math.sqrt(1 - c * c) * node
    first = np.asarray(f((math.sqrt(q) * u).ravel()))[:, None]
    second = np.asarray(f((math.sqrt(q) * v).ravel())).reshape(v.shape)
    return float(weight @ (first * second) @ weight)


def test_biases_of_pytorch_are_uniform_and_counted_as_such() -> None:
    """In a net of four units z is to a sizable share a uniform bias, whose tails are short."""
    cube = own("x**3")
    course = course_of(Network(activation=cube, depth=2, width=4), Start(features=4))
    wide, even = 1 / 3, 1 / 12  # variances of W·x, taken as Gaussian, and of b
    third, fifth = 9 / 5 * even**2, 27 / 7 * even**3  # fourth and sixth moment of a uniform number
    sixth = (
        15 * wide**3 + 15 * 3 * wide**2 * even + 15 * wide * third + fifth
    )  # E[(g + b)⁶], by the binomial theorem
    assert course.variance[1] == pytest.approx(sixth / 3 + even, rel=1e-3)


# ------------------------------------------------------------ shapes and consistency


SETTINGS: tuple[dict[str, object], ...] = (
    {"init": "pytorch"},
    {"init": "he", "dropout": 0.2},
    {"init": "orthogonal"},
    {"norm": "batch"},
    {"norm": "layer"},
    {"norm": "rms", "init": "orthogonal"},
    {"recurrent": True},
    {"skip": 0.7},
    {"skip": 1.0, "norm": "layer"},
    {"skip": 1.0, "norm": "batch", "norm_first": False},
)


def course_for(given: Network, start: Start) -> Course:
    return course_of(given, start) if given.skip is None else residual_course(given, start)


def compared(one: object, other: object) -> None:
    for field in dataclasses.fields(one):  # type: ignore[arg-type]
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if dataclasses.is_dataclass(mine):
            compared(mine, theirs)
        else:
            assert np.array_equal(mine, theirs), field.name


@pytest.mark.parametrize("settings", SETTINGS)
def test_a_deeper_course_holds_the_shallower_one(settings: dict[str, object]) -> None:
    start = Start(features=40, correlation=0.1, spread=0.02, sizes=(0.5, 1.5))
    deep = course_for(network("selu", depth=25, width=48, **settings), start)
    shallow = course_for(network("selu", depth=9, width=48, **settings), start)
    if settings.get("skip") is not None:
        # The part of the gradient along the stream is counted from the last layer down; the signal is not.
        for name in ("variance", "output", "correlation", "fed", "fed_correlation"):
            assert np.array_equal(getattr(deep.until(9), name), getattr(shallow, name)), name
        return
    compared(deep.until(9), shallow)


@pytest.mark.parametrize("settings", SETTINGS)
def test_every_array_has_a_number_for_each_layer(settings: dict[str, object]) -> None:
    course = course_for(network("gelu", depth=7, width=32, **settings), Start(features=10))

    def checked(record: object) -> None:
        for field in dataclasses.fields(record):  # type: ignore[arg-type]
            value = getattr(record, field.name)
            if dataclasses.is_dataclass(value):
                checked(value)
            elif np.ndim(value):
                assert len(value) == 7, field.name
                assert np.isfinite(value).all(), field.name

    checked(course)


def test_unfollowed_correlations_change_no_variance_and_no_gain() -> None:
    given, start = network("elu", depth=10, width=VAST), Start(features=VAST, correlation=0.4)
    with_c, without = course_of(given, start), course_of(given, start, correlation=False)
    assert np.array_equal(with_c.variance, without.variance)
    assert np.array_equal(with_c.log_gain, without.log_gain)
    assert not without.correlation.any()


def test_slopes_and_bends_are_derivatives_by_the_logarithm_of_the_variance() -> None:
    """Of ln χ and of the next ln q: for erf both have closed forms."""
    init = Initialisation(weight=1.6, bias=0.2)
    course = course_of(network("erf", init=init, depth=4, width=VAST), Start(features=VAST))

    def next_log(t: float) -> float:
        return math.log(2.56 * erf_kernel(math.exp(t), 1.0) + 0.04)

    def log_gain(t: float) -> float:
        return math.log(2.56 * 4 / math.pi / math.sqrt(1 + 4 * math.exp(t)))

    def derivatives(of: Callable[[float], float], at: float) -> tuple[float, float]:
        step = 1e-3
        high, middle, low = of(at + step), of(at), of(at - step)
        return (high - low) / (2 * step), (high + low - 2 * middle) / step**2

    for layer in range(4):
        t = math.log(course.variance[layer])
        # Differences are taken over ±0.05 of ln q in a table that is right to 1e-5 of ln f: 1e-5/0.05² is left.
        assert course.pull[layer] == pytest.approx(derivatives(next_log, t)[0], abs=2e-3)
        assert course.bend[layer] == pytest.approx(derivatives(next_log, t)[1], abs=2e-2)
        assert course.gain_slope[layer] == pytest.approx(derivatives(log_gain, t)[0], abs=2e-3)
        assert course.gain_bend[layer] == pytest.approx(derivatives(log_gain, t)[1], abs=2e-2)


# ------------------------------------------------------------ against drawn networks


DRAWN = [
    ("tanh", "he", None),
    ("relu", "he", None),
    ("selu", "lecun", None),
    ("sigmoid", "pytorch", None),
    ("relu", "pytorch", "layer"),
    ("tanh", "pytorch", "rms"),
]


@pytest.mark.parametrize(("name", "init", "norm"), DRAWN)
def test_correlations_of_drawn_networks_lie_where_they_should(
    name: str, init: str, norm: Norm | None
) -> None:
    """Mean and mean square over pairs, over 100 networks of 64 units and 12 inputs, at every fourth layer."""
    stack = Stack(name=name, depth=16, width=64, init=init, norm=norm)
    x, y = batch_of(12, 64)
    found = draw(stack, (x, y), networks=100, seed=3)
    cosines = (x @ x.T / 64)[~np.eye(12, dtype=bool)]
    course = course_of(
        network(name, depth=16, width=64, init=init, norm=norm),
        Start(features=64, correlation=cosines.mean(), spread=cosines.var(), batch=12),
    )
    squares = course.correlation**2 + course.spread
    for layer in range(0, 16, 4):
        mean, square = found.correlation[:, layer], found.correlation_square[:, layer]
        if norm is not None:  # measured is what leaves W, and here stands what leaves the norm
            mean_wanted, square_wanted = course.output_correlation[layer], None
        else:
            mean_wanted, square_wanted = course.correlation[layer], squares[layer]
        # 1/width is the order to which correlations are followed: their chances feed back on their mean.
        assert abs(mean.mean() - mean_wanted) <= 4 * mean.std() / 10 + 1 / 64
        if square_wanted is not None:
            assert abs(square.mean() - square_wanted) <= 4 * square.std() / 10 + 2 / 64


def test_variances_of_drawn_networks_have_the_predicted_mean() -> None:
    """q is an expectation: networks' own q is spread like a log-normal, so means and not medians are compared."""
    for name, init in (("tanh", "he"), ("relu", "he"), ("sigmoid", "pytorch")):
        stack = Stack(name=name, depth=8, width=64, init=init)
        found = draw(stack, batch_of(12, 64), networks=300, seed=4).variance
        course = course_of(network(name, depth=8, width=64, init=init), Start(features=64))
        error = found.std(axis=0) / math.sqrt(300)
        # Where f² bends, chances of order 1/width move its mean by as much.
        assert (
            np.abs(found.mean(axis=0) - course.variance) <= 4 * error + course.variance / 64
        ).all()
