"""Gated linear units, sparsemax, softmin, CReLU and ABReLU."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from mpmath import mp, mpf
from strategies import scores

from livegrad.errors import BadInput
from livegrad.functions import activation, elementwise
from livegrad.functions.vector import VectorActivation

GATES: dict[str, Callable[[Any], Any]] = {
    "glu": lambda b: 1 / (1 + mp.exp(-b)),
    "swiglu": lambda b: b / (1 + mp.exp(-b)),
    "geglu": lambda b: b * mp.erfc(-b / mp.sqrt(2)) / 2,
    "reglu": lambda b: max(mpf(0), b),
    "bilinear": lambda b: b,
}
SLOPES: dict[str, Callable[[Any], Any]] = {
    "glu": lambda b: 1 / ((1 + mp.exp(-b)) * (1 + mp.exp(b))),
    "swiglu": lambda b: (1 + mp.exp(-b) * (1 + b)) / (1 + mp.exp(-b)) ** 2,
    "geglu": lambda b: mp.erfc(-b / mp.sqrt(2)) / 2 + b * mp.exp(-(b**2) / 2) / mp.sqrt(2 * mp.pi),
    "reglu": lambda b: mpf(b > 0),
    "bilinear": lambda _: mpf(1),
}


def vector(name: str, **parameters: float) -> VectorActivation:
    found = activation(name, **parameters)
    assert isinstance(found, VectorActivation)
    return found


def units_off(got: float, exact: Any) -> float:
    return float(abs(mpf(float(got)) - exact) / mpf(float(np.spacing(abs(float(exact))))))


@pytest.mark.parametrize("name", GATES)
def test_halves_are_multiplied_right_to_a_few_units_tails_included(name: str) -> None:
    f, generator = vector(name), np.random.default_rng(0)
    b = np.concatenate([generator.uniform(-40, 40, 60), -np.geomspace(40, 1400, 20)])
    a = generator.normal(size=80) * 10.0 ** np.concatenate([np.zeros(60), np.full(20, 290.0)])
    got = f(np.concatenate([a, b]))
    pulled = f.pullback(*_numpy(), np.concatenate([a, b]), np.ones(80), f.settings)
    with mp.workdps(900):
        for i, (one, gate) in enumerate(zip(a, b, strict=True)):
            of_gate, slope = GATES[name](mpf(gate)), SLOPES[name](mpf(gate))
            assert units_off(got[i], mpf(one) * of_gate) <= 6.5, (one, gate)
            assert units_off(pulled[i], of_gate) <= 6.5, (one, gate)
            # GELU's and SiLU's slopes cross 0 near −0.75 and −1.28: no relative bound holds there.
            if not -1.6 < gate < -0.5:
                assert units_off(pulled[80 + i], mpf(one) * slope) <= 8, (one, gate)


def _numpy() -> tuple[Any]:
    from livegrad.functions.numbers.backends import NUMPY

    return (NUMPY,)


@pytest.mark.parametrize(
    ("name", "inner"),
    [("glu", "sigmoid"), ("swiglu", "swish"), ("geglu", "gelu"), ("reglu", "relu")],
)
def test_each_gate_is_the_catalogues_own(name: str, inner: str) -> None:
    b = np.linspace(-12, 12, 97)
    gate = elementwise(inner)
    rows = np.concatenate([np.ones(97), b])
    np.testing.assert_allclose(vector(name)(rows), gate(b), rtol=3e-15)
    slopes = np.diagonal(vector(name).jacobian(rows)[:, 97:])
    np.testing.assert_allclose(slopes, gate.derivative(b), rtol=1e-14, atol=1e-16)


def test_pytorchs_glu_agrees_on_which_half_is_the_gate() -> None:
    torch = pytest.importorskip("torch")
    x = torch.linspace(-8, 8, 64, dtype=torch.float64).reshape(4, 16).requires_grad_()
    torch.testing.assert_close(activation("glu")(x), torch.nn.functional.glu(x))
    torch.testing.assert_close(
        activation("glu").module(axis=0)(x), torch.nn.functional.glu(x, dim=0)
    )


@pytest.mark.parametrize("name", GATES)
def test_an_odd_length_is_refused_with_what_to_do(name: str) -> None:
    with pytest.raises(BadInput, match="twice as many outputs") as caught:
        activation(name)(np.ones(5))
    assert f"'{name}" in caught.value.text.ko


def test_a_shut_gate_still_passes_a_large_signal() -> None:
    assert vector("glu")(np.array([1e300, -720.0]))[0] == pytest.approx(
        float(mpf(1e300) * mp.exp(-720)), rel=1e-14
    )
    torch = pytest.importorskip("torch")
    x = torch.tensor([1e30, -100.0])
    assert torch.nn.functional.glu(x).item() == 0.0
    assert activation("glu")(x).item() == pytest.approx(1e30 * np.exp(-100.0), rel=1e-6)


# ------------------------------------------------------------ sparsemax, softmin


@given(rows=scores())
def test_sparsemax_is_the_nearest_point_of_the_simplex(rows: np.ndarray) -> None:
    p = vector("sparsemax")(rows)
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-13)
    assert (p >= 0).all()
    # Nearest: what each supported entry lost is the same, and nobody else lost less.
    lost = rows - p
    level = np.where(p > 0, lost, -np.inf).max(axis=-1, keepdims=True)
    tight = 1e-13 * np.maximum(1, np.absolute(rows).max())
    assert np.all(np.where(p > 0, level - lost, 0.0) <= tight)
    assert np.all(np.where(p > 0, -np.inf, rows) <= level + tight)


def test_sparsemax_of_two_is_a_hard_sigmoid() -> None:
    difference = np.linspace(-2, 2, 81)
    rows = np.stack([difference, np.zeros(81)], axis=-1)
    np.testing.assert_allclose(
        vector("sparsemax")(rows)[:, 0], np.clip((difference + 1) / 2, 0, 1), atol=1e-15
    )


def test_sparsemax_of_equal_far_and_infinite_scores() -> None:
    f = vector("sparsemax")
    assert f(np.zeros(4)).tolist() == [0.25] * 4
    assert f(np.array([1e300, -1e300, 0.0])).tolist() == [1.0, 0.0, 0.0]
    assert f(np.array([0.0, np.inf])).tolist() == [0.0, 1.0]
    assert f(np.array([0.0, -np.inf])).tolist() == [1.0, 0.0]
    assert np.isnan(f(np.array([0.0, np.nan]))).all()


def test_sparsemax_hands_no_gradient_to_what_it_left_out() -> None:
    jacobian = vector("sparsemax").jacobian(np.array([1.0, 0.8, -3.0]))
    np.testing.assert_allclose(jacobian, [[0.5, -0.5, 0], [-0.5, 0.5, 0], [0, 0, 0]])


@given(rows=scores())
def test_softmin_is_softmax_the_other_way_round(rows: np.ndarray) -> None:
    np.testing.assert_array_equal(vector("softmin")(rows), vector("softmax")(-rows))
    np.testing.assert_array_equal(
        vector("softmin").jacobian(rows), -vector("softmax").jacobian(-rows)
    )


# ------------------------------------------------------------ CReLU, ABReLU


def test_crelu_keeps_both_signs_side_by_side() -> None:
    f, x = vector("crelu"), np.array([[1.0, -2.0, 0.0]])
    assert f(x).tolist() == [[1.0, 0.0, 0.0, 0.0, 2.0, 0.0]]
    assert f.jacobian(x)[0].tolist() == [
        *([1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
        *([0.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 0.0]),
    ]
    assert f(np.ones((2, 3, 4)), axis=1).shape == (2, 6, 4)


@given(rows=scores())
def test_nothing_is_lost_in_crelu(rows: np.ndarray) -> None:
    positive, negative = np.split(vector("crelu")(rows), 2, axis=-1)
    np.testing.assert_array_equal(positive - negative, rows)


def test_abrelu_subtracts_the_average_first() -> None:
    f = vector("abrelu")
    assert f(np.array([1.0, -2.0, 0.0, 3.0])).tolist() == [0.5, 0.0, 0.0, 2.5]
    assert vector("abrelu", alpha=0)(np.array([1.0, -2.0])).tolist() == [1.0, 0.0]
    largest = np.finfo(np.float64).max
    assert np.isfinite(f(np.array([largest, largest / 2]))).all()


@given(rows=scores())
def test_abrelu_does_not_notice_a_common_shift(rows: np.ndarray) -> None:
    f = vector("abrelu")
    np.testing.assert_allclose(f(rows + 8.0), f(rows), atol=1e-13)
