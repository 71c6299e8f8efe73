"""Give the loss what it asks for: the raw scores in front of the last activation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_FUNCTIONS = ("softmax", "sigmoid", "tanh", "relu")
_REASON = Text(
    "{loss} wants raw scores; {function} in front of it is left out.",
    "{loss:은/는} 원점수를 받습니다. 그 앞의 {function:을/를} 뺍니다.",
)


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """The last function before the loss, where leaving it out is the whole cure."""
    del finding
    output = evidence.output
    last = output.operations[-1] if output and output.operations else None
    if output is None or (output.units == 1 and output.loss == "cross_entropy"):
        return ()
    if output.loss == "nll_loss" and last in (None, "softmax"):
        return ({"loss": output.loss, "function": "softmax", "missing": last is None},)
    return (
        ({"loss": output.loss, "function": last, "missing": False},) if last in _FUNCTIONS else ()
    )


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Let the loss look behind the function; the network's output itself stays as it was."""
    from livegrad.treatment import surgery

    loss, function = str(settings["loss"]), str(settings["function"])
    raw = surgery.RawScores(loss, function)
    raw.install()
    patient.undo_with(raw.remove)
    if loss == "nll_loss":
        removed = () if settings["missing"] else ("- return F.softmax(x, dim=1)",)
        return (*removed, "+ return F.log_softmax(x, dim=1)")
    call = "F.softmax(x, dim=1)" if function == "softmax" else f"torch.{function}(x)"
    return (f"- return {call}", "+ return x")


def reason(settings: Settings) -> Text:
    """Loss and function by name."""
    return _REASON.fill(loss=settings["loss"], function=settings["function"])


REMEDY = Remedy(
    id="correct-output",
    title=Text("raw scores into the loss", "손실에 원점수 그대로"),
    codes=("wrong-output-activation",),
    effect=Text(
        "The loss and the output fit again: the gradient is the plain difference between prediction and target.",
        "손실과 출력이 다시 맞습니다. 기울기가 예측과 목표값의 차이 그대로가 됩니다.",
    ),
    price=Text(
        "Probabilities have to be read off with a softmax or sigmoid of one's own afterwards.",
        "확률이 필요하면 나중에 softmax나 sigmoid를 따로 씌워야 합니다.",
    ),
    when_not=Text(
        "Where the target itself is bounded and the loss is not a likelihood.",
        "목표값 자체가 정해진 범위 안에 있고 손실이 우도가 아닐 때는 쓰지 않습니다.",
    ),
    propose=propose,
    apply=apply,
    reason=reason,
)
