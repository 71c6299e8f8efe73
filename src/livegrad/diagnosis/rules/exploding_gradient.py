"""The learning signal grows through depth or time until updates or numbers overflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrad.diagnosis import clipping, ladder, patients
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.diagnosis.rule import Rule
from livegrad.observation.evidence import Evidence, Layer
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.observation.training import Training

DECADES = 2.5
"""From here on (a 300-fold gradient at the first layer) a training that does not learn explodes."""
DECADES_IF_HIGH = 1.5
HIGH = 10.0
"""A first loss so many times a constant prediction's shows that the signal has grown too: less is asked of the gradient."""
LARGE_GAIN = 2.5
"""Weights with a larger gain than this make a signal grow with every known activation."""

_SEEN = Text(
    "The gradient ∂loss/∂z grows 10^{decades}-fold on its way from the last layer ({last}) to the first ({first}); the loss "
    "was {loss} at the start.",
    "기울기 ∂loss/∂z가 마지막 층({last})에서 첫 층({first})까지 오는 동안 10^{decades}배로 커집니다. 손실은 처음에 "
    "{loss}였습니다.",
)
_SEEN_FORWARD = Text(
    "The signal grows 10^{decades}-fold on its way from the first layer ({first}) to the last ({last}); the loss was {loss} at "
    "the start.",
    "신호가 첫 층({first})에서 마지막 층({last})까지 가는 동안 10^{decades}배로 커집니다. 손실은 처음에 {loss}였습니다.",
)
_SEEN_IN_TIME = Text(
    "In {place} ({kind}), the gradient grows 10^{decades}-fold from the last of {steps} time steps to the first.",
    "{place}({kind})에서 기울기가 {steps}시점을 거슬러 가는 동안 10^{decades}배로 커집니다.",
)
_GAIN = Text(
    "The weights were drawn with a gain of {gain} (standard deviation {std} at {fan_in} inputs); about {right} keeps the size.",
    "가중치를 이득(gain) {gain}(입력 {fan_in}개에 표준편차 {std})으로 뽑았습니다. 크기를 지키려면 {right} 정도면 됩니다.",
)
_FACTOR = Text(
    "Each layer multiplies the gradient by {factor}.", "층마다 기울기가 {factor}배가 됩니다."
)
_HARM = Text(
    "One step throws the early layers far away, and the loss jumps or is no number any more.",
    "한 걸음에 앞쪽 층이 멀리 튕겨 나가 손실이 널뛰거나 더는 수가 아니게 됩니다.",
)
_DOUBT = Text(
    "A rate that is far too high can make a sound network look like this later; here it was so from the first step.",
    "학습률이 지나치게 높으면 멀쩡한 신경망도 나중에 이렇게 보일 수 있습니다. 여기서는 첫 스텝부터 그랬습니다.",
)
_ADVICE = Text(
    "Draw the weights with the gain of the activation (He for ReLU, Glorot for tanh).",
    "활성화 함수에 맞는 이득으로 가중치를 다시 뽑으세요(ReLU는 He, tanh는 Glorot).",
)


_PLAIN = (
    "reinitialise",
    "critical-weights",
    "lsuv",
    "shape-activations",
    "insert-normalisation",
    "rezero",
    "residual",
    "lower-rate",
    "clip-gradients",
)
_BYPASSED = ("lsuv", *(name for name in _PLAIN if name != "lsuv"))
"""Beside bypasses every branch adds to the signal, whatever gain its activation asks for: what counts is the size of its output
(Zhang et al. 2019, Fixup, arXiv:1901.09321), which LSUV measures."""


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """A gradient or a signal that grows from layer to layer at the start, in a training that fails."""
    worse_than_constant = learned.skill is not None and learned.skill < 0
    stuck = learned.learning is False or worse_than_constant or learned.before_training
    stuck = stuck or (learned.poor and _begins_high(evidence, learned))
    found = (*_through_depth(evidence, learned), *_through_time(evidence)) if stuck else ()
    return found or clipping.hidden_explosion(evidence, learned)


