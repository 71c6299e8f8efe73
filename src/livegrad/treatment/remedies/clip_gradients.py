"""A limit on the length of the gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

LIMITS = (1.0, 0.1)
_REASON = Text(
    "No step follows a gradient longer than {limit}, whatever a single batch throws up.",
    "배치 하나가 아무리 튀어도 길이가 {limit:을/를} 넘는 기울기를 따르지 않습니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """1, the limit in common use, then 0.1; nothing where the script clips already."""
    del finding
    return () if evidence.clipping is not None else tuple({"limit": limit} for limit in LIMITS)


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Clip the norm of all gradients together before each step, and before the recorder reads them."""
    from torch import nn

    from livegrad.treatment import surgery_training

    limit = cast("float", settings["limit"])
    models = [model for _, model in patient.models]

    def clip() -> None:
        scale = getattr(patient.optimizer, "grad_scale", None)  # a fused optimizer unscales itself
        parameters = [p for model in models for p in model.parameters()]
        nn.utils.clip_grad_norm_(parameters, limit * (1.0 if scale is None else float(scale)))

    surgery_training.around_step(patient, before=clip, first=True)
    which = "model.parameters()"
    if len(models) > 1:
        names = [patient.variable(prefix) for prefix, _ in patient.models]
        which = f"[p for m in ({', '.join(names)}) for p in m.parameters()]"
    return (
        f"+ torch.nn.utils.clip_grad_norm_({which}, {limit:g})",
        "  optimizer.step()",
    )


def reason(settings: Settings) -> Text:
    """The limit."""
    return _REASON.fill(limit=f"{settings['limit']:g}")


REMEDY = Remedy(
    id="clip-gradients",
    title=Text("gradients clipped at {limit}", "기울기를 {limit}에서 자르기(clipping)"),
    codes=("learning-rate-too-high", "exploding-gradient"),
    effect=Text(
        "A single leap can no longer throw the weights away; the direction stays.",
        "한 번 튀어도 가중치를 날려 버리지 못합니다. 방향은 그대로입니다.",
    ),
    price=Text(
        "While it clips, all steps are equally long, whatever the data says.",
        "자르는 동안에는 데이터가 무엇이든 걸음의 길이가 같습니다.",
    ),
    when_not=Text(
        "As the first cure of a gradient that grows at every step: it hides the growth, and leaves its cause.",
        "스텝마다 커지는 기울기의 첫 처방으로는 쓰지 않습니다. 커지는 모습만 가리고 원인은 그대로 둡니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
