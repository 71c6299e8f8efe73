"""GELU, exact: the input, gated by the Gaussian distribution function."""

import math

from livegrad.functions.formula import clip, erfc, erfcx, exp, floor, normal_cdf, piecewise, x
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

_ROOT_HALF, _PEAK = math.sqrt(0.5), 1 / math.sqrt(2 * math.pi)

# Left of −1, Φ(x) = ½·erfcx(−x/√2)·exp(−x²/2): erfcx has no tail to lose, and the exponential keeps
# all its digits when x is split as s + (x − s) with s a multiple of 1/16, because s² is then exact.
# In two halves, g·g, it also stays out of the subnormal numbers until the very end.
_c = clip(x, -60.0, 60.0)
_s = floor(16 * _c) / 16
_g = exp(_s * _s * -0.25)
_rest = exp((_s - _c) * (_s + _c) * 0.5)
_mills = 0.5 * erfcx(_c * -_ROOT_HALF)


ACTIVATION = Activation(
    id="gelu",
    formula=x * normal_cdf(x),
    stable=Kernels(
        value=piecewise(
            (-1,), ((_c * _mills * _rest) * _g * _g, (0.5 * x) * erfc(x * -_ROOT_HALF))
        ),
        derivative=piecewise(
            (-1,),
            (
                ((_mills + _PEAK * _c) * _rest) * _g * _g,
                0.5 * erfc(x * -_ROOT_HALF) + (_PEAK * _c * _rest) * _g * _g,
            ),
        ),
        second_derivative=((2 - _c * _c) * _PEAK * _rest) * _g * _g,
    ),
    tails=(0, float("inf")),
    aliases=Aliases(
        torch=("GELU", "gelu"),
        keras=("gelu",),
        jax=(),
        other=("gaussian_error_linear_unit",),
        differs=Text(
            "jax.nn.gelu is the tanh form unless told otherwise: here that is 'gelu_tanh'.",
            "jax.nn.gelu는 따로 말하지 않으면 tanh로 어림한 식입니다. 여기서는 'gelu_tanh'입니다.",
        ),
    ),
    about=Text(
        "The input times the share of a standard Gaussian below it. Smooth, with a small dip "
        "below 0; the usual choice in transformers.",
        "입력에, 표준 정규 분포(Gaussian)에서 그 입력보다 작은 값이 나올 확률을 곱합니다. "
        "매끄럽고 0 아래로 살짝 꺼집니다. 트랜스포머(transformer)에서 흔히 씁니다.",
    ),
    source="Hendrycks and Gimpel 2016, Gaussian Error Linear Units",
)
