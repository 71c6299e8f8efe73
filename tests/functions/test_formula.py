"""Expression trees: symbolic derivatives, pieces that do not leak, LaTeX."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrad.functions.formula import (
    FUNCTIONS,
    Call,
    Expression,
    clip,
    derivative,
    evaluate,
    exp,
    expm1,
    log1p,
    parameter,
    piecewise,
    sigmoid,
    tanh,
    walk,
    x,
)
from livegrad.functions.numbers.backends import NUMPY

SMOOTH = [name for name in FUNCTIONS if name not in {"sign", "floor", "absolute"}]


def at(tree: Expression, place: object, **values: float) -> np.ndarray:
    return np.asarray(evaluate(tree, NUMPY, {"x": np.asarray(place, np.float64), **values}))


def trees() -> st.SearchStrategy[Expression]:
    leaves = st.one_of(
        st.just(x), st.just(parameter("a")), st.integers(-3, 3).map(lambda n: x * 0 + n)
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1]),
            st.tuples(inner, inner).map(lambda pair: pair[0] * pair[1]),
            st.tuples(inner, inner).map(lambda pair: pair[0] / (2 + pair[1] ** 2)),
            inner.map(tanh),
            inner.map(sigmoid),
            inner.map(lambda tree: exp(-(tree**2))),
        ),
        max_leaves=6,
    )


@given(tree=trees(), place=st.floats(-2, 2), a=st.floats(-2, 2))
def test_the_symbolic_derivative_is_the_numeric_one(
    tree: Expression, place: float, a: float
) -> None:
    step = 1e-5
    numeric = (at(tree, place + step, a=a) - at(tree, place - step, a=a)) / (2 * step)
    assert at(derivative(tree), place, a=a) == pytest.approx(numeric, rel=1e-4, abs=1e-4)
    by_a = (at(tree, place, a=a + step) - at(tree, place, a=a - step)) / (2 * step)
    assert at(derivative(tree, "a"), place, a=a) == pytest.approx(by_a, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("name", SMOOTH)
def test_every_function_knows_its_derivative(name: str) -> None:
    lowest = 0.1 if name in {"log", "sqrt"} else -0.9
    tree, places, step = Call(name, x), np.linspace(lowest, 2, 30), 1e-6
    numeric = (at(tree, places + step) - at(tree, places - step)) / (2 * step)
    np.testing.assert_allclose(at(derivative(tree), places), numeric, rtol=1e-8, atol=1e-8)


def test_a_piece_that_is_not_taken_neither_overflows_nor_leaks() -> None:
    tree = piecewise(
        (0,), (expm1(x), log1p(x))
    )  # exp overflows right of 0, log1p is undefined left of −1
    with np.errstate(all="raise", under="ignore"):
        values = at(tree, [-1000.0, 1000.0])
        slopes = at(derivative(tree), [-800.0, 1000.0])
    assert values == pytest.approx([-1.0, np.log(1001)])
    assert slopes == pytest.approx([0.0, 1 / 1001])


def test_a_joint_belongs_to_the_piece_on_its_left() -> None:
    assert at(piecewise((0, 1), (10, 20, 30)), [-1.0, 0.0, 0.5, 1.0, 2.0]).tolist() == [
        10,
        10,
        20,
        20,
        30,
    ]


def test_constants_fold_and_zeros_vanish() -> None:
    assert derivative(3 * x + 5).latex() == "3"
    assert derivative(parameter("a") * 2).latex() == "0"
    assert (0 * x + x).latex() == "x"


def test_shared_parts_stay_shared_and_are_computed_once() -> None:
    tree: Expression = x
    for _ in range(60):  # a tree of 2**60 places, and 61 different nodes
        tree = tree * tree
    assert at(tree, 1.0) == 1.0
    assert at(derivative(tree), 1.0) == 2.0**60


def test_walking_visits_every_node() -> None:
    tree = piecewise((0,), (parameter("alpha") * x, exp(x) - 1))
    symbols = {node.latex() for node in walk(tree) if not list(walk(node))[1:]}
    assert symbols == {"x", r"\alpha", "0", "1", "-1"} - {"1"}


@pytest.mark.parametrize(
    ("tree", "latex"),
    [
        (x * sigmoid(parameter("beta") * x), r"x \, \sigma\left(\beta \, x\right)"),
        ((x + 1) * (x - 2), r"\left(x + 1\right) \, \left(x - 2\right)"),
        (1 / (1 + exp(-x)), r"\frac{1}{1 + e^{-x}}"),
        (-(x**2) / 2, r"\frac{-x^{2}}{2}"),
        (clip(x, 0), r"\operatorname{clip}\left(x, 0, \infty\right)"),
        (piecewise((0,), (0, x)), r"\begin{cases} 0 & x \le 0 \\ x & x > 0 \end{cases}"),
    ],
)
def test_latex(tree: Expression, latex: str) -> None:
    assert tree.latex() == latex
