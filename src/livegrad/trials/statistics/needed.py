"""What it would take to tell two candidates apart: more seeds, or more data."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from livegrad.trials.statistics.difference import seeds_needed
from livegrad.trials.statistics.permutation import stretch

__all__ = ["more_needed"]

_POWER = 0.8


def more_needed(
    differences: NDArray[np.float64],
    labels: NDArray[np.intp] | None = None,
    *,
    correlation: float = 0.0,
    level: float = 0.95,
) -> tuple[int | None, float | None]:
    """Return how many more seeds it takes or, where seeds alone cannot tell, how many times as much data.

    The variance of the mean difference has two parts: that of seeds on one split, which more seeds make smaller, and what
    is left with any number of seeds, because the samples are few. With one split only the first can be seen.

    Args:
        differences: First minus second, one for each seed; shape (seeds,).
        labels: The number of each seed's split, from 0; None: all on one split.
        correlation: As in `permutation.stretch`.
        level: Confidence of the test.

    Returns:
        More seeds, or None; and the factor on samples and seeds together, or None. Both None where nothing can be said:
        the means agree, or there are fewer than 3 units.

    Example:
        >>> more_needed(np.array([0.03, -0.01, 0.02, 0.00, 0.04, -0.02]))
        (40, None)
    """
    if labels is None:
        if differences.size < 3 or _nothing(differences.mean(), differences):
            return None, None
        return max(1, seeds_needed(differences, level=level) - differences.size), None
    seeds = np.bincount(labels)
    means = np.bincount(labels, differences) / seeds
    if means.size < 3 or _nothing(means.mean(), differences):
        return None, None
    beyond = NormalDist().inv_cdf(1 - (1 - level) / 2)
    allowed = (float(means.mean()) / (beyond + NormalDist().inv_cdf(_POWER))) ** 2
    by_seed = _within(differences, labels, means) * float((1 / seeds).mean())
    # As in `seeds_needed`: a t test of few units takes beyond²/2 more than its normal approximation.
    left = max(0.0, float(means.var(ddof=1)) - by_seed)
    of_mean = stretch(means.size, correlation) ** 2 / means.size / allowed
    kept = left * of_mean + beyond**2 / (2 * means.size)
    spent = by_seed * of_mean
    if kept < 1 and spent > 0:
        return max(1, math.ceil(differences.size * (spent / (1 - kept) - 1))), None
    return None, max(kept + spent, 1.1)


def _nothing(mean: float, differences: NDArray[np.float64]) -> bool:
    """Whether a mean difference is 0 but for rounding."""
    return abs(float(mean)) <= 1e-9 * max(float(np.abs(differences).max()), 1e-300)


def _within(
    differences: NDArray[np.float64], labels: NDArray[np.intp], means: NDArray[np.float64]
) -> float:
    """Return the variance of seeds on one split, all splits together; 0 where each split has one seed."""
    free = differences.size - means.size
    return float(((differences - means[labels]) ** 2).sum() / free) if free else 0.0
