"""The weights that training begins with are the cause: all equal, or far too large, too small, or off centre."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

import numpy as np

from livegrad import functions
from livegrad.diagnosis import ladder, patients
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.diagnosis.rule import Rule
from livegrad.observation.evidence import Evidence, Layer
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.observation.training import Training

LARGE = 3.0
"""Weights so many times larger than the activation needs triple the signal at every layer: three layers make it 30-fold."""
GROSS = 10.0
"""One layer alone that is so far off spoils the training."""
SMALL = 0.577 / 3
"""A third of the gain that PyTorch draws by default (1/√3), the smallest in common use."""
WIDEST_RIGHT = 2.0
OFF_CENTRE = 3.0
HIGH_START = 2.0
"""A first loss so many times that of a constant prediction was made by the weights, not by the task."""
FALL_AT_ONCE = 10.0
_PIECES = ("Embedding", "EmbeddingBag")

_SEEN_EQUAL = Text(
    "All weights of {names} began at the same value, {value}: every unit of such a layer computes the same.",
    "{names}의 가중치가 모두 같은 값 {value}에서 출발했습니다. 그런 층의 유닛은 모두 같은 것을 계산합니다.",
)
_SEEN_LARGE = Text(
    "The weights of {place} began with a gain of {gain} (standard deviation {std} at {fan_in} inputs), where about {right} "
    "keeps the signal's size; {count} of {layers} layers are so far off.",
    "{place}의 가중치가 이득(gain) {gain}(입력 {fan_in}개에 표준편차 {std})에서 출발했습니다. 신호의 크기를 지키려면 {right} 정도면 "
    "됩니다. 층 {layers}개 가운데 {count}개가 이만큼 벗어납니다.",
)
_SEEN_MEAN = Text(
    "The weights of {place} are not drawn around 0: with inputs of 1 its units begin at {mean}, with a spread of only {gain}; "
    "{count} of {layers} layers are like this.",
    "{place}의 가중치가 0을 중심으로 뽑히지 않았습니다. 입력이 모두 1이면 유닛이 {mean}에서 출발하고 퍼짐은 {gain}뿐입니다. 층 {layers}개 "
    "가운데 {count}개가 그렇습니다.",
)
_START = Text(
    "The first loss was {start}, where a constant prediction has {baseline}.",
    "첫 손실은 {start}, 상수 예측의 손실은 {baseline}입니다.",
)
_HARM_EQUAL = Text(
    "Equal units get equal gradients and stay equal: a layer of any width is worth one unit.",
    "같은 유닛은 같은 기울기를 받아 끝까지 같습니다. 층이 아무리 넓어도 유닛 하나 몫만 합니다.",
)
_HARM_LARGE = Text(
    "Such weights multiply the signal layer by layer: units saturate or die, the first steps leap, and training begins far "
    "from any solution.",
    "이런 가중치는 층마다 신호를 키웁니다. 유닛이 포화되거나 죽고, 첫 걸음이 튀며, 해에서 먼 곳에서 학습을 시작하게 됩니다.",
)
_HARM_SMALL = Text(
    "Such weights shrink signal and gradient layer by layer until nothing of the input is left.",
    "이런 가중치는 층마다 신호와 기울기를 줄여 입력의 흔적이 남지 않게 합니다.",
)
_DOUBT = Text(
    "Weights that are zero or small on purpose (the end of a residual branch, a fresh adapter) train well, and are left out.",
    "일부러 0이나 작은 값으로 둔 가중치(잔차 가지의 끝, 새 어댑터)는 잘 학습되므로 빼고 보았습니다.",
)
_ADVICE = Text(
    "Draw them anew: {call} for every layer's weight, and zeros for the biases.",
    "층마다 가중치를 다시 뽑으세요: {call}. 편향은 0으로 둡니다.",
)
_HE = "nn.init.kaiming_normal_(layer.weight, nonlinearity='relu')"
_GLOROT = "nn.init.xavier_normal_(layer.weight)"


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """Layers that began equal or off scale, in a training that shows the harm of it."""
    equal = _equal(evidence, stuck=learned.learning is False)
    if equal and (learned.fails or _cannot_tell(learned, evidence)):
        return (_finding(evidence, learned, equal, _seen_equal(equal), _HARM_EQUAL),)
    large, off, small = _large(evidence), _off_centre(evidence), _small(evidence)
    begins_high = _begins_high(evidence, learned)
    if large and (learned.fails or begins_high):
        seen = _seen_scale(_SEEN_LARGE, max(large, key=_excess), large, evidence)
        return (_finding(evidence, learned, large, seen, _HARM_LARGE),)
    if off and (learned.fails or begins_high):
        seen = _seen_scale(_SEEN_MEAN, off[0], off, evidence)
        return (_finding(evidence, learned, off, seen, _HARM_LARGE),)
    if small and learned.fails:
        seen = _seen_scale(_SEEN_LARGE, small[0], small, evidence)
        return (_finding(evidence, learned, small, seen, _HARM_SMALL),)
    return ()


def _cannot_tell(learned: Learning, evidence: Evidence) -> bool:
    """Whether equal layers are all there is to go by: before training, or a loss that stood still without a baseline."""
    if learned.before_training:
        return True
    if learned.learning is not None or not learned.start or learned.end is None:
        return False
    long_enough = evidence.steps >= 50 and not evidence.adversarial
    return long_enough and abs(learned.start - learned.end) < 0.05 * abs(learned.start)


def _begins_high(evidence: Evidence, learned: Learning) -> bool:
    """Whether the first loss lies far above a constant prediction's, and was not made up for."""
    baseline = evidence.loss.baseline if evidence.loss else None
    if learned.start is None:
        return False
    if not baseline or baseline <= 0:
        return _stays_after_a_fall(evidence, learned.start)
    return learned.start > HIGH_START * baseline and not learned.well


