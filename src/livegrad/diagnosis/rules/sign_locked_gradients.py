"""The inputs of a layer are off centre, so the weights of each unit can only move together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from livegrad.diagnosis import ladder, patients
from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.diagnosis.rule import Rule
from livegrad.observation.evidence import Evidence, Layer
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.observation.training import Training

OFF_CENTRE = 2.0
"""Inputs whose mean is this many times their spread; behind ReLU it is about 0.7, behind a sigmoid 2 to 5 and more."""
FAR = 3.0
"""From here on the loss is an order of magnitude steeper along the mean than across it, so no step size suits both."""
LOCKED = 0.2
"""Share of a layer's units whose weights were seen to move all one way, at the start or later."""
FEWEST_ROWS = 8
"""Over fewer rows the mean is noise, and one sample's gradient has one sign wherever its input has."""
FEWEST_INPUTS = 4
FEWEST_STEPS = 100
BARELY = 0.01
POOR_SKILL = 0.7
CLEAR = 0.03
LEVEL = 0.1
_POSITIVE = ("sigmoid", "hardsigmoid", "softplus")
_RECTIFIED = (
    "relu",
    "relu6",
    "leaky_relu",
    "prelu",
    "elu",
    "celu",
    "gelu",
    "swish",
    "mish",
    "hardswish",
)
"""Their offset grows with depth as all inputs grow alike: `signal_collapse`'s concern."""
_ADAPTIVE = ("adam", "rms", "adagrad", "adadelta", "lion", "rprop", "lamb", "lbfgs", "adafactor")

_SEEN = Text(
    "The mean of what enters {place} lies {offset} times its spread away from 0.",
    "{place}에 들어오는 값의 평균이 퍼짐의 {offset}배만큼 0에서 떨어져 있습니다.",
)
_LOCKED = Text(
    "At times, all weights of a unit had to grow together or shrink together, in {locked} of the units.",
    "유닛의 {locked}에서 가중치가 한꺼번에 커지거나 한꺼번에 작아져야 하는 스텝이 있었습니다.",
)
_BEHIND = Text(
    "It comes out of {function}, which gives positive values only.",
    "양수만 내는 {function}에서 나온 값입니다.",
)
_FROM_DATA = Text(
    "It is the data itself that is off centre.", "데이터부터 중심에서 벗어나 있습니다."
)
_HARM = Text(
    "Where one weight must grow and another shrink, the training has to zigzag there, and it is slow.",
    "어떤 가중치는 키우고 어떤 가중치는 줄여야 할 때 지그재그로 갈 수밖에 없어 학습이 느립니다.",
)
_DOUBT = Text(
    "It slows a training down and does not stop it; with enough steps it may still arrive.",
    "학습을 멈추지는 않고 느리게 할 뿐입니다. 오래 학습하면 닿을 수도 있습니다.",
)
_ADVICE = Text(
    "Let centred values enter: nn.Tanh() in place of nn.Sigmoid(), or nn.BatchNorm1d before {place}. Adam suffers less than plain "
    "SGD.",
    "중심이 0인 값을 넣으세요: nn.Sigmoid() 대신 nn.Tanh(), 또는 {place} 앞에 nn.BatchNorm1d. 순수한 SGD보다 Adam이 덜 겪습니다.",
)
_ADVICE_DATA = Text(
    "Centre the inputs: X = (X - X_train.mean(0)) / X_train.std(0).",
    "입력의 중심을 맞추세요: X = (X - X_train.mean(0)) / X_train.std(0).",
)


def look(evidence: Evidence, learned: Learning) -> tuple[Finding, ...]:
    """Off-centre inputs under an optimizer that takes gradients as they are, in a training that learns too little."""
    poor = learned.skill is not None and learned.skill < POOR_SKILL
    if learned.diverged or _is_adaptive(evidence) or not (poor or learned.learning is False):
        return ()
    layers = [x for x in evidence.layers if _is_off_centre(x, _below(x, evidence))]
    certain = any(_offset(x) >= FAR or _locked(x) >= LOCKED for x in layers)
    if not certain or evidence.steps < FEWEST_STEPS or _settled(evidence, learned):
        return ()
    first, data = layers[0], _below(layers[0], evidence) is None
    place = ladder.called(first.name)
    return (
        Finding(
            code="sign-locked-gradients",
            severity="warning",
            place=first.name,
            places=tuple(x.name for x in layers),
            seen=_SEEN.fill(place=place, offset=ladder.times(_offset(first))),
            causes=_causes(first, _below(first, evidence)),
            harm=_HARM,
            doubt=_DOUBT,
            advice=_ADVICE_DATA if data else _ADVICE.fill(place=place),
            evidence={
                "offset": _offset(first),
                "locked": max(_locked(x) for x in layers),
                "layers": len(layers),
            },
            remedies=("standardise-inputs",) if data else ("sigmoid-to-tanh", "swap-activation"),
        ),
    )


