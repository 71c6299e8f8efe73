"""Scales of weights at which depth neither kills nor blows up a signal: the edge of chaos, and gains.

edge_of_chaos("tanh", bias=0.05)     σ_w, σ_b, q*, whether the layers stay there
gain("gelu", direction="backward")   1/√E[f′²]
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from livegrad.errors import BadInput
from livegrad.functions import Activation, elementwise
from livegrad.functions.properties import Properties
from livegrad.functions.properties.criticality import CriticalPoint
from livegrad.text import Text, same

__all__ = ["EdgeOfChaos", "edge_of_chaos", "gain"]

Direction: TypeAlias = Literal["forward", "backward"]
EdgeCode: TypeAlias = Literal["safe", "not-safe", "none"]

_VARIANCES = np.geomspace(1e-4, 1e4, 65)  # where a bias's critical variance is looked for
_HALVINGS = 50

_BOTH = Text(
    "variance = {variance:g} and bias = {bias:g} were both given; either of them fixes the other. Give one.",
    "variance({variance:g})와 bias({bias:g})를 함께 주었습니다. 하나가 정해지면 다른 하나도 "
    "정해집니다. 하나만 주세요.",
)
_BAD_NUMBER = Text(
    "{name} = {value} was given; it must be a finite number {holds}. Try {name}={usual:g}.",
    "{name} = {value:은/는} 쓸 수 없습니다. {name} {holds}인 유한한 수여야 합니다. "
    "{name}={usual:g}부터 시도해 보세요.",
)
_BAD_DIRECTION = Text(
    "There is no direction '{direction}': 'forward' keeps the signal's size, 'backward' the gradient's.",
    "'{direction}' 방향은 없습니다. 'forward'는 신호의 크기를, 'backward'는 기울기의 크기를 "
    "지킵니다.",
)
_SCALES = Text(
    "σ_w = {weights:.4g} and σ_b = {biases:.4g} put {activation} on the edge of chaos at variance {variance:.4g}",
    "{activation:은/는} σ_w = {weights:.4g}, σ_b = {biases:.4g}일 때 분산 {variance:.4g}에서 혼돈의 가장자리(edge of "
    "chaos)에 있습니다",
)
_STABLE = Text(
    "{scales}, and layer by layer the variance is drawn to it (Q′ = {slope:.3g} < 1): safe.",
    "{scales}. 층을 지날수록 분산이 그 값으로 끌려옵니다(Q′ = {slope:.3g} < 1). 안전합니다.",
)
_AT_ZERO = Text(
    "{scales}, which variances approach from above, more and more slowly: safe.",
    "{scales}. 분산은 위에서 그 값으로 다가가며 갈수록 느려집니다. 안전합니다.",
)
_NEUTRAL = Text(
    "{scales}, and variances beside it stay where they are (Q′ = 1): safe, but a variance that "
    "is off is not drawn back either.",
    "{scales}. 그 값에서 조금 벗어난 분산도 제자리에 머뭅니다(Q′ = 1). 안전하지만 벗어난 분산이 "
    "되돌아오지도 않습니다.",
)
_UNSTABLE = Text(
    "{scales}, but layer by layer the variance leaves it (Q′ = {slope:.3g}), so that χ does not "
    'stay 1: not safe. Shape the function instead: livegrad.flow.shape("{id}", depth=...).',
    "{scales}. 그러나 층을 지날수록 분산이 그 값에서 멀어집니다(Q′ = {slope:.3g}). χ도 1에 "
    "머물지 못하므로 안전하지 않습니다. 대신 함수를 조형(shaping)하세요: "
    'livegrad.flow.shape("{id}", depth=...).',
)
_BISTABLE = Text(
    "{scales}, but there are more values to which the variance is drawn ({others}), and the "
    'inputs decide to which: not safe. Shape the function instead: livegrad.flow.shape("{id}", '
    "depth=...).",
    "{scales}. 그러나 분산을 끌어당기는 값이 더 있습니다({others}). 어디로 갈지는 입력에 "
    '달렸으므로 안전하지 않습니다. 대신 함수를 조형(shaping)하세요: livegrad.flow.shape("{id}", '
    "depth=...).",
)
_NONE = Text(
    "{activation} has no edge of chaos {asked}: where χ = 1, σ_b² would have to be negative. Shape the function "
    'instead: livegrad.flow.shape("{id}", depth=...).',
    "{asked} {activation}에는 혼돈의 가장자리(edge of chaos)가 없습니다. χ = 1이 되려면 σ_b²이 "
    '음수여야 합니다. 대신 함수를 조형(shaping)하세요: livegrad.flow.shape("{id}", depth=...).',
)
_AT_VARIANCE = Text("at variance {variance:g}", "분산 {variance:g}에서")
_WITH_BIAS = Text("with σ_b = {bias:g}", "σ_b = {bias:g}일 때")


@dataclass(frozen=True)
class EdgeOfChaos:
    """Where weights of an activation's net are critical, and whether the layers stay there.

    χ = 1 alone is not enough: where the length map leaves q* (Q′(q*) > 1), χ moves away from 1 with it, as it
    does for GELU, SiLU and mish.

    Attributes:
        activation: The catalogue id, or a formula's.
        code: "safe", "not-safe" or "none".
        point: σ_w, σ_b, q* with Q′ and χ, and all other fixed points; None if there is none.
        text: The verdict in words.
    """

    activation: str
    code: EdgeCode
    point: CriticalPoint | None
    text: Text

    @property
    def safe(self) -> bool:
        """Whether the layers stay on the edge."""
        return self.code == "safe"

    @property
    def weight_deviation(self) -> float:
        """σ_w: draw weights with standard deviation σ_w / √fan-in; NaN if there is no edge."""
        return self.point.weight_deviation if self.point else math.nan

    @property
    def bias_deviation(self) -> float:
        """σ_b, in units of the pre-activation; NaN if there is no edge."""
        return self.point.bias_deviation if self.point else math.nan

    @property
    def variance(self) -> float:
        """q*, in squared input units; NaN if there is no edge."""
        return self.point.fixed.variance if self.point else math.nan

    @property
    def bistable(self) -> bool:
        """Whether several variances draw the layers."""
        return self.point is not None and self.point.bistable


def edge_of_chaos(
    activation: Activation | str, *, variance: float | None = None, bias: float | None = None
) -> EdgeOfChaos:
    """Find the scales of weights and biases at which χ = 1, and say whether the layers stay there.

    Args:
        activation: A catalogue name, or any `Activation`.
        variance: q* to be critical at, above 0, in squared input units.
        bias: σ_b to find q* for, at least 0. Neither: σ_b = 0.

    Returns:
        The point and a verdict. Of several, the first that is safe.

    Raises:
        BadInput: Both were given, or a number is out of range.
        UnknownName: No activation is called so.

    Example:
        >>> edge_of_chaos("gelu").code, edge_of_chaos("softplus").code
        ('not-safe', 'none')
        >>> round(edge_of_chaos("tanh", bias=0.05**0.5).weight_deviation ** 2, 2)
        1.76

    References:
        Poole et al. 2016; Schoenholz et al. 2017; Hayou et al. 2019 for the smooth ones.
    """
    f = elementwise(activation) if isinstance(activation, str) else activation
    _check(variance, bias)
    if variance is not None:
        points = _some(f.properties.critical(variance))
        asked = _AT_VARIANCE.fill(variance=variance)
    else:
        points = _with_bias(f.properties, bias or 0.0)
        asked = _WITH_BIAS.fill(bias=bias or 0.0)
    if not points:
        return EdgeOfChaos(f.id, "none", None, _NONE.fill(activation=f.id, id=f.id, asked=asked))
    judged = [_judged(f.id, point) for point in points]
    return next((one for one in judged if one.safe), judged[0])


def gain(
    activation: Activation | str, *, variance: float = 1.0, direction: Direction = "forward"
) -> float:
    """Weight scale that hands the signal on, or the gradient back, at the size it came in.

    Draw weights with variance ``gain**2 / fan_in`` and pre-activations keep their variance from layer to layer
    (forward), as long as they are close to Gaussian: wide layers, independent weights. With the backward gain
    the gradient keeps its norm instead; they agree for ReLU and its kin, and differ for others (sigmoid: 1.85
    and 4.72).

    Args:
        activation: A catalogue name, or any `Activation`.
        variance: Variance of the pre-activations, in squared input units; above 0.
        direction: "forward" for the signal, 1/√(E[f²]/variance); "backward" for the gradient, 1/√E[f′²].

    Returns:
        The gain, dimensionless. For ReLU it is √2 at every variance, in both directions.

    Raises:
        NoGain: The activation sends every signal to 0, or no slope passes.
        BadInput: The variance is negative or not finite, or there is no such direction.
        UnknownName: No activation is called so.

    Example:
        >>> round(gain("relu"), 4), round(gain("tanh", direction="backward"), 2)
        (1.4142, 1.47)

    References:
        He et al. 2015, "Delving Deep into Rectifiers", section 2.2.
    """
    f = elementwise(activation) if isinstance(activation, str) else activation
    if direction == "forward":
        return f.properties.forward_gain(variance)
    if direction == "backward":
        return f.properties.backward_gain(variance)
    raise BadInput(_BAD_DIRECTION.fill(direction=direction))


def _check(variance: float | None, bias: float | None) -> None:
    if variance is not None and bias is not None:
        raise BadInput(_BOTH.fill(variance=variance, bias=bias))
    if variance is not None and not 0 < variance < math.inf:
        raise BadInput(_BAD_NUMBER.fill(name="variance", value=variance, holds="> 0", usual=1.0))
    if bias is not None and not 0 <= bias < math.inf:
        raise BadInput(_BAD_NUMBER.fill(name="bias", value=bias, holds="≥ 0", usual=0.05))


def _some(point: CriticalPoint | None) -> tuple[CriticalPoint, ...]:
    return () if point is None else (point,)


def _with_bias(properties: Properties, bias: float) -> tuple[CriticalPoint, ...]:
    if bias == 0:
        return properties.critical_without_bias

    def excess(variance: float) -> float:
        """Return by how much σ_b² would be more than asked if this variance were critical."""
        passed = properties.mean_square_slope(variance)
        signal = properties.mean_square(variance)
        return variance - signal / passed - bias**2 if passed > 0 else math.nan

    sizes = np.array([excess(float(variance)) for variance in _VARIANCES])
    cells = np.flatnonzero(np.sign(sizes[:-1]) * np.sign(sizes[1:]) < 0)
    points: list[CriticalPoint] = []
    for cell in cells:
        low, high = float(_VARIANCES[cell]), float(_VARIANCES[cell + 1])
        for _ in range(_HALVINGS):
            middle = math.sqrt(low * high)
            low, high = (middle, high) if excess(middle) * sizes[cell] > 0 else (low, middle)
        points += _some(properties.critical(math.sqrt(low * high)))
    return tuple(points)


def _judged(name: str, point: CriticalPoint) -> EdgeOfChaos:
    fixed = point.fixed
    scales = _SCALES.fill(
        activation=name,
        weights=point.weight_deviation,
        biases=point.bias_deviation,
        variance=fixed.variance,
    )
    if fixed.stability == "unstable":
        text = _UNSTABLE.fill(scales=scales, slope=fixed.slope, id=name)
        return EdgeOfChaos(name, "not-safe", point, text)
    if point.bistable:
        drawing = (one.variance for one in point.others if one.stability == "stable")
        others = same(", ".join(f"{variance:.3g}" for variance in drawing))
        text = _BISTABLE.fill(scales=scales, others=others, id=name)
        return EdgeOfChaos(name, "not-safe", point, text)
    if fixed.stability == "neutral":
        text = _NEUTRAL.fill(scales=scales)
    elif fixed.variance == 0:
        text = _AT_ZERO.fill(scales=scales)
    else:
        text = _STABLE.fill(scales=scales, slope=fixed.slope)
    return EdgeOfChaos(name, "safe", point, text)
