"""The learning signal shrinks through depth or time until the early layers stand still."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from livegrad import functions
from livegrad.codes import Severity
from livegrad.diagnosis import ladder, patients
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.diagnosis.rule import Rule
from livegrad.observation.evidence import Evidence, Layer, Series
from livegrad.text import Text, join

if TYPE_CHECKING:
    from livegrad.observation.training import Training

DECADES = -2.5
"""A training that does not learn vanishes from here on: less than 1 part in 300 reaches the first layer."""
DECADES_FROZEN = -4.0
"""One that learns with its last layers only, from here on, if its first layers stood still."""
DECADES_BEFORE = -8.0
"""Before training a warning begins here: at 8 to 16 layers of 10⁻⁴ to 10⁻⁷, Adam still trained every network that was
tried and SGD none; under 10⁻⁹ neither did."""
STILL = 1e-3
POOR_SKILL = 0.5
DECADES_IN_TIME = -3.0
LONG = 0.05
"""A training that learns badly vanishes too if it spent this share of its steps below `DECADES` before it got out."""

_SEEN = Text(
    "Of the gradient ∂loss/∂z at the last layer ({last}), {part} reaches the first ({first}), {count} layers below; the "
    "first layer's weights moved by {moved} of their size in {steps} steps.",
    "마지막 층({last})의 기울기 ∂loss/∂z 가운데 {count}개 층 아래 첫 층({first})에 닿는 것은 {part}입니다. 첫 층의 가중치는 {steps}스텝 "
    "동안 제 크기의 {moved}만큼 움직였습니다.",
)
_SEEN_BEFORE = Text(
    "Before the first step, of the gradient ∂loss/∂z at the last layer ({last}), {part} reaches the first ({first}), {count} "
    "layers below: it will hardly move.",
    "첫 스텝을 밟기 전인데도 마지막 층({last})의 기울기 ∂loss/∂z 가운데 {count}개 층 아래 첫 층({first})에 닿는 것은 {part}입니다. 이대로 "
    "학습하면 첫 층은 거의 움직이지 않습니다.",
)
_SEEN_IN_TIME = Text(
    "In {place} ({kind}), of the gradient at the last of {steps} time steps, {part} reaches the first.",
    "{place}({kind})에서 마지막 시점의 기울기 가운데 {steps}시점 앞의 첫 시점에 닿는 것은 {part}입니다.",
)
_FACTOR = Text(
    "Each layer hands on {factor} of what it gets: the weights have a gain of {gain}{default}, and the slope of {activation} "
    "is {slope} on average (at most {most}).",
    "층마다 받은 기울기의 {factor}배만 넘깁니다. 가중치의 이득(gain)은 {gain}{default}이고, {activation}의 기울기는 평균 {slope}(최대 "
    "{most})입니다.",
)
_DEFAULT_GAIN = Text(", PyTorch's default", ", 곧 PyTorch의 기본값")
_TIME_FACTOR = Text(
    "Each time step hands on {factor} of it: the recurrent weights have a gain of {gain}, and the slope comes on top.",
    "한 시점 앞으로 갈 때마다 {factor}배가 됩니다. 순환 가중치의 이득이 {gain}이고 활성화 함수의 기울기까지 곱해지기 때문입니다.",
)
_HARM = Text(
    "Layers without gradient keep their random start, and the layers above them learn from noise.",
    "기울기를 받지 못한 층은 무작위 초깃값에 머물고, 그 위의 층들은 잡음에서 배우게 됩니다.",
)
_HARM_IN_TIME = Text(
    "What stood early in the sequence cannot change the weights, so the network can only use the last few steps.",
    "앞쪽 시점의 내용은 가중치를 바꾸지 못하므로 신경망은 마지막 몇 시점만 쓸 수 있습니다.",
)
_DOUBT = Text(
    "If the loss still falls when trained much longer, the early layers may be slow rather than still.",
    "훨씬 오래 학습할 때 손실이 계속 내려간다면 앞쪽 층은 멈춘 것이 아니라 느린 것일 수 있습니다.",
)
_DOUBT_BEFORE = Text(
    "Adam divides each layer's gradient by its size and may still train this network; plain SGD will not.",
    "Adam은 층마다 기울기를 제 크기로 나누므로 그래도 학습할 수 있습니다. 단순한 SGD로는 어렵습니다.",
)
_ADVICE = Text(
    "Give the layers weights that keep the signal's size, another activation, or a residual path.",
    "신호의 크기를 지키는 초깃값, 다른 활성화 함수, 잔차 연결 가운데 하나를 쓰세요.",
)

_SHALLOW = (
    "swap-activation",
    "reinitialise",
    "critical-weights",
    "lsuv",
    "sigmoid-to-tanh",
    "shape-activations",
    "insert-normalisation",
    "rezero",
    "residual",
)
_DEEP = (
    "shape-activations",
    "rezero",
    "residual",
    "critical-weights",
    "insert-normalisation",
    "swap-activation",
    "reinitialise",
)
"""Deep down, weights alone keep the gradient's size at best for a while; what keeps inputs apart as well comes first."""


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """A first layer that gets far less gradient than the last, while the loss still has to move."""
    if learned.well or learned.diverged:
        return ()
    return (*_through_depth(evidence, learned), *_through_time(evidence, learned))


