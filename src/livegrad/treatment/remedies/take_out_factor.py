"""Take out a factor that stands between layers and activations and makes each of them nearly a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from livegrad.diagnosis import ladder
from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment import chain
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_REASON = Text(
    "What reaches {activation} is about {factor:g} times wider than the weights make it: something between them multiplies. "
    "Without it the slopes, and the steps that the weights take, are those of a plain network again.",
    "{activation}에 닿는 값의 폭이 가중치가 만드는 폭의 약 {factor:g}배입니다. 그 사이에서 무언가가 곱하고 있습니다. 그것을 빼면 기울기도, 가중치가 "
    "움직이는 폭도 보통 신경망으로 돌아갑니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """Hidden layers with an activation, where what reaches it is clearly wider than their weights make it."""
    del finding
    factor = float(f"{chain.widening(evidence):.2g}")
    layers = [x for x in ladder.hidden(evidence) if x.activation and x.kind in chain.DRAWABLE]
    if factor == 1.0 or not layers or any("#" in x.name for x in layers):
        return ()
    names = [x.name for x in layers]
    return ({"layers": names, "factor": factor, "activation": layers[0].activation},)


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Divide what each layer gives out."""
    from livegrad.treatment import surgery_drawing

    names, factor = cast("list[str]", settings["layers"]), cast("float", settings["factor"])
    for name in names:
        hook = patient.part(name).register_forward_hook(surgery_drawing.Divided(factor))
        patient.undo_with(hook.remove)
    return (
        f"+ for layer in {surgery_drawing.code_of(patient, names)}:  # or take the factor out of forward",
        f"+     layer.register_forward_hook(lambda layer, args, z: z / {factor:g})",
    )


def reason(settings: Settings) -> Text:
    """How much wider."""
    return _REASON.fill(activation=settings["activation"], factor=settings["factor"])


REMEDY = Remedy(
    id="take-out-factor",
    title=Text("no factor in front of the activations", "활성화 함수 앞의 배율 빼기"),
    codes=("saturation",),
    effect=Text(
        "The activations' inputs lie where they have a slope, at the weights and the learning rate that you chose.",
        "고른 가중치와 학습률 그대로, 활성화 함수의 입력이 기울기가 있는 곳에 놓입니다.",
    ),
    price=Text(
        "The network's bends are as soft as its activation's own.",
        "신경망의 꺾임이 활성화 함수 본래의 부드러움으로 돌아갑니다.",
    ),
    when_not=Text(
        "Where crisp switches are what the network is meant to learn.",
        "딱 끊어지는 스위치를 배우게 하려는 신경망에는 쓰지 않습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
