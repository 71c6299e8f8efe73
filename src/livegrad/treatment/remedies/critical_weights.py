"""Weights and biases drawn on the edge of chaos, where neither the signal nor the gradient shrinks or grows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from livegrad.diagnosis import ladder
from livegrad.diagnosis.finding import Finding
from livegrad.errors import LivegradError
from livegrad.flow import EdgeOfChaos, FlowProfile, Initialisation, edge_of_chaos, predict
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment import chain
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

BIASES = (0.05**0.5, 0.0)
"""Standard deviations of the biases to look at: that of Schoenholz et al. 2017 (variance 0.05), and none."""
MOST_ALIKE = 0.98
"""Correlation of unrelated inputs at the end; nets beyond it did not train at any rate (research, traffic light)."""
_REASON = Text(
    "σ_w = {weight} and σ_b = {bias} put {activation} on the edge of chaos. Predicted over {depth} layers: the gradient "
    "∂loss/∂z changes by {decades} decades, inputs end with correlation {correlation}.",
    "σ_w = {weight}, σ_b = {bias}이면 {activation:이/가} 혼돈의 가장자리(edge of chaos)에 놓입니다. 예측: {depth}층을 지나는 "
    "동안 기울기 ∂loss/∂z는 10의 {decades}제곱 배로 바뀌고, 입력 사이의 상관은 끝에서 {correlation}입니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """The critical point that theory expects most of at this depth and width; nothing where it expects failure."""
    del finding
    name, depth = chain.activation_of(evidence), len(ladder.hidden(evidence))
    if name is None or depth < 1:
        return ()
    found: list[tuple[float, EdgeOfChaos, FlowProfile]] = []
    for bias in BIASES:
        edge, profile = _expected(name, depth, chain.width_of(evidence), bias)
        if edge and profile and _promises(profile):
            found.append((abs(profile.layers[0].log10_gradient), edge, profile))
    if not found:
        return ()
    _, edge, profile = min(found, key=lambda one: one[0])
    return (_settings(evidence, name, edge, profile),)


def _promises(profile: FlowProfile) -> bool:
    alike = profile.layers[-1].correlation
    well = profile.light is not None and profile.light.colour != "red"
    return well and (alike is None or alike < MOST_ALIKE)


def _expected(
    name: str, depth: int, width: int, bias: float
) -> tuple[EdgeOfChaos | None, FlowProfile | None]:
    try:
        edge = edge_of_chaos(name, bias=bias)
        if not edge.safe:
            return None, None
        scales = Initialisation(
            weight=edge.weight_deviation, bias=edge.bias_deviation, orthogonal=True
        )
        return edge, predict(name, depth=depth, width=width, init=scales)
    except LivegradError:  # a function without such a point
        return None, None


def _settings(evidence: Evidence, name: str, edge: EdgeOfChaos, profile: FlowProfile) -> Settings:
    weight, bias = edge.weight_deviation, edge.bias_deviation
    size = chain.input_size(evidence)
    # The first layer gives the variance at which the others hold it, whatever size the inputs have.
    first = weight if size is None else math.sqrt(max(edge.variance - bias**2, 0.0)) / size
    last = profile.layers[-1].correlation
    return {
        "activation": name,
        "depth": len(ladder.hidden(evidence)),
        "layers": [x.name for x in evidence.layers],
        "first": float(f"{first or weight:.4g}"),
        "weight": float(f"{weight:.4g}"),
        "bias": float(f"{bias:.4g}"),
        "decades": f"{round(profile.layers[0].log10_gradient, 1) + 0.0:+.1f}",
        "correlation": "?" if last is None else f"{last:.2f}",
    }


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Draw orthogonal weights of the critical size and normal biases; the output layer with gain 1 and biases 0."""
    from livegrad.treatment import surgery_drawing

    first, *inner, output = cast("list[str]", settings["layers"])
    weight, bias = cast("float", settings["weight"]), cast("float", settings["bias"])
    groups = (
        ([first], cast("float", settings["first"]), bias),
        (inner, weight, bias),
        ([output], 1.0, 0.0),
    )
    return surgery_drawing.draw_groups(patient, groups)


def reason(settings: Settings) -> Text:
    """The scales, and what theory expects of them."""
    scales = {k: f"{settings[k]:g}" for k in ("weight", "bias")}
    named = ("activation", "depth", "decades", "correlation")
    return _REASON.fill(**scales, **{k: settings[k] for k in named})


REMEDY = Remedy(
    id="critical-weights",
    title=Text("weights and biases on the edge of chaos", "혼돈의 가장자리에 놓인 가중치와 편향"),
    codes=(
        "bad-initialization",
        "vanishing-gradient",
        "exploding-gradient",
        "saturation",
        "signal-collapse",
    ),
    effect=Text(
        "Weights are as large as the activation needs for signal and gradient to keep their size from layer to layer.",
        "신호와 기울기가 층마다 제 크기를 지키는 데 꼭 필요한 크기로 가중치를 뽑습니다.",
    ),
    price=Text(
        "None: nothing is added to the network.", "없음: 신경망에 아무것도 더하지 않습니다."
    ),
    when_not=Text(
        "Where theory still expects all inputs to look alike at the end: deep sigmoid and ReLU nets; GELU, SiLU and mish do "
        "not stay on their edge.",
        "끝에서 입력이 모두 비슷해진다고 예측되면 쓰지 않습니다. 깊은 시그모이드와 ReLU가 그렇습니다. GELU, SiLU, mish는 "
        "가장자리에 머물지 못합니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