def _through_depth(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    spans = [s for s in (ladder.span(evidence, at_start=b) for b in (True, False)) if s is not None]
    layers = [layer for layer in evidence.layers if ladder.late(layer.gradient) is not None]
    if not spans or len(layers) < 3 or min(spans) > DECADES:
        return ()
    moved = ladder.last(layers[0].moved)
    frozen = moved is not None and moved < STILL
    poor = learned.skill is not None and learned.skill < POOR_SKILL
    unmoved = frozen or poor or learned.before_training
    starved = learned.poor and _share_below(evidence, ladder.spans(evidence), DECADES) >= LONG
    stays = max(spans) <= DECADES and learned.learning is False
    if not (stays or starved or (max(spans) <= DECADES_FROZEN and unmoved)):
        return ()
    read = ladder.late if max(spans) <= DECADES else ladder.early
    small = [x.name for x in layers if (_relative(x, layers[-1], read) or 0) <= DECADES]
    return (
        Finding(
            code="vanishing-gradient",
            severity=_severity(learned, max(spans)),
            place=layers[0].name,
            places=tuple(small) or (layers[0].name,),
            seen=(_SEEN_BEFORE if learned.before_training else _SEEN).fill(
                part=ladder.one_in(spans[0]),
                last=layers[-1].name,
                first=layers[0].name,
                count=len(layers) - 1,
                moved="?" if moved is None else ladder.times(moved),
                steps=evidence.steps,
            ),
            causes=_causes(evidence, layers),
            harm=_HARM,
            doubt=_DOUBT_BEFORE if learned.before_training else _DOUBT,
            advice=_ADVICE,
            evidence={"decades": round(spans[0], 2), "layers": len(layers), "moved": moved or 0.0},
            remedies=_DEEP if ladder.is_deep(evidence) else _SHALLOW,
        ),
    )


def _severity(learned: Learning, decades: float) -> Severity:
    """Before training, a note where the optimizer decides whether it is too little."""
    if learned.before_training:
        return "warning" if decades <= DECADES_BEFORE else "note"
    return "warning" if learned.learning else "error"


def _causes(evidence: Evidence, layers: list[Layer]) -> tuple[Text, ...]:
    """The factor per layer, split into what the weights and what the slope contribute."""
    factor, inner = ladder.factor(evidence, at_start=True), layers[1:-1] or layers
    gains = [x.initial_gain for x in inner if x.initial_gain is not None]
    slopes = [s for s in (ladder.early(x.slope) for x in inner) if s is not None]
    activation = ladder.main_activation(inner)
    if factor is None or not gains or not slopes or activation is None:
        return ()
    gain = sum(gains) / len(gains)
    return (
        _FACTOR.fill(
            factor=ladder.times(factor),
            gain=ladder.times(gain),
            default=_DEFAULT_GAIN if abs(gain - 3**-0.5) < 0.03 else Text("", ""),
            activation=activation,
            slope=ladder.times(sum(slopes) / len(slopes)),
            most=ladder.times(functions.elementwise(activation).sup_slope),
        ),
    )


def _through_time(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    found = []
    for layer in evidence.layers:
        stuck = learned.learning is False or learned.before_training
        long = _share_below(evidence, layer.time_span, DECADES_IN_TIME) >= LONG
        spans = [ladder.time_span(layer)] if stuck else []
        spans += [ladder.early(layer.time_span)] if learned.poor and long else []
        span = next((s for s in spans if s is not None and s <= DECADES_IN_TIME), None)
        if span is None:
            continue
        factor, gain = ladder.time_factor(layer), layer.initial_gain
        cause = (
            (_TIME_FACTOR.fill(factor=ladder.times(factor), gain=ladder.times(gain)),)
            if factor is not None and gain is not None
            else ()
        )
        found.append(
            Finding(
                code="vanishing-gradient",
                # Before training nobody knows whether the task asks for what lies so far back.
                severity="note"
                if learned.before_training
                else "warning"
                if learned.learning
                else "error",
                place=layer.name,
                places=(layer.name,),
                seen=_SEEN_IN_TIME.fill(
                    place=ladder.called(layer.name),
                    kind=layer.kind,
                    part=ladder.one_in(span),
                    steps=len(layer.time_gradient),
                ),
                causes=cause,
                harm=_HARM_IN_TIME,
                doubt=_DOUBT,
                advice=_ADVICE,
                evidence={"decades": round(span, 2), "time_steps": len(layer.time_gradient)},
                remedies=("orthogonal-recurrence", "swap-activation"),
            )
        )
    return tuple(found)


def _share_below(evidence: Evidence, series: Sequence[float | None], limit: float) -> float:
    """Share of the steps during which a series lay at or under a limit."""
    return ladder.share_of_steps(evidence, [None if v is None else v <= limit for v in series])


def _relative(layer: Layer, last: Layer, read: Callable[[Series], float | None]) -> float | None:
    here, top = read(layer.gradient), read(last.gradient)
    return here - top if here is not None and top is not None else None


def _patient(seed: int) -> Training:
    from torch import nn

    return patients.classify(patients.mlp((8, *[32] * 10, 2), nn.Sigmoid), seed)


def _healthy_twin(seed: int) -> Training:
    from torch import nn

    model = patients.mlp((8, *[32] * 10, 2), nn.Tanh)
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.xavier_normal_(layer.weight, gain=1.2)
            nn.init.zeros_(layer.bias)
    return patients.classify(model, seed, rate=0.02, steps=500)


RULE = Rule(
    code="vanishing-gradient",
    look=look,
    explains=("sign-locked-gradients",),
    about=join(
        [
            Text(
                "Compares the error signal ∂loss/∂z at the first and at the last layer, and at the first and the last time step "
                "of a recurrent layer, while the loss still has to move.",
                "손실이 아직 내려가야 할 때, 첫 층과 마지막 층의 오차 신호 ∂loss/∂z를 견주고, 순환 층에서는 첫 시점과 마지막 시점을 "
                "견줍니다.",
            ),
            _HARM,
        ]
    ),
    false_alarms=Text(
        "A converged network (small but level gradients), residual depth, frozen layers: silent, because the judgement is a "
        "ratio between layers and needs a loss that does not learn.",
        "수렴한 신경망(작지만 고른 기울기), 잔차 연결, 일부러 얼린 층: 층 사이의 비율을 보고 손실이 배우지 못할 때만 말하므로 "
        "조용합니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="Hochreiter 1991; Glorot & Bengio 2010; Schoenholz et al. 2017 (arXiv:1611.01232).",
)