def _is_adaptive(evidence: Evidence) -> bool:
    """Whether the optimizer gives every weight a step of its own size, which lessens the zigzag."""
    name = evidence.optimizer.name.lower() if evidence.optimizer else ""
    return any(word in name for word in _ADAPTIVE)


def _settled(evidence: Evidence, learned: Learning) -> bool:
    """Whether the loss fell clearly below a constant prediction's and has stayed level since: done, rather than slow."""
    loss = evidence.loss
    if loss is None or loss.baseline is None or learned.end is None:
        return False
    values = np.array(loss.values)
    gap, fifths = loss.baseline - learned.end, np.array_split(values, 5)
    noise = float(np.median(np.abs(np.diff(values)))) / (0.6745 * math.sqrt(2))
    error = 1.25 * noise / math.sqrt(len(fifths[4]))
    fall = float(np.median(fifths[2]) - np.median(fifths[4]))
    clear = gap > max(CLEAR * (loss.baseline - loss.floor), 3 * error)
    return clear and fall < max(LEVEL * gap, 2 * error)


def _is_off_centre(layer: Layer, below: Layer | None) -> bool:
    """Whether the inputs were off centre at the start and still are, seen over enough rows, in a layer that did move."""
    early, late = ladder.early(layer.input_offset), ladder.late(layer.input_offset)
    moved = ladder.last(layer.moved)
    if early is None or late is None or layer.time_gradient or (moved or 0.0) < BARELY:
        return False
    enough = (layer.rows or 0) >= FEWEST_ROWS and (layer.fan_in or 0) >= FEWEST_INPUTS
    usual = below is not None and (below.normalised or below.activation in _RECTIFIED)
    return enough and not usual and min(early, late) >= OFF_CENTRE


def _offset(layer: Layer) -> float:
    return ladder.late(layer.input_offset) or 0.0


def _locked(layer: Layer) -> float:
    """The largest share of units with one sign at any measured step."""
    return max((share for share in layer.one_signed if share is not None), default=0.0)


def _below(layer: Layer, evidence: Evidence) -> Layer | None:
    """The layer whose output enters this one; ``None`` for the first."""
    position = evidence.layers.index(layer)
    return evidence.layers[position - 1] if position else None


def _causes(layer: Layer, below: Layer | None) -> tuple[Text, ...]:
    found = [_FROM_DATA] if below is None else []
    if below is not None and below.activation in _POSITIVE:
        found.append(_BEHIND.fill(function=below.activation))
    locked = _locked(layer)
    if locked >= LOCKED:
        found.append(_LOCKED.fill(locked=ladder.share(locked)))
    return tuple(found)


def _shallow(seed: int, activation: str) -> Training:
    import torch
    from torch import nn

    model = patients.mlp((8, 32, 2), {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh}[activation])
    training = patients.classify(model, seed, batch=32, steps=400)
    training.optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    return training


def _patient(seed: int) -> Training:
    return _shallow(seed, "sigmoid")


def _healthy_twin(seed: int) -> Training:
    return _shallow(seed, "tanh")


RULE = Rule(
    code="sign-locked-gradients",
    look=look,
    explains=(),
    about=Text(
        "Measures how far from 0 the mean of a layer's inputs lies, in units of their spread, and how many units' weights all get "
        "a gradient of one sign.",
        "층에 들어오는 값의 평균이 퍼짐에 견주어 0에서 얼마나 떨어져 있는지, 그리고 가중치의 기울기가 모두 한 부호인 유닛이 얼마나 되는지 "
        "잽니다.",
    ),
    false_alarms=Text(
        "Batches of a few rows, the ordinary offset behind ReLU, layers behind a normalisation, adaptive optimizers, and every "
        "training that learns: silent.",
        "몇 줄뿐인 배치, ReLU 뒤의 흔한 치우침, 정규화 뒤의 층, 적응형 옵티마이저, 잘 배우는 모든 학습: 조용합니다.",
    ),
    patient=_patient,
    healthy_twin=_healthy_twin,
    reference="LeCun et al. 1998, Efficient BackProp, section 4.3; Clevert et al. 2016 (arXiv:1511.07289).",
)
