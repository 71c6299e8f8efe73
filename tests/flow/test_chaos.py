"""The edge of chaos with its stability, and gains in both directions."""

from __future__ import annotations

import math

import pytest

from livegrad.errors import BadInput, NoGain, UnknownName
from livegrad.flow.chaos import edge_of_chaos, gain
from livegrad.functions import activation, elementwise


@pytest.mark.parametrize("name", ["tanh", "elu", "selu", "relu", "leaky_relu", "sine", "softsign"])
def test_functions_that_stay_on_the_edge_are_safe(name: str) -> None:
    assert edge_of_chaos(name).safe


@pytest.mark.parametrize("name", ["gelu", "swish", "mish"])
def test_an_unstable_fixed_point_is_not_safe(name: str) -> None:
    edge = edge_of_chaos(name, bias=math.sqrt(0.05))
    assert edge.code == "not-safe"
    assert edge.point is not None
    assert edge.point.fixed.slope > 1
    assert "shape" in edge.text.en


@pytest.mark.parametrize("bias", [0.0, 0.1, 1.0])
def test_softplus_has_no_edge(bias: float) -> None:
    edge = edge_of_chaos("softplus", bias=bias)
    assert edge.code == "none"
    assert math.isnan(edge.weight_deviation)
    assert not edge.bistable


@pytest.mark.parametrize(
    ("name", "weight_variance"),
    [
        ("tanh", 1.76),
        ("elu", 1.53),
        ("selu", 0.90),
        ("gelu", 2.30),
        ("swish", 2.73),
        ("sigmoid", 103.1),
    ],
)
def test_published_and_measured_scales_are_found_again(name: str, weight_variance: float) -> None:
    edge = edge_of_chaos(name, bias=math.sqrt(0.05))
    assert edge.weight_deviation**2 == pytest.approx(weight_variance, abs=0.06)
    assert edge.bias_deviation == pytest.approx(math.sqrt(0.05), rel=1e-6)


@pytest.mark.parametrize("name", ["tanh", "elu", "gelu", "softsign"])
def test_the_scales_make_the_variance_fixed_and_chi_one(name: str) -> None:
    edge, f = edge_of_chaos(name, bias=0.3), elementwise(name)
    weights, q = edge.weight_deviation**2, edge.variance
    assert weights * f.mean_square_slope(q) == pytest.approx(1, rel=1e-9)
    assert weights * f.mean_square(q) + edge.bias_deviation**2 == pytest.approx(q, rel=1e-9)


def test_a_variance_may_be_asked_for() -> None:
    edge = edge_of_chaos("tanh", variance=1.0)
    assert edge.variance == 1.0
    assert edge.weight_deviation == pytest.approx(
        1 / math.sqrt(elementwise("tanh").mean_square_slope(1.0))
    )


def test_the_words_tell_stable_neutral_and_slow_apart() -> None:
    assert "drawn to it" in edge_of_chaos("tanh", variance=1.0).text.en
    assert "stay where they are" in edge_of_chaos("relu").text.en
    assert "more and more slowly" in edge_of_chaos("tanh").text.en


def test_an_own_formula_is_taken_too() -> None:
    own = activation("tanh(2*x)")
    assert edge_of_chaos(own).weight_deviation == pytest.approx(0.5, rel=1e-9)


def test_both_languages_say_the_same_numbers() -> None:
    for edge in (edge_of_chaos("gelu"), edge_of_chaos("softplus"), edge_of_chaos("tanh", bias=0.2)):
        assert "{" not in edge.text.en + edge.text.ko
        assert edge.activation in edge.text.ko


@pytest.mark.parametrize(
    "given",
    [{"variance": 1.0, "bias": 0.1}, {"variance": 0.0}, {"variance": math.nan}, {"bias": -0.1}],
)
def test_what_cannot_be_is_refused(given: dict[str, float]) -> None:
    with pytest.raises(BadInput, match=r"bias|variance"):
        edge_of_chaos("tanh", **given)


def test_gains_forward_and_backward() -> None:
    assert gain("relu") == pytest.approx(math.sqrt(2), rel=1e-12)
    assert gain("relu", direction="backward", variance=7.0) == pytest.approx(
        math.sqrt(2), rel=1e-12
    )
    assert gain("sigmoid") == pytest.approx(1.85, abs=0.005)
    assert gain("sigmoid", direction="backward") == pytest.approx(4.72, abs=0.05)
    assert gain(elementwise("tanh")) == pytest.approx(1.59, abs=0.005)


def test_a_gain_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NoGain):
        gain("step", direction="backward")
    with pytest.raises(BadInput, match="forward"):
        gain("tanh", direction="sideways")  # type: ignore[arg-type]
    with pytest.raises(UnknownName):
        gain("no_such_thing")