def _stays_after_a_fall(evidence: Evidence, start: float) -> bool:
    """Without a baseline: the loss fell tenfold within a tenth of the steps, and by less than half after that."""
    values = np.array(evidence.loss.values if evidence.loss else ())
    tenths = [float(np.median(part)) for part in np.array_split(values, 10) if len(part)]
    if len(tenths) < 10 or not all(math.isfinite(v) for v in tenths):
        return False
    return start > FALL_AT_ONCE * tenths[1] > 0 and tenths[9] > 0.5 * tenths[1]


def _equal(evidence: Evidence, *, stuck: bool) -> list[Layer]:
    """Hidden layers whose units cannot become different: their own weights are equal, and so are those that they feed."""
    layers = [x for x in evidence.layers if x.kind not in _PIECES]
    found = []
    for layer, above in zip(layers, [*layers[1:], None], strict=False):
        alone = layer.is_output or layer.skip or (layer.units or 0) < 2
        if layer.constant and not alone and (stuck or above is None or above.constant):
            found.append(layer)
    return found


def _weighed(evidence: Evidence) -> list[Layer]:
    """Hidden layers whose scale nothing makes up for: no normalisation behind them, no path around them."""
    return [
        x
        for x in ladder.hidden(evidence)
        if x.initial_gain is not None
        and x.kind not in _PIECES
        and not (x.normalised or x.skip or x.constant)
    ]


def _large(evidence: Evidence) -> list[Layer]:
    """Most hidden layers a few times too large, or any layer grossly so."""
    several = [x for x in _weighed(evidence) if _excess(x) >= LARGE]
    gross = [
        x
        for x in evidence.layers
        if (x in _weighed(evidence) or (x.is_output and not x.skip and x.kind not in _PIECES))
        and _excess(x) >= GROSS
    ]
    return several if 2 * len(several) > len(_weighed(evidence)) else gross


def _small(evidence: Evidence) -> list[Layer]:
    """Most hidden layers too small, without recurrent ones, whose state may well be short-lived."""
    known = [x for x in _weighed(evidence) if not x.time_gradient]
    found = [x for x in known if (x.initial_gain or 0.0) < SMALL]
    return found if 2 * len(found) > len(known) else []


def _off_centre(evidence: Evidence) -> list[Layer]:
    """Most hidden layers with weights of one sign, by and large."""
    known = [x for x in _weighed(evidence) if x.initial_mean is not None]
    found = [
        x
        for x in known
        if abs(x.initial_mean or 0.0) > OFF_CENTRE * max(1.0, x.initial_gain or 0.0)
    ]
    return found if 2 * len(found) > len(known) else []


