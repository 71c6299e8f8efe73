"""Draw the weights anew, with the gain that their activation needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_DRAWABLE = ("Linear", "Conv1d", "Conv2d", "Conv3d")
_REASON = Text(
    "Orthogonal weights with the gain of {activations} keep the error signal's size from layer to layer.",
    "{activations}에 맞는 이득의 직교 가중치는 오차 신호의 크기를 층마다 지켜 줍니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """All layers of known kind; the output layer with gain 1."""
    del finding
    layers = [
        {"name": x.name, "activation": None if x.is_output else x.activation}
        for x in evidence.layers
        if x.kind in _DRAWABLE
    ]
    return ({"layers": layers},) if layers else ()


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Draw each layer's weights with its gain; biases become 0."""
    from livegrad.treatment import surgery

    return surgery.redraw(patient, cast("list[dict[str, str | None]]", settings["layers"]))


def reason(settings: Settings) -> Text:
    """Name the activations that the gains are for."""
    layers = cast("list[dict[str, str | None]]", settings["layers"])
    names = sorted({str(x["activation"]) for x in layers if x["activation"]}) or ["identity"]
    return _REASON.fill(activations=", ".join(names))


REMEDY = Remedy(
    id="reinitialise",
    title=Text("weights drawn with the right gain", "알맞은 이득으로 가중치 다시 뽑기"),
    codes=(
        "bad-initialization",
        "vanishing-gradient",
        "exploding-gradient",
        "dead-units",
        "saturation",
        "signal-collapse",
    ),
    effect=Text(
        "The weights' variance makes up for what the activation's slope takes, so the signal keeps its size in both directions.",
        "활성화 함수의 기울기가 깎는 만큼을 가중치의 분산이 채워, 신호가 앞뒤로 크기를 지킵니다.",
    ),
    price=Text(
        "None: nothing is added to the network.", "없음: 신경망에 아무것도 더하지 않습니다."
    ),
    when_not=Text(
        "For a sigmoid deeper than a few layers no gain helps for long; a trained network loses what it knows.",
        "시그모이드가 몇 층을 넘으면 어떤 이득도 오래가지 못합니다. 이미 학습한 신경망이라면 배운 것을 잃습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
