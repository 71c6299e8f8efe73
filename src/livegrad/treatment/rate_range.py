"""The learning-rate range test (Smith 2017, arXiv:1506.01186, section 3.3): which rate this training bears, measured.

The training begins as ever, but its rate rises geometrically from step to step, over five decades in a quarter of its steps.
While the rate is too small the loss stands; then it falls; where the rate is too large it rises again. The rate that is tried
first is a tenth of that at which the loss was lowest; or, where so few steps teach nothing yet (recurrent networks), a thirtieth
of that at which the loss rose above its start. A script is tested the same way, and the test counts as a run.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from livegrad.observation.evidence import Evidence
from livegrad.text import Text
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
"""The loss is lowest just before steps get too large, and a whole training needs more room than a short rise; fastai's ``lr_find``
divides the minimum by as much. On 20 trainings of the practice set's part tune, from rates a thousand times too high (too
low), the skill came within 0.05 of that at the rate that works on 18 (20); with the steepest fall over 3 on 15 (14), with a third
of the minimum on 18 (13), with a guess from the first step on 10."""
WINDOW = 0.06
"""The loss is averaged over this part of the test."""
BELOW_EDGE = 30.0
"""The same from the other side: on 27 trainings of that part, the rate that works lay 7 to 200 times (once 730) below where the loss
rose above its start."""
START = 0.2
"""In this part of the test the rate is still too small to change anything: it tells the loss's start and its noise."""
FALLS = 4.0
LITTLE = 0.02
"""A loss whose lowest mean lies less than four standard errors, or two hundredths, below its start has not fallen (of a hundred tests
of noise alone, three or so are taken for a fall)…"""
RISES = 4.0
MUCH = 0.3
"""…and one that lies more than four, and three tenths, above it has risen."""

TINY = 1e-30
"""In place of a loss of 0."""

_TITLE = Text("learning-rate range test", "학습률 범위 시험(range test)")


@dataclass(frozen=True)
class Found:
    """What a test says.

    Attributes:
        turn: The rate at which the smoothed loss was lowest; where it did not fall, the one at which it rose above its start.
        rate: What is tried first.
        fall: How far below its start the loss was then, as a share of it; 0 where it did not fall.
    """

    turn: float
    rate: float
    fall: float

    @property
    def fell(self) -> bool:
        """Whether the loss fell at some rate."""
        return self.fall > 0


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
    return {name: number(prescription, name) for name in ("lowest", "highest", "steps")}


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
    low, high, steps = sweep_of(test).values()
    values, width = _until_it_blows_up(loss.values), max(3, round(WINDOW * steps))
    first = values[: round(START * steps)]
    means = [statistics.fmean(values[i : i + width]) for i in range(len(values) - width + 1)]
    if len(means) <= len(first):
        return None  # it blew up at a rate that cannot have done it
    start, noise = statistics.fmean(first), statistics.stdev(first)
    lowest = min(range(len(means)), key=means.__getitem__)
    error = noise * math.sqrt(1 / width + 1 / len(first))
    fell = start - means[lowest] > max(FALLS * error, LITTLE * abs(start))
    risen = start + max(RISES * noise / math.sqrt(width), MUCH * abs(start))
    ended = len(means) - 1 if len(values) < len(loss.values) else None
    edge = next((i for i in range(len(first), len(means)) if means[i] > risen), ended)
    at = lowest if fell else edge
    if at is None:
        return None
    step = loss.steps[at + width // 2]
    turn = low * (high / low) ** min(1.0, step / max(1, steps - 1))
    rate = turn / (BELOW if fell else BELOW_EDGE)
    fall = (start - means[lowest]) / max(abs(start), TINY) if fell else 0.0
    return Found(turn=float(f"{turn:.1g}"), rate=float(f"{rate:.1g}"), fall=fall)


def _until_it_blows_up(values: Sequence[float]) -> list[float]:
    """Leave out what comes after the first loss that is no number."""
    end = next((i for i, v in enumerate(values) if not math.isfinite(v)), len(values))
    return list(values[:end])


def number(prescription: Prescription, name: str) -> float:
    """Return one of the numbers among a prescription's settings."""
    return float(cast("float", prescription.settings[name]))
