"""σ(z) = (1 + tanh(z/2)) / 2: exchange sigmoid for tanh without changing what the network computes."""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, cast

from livegrad.diagnosis import ladder
from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_REASON = Text(
    "The outputs of sigmoid are all positive; tanh computes the same from halved weights, centred at 0.",
    "sigmoid의 출력은 모두 양수입니다. tanh는 반으로 줄인 가중치로 같은 것을 0을 중심으로 계산합니다.",
)
DEEPEST = 4
"""Deeper than this the exact swap cannot help by itself: the factor per layer stays what it was."""


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """Chains layer → sigmoid → layer, where no normalisation and no branch stands between."""
    del finding
    inner = ladder.hidden(evidence)
    chain = [x for x in evidence.layers if x.kind == "Linear"]
    plain = all(x.activation == "sigmoid" and not x.normalised and not x.skip for x in inner)
    if not plain or not inner or len(chain) != len(evidence.layers) or len(inner) > DEEPEST:
        return ()
    return ({"layers": [x.name for x in chain]},)


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Halve each layer before a sigmoid, and make up for it in the layer after."""
    import torch
    from torch import nn

    from livegrad.treatment import surgery, surgery_exact

    original = surgery_exact.copied(patient)
    names = cast("list[str]", settings["layers"])
    layers = [patient.part(name) for name in names]
    with torch.no_grad():
        for before, after in itertools.pairwise(layers):
            weight, bias = surgery.weight_of(after), surgery.bias_of(after)
            surgery.weight_of(before).mul_(0.5)
            surgery.bias_of(before).mul_(0.5)
            bias.add_(0.5 * weight.sum(1))
            weight.mul_(0.5)
    modules = patient.activations(("sigmoid",))
    for name, _ in modules:
        patient.exchange(name, nn.Tanh())
    if not modules:
        patient.around_forward(functools.partial(surgery.Exchanging, "sigmoid", "tanh"))
    code = [patient.variable(name) for name in names]
    return (
        "- nn.Sigmoid()",
        "+ nn.Tanh()",
        f"+ layers = ({', '.join(code)},)",
        "+ with torch.no_grad():",
        "+     for before, after in zip(layers, layers[1:]):",
        "+         before.weight *= 0.5; before.bias *= 0.5",
        "+         after.bias += 0.5 * after.weight.sum(1); after.weight *= 0.5",
        *(surgery_exact.moved(patient, original) if modules else ()),
    )


def reason(settings: Settings) -> Text:
    """The identity behind it."""
    del settings
    return _REASON


REMEDY = Remedy(
    id="sigmoid-to-tanh",
    title=Text("sigmoid becomes tanh, the same function", "sigmoid를 tanh로, 같은 함수 그대로"),
    codes=("vanishing-gradient", "sign-locked-gradients"),
    effect=Text(
        "The network computes exactly what it did, but every layer's input is centred at 0.",
        "신경망이 계산하는 것은 그대로이고, 층마다 입력의 중심이 0이 됩니다.",
    ),
    price=Text("None; the function is the same to rounding.", "없음. 반올림까지 같은 함수입니다."),
    when_not=Text(
        "In deep networks: the gradient's factor per layer stays what it was.",
        "깊은 신경망에서는 쓰지 않습니다. 층당 기울기 배율은 그대로입니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
