"""Tanh: the sigmoid, centred at zero."""

from livegrad.functions.formula import absolute, exp, tanh, x
from livegrad.functions.record import Activation, Aliases, Kernels, Native
from livegrad.text import Text

# 1 − tanh² is the same in mathematics, and exactly 0 from |x| = 9.01 in float32 (3.47 in bfloat16).
_decay = exp(-2 * absolute(x))
_SLOPE = 4 * (_decay / (1 + _decay * (2 + _decay)))

ACTIVATION = Activation(
    id="tanh",
    formula=tanh(x),
    stable=Kernels(derivative=_SLOPE, second_derivative=-2 * tanh(x) * _SLOPE),
    single=True,
    tails=(-1, 1),
    aliases=Aliases(
        torch=("Tanh", "tanh"),
        keras=("tanh",),
        jax=("tanh",),
        timm=("tanh", "Tanh"),
        other=("hyperbolic_tangent",),
    ),
    natives=(Native("torch.nn.functional.tanh"), Native("jax.nn.tanh")),
    about=Text(
        "An S from −1 to 1 around 0, with slope 1 at its centre: four times the sigmoid's. The "
        "bounded, centred output suits recurrent networks; far from 0 it still saturates.",
        "0을 중심으로 −1에서 1까지 오르는 S자 곡선입니다. 가운데 기울기가 1로 "
        "시그모이드(sigmoid)의 네 배입니다. 출력이 갇혀 있고 0을 중심으로 하여 순환 신경망(RNN)에 "
        "알맞지만, 0에서 멀어지면 역시 포화(saturation)합니다.",
    ),
    source="",
)
