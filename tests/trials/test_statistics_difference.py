"""Differences of paired scores: their intervals cover, their p-values are exact, nothing is dropped."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from livegrad.errors import BadInput
from livegrad.trials.statistics import least_seeds, paired_difference, seeds_needed
from livegrad.trials.statistics.bootstrap import mean_intervals
from livegrad.trials.statistics.permutation import swap_tests

Draw = Callable[[np.random.Generator, tuple[int, int]], NDArray[np.float64]]


def accuracies(random: np.random.Generator, size: tuple[int, int]) -> NDArray[np.float64]:
    """The difference of two accuracies on 50 samples."""
    return (random.binomial(50, 0.95, size) - random.binomial(50, 0.90, size)) / 50


POPULATIONS: dict[str, tuple[Draw, float]] = {
    "normal": (lambda random, size: random.normal(0.02, 0.1, size), 0.02),
    "exponential": (lambda random, size: random.exponential(1.0, size), 1.0),
    "lognormal": (lambda random, size: random.lognormal(0.0, 0.5, size), float(np.exp(0.125))),
    "accuracies": (accuracies, 0.05),
    "beta": (lambda random, size: random.beta(8, 2, size) - random.beta(5, 2, size), 0.8 - 5 / 7),
}


@pytest.mark.parametrize("seeds", [3, 8, 32])
@pytest.mark.parametrize("population", POPULATIONS)
def test_intervals_cover_the_truth_as_often_as_they_say(population: str, seeds: int) -> None:
    draw, truth = POPULATIONS[population]
    rows = draw(np.random.default_rng(5), (2000, seeds))
    low, high = mean_intervals(rows, resamples=1000)
    covered = float(((low <= truth) & (truth <= high)).mean())
    # From 3 seeds skew cannot be seen: what is promised there is less.
    assert (0.88 if seeds == 3 else 0.92) <= covered <= 0.98


def test_other_levels_cover_as_they_say() -> None:
    rows = np.random.default_rng(6).normal(size=(2000, 12))
    for level in (0.5, 0.8, 0.99):
        low, high = mean_intervals(rows, level=level, resamples=1000)
        assert ((low <= 0) & (high >= 0)).mean() == pytest.approx(level, abs=0.03)


def test_with_many_seeds_the_interval_is_students() -> None:
    row = np.random.default_rng(7).normal(0.1, 1.0, 400)
    found = paired_difference(row, np.zeros(400))
    oracle = stats.ttest_1samp(row, 0.0)
    expected = oracle.confidence_interval()
    width = expected.high - expected.low
    assert found.low == pytest.approx(expected.low, abs=0.05 * width)
    assert found.high == pytest.approx(expected.high, abs=0.05 * width)
    assert found.p_value == pytest.approx(oracle.pvalue, abs=0.01)


@pytest.mark.parametrize("seeds", [1, 2, 5, 8])
@pytest.mark.parametrize("digits", [1, 9])  # rounded to one digit there are ties among the sums
def test_p_values_are_those_of_counting_all_sign_patterns(seeds: int, digits: int) -> None:
    random = np.random.default_rng(seeds)
    for _ in range(20):
        row = np.round(random.normal(0.3, 0.5, seeds), digits)
        patterns = np.array(list(itertools.product([1, -1], repeat=seeds)))
        share = np.mean(np.abs(patterns @ row) >= abs(row.sum()) - 1e-12)
        assert paired_difference(row, np.zeros(seeds)).p_value == share


def test_p_values_are_those_of_scipy() -> None:
    random = np.random.default_rng(8)
    a, b = random.normal(0.2, 0.5, 10), random.normal(0.0, 0.5, 10)
    oracle = stats.permutation_test(
        (a, b),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=np.inf,
    )
    assert paired_difference(a, b).p_value == pytest.approx(oracle.pvalue, rel=1e-12)


def test_random_sign_patterns_agree_with_all_of_them() -> None:
    random = np.random.default_rng(9)
    rows = np.stack([random.normal(0.35, 0.5, 13), np.zeros(13)])
    exact = swap_tests(rows, resamples=4096)[0, 1]
    sampled = swap_tests(rows, resamples=4095, seed=3)[0, 1]  # one too few for all
    assert exact * 4096 == pytest.approx(round(exact * 4096))
    assert sampled * 4096 == pytest.approx(round(sampled * 4096))
    assert sampled == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 4096))
    assert 0.001 < exact < 0.5


def test_equal_candidates_are_rarely_told_apart() -> None:
    random = np.random.default_rng(10)
    for skewed in (False, True):
        draws = random.normal(size=(1000, 2, 9))
        scores = np.exp(draws) if skewed else draws
        rejected = np.mean([swap_tests(pair)[0, 1] <= 0.05 for pair in scores])
        assert 0.03 <= rejected <= 0.065


def test_the_order_of_the_seeds_changes_nothing_and_exchanging_changes_the_sign() -> None:
    random = np.random.default_rng(11)
    a, b = random.normal(0.2, 1, 20), random.normal(size=20)
    found = paired_difference(a, b)
    order = random.permutation(20)
    assert paired_difference(a[order], b[order]) == found
    back = paired_difference(b, a)
    assert (back.mean, back.low, back.high) == (-found.mean, -found.high, -found.low)
    assert back.p_value == found.p_value
    assert found.low < found.mean < found.high


def test_shift_and_scale_go_through() -> None:
    random = np.random.default_rng(12)
    a, b = random.normal(0.2, 1, 10), random.normal(size=10)
    found, moved = paired_difference(a, b), paired_difference(4 * a + 7, 4 * b + 7)
    assert moved.mean == pytest.approx(4 * found.mean)
    assert (moved.low, moved.high) == pytest.approx((4 * found.low, 4 * found.high))
    assert moved.p_value == found.p_value


def test_what_diverged_counts_as_the_worst_and_nothing_is_worse() -> None:
    a = np.array([0.9, np.nan, 0.8, -1e6, -np.inf, 0.7])
    b = np.array([0.6, 0.6, 0.6, np.nan, 0.6, 0.6])
    filled = np.array([0.9, 0.5, 0.8, 0.5, 0.5, 0.7])
    expected = paired_difference(filled, np.array([0.6, 0.6, 0.6, 0.5, 0.6, 0.6]))
    assert paired_difference(a, b, worst=0.5) == expected
    assert expected.pairs == 6
    with pytest.raises(BadInput, match="1 of 6 runs diverged"):
        paired_difference(np.zeros(6), b)


def test_few_seeds_and_equal_scores_are_honest() -> None:
    for seeds in (1, 2):
        found = paired_difference(np.ones(seeds), np.zeros(seeds))
        assert (found.low, found.high) == (-np.inf, np.inf)
    assert [paired_difference(np.ones(n), np.zeros(n)).p_value for n in (1, 2, 5, 6)] == [
        1.0,
        0.5,
        0.0625,
        0.03125,
    ]
    same = paired_difference([0.1, 0.7, 0.3], [0.1, 0.7, 0.3])
    assert (same.mean, same.low, same.high, same.p_value) == (0.0, 0.0, 0.0, 1.0)
    constant = paired_difference(np.full(9, 0.3), np.full(9, 0.1))  # 0.3 − 0.1 is not quite 0.2
    assert (constant.low, constant.high) == pytest.approx((0.2, 0.2))


@pytest.mark.parametrize(
    ("a", "options", "words"),
    [
        ([], {}, "shape"),
        ([[1.0]], {}, "shape"),
        ([1.0, np.inf], {}, "∞"),
        ([1.0], {}, "same seeds"),
        ([1.0, np.nan], {"worst": np.nan}, "finite"),
        ([1.0, 2.0], {"level": 95}, "between 0 and 1"),
        ([1.0, 2.0], {"resamples": 10}, "at least 100"),
    ],
)
def test_impossible_scores_are_refused(
    a: list[float], options: dict[str, float], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        paired_difference(a, [1.0, 2.0], **options)


# ------------------------------------------------------------ how many seeds


@pytest.mark.parametrize("effect", [0.3, 0.6, 1.0])
def test_so_many_seeds_have_the_power_asked_for(effect: float) -> None:
    seen = np.array([-1.0, 1.0, -1.0, 1.0]) * np.sqrt(3 / 4)  # standard deviation 1
    needed = seeds_needed(seen, smallest=effect, power=0.8)
    random = np.random.default_rng(13)
    studies = random.normal(effect, 1.0, (400, needed))
    zero = np.zeros(needed)
    told = [swap_tests(np.stack([row, zero]), resamples=999)[0, 1] <= 0.05 for row in studies]
    assert np.mean(told) == pytest.approx(0.8, abs=0.06)


def test_more_seeds_for_less_difference_more_spread_more_power_more_confidence() -> None:
    row = np.array([0.03, -0.01, 0.02, 0.0, 0.04, -0.02])
    plain = seeds_needed(row)
    assert seeds_needed(row, smallest=0.005) > plain
    assert seeds_needed(3 * (row - row.mean()) + row.mean()) > plain
    assert seeds_needed(row, power=0.95) > plain
    assert seeds_needed(row, level=0.999) > plain
    assert seeds_needed(-row) == plain == seeds_needed(10 * row)


def test_never_fewer_than_can_tell_anything() -> None:
    assert seeds_needed([1.0, 1.0, 1.0]) == least_seeds() == 6
    for level in (0.5, 0.9, 0.9375, 0.95, 0.99):
        least = least_seeds(level)
        assert 2.0 ** (1 - least) <= 1 - level + 1e-12
        assert least == 3 or 2.0 ** (2 - least) > 1 - level


@pytest.mark.parametrize(
    ("row", "options", "words"),
    [
        ([0.1], {}, "at least"),
        ([0.1, -0.1], {}, "smallest=0.01"),
        ([0.0, 0.0], {}, "smallest=0.01"),
        ([0.1, 0.2], {"smallest": 0.0}, "above 0"),
        ([0.1, 0.2], {"power": 1.0}, "power"),
        ([0.1, np.nan], {}, "diverged"),
    ],
)
def test_what_no_number_of_seeds_answers_is_refused(
    row: list[float], options: dict[str, float], words: str
) -> None:
    with pytest.raises(BadInput, match=words):
        seeds_needed(row, **options)
