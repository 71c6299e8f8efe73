"""GELU in its tanh form: the approximation that many published weights were trained with."""

import math

from livegrad.functions.formula import clip, constant, exp, floor, piecewise, tanh, x
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

_root = constant(math.sqrt(2 / math.pi), r"\sqrt{2/\pi}")
_SLOPE, _CUBIC = 2 * math.sqrt(2 / math.pi), 0.044715

# ½(1 + tanh u) = σ(z) with z = 2u: the tail decays instead of cancelling. Halves as in swish.
_left, _right = clip(x, -40.0, 0.0), clip(x, 0.0, 40.0)
_LINEAR, _CUBE = _SLOPE, _SLOPE * _CUBIC  # z = _LINEAR·x + _CUBE·x³

# Far left z is near −100 and the exponential would turn its rounding into 50 to 150 units in the
# last place. So x is split as s + d, s a multiple of 1/4, and each coefficient as few leading bits
# and the rest: s times the leading bits is exact, and what is left over is small.
_LINEAR_BITS, _CUBE_BITS = math.floor(_LINEAR * 2048) / 2048, math.floor(_CUBE * 2048) / 2048
_s = floor(4 * _left) / 4
_d = _left - _s
_s_cubed = _s * _s * _s
_small = (
    _d * (_LINEAR + _CUBE * (_left * _left + _left * _s + _s * _s))
    + (_LINEAR - _LINEAR_BITS) * _s
    + (_CUBE - _CUBE_BITS) * _s_cubed
)
_half = exp(_LINEAR_BITS / 2 * _s) * exp(_CUBE_BITS / 2 * _s_cubed) * exp(_small / 2)  # e^(z/2)
_decay = exp(-(_LINEAR * _right + _CUBE * (_right * _right * _right)))  # e^(−z)

_bend_left = _LINEAR * _left + 3 * _CUBE * (_left * _left * _left)  # x·dz/dx
_bend_right = _LINEAR * _right + 3 * _CUBE * (_right * _right * _right)
_below, _above = 1 + _half * _half, 1 + _decay

ACTIVATION = Activation(
    id="gelu_tanh",
    formula=x / 2 * (1 + tanh(_root * (x + _CUBIC * x**3))),
    stable=Kernels(
        value=piecewise((0,), ((_left * _half) * (_half / _below), x / _above)),
        derivative=piecewise(
            (0,),
            (
                ((_below + _bend_left) * _half / _below) * (_half / _below),
                (_above + _decay * _bend_right) / (_above * _above),
            ),
        ),
    ),
    tails=(0, float("inf")),
    aliases=Aliases(
        other=("gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_approximate"),
        differs=Text(
            'PyTorch: GELU(approximate="tanh"); JAX\'s plain gelu is this one.',
            'PyTorch에서는 GELU(approximate="tanh")입니다. JAX의 gelu는 기본이 이 식입니다.',
        ),
    ),
    about=Text(
        "GELU with its Gaussian share approximated by a tanh, right to about 0.0005. Choose it "
        "for weights that were trained with it.",
        "정규 분포의 확률을 tanh로 어림한 GELU이며, 오차는 0.0005쯤입니다. "
        "이 식으로 학습한 가중치를 쓸 때 고르면 됩니다.",
    ),
    source="Hendrycks and Gimpel 2016, Gaussian Error Linear Units",
)
