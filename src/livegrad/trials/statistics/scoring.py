"""Scores as they are compared: checked, and with a number in place of what diverged."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from livegrad.errors import BadInput
from livegrad.text import Text

__all__ = ["check_level", "check_resamples", "paired", "scored"]

_SHAPE = Text(
    "The scores have the shape {shape}. They must be one row of numbers, one for each seed, and not "
    "empty: np.array([0.91, 0.88, 0.93]).",
    "점수의 모양이 {shape}입니다. 시드마다 숫자 하나씩, 비어 있지 않은 한 줄이어야 합니다: "
    "np.array([0.91, 0.88, 0.93]).",
)
_INFINITE = Text(
    "A score is +∞. Scores must be finite, or NaN for a run that diverged. Give NaN if that is what happened.",
    "점수 하나가 +∞입니다. 점수는 유한한 수여야 하고, 발산한 실행은 NaN이어야 합니다. "
    "발산한 것이라면 NaN을 주세요.",
)
_NO_WORST = Text(
    "{count} of {of} runs diverged (their score is NaN), and nothing says what that is worth. Give the "
    "score of chance: worst=0.5 for two equal classes, worst=0.0 for R².",
    "실행 {of}개 가운데 {count}개가 발산했는데(점수가 NaN), 이를 몇 점으로 칠지 정해져 있지 않습니다. "
    "찍었을 때의 점수를 주세요: 크기가 같은 두 클래스라면 worst=0.5, R²라면 worst=0.0.",
)
_BAD_WORST = Text(
    "worst = {worst} is not possible: what a diverged run counts as must be a finite number. Give the "
    "score of chance: worst=0.5 for two equal classes, worst=0.0 for R².",
    "worst = {worst:은/는} 쓸 수 없습니다. 발산한 실행의 점수는 유한한 수여야 합니다. "
    "찍었을 때의 점수를 주세요: 크기가 같은 두 클래스라면 worst=0.5, R²라면 worst=0.0.",
)
_UNPAIRED = Text(
    "'{one}' has {seeds} scores and '{other}' has {others}. Scores are compared seed by seed, so all must "
    "have the same seeds in the same order. Use NaN for a run that diverged.",
    "'{one}'의 점수는 {seeds}개, '{other}'의 점수는 {others}개입니다. 시드별로 짝지어 비교하므로 모두 같은 "
    "시드가 같은 순서로 있어야 합니다. 발산한 실행에는 NaN을 쓰세요.",
)
_NOBODY = Text(
    "There is no candidate to compare. Give at least one row of scores: {{'relu': np.array([0.91, 0.88])}}.",
    "비교할 후보가 없습니다. 점수를 한 줄 이상 주세요: {{'relu': np.array([0.91, 0.88])}}.",
)
_LEVEL = Text(
    "level = {level} is not possible: confidence lies between 0 and 1. Take level=0.95.",
    "level = {level:은/는} 쓸 수 없습니다. 신뢰 수준(confidence level)은 0과 1 사이입니다. "
    "level=0.95를 쓰세요.",
)
_RESAMPLES = Text(
    "resamples = {resamples} is too few: it must be at least {least} at this level. Take resamples=10_000.",
    "resamples = {resamples:은/는} 너무 적습니다. 이 수준에서는 {least} 이상이어야 합니다. "
    "resamples=10_000을 쓰세요.",
)


def scored(scores: ArrayLike, *, worst: float | None = None) -> NDArray[np.float64]:
    """Return scores in which every run has a number, so that none is left out of a mean.

    A run that diverged gets the worst score there is. So that none is better off for having diverged, lower
    scores are raised to it: an R² of −1e6 says no more than "failed", and would decide any mean alone.

    Args:
        scores: Higher is better, NaN or −∞ where a run diverged; shape (seeds,).
        worst: What failure counts as, best the score of chance. None: no run diverged, nothing is raised.

    Returns:
        A new array, finite; shape (seeds,).

    Raises:
        BadInput: Not one row of numbers, +∞ among them, or a run diverged and ``worst`` is None.

    Example:
        >>> scored([0.9, np.nan, 0.3], worst=0.5)
        array([0.9, 0.5, 0.5])
    """
    row = np.array(scores, dtype=np.float64)
    if row.ndim != 1 or not row.size:
        raise BadInput(_SHAPE.fill(shape=row.shape))
    if np.isposinf(row).any():
        raise BadInput(_INFINITE)
    failed = ~np.isfinite(row)
    if worst is None:
        if failed.any():
            raise BadInput(_NO_WORST.fill(count=int(failed.sum()), of=row.size))
        return row
    if not math.isfinite(worst):
        raise BadInput(_BAD_WORST.fill(worst=worst))
    return np.where(failed, worst, np.maximum(row, worst))


def paired(
    scores: Mapping[str, ArrayLike], *, worst: float | None = None
) -> dict[str, NDArray[np.float64]]:
    """Return the `scored` scores of several candidates, all with the same seeds.

    Args:
        scores: For each candidate its scores; column j of all has the same seed; shape (seeds,) each.
        worst: As in `scored`.

    Returns:
        The same names in the same order.

    Raises:
        BadInput: There is no candidate, one has fewer seeds than another, or a row is not possible.

    Example:
        >>> paired({"relu": [0.9, 0.8], "gelu": [0.9, np.nan]}, worst=0.5)["gelu"]
        array([0.9, 0.5])
    """
    if not scores:
        raise BadInput(_NOBODY.fill())
    rows = {name: scored(row, worst=worst) for name, row in scores.items()}
    one, first = next(iter(rows.items()))
    for other, row in rows.items():
        if row.size != first.size:
            raise BadInput(_UNPAIRED.fill(one=one, seeds=first.size, other=other, others=row.size))
    return rows


def check_level(level: float) -> None:
    """Raise unless a confidence level lies strictly between 0 and 1.

    Args:
        level: Confidence, as 0.95.

    Raises:
        BadInput: It does not.

    Example:
        >>> check_level(0.95)
    """
    if not 0.0 < level < 1.0:
        raise BadInput(_LEVEL.fill(level=level))


def check_resamples(resamples: int, *, level: float) -> None:
    """Raise if so few random draws cannot show what lies beyond ``level``.

    Args:
        resamples: How many draws.
        level: Confidence, as 0.95: 100 draws have five in the tails.

    Raises:
        BadInput: Fewer than five draws are expected beyond the level, or the level is not possible.

    Example:
        >>> check_resamples(10_000, level=0.95)
    """
    check_level(level)
    least = math.ceil(5 / (1 - level))
    if resamples < least:
        raise BadInput(_RESAMPLES.fill(resamples=resamples, least=least))
