"""Deep down all inputs look alike from the start, though the gradient is level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrad.diagnosis import ladder, patients
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.diagnosis.rule import Rule
from livegrad.observation.evidence import Evidence, Layer
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.observation.training import Training

ALIKE = 0.98
"""Two inputs at this correlation differ by a fifth of their size; 50 ReLU layers with He's weights bring them there."""
SHRUNK = 0.1
"""Differences count as lost only if little of what the first layer saw of them is left: some tasks' inputs are alike."""
FEWEST_LAYERS = 4
LEVEL = (0.5, 2.0)
"""A gradient that changes by less than this per layer is level; beyond, it vanishes or explodes first…"""
DECADES = 2.5
"""…and so it does if that comes to more than this through all layers."""
WHOLE = 0.95

_SEEN = Text(
    "At {first} the pre-activations of different inputs have a correlation of {before}, at {place} one of {after}: after "
    "{count} layers nearly all inputs look the same. The gradient is level ({factor} per layer).",
    "서로 다른 입력의 활성화 전 값이 {first}에서는 상관 {before}인데 {place}에서는 {after}입니다. {count}개 층을 지나면 거의 모든 입력이 "
    "똑같아 보입니다. 기울기는 고릅니다(층마다 {factor}배).",
)
_BIAS = Text(
    "What all inputs share is the larger part: at {place} the mean of the pre-activations is {mean}, their spread {spread}.",
    "모든 입력에 공통인 몫이 더 큽니다. {place}에서 활성화 전 값의 평균은 {mean}, 퍼짐은 {spread}입니다.",
)
_HARM = Text(
    "The last layers cannot tell the inputs apart, so all that they can learn is a constant.",
    "마지막 층들은 입력을 구별하지 못하므로 상수밖에 배우지 못합니다.",
)
_DOUBT = Text(
    "A small learning rate can bring the differences back; then the loss stands on a plateau first and falls late.",
    "학습률이 작으면 차이가 되살아나기도 합니다. 그때는 손실이 한동안 머물다가 늦게 내려갑니다.",
)
_ADVICE = Text(
    "Start with biases of 0, give the layers a residual path (x + f(x)), or shape the activation: "
    "livegrad.flow.shape({name}, depth={depth}).",
    "편향을 0에서 시작하고, 잔차 연결(x + f(x))을 두거나, 활성화 함수를 조형하세요: livegrad.flow.shape({name}, depth={depth}).",
)


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """Inputs that are apart at the first layer and alike at depth from the start, in a training that hardly learns."""
    layers = [x for x in ladder.hidden(evidence) if ladder.start(x.correlation) is not None]
    if not (learned.fails or learned.before_training) or len(layers) < FEWEST_LAYERS:
        return ()
    alike = [x for x in layers if _is_alike(x, layers[0])]
    factor = ladder.factor(evidence, at_start=True)
    if not alike or alike[-1] is not layers[-1] or factor is None or _asleep(layers):
        return ()
    span = ladder.span(evidence, at_start=True)
    if not LEVEL[0] < factor < LEVEL[1] or span is None or abs(span) > DECADES:
        return ()
    return (_finding(learned, layers, alike, factor),)


def _finding(learned: Learning, layers: list[Layer], alike: list[Layer], factor: float) -> Finding:
    first, place, last = layers[0], alike[0], layers[-1]
    activation = ladder.main_activation(layers)
    return Finding(
        code="signal-collapse",
        severity="error" if learned.learning is False else "warning",
        place=place.name,
        places=tuple(x.name for x in alike),
        seen=_SEEN.fill(
            first=ladder.called(first.name),
            place=ladder.called(last.name),
            before=_correlation(first),
            after=_correlation(last),
            count=len(layers),
            factor=ladder.times(factor),
        ),
        causes=_causes(last),
        harm=_HARM,
        doubt=_DOUBT,
        advice=_ADVICE.fill(name=f'"{activation}"', depth=len(layers)),
        evidence={
            "first": ladder.start(first.correlation) or 0.0,
            "last": ladder.start(last.correlation) or 0.0,
            "layers": len(layers),
        },
        remedies=(
            "shape-activations",
            "rezero",
            "residual",
            "insert-normalisation",
            "critical-weights",
            "reinitialise",
        ),
    )


def _is_alike(layer: Layer, first: Layer) -> bool:
    here, there = ladder.start(layer.correlation) or 0.0, ladder.start(first.correlation) or 0.0
    return here >= ALIKE and (1 - here) <= SHRUNK * (1 - there)


def _asleep(layers: list[Layer]) -> bool:
    """Whether a whole layer slept from the start: then nothing differs because nothing passes."""
    return any((ladder.start(x.asleep) or 0.0) > WHOLE for x in layers)


def _correlation(layer: Layer) -> str:
    return f"{ladder.start(layer.correlation) or 0.0:.3f}"


def _causes(layer: Layer) -> tuple[Text, ...]:
    mean, spread = ladder.start(layer.mean), ladder.start(layer.spread)
    if mean is None or spread is None or abs(mean) < spread:
        return ()
    return (
        _BIAS.fill(
            place=ladder.called(layer.name), mean=ladder.times(mean), spread=ladder.times(spread)
        ),
    )


def _with_bias(seed: int, bias: float) -> Training:
    from torch import nn

    model = patients.mlp((8, *[32] * 12, 2), nn.ReLU)
    for layer in list(model)[:-1]:
        if isinstance(layer, nn.Linear):
            nn.init.orthogonal_(layer.weight, gain=1.2)
            nn.init.constant_(layer.bias, bias)
    return patients.classify(model, seed, rate=0.02)


def _patient(seed: int) -> Training:
    return _with_bias(seed, 1.5)


def _healthy_twin(seed: int) -> Training:
    return _with_bias(seed, 0.0)


RULE = Rule(
    code="signal-collapse",
    look=look,
    explains=(
        "dead-units",
        "learning-rate-too-high",
        "learning-rate-too-low",
        "sign-locked-gradients",
        "vanishing-gradient",
    ),
    about=Text(
        "Follows the correlation between the pre-activations of different inputs from layer to layer as the network "
        "starts, in a training that learns badly.",
        "서로 다른 입력의 활성화 전 값이 출발할 때 층을 따라 얼마나 닮아 가는지를, 학습이 나쁠 때에만 봅니다.",
    ),
    false_alarms=Text(
        "A gradient that vanishes (that is the cause then), layers that are dead altogether, data whose inputs are alike from the "
        "first layer on, a classifier that has converged: silent.",
        "기울기 소실(그때는 그것이 원인), 통째로 죽은 층, 첫 층부터 서로 닮은 데이터, 수렴한 분류기: 조용합니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="Schoenholz et al. 2017 (arXiv:1611.01232); Martens et al. 2021 (arXiv:2110.01765).",
)
