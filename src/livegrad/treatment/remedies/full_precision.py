"""Compute the whole network in float32."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_NARROW = ("bfloat16", "float16")
_REASON = Text(
    "Weights, signals and gradients leave {dtype}, so that neither small slopes nor small steps are rounded away.",
    "가중치와 신호, 기울기를 {dtype:이/가} 아닌 float32로 다뤄 작은 기울기도 작은 걸음도 반올림으로 사라지지 않게 합니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """Where a layer of the finding is computed in 16 bits."""
    kinds = [x.dtype for x in evidence.layers if x.name in finding.places and x.dtype in _NARROW]
    return ({"dtype": kinds[0]},) if kinds else ()


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Widen the weights and what enters, and let no autocast begin."""
    import torch

    from livegrad.treatment import surgery_numbers

    kind = f"torch.{settings['dtype']}"
    models = [model for _, model in patient.models]
    parameters = [p for model in models for p in model.parameters()]
    _without_autocast(patient)
    if not any(p.dtype in surgery_numbers.NARROW for p in parameters):
        device = parameters[0].device.type
        return (
            f"- with torch.autocast('{device}', dtype={kind}):",
            f"+ with torch.autocast('{device}', enabled=False):",
        )
    for model in models:
        model.float()  # in place: the optimizer holds the same parameters
        hook = surgery_numbers.Casting(torch.float32)
        patient.undo_with(model.register_forward_pre_hook(hook).remove)
    return (f"- model.to({kind})", "+ model.float()", f"- x.to({kind})", "+ x.float()")


def _without_autocast(patient: Patient) -> None:
    """Autocast contexts are begun by the script, or inside the model, with whatever arguments: none is enabled."""
    import torch

    from livegrad.treatment import surgery_training

    begun = torch.autocast.__enter__

    def begin(self: Any) -> Any:
        self._enabled = False
        return begun(self)

    surgery_training.set_for_now(patient, torch.autocast, "__enter__", begin)


def reason(settings: Settings) -> Text:
    """Out of which format."""
    return _REASON.fill(dtype=settings["dtype"])


REMEDY = Remedy(
    id="full-precision",
    title=Text("the whole network in float32", "신경망 전체를 float32로"),
    codes=("arithmetic-death",),
    effect=Text(
        "float32 holds numbers down to 10⁻³⁸ to seven digits, so whatever slope there is arrives.",
        "float32는 10⁻³⁸까지의 수를 일곱 자리로 담으므로, 있는 기울기는 모두 도착합니다.",
    ),
    price=Text(
        "Twice the memory, and slower steps where the device computes faster in 16 bits.",
        "메모리가 두 배로 들고, 16비트가 빠른 장치에서는 스텝이 느려집니다.",
    ),
    when_not=Text(
        "Where one activation or the scale of the loss is all that is wrong: mending that is cheaper.",
        "활성화 함수 하나나 손실의 크기만 문제라면 쓰지 않습니다. 그것만 고치는 편이 쌉니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
