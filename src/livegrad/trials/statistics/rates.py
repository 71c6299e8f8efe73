"""How often it works and how long it takes: shares and times, with runs that never got there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.statistics.scoring import check_level

__all__ = ["Share", "Times", "success_rate", "time_to_target"]

_NO_RUNS = Text(
    "The scores have the shape {shape}. A share needs one row with at least one run: np.array([0.91, 0.88]).",
    "점수의 모양이 {shape}입니다. 비율을 내려면 실행이 하나 이상인 한 줄이어야 합니다: "
    "np.array([0.91, 0.88]).",
)
_BAD_TARGET = Text(
    "The target {target} is not a number. Give the score that counts as success: 0.9.",
    "목표 {target:은/는} 숫자가 아닙니다. 성공으로 칠 점수를 주세요: 0.9.",
)
_BAD_CURVES = Text(
    "The curves have the shape {shape} and there are {points} steps. There must be one row for each seed and "
    "one column for each step, at least one of both.",
    "곡선의 모양이 {shape}이고 스텝은 {points}개입니다. 시드마다 한 행, 스텝마다 한 열이 있어야 하고, 둘 다 "
    "하나 이상이어야 합니다.",
)
_BAD_STEPS = Text(
    "The steps do not rise: {before} is followed by {after}. Give the curve's steps in order.",
    "스텝이 커지지 않습니다. {before} 다음에 {after:이/가} 옵니다. 곡선의 스텝을 순서대로 주세요.",
)


@dataclass(frozen=True)
class Share:
    """How many of the runs did it.

    Attributes:
        share: ``count / of``.
        low: Where the confidence interval of the true share begins.
        high: Where it ends.
        count: Runs that did.
        of: Runs in all.
    """

    share: float
    low: float
    high: float
    count: int
    of: int


@dataclass(frozen=True)
class Times:
    """How long it took the runs to reach a score.

    Attributes:
        median: Steps until half of all runs were there; ∞ if they never were.
        low: Where the confidence interval of the true median begins; 0 with too few runs to say.
        high: Where it ends; ∞ if the median may never be reached, or with too few runs to say.
        reached: Runs that got there.
        of: Runs in all.
    """

    median: float
    low: float
    high: float
    reached: int
    of: int


def success_rate(scores: ArrayLike, threshold: float, *, level: float = 0.95) -> Share:
    """Return the share of runs that reach a score, with Wilson's interval.

    Args:
        scores: Higher is better; a run that diverged (NaN) does not reach anything; shape (seeds,).
        threshold: The least score that is a success.
        level: Confidence of the interval.

    Returns:
        The share. Unlike the textbook's interval Wilson's is honest at 0 and 1: 8 of 8 means 0.68 to 1.

    Raises:
        BadInput: There are no runs, or the threshold is not a number.

    Example:
        >>> found = success_rate([0.9, 0.95, np.nan, 0.5], 0.9)
        >>> found.count, found.of, round(found.low, 2), round(found.high, 2)
        (2, 4, 0.15, 0.85)

    References:
        Wilson 1927, "Probable Inference, the Law of Succession, and Statistical Inference".
    """
    row = np.asarray(scores, dtype=np.float64)
    if row.ndim != 1 or not row.size:
        raise BadInput(_NO_RUNS.fill(shape=row.shape))
    _check(threshold, level)
    count, of = int((row >= threshold).sum()), row.size
    z = NormalDist().inv_cdf(1 - (1 - level) / 2)
    share, shrink = count / of, 1 + z * z / of
    middle = (share + z * z / (2 * of)) / shrink
    half = z / shrink * math.sqrt(share * (1 - share) / of + (z / (2 * of)) ** 2)
    low = 0.0 if count == 0 else middle - half
    high = 1.0 if count == of else middle + half
    return Share(share, low, high, count, of)


def time_to_target(
    steps: ArrayLike, curves: ArrayLike, target: float, *, level: float = 0.95
) -> Times:
    """Return after how many steps the runs first reach a score; those that never do count as ∞.

    A run that does not get there is not left out (that would reward giving up): its time is longer than any other. So the
    median is known as long as more than half get there. Its interval runs between two order statistics, chosen so that
    with any distribution of times it covers at least as often as it says.

    Args:
        steps: After how many steps the scores were taken, rising; shape (points,).
        curves: The scores there, higher is better, NaN once diverged; shape (seeds, points).
        target: The score to reach.
        level: Confidence of the interval.

    Returns:
        Median time, in steps, as fine as the points are.

    Raises:
        BadInput: Shapes do not fit, steps do not rise, or the target is not a number.

    Example:
        >>> time_to_target(
        ...     [10, 20, 30], [[0.5, 0.9, 0.9], [0.9, 0.9, 1.0], [0.5, 0.6, np.nan]], 0.9
        ... )
        Times(median=20.0, low=0.0, high=inf, reached=2, of=3)

    References:
        Conover 1999, "Practical Nonparametric Statistics", section 3.2.
    """
    _check(target, level)
    times = np.sort(_first_times(steps, curves, target))
    of = times.size
    rank = _order_statistic(of, level)
    low, high = (0.0, math.inf) if rank == 0 else (times[rank - 1], times[of - rank])
    median = (times[(of - 1) // 2] + times[of // 2]) / 2
    reached = int(np.isfinite(times).sum())
    return Times(float(median), float(low), float(high), reached, of)


def _check(target: float, level: float) -> None:
    check_level(level)
    if math.isnan(target):
        raise BadInput(_BAD_TARGET.fill(target=target))


def _first_times(steps: ArrayLike, curves: ArrayLike, target: float) -> NDArray[np.float64]:
    at = np.asarray(steps, dtype=np.float64)
    rows = np.asarray(curves, dtype=np.float64)
    if rows.ndim != 2 or at.ndim != 1 or rows.shape[1] != at.size or not rows.size:
        raise BadInput(_BAD_CURVES.fill(shape=rows.shape, points=at.size))
    falls = np.flatnonzero(~(np.diff(at) > 0))
    if falls.size:
        before, after = at[falls[0]], at[falls[0] + 1]
        raise BadInput(_BAD_STEPS.fill(before=f"{before:g}", after=f"{after:g}"))
    there = rows >= target
    return np.where(there.any(axis=1), at[there.argmax(axis=1)], np.inf)


def _order_statistic(runs: int, level: float) -> int:
    """The largest k for which the true median lies between the k-th time and the k-th from the end often enough.

    It lies outside on one side with the chance that a fair coin shows fewer than k heads; 0 if no k will do.
    """
    beyond, rank, tail = 0.0, 0, (1 - level) / 2
    # In logarithms, since 2⁻ⁿ is no float64 for 1100 runs.
    for heads in range(runs):
        chance = math.exp(
            math.lgamma(runs + 1)
            - math.lgamma(heads + 1)
            - math.lgamma(runs - heads + 1)
            - runs * math.log(2)
        )
        beyond += chance
        if beyond > tail:
            break
        rank = heads + 1
    return rank
