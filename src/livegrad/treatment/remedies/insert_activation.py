"""Put an activation between layers that have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_REASON = Text(
    "{count} layers get {new} behind them, so that together they are more than one matrix.",
    "{count}개 층 뒤에 {new:을/를} 넣어, 합쳐도 행렬 하나가 되지 않게 합니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """All layers of the run but the last one."""
    run = next((r for r in evidence.linear_runs if r.layers == finding.places), None)
    if run is None:
        return ()
    return tuple({"layers": list(run.layers[:-1]), "new": new} for new in ("relu", "tanh"))


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Let each layer's output pass through the function; names and weights stay as they are."""
    from livegrad.treatment import surgery

    new = str(settings["new"])
    lines: list[str] = []
    for name in cast("list[str]", settings["layers"]):
        layer = patient.part(name)
        patient.undo_with(layer.register_forward_hook(surgery.Applying(new)).remove)
        if name.rpartition(".")[2].isdigit():
            lines += [f"  nn.{layer},", f"+ nn.{surgery.MODULES[new].__name__}(),"]
            continue
        code = patient.variable(name).replace("model", "self", 1)
        call = f"torch.{new}" if new == "tanh" else f"F.{new}"
        lines += [f"- x = {code}(x)", f"+ x = {call}({code}(x))"]
    return tuple(lines)


def reason(settings: Settings) -> Text:
    """How many layers, which function."""
    return _REASON.fill(count=len(cast("list[str]", settings["layers"])), new=settings["new"])


REMEDY = Remedy(
    id="insert-activation",
    title=Text("{new} between the layers", "층 사이에 {new}"),
    codes=("linear-collapse",),
    effect=Text(
        "Between two matrices something bends, so depth adds what one matrix cannot do.",
        "두 행렬 사이에서 공간이 휘므로, 층을 쌓으면 행렬 하나로 못 하던 일을 합니다.",
    ),
    price=Text("None to speak of.", "거의 없음."),
    when_not=Text(
        "Where a linear model is meant: regression, factorisation.",
        "회귀나 행렬 분해처럼 일부러 선형 모델을 쓸 때는 쓰지 않습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
