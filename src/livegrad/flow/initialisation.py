"""How weights and biases are drawn, as scales that do not depend on the width."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass

from livegrad.errors import BadInput
from livegrad.functions import Activation
from livegrad.functions.properties.criticality import CriticalPoint
from livegrad.text import Text

__all__ = ["INITIALISATIONS", "Initialisation", "initialisation"]

_UNKNOWN = Text(
    "No initialisation is called '{name}'. The nearest is '{nearest}'; there are {names}. Or give σ_w and σ_b: "
    "livegrad.flow.Initialisation(weight=1.3, bias=0.05).",
    "이름이 '{name}'인 초기화(initialisation)는 없습니다. 가장 가까운 이름은 '{nearest}'입니다. "
    "쓸 수 있는 것: {names}. σ_w와 σ_b를 직접 줄 수도 있습니다: "
    "livegrad.flow.Initialisation(weight=1.3, bias=0.05).",
)
_BAD_SCALE = Text(
    "The scale {name} = {value} is not possible: it must be a finite number, σ_w above 0 and σ_b "
    "at least 0. Try weight=1.4.",
    "{name} = {value:은/는} 쓸 수 없습니다. 유한한 수여야 하고, σ_w는 0보다 크고 σ_b는 0 "
    "이상이어야 합니다. weight=1.4부터 시도해 보세요.",
)
_NO_EDGE = Text(
    "{activation} has no critical initialisation: no σ_w and σ_b keep the size of both signal "
    'and gradient. Take init="he", or shape the function: livegrad.flow.shape("{activation}", '
    "depth=50).",
    "{activation}에는 임계 초기화(critical initialisation)가 없습니다. 신호와 기울기의 크기를 "
    '함께 지키는 σ_w와 σ_b가 없기 때문입니다. init="he"를 쓰거나 함수를 조형(shaping)하세요: '
    'livegrad.flow.shape("{activation}", depth=50).',
)
_ALIASES = {
    "default": "pytorch",
    "torch": "pytorch",
    "xavier": "glorot",
    "kaiming": "he",
    "edge_of_chaos": "critical",
}

INITIALISATIONS = ("pytorch", "glorot", "he", "lecun", "orthogonal", "critical")
"""The names that `initialisation` takes."""


@dataclass(frozen=True, kw_only=True)
class Initialisation:
    """Scales of random weights and biases.

    Attributes:
        weight: σ_w: weights have standard deviation σ_w / √fan-in; above 0.
        bias: σ_b: the biases' standard deviation, in units of the pre-activation.
        orthogonal: Whether weights are σ_w times a random orthogonal matrix, rather than independent.
        uniform: Whether biases are spread evenly rather than normally, as PyTorch's are.
        name: What it is called; empty for scales of one's own.

    Example:
        >>> Initialisation(weight=1.3, bias=0.05).weight
        1.3
    """

    weight: float
    bias: float = 0.0
    orthogonal: bool = False
    uniform: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        for name, value, least in (("σ_w", self.weight, 1e-12), ("σ_b", self.bias, 0.0)):
            if not (math.isfinite(value) and value >= least):
                raise BadInput(_BAD_SCALE.fill(name=name, value=value))


def initialisation(
    given: str | Initialisation, activation: Activation, *, fan_in: int, fan_out: int
) -> Initialisation:
    """Return the scales that an initialisation has in one layer.

    Args:
        given: One of `INITIALISATIONS`, or scales, which are returned as they are.
        activation: What the critical one depends on.
        fan_in: Inputs per unit.
        fan_out: Units per input.

    Returns:
        "pytorch": what nn.Linear and nn.Conv2d draw unless told otherwise, Var W = 1/(3·fan-in), biases
        alike. "glorot": Var W = 2/(fan-in + fan-out). "he": 2/fan-in. "lecun": 1/fan-in. "orthogonal":
        ``nn.init.orthogonal_``. "critical": on the edge of chaos at q* = 1, where it exists. All but
        the first with biases 0.

    Raises:
        BadInput: No initialisation is called so, or the activation has no critical one.

    Example:
        >>> from livegrad.functions import elementwise
        >>> round(initialisation("he", elementwise("relu"), fan_in=64, fan_out=64).weight, 4)
        1.4142
    """
    if isinstance(given, Initialisation):
        return given
    name = str(given).lower().replace("-", "_")
    match _ALIASES.get(name, name):
        case "pytorch":
            bias = math.sqrt(1 / (3 * fan_in))
            return Initialisation(weight=math.sqrt(1 / 3), bias=bias, uniform=True, name="pytorch")
        case "glorot":
            return Initialisation(weight=math.sqrt(2 * fan_in / (fan_in + fan_out)), name="glorot")
        case "he":
            return Initialisation(weight=math.sqrt(2), name="he")
        case "lecun":
            return Initialisation(weight=1.0, name="lecun")
        case "orthogonal":
            return Initialisation(weight=1.0, orthogonal=True, name="orthogonal")
        case "critical":
            point = _critical(activation)
            return Initialisation(
                weight=point.weight_deviation, bias=point.bias_deviation, name="critical"
            )
    names = ", ".join(INITIALISATIONS)
    nearest = difflib.get_close_matches(name, INITIALISATIONS, n=1, cutoff=0.0)[0]
    raise BadInput(_UNKNOWN.fill(name=given, nearest=nearest, names=names))


def _critical(activation: Activation) -> CriticalPoint:
    """Return the critical point at q* = 1, else the first without biases."""
    point = activation.properties.critical(1.0)
    for found in (point, *activation.properties.critical_without_bias):
        if found is not None:
            return found
    raise BadInput(_NO_EDGE.fill(activation=activation.id))
