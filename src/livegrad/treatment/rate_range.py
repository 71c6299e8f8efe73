"""The learning-rate range test (Smith 2017, arXiv:1506.01186, section 3.3): which rate this training bears, measured.

The training begins as ever, but its rate rises geometrically from step to step, over five decades in a quarter of its steps.
While the rate is too small the loss stands; then it falls; where the rate is too large it rises again. The rate that is tried
first is a tenth of that at which the loss was lowest. A script is tested the same way, and the test counts as a run.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.prescription import REMEDIES
from livegrad.treatment.proof import Prescription, Runner

TEST = "rate-range-test"
"""Stands where a prescription names its remedy; it is none, so the registry does not know it."""
LOWER, RAISE = "lower-rate", "raise-rate"
"""The remedies that are a rate and nothing else."""
SHARES = (0.25, 0.5)
"""Parts of the steps that a test takes: the first that is long enough."""
LEAST_STEPS = 40
"""Fewer are no slope, but dots."""
DECADES = 5
"""How far below a rate that is too high, or above one that is too low, the test looks."""
BELOW = 10.0
"""The loss is lowest just before steps get too large, and a whole training needs more room than a short rise (fast.ai, course
2018, lesson 1: "a tenth of the minimum"). On 29 trainings of the practice set's part tune at rates out by a thousand it came within
0.05 of the best skill more often than the steepest fall, that over 3, a third of the minimum, or a guess from the first step."""
BESIDE = math.sqrt(10)
"""The neighbours of the rate that was found; they are tried where it does not cure well."""
WINDOW = 0.06
"""The loss is averaged over this part of the test."""
LITTLE = 0.02
NOISES = 5.0
"""A loss whose lowest mean lies this little below its start has not fallen: among some twenty means of noise alone, the lowest lies
three or four of its standard errors below the first."""
SAME = 1.5
"""Rates by less than this factor apart are one rate."""

NOT_TESTED = Text(
    "The learning rates here are guesses: the training is too short for a range test, or its optimizer tells no rate.",
    "여기서 시험한 학습률은 어림값입니다. 학습이 너무 짧거나 옵티마이저의 학습률을 알 수 없어 범위 시험(range test)을 하지 못했습니다.",
)
_NOTHING = Text(
    "In a range test the learning rate rose from {lowest} to {highest} over {steps} steps, and at no rate did the loss fall. So the "
    "learning rates that were tried are guesses.",
    "학습률을 {lowest}에서 {highest}까지 {steps}스텝에 걸쳐 올려 보았지만(범위 시험, range test) 손실이 내려가는 학습률이 없었습니다. 그래서 "
    "어림한 학습률을 시험했습니다.",
)
_FOUND = Text(
    "In a range test the learning rate rose from {lowest} to {highest} over {steps} steps. The loss was lowest near {turn}; a tenth "
    "of that, {rate}, is among the rates that were tried.",
    "학습률을 {lowest}에서 {highest}까지 {steps}스텝에 걸쳐 올려 보았습니다(범위 시험, range test). 손실은 {turn} 부근에서 가장 낮았습니다. 그 "
    "10분의 1인 {rate:을/를} 시험에 넣었습니다.",
)
_OTHER_WAY = Text(
    "In a range test the learning rate rose from {lowest} to {highest} over {steps} steps. The loss was lowest near {turn}; a tenth "
    "of that, {rate}, is no other rate in the sense of the finding, so the learning rates that were tried are guesses.",
    "학습률을 {lowest}에서 {highest}까지 {steps}스텝에 걸쳐 올려 보았습니다(범위 시험, range test). 손실은 {turn} 부근에서 가장 낮았는데, 그 "
    "10분의 1인 {rate:은/는} 진단이 가리킨 방향이 아닙니다. 그래서 어림한 학습률을 시험했습니다.",
)
_TITLE = Text("learning-rate range test", "학습률 범위 시험(range test)")
_REASON = Text(
    "From {rate} to {new}. In a range test, in which the rate rose step by step, the loss was lowest near {turn}; it needs some room "
    "below that.",
    "학습률을 {rate}에서 {new:으로/로} 바꿉니다. 학습률을 조금씩 올려 본 범위 시험(range test)에서 손실은 {turn} 부근에서 가장 낮았고, 그보다 "
    "여유 있게 낮춰야 합니다.",
)


@dataclass(frozen=True)
class Found:
    """What a test says.

    Attributes:
        turn: The rate at which the smoothed loss was lowest.
        rate: What is tried first.
    """

    turn: float
    rate: float


def is_rate(prescription: Prescription) -> bool:
    """Whether a prescription is a learning rate that a test can say better."""
    return prescription.remedy in (LOWER, RAISE)


def is_test(prescription: Prescription | None) -> bool:
    """Whether this is the test itself, and no remedy."""
    return prescription is not None and prescription.remedy == TEST


def share_of(steps: int) -> float | None:
    """Return the part of a training of so many steps that a test takes; ``None`` where it is too short.

    Example:
        >>> share_of(400), share_of(100), share_of(50)
        (0.25, 0.5, None)
    """
    return next((share for share in SHARES if share * steps >= LEAST_STEPS), None)


def planned(field: Sequence[Prescription], evidence: Evidence) -> Prescription | None:
    """Return the test, as something that can be run: below the rate as it is, above it, or both, as the remedies ask.

    Args:
        field: The prescriptions, rates among them.
        evidence: Of the untreated training.

    Returns:
        A prescription that no registry knows; ``None`` where the training is too short, or tells no rate.
    """
    optimizer, share = evidence.optimizer, share_of(evidence.steps)
    if optimizer is None or share is None:
        return None
    seen = [r for r in (optimizer.rate, *optimizer.rates) if r is not None and math.isfinite(r)]
    peak = max(seen, default=0.0)
    if peak <= 0:
        return None
    ways = {p.remedy for p in field if is_rate(p)}
    each = DECADES if len(ways) == 1 else DECADES / 2
    lowest = peak * 10 ** (-each if LOWER in ways else 0)
    highest = peak * 10 ** (each if RAISE in ways else 0)
    settings: dict[str, object] = {
        "lowest": float(f"{lowest:.3g}"),
        "highest": float(f"{highest:.3g}"),
        "steps": max(1, round(share * evidence.steps)),
        "peak": peak,
    }
    return Prescription(
        remedy=TEST, title=_TITLE, reason=_TITLE, code="", place="optimizer", settings=settings
    )


def sweep_of(prescription: Prescription) -> dict[str, float]:
    """Return from where to where the rate of a test rises, and over how many steps."""
    return {name: _number(prescription, name) for name in ("lowest", "highest", "steps")}


def unjudged(runner: Runner) -> Runner:
    """Return the run of a test without a score or an outcome, which would say nothing; any other as it is."""
    if not is_test(runner.prescription):
        return runner
    return replace(runner, outcome="untreated", score=None, against=None)


def found(test: Prescription, runner: Runner) -> Found | None:
    """Return what a test that was run says; ``None`` where the loss fell at no rate.

    The loss of a step was computed with the weights that the rates before it made.
    """
    loss = runner.evidence.loss if runner.evidence is not None else None
    if loss is None or len(loss.values) < LEAST_STEPS / 2:
        return None
    values = _until_it_blows_up(loss.values)
    width = max(3, round(WINDOW * _number(test, "steps")))
    means = [statistics.fmean(values[i : i + width]) for i in range(len(values) - width + 1)]
    if len(means) < 2:
        return None
    lowest = min(range(len(means)), key=means.__getitem__)
    noise = _noise(values[: lowest + width]) / math.sqrt(width)
    if means[0] - means[lowest] <= max(NOISES * noise, LITTLE * abs(means[0])):
        return None
    low, high, steps = sweep_of(test).values()
    step = loss.steps[lowest + width // 2]
    turn = low * (high / low) ** min(1.0, step / max(1, steps - 1))
    return Found(turn=float(f"{turn:.1g}"), rate=float(f"{turn / BELOW:.1g}"))


def _until_it_blows_up(values: Sequence[float]) -> list[float]:
    """Leave out what comes after the first loss that is no number."""
    end = next((i for i, v in enumerate(values) if not math.isfinite(v)), len(values))
    return list(values[:end])


def _noise(values: Sequence[float]) -> float:
    """Robust step-to-step noise, from differences, so that a trend does not count."""
    steps = [abs(b - a) for a, b in itertools.pairwise(values)]
    return statistics.median(steps) / (0.6745 * math.sqrt(2)) if steps else 0.0


def said(test: Prescription, found: Found | None, *, used: bool) -> Text:
    """What is to be said of a test beside the race; ``used``: its rate is among those that are tried."""
    bounds = {name: f"{value:g}" for name, value in sweep_of(test).items()}
    if found is None:
        return _NOTHING.fill(**bounds)
    numbers = {**bounds, "turn": f"{found.turn:g}", "rate": f"{found.rate:g}"}
    return (_FOUND if used else _OTHER_WAY).fill(**numbers)


def decided(
    field: Sequence[Prescription], test: Prescription, found: Found | None
) -> tuple[Prescription, ...]:
    """Return the field with the rates that a test found in the place of those that were guessed.

    The rate itself comes where the first guess stood, then its neighbours, then that guess, if it is another. Where a remedy
    would go the wrong way, its guesses come last.
    """
    if found is None:
        return tuple(field)
    peak = _number(test, "peak")
    guesses = {way: [p for p in field if p.remedy == way] for way in (LOWER, RAISE)}
    measured = {way: list(_measured(own, found, peak)) for way, own in guesses.items()}
    placed: list[Prescription] = []
    for prescription in field:
        way = prescription.remedy
        if not is_rate(prescription):
            placed.append(prescription)
        elif measured[way]:
            placed += measured[way]
            measured[way].clear()
            guesses[way].clear()
    return (*placed, *(p for own in guesses.values() for p in own))


def _measured(guesses: Sequence[Prescription], found: Found, peak: float) -> Iterator[Prescription]:
    """The first of the guesses at the rate that was found, at its neighbours, and as it was; nothing on the wrong side."""
    if not guesses:
        return
    first = guesses[0]
    is_below = first.remedy == LOWER
    tried: list[float] = []
    for rate in (found.rate, found.rate / BESIDE, found.rate * BESIDE):
        if rate < peak / SAME if is_below else rate > peak * SAME:
            tried.append(rate)
            yield _at(first, peak, rate, found)
        elif not tried:
            return
    guess = peak * _number(first, "factor")
    if all(max(guess / rate, rate / guess) > SAME for rate in tried):
        yield first


def _at(prescription: Prescription, peak: float, new: float, found: Found) -> Prescription:
    rate, new = float(f"{peak:.3g}"), float(f"{new:.1g}")
    said = {"rate": f"{rate:g}", "new": f"{new:g}", "turn": f"{found.turn:g}"}
    return replace(
        prescription,
        title=REMEDIES.find(prescription.remedy).title.fill(new=new),
        reason=_REASON.fill(**said),
        settings={"factor": new / peak, "rate": rate, "new": new},
    )


def _number(prescription: Prescription, name: str) -> float:
    return float(cast("float", prescription.settings[name]))
