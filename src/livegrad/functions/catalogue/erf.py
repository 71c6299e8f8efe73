"""Erf: the S of the Gaussian distribution."""

from livegrad.functions.formula import absolute, clip, erf, exp, floor, x
from livegrad.functions.record import Activation, Aliases, Kernels, Native
from livegrad.text import Text

_PEAK = 1.1283791670955126  # 2/√π

# exp(−x²) with x split as s + (|x| − s), s a multiple of 1/256: s² is exact, so no digit of x² is
# lost to the exponential.
_size = clip(absolute(x), 0.0, 40.0)  # beyond it exp(−x²) is 0 in every dtype
_coarse = floor(256 * _size) / 256
_slope = _PEAK * exp((_coarse - _size) * (_coarse + _size)) * exp(-(_coarse * _coarse))

ACTIVATION = Activation(
    id="erf",
    formula=erf(x),
    stable=Kernels(derivative=_slope, second_derivative=-2 * clip(x, -40.0, 40.0) * _slope),
    tails=(-1, 1),
    aliases=Aliases(torch=("erf",), jax=("erf",), other=("error_function",)),
    natives=(Native("torch.erf"), Native("jax.lax.erf")),
    about=Text(
        "An S like tanh with the shortest tails of all: beyond |x| = 4 the slope is below 1e-6. "
        "Theory likes it, because its means under Gaussian signals have closed forms.",
        "tanh처럼 S자이지만 꼬리가 가장 짧습니다. |x| = 4 바깥에서는 기울기가 백만분의 1도 안 "
        "됩니다. 정규분포(Gaussian) 신호의 평균이 닫힌 식으로 나와 이론에서 즐겨 씁니다.",
    ),
    source="Williams 1998, Computation with Infinite Neural Networks",
)