def _excess(layer: Layer) -> float:
    """The layer's gain over the one that its activation needs."""
    return (layer.initial_gain or 0.0) / _right_gain(layer.activation)


@functools.cache
def _right_gain(activation: str | None) -> float:
    """Gain that keeps the gradient's size through the activation at z ~ N(0, 1); bounded ones take no more than 2."""
    if activation is None:
        return 1.0
    slope = math.sqrt(float(functions.elementwise(activation).mean_square_slope(1.0)))
    return min(1 / slope, WIDEST_RIGHT) if slope > 0 else 1.0


def _seen_equal(layers: list[Layer]) -> Text:
    first = layers[0]
    value = (first.initial_mean or 0.0) / (first.fan_in or 1)
    return _SEEN_EQUAL.fill(names=", ".join(x.name for x in layers[:4]), value=f"{value:.3g}")


def _seen_scale(template: Text, layer: Layer, off: list[Layer], evidence: Evidence) -> Text:
    gain = layer.initial_gain or 0.0
    every = {
        "place": ladder.called(layer.name),
        "gain": ladder.times(gain),
        "std": ladder.times(gain / (layer.fan_in or 1) ** 0.5),
        "fan_in": layer.fan_in,
        "right": f"{_right_gain(layer.activation):.1f}",
        "mean": f"{layer.initial_mean or 0.0:.3g}",
        "count": len(off),
        "layers": len(evidence.layers),
    }
    return template.fill(**every)


def _finding(
    evidence: Evidence, learned: Learning, layers: list[Layer], seen: Text, harm: Text
) -> Finding:
    baseline = evidence.loss.baseline if evidence.loss else None
    said = {"start": f"{learned.start or 0.0:.3g}", "baseline": f"{baseline or 0.0:.3g}"}
    relu = ladder.main_activation(evidence.layers) in (None, "relu", "leaky_relu", "gelu", "swish")
    return Finding(
        code="bad-initialization",
        severity="error" if learned.learning is False else "warning",
        place=layers[0].name,
        places=tuple(x.name for x in layers),
        seen=seen,
        causes=(_START.fill(**said),) if baseline and _begins_high(evidence, learned) else (),
        harm=harm,
        doubt=_DOUBT,
        advice=_ADVICE.fill(call=_HE if relu else _GLOROT),
        evidence={
            "layers": len(layers),
            "gain": layers[0].initial_gain or 0.0,
            "mean": layers[0].initial_mean or 0.0,
        },
        remedies=(
            "reinitialise",
            "lsuv",
            "critical-weights",
            "shape-activations",
            "insert-normalisation",
        ),
    )


def _drawn(seed: int, std: float) -> Training:
    from torch import nn

    model = patients.mlp((8, 64, 64, 64, 2), nn.Tanh)
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=std)
    return patients.classify(model, seed, rate=0.02)


def _patient(seed: int) -> Training:
    return _drawn(seed, 4.0)


def _healthy_twin(seed: int) -> Training:
    return _drawn(seed, 0.2)


RULE = Rule(
    code="bad-initialization",
    look=look,
    explains=(
        "saturation",
        "dead-units",
        "vanishing-gradient",
        "exploding-gradient",
        "signal-collapse",
        "sign-locked-gradients",
        "learning-rate-too-high",
        "learning-rate-too-low",
    ),
    about=Text(
        "Reads the weights before the first step: whether the units of a layer are all the same, and how the gain "
        "√(inputs)·std(W) and the mean of the weights compare with what the activation needs.",
        "첫 스텝을 밟기 전의 가중치를 봅니다. 한 층의 유닛이 모두 같은지, 이득 √(입력 수)·std(W)와 가중치의 평균이 활성화 함수에 "
        "알맞은지를 견줍니다.",
    ),
    false_alarms=Text(
        "Zeros at the end of a residual branch, at the output or in an adapter, layers that a normalisation follows, embeddings, "
        "PyTorch's own default: silent, and so is every start that a training makes up for.",
        "잔차 가지의 끝이나 출력, 어댑터의 0, 정규화가 뒤따르는 층, 임베딩, PyTorch의 기본 초깃값: 조용합니다. 학습이 이겨 낸 출발점도 "
        "마찬가지입니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="Glorot & Bengio 2010; He et al. 2015 (arXiv:1502.01852); Zhang et al. 2019 (arXiv:1901.09321).",
)
