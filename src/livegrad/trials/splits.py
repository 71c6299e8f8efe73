"""Several splits of one data set, so that an answer is about the data and not about one draw of its samples.

All seeds on one split answer "on these 28 samples": what every network of one activation gets wrong on one of them
counts as proof. With several splits the draw of the samples is one of the chances that a test allows for.

References:
    Bouthillier et al. 2021, "Accounting for Variance in Machine Learning Benchmarks": vary everything that chance decides.
    Nadeau and Bengio 2003, "Inference for the Generalization Error": splits of the same data know of each other.
    Bouckaert and Frank 2004, "Evaluating the Replicability of Significance Tests": the same for cross-validation.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.splitting import (
    LEAST_TO_PART,
    Split,
    check_share,
    groups_of,
    name_of,
    parted,
    rows_of,
)
from livegrad.trials.standardising import STILL

if TYPE_CHECKING:
    from livegrad.trials.dataset import Dataset

__all__ = ["ON_ONE", "SPLITS", "USUAL_SHARE", "Splits"]

SPLITS = 16
"""How many splits are usual. From equally many runs of twelve candidates, 16 tell half as many again apart as 8 do, because they know
their own spread better; and each network learns from nearly all samples."""

USUAL_SHARE = 0.25
"""What one split alone sets aside."""

_VERSION = 1  # raised when the same data and count would give other parts
_BAD_COUNT = Text(
    "splits = {splits} is not possible: it must be a whole number of at least 1. Try splits=16.",
    "splits = {splits:은/는} 쓸 수 없습니다. 1 이상의 정수여야 합니다. splits=16으로 해 보세요.",
)
_IN_TURN = Text(
    "The data were parted into {count}: each part in turn ({validation} samples) judges networks that learned from the "
    "others ({train}), so every sample judges once (cross-validation).",
    "데이터를 {count}부분으로 나누었습니다. 한 부분(표본 {validation}개)씩 차례로, 나머지({train}개)로 배운 신경망을 평가합니다. 그래서 모든 표본이 "
    "한 번씩 평가에 쓰입니다(교차 검증(cross-validation)).",
)
_AT_RANDOM = Text(
    "The data were parted {count} times at random: {train} samples to learn from, {validation} to judge by. The same samples "
    "judge in several splits, and intervals and tests allow for that.",
    "데이터를 {count}번 무작위로 나누었습니다. 학습에 {train}개, 검증(validation)에 {validation}개를 썼습니다. 여러 번 평가에 쓰인 표본이 있으며, "
    "구간과 검정은 그 점을 반영합니다.",
)
ON_ONE = Text(
    "All seeds are judged by the same {validation} samples, so differences are told apart on these samples only; other samples "
    "may say otherwise.",
    "모든 시드를 같은 표본 {validation}개로 평가했습니다. 그래서 차이는 이 표본에서 그렇다는 뜻이고, 다른 표본에서는 다를 수 있습니다.",
)
"""What is to be said of a study on a single split."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Splits:
    """A data set, parted several times; a split is made when it is asked for, so that large data stand in memory once.

    Attributes:
        data: What is parted.
        asked: How many splits were asked for; there are fewer where there are fewer samples.
        validation: Share to judge by in every split, drawn at random each time. None: the samples are dealt into as many
            parts as there are splits, and each part judges once; for a single split a quarter.

    Raises:
        BadInput: An impossible number or share; and from `split`: nothing to learn in its part.

    Example:
        >>> from livegrad.trials.task import TASKS
        >>> splits = Splits(data=TASKS.find("moons").make(0, 80), asked=8)
        >>> len(splits), splits.split(3).train_inputs.shape, splits.correlation
        (8, (70, 2), 0.125)
    """

    data: Dataset
    asked: int = SPLITS
    validation: float | None = None

    def __post_init__(self) -> None:
        if isinstance(self.asked, bool) or not isinstance(self.asked, int) or self.asked < 1:
            raise BadInput(_BAD_COUNT.fill(splits=self.asked))
        if self.validation is not None:
            check_share(self.validation)

    def __len__(self) -> int:
        samples = len(self.data.inputs)
        return 1 if samples < LEAST_TO_PART else min(self.asked, samples)

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """What tells each split from every other: `livegrad.trials.trial.Trial.data` of its trials."""
        return tuple(self._fingerprint(number) for number in range(len(self)))

    @property
    def correlation(self) -> float:
        """How far scores of two splits correlate, as `livegrad.trials.statistics.permutation.stretch` takes it; 0 for one split.

        On targets that know nothing, where no activation can be better, parts that judge in turn are no exception: a pair of near
        samples with unlike labels is got wrong twice, in two parts.
        """
        if len(self) == 1:
            return 0.0
        return 1 / len(self) if self._in_turn else self._share

    @property
    def remarks(self) -> tuple[Text, ...]:
        """How the data were parted, and what that means for what is told apart."""
        train, judged = (len(part) for part in self._parts(0))
        if len(self.data.inputs) < LEAST_TO_PART:
            return ()  # the split says so itself
        if len(self) == 1:
            return (ON_ONE.fill(validation=judged),)
        said = _IN_TURN if self._in_turn else _AT_RANDOM
        return (said.fill(count=len(self), train=train, validation=judged),)

    def split(self, number: int) -> Split:
        """Return one of the splits.

        Args:
            number: From 0.

        Raises:
            BadInput: Nothing varies in its part to learn from.

        Example:
            >>> from livegrad.trials.task import TASKS
            >>> splits = Splits(data=TASKS.find("moons").make(0, 80), asked=2)
            >>> splits.split(0).fingerprint == splits.fingerprints[0]
            True
        """
        if len(self) == 1:
            return self.data.split(self._share, seed=0)
        train, judged = self._parts(number)
        made = parted(self.data, train, judged, self._fingerprint(number))
        remarks = tuple(
            said for said in made.remarks if said != STILL
        )  # R² compares with all samples
        return replace(made, variance=self._variance(made), remarks=remarks)

    def named(self, fingerprint: str) -> Split:
        """Return the split of that fingerprint.

        Example:
            >>> from livegrad.trials.task import TASKS
            >>> splits = Splits(data=TASKS.find("moons").make(0, 80))
            >>> splits.named(splits.fingerprints[5]).fingerprint == splits.fingerprints[5]
            True
        """
        return self.split(self.fingerprints.index(fingerprint))

    @property
    def _in_turn(self) -> bool:
        return self.validation is None and len(self) > 1

    @property
    def _share(self) -> float:
        return USUAL_SHARE if self.validation is None else self.validation

    def _fingerprint(self, number: int) -> str:
        if len(self) == 1:
            return name_of(self.data, self._share, 0)
        how = len(self) if self._in_turn else f"{float(self._share)!r}"
        identity = f"splits {_VERSION} {self.data.fingerprint} {how} {number}"
        return hashlib.sha256(identity.encode()).hexdigest()

    def _parts(self, number: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Row numbers of both parts of a split, in random order."""
        if self._in_turn:
            return _dealt(self.data, len(self), number)
        train, judged, _ = rows_of(self.data, self._share, number)
        return train, judged

    def _variance(self, made: Split) -> float:
        """Return the variance of all targets, in the unit of one split: what R² compares with.

        The few samples of one part would say it badly; with this, the mean R² of parts that judge in turn is that of all
        samples together.
        """
        if self.data.kind != "regression":
            return 0.0
        spread = self.data.targets.var(axis=0, dtype=np.float64) / made.target_deviation**2
        return float(spread.mean())


def _dealt(data: Dataset, count: int, number: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Deal rows class by class into ``count`` parts, like cards; part ``number`` judges, the others are learned.

    So every class is spread evenly and sizes differ by one. The only sample of a class is learned and never judged.
    """
    generator = np.random.default_rng(0)
    part_of, dealt = np.full(len(data.inputs), -1), 0
    for group in groups_of(data):
        drawn = generator.permutation(group)
        if len(drawn) > 1:
            part_of[drawn] = (dealt + np.arange(len(drawn))) % count
            dealt += len(drawn)
    order = generator.permutation(len(part_of))
    judged = part_of[order] == number
    return order[~judged], order[judged]
