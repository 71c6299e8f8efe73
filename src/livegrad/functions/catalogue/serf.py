"""Serf: the input, gated by the error function of its softplus."""

import math

from livegrad.functions.formula import clip, erf, exp, log1p, piecewise, sigmoid, softplus, x
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

_PEAK = 2 / math.sqrt(math.pi)  # slope of erf at 0

# Left of −40 the softplus is e^x and erf a straight line; the exponential is applied in two halves
# as in swish. Right of 6 erf is 1 in every dtype.
_left, _right = clip(x, -1200.0, -40.0), clip(x, -40.0, 12.0)
_half, _soft = exp(_left / 2), log1p(exp(_right))

ACTIVATION = Activation(
    id="serf",
    formula=x * erf(softplus(x)),
    stable=Kernels(
        value=piecewise((-40,), ((_PEAK * _left * _half) * _half, x * erf(_soft))),
        derivative=piecewise(
            (-40,),
            (
                (_PEAK * (1 + _left) * _half) * _half,
                erf(_soft) + (_PEAK * _right) * (exp(-_soft * _soft) * sigmoid(_right)),
            ),
        ),
    ),
    tails=(0, float("inf")),
    aliases=Aliases(other=("log_softplus_error_activation",)),
    about=Text(
        "Built like Mish, with the error function in place of tanh, so it comes to the identity "
        "sooner on the right. Two special functions deep, it is slow to compute.",
        "Mish와 같은 짜임에 tanh 대신 오차 함수(error function)를 넣었습니다. 오른쪽에서 항등 "
        "함수에 더 빨리 다가갑니다. 특수 함수를 두 번 거쳐 계산이 느립니다.",
    ),
    source="Nag, Bhattacharyya, Mukherjee and Kundu 2021, "
    "Serf: Towards better training of deep neural networks using log-Softplus ERror activation",
)
