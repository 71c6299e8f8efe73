"""Phish: the input, gated by the tanh of its GELU."""

import math

from livegrad.functions.formula import (
    clip,
    erfc,
    erfcx,
    exp,
    floor,
    normal_cdf,
    piecewise,
    sigmoid,
    tanh,
    x,
)
from livegrad.functions.record import Activation, Kernels
from livegrad.text import Text

_ROOT_HALF, _PEAK = math.sqrt(0.5), 1 / math.sqrt(2 * math.pi)

# The Gaussian tail is built as in gelu: erfcx times exp(−x²/2), with x² split so that it is exact
# and the exponential in two halves, g·g. Left of −8 the tanh is its argument.
_c = clip(x, -60.0, 60.0)
_s = floor(16 * _c) / 16
_g = exp(_s * _s * -0.25)
_rest = exp((_s - _c) * (_s + _c) * 0.5)
_mills = 0.5 * erfcx(_c * -_ROOT_HALF)
_share_right = 0.5 * erfc(_c * -_ROOT_HALF)
_inner_left, _inner_right = (_c * _mills * _rest) * (_g * _g), _c * _share_right
_slope_left = ((_mills + _PEAK * _c) * _rest) * (_g * _g)
_slope_right = _share_right + (_PEAK * _c * _rest) * (_g * _g)

ACTIVATION = Activation(
    id="phish",
    formula=x * tanh(x * normal_cdf(x)),
    stable=Kernels(
        value=piecewise(
            (-8, -1),
            (
                (_c * (_c * _mills * _rest) * _g) * _g,
                x * tanh(_inner_left),
                x * tanh(_inner_right),
            ),
        ),
        derivative=piecewise(
            (-8, -1),
            (
                (_c * (2 * _mills + _PEAK * _c) * _rest * _g) * _g,
                tanh(_inner_left)
                + (4 * x * _slope_left) * (sigmoid(2 * _inner_left) * sigmoid(-2 * _inner_left)),
                tanh(_inner_right)
                + (4 * _c * _slope_right)
                * (sigmoid(2 * _inner_right) * sigmoid(-2 * _inner_right)),
            ),
        ),
    ),
    tails=(0, float("inf")),
    about=Text(
        "The identity on the right; on the left a small bump above 0 and not a dip, because both "
        "factors are negative there. It touches 0 at 0 with slope 0, so small inputs nearly "
        "vanish.",
        "오른쪽은 항등 함수와 같고, 왼쪽에서는 두 인수가 모두 음수라 꺼지지 않고 0 위로 살짝 "
        "솟습니다. 0에서 값도 기울기도 0이라 작은 입력은 거의 사라집니다.",
    ),
    source="Naveen 2022, Phish: A Novel Hyper-Optimizable Activation Function",
)
