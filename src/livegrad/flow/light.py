"""The traffic light: whether a network can be expected to train, from theory alone.

Three numbers decide: the gradient that reaches the first layer, how alike two inputs have become at the last, and how
far the whole is from a linear function. The first two can stop a network from learning anything, the third from
learning more than a linear model within a few hundred steps. The thresholds were set on trainings of tanh, ReLU, GELU, SELU, sigmoid and
mish at depths 4, 10 and 24 (width 64, digits and two spirals, SGD with momentum 0.9, 150 steps, the best of six rates);
``bench/flow_light.py`` reads the light on others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from livegrad.flow.profile import Colour, LayerFlow, Light, Verdict
from livegrad.text import Text

__all__ = ["OPTIMIZER", "light_of"]

OPTIMIZER = "SGD with momentum"

_GREEN_POWERS = (-0.75, 1.25)
"""log₁₀ of the first layer's gradient over the last's: what lies between trained on both tasks."""
_RED_POWERS = (-2.5, 4.0)
"""Beyond these nothing trained. Growing is forgiven longer than shrinking: a lower rate makes up for it."""
_GREEN_ALIKE = 0.95
"""Correlation of two inputs at the last layer; plain ReLU with He's weights fails on digits from 0.97 on."""
_RED_ALIKE, _RED_ALIKE_POWER = 0.999, -1.9
"""So alike, and with a gradient that has shrunk so far, nothing trained."""
_GREEN_BENT = (0.07, 0.85)
"""Nonlinearity: below, the spirals were not learned in 150 steps; above, inputs are scattered at random."""

_RED_FEW = Text(
    "Not expected to train: the gradient at the first layer is too small.",
    "학습되지 않을 것으로 보입니다. 첫 층의 기울기가 너무 작습니다.",
)
_RED_MUCH = Text(
    "Not expected to train: the gradient at the first layer is too large.",
    "학습되지 않을 것으로 보입니다. 첫 층의 기울기가 너무 큽니다.",
)
_RED_SAME = Text(
    "Not expected to train: inputs have grown alike, and the gradient shrinks.",
    "학습되지 않을 것으로 보입니다. 입력이 서로 거의 같아지고 기울기도 줄어듭니다.",
)
_UNSURE = Text(
    "May or may not train: single networks differ too much to say.",
    "학습될지 알 수 없습니다. 신경망마다 너무 다릅니다.",
)
_WEAK = Text(
    "May or may not train: the gradient at the first layer differs in size from that at the last.",
    "학습될지 알 수 없습니다. 첫 층과 마지막 층의 기울기 크기가 다릅니다.",
)
_SIMILAR = Text(
    "May or may not train: inputs have grown alike at the last layer.",
    "학습될지 알 수 없습니다. 마지막 층에서 입력이 서로 닮아 있습니다.",
)
_STRAIGHT = Text(
    "May or may not train: it starts almost linear, and is slow to learn what a linear model "
    "cannot.",
    "학습될지 알 수 없습니다. 거의 선형으로 출발하므로, 선형 모델이 배울 수 없는 것은 더디게 "
    "배웁니다.",
)
_SCATTERED = Text(
    "May or may not train: similar inputs end up far apart.",
    "학습될지 알 수 없습니다. 비슷한 입력도 서로 멀리 흩어집니다.",
)
_GREEN = Text(
    "Expected to train: the gradient arrives, inputs stay apart, and the network is not linear.",
    "학습될 것으로 보입니다. 기울기가 제대로 닿고, 입력이 서로 구별되며, 선형도 아닙니다.",
)


def light_of(
    layers: Sequence[LayerFlow], verdict: Verdict, *, nonlinearity: float, skip: bool = False
) -> Light:
    """Return the light of a predicted network.

    Args:
        layers: The ladder.
        verdict: On it.
        nonlinearity: How far from linear the network is, 0 … 1.
        skip: Whether inputs also pass the layers by, so that growing alike in the mean does no harm.
    """
    colour, text = _judged(layers, verdict, nonlinearity, skip=skip)
    return Light(colour=colour, optimizer=OPTIMIZER, text=text)


def _judged(
    layers: Sequence[LayerFlow], verdict: Verdict, nonlinearity: float, *, skip: bool
) -> tuple[Colour, Text]:
    power, c = layers[0].log10_gradient, layers[-1].correlation
    alike = -1.0 if c is None or skip else c
    if verdict.code == "cannot-say" or math.isnan(power):
        return "amber", _UNSURE
    if power < _RED_POWERS[0] or power > _RED_POWERS[1]:
        return "red", _RED_FEW if power < 0 else _RED_MUCH
    if alike > _RED_ALIKE and power < _RED_ALIKE_POWER:
        return "red", _RED_SAME
    if not _GREEN_POWERS[0] <= power <= _GREEN_POWERS[1]:
        return "amber", _WEAK
    if alike > _GREEN_ALIKE:
        return "amber", _SIMILAR
    if nonlinearity < _GREEN_BENT[0]:
        return "amber", _STRAIGHT
    return ("amber", _SCATTERED) if nonlinearity > _GREEN_BENT[1] else ("green", _GREEN)
