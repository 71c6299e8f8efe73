"""Proofs enclose the searched numbers, and intervals hold what they must hold."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrad.functions import Activation, Joint, activation, elementwise, names
from livegrad.functions.formula import (
    FUNCTIONS,
    Call,
    Expression,
    absolute,
    clip,
    derivative,
    exp,
    floor,
    log,
    log1p,
    piecewise,
    sigmoid,
    sin,
    sqrt,
    x,
)
from livegrad.functions.proof import Enclosure, NotProved, prove
from livegrad.functions.properties.sampling import Span, in_float64
from livegrad.functions.properties.search import Bound
from livegrad.functions.rewriting.simplifying import simplified
from livegrad.text import Text

flint = pytest.importorskip("flint")

from livegrad.functions.formula.nodes import Evaluation  # noqa: E402
from livegrad.functions.numbers.intervals import Doubt, interval_backend, span  # noqa: E402
from livegrad.functions.proof.branching import at_points, supremum  # noqa: E402 - flint is an extra

ELEMENTWISE = [name for name in names() if activation(name).kind == "elementwise"]
LINE = Span(-math.inf, math.inf)


def agrees(bound: Bound, enclosure: Enclosure, *, most: bool) -> bool:
    """Tell whether a searched bound and a proof agree, on the part of the line that is proved."""
    beyond = math.isfinite(bound.at) and bound.at not in enclosure.on
    approached = not bound.attained and math.isinf(bound.at) and enclosure.on != LINE
    if beyond or approached:  # the bound over a part is no more than that over the whole
        inner = enclosure.low <= bound.value if most else enclosure.high >= bound.value
        return inner or enclosure.holds(bound.value)
    return enclosure.holds(bound.value)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_searched_bounds_of_every_activation_are_proved(name: str) -> None:
    f = elementwise(name)
    proof, properties = prove(f), f.properties
    assert proof == f.prove()
    low, high = properties.range
    assert agrees(low, proof.lowest, most=False)
    assert agrees(high, proof.highest, most=True)
    assert agrees(properties.lowest_slope, proof.lowest_slope, most=False)
    assert agrees(properties.highest_slope, proof.highest_slope, most=True)
    assert agrees(properties.steepest_slope, proof.steepest_slope, most=True)
    assert agrees(properties.sharpest_bend, proof.sharpest_bend, most=True)
    assert -40 in proof.on
    assert 40 in proof.on


@pytest.mark.parametrize(
    ("name", "slope"),
    [("sigmoid", 0.25), ("swish", 1.0998393), ("gelu", 1.1289042), ("hardswish", 1.5)],
)
def test_known_slopes_are_enclosed_to_one_in_a_million(name: str, slope: float) -> None:
    enclosure = prove(elementwise(name)).highest_slope
    assert enclosure.high - enclosure.low <= 1.1e-6 * slope
    assert enclosure.low == pytest.approx(slope, rel=2e-6)
    assert enclosure.known == "proved"


def test_a_wrong_bound_is_not_enclosed() -> None:
    proof = prove(elementwise("swish"))
    assert not proof.highest_slope.holds(1.09985)
    assert not proof.lowest.holds(-0.2785)
    assert not proof.lowest.holds(-math.inf)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus", "relu", "elu", "step", "softsign"])
def test_these_are_proved_on_the_whole_line(name: str) -> None:
    assert prove(elementwise(name)).on == LINE


def test_swinging_jumping_and_growing_functions_are_proved_too() -> None:
    def made(formula: Expression, *joints: float) -> Activation:
        return Activation(
            id="candidate",
            formula=formula,
            about=Text("A test.", "시험용입니다."),
            source="",
            tails=(math.nan, math.nan),
            joints=tuple(Joint(at, 0) for at in joints),
        )

    snake = prove(made(x + sin(x) ** 2))
    assert snake.highest_slope.holds(2.0)
    assert snake.lowest_slope.low <= 0 <= snake.lowest_slope.high + 1e-9
    shrink = prove(made(piecewise((-0.5, 0.5), (x, 0, x)), -0.5, 0.5))
    assert (shrink.lowest_slope.low, shrink.highest_slope.high) == (0.0, 1.0)
    squared = prove(made(piecewise((0,), (0, x**2)), 0.0))
    assert squared.highest_slope.high == math.inf
    held = prove(made(clip(x, -1, 2), -1.0, 2.0))
    assert (held.lowest.low, held.highest.high, held.highest_slope.high) == (-1, 2, 1)


def test_a_joint_that_no_float_holds_is_cut_safely() -> None:
    root = sqrt(absolute(x * 0 + 2))
    f = Activation(
        id="candidate",
        formula=piecewise((root,), (0, x - root)),
        about=Text("A test.", "시험용입니다."),
        source="",
        tails=(0, math.inf),
    )
    found = supremum(f, f.formula, derivative(f.formula), upside_down=True)
    assert found is not None
    assert found.low <= 0 <= found.high + 1e-9


def test_a_power_that_comes_down_to_zero_is_proved_there() -> None:
    f = _plain(piecewise((-10,), (0, exp(10 * log1p(x / 10)))))
    found = supremum(f, *(simplified(tree) for tree in (f.formula, derivative(f.formula))))
    assert found is not None
    slope = simplified(f.formula)
    least = supremum(f, derivative(slope), derivative(derivative(slope)), upside_down=True)
    assert least is not None
    assert abs(least.high) <= 1e-9


def test_without_flint_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flint", None)
    with pytest.raises(NotProved) as caught:
        prove(elementwise("tanh"))
    assert "pip install 'livegrad[proof]'" in caught.value.text.en
    assert "pip install 'livegrad[proof]'" in caught.value.text.ko


# ------------------------------------------------------------ intervals


TREES = [
    x * sigmoid(x),
    exp(-(x**2)) * sin(3 * x),
    x / (1 + absolute(x)),
    log1p(exp(-absolute(x))) - x**3 / (1 + x**2),
    piecewise((0.5,), (x**2, floor(x) - clip(x, 0, 2))),
    sqrt(x**2 + 4) - 1 / (2 + sin(x)),
]


@given(
    tree=st.sampled_from(TREES),
    low=st.floats(-20, 20),
    width=st.floats(1e-6, 10),
    share=st.floats(0.01, 0.99),
)
def test_an_interval_holds_every_value(
    tree: Expression, low: float, width: float, share: float
) -> None:
    box = span(flint.arb(low), flint.arb(low + width))
    place = low + share * width
    for one in (tree, derivative(tree)):
        found = Evaluation(interval_backend(Doubt()), {"x": box}).of(one)
        value = in_float64(_plain(one))(np.array([place]))[0]
        slack = 1e-9 * max(1.0, abs(value))
        assert float(found.low) - slack <= value <= float(found.high) + slack


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_of_formulas_is_there(function: str) -> None:
    tree = Call(function, x)
    for place in (0.3, 2.0, 11.0):
        (exact,) = at_points(_plain(tree), tree, np.array([place]))
        assert exact == pytest.approx(float(in_float64(_plain(tree))(np.array([place]))[0]))


def _plain(tree: Expression) -> Activation:
    return Activation(
        id="candidate",
        formula=tree,
        about=Text("A test.", "시험용입니다."),
        source="",
        tails=(0, 0),
    )


@pytest.mark.parametrize(
    "tree",
    [
        1 / (1 + exp(-x)),
        x / (exp(-x) + 1),
        log1p(exp(2 * x)),
        x / (1 + absolute(x)),
        piecewise((0,), (x, 3 / (1 + exp(x)))),
        sin(3 * x) ** 2,
        2 * x / sqrt(3 + (2 * x) ** 2),
        x + sqrt(0.5 * x**2 + 4),
        exp(log1p(x**2) / 3),
        exp(2.5 * log(x**2 + 2)),
    ],
)
def test_simplifying_changes_no_value(tree: Expression) -> None:
    places = np.linspace(-9, 9, 180)  # 0 is a seam of |x|
    rewritten = simplified(tree)
    assert rewritten != tree
    for _ in range(3):
        left, right = (in_float64(_plain(one))(places) for one in (tree, rewritten))
        assert left == pytest.approx(right, rel=1e-11, abs=1e-12)
        tree, rewritten = derivative(tree), derivative(rewritten)
