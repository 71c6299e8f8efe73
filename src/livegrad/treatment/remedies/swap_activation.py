"""Exchange the activation for one that lets the gradient through, with weights drawn to match."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, cast

from livegrad.diagnosis import ladder
from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_BETTER = {
    "sigmoid": ("tanh", "relu"),
    "hardsigmoid": ("tanh", "relu"),
    "tanh": ("elu", "relu"),
    "softsign": ("elu", "relu"),
    "relu": ("elu",),
    "leaky_relu": ("elu",),
    "softplus": ("elu", "relu"),
    "gelu": ("elu",),
    "swish": ("elu",),
}
_REASON = Text(
    "{old} lets little of the gradient through; {new} with weights of its own gain keeps the size.",
    "{old:은/는} 기울기를 조금만 통과시킵니다. {new:과/와} 그에 맞는 이득의 가중치는 크기를 지켜 줍니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """The activation that most hidden layers have, for each of the better ones."""
    del finding
    inner = ladder.hidden(evidence)
    old = ladder.main_activation(inner)
    layers = [x.name for x in inner if x.activation == old]
    others = [
        {"name": x.name, "activation": None}
        for x in evidence.layers
        if x.is_output and x.kind == "Linear"
    ]
    return tuple(
        {
            "old": old,
            "new": new,
            "layers": [{"name": name, "activation": new} for name in layers] + others,
        }
        for new in _BETTER.get(old or "", ())
    )


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Exchange modules, or functional calls where there is no module, then draw the weights."""
    from livegrad.treatment import surgery

    old, new = str(settings["old"]), str(settings["new"])
    modules = patient.activations((old,))
    for name, _ in modules:
        patient.exchange(name, surgery.MODULES[new]())
    change = [f"- nn.{surgery.MODULES[old].__name__}()", f"+ nn.{surgery.MODULES[new].__name__}()"]
    if not modules:
        patient.around_forward(functools.partial(surgery.Exchanging, old, new))
        change = [f"- torch.{old}(x)" if old in ("sigmoid", "tanh") else f"- F.{old}(x)"]
        change += [f"+ torch.{new}(x)" if new in ("sigmoid", "tanh") else f"+ F.{new}(x)"]
    layers = cast("list[dict[str, str | None]]", settings["layers"])
    return (*change, *surgery.redraw(patient, layers))


def reason(settings: Settings) -> Text:
    """Old and new by name."""
    return _REASON.fill(old=cast("str", settings["old"]), new=cast("str", settings["new"]))


REMEDY = Remedy(
    id="swap-activation",
    title=Text("{old} becomes {new}, weights to match", "{old} 대신 {new}, 가중치도 맞게"),
    codes=("vanishing-gradient", "dead-units", "saturation", "sign-locked-gradients"),
    effect=Text(
        "The new function's slope is closer to 1 where the units work, and the weights are drawn with its gain.",
        "새 함수는 유닛이 일하는 곳에서 기울기가 1에 더 가깝고, 가중치는 그 이득에 맞춰 뽑습니다.",
    ),
    price=Text(
        "Another function: what was tuned for the old one (rates, norms) may need another look.",
        "함수가 바뀝니다. 옛 함수에 맞춰 둔 학습률과 정규화를 다시 볼 수 있습니다.",
    ),
    when_not=Text(
        "As a cure for units that are already dead: a leaky function prevents death, it does not raise the dead.",
        "이미 죽은 유닛의 치료로는 쓰지 않습니다. 새는 함수는 죽음을 막을 뿐 되살리지는 못합니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
