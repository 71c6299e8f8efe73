"""Give the loss what it asks for: the raw scores in front of the last activation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.remedy import Remedy, Settings

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

_FUNCTIONS = ("softmax", "sigmoid", "tanh", "relu", "softplus")
_REGRESSION = ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")
_REASON = Text(
    "{loss} wants raw scores; {function} in front of it is left out.",
    "{loss:은/는} 원점수를 받습니다. 그 앞의 {function:을/를} 뺍니다.",
)
_OTHER_REASON = Text(
    "{then} in the place of {function} gives the loss what it asks for.",
    "{function} 대신 {then:을/를} 쓰면 손실이 받아야 할 값을 받습니다.",
)
_MISSING_REASON = Text(
    "{loss} does not take raw scores; {then} makes of them what it asks for.",
    "{loss:은/는} 원점수를 받지 않습니다. {then:이/가} 알맞은 값으로 바꿔 줍니다.",
)
_TRAINING_REASON = Text(
    "{loss} does not take raw scores; in the training loop {then} makes of them what it asks for, and the network gives out "
    "scores as before.",
    "{loss:은/는} 원점수를 받지 않습니다. 학습 루프에서 {then:이/가} 알맞은 값으로 바꿔 주고, 신경망은 전처럼 원점수를 내놓습니다.",
)
_CALLS = {
    "softmax": "F.softmax(x, dim=1)",
    "log_softmax": "F.log_softmax(x, dim=1)",
    "softplus": "F.softplus(x)",
}


def propose(finding: Finding, evidence: Evidence) -> tuple[Settings, ...]:
    """What takes the place of the last function before the loss, and whether in the loss or in the network's own output.

    A likelihood gets its raw scores unseen, and the network's output stays as it was; in a regression, and where another
    function takes the place, the output itself was wrong.
    """
    output = evidence.output
    if output is None:
        return ()
    last = output.operations[-1] if output.operations else None
    where = next((f"{s.file}:{s.line}" for s in evidence.sources if s.place == finding.place), "")
    by_hand, loss = output.loss == "custom", output.like or output.loss
    settings: dict[str, object] = {
        "loss": loss,
        "function": last or "softmax",
        "then": None,
        "instead": None,
        "in_model": by_hand,  # a loss that is no function cannot be given anything else
        "where": where,
    }
    if loss == "nll_loss" and last in (None, "softmax"):
        return (settings | {"then": "log_softmax", "missing": last is None},)
    if loss == "cross_entropy" and output.units == 1:
        instead = "binary_cross_entropy_with_logits"
        return () if by_hand else (settings | {"instead": instead, "missing": last is None},)
    if loss == "custom":  # the loop applies once more what the network ended with
        again = output.operations[-2] if len(output.operations) > 1 else None
        return (settings | {"function": again},) if again in _FUNCTIONS else ()
    if loss == "binary_cross_entropy":
        return _probability(
            settings | {"in_model": by_hand or output.in_model}, last, by_hand=by_hand
        )
    if last not in _FUNCTIONS:
        return ()
    return (settings | {"in_model": by_hand or (output.in_model and loss in _REGRESSION)},)


def _probability(settings: Settings, last: str | None, *, by_hand: bool) -> tuple[Settings, ...]:
    """A sigmoid in the place of ``last``, or where none is."""
    if last is None:
        missing = settings | {"function": "sigmoid", "missing": True, "then": "sigmoid"}
        # Whoever reads the network's output may take it for scores, or for probabilities.
        return (missing | {"while_training": True}, missing) if by_hand else (missing,)
    known = settings | {"function": last, "missing": False, "then": "sigmoid"}
    return (known,) if last in _FUNCTIONS else ()


def apply(patient: Patient, settings: Settings) -> tuple[str, ...]:
    """Let the loss look behind the function, or the network leave it out."""
    from livegrad.treatment import surgery_output

    loss, function = str(settings["loss"]), str(settings["function"])
    then, instead = (_text(settings[key]) for key in ("then", "instead"))
    if settings["in_model"]:
        where = str(settings["where"])
        last = None if settings.get("missing") else function
        surgery_output.raw_out_of_model(
            patient, last, then=then, where=where, while_training=_while_training(settings)
        )
    else:
        surgery_output.raw_into_loss(patient, loss, function, then=then, instead=instead)
    removed = (f"- return {'x' if settings.get('missing') else _call(function)}",)
    if _while_training(settings):
        return (f"+ output = {_call(str(then)).replace('(x', '(output')}  # before the loss",)
    if instead:
        return (
            *(() if settings.get("missing") else removed),
            "- loss = F.cross_entropy(output, target)",
            f"+ loss = F.{instead}(output.squeeze(1), target.float())",
        )
    return (*removed, f"+ return {_call(then) if then else 'x'}")


def _while_training(settings: Settings) -> bool:
    return bool(settings.get("while_training"))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _call(function: str) -> str:
    return _CALLS.get(function, f"torch.{function}(x)")


def reason(settings: Settings) -> Text:
    """Loss and function by name."""
    then = settings["then"]
    if _while_training(settings):
        return _TRAINING_REASON.fill(loss=settings["loss"], then=then)
    if settings.get("missing") and then is not None:
        return _MISSING_REASON.fill(loss=settings["loss"], then=then)
    if then is not None and then != "log_softmax":
        return _OTHER_REASON.fill(function=settings["function"], then=then)
    return _REASON.fill(loss=settings["loss"], function=settings["function"])


REMEDY = Remedy(
    id="correct-output",
    title=Text("output that fits the loss", "손실에 맞춘 출력"),
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
