"""What a minibatch is to a network: against loops over its rows, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from livegrad.errors import BadInput
from livegrad.flow.theory.start import start_of


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / math.sqrt((one @ one) * (other @ other)))


def pairs(rows: np.ndarray) -> np.ndarray:
    """Cosines of all pairs of rows, by two loops."""
    return np.array(
        [cosine(rows[i], rows[j]) for i in range(len(rows)) for j in range(len(rows)) if i != j]
    )


@given(st.integers(2, 12), st.integers(2, 9), st.integers(0, 1000), st.floats(0, 2))
def test_the_five_numbers_of_a_batch(inputs: int, features: int, seed: int, shift: float) -> None:
    x = np.random.default_rng(seed).standard_normal((inputs, features)) + shift
    found, cosines = start_of(x, features=99), pairs(x)
    assert found.features == features
    assert found.batch == inputs
    assert found.mean_square == pytest.approx(float((x**2).mean()))
    assert found.correlation == pytest.approx(cosines.mean(), abs=1e-12)
    assert found.spread == pytest.approx(cosines.var(), abs=1e-12)


def test_independent_inputs_are_what_stands_for_no_batch() -> None:
    """Cosines of standard normal inputs have mean 0 and variance 1/features; ten classes share a tenth."""
    found = start_of(None, features=50, inputs=20)
    assert (found.mean_square, found.correlation, found.batch, found.features) == (1.0, 0.0, 20, 50)
    x = np.random.default_rng(0).standard_normal((200, 50))
    drawn = start_of((x, np.arange(200) % 10), features=50)
    # 19,900 pairs, which are not all independent: 4 errors of 1,000 would be 12 %.
    assert found.spread == pytest.approx(drawn.spread, rel=0.12)
    assert found.likeness_squared == pytest.approx(1 / 9)
    assert found.sizes == ()


# ------------------------------------------------------------ sizes


def test_inputs_of_one_size_are_not_grouped() -> None:
    x = np.random.default_rng(1).standard_normal((40, 6))
    alike = x / np.linalg.norm(x, axis=1, keepdims=True)
    assert start_of(alike, features=6).sizes == ()


@pytest.mark.parametrize("inputs", [3, 8, 40])
def test_inputs_of_unlike_size_are_grouped_by_size(inputs: int) -> None:
    x = (
        np.random.default_rng(2).standard_normal((inputs, 6))
        * np.geomspace(0.2, 5, inputs)[:, None]
    )
    found = start_of(np.random.default_rng(3).permutation(x), features=6)
    assert len(found.sizes) == min(8, inputs)
    assert list(found.sizes) == sorted(found.sizes)
    assert np.mean(found.sizes) == pytest.approx(1.0)
    squares = np.sort((x**2).mean(axis=1))
    assert found.sizes[0] <= squares[: max(inputs // 8, 1)].mean() / squares.mean() * (1 + 1e-9)


def test_an_input_of_zeros_among_others_is_the_smallest_size() -> None:
    found = start_of(np.array([[0.0, 0.0], [1.0, 2.0], [2.0, -1.0]]), features=2)
    assert found.sizes[0] == pytest.approx(0, abs=1e-9)
    assert math.isfinite(found.correlation)


# ------------------------------------------------------------ targets


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_gradients_of_classes_are_those_of_cross_entropy_before_training(classes: int) -> None:
    """softmax − one-hot, at a level softmax; for any order and any names of the classes."""
    y = np.random.default_rng(4).permutation(np.repeat(np.arange(classes), 4)) * 3 + 7
    named = np.searchsorted(np.unique(y), y)
    cosines = pairs(1 / classes - np.eye(classes)[named])
    found = start_of((np.random.default_rng(5).standard_normal((len(y), 4)), y), features=4)
    assert found.likeness == pytest.approx(cosines.mean(), abs=1e-12)
    assert found.likeness_squared == pytest.approx((cosines**2).mean(), abs=1e-12)


def test_gradients_of_targets_are_those_of_a_squared_error_before_training() -> None:
    x, y = np.random.default_rng(6).standard_normal((2, 15, 3))
    found, cosines = start_of((x, y), features=3), pairs(y - y.mean())
    assert found.likeness == pytest.approx(cosines.mean(), abs=1e-12)
    assert found.likeness_squared == pytest.approx((cosines**2).mean(), abs=1e-12)


def test_one_number_for_each_input_gives_gradients_along_a_line() -> None:
    x = np.random.default_rng(7).standard_normal((10, 3))
    found = start_of((x, x[:, 0]), features=3)
    assert found.likeness_squared == pytest.approx(1.0)


def test_without_targets_ten_classes_stand_for_them() -> None:
    found = start_of(np.random.default_rng(8).standard_normal((60, 5)), features=5)
    assert found.likeness_squared == pytest.approx(1 / 9)
    assert abs(found.likeness) <= 4 / 3 / math.sqrt(60 * 59 / 2)
    assert found == start_of(np.random.default_rng(8).standard_normal((60, 5)), features=5)


# ------------------------------------------------------------ forms


def test_axes_are_flattened_and_one_axis_is_one_feature() -> None:
    images = np.random.default_rng(9).standard_normal((6, 3, 4, 4))
    assert start_of(images, features=1) == start_of(images.reshape(6, 48), features=1)
    assert start_of(images.reshape(-1), features=1).features == 1


def test_lists_integers_and_tensors_are_taken() -> None:
    rows = [[1, 2, 3], [4, -5, 6], [7, 8, 9]]
    wanted = start_of((np.array(rows, float), np.array([0, 1, 1])), features=3)
    assert start_of((rows, [0, 1, 1]), features=3) == wanted
    tensor = torch.tensor(rows, dtype=torch.float64, requires_grad=True)
    assert start_of((tensor, torch.tensor([0, 1, 1])), features=3) == wanted
    assert start_of((tensor.bfloat16(), torch.tensor([0, 1, 1])), features=3) == wanted
    # A list of two is two inputs, and no pair of inputs and targets.
    assert start_of([[1.0, 2.0], [3.0, 4.0]], features=2).batch == 2


def test_one_input_has_no_pairs() -> None:
    found = start_of((np.ones((1, 4)), [3]), features=4)
    assert (found.batch, found.correlation, found.spread, found.likeness) == (1, 0.0, 0.0, 0.0)


def test_of_a_large_batch_evenly_spread_inputs_are_looked_at() -> None:
    x = np.random.default_rng(10).standard_normal((5000, 3)) + np.linspace(0, 4, 5000)[:, None]
    found = start_of((x, np.arange(5000) % 3), features=3)
    assert found.batch == 5000
    # Of the whole, and not of its first thousand, which are four times smaller.
    assert found.mean_square == pytest.approx((x**2).mean(), rel=0.02)


# ------------------------------------------------------------ refused


@pytest.mark.parametrize(
    "x",
    [
        3.0,
        np.ones((0, 3)),
        np.ones((3, 0)),
        [[1.0, 2.0], [3.0]],
        np.array(["a", "b"]),
        np.array([[1.0, np.nan]]),
        np.array([[1.0, np.inf]]),
        1j * np.ones((2, 2)),
    ],
)
def test_what_is_no_batch_is_refused_with_its_shape(x: object) -> None:
    with pytest.raises(BadInput) as caught:
        start_of(x, features=3)
    shape = (
        () if isinstance(x, float) else np.array(x, object if isinstance(x, list) else None).shape
    )
    for words in (caught.value.text.en, caught.value.text.ko):
        assert str(shape) in words


@pytest.mark.parametrize("y", [[1, 2], 5, ["a", "b", "c"], [1.0, 2.0, np.nan], [[1.0], [2.0]]])
def test_what_are_no_targets_is_refused_with_their_shape(y: object) -> None:
    with pytest.raises(BadInput) as caught:
        start_of((np.ones((3, 2)) + np.eye(3, 2), y), features=2)
    for words in (caught.value.text.en, caught.value.text.ko):
        assert str(np.array(y).shape) in words
        assert "3" in words


@pytest.mark.parametrize("inputs", [0, -1, 2.5, True, "many"])
def test_what_is_no_number_of_inputs_is_refused(inputs: object) -> None:
    with pytest.raises(BadInput) as caught:
        start_of(None, features=3, inputs=inputs)  # type: ignore[arg-type]
    assert repr(inputs) in caught.value.text.en
    assert repr(inputs) in caught.value.text.ko


def test_a_batch_of_zeros_is_refused() -> None:
    with pytest.raises(BadInput, match="0"):
        start_of(np.zeros((4, 3)), features=3)
