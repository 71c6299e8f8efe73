"""Softplus: ReLU with its corner rounded off."""

from livegrad.functions.formula import absolute, clip, exp, log1p, parameter, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Kernels, Native
from livegrad.text import Text

beta = parameter("beta")
_growth = exp(clip(beta * x, -float("inf"), 80.0))  # at 80 the slope is 1 in every dtype
_decay = exp(-absolute(beta * x))

ACTIVATION = Activation(
    id="softplus",
    formula=log1p(exp(beta * x)) / beta,
    stable=Kernels(
        value=clip(x, 0.0) + log1p(_decay) / beta,
        derivative=_growth / (1 + _growth),
        second_derivative=beta * (_decay / (1 + _decay * (2 + _decay))),
    ),
    single=True,
    parameters=(
        Parameter(
            "beta",
            1.0,
            about=Text("sharpness of the corner", "모서리의 날카로움"),
            domain=Domain(low=2.0**-10, high=2.0**10),
        ),
    ),
    tails=(0, float("inf")),
    aliases=Aliases(
        torch=("Softplus", "softplus"),
        keras=("softplus",),
        jax=("softplus",),
        other=("smooth_relu",),
        differs=Text(
            "PyTorch switches to a straight line at beta·x = 20, a small step in float64.",
            "PyTorch는 beta·x = 20부터 직선으로 바꾸어, float64에서 작은 턱이 생깁니다.",
        ),
    ),
    natives=(
        Native(
            "torch.nn.functional.softplus",
            (("beta", "beta"),),
            right=("float32", "bfloat16", "float16"),
            defaults_only=True,
        ),
        Native("jax.nn.softplus"),
    ),
    about=Text(
        "A smooth ReLU, always positive; its slope is the sigmoid. Often used where an output "
        "must be above 0, such as a variance.",
        "모서리를 둥글린 ReLU로, 출력이 늘 양수이고 기울기는 시그모이드(sigmoid)입니다. "
        "분산처럼 0보다 커야 하는 출력에 자주 씁니다.",
    ),
    source="Dugas, Bengio, Bélisle, Nadeau and Garcia 2001, "
    "Incorporating Second-Order Functional Knowledge",
)
