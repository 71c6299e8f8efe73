"""The numbers that the teaching material works out by hand, and the small truths behind its pictures."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrad.functions import activation

step, sigmoid, relu, softmax, identity = map(
    activation, ("step", "sigmoid", "relu", "softmax", "identity")
)


def test_the_steps_array_has_51_zeros_and_49_ones() -> None:
    fired = step(np.arange(-50, 50))
    assert (np.count_nonzero(fired == 0), np.count_nonzero(fired == 1)) == (51, 49)
    assert np.all(step.derivative(np.arange(-50, 50)) == 0)


def test_softmax_of_0_1_2() -> None:
    assert softmax(np.array([0, 1, 2])).round(3).tolist() == [0.090, 0.245, 0.665]


def test_the_sigmoid_is_one_half_at_zero_its_slope_a_quarter_and_one_exactly_past_17_in_float32() -> (
    None
):
    assert (sigmoid(0.0), sigmoid.derivative(0.0)) == (0.5, 0.25)
    assert sigmoid(np.float32(17.4)) == 1
    assert sigmoid(np.float32(17.3)) < 1


def test_tanh_is_a_sigmoid_stretched_and_centred() -> None:
    x = np.linspace(-9, 9, 101)
    np.testing.assert_allclose(activation("tanh")(x), 2 * sigmoid(2 * x) - 1, atol=1e-15)


# W = [[1, −2], [1, 5]] acts on the column x = (2, 0), z = W x + b with b = (−3, 0): the rows of W are the units.
# Wx = (2, 2), so z = (−1, 2) and ReLU gives (0, 2). The other reading, x as a row and z = x W + b, takes the
# first row of W twice over, (2, −4), and ReLU gives (0, 0): the worked value holds only for rows as units.
WEIGHTS, INPUT, BIAS = (
    np.array([[1.0, -2.0], [1.0, 5.0]]),
    np.array([2.0, 0.0]),
    np.array([-3.0, 0.0]),
)


def test_the_worked_forward_pass() -> None:
    hidden = relu(WEIGHTS @ INPUT + BIAS)
    assert hidden.tolist() == [0.0, 2.0]
    output = sigmoid(np.array([1.0, 3.0]) @ hidden + 0.0)
    assert output == sigmoid(6.0)
    assert output == pytest.approx(0.9975, abs=5e-5)


def test_the_worked_forward_pass_needs_rows_as_units() -> None:
    assert relu(INPUT @ WEIGHTS + BIAS).tolist() == [0.0, 0.0]


weights = st.lists(st.floats(-3, 3), min_size=6, max_size=6)


@given(first=weights, second=weights)
def test_two_linear_layers_collapse_into_one(first: list[float], second: list[float]) -> None:
    (w1, b1), (w2, b2) = (
        (np.reshape(numbers[:4], (2, 2)), np.array(numbers[4:])) for numbers in (first, second)
    )
    x = np.random.default_rng(0).normal(size=(2, 50))
    deep = w2 @ identity(w1 @ x + b1[:, None]) + b2[:, None]
    collapsed = (w2 @ w1) @ x + (w2 @ b1 + b2)[:, None]
    np.testing.assert_allclose(deep, collapsed, atol=1e-12)


def test_with_a_sigmoid_between_the_best_affine_map_stays_away() -> None:
    generator = np.random.default_rng(0)
    x = generator.uniform(-2, 2, size=(400, 2))
    w1, b1, w2, b2 = (
        np.array([[2.0, -1.0], [1.0, 3.0]]),
        np.array([0.5, -1.0]),
        np.array([1.0, -2.0]),
        0.3,
    )
    affine = np.column_stack([x, np.ones(len(x))])

    def distance(hidden: np.ndarray) -> float:
        y = hidden @ w2 + b2
        best, *_ = np.linalg.lstsq(affine, y, rcond=None)
        return float(np.sqrt(np.mean((affine @ best - y) ** 2)))

    assert distance(sigmoid(x @ w1.T + b1)) > 0.1
    assert distance(identity(x @ w1.T + b1)) < 1e-12


@given(
    x=st.lists(st.floats(-2, 2), min_size=3, max_size=3),
    w=st.lists(st.floats(-2, 2), min_size=3, max_size=3),
    b=st.floats(-2, 2),
)
def test_a_weights_gradient_is_the_units_error_times_its_input(
    x: list[float], w: list[float], b: float
) -> None:
    inputs, target, small = np.array(x), 0.2, 1e-6

    def loss(weights: np.ndarray) -> float:
        return 0.5 * float(sigmoid(weights @ inputs + b) - target) ** 2

    z = np.array(w) @ inputs + b
    # ∂L/∂z: the slope f′ sits between output and z.
    error = (sigmoid(z) - target) * sigmoid.derivative(z)
    numeric = [
        (loss(np.array(w) + small * unit) - loss(np.array(w) - small * unit)) / (2 * small)
        for unit in np.eye(3)
    ]
    assert error * inputs == pytest.approx(np.array(numeric), abs=1e-8)


@given(
    w=st.lists(st.integers(-4, 4), min_size=2, max_size=2),
    x=st.lists(st.integers(-4, 4), min_size=2, max_size=2),
    threshold=st.integers(-6, 6),
)
def test_a_threshold_is_a_bias_with_the_other_sign(
    w: list[int], x: list[int], threshold: int
) -> None:
    pressure = np.dot(w, x)
    bias = -threshold
    assert step(pressure + bias) == (pressure > threshold)
    # The same decision, and how strongly.
    assert (sigmoid(pressure + bias) > 0.5) == (pressure > threshold)


def test_a_sharpened_sigmoid_becomes_the_step() -> None:
    x = np.concatenate([np.linspace(-5, -0.01, 100), np.linspace(0.01, 5, 100)])
    gaps = [
        np.absolute(sigmoid(sharpness * x) - step(x)).max()
        for sharpness in (1, 10, 100, 1000, 10_000)
    ]
    assert all(later < earlier for earlier, later in itertools.pairwise(gaps))
    assert gaps[-1] < 1e-40
    assert sigmoid(1e6 * 0.0) == 0.5  # except at 0 itself, where it stays at one half
