"""How two candidates differ, seed by seed, and how many seeds it takes to see it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.statistics.bootstrap import mean_intervals
from livegrad.trials.statistics.permutation import least_seeds, swap_tests
from livegrad.trials.statistics.scoring import check_level, check_resamples, paired, scored

__all__ = ["Difference", "paired_difference", "seeds_needed"]

_NO_DIFFERENCE = Text(
    "The mean difference is 0, and no number of seeds can show that. Say which difference would matter to "
    "you: smallest=0.01.",
    "평균 차이가 0이라 시드를 아무리 늘려도 보일 것이 없습니다. 얼마나 차이가 나야 의미가 있는지 알려 "
    "주세요: smallest=0.01.",
)
_BAD_SMALLEST = Text(
    "smallest = {smallest} is not possible: a difference that matters is a finite number above 0. Try "
    "smallest=0.01.",
    "smallest = {smallest:은/는} 쓸 수 없습니다. 의미 있는 차이는 0보다 큰 유한한 수입니다. "
    "smallest=0.01부터 시도해 보세요.",
)
_BAD_POWER = Text(
    "power = {power} is not possible: the chance to see a difference that is there lies between 0 and 1. Take "
    "power=0.8.",
    "power = {power:은/는} 쓸 수 없습니다. 있는 차이를 알아볼 확률(power)은 0과 1 사이입니다. "
    "power=0.8을 쓰세요.",
)
_ONE_SEED = Text(
    "There is {seeds} difference, and one says nothing about the spread. Give the differences of at least "
    "2 seeds.",
    "차이가 {seeds}개뿐입니다. 하나로는 얼마나 흩어지는지 알 수 없습니다. 시드 2개 이상의 차이를 주세요.",
)


@dataclass(frozen=True)
class Difference:
    """What is known about the difference between two candidates' mean scores.

    Attributes:
        mean: Of the first minus the second, over the seeds.
        low: Where the confidence interval of the true mean begins; −∞ with fewer than 3 seeds.
        high: Where it ends; ∞ with fewer than 3.
        p_value: How often chance alone makes a difference as clear as this.
        pairs: How many pairs that is from: seeds, or splits of the data.
    """

    mean: float
    low: float
    high: float
    p_value: float
    pairs: int


def paired_difference(
    a: ArrayLike,
    b: ArrayLike,
    *,
    worst: float | None = None,
    level: float = 0.95,
    resamples: int = 10_000,
    seed: int = 0,
) -> Difference:
    """Return how much better ``a`` is than ``b``, trained from the same seeds.

    The interval is the studentised bootstrap's (`bootstrap.mean_intervals`), the p-value that of swapping the two
    scores of each seed (`permutation.swap_tests`): exact up to 14 seeds, random beyond. They answer two questions
    and need not agree at the edge; whether two candidates can be told apart is for the p-value to say. The order of the
    seeds changes nothing, and exchanging ``a`` and ``b`` changes the sign only.

    Args:
        a: Scores, higher is better, NaN where the run diverged; shape (seeds,).
        b: Scores from the same seeds in the same order; shape (seeds,).
        worst: What a diverged run counts as, best the score of chance; lower scores are raised to it.
        level: Confidence of the interval.
        resamples: How many random draws, for the interval and for the p-value each.
        seed: What they are drawn from.

    Returns:
        Mean, interval and p-value.

    Raises:
        BadInput: The rows differ in length or are not rows of numbers, a run diverged and ``worst`` is None, or
            an option is not possible.

    Example:
        >>> found = paired_difference(
        ...     [0.9, 0.8, 0.9, 0.7, 0.8, 0.9], [0.8, 0.6, 0.7, 0.5, 0.6, 0.8]
        ... )
        >>> round(found.mean, 3), found.p_value, found.low > 0
        (0.167, 0.03125, True)
    """
    check_resamples(resamples, level=level)
    rows = paired({"a": a, "b": b}, worst=worst)
    # Sorted and turned to a positive mean, so that neither the seeds' order nor who comes first can matter.
    differences = np.sort(rows["a"] - rows["b"])
    sign = -1.0 if differences.sum() < 0 else 1.0
    turned = np.sort(sign * differences)
    low, high = mean_intervals(turned[None], level=level, resamples=resamples, seed=seed)
    ends = sorted((sign * float(low[0]), sign * float(high[0])))
    p_values = swap_tests(np.stack([turned, np.zeros_like(turned)]), resamples=resamples, seed=seed)
    mean = sign * float(turned.mean())
    return Difference(mean, ends[0], ends[1], float(p_values[0, 1]), turned.size)


def seeds_needed(
    differences: ArrayLike,
    *,
    smallest: float | None = None,
    power: float = 0.8,
    level: float = 0.95,
) -> int:
    """Return how many paired seeds it takes, in all, to tell two candidates apart.

    n = (z_α + z_β)² s² / δ² + z_α²/2, the sample size of a paired t test, to which the swapping test comes close.
    s is the spread seen, so the answer is a guide and no promise: after 8 seeds a factor of two either way is common.

    Args:
        differences: First minus second, one for each seed so far; finite; shape (seeds,).
        smallest: δ, the difference that must not be missed, in units of the score. None: the mean seen,
            which flatters where it was picked for being large.
        power: The chance to tell them apart if the difference is δ.
        level: Confidence of the test. For one of m pairs in a ranking 1 − 0.05/m is on the safe side.

    Returns:
        Seeds in all, those so far included; at least `permutation.least_seeds`.

    Raises:
        BadInput: Fewer than 2 differences, one is not finite, their mean is 0 and ``smallest`` is None, or an
            option is not possible.

    Example:
        >>> seeds_needed([0.03, -0.01, 0.02, 0.00, 0.04, -0.02])
        46
    """
    check_level(level)
    if not 0.0 < power < 1.0:
        raise BadInput(_BAD_POWER.fill(power=power))
    row = scored(differences)
    if row.size < 2:
        raise BadInput(_ONE_SEED.fill(seeds=row.size))
    effect = _effect(row, smallest)
    beyond = NormalDist().inv_cdf(1 - (1 - level) / 2)
    both = beyond + NormalDist().inv_cdf(power)
    needed = (both * float(row.std(ddof=1)) / effect) ** 2 + beyond**2 / 2
    return max(least_seeds(level), math.ceil(needed))


def _effect(differences: NDArray[np.float64], smallest: float | None) -> float:
    if smallest is not None:
        if not (math.isfinite(smallest) and smallest > 0):
            raise BadInput(_BAD_SMALLEST.fill(smallest=smallest))
        return smallest
    mean = abs(float(differences.mean()))
    if mean <= 1e-12 * float(np.abs(differences).max()):
        raise BadInput(_NO_DIFFERENCE)
    return mean
