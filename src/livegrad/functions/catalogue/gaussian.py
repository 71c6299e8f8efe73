"""Gaussian: a bump that answers to inputs near zero."""

from livegrad.functions.formula import absolute, clip, exp, floor, x
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

# x² may be 700, and the exponential would turn its rounding into hundreds of units in the last place.
# Split as s + (|x| − s), s a multiple of 1/256: s² is exact, and what is left over is small.
_size = clip(absolute(x), 0.0, 40.0)  # beyond it exp(−x²) is 0 in every dtype
_coarse = floor(256 * _size) / 256
_bump = exp(-(_coarse * _coarse))
_half = exp(-0.5 * (_coarse * _coarse))  # in two halves the slope rounds into the subnormals once
_rest = exp((_coarse - _size) * (_coarse + _size))
_held = clip(x, -40.0, 40.0)

ACTIVATION = Activation(
    id="gaussian",
    formula=exp(-(x**2)),
    stable=Kernels(
        value=_bump * _rest,
        derivative=-2 * _held * _rest * _half * _half,
        second_derivative=(4 * _held * _held - 2) * _rest * _half * _half,
    ),
    tails=(0, 0),
    aliases=Aliases(other=("gauss", "radial_basis", "rbf")),
    about=Text(
        "1 at 0 and quickly less on both sides: the unit answers to a neighbourhood and not to a "
        "direction, as in radial basis networks. Beyond |x| = 4 the slope is below 1e-6, so units "
        "far away do not learn.",
        "0에서 1이고 양쪽으로 빠르게 줄어듭니다. 방사 기저(radial basis) 신경망처럼 유닛이 방향이 "
        "아니라 이웃에 반응합니다. |x| = 4 바깥에서는 기울기가 백만분의 1도 안 되어, 멀리 있는 "
        "유닛은 배우지 못합니다.",
    ),
    source="Broomhead and Lowe 1988, Multivariable Functional Interpolation and Adaptive Networks",
)
