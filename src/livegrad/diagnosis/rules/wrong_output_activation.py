"""The output, the loss and the target do not fit each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrad.codes import Severity
from livegrad.diagnosis import patients
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.diagnosis.rule import Rule
from livegrad.observation.evidence import Evidence, Output
from livegrad.text import Text, same

if TYPE_CHECKING:
    from livegrad.observation.training import Training

GOOD_SKILL = 0.7
MARGIN = 0.02
"""A target counts as outside of a range only beyond this share of the range."""
FAR_OUT = 0.5
_RANGES = {
    "sigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "softmax": (0.0, 1.0),
    "relu": (0.0, float("inf")),
    "softplus": (0.0, float("inf")),
}
_REGRESSION = ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")

_SAME_AGAIN = (
    ("softmax", "log_softmax"),
    ("softmax", "softmax"),
    ("sigmoid", "sigmoid"),
    ("sigmoid", "logsigmoid"),
)

_AGAIN = Text(
    "The network ends in {function}, and the loss applies it again: it sees values between 0 and 1 instead of raw scores.",
    "신경망이 {function:으로/로} 끝나는데 손실에서 다시 적용합니다. 손실이 원점수 대신 0과 1 사이의 값을 봅니다.",
)
_SEVERAL = Text(
    "A softmax over {units} units stands before {loss}, but the target rows do not name one class each: the outputs must sum to "
    "1, the targets do not.",
    "{loss} 앞에서 유닛 {units}개에 softmax를 쓰는데 목표값의 행은 클래스 하나만 가리키지 않습니다. 출력의 합은 늘 1이지만 목표값은 그렇지 "
    "않습니다.",
)
_ADVICE_SEVERAL = Text(
    "Several labels at once want one sigmoid each: raw scores and nn.BCEWithLogitsLoss.",
    "여러 레이블이 함께 맞을 수 있다면 레이블마다 sigmoid를 하나씩 쓰세요. 원점수와 nn.BCEWithLogitsLoss면 됩니다.",
)
_TWICE = Text(
    "{function} is applied before {loss}, which applies it again: the loss sees values between {low} and {high} instead of raw "
    "scores.",
    "{loss} 안에서 다시 계산하는 {function:이/가} 그 앞에서 이미 적용됩니다. 손실이 원점수 대신 {low}에서 {high} 사이의 값을 봅니다.",
)
_BOUNDED = Text(
    "{function} stands before {loss}, which takes raw scores: they are squeezed into {low} … {high}.",
    "원점수(logits)를 받는 {loss} 앞에 {function:이/가} 있습니다. 점수가 {low} … {high} 안에 갇힙니다.",
)
_CUT = Text(
    "{function} stands before {loss}, which takes raw scores: every negative one becomes 0.",
    "원점수(logits)를 받는 {loss} 앞에 {function:이/가} 있습니다. 음수 점수는 모두 0이 됩니다.",
)
_HARM_CUT = Text(
    "A class whose score is negative gets no gradient, and the network can only say yes, never no.",
    "점수가 음수인 클래스는 기울기를 받지 못하고, 신경망은 '맞다'고만 할 뿐 '아니다'라고 하지 못합니다.",
)
_ONE_UNIT = Text(
    "An output of one unit goes into {loss}: a softmax over one unit is always 1, so the loss is always 0.",
    "{loss}에 유닛 하나짜리 출력이 들어갑니다. 유닛 하나의 softmax는 늘 1이라 손실도 늘 0입니다.",
)
_ONE_SOFTMAX = Text(
    "A softmax runs over one unit before {loss}: it is 1 for every input.",
    "{loss} 앞에서 유닛 하나에 softmax를 씁니다. 어떤 입력에도 1입니다.",
)
_NOT_LOG = Text(
    "nll_loss wants log-probabilities (all at most 0), but gets values from {low} to {high}{function}.",
    "nll_loss는 로그 확률(모두 0 이하)을 받아야 하는데 {low}에서 {high}까지의 값이 들어옵니다{function}.",
)
_NO_PROBABILITIES = Text(
    "Values from {low} to {high} go into {loss}, which takes probabilities.",
    "확률을 받는 {loss}에 {low}에서 {high}까지의 값이 들어옵니다.",
)
_HARM_CLIPPED = Text(
    "The logarithm has no value outside of 0 … 1; where such values are cut off first, they get no gradient any more.",
    "0과 1 밖에서는 로그를 구할 수 없습니다. 미리 잘라 내더라도 그렇게 잘린 값에는 더 이상 기울기가 가지 않습니다.",
)
_ADVICE_PROBABILITIES = Text(
    "Give the raw scores to nn.BCEWithLogitsLoss, or apply torch.sigmoid before the logarithm.",
    "원점수를 그대로 nn.BCEWithLogitsLoss에 넣거나, 로그를 취하기 전에 torch.sigmoid를 적용하세요.",
)
_BY_HAND = Text("the loss of the training loop", "학습 루프에서 직접 쓴 손실")
_FROM = Text(", from {function}", " ({function}의 출력)")
_OUT_OF_RANGE = Text(
    "The output ends in {function}, which gives {low} … {high}, but the targets reach from {target_low} to {target_high}.",
    "출력이 {function:으로/로} 끝나 {low} … {high}만 낼 수 있는데 목표값은 {target_low}에서 {target_high}까지 있습니다.",
)
_HARM_SQUEEZED = Text(
    "The gradient is squeezed, and even a perfect answer keeps a large loss.",
    "기울기가 짓눌리고, 정답을 완벽히 맞혀도 손실이 크게 남습니다.",
)
_HARM_UNBOUNDED = Text(
    "The loss falls without end as one score grows, whatever the others are: nothing is compared.",
    "다른 점수와 상관없이 한 점수만 키우면 손실이 끝없이 내려갑니다. 견주는 것이 없습니다.",
)
_HARM_CONSTANT = Text(
    "Nothing can be learned from a constant.", "상수에서는 아무것도 배울 수 없습니다."
)
_HARM_RANGE = Text(
    "The network cannot reach the targets, whatever it learns.",
    "무엇을 배우더라도 목표값에 닿을 수 없습니다.",
)
_ADVICE_REMOVE = Text(
    "Return the raw scores: take {function} out before the loss, and use it only to read off probabilities.",
    "원점수를 그대로 돌려주세요. 손실 앞의 {function:을/를} 빼고, 확률을 읽을 때만 쓰면 됩니다.",
)
_ADVICE_BINARY = Text(
    "For one unit use nn.BCEWithLogitsLoss with float targets of the same shape, or two units with CrossEntropyLoss.",
    "유닛이 하나면 nn.BCEWithLogitsLoss와 같은 모양의 실수 목표값을, 아니면 유닛 둘과 CrossEntropyLoss를 쓰세요.",
)
_ADVICE_LOG = Text(
    "Use nn.CrossEntropyLoss on the raw scores, or F.log_softmax(x, dim=1) before nll_loss.",
    "원점수에 nn.CrossEntropyLoss를 쓰거나 nll_loss 앞에 F.log_softmax(x, dim=1)를 쓰세요.",
)
_ADVICE_LINEAR = Text(
    "End a regression with a plain Linear layer, without {function}.",
    "회귀는 {function} 없이 Linear 층으로 끝내세요.",
)


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """A pair of output and loss that cannot be meant; a range that a few targets leave only if it learns badly."""
    output = evidence.output
    if output is not None and output.loss == "custom" and output.like is None:
        return _by_hand(output)
    if output is None or output.low is None or output.high is None:
        return ()
    found = _for_loss(output)
    bounded = (output.like or output.loss) in _REGRESSION or output.like == "binary_cross_entropy"
    good = learned.well or (learned.skill is not None and learned.skill > GOOD_SKILL)
    if found is None or (bounded and good and (learned.well or not _far_out(output))):
        return ()
    return (found,)


def _by_hand(output: Output) -> tuple[Finding, ...]:
    """A loss written by hand that applies once more what the network ended with."""
    if output.operations[-2:] not in _SAME_AGAIN:
        return ()
    function = output.operations[-2]
    return (
        Finding(
            code="wrong-output-activation",
            severity="error",
            place="loss",
            places=("loss",),
            seen=_AGAIN.fill(function=function),
            harm=_HARM_SQUEEZED,
            advice=_ADVICE_REMOVE.fill(function=function),
            confidence="certain",
            evidence={"operations": " → ".join(output.operations)},
            remedies=("correct-output",),
        ),
    )


def _far_out(output: Output) -> bool:
    """Whether targets lie outside of the output's range by half of it, and more: nobody means that."""
    low, high = _RANGES.get(output.operations[-1] if output.operations else "", (0.0, 0.0))
    least, greatest = output.target_low, output.target_high
    if least is None or greatest is None:
        return False
    width = high - low if high < float("inf") else abs(greatest)
    return max(low - least, greatest - high) > FAR_OUT * width


