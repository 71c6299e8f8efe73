"""Means and medians of paired starts, with their 95 % intervals, as experiments give them."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.trials.statistics.bootstrap import mean_intervals

__all__ = ["mean_of", "median_of"]

Reals: TypeAlias = NDArray[Any]


def mean_of(values: Reals) -> tuple[float, float, float]:
    """Return mean and 95 % interval over paired starts; values that are no finite numbers are left out.

    Args:
        values: Shape (starts,).

    Example:
        >>> mean, low, high = mean_of(np.array([0.2, 0.3, 0.25, 0.22]))
        >>> low < mean < high
        True
    """
    finite = np.asarray(values, float)[np.isfinite(values)]
    if len(finite) < 2:
        value = float(finite[0]) if len(finite) else float("nan")
        return value, value, value
    low, high = mean_intervals(finite[None], level=0.95, resamples=2000, seed=0)
    return float(finite.mean()), float(low[0]), float(high[0])


def median_of(values: Reals) -> tuple[float, float, float]:
    """Return median and 95 % interval over paired starts; runs that never got there are ∞ and count.

    Args:
        values: Shape (starts,); may hold ∞.

    Returns:
        The median and the two order statistics between which it lies with 95 % probability (binomial).

    Example:
        >>> median_of(np.array([3.0, 1.0, 2.0]))[0]
        2.0
    """
    ordered = np.sort(np.asarray(values, float))
    count = len(ordered)
    reach = 0.98 * np.sqrt(count)  # 1.96 · √(n/4), either side of n/2
    low = ordered[max(0, int(np.floor(count / 2 - reach)))]
    high = ordered[min(count - 1, int(np.ceil(count / 2 + reach)) - 1 if count > 1 else 0)]
    middle = ordered[(count - 1) // 2] if count % 2 else _between(ordered, count)
    return float(middle), float(low), float(max(high, middle))


def _between(ordered: Reals, count: int) -> float:
    a, b = ordered[count // 2 - 1], ordered[count // 2]
    return float(a) if a == b else float((a + b) / 2)
