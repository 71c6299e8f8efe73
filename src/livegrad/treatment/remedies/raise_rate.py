"""Larger steps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

LEAST = 10.0
"""A rate that is wrong by less would still have moved the weights."""
MOVED = 0.5
"""A training that works moves its weights by half of their size and more…"""
BENDS = 10.0
"""…and the way grows more slowly than the rate: it bends, and gradients shrink as the loss falls. Ten times more comes first."""
_REASON = Text(
    "From {rate} up to {new}: the weights moved so little in the whole training that steps {factor} times as long are in place.",
    "{rate}에서 {new:으로/로} 올립니다. 학습 내내 가중치가 거의 움직이지 않았으니 걸음을 {factor}배로 키워 볼 만합니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """Ten times the factor by which the weights moved too little, then that factor itself, then a hundred times it."""
    seen = evidence.optimizer.rate if evidence.optimizer else None
    rate = float(finding.evidence.get("rate", seen or 0.0))
    if not rate:
        return ()
    moved = float(finding.evidence.get("moved", 0.0)) or MOVED
    factor = max(LEAST, 10.0 ** round(math.log10(MOVED / moved)))
    factors = (BENDS * factor, factor, BENDS * BENDS * factor)
    return tuple({"factor": f, "rate": rate, "new": float(f"{rate * f:.3g}")} for f in factors)


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Scale every group's rate, and what a schedule takes for its start."""
    from livegrad.treatment import surgery_rates

    factor = cast("float", settings["factor"])
    surgery_rates.scale(patient, factor)
    if len(patient.optimizer.param_groups) > 1:
        return (
            "+ for group in optimizer.param_groups:  # before a scheduler is made",
            f"+     group['lr'] *= {factor:g}",
        )
    return (f"- lr={settings['rate']:g}", f"+ lr={settings['new']:g}")


def reason(settings: Settings) -> Text:
    """From where to where."""
    return _REASON.fill(
        rate=f"{settings['rate']:g}", new=f"{settings['new']:g}", factor=f"{settings['factor']:g}"
    )


REMEDY = Remedy(
    id="raise-rate",
    title=Text("learning rate {new}", "학습률 {new}"),
    codes=("learning-rate-too-low",),
    effect=Text(
        "Every step goes the same way and further, so the training reaches in its time what it only pointed at before.",
        "같은 방향으로 더 크게 디디므로, 가리키기만 하던 곳에 주어진 시간 안에 닿습니다.",
    ),
    price=Text(
        "None, as long as the loss stays finite: a rate that is too high shows within a few steps.",
        "없음. 다만 손실이 튀지 않는지 봐야 합니다. 너무 높은 학습률은 몇 스텝 안에 드러납니다.",
    ),
    when_not=Text(
        "Where the gradient vanishes: longer steps then throw the last layers about, and the first ones stay.",
        "기울기가 사라지는 신경망에는 쓰지 않습니다. 뒤쪽 층만 흔들리고 앞쪽 층은 그대로입니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
