"""Smaller steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

FACTORS = (0.1, 0.01, 0.001)
_REASON = Text(
    "From {rate} down to {new}, so that one step changes the weights by a small part of their size.",
    "{rate}에서 {new:으로/로} 낮춰, 한 걸음에 가중치가 제 크기의 작은 부분만 바뀌게 합니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """A tenth, a hundredth, a thousandth of the rate."""
    del finding
    rate = evidence.optimizer.rate if evidence.optimizer else None
    if rate is None:
        return ()
    return tuple({"factor": f, "rate": rate, "new": float(f"{rate * f:.3g}")} for f in FACTORS)


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Scale every group's rate."""
    patient.scale_rate(cast("float", settings["factor"]))
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
