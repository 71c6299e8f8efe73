"""Softmax, log-softmax and maxout."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from mpmath import mp, mpf
from strategies import scores

from livegrad.errors import BadInput
from livegrad.functions import activation

softmax, log_softmax, maxout = map(activation, ("softmax", "log_softmax", "maxout"))


@given(rows=scores())
def test_shares_sum_to_one_and_do_not_notice_a_common_shift(rows: np.ndarray) -> None:
    np.testing.assert_allclose(softmax(rows).sum(axis=-1), 1, rtol=1e-15 * rows.shape[-1])
    np.testing.assert_allclose(softmax(rows + 8.0), softmax(rows), rtol=1e-12)
    np.testing.assert_allclose(np.exp(log_softmax(rows)), softmax(rows), rtol=1e-13)


@given(rows=scores(low=-1e4, high=1e4))
def test_rows_of_the_jacobian_sum_to_zero(rows: np.ndarray) -> None:
    np.testing.assert_allclose(softmax.jacobian(rows).sum(axis=-1), 0, atol=1e-15)


@mp.workdps(60)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("spread", [1.0, 10.0, 40.0])
def test_both_are_right_to_a_few_units_in_the_last_place(
    dtype: type[np.floating], spread: float
) -> None:
    rows = np.random.default_rng(0).normal(0, spread, (40, 10)).astype(dtype)
    raised = [[mp.exp(mpf(float(score))) for score in row] for row in rows]
    shares = [[one / sum(row) for one in row] for row in raised]
    eps = mpf(float(np.finfo(dtype).eps))
    for got_row, log_row, exact_row in zip(softmax(rows), log_softmax(rows), shares, strict=True):
        for got, got_log, exact in zip(got_row, log_row, exact_row, strict=True):
            if exact > mpf(float(np.finfo(dtype).tiny)):
                assert abs(mpf(float(got)) / exact - 1) <= 6 * eps
            assert abs(mpf(float(got_log)) / mp.log(exact) - 1) <= 4 * eps


def test_the_winners_slope_does_not_vanish_when_its_share_rounds_to_one() -> None:
    scores_far_apart = np.array([0.0, 40.0])
    assert softmax(scores_far_apart)[1] == 1.0
    assert softmax.jacobian(scores_far_apart)[1, 1] == pytest.approx(np.exp(-40.0))
    assert log_softmax.jacobian(scores_far_apart)[1, 1] == pytest.approx(np.exp(-40.0))
    assert log_softmax(scores_far_apart)[1] == pytest.approx(-np.exp(-40.0))


def test_infinities_have_an_answer() -> None:
    infinity = np.inf
    assert softmax(np.array([0.0, infinity])).tolist() == [0.0, 1.0]
    assert softmax(np.array([0.0, -infinity])).tolist() == [1.0, 0.0]
    assert softmax(np.array([-infinity, -infinity])).tolist() == [0.5, 0.5]
    assert log_softmax(np.array([0.0, -infinity])).tolist() == [0.0, -infinity]
    assert np.isnan(softmax(np.array([0.0, np.nan]))).all()


def test_far_apart_scores_keep_their_logarithms() -> None:
    assert log_softmax(np.array([-1e6, 0.0])).tolist() == [-1e6, 0.0]


def test_any_axis_will_do() -> None:
    cube = np.random.default_rng(0).normal(size=(2, 3, 4))
    np.testing.assert_array_equal(
        softmax(cube, axis=1), np.moveaxis(softmax(np.moveaxis(cube, 1, -1)), -1, 1)
    )
    assert softmax.jacobian(cube, axis=0).shape == (3, 4, 2, 2)
    assert maxout(cube).shape == (2, 3, 2)


def test_maxout_takes_the_largest_of_each_group_and_hands_the_gradient_to_the_first_winner() -> (
    None
):
    x = np.array([1.0, 3.0, 2.0, 2.0])
    assert maxout(x).tolist() == [3.0, 2.0]
    assert maxout.jacobian(x).tolist() == [[0, 1, 0, 0], [0, 0, 1, 0]]
    assert maxout.with_parameters(pieces=4)(x).tolist() == [3.0]


def test_relu_is_maxout_against_nothing() -> None:
    z = np.linspace(-2, 2, 9)
    pairs = np.stack([np.zeros(9), z], axis=-1)
    np.testing.assert_array_equal(maxout(pairs)[:, 0], activation("relu")(z))


def test_maxout_refuses_a_length_that_does_not_divide() -> None:
    with pytest.raises(BadInput, match="no multiple"):
        maxout(np.ones(5))
