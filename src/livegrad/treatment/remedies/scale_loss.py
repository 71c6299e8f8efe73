"""Multiply the loss before it is sent back, and divide the gradients before the step."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

SCALE = 65536
"""What PyTorch's scaler begins with; it finds the largest that does not overflow by itself."""
_REASON = Text(
    "Gradients that float16 rounds to 0 are up to {scale:,} times larger on their way, and divided again before the step.",
    "float16이 0으로 반올림하는 기울기를 오는 동안 최대 {scale:,}배로 키우고, 스텝 앞에서 다시 나눕니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """Where gradients fell below what float16 holds."""
    del evidence
    return ({"scale": SCALE},) if "entry" in finding.evidence else ()


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Put PyTorch's own scaler around backward and step."""
    import torch

    from livegrad.treatment import surgery_numbers

    scale = cast("int", settings["scale"])
    device = next(patient.models[0][1].parameters()).device.type
    surgery_numbers.scale_loss(patient, torch.amp.GradScaler(device, init_scale=scale))
    return (
        f"+ scaler = torch.amp.GradScaler('{device}')",
        "- loss.backward()",
        "+ scaler.scale(loss).backward()",
        "- optimizer.step()",
        "+ scaler.step(optimizer)",
        "+ scaler.update()",
    )


def reason(settings: Settings) -> Text:
    """By how much."""
    return _REASON.fill(scale=settings["scale"])


REMEDY = Remedy(
    id="scale-loss",
    title=Text("loss scaled by a GradScaler", "GradScaler로 손실 키우기"),
    codes=("arithmetic-death",),
    effect=Text(
        "On their way the gradients are large enough for float16; the optimizer gets them at their true size.",
        "기울기가 오는 동안에는 float16에 담길 만큼 크고, 옵티마이저는 제 크기의 기울기를 받습니다.",
    ),
    price=Text(
        "A step is left out now and then, while the scaler looks for the largest factor that does not overflow.",
        "넘치지 않는 가장 큰 배율을 찾는 동안 가끔 스텝 하나를 건너뜁니다.",
    ),
    when_not=Text(
        "With bfloat16, whose range is that of float32, and where the parameters themselves are float16.",
        "범위가 float32와 같은 bfloat16이나, 매개변수 자체가 float16일 때는 쓰지 않습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
