"""Bounded activations driven to where their slope is nearly zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrad import quantity
from livegrad.diagnosis import ladder, patients
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.diagnosis.rule import Rule
from livegrad.observation.evidence import Evidence, Layer
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.observation.training import Training

LARGE_SHARE = 0.6
"""With more of a layer's outputs at the flat ends than this, its slope no longer passes a useful gradient."""
VANISHED = -2.5
"""Decades, as in the rule for the vanishing gradient."""
FEW = 0.25
"""A layer with fewer saturated units than this passes nearly all of its gradient."""
NEARLY_ALL = 0.8
"""Where so many outputs of most bounded layers are flat from the start on, the network is a set of switches."""

_SEEN = Text(
    "{share} of the outputs of {place} ({activation}) lie where its slope is under 5 % of its greatest, from step {since} on.",
    "{place}({activation})의 출력 가운데 {share}가 {since}스텝부터 기울기가 최댓값의 5 %도 안 되는 곳에 있습니다.",
)
_SEEN_BEFORE = Text(
    "Before the first step, {share} of the outputs of {place} ({activation}) lie where its slope is under 5 % of its greatest.",
    "첫 스텝을 밟기 전인데도 {place}({activation})의 출력 가운데 {share}가 기울기가 최댓값의 5 %도 안 되는 곳에 있습니다.",
)
_WIDE = Text(
    "Its pre-activations spread over ±{spread}: the weights have a gain of {gain}, where about 1 to 1.7 would do.",
    "활성화 전 값이 ±{spread}까지 퍼져 있습니다. 가중치의 이득(gain)이 {gain}인데, 1에서 1.7 정도면 충분합니다.",
)
_SPREAD = Text(
    "Its pre-activations lie around {mean} with a spread of {spread}.",
    "활성화 전 값이 {mean} 부근(퍼짐 {spread})에 있습니다.",
)
_HARM = Text(
    "There the function hardly answers to its input, so hardly any gradient passes it.",
    "거기서는 함수가 입력에 거의 반응하지 않아 기울기가 거의 지나가지 못합니다.",
)
_DOUBT = Text(
    "A network may use a few saturated units as switches on purpose; here it is most of a layer, and it learns badly.",
    "신경망이 포화된 유닛 몇 개를 일부러 스위치로 쓰기도 합니다. 여기서는 층의 대부분이 그렇고 학습도 나쁩니다.",
)
_ADVICE = Text(
    "Bring the pre-activations back to a spread of about 1: smaller initial weights, or standardised inputs.",
    "활성화 전 값의 퍼짐을 1 안팎으로 되돌리세요. 초기 가중치를 줄이거나 입력을 표준화합니다.",
)


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """Layers most of whose outputs lie on the flat ends, in a training that learns badly."""
    before = learned.before_training
    flat = [layer for layer in ladder.hidden(evidence) if _is_saturated(layer)]
    known = learned.skill is not None and learned.learning
    entirely = flat and known and not learned.well and _nearly_all(evidence)
    if not flat or not (learned.poor or before or entirely) or _came_later(evidence, flat):
        return ()
    first = flat[0]
    return (
        Finding(
            code="saturation",
            severity="warning" if learned.learning or before else "error",
            place=first.name,
            places=tuple(layer.name for layer in flat),
            seen=(_SEEN_BEFORE if before else _SEEN).fill(
                share=ladder.share(ladder.late(first.saturated) or 0.0),
                place=ladder.called(first.name),
                activation=first.activation,
                since=_since(evidence, first),
            ),
            causes=_causes(first),
            harm=_HARM,
            doubt=_DOUBT,
            advice=_ADVICE,
            evidence={"share": ladder.late(first.saturated) or 0.0, "layers": len(flat)},
            remedies=(
                "take-out-factor",
                "reinitialise",
                "standardise-inputs",
                "lsuv",
                "critical-weights",
                "swap-activation",
                "insert-normalisation",
                "lower-rate",
                "shape-activations",
            ),
        ),
    )


def _came_later(evidence: Evidence, flat: list[Layer]) -> bool:
    """Whether the gradient had vanished at the first step, when hardly any unit was saturated: then this is no cause."""
    span = ladder.first_span(evidence)
    shares = [ladder.start(x.saturated) for x in flat]
    return (
        span is not None
        and span <= VANISHED
        and all(share is not None and share < FEW for share in shares)
    )


def _nearly_all(evidence: Evidence) -> bool:
    """Whether most of the bounded hidden layers were saturated nearly everywhere from early on, and still are."""
    shares = [
        (ladder.early(x.saturated), ladder.late(x.saturated))
        for x in ladder.hidden(evidence)
        if x.activation and not ladder.is_flat(x.activation)
    ]
    known = [min(a, b) for a, b in shares if a is not None and b is not None]
    return 2 * sum(share > NEARLY_ALL for share in known) > len(known)


def _is_saturated(layer: Layer) -> bool:
    """Whether most of a layer lies on flat ends; an end that is exactly flat is `dead_units`' concern."""
    late = ladder.late(layer.saturated)
    if late is None or layer.activation is None or ladder.is_flat(layer.activation):
        return False
    return late > LARGE_SHARE


def _since(evidence: Evidence, layer: Layer) -> int:
    """The first measured step from which on the share stayed above the limit."""
    since = evidence.sampled[-1] if evidence.sampled else 0
    for step, value in reversed(list(zip(evidence.sampled, layer.saturated, strict=False))):
        if value is None:
            continue  # not every sample sees the slopes
        if value <= LARGE_SHARE:
            break
        since = step
    return since


def _causes(layer: Layer) -> tuple[Text, ...]:
    spread, mean = ladder.late(layer.spread), ladder.late(layer.mean)
    if spread is None or mean is None:
        return ()
    if layer.initial_gain is not None and layer.initial_gain > 2:
        return (_WIDE.fill(spread=ladder.times(spread), gain=ladder.times(layer.initial_gain)),)
    return (_SPREAD.fill(mean=quantity.number(mean), spread=ladder.times(spread)),)


def _with_bias(seed: int, bias: float) -> Training:
    from torch import nn

    model = patients.mlp((8, 64, 64, 64, 2), nn.Tanh)
    for layer in list(model)[:-1]:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=0.2)
            nn.init.constant_(layer.bias, bias)
    return patients.classify(model, seed, rate=0.003, steps=300)


def _patient(seed: int) -> Training:
    return _with_bias(seed, 4.0)


def _healthy_twin(seed: int) -> Training:
    return _with_bias(seed, 0.0)


RULE = Rule(
    code="saturation",
    look=look,
    explains=("vanishing-gradient", "learning-rate-too-low", "sign-locked-gradients"),
    about=Text(
        "Measures the slope of every bounded activation at its real pre-activations; saturated is where it is under 5 % of its "
        "greatest value.",
        "범위가 제한된 활성화 함수마다 실제 활성화 전 값에서의 기울기를 잽니다. 최댓값의 5 %에 못 미치면 포화입니다.",
    ),
    false_alarms=Text(
        "Gates of LSTM and attention, sigmoid outputs, and unbounded functions: silent, since a gate multiplies another signal "
        "and the output layer is left out.",
        "LSTM과 어텐션의 게이트, 시그모이드 출력, 범위가 제한되지 않은 함수: 게이트는 다른 신호에 곱해지고 출력층은 빼고 보므로 조용합니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="LeCun et al. 1998, Efficient BackProp; Glorot & Bengio 2010.",
)
