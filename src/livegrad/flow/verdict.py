"""What a ladder says, in words: vanishes, healthy, explodes, collapses, or cannot be said."""

from __future__ import annotations

import math
from collections.abc import Sequence

from livegrad import quantity
from livegrad.flow.profile import LayerFlow, Verdict, VerdictCode
from livegrad.text import Text

__all__ = ["ALIKE", "DECADES", "class_of", "judged"]

DECADES = 2.0
"""Beyond ten to this power the first layer's gradient counts as vanished or exploded: one learning rate then serves
the first layers a hundred times worse than the last."""
ALIKE = 0.98
"""From this mean correlation on, inputs cannot be told apart: of the squared signal 2 % is left to differ in."""

_ZERO = Text(
    "No gradient reaches layer {layer}: it is exactly 0.",
    "첫 층({layer})에는 기울기가 전혀 닿지 않습니다. 정확히 0입니다.",
)
_VANISHES = Text(
    "Of the gradient ∂loss/∂z at the last layer, {part} reaches layer {layer}: it vanishes.",
    "마지막 층의 기울기 ∂loss/∂z 가운데 {part}만 첫 층({layer})에 닿습니다. 기울기 "
    "소실(vanishing gradient)입니다.",
)
_EXPLODES = Text(
    "The gradient ∂loss/∂z at layer {layer} is {times} that at the last layer: it explodes.",
    "첫 층({layer})의 기울기 ∂loss/∂z는 마지막 층의 {times}입니다. 기울기 폭주(exploding "
    "gradient)입니다.",
)
_COLLAPSES = Text(
    "The gradient arrives, but at layer {layer} two different inputs have become alike (correlation {correlation}): "
    "the network can hardly tell them apart.",
    "기울기는 첫 층까지 닿습니다. 그러나 {layer} 층에 이르면 서로 다른 두 입력이 거의 "
    "같아집니다(상관 {correlation}). 신경망이 입력을 잘 구별하지 못합니다.",
)
_HEALTHY = Text(
    "The gradient ∂loss/∂z at layer {layer} is {factor} times that at the last, and inputs stay different.",
    "첫 층({layer})의 기울기 ∂loss/∂z는 마지막 층의 {factor}배이고, 입력은 끝까지 서로 구별됩니다.",
)
_NOT_FINITE = Text(
    "Signal or gradient is not finite, so there is no number to give.",
    "신호나 기울기가 유한한 수가 아니어서 값을 말할 수 없습니다.",
)
_CANNOT = Text(
    "Single networks differ too much from each other for theory to tell. For the median network: "
    "{middle}",
    "신경망마다 너무 달라 이론이 말해 주지 못합니다. 중앙값에 있는 신경망은 이렇습니다. {middle}",
)


def class_of(log10_gradient: float, correlation: float | None) -> VerdictCode:
    """Return the class of a network from its first layer's gradient and its last layer's correlation.

    Example:
        >>> class_of(-7.0, 0.1), class_of(0.1, 0.999)
        ('vanishes', 'collapses')
    """
    if log10_gradient < -DECADES:
        return "vanishes"
    if log10_gradient > DECADES:
        return "explodes"
    return "collapses" if correlation is not None and correlation >= ALIKE else "healthy"


def judged(
    layers: Sequence[LayerFlow],
    doubts: tuple[Text, ...] = (),
    *,
    certain: bool = True,
    skip: bool = False,
) -> Verdict:
    """Return the verdict on a ladder.

    Args:
        layers: The rungs, the first layer first.
        doubts: Why the numbers may be wrong.
        certain: Whether most single networks are of the same class as the middle one.
        skip: Whether inputs also pass the layers by: then they may grow alike in a mean that all share, and
            still be told apart.
    """
    first = layers[0]
    if any(math.isnan(layer.log10_gradient) for layer in layers):
        return Verdict(code="cannot-say", text=_NOT_FINITE, doubts=doubts or (_NOT_FINITE,))
    inner = [layer for layer in layers if layer.correlation is not None]
    # The readout's inputs, not its few outputs, show whether the network can tell inputs apart.
    last = inner[-1] if inner else first
    code = class_of(first.log10_gradient, None if skip else last.correlation)
    text = _worded(code, first, last)
    if not certain:
        return Verdict(code="cannot-say", text=_CANNOT.fill(middle=text), doubts=doubts)
    return Verdict(code=code, text=text, doubts=doubts)


def _worded(code: VerdictCode, first: LayerFlow, last: LayerFlow) -> Text:
    power = first.log10_gradient
    if power == -math.inf:
        return _ZERO.fill(layer=first.name)
    if code == "vanishes":
        return _VANISHES.fill(layer=first.name, part=quantity.one_part_in(power))
    if code == "explodes":
        return _EXPLODES.fill(layer=first.name, times=quantity.times(power))
    if code == "collapses":
        return _COLLAPSES.fill(layer=last.name, correlation=f"{last.correlation:.3f}")
    return _HEALTHY.fill(layer=first.name, factor=quantity.power(power))
