"""Shares and times: intervals that hold at the edges, and runs that never got there."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from livegrad.errors import BadInput
from livegrad.trials.statistics import success_rate, time_to_target


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_shares_have_the_interval_of_scipy(level: float) -> None:
    for of in (1, 2, 7, 32, 500):
        for count in {0, 1, of // 2, of - 1, of}:
            found = success_rate(np.arange(of) < count, 1.0, level=level)
            expected = stats.binomtest(count, of).proportion_ci(level, method="wilson")
            assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
            assert (found.count, found.of, found.share) == (count, of, count / of)
            assert 0.0 <= found.low <= found.share <= found.high <= 1.0


def test_a_run_that_diverged_is_no_success_and_is_counted() -> None:
    found = success_rate([0.9, 0.95, np.nan, 0.89999], 0.9)
    assert (found.count, found.of) == (2, 4)
    assert success_rate([np.nan, -np.inf], -1e9).count == 0


def test_times_are_the_first_at_which_the_score_is_there() -> None:
    curves = np.array(
        [
            [0.5, 0.9, 0.4, 0.9],  # there, lost, there again: the first counts
            [0.9, np.nan, np.nan, np.nan],  # diverged after it was there
            [0.5, 0.5, 0.5, 0.91],
            [np.nan] * 4,
            [0.1, 0.2, 0.3, 0.4],
        ]
    )
    found = time_to_target([10, 20, 40, 80], curves, 0.9)
    assert (found.median, found.reached, found.of) == (80.0, 3, 5)
    assert (found.low, found.high) == (0.0, np.inf)  # five runs cannot say
    assert time_to_target([10, 20, 40, 80], curves[:3], 0.9).median == 20.0
    assert time_to_target([10, 20, 40, 80], curves[2:], 0.9).median == np.inf
    assert time_to_target([10, 20, 40, 80], curves[:2], 0.9).median == 15.0


def curves_of(times: np.ndarray, points: int) -> np.ndarray:
    return (np.arange(1, points + 1) >= times[:, None]).astype(float)


@pytest.mark.parametrize("seeds", [6, 8, 32, 101])
def test_the_interval_of_the_median_is_scipys_and_ends_at_seen_times(seeds: int) -> None:
    times = np.random.default_rng(30).permutation(400)[:seeds] + 1
    found = time_to_target(np.arange(1, 401), curves_of(times, 400), 1.0)
    expected = stats.quantile_test(times, q=0.0, p=0.5).confidence_interval(0.95)
    assert (found.low, found.high) == (expected.low, expected.high)
    assert found.median == np.median(times)


@pytest.mark.parametrize("seeds", [8, 32])
def test_the_interval_covers_the_median_where_many_never_get_there(seeds: int) -> None:
    random, covered = np.random.default_rng(31), 0
    for _ in range(600):
        # Geometric times, cut at 60 steps: a fifth never gets there; the median is 26.
        times = np.ceil(random.exponential(37.0, seeds))
        found = time_to_target(np.arange(1, 61), curves_of(times, 60), 1.0)
        covered += found.low <= 26 <= found.high
    assert covered / 600 >= 0.93


def test_a_median_that_may_be_never_has_no_upper_end() -> None:
    times = np.where(np.arange(20) < 12, np.arange(20) + 1, 99)
    found = time_to_target(np.arange(1, 51), curves_of(times, 50), 1.0)
    assert found.median == 10.5
    assert found.low == 6.0
    assert found.high == np.inf


def test_thousands_of_runs_are_no_trouble() -> None:
    times = np.arange(1, 5001)
    steps = np.array([1000, 2000, 2450, 2500, 2550, 3000, 5000])
    curves = (steps >= times[:, None]).astype(float)
    found = time_to_target(steps, curves, 1.0)
    assert (found.low, found.median, found.high) == (2450.0, 2525.0, 3000.0)
    assert found.reached == 5000


@pytest.mark.parametrize(
    ("steps", "curves", "words"),
    [
        ([1, 2], [[0.1]], "one column for each step"),
        ([1, 2], [0.1, 0.2], "one row for each seed"),
        ([], np.zeros((3, 0)), "at least one"),
        ([1, 3, 3], [[0.1, 0.2, 0.3]], "3 is followed by 3"),
    ],
)
def test_impossible_curves_are_refused(steps: list[int], curves: list[float], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        time_to_target(steps, curves, 0.5)


def test_impossible_shares_are_refused() -> None:
    with pytest.raises(BadInput, match="at least one run"):
        success_rate([], 0.5)
    with pytest.raises(BadInput, match="not a number"):
        success_rate([0.5], float("nan"))
    with pytest.raises(BadInput, match="between 0 and 1"):
        success_rate([0.5], 0.5, level=1.0)