def _for_loss(output: Output) -> Finding | None:
    last = output.operations[-1] if output.operations else None
    loss = output.like or output.loss
    if loss == "cross_entropy":
        return _before_cross_entropy(output, last)
    if loss == "binary_cross_entropy_with_logits":
        return _before_binary_logits(output, last)
    if loss == "binary_cross_entropy":
        return _before_binary(output, last)
    if loss == "nll_loss":
        return _before_nll(output, last)
    if loss in _REGRESSION and last == "softmax" and output.units == 1:
        return _finding(output, _ONE_SOFTMAX, _HARM_CONSTANT, _ADVICE_BINARY, function="softmax")
    if loss in _REGRESSION and last in _RANGES:
        return _before_regression(output, last)
    return None


def _before_binary(output: Output, last: str | None) -> Finding | None:
    if last == "softmax" and output.units == 1:
        return _finding(output, _ONE_SOFTMAX, _HARM_CONSTANT, _ADVICE_BINARY, function="softmax")
    several = output.target_rows_sum_to_one is False and (output.units or 1) > 1
    if last == "softmax" and several:
        more = {"units": output.units or 0}
        return _finding(output, _SEVERAL, _HARM_RANGE, _ADVICE_SEVERAL, function=last, **more)
    if (output.low or 0.0) < -MARGIN or (output.high or 0.0) > 1 + MARGIN:
        return _finding(
            output, _NO_PROBABILITIES, _HARM_CLIPPED, _ADVICE_PROBABILITIES, function=""
        )
    return None


