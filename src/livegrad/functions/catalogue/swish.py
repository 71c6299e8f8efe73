"""Swish, at beta = 1 also called SiLU: the input, gated by its own sigmoid."""

from livegrad.functions.formula import clip, exp, parameter, piecewise, sigmoid, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

beta = parameter("beta")

# z = βx is held at ±1200, where e^−|z| is 0 in every dtype: so ±inf gives the limit instead of
# inf·0. On the left the exponential is applied in two halves, h·h: that keeps the tail out of the
# subnormal numbers.
_left, _right = clip(beta * x, -1200.0, 0.0), clip(beta * x, 0.0, 1200.0)
_half, _decay = exp(_left / 2), exp(-_right)
_below, _above = 1 + _half * _half, 1 + _decay

ACTIVATION = Activation(
    id="swish",
    formula=x * sigmoid(beta * x),
    stable=Kernels(
        value=piecewise((0,), (((_left / beta) * _half) * (_half / _below), x / _above)),
        derivative=piecewise(
            (0,),
            (
                ((_below + _left) * _half / _below) * (_half / _below),
                (_above + _decay * _right) / (_above * _above),
            ),
        ),
    ),
    parameters=(
        Parameter(
            "beta",
            1.0,
            about=Text(
                "sharpness of the gate; beyond this range it is a line or ReLU in all but name",
                "문의 날카로움. 이 범위를 벗어나면 사실상 직선이거나 ReLU입니다",
            ),
            domain=Domain(low=2.0**-10, high=2.0**10),
        ),
    ),
    tails=(0, float("inf")),
    aliases=Aliases(
        torch=("SiLU", "silu"),
        keras=("silu", "swish"),
        jax=("silu", "swish"),
        other=("sigmoid_linear_unit",),
    ),
    about=Text(
        "The input times its own sigmoid: smooth, unbounded above, with a small dip below 0 that "
        "lets some negative signal through. At beta = 1 it is SiLU; as beta grows it becomes ReLU.",
        "입력에 그 입력의 시그모이드(sigmoid)를 곱합니다. 매끄럽고 위로 열려 있으며, 0 아래로 "
        "살짝 꺼져 음수 신호도 조금 지나갑니다. beta = 1이면 SiLU이고, beta가 커질수록 ReLU에 "
        "가까워집니다.",
    ),
    source="Ramachandran, Zoph and Le 2017, Searching for Activation Functions; "
    "Elfwing et al. 2017 (SiLU)",
)
