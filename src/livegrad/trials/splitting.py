"""A data set in two parts: one to learn from, one to judge by; all scales come from the first."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.listing import listed
from livegrad.trials.standardising import scaled_inputs, scaled_targets
from livegrad.trials.trial import Loss

if TYPE_CHECKING:
    from livegrad.trials.dataset import Dataset

__all__ = [
    "KINDS",
    "LEAST_TO_PART",
    "Split",
    "check_share",
    "groups_of",
    "name_of",
    "parted",
    "parts_of",
    "rows_of",
]

Kind: TypeAlias = Literal["regression", "binary", "classes"]
"""What is to be told: numbers, one of two classes, one of several classes."""

KINDS: tuple[Kind, ...] = ("regression", "binary", "classes")
LEAST_TO_PART = 8
"""With fewer samples none is set aside: a score on one or two says nothing."""

_LOSSES: dict[Kind, Loss] = {"regression": "mse", "binary": "bce", "classes": "cross-entropy"}
_VERSION = 1  # raised when the same data, share and seed would give other parts

_BAD_SHARE = Text(
    "The validation share is {share}; it must lie between 0 and 1, both excluded. Try validation=0.25.",
    "검증(validation) 비율이 {share:으로/로} 주어졌습니다. 0보다 크고 1보다 작아야 합니다. "
    "validation=0.25로 시도해 보세요.",
)
_BAD_SEED = Text(
    "The seed is {seed}; it must be a whole number of at least 0. Try seed=0.",
    "시드(seed)가 {seed:으로/로} 주어졌습니다. 0 이상의 정수여야 합니다. seed=0으로 시도해 보세요.",
)
_PARTS = Text(
    "Samples to learn from: {train}; set aside to judge by: {validation} (drawn with seed {seed}).",
    "학습에 쓰는 표본은 {train}개, 검증(validation)에 쓰려고 떼어 둔 표본은 {validation}개입니다"
    "(시드(seed) {seed}).",
)
_UNPARTED = Text(
    "There are only {count} samples, so none is set aside: the score is taken on the samples that were "
    "learned, and says how well they are remembered.",
    "표본이 {count}개뿐이라 따로 떼어 두지 않았습니다. 점수는 배운 표본에서 재므로, 얼마나 잘 외웠는지를 "
    "말해 줍니다.",
)
_SINGLE = Text(
    "Classes with one sample only, which is learned but never judged: {count} ({names}).",
    "표본이 하나뿐이라 학습에만 쓰고 검증하지 못하는 클래스: {count}개({names}).",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """What a training gets: all arrays are C-contiguous.

    Attributes:
        train_inputs: float32 of shape (samples, features): each column has mean 0 and deviation 1.
        validation_inputs: float32, standardised by the same means and deviations.
        train_targets: For regression float32 of shape (samples, outputs), standardised; otherwise int64
            class numbers of shape (samples,).
        validation_targets: The same for the samples set aside.
        kind: What is to be told.
        outputs: Outputs that a network needs: 1 for binary, a class each for classes, else target columns.
        loss: The loss that goes with it, on logits.
        features: Names of the columns that are left.
        target_mean: float64 of shape (outputs,): what was subtracted from the targets; 0 unless regression.
        target_deviation: float64 of shape (outputs,): what they were divided by; 1 unless regression.
        remarks: All that was done to the data, each with its count.
        fingerprint: SHA-256 of data, share and seed: what `livegrad.trials.trial.Trial.data` holds.
        variance: What R² compares with, in the unit of the standardised targets; 0: that of the validation part.
    """

    train_inputs: NDArray[np.float32]
    validation_inputs: NDArray[np.float32]
    train_targets: NDArray[np.float32 | np.int64]
    validation_targets: NDArray[np.float32 | np.int64]
    kind: Kind
    outputs: int
    loss: Loss
    features: tuple[str, ...]
    target_mean: NDArray[np.float64]
    target_deviation: NDArray[np.float64]
    remarks: tuple[Text, ...]
    fingerprint: str
    variance: float = 0.0

    def r_squared(self, mean_square: Any) -> Any:
        """Return R² = 1 − mean square / variance, for numbers or arrays alike."""
        spread = self.variance or float(np.var(self.validation_targets, axis=0).mean())
        return 1 - mean_square / max(spread, float(np.finfo(np.float32).tiny))


def parts_of(data: Dataset, *, validation: float, seed: int) -> Split:
    """Return the parts of a data set; see `livegrad.trials.dataset.Dataset.split`.

    Args:
        data: What to part.
        validation: Share of the samples to judge by, above 0 and below 1.
        seed: What the parts are drawn from.

    Returns:
        The parts. Classes keep their shares in both parts, and each class of two samples or more is in
        both. Below `LEAST_TO_PART` samples both parts are all samples.

    Raises:
        BadInput: An impossible share or seed; no column, or no target, that varies in the first part.

    Example:
        >>> from livegrad.trials.task import TASKS
        >>> parts_of(TASKS.find("blobs").make(0, 90), validation=0.2, seed=0).outputs
        3
    """
    check_share(validation)
    if not (isinstance(seed, int | np.integer) and seed >= 0):
        raise BadInput(_BAD_SEED.fill(seed=seed))
    train, judged, said = rows_of(data, validation, int(seed))
    return parted(data, train, judged, name_of(data, validation, int(seed)), said=said)


def name_of(data: Dataset, validation: float, seed: int) -> str:
    """Return the fingerprint of the split of that share and seed, without making it.

    Example:
        >>> from livegrad.trials.task import TASKS
        >>> data = TASKS.find("moons").make(0, 40)
        >>> name_of(data, 0.25, 0) == data.split().fingerprint
        True
    """
    identity = f"{_VERSION} {data.fingerprint} {float(validation)!r} {seed}"
    return hashlib.sha256(identity.encode()).hexdigest()


def check_share(validation: float) -> None:
    """Raise `BadInput` unless a share to judge by lies between 0 and 1, both excluded.

    Example:
        >>> check_share(0.25)
    """
    if not 0 < validation < 1:
        raise BadInput(_BAD_SHARE.fill(share=validation))


def parted(
    data: Dataset,
    train: NDArray[np.intp],
    judged: NDArray[np.intp],
    fingerprint: str,
    *,
    said: tuple[Text, ...] = (),
) -> Split:
    """Return given rows as the two parts of a split, on the scale of the first.

    Args:
        data: What the rows are of.
        train: Row numbers of the samples to learn from.
        judged: Row numbers of the samples set aside.
        fingerprint: What tells this split from every other.
        said: What is to be said of the rows.

    Raises:
        BadInput: No column, or no target, varies in the first part.

    Example:
        >>> from livegrad.trials.task import TASKS
        >>> data = TASKS.find("moons").make(0, 40)
        >>> parted(data, np.arange(30), np.arange(30, 40), "a name").fingerprint
        'a name'
    """
    inputs = scaled_inputs(data, train, judged)
    targets = scaled_targets(data, train, judged)
    return Split(
        train_inputs=inputs.train.astype(np.float32, copy=False),
        validation_inputs=inputs.validation.astype(np.float32, copy=False),
        train_targets=targets.train,
        validation_targets=targets.validation,
        kind=data.kind,
        outputs=len(data.classes) if data.kind == "classes" else len(targets.mean),
        loss=_LOSSES[data.kind],
        features=inputs.names,
        target_mean=targets.mean,
        target_deviation=targets.deviation,
        remarks=(*data.remarks, *said, *inputs.remarks, *targets.remarks),
        fingerprint=fingerprint,
    )


def rows_of(
    data: Dataset, validation: float, seed: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], tuple[Text, ...]]:
    """Row numbers of both parts, in random order, and what is said of them."""
    generator = np.random.default_rng(seed)
    count = len(data.inputs)
    if count < LEAST_TO_PART:
        rows = np.arange(count)
        return rows, rows, (_UNPARTED.fill(count=count),)
    groups = groups_of(data)
    aside = _set_aside(np.array([len(group) for group in groups]), validation)
    train, judged = list[NDArray[np.intp]](), list[NDArray[np.intp]]()
    for group, share in zip(groups, aside, strict=True):
        drawn = generator.permutation(group)
        judged.append(drawn[:share])
        train.append(drawn[share:])
    first = generator.permutation(np.concatenate(train))
    second = generator.permutation(np.concatenate(judged))
    said = [_PARTS.fill(train=len(first), validation=len(second), seed=seed)]
    single = [
        name for name, group in zip(data.classes, groups, strict=False) if len(group) == 1
    ]  # for regression there are no names, so nothing is single
    if single:
        said.append(_SINGLE.fill(count=len(single), names=listed(single)))
    return first, second, tuple(said)


def groups_of(data: Dataset) -> list[NDArray[np.intp]]:
    """Return the rows of each class, which keep their shares; for regression all rows at once.

    Example:
        >>> from livegrad.trials.task import TASKS
        >>> [len(rows) for rows in groups_of(TASKS.find("moons").make(0, 40))]
        [20, 20]
    """
    if data.kind == "regression":
        return [np.arange(len(data.targets))]
    order = np.argsort(data.targets, kind="stable")
    bounds = np.searchsorted(data.targets[order], np.arange(1, len(data.classes)))
    return np.split(order, bounds)


def _set_aside(counts: NDArray[np.intp], validation: float) -> NDArray[np.intp]:
    """How many rows of each group are set aside: its share, rounded so that the total comes out right."""
    wanted = counts * validation
    aside = np.floor(wanted).astype(np.intp)
    short = round(float(wanted.sum())) - int(aside.sum())
    # A group with the largest remainder gets the next row (Hamilton's method).
    aside[np.argsort(aside - wanted, kind="stable")[:short]] += 1
    return np.clip(aside, np.minimum(1, counts - 1).clip(0), (counts - 1).clip(0))