def _before_cross_entropy(output: Output, last: str | None) -> Finding | None:
    if output.units == 1:
        return _finding(output, _ONE_UNIT, _HARM_CONSTANT, _ADVICE_BINARY, function="softmax")
    if last == "softmax" or (last is None and output.rows_sum_to_one):
        return _finding(output, _TWICE, _HARM_SQUEEZED, _ADVICE_REMOVE, function="softmax")
    if last == "relu":
        return _finding(output, _CUT, _HARM_CUT, _ADVICE_REMOVE, function=last, severity="warning")
    if last in ("sigmoid", "tanh", "logsigmoid"):
        return _finding(
            output, _BOUNDED, _HARM_SQUEEZED, _ADVICE_REMOVE, function=last, severity="warning"
        )
    return None


def _before_binary_logits(output: Output, last: str | None) -> Finding | None:
    if last == "sigmoid":
        return _finding(output, _TWICE, _HARM_SQUEEZED, _ADVICE_REMOVE, function="sigmoid")
    if last == "softmax" and output.units == 1:
        return _finding(output, _ONE_SOFTMAX, _HARM_CONSTANT, _ADVICE_BINARY, function="softmax")
    if last in ("softmax", "tanh", "relu", "softplus"):
        return _finding(
            output, _BOUNDED, _HARM_SQUEEZED, _ADVICE_REMOVE, function=last, severity="warning"
        )
    return None


