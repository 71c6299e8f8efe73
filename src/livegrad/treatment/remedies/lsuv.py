"""Orthogonal weights, scaled layer by layer so that each output has variance 1 on the first batch (LSUV)."""

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
    "{count} layers get orthogonal weights, each divided by the spread that its output has on the first batch: no "
    "theory of the activation is needed.",
    "{count}개 층에 직교 가중치를 주고, 첫 배치에서 잰 출력의 표준편차로 각각 나눕니다. 활성화 함수를 몰라도 됩니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """All hidden layers with a weight matrix, where no normalisation already does the same."""
    del finding
    names = [
        x.name
        for x in ladder.hidden(evidence)
        if x.kind in chain.DRAWABLE and not x.normalised and "#" not in x.name
    ]
    output = [x.name for x in evidence.layers if x.is_output and x.kind in chain.DRAWABLE]
    return ({"layers": names, "output": output},) if names else ()


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Draw now; scale at the first forward pass, each layer before the next one sees its output."""
    from livegrad.treatment import surgery_drawing

    names = cast("list[str]", settings["layers"])
    output = cast("list[str]", settings["output"])
    lines = surgery_drawing.draw_groups(patient, ((names, 1.0, 0.0), (output, 1.0, 0.0)))
    for name in names:
        hook = patient.part(name).register_forward_hook(surgery_drawing.UnitVariance())
        patient.undo_with(hook.remove)
    return (
        *lines,
        "+ def unit_variance(layer, args, z):  # acts once, on the first batch",
        "+     handles.pop(layer).remove()",
        "+     layer.weight.data /= z.detach().std()",
        "+     return layer.forward(*args)",
        "+ handles = {",
        "+     layer: layer.register_forward_hook(unit_variance)",
        f"+     for layer in {surgery_drawing.code_of(patient, names)}",
        "+ }",
    )


def reason(settings: Settings) -> Text:
    """How many layers."""
    return _REASON.fill(count=len(cast("list[str]", settings["layers"])))


REMEDY = Remedy(
    id="lsuv",
    title=Text("unit variance on the first batch (LSUV)", "첫 배치에서 분산 1 맞추기(LSUV)"),
    codes=("bad-initialization", "vanishing-gradient", "exploding-gradient", "saturation"),
    effect=Text(
        "Every layer's output starts with variance 1 on your own data, so no layer saturates or fades from the start.",
        "실제 데이터에서 층마다 출력이 분산 1로 출발하므로, 처음부터 포화하거나 사그라드는 층이 없습니다.",
    ),
    price=Text(
        "The first batch decides the scale; nothing is added.",
        "첫 배치가 크기를 정합니다. 더해지는 것은 없습니다.",
    ),
    when_not=Text(
        "In very deep networks, where inputs grow alike: it keeps the signal's size, not the differences between inputs.",
        "아주 깊어서 입력들이 서로 비슷해지는 신경망에는 쓰지 않습니다. 신호의 크기는 지키지만 입력 사이의 차이는 지키지 못합니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
