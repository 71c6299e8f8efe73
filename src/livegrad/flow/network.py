"""The network whose flow is predicted: equal layers of one activation, in a few numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from livegrad.errors import BadInput
from livegrad.flow.initialisation import Initialisation, initialisation
from livegrad.functions import Activation
from livegrad.text import Text

__all__ = ["Network"]

Norm: TypeAlias = Literal["batch", "layer", "rms"]

_WHOLE = Text(
    "{name} = {value} is not possible: it must be a whole number from {low} to {high}. Try "
    "{name}={instead}.",
    "{name} = {value:은/는} 쓸 수 없습니다. {low}에서 {high} 사이의 정수여야 합니다. {name}={instead:으로/로} 해 보세요.",
)
_BETWEEN = Text(
    "{name} = {value} is not possible: it must be a number from {low} to {high}. Try "
    "{name}={instead}.",
    "{name} = {value:은/는} 쓸 수 없습니다. {low}에서 {high} 사이의 수여야 합니다. {name}={instead:으로/로} 해 보세요.",
)
_NORM = Text(
    "There is no normalisation '{given}': it is None, 'batch', 'layer' or 'rms'. Write norm=\"layer\".",
    "이름이 '{given}'인 정규화(normalisation)는 없습니다. None, 'batch', 'layer', 'rms' 가운데 "
    '하나입니다. norm="layer"처럼 적어 주세요.',
)
_ONE_WAY = Text(
    "recurrent=True was given together with {other}. Through time only plain recurrences are predicted. Leave one of them out.",
    "recurrent=True를 {other:과/와} 함께 주었습니다. 시간 방향으로는 단순한 순환만 예측합니다. 둘 중 하나를 빼 주세요.",
)
_DEEPEST, _WIDEST = 100_000, 1_000_000


@dataclass(frozen=True, kw_only=True)
class Network:
    """A stack of equal layers, z = W·x + b, then perhaps a norm, then the activation.

    Attributes:
        activation: Of every layer.
        depth: How many such layers; a readout that follows is not counted.
        width: Units (channels) in each.
        init: How they are drawn.
        norm: What stands in each layer: on the pre-activation, or with a skip where ``norm_first`` says.
        skip: Scale α of the branch that is added to a layer's input, x + α·f(z); None: no skip.
        norm_first: With a skip: whether the branch is normalised (pre-norm) or the sum (post-norm).
        dropout: Probability with which an activation is dropped in training, the rest scaled up.
        kernel: Width of square convolution kernels; 1 for dense layers.
        recurrent: Whether the layers are time steps with the same weights.
    """

    activation: Activation
    depth: int = 10
    width: int = 64
    init: str | Initialisation = "pytorch"
    norm: Norm | None = None
    skip: float | None = None
    norm_first: bool = True
    dropout: float = 0.0
    kernel: int = 1
    recurrent: bool = False

    def __post_init__(self) -> None:
        for name, high, instead in (
            ("depth", _DEEPEST, 10),
            ("width", _WIDEST, 64),
            ("kernel", 99, 3),
        ):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= high:
                raise BadInput(
                    _WHOLE.fill(name=name, value=repr(value), low=1, high=high, instead=instead)
                )
        _check_between("dropout", self.dropout, 0.0, 0.99, instead=0.1)
        _check_between("skip", 0.0 if self.skip is None else self.skip, -1e3, 1e3, instead=1.0)
        if self.norm not in (None, "batch", "layer", "rms"):
            raise BadInput(_NORM.fill(given=self.norm))
        others = {
            "norm": self.norm is not None,
            "skip": self.skip is not None,
            "kernel": self.kernel > 1,
        }
        if self.recurrent and any(others.values()):
            raise BadInput(
                _ONE_WAY.fill(other=next(name for name, is_so in others.items() if is_so))
            )

    def scales(self, inputs: int | None = None) -> Initialisation:
        """Return σ_w and σ_b of a layer.

        Args:
            inputs: Features that enter it; by default as many as its units.
        """
        area = self.kernel**2
        return initialisation(
            self.init,
            self.activation,
            fan_in=(inputs or self.width) * area,
            fan_out=self.width * area,
        )


def _check_between(name: str, value: float, low: float, high: float, *, instead: float) -> None:
    if not (isinstance(value, (int, float)) and math.isfinite(value) and low <= value <= high):
        raise BadInput(
            _BETWEEN.fill(name=name, value=repr(value), low=low, high=high, instead=instead)
        )
