"""Columns on one scale: mean 0, deviation 1 and no gaps, all as the samples to learn from show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.listing import listed

if TYPE_CHECKING:
    from livegrad.trials.dataset import Dataset

__all__ = ["STILL", "Scaled", "scaled_inputs", "scaled_targets"]

_FARTHEST = 1e6  # deviations: squares of what lies beyond would swamp the rest of a part in float32

_NOTHING_VARIES = Text(
    "In the data set '{name}' no column varies among the {count} samples to learn from, so there is nothing "
    "to learn from. Give columns with at least two different values.",
    "데이터 '{name}'에서 학습에 쓰는 표본 {count}개 안에서는 값이 달라지는 열이 없어 배울 것이 없습니다. "
    "값이 둘 이상인 열을 주세요.",
)
_TARGET_CONSTANT = Text(
    "In the data set '{name}' the target is always {value} among the {count} samples to learn from, so there "
    "is nothing to learn. Give more samples, or another seed for the split.",
    "데이터 '{name}'에서 학습에 쓰는 표본 {count}개의 목표값이 모두 {value}입니다. 그러면 배울 것이 "
    "없습니다. 표본을 더 주거나 나누는 시드(seed)를 바꿔 보세요.",
)
_CONSTANT = Text(
    "Columns that do not vary among the samples to learn from, dropped: {count} ({names}).",
    "학습에 쓰는 표본 안에서 값이 달라지지 않아 뺀 열: {count}개({names}).",
)
_MISSING = Text(
    "Missing values, replaced by the median of the samples to learn from: {count}.",
    "빠진 값을 학습에 쓰는 표본의 중앙값(median)으로 채운 곳: {count}개.",
)
_FAR = Text(
    "Values set aside that lie more than a million deviations from what was learned, moved to that bound: "
    "{count}.",
    "떼어 둔 값 가운데 배운 값에서 표준편차의 백만 배 넘게 떨어져 있어 그 경계로 옮긴 것: {count}개.",
)
STILL = Text(
    "All samples set aside have the same target, so R² has no meaning there. Give more samples, or another "
    "seed for the split.",
    "떼어 둔 표본의 목표값이 모두 같아 R²가 뜻을 갖지 못합니다. 표본을 더 주거나 나누는 시드(seed)를 바꿔 "
    "보세요.",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Scaled:
    """Both parts of some columns, on the scale of the first part.

    Attributes:
        train: Shape (samples, columns), or (samples,) for class numbers; C-contiguous.
        validation: The same for the samples set aside.
        mean: What was subtracted from each column; float64.
        deviation: What each column was divided by; float64.
        names: What the columns are called, if they have names.
        remarks: What was done to them.
    """

    train: NDArray[np.float32] | NDArray[np.int64]
    validation: NDArray[np.float32] | NDArray[np.int64]
    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    names: tuple[str, ...] = ()
    remarks: tuple[Text, ...] = ()


def scaled_inputs(data: Dataset, train: NDArray[np.intp], judged: NDArray[np.intp]) -> Scaled:
    """Return the inputs of both parts; columns that do not vary in the first part are left out.

    Args:
        data: What the rows are of.
        train: Row numbers of the samples to learn from.
        judged: Row numbers of the samples set aside.

    Raises:
        BadInput: No column varies among the samples to learn from.

    Example:
        >>> from livegrad.trials.task import TASKS
        >>> data = TASKS.find("moons").make(0, 40)
        >>> scaled = scaled_inputs(data, np.arange(30), np.arange(30, 40))
        >>> abs(float(scaled.train.mean())) < 1e-6
        True
    """
    columns = [
        _column(data.inputs[train, i], data.inputs[judged, i]) for i in range(data.inputs.shape[1])
    ]
    kept = [(name, c) for name, c in zip(data.features, columns, strict=True) if c is not None]
    if not kept:
        raise BadInput(_NOTHING_VARIES.fill(name=data.name, count=len(train)))
    dropped = [name for name, c in zip(data.features, columns, strict=True) if c is None]
    missing, far = sum(c.missing for _, c in kept), sum(c.far for _, c in kept)
    said = [_CONSTANT.fill(count=len(dropped), names=listed(dropped))] if dropped else []
    said += [_MISSING.fill(count=missing)] if missing else []
    said += [_FAR.fill(count=far)] if far else []
    return Scaled(
        train=np.ascontiguousarray(np.stack([c.train for _, c in kept], axis=1)),
        validation=np.ascontiguousarray(np.stack([c.validation for _, c in kept], axis=1)),
        mean=np.array([c.mean for _, c in kept]),
        deviation=np.array([c.deviation for _, c in kept]),
        names=tuple(name for name, _ in kept),
        remarks=tuple(said),
    )


def scaled_targets(data: Dataset, train: NDArray[np.intp], judged: NDArray[np.intp]) -> Scaled:
    """Return the targets of both parts: numbers standardised, class numbers as they are.

    Args:
        data: What the rows are of.
        train: Row numbers of the samples to learn from.
        judged: Row numbers of the samples set aside.

    Raises:
        BadInput: Every target of a column, or every class, is the same among the samples to learn from.

    Example:
        >>> from livegrad.trials.task import TASKS
        >>> data = TASKS.find("moons").make(0, 40)
        >>> scaled_targets(data, np.arange(30), np.arange(30, 40)).train.dtype
        dtype('int64')
    """
    first, second = data.targets[train], data.targets[judged]
    low, high = first.min(axis=0), first.max(axis=0)
    for always in np.atleast_1d(low)[np.atleast_1d(low == high)]:
        value = data.classes[int(always)] if data.classes else f"{always:g}"
        raise BadInput(_TARGET_CONSTANT.fill(name=data.name, value=value, count=len(train)))
    if data.kind != "regression":
        return Scaled(train=first, validation=second, mean=np.zeros(1), deviation=np.ones(1))
    mean = first.mean(axis=0, dtype=np.float64)
    deviation = first.std(axis=0, dtype=np.float64)
    still = not np.ptp(second, axis=0).all()
    return Scaled(
        train=np.ascontiguousarray((first - mean) / deviation, dtype=np.float32),
        validation=np.ascontiguousarray((second - mean) / deviation, dtype=np.float32),
        mean=mean,
        deviation=deviation,
        remarks=(STILL,) if still else (),
    )


@dataclass(frozen=True, eq=False)
class _Column:
    """One column of the inputs."""

    train: NDArray[np.float32]
    validation: NDArray[np.float32]
    mean: float
    deviation: float
    missing: int
    far: int


def _column(train: NDArray[np.float32], judged: NDArray[np.float32]) -> _Column | None:
    """The column on its scale, in float64 until the end; None if it does not vary in the first part."""
    known = train[~np.isnan(train)].astype(np.float64)
    if not len(known) or known.min() == known.max():
        return None
    gaps, gaps_judged = np.isnan(train), np.isnan(judged)
    median = np.median(known)
    filled = np.where(gaps, median, train.astype(np.float64))
    mean, deviation = float(filled.mean()), float(filled.std())
    seen = (np.where(gaps_judged, median, judged.astype(np.float64)) - mean) / deviation
    return _Column(
        ((filled - mean) / deviation).astype(np.float32),
        seen.clip(-_FARTHEST, _FARTHEST).astype(np.float32),
        mean,
        deviation,
        int(gaps.sum() + gaps_judged.sum()),
        int((np.abs(seen) > _FARTHEST).sum()),
    )
