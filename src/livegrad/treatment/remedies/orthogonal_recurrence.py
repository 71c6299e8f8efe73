"""Recurrent weights that neither shrink nor stretch the state."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_REASON = Text(
    "An orthogonal matrix keeps the length of every state, so the gradient survives the way back through time.",
    "직교 행렬은 상태의 길이를 지키므로 기울기가 시간을 거슬러 가도 살아남습니다.",
)
_KINDS = ("RNN", "LSTM", "GRU")


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """Recurrent layers among the places of the finding."""
    kinds = {x.name: x.kind for x in evidence.layers}
    names = [n for n in finding.places if kinds.get(n) in _KINDS]
    return ({"layers": names},) if names else ()


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Orthogonal state-to-state weights (block by block for gates), biases 0; input weights stay."""
    import torch
    from torch import nn

    lines = ["+ # once, before training:"]
    for name in cast("list[str]", settings["layers"]):
        layer = patient.part(name)
        code = patient.variable(name)
        with torch.no_grad():
            for parameter_name, weight in layer.named_parameters():
                if parameter_name.startswith("weight_hh"):
                    for block in weight.split(layer.hidden_size):
                        nn.init.orthogonal_(block)
                elif parameter_name.startswith("bias"):
                    nn.init.zeros_(weight)
        lines += [
            f"+ for name, weight in {code}.named_parameters():",
            "+     if name.startswith('weight_hh'):",
            f"+         for block in weight.data.split({code}.hidden_size): nn.init.orthogonal_(block)",
            "+     elif name.startswith('bias'): nn.init.zeros_(weight)",
        ]
    return tuple(lines)


def reason(settings: Settings) -> Text:
    """Why orthogonal."""
    del settings
    return _REASON


REMEDY = Remedy(
    id="orthogonal-recurrence",
    title=Text("orthogonal recurrent weights", "직교 순환 가중치"),
    codes=("vanishing-gradient", "exploding-gradient"),
    effect=_REASON,
    price=Text("None: nothing is added.", "없음: 아무것도 더하지 않습니다."),
    when_not=Text(
        "Where the network is meant to forget quickly.",
        "일부러 빨리 잊게 하려는 신경망에는 쓰지 않습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