def _through_depth(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    backward = ladder.first_span(evidence) or 0.0
    forward = _forward_growth(evidence)
    gains = [x for x in ladder.hidden(evidence) if (x.initial_gain or 0) > LARGE_GAIN]
    grown = max(backward, forward)
    least = DECADES_IF_HIGH if _begins_high(evidence, learned) else DECADES
    if grown < least or (backward < least and not gains):
        return ()
    layers = evidence.layers
    place = gains[0].name if gains else layers[0].name
    template = _SEEN if backward >= forward else _SEEN_FORWARD
    return (
        Finding(
            code="exploding-gradient",
            severity="error",
            place=place,
            places=tuple(x.name for x in gains) or (place,),
            seen=template.fill(
                decades=f"{grown:.0f}",
                first=layers[0].name,
                last=layers[-1].name,
                loss="?" if learned.start is None else f"{learned.start:.3g}",
            ),
            causes=_causes(evidence),
            harm=_HARM,
            doubt=_DOUBT,
            advice=_ADVICE,
            evidence={"decades": round(backward, 2), "decades_forward": round(forward, 2)},
            remedies=_BYPASSED if any(x.skip for x in layers) else _PLAIN,
        ),
    )


def _begins_high(evidence: Evidence, learned: Learning) -> bool:
    """Whether the training began with a loss far above what a constant prediction has."""
    baseline = evidence.loss.baseline if evidence.loss else None
    if baseline is None or baseline <= 0 or learned.start is None:
        return False  # a loss that may be negative has no size to compare with
    return learned.start > HIGH * baseline


def _causes(evidence: Evidence) -> tuple[Text, ...]:
    found = []
    factor = ladder.factor(evidence, at_start=True)
    if factor is not None and factor > 1:
        found.append(_FACTOR.fill(factor=ladder.times(factor)))
    large = [x for x in ladder.hidden(evidence) if (x.initial_gain or 0) > LARGE_GAIN and x.fan_in]
    if large:
        x = large[len(large) // 2]
        gain = x.initial_gain or 0.0
        found.append(
            _GAIN.fill(
                gain=ladder.times(gain),
                std=ladder.times(gain / (x.fan_in or 1) ** 0.5),
                fan_in=x.fan_in,
                right="1.4" if x.activation in ("relu", "leaky_relu") else "1",
            )
        )
    return tuple(found)


def _forward_growth(evidence: Evidence) -> float:
    """log₁₀ of how much wider the pre-activations are deep down than at the first layer, at the start."""
    import math

    known = [
        s
        for s in (ladder.start(x.spread) for x in ladder.hidden(evidence))
        if s is not None and s > 0
    ]
    return math.log10(max(known) / known[0]) if len(known) > 1 else 0.0


def _through_time(evidence: Evidence) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            code="exploding-gradient",
            severity="error",
            place=layer.name,
            places=(layer.name,),
            seen=_SEEN_IN_TIME.fill(
                place=ladder.called(layer.name),
                kind=layer.kind,
                decades=f"{span:.0f}",
                steps=len(layer.time_gradient),
            ),
            harm=_HARM,
            doubt=_DOUBT,
            advice=_ADVICE,
            evidence={"decades": round(span, 2), "time_steps": len(layer.time_gradient)},
            remedies=("orthogonal-recurrence", "lower-rate", "clip-gradients"),
        )
        for layer in evidence.layers
        if (span := _most_in_time(layer)) is not None and span >= DECADES
    )


def _most_in_time(layer: Layer) -> float | None:
    """Growth through time as the network starts, or at the last look that still had numbers."""
    known = [s for s in (ladder.start(layer.time_span), ladder.time_span(layer)) if s is not None]
    return max(known, default=None)


def _big_weights(seed: int, std: float) -> Training:
    from torch import nn

    model = patients.mlp((8, *[32] * 10, 2), nn.ReLU)
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=std)
    return patients.classify(model, seed, rate=0.02)


def _patient(seed: int) -> Training:
    return _big_weights(seed, 0.53)  # a gain of 3: no layer is far off, but ten of them are


def _healthy_twin(seed: int) -> Training:
    return _big_weights(seed, 0.25)


RULE = Rule(
    code="exploding-gradient",
    look=look,
    explains=(
        "dead-units",
        "saturation",
        "learning-rate-too-high",
        "vanishing-gradient",
        "sign-locked-gradients",
        "learning-rate-too-low",
    ),
    about=Text(
        "Compares the error signal, and the signal itself, between the first and the last layer as the network starts; only in "
        "a training that fails. Where gradients are clipped by far on most steps, it tells an explosion that clipping hides.",
        "출발할 때 첫 층과 마지막 층의 오차 신호와 신호 자체의 크기를 견줍니다. 학습에 실패할 때만 말합니다. 거의 "
        "모든 스텝에서 기울기가 크게 잘린다면 자르기가 가린 폭발도 알립니다.",
    ),
    false_alarms=Text(
        "One spike of the gradient, or a rate that is too high for a sound network: silent, because growth from layer to layer "
        "at the first steps is asked for.",
        "기울기가 한 번 튀는 것, 멀쩡한 신경망에 학습률만 높은 것: 첫 스텝부터 층을 따라 커질 때만 말하므로 조용합니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="Pascanu et al. 2013; Hanin 2018 (arXiv:1801.03744).",
)
