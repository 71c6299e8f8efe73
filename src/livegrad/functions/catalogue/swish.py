"""Swish, at beta = 1 also called SiLU: the input, gated by its own sigmoid."""

from livegrad.functions.formula import absolute, clip, exp, parameter, sigmoid, tanh, x
from livegrad.functions.formula.approximation import Distance, Normal
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Kernels, Native, Preset
from livegrad.text import Text

beta = parameter("beta")

# z = βx is held where e^z overflows in no dtype and the gate is 1 to the last digit, x where the
# result has long been 0: so ±inf gives the limit instead of inf·0. The exponential is applied in two
# halves, g·g, which keeps the tail out of the subnormal numbers.
_held, _z = clip(x, -1e6), clip(beta * x, -1600.0, 80.0)
_g = exp(0.5 * _z)
_e = _g * _g
_gate = _g / (1 + _e)

# f′ is (1 + z + e)·e/(1 + e)². Where 1 + z + e^z crosses 0 its digits cancel; with d the distance
# from there and c = e^z at that place it equals d + (c + e)·tanh(d/2), in which nothing cancels.
# Halves would cost a digit here: the far tail goes into a factor of its own.
_bounded = clip(beta * x, -1600.0, 43.0)
_normal = Normal(_bounded)
_grown, _tail = exp(_normal), exp(_bounded - _normal)
_square = 1 + _grown * (2 + _grown)  # (1 + e)² with fewer roundings on the left
_d = Distance(_bounded, -1.2784645427610737, -1.0946994183093437e-16)
_top = _d + (_grown + 0.27846454276107380) * tanh(0.5 * _d)

_size = clip(absolute(beta * x), 0.0, 1600.0)
_decay = exp(-_size)

ACTIVATION = Activation(
    id="swish",
    formula=x * sigmoid(beta * x),
    stable=Kernels(
        value=(_held * _gate) * _g,
        derivative=(_top * (_grown / _square)) * _tail,
        second_derivative=beta
        * ((2 - _size * tanh(0.5 * _size)) * (_decay / (1 + _decay * (2 + _decay)))),
    ),
    single=True,
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
        presets=(Preset("quick_gelu", (("beta", 1.702),), "timm"),),
        timm=("silu", "swish", "Swish"),
    ),
    natives=(
        Native(
            "torch.nn.functional.silu",
            value_within=(("float32", -87.0, float("inf")), ("float64", -708.0, float("inf"))),
        ),
        Native("jax.nn.silu"),
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