def _before_nll(output: Output, last: str | None) -> Finding | None:
    if last == "log_softmax" or (output.high or 0) <= 0:
        return None
    given = _FROM.fill(function=last) if last else Text("", "")
    harm = _HARM_SQUEEZED if last else _HARM_UNBOUNDED
    return _finding(output, _NOT_LOG, harm, _ADVICE_LOG, function=given)


def _before_regression(output: Output, last: str) -> Finding | None:
    low, high = _RANGES[last]
    margin = MARGIN * (high - low if high < float("inf") else abs(output.target_high or 0.0))
    if (
        output.target in ("classes", "distribution")
        or output.target_low is None
        or output.target_high is None
    ):
        return None
    if output.target_low >= low - margin and output.target_high <= high + margin:
        return None
    if (output.low or 0.0) < low - margin or (output.high or 0.0) > high + margin:
        return None  # the output leaves the range: the function does not have the last word
    return _finding(
        output,
        _OUT_OF_RANGE,
        _HARM_RANGE,
        _ADVICE_LINEAR,
        function=last,
        low=f"{low:g}",
        high="∞" if high == float("inf") else f"{high:g}",
    )


def _finding(
    output: Output,
    seen: Text,
    harm: Text,
    advice: Text,
    *,
    function: object,
    severity: Severity = "error",
    **more: object,
) -> Finding:
    custom = output.loss == "custom"
    values = {
        "function": function,
        "loss": _BY_HAND if custom else same(output.loss),
        "low": f"{output.low:.3g}",
        "high": f"{output.high:.3g}",
        "target_low": f"{output.target_low:.3g}",
        "target_high": f"{output.target_high:.3g}",
    } | more
    return Finding(
        code="wrong-output-activation",
        severity=severity,
        place="loss",
        places=("loss",),
        seen=seen.fill(**values),
        harm=harm,
        advice=advice.fill(**values),
        confidence="certain" if severity == "error" else "likely",
        evidence={
            "loss": output.loss,
            "operations": " → ".join(output.operations),
            "low": output.low or 0.0,
            "high": output.high or 0.0,
            "in_model": str(output.in_model),
        },
        remedies=("correct-output",),
    )


def _classifier(seed: int, last: str | None) -> Training:
    from torch import nn

    end = {"softmax": lambda: nn.Softmax(dim=1), None: None}[last]
    return patients.classify(
        patients.mlp((8, 32, 32, 2), nn.ReLU, last=end), seed, rate=0.02, steps=120
    )


def _patient(seed: int) -> Training:
    return _classifier(seed, "softmax")


def _healthy_twin(seed: int) -> Training:
    return _classifier(seed, None)


RULE = Rule(
    code="wrong-output-activation",
    look=look,
    explains=(
        "vanishing-gradient",
        "saturation",
        "learning-rate-too-low",
        "learning-rate-too-high",
        "sign-locked-gradients",
    ),
    about=Text(
        "Reads off autograd's graph what stands between the last layer and the loss, and by value what the loss gets and what "
        "the targets ask for. Functional calls and calls in the training loop count like modules.",
        "마지막 층과 손실 사이에 무엇이 있는지를 autograd 그래프에서 읽고, 손실이 받는 값과 목표값의 범위를 견줍니다. 함수 호출이나 "
        "학습 루프 안의 호출도 모듈과 똑같이 봅니다.",
    ),
    false_alarms=Text(
        "Softmax inside attention, log_softmax before cross_entropy (the same twice is the same once), sigmoid with binary "
        "cross-entropy, a bounded output whose targets lie within its range: silent.",
        "어텐션 안의 softmax, cross_entropy 앞의 log_softmax(두 번 해도 같음), 이진 교차 엔트로피의 sigmoid, 목표값이 범위 안에 "
        "있는 출력: 조용합니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="PyTorch documentation of CrossEntropyLoss, BCEWithLogitsLoss, NLLLoss.",
)
