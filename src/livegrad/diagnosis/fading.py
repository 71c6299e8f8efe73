"""Schedules that take the learning rate away too early: when it was gone, and the finding where that was at once."""

from __future__ import annotations

import math

from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.observation.evidence import Evidence
from livegrad.text import Text

FADED = 0.1
GONE = 0.01
"""A hundred steps at such a part of the rate lead as far as one step at the whole of it."""

SOON = 0.1
"""A schedule that leaves a training without a rate for nine tenths of its steps was counted in other steps than it is called in."""
FEWEST_STEPS = 50

_SEEN_GONE = Text(
    "By step {step} of {steps} the schedule had taken the rate of {name} from {rate} to under a hundredth of it, and it stayed "
    "there. {sentence}",
    "전체 {steps}스텝 가운데 {step}스텝 만에 스케줄이 {name}의 학습률을 {rate}에서 그 100분의 1 아래로 낮췄고, 그 뒤로 그대로였습니다. "
    "{sentence}",
)
_HARM_GONE = Text(
    "All that was learned was learned in the few steps before; the others hardly moved the weights.",
    "배운 것은 모두 그 전의 몇 스텝에서 배운 것이고, 나머지 스텝은 가중치를 거의 움직이지 못했습니다.",
)
_DOUBT_GONE = Text(
    "If nothing more can be learned from these data, a longer life of the rate brings nothing either.",
    "이 데이터에서 더 배울 것이 없다면 학습률을 오래 지켜도 나아지지 않습니다.",
)
ADVICE = Text(
    "Let the schedule lower the rate more slowly, or train once without it.",
    "스케줄이 학습률을 더 천천히 낮추게 하거나, 스케줄 없이 한 번 학습해 보세요.",
)


def has_faded(evidence: Evidence) -> bool:
    """Return whether a schedule had taken nearly all of the rate away by the middle of the training."""
    known = _rates(evidence)
    later = [rate for step, rate in known if 2 * step >= evidence.steps]
    return bool(later) and later[0] < FADED * max(rate for _, rate in known)


def gone_at(evidence: Evidence) -> int | None:
    """Return the step from which on the rate was under a hundredth of its greatest, to the end; ``None``: it never was.

    Between two measurements the rate is taken to change by equal factors, as schedules multiply.
    """
    known = _rates(evidence)
    limit = GONE * max((rate for _, rate in known), default=0.0)
    alive = [i for i, (_, rate) in enumerate(known) if rate >= limit]
    if not known or limit <= 0 or alive[-1] == len(known) - 1:
        return None
    (before, high), (after, low) = known[alive[-1]], known[alive[-1] + 1]
    fall = math.log(high / max(low, limit * 1e-6))
    return math.ceil(before + (after - before) * math.log(high / limit) / fall)


def over(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """A rate that was gone within the first tenth of a training which could still learn."""
    optimizer, step = evidence.optimizer, gone_at(evidence)
    if optimizer is None or step is None or step > SOON * evidence.steps:
        return ()
    if evidence.steps < FEWEST_STEPS or learned.diverged or evidence.adversarial:
        return ()
    if learned.well or (learned.skill is None and not learned.poor):
        return ()
    rate = max(r for r in optimizer.rates if r is not None)
    return (
        Finding(
            code="learning-rate-too-low",
            severity="warning" if learned.learning else "error",
            place="optimizer",
            places=("optimizer",),
            seen=_SEEN_GONE.fill(
                step=step,
                steps=evidence.steps,
                name=optimizer.name,
                rate=f"{rate:g}",
                sentence=learned.sentence,
            ),
            harm=_HARM_GONE,
            doubt=_DOUBT_GONE,
            advice=ADVICE,
            evidence={"rate": rate, "steps": evidence.steps, "gone": step},
            remedies=("hold-rate", "raise-rate"),
        ),
    )


def _rates(evidence: Evidence) -> list[tuple[int, float]]:
    given = evidence.optimizer.rates if evidence.optimizer else ()
    return [(s, r) for s, r in zip(evidence.sampled, given, strict=False) if r is not None]
