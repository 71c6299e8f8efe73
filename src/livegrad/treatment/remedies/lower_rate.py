"""Smaller steps."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

LEAST_CUT = 0.1
"""The first rate that is tried is a tenth, or less…"""
FIRST_STEP = 0.01
"""…so that the first step moves the weights of the layer in the middle by a hundredth of their size at most. A training that goes
well moves them by about a thousandth a step (Karpathy 2015, CS231n; You et al. 2017, LARS), at the first step of Adam by more."""
AROUND = (1.0, 0.1, 10.0, 0.01)
"""What is tried of that, in this order; nothing above the rate as it is."""
_REASON = Text(
    "From {rate} down to {new}, so that one step changes the weights by a small part of their size.",
    "{rate}에서 {new:으로/로} 낮춰, 한 걸음에 가중치가 제 크기의 작은 부분만 바뀌게 합니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """The rate at which the first step is small, a tenth of it, ten times it, and a hundredth."""
    del finding
    rate = evidence.optimizer.rate if evidence.optimizer else None
    if not rate:
        return ()
    cut = min(LEAST_CUT, FIRST_STEP / moved) if (moved := _first_step(evidence)) else LEAST_CUT
    rates = [float(f"{rate * cut * around:.1g}") for around in AROUND]
    return tuple({"factor": new / rate, "rate": rate, "new": new} for new in rates if new < rate)


def _first_step(evidence: Evidence) -> float:
    """By what part of their size the weights of the layer in the middle moved at the first step; 0 where it was not seen."""
    moved = [x.update[0] for x in evidence.layers if x.update and x.update[0] is not None]
    known = [m for m in moved if math.isfinite(m) and m > 0]
    return statistics.median(known) if known else 0.0


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Scale every group's rate."""
    from livegrad.treatment import surgery_rates

    surgery_rates.scale(patient, cast("float", settings["factor"]))
    return (f"- lr={settings['rate']:g}", f"+ lr={settings['new']:g}")


def reason(settings: Settings) -> Text:
    """From where to where."""
    return _REASON.fill(rate=f"{settings['rate']:g}", new=f"{settings['new']:g}")


REMEDY = Remedy(
    id="lower-rate",
    title=Text("learning rate {new}", "학습률 {new}"),
    codes=(
        "learning-rate-too-high",
        "exploding-gradient",
        "dead-units",
        "unscaled-input",
        "saturation",
    ),
    effect=Text(
        "Steps that stay inside the valley go down.",
        "골짜기를 벗어나지 않는 걸음은 아래로 내려갑니다.",
    ),
    price=Text("More steps to the same place.", "같은 곳까지 걸음이 더 많이 듭니다."),
    when_not=Text(
        "Where the ladder itself is broken: then smaller steps are only slower.",
        "층별 기울기 자체가 무너졌을 때는 쓰지 않습니다. 걸음을 줄여도 느려질 뿐입니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
