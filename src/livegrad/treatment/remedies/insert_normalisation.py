"""BatchNorm or LayerNorm between layer and activation, only where theory expects the gradient to survive it."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, cast

from livegrad.diagnosis import ladder
from livegrad.diagnosis.finding import Finding
from livegrad.errors import LivegradError
from livegrad.flow import FlowProfile, predict
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment import chain
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

MOST_DECADES = 2.0
"""Between first and last layer; further, theory expects the early layers to be still, or the loss to blow up."""
MOST_A_LAYER = 0.15
"""The same for a single layer: LayerNorm before sigmoid takes 0.4 decades, all that are any good under 0.1."""
_NAMES = {"batch": "BatchNorm", "layer": "LayerNorm"}
_REASON = Text(
    "{norm} before each {activation}. Predicted over {depth} layers: the gradient ∂loss/∂z changes by {decades} "
    "decades{other}.",
    "{activation} 앞마다 {norm:을/를} 넣습니다. 예측: {depth}층을 지나는 동안 기울기 ∂loss/∂z는 10의 {decades}제곱 배로 "
    "바뀝니다{other}.",
)
_OTHER = Text(" ({norm}: {decades}, which is too much)", " ({norm}: {decades}, 지나칩니다)")
_NO_OTHER = Text("", "")


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """The norms that keep the gradient within bounds at this depth, the more level one first."""
    del finding
    name, inner = chain.activation_of(evidence), ladder.hidden(evidence)
    if name is None or not inner or any(x.kind not in ("Linear", "Conv2d") for x in inner):
        return ()
    found = {norm: _expected(evidence, name, norm) for norm in _NAMES}
    known = {norm: profile.layers[0].log10_gradient for norm, profile in found.items() if profile}
    if any(x.kind != "Linear" for x in inner):
        known.pop(
            "layer", None
        )  # over channels and places together nn.LayerNorm needs the picture's size
    fair = {norm for norm in known if _is_fair(found[norm])}
    allowed = sorted((abs(known[norm]), norm) for norm in fair)
    refused = [norm for norm in known if norm not in fair]
    return tuple(
        {
            "norm": norm,
            "title": _NAMES[norm],
            "activation": name,
            "layers": [x.name for x in inner],
            "depth": len(inner),
            "decades": f"{round(known[norm], 1) + 0.0:+.1f}",
            "other": _NAMES[refused[0]] if refused else "",
            "other_decades": f"{known[refused[0]]:+.1f}" if refused else "",
        }
        for _, norm in allowed
    )


def _is_fair(profile: FlowProfile | None) -> bool:
    if profile is None:
        return False
    factors = [x.chi for x in profile.layers if x.chi]  # of the squared norm
    each = abs(0.5 * math.log10(statistics.median(factors))) if factors else math.inf
    return each <= MOST_A_LAYER and abs(profile.layers[0].log10_gradient) <= MOST_DECADES


def _expected(evidence: Evidence, name: str, norm: str) -> FlowProfile | None:
    depth, width = len(ladder.hidden(evidence)), chain.width_of(evidence)
    try:
        return predict(name, depth=depth, width=width, norm="batch" if norm == "batch" else "layer")
    except LivegradError:
        return None


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Put a norm behind each hidden layer; the optimizer trains its parameters."""
    from torch import nn

    norm = str(settings["norm"])
    lines: list[str] = []
    added: list[nn.Parameter] = []
    for name in cast("list[str]", settings["layers"]):
        layer = patient.part(name)
        weight = layer.get_parameter("weight")
        kind = {"layer": nn.LayerNorm, "batch": nn.BatchNorm1d}[norm]
        kind = nn.BatchNorm2d if weight.dim() == 4 else kind
        behind = kind(weight.shape[0]).to(weight)
        patient.exchange(name, nn.Sequential(layer, behind))
        added += list(behind.parameters())
        if len(lines) < 2:
            lines += [f"- nn.{layer},", f"+ nn.{layer}, nn.{kind.__name__}({weight.shape[0]}),"]
    patient.add_parameters(added)
    count = len(cast("list[str]", settings["layers"]))
    return (*lines, f"# and so behind each of the {count} hidden layers, before its activation")


def reason(settings: Settings) -> Text:
    """What theory expects of this norm, and of the other where it would do harm."""
    other = _NO_OTHER
    if settings["other"]:
        other = _OTHER.fill(norm=settings["other"], decades=settings["other_decades"])
    named = ("activation", "depth", "decades")
    return _REASON.fill(norm=settings["title"], other=other, **{k: settings[k] for k in named})


REMEDY = Remedy(
    id="insert-normalisation",
    title=Text("{title} before the activations", "활성화 함수 앞에 {title}"),
    codes=(
        "vanishing-gradient",
        "exploding-gradient",
        "saturation",
        "dead-units",
        "signal-collapse",
        "bad-initialization",
    ),
    effect=Text(
        "Every unit is centred and scaled on each batch, so none is dead or saturated, and inputs stay apart.",
        "유닛마다 배치에서 중심과 크기를 맞추므로 죽거나 포화한 유닛이 없고, 입력들도 서로 구별됩니다.",
    ),
    price=Text(
        "Two numbers a unit; BatchNorm makes samples of a batch depend on each other, and behaves differently in evaluation.",
        "유닛마다 수 두 개가 늡니다. BatchNorm을 쓰면 한 배치의 표본들이 서로 얽히고, 평가할 때는 다르게 움직입니다.",
    ),
    when_not=Text(
        "LayerNorm before sigmoid (the gradient vanishes); BatchNorm before ReLU in a deep plain net (it explodes); BatchNorm "
        "with batches of a few samples.",
        "시그모이드 앞의 LayerNorm(기울기 소실), 깊고 단순한 신경망에서 ReLU 앞의 BatchNorm(기울기 폭주), 표본이 몇 개뿐인 배치의 "
        "BatchNorm은 쓰지 않습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
