"""Did the network learn? Judged from the loss alone, before any rule looks for a reason.

A loss that falls has not learned much if it only falls to what a *constant* prediction reaches, so where the
baseline is known the measure is the share of it that was removed (`skill`); where it is not, the fall in units of
the loss's own noise.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from livegrad.observation.evidence import Evidence, Loss, Score
from livegrad.text import Text

FEWEST_STEPS = 20
"""With fewer steps nothing is said of learning."""
LITTLE_SKILL = 0.1
"""A loss that removed less than this share of the baseline has hardly learned…"""
STILL_FALLING = 0.01
"""…unless it still falls steadily, by at least this share and beyond its noise."""
WORSE_THAN_CONSTANT = -1.0
"""Below this skill (a loss twice that of a constant) a training that does not learn has blown up."""
CLEAR_FALL = 0.1
LITTLE_FALL = 0.05
"""A loss without a baseline that fell by less than this over many steps stands still."""
LONG_ENOUGH = 100
FEWEST_SCORED = 64
UNSURE = 0.3
"""A score that moves by more than this by itself does not tell how much was learned."""
NOISES = 3.0
POOR_SKILL = 0.5
WELL_LEARNED = 0.9

_TOO_FEW = Text(
    "Only {steps} steps were seen: too few to judge whether it learns.",
    "{steps}스텝만 보았습니다. 학습하는지 판단하기에는 너무 짧습니다.",
)
_BEFORE = Text(
    "Before training, on one batch, the loss is {start}.",
    "학습 전에 배치 하나로 재 보니 손실이 {start}입니다.",
)
_BEFORE_WITH_BASELINE = Text(
    "Before training, on one batch, the loss is {start}; a constant prediction reaches {baseline}.",
    "학습 전에 배치 하나로 재 보니 손실이 {start}입니다. 상수 예측의 손실은 {baseline}입니다.",
)
_NO_LOSS = Text("No scalar loss was seen.", "스칼라 손실을 보지 못했습니다.")
_ADVERSARIAL = Text(
    "Two networks train against each other here, so the loss ({start} to {end}) does not tell who learns.",
    "두 신경망이 서로 맞서 학습하므로 손실({start} → {end})만으로는 학습 여부를 알 수 없습니다.",
)
_DIVERGED = Text(
    "The loss began at {start} and is not a number any more since step {step}.",
    "손실이 처음 {start}에서 시작해 {step}스텝부터 더는 수가 아닙니다.",
)
_GREW = Text("The loss grew from {start} to {end}.", "손실이 {start}에서 {end:으로/로} 커졌습니다.")
_SKILL = Text(
    "The loss went from {start} to {end}; a constant prediction reaches {baseline}.",
    "손실이 {start}에서 {end:이/가} 되었습니다. 상수 예측의 손실은 {baseline}입니다.",
)
_FALL = Text("The loss went from {start} to {end}.", "손실이 {start}에서 {end:이/가} 되었습니다.")


@dataclass(frozen=True)
class Learning:
    """How the loss moved.

    Attributes:
        learning: Whether it learned; ``None`` where that cannot be judged.
        sentence: The loss from where to where, in words.
        diverged: Whether the loss ended as NaN, infinite, or far above its start.
        skill: Share of what can be learned that was learned: 0 at the constant prediction, 1 at a perfect one.
        start, end: The first loss, and the median of the last ones.
        before_training: Whether nothing was trained yet: one forward and backward pass is all there is, and a rule says
            only what such a pass can show (`livegrad.examine`).
        stuck: Whether a loss without a known baseline stood still from the start, or where no score moved either.
    """

    learning: bool | None
    sentence: Text
    diverged: bool = False
    skill: float | None = None
    start: float | None = None
    end: float | None = None
    before_training: bool = False
    stuck: bool = False

    @property
    def fails(self) -> bool:
        """Whether it does not learn, or learned less than half of what can be learned."""
        return self.learning is False or (self.skill is not None and self.skill < POOR_SKILL)

    @property
    def poor(self) -> bool:
        """Whether it fails, or stands still where no baseline tells."""
        return self.fails or self.stuck

    @property
    def well(self) -> bool:
        """Whether it learned so well that nothing grave can be wrong."""
        return bool(self.learning) and self.skill is not None and self.skill >= WELL_LEARNED


def judge(evidence: Evidence) -> Learning:
    """Return whether the training of ``evidence`` learned, and how its loss moved."""
    loss = evidence.loss
    if evidence.before_training:
        return _before(loss)
    if loss is None or not loss.values:
        return Learning(None, _NO_LOSS)
    values = np.array(loss.values)
    first = float(next((v for v in values if math.isfinite(v)), math.nan))
    start, end = _median(values[: _part(values, 0.02)]), _median(values[-_part(values, 0.1) :])
    said = {"start": _figure(first), "end": _figure(end)}
    if not np.isfinite(values[-_part(values, 0.05) :]).any():
        step = loss.first_non_finite if loss.first_non_finite is not None else loss.steps[-1]
        return Learning(
            False, _DIVERGED.fill(step=step, **said), diverged=True, start=first, end=end
        )
    if len(values) < FEWEST_STEPS:
        return Learning(None, _TOO_FEW.fill(steps=evidence.steps), start=first, end=end)
    if evidence.adversarial:
        return Learning(None, _ADVERSARIAL.fill(**said), start=first, end=end)
    return _finite(evidence, loss, values, (first, start, end))


def _before(loss: Loss | None) -> Learning:
    """Nothing was learned yet: only where the loss starts is known."""
    if loss is None or not loss.values:
        return Learning(None, _NO_LOSS, before_training=True)
    start, baseline = loss.values[0], loss.baseline
    said = {"start": _figure(start), "baseline": _figure(baseline or 0.0)}
    sentence = _BEFORE if baseline is None else _BEFORE_WITH_BASELINE
    return Learning(None, sentence.fill(**said), start=start, end=start, before_training=True)


def _finite(
    evidence: Evidence, loss: Loss, values: np.ndarray, places: tuple[float, float, float]
) -> Learning:
    first, start, end = places
    said = {"start": _figure(first), "end": _figure(end)}
    noise = _noise(values)
    reference = (
        min(first, start) if loss.baseline is None else min(first, max(loss.baseline, 0.0) or first)
    )
    if end > first + NOISES * noise and end > 2 * reference > 0:
        return Learning(False, _GREW.fill(**said), diverged=True, start=first, end=end)
    if loss.baseline is not None and loss.baseline - loss.floor > 1e-9 * abs(loss.baseline) + 1e-12:
        skill = (loss.baseline - end) / (loss.baseline - loss.floor)
        falling = skill > 0 and _still_falls(values, noise)
        learned = skill >= LITTLE_SKILL or _scores(evidence.score) or falling
        sentence = _SKILL.fill(baseline=_figure(loss.baseline), **said)
        # What started far above a constant and comes down all the way is late, not blown up.
        descends = end < first and _still_falls(values, noise)
        diverged = skill < WORSE_THAN_CONSTANT and not learned and not descends
        return Learning(learned, sentence, diverged=diverged, skill=skill, start=first, end=end)
    fall = (start - end) / abs(start) if start else 0.0
    beyond = start - end > NOISES * noise
    learned = True if (fall >= CLEAR_FALL and beyond) or _scores(evidence.score) else None
    skill = _skill_of(evidence.score)
    stuck = (learned is None and len(values) >= LONG_ENOUGH and fall < LITTLE_FALL) or (
        skill is not None and skill < LITTLE_SKILL and not _scores(evidence.score)
    )
    return Learning(learned, _FALL.fill(**said), skill=skill, start=first, end=end, stuck=stuck)


def _skill_of(score: Score | None) -> float | None:
    """The score above chance, over what is left above it: where the loss alone does not tell (a penalty, a loss by hand)."""
    if score is None or score.chance is None or not math.isfinite(score.value):
        return None
    if score.samples < FEWEST_SCORED or score.chance >= 1 or score.spread > UNSURE:
        return None
    return (score.value - score.chance) / (1 - score.chance)


def _scores(score: Score | None) -> bool:
    """Whether the score is clearly above what can be had without looking at the input."""
    if score is None or score.chance is None or not math.isfinite(score.value):
        return False
    above = score.value - score.chance
    return above > max(1.5 * score.spread, LITTLE_SKILL * (1 - score.chance))


def _still_falls(values: np.ndarray, noise: float) -> bool:
    """Whether the loss fell from fifth to fifth, by more than its noise from the second to the last."""
    fifths = [_median(part) for part in np.array_split(values, 5)]
    error = 1.25 * noise / math.sqrt(max(1, len(values) // 5))
    steady = all(later < earlier for earlier, later in itertools.pairwise(fifths))
    return steady and fifths[1] - fifths[4] > max(
        2 * NOISES * error, STILL_FALLING * abs(fifths[1])
    )


def _noise(values: np.ndarray) -> float:
    """Robust step-to-step noise of the last tenth: from differences, so that a trend does not count."""
    last = values[-max(5, _part(values, 0.1)) :]
    last = last[np.isfinite(last)]
    if len(last) < 3:
        return 0.0
    return float(np.median(np.abs(np.diff(last))) / (0.6745 * math.sqrt(2)))


def _part(values: np.ndarray, share: float) -> int:
    return max(3, math.ceil(share * len(values)))


def _median(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if len(finite) else math.nan


def _figure(value: float) -> str:
    return f"{value:.3g}"
