"""CELU: ELU made continuously differentiable for every alpha."""

from livegrad.functions.formula import exp, expm1, parameter, piecewise, tanh, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Joint, Kernels, Native
from livegrad.text import Text

alpha = parameter("alpha")
_t = tanh(0.5 * (x / alpha))  # 2t/(1 − t) is e^(x/α) − 1, as in elu

ACTIVATION = Activation(
    id="celu",
    formula=piecewise((0,), (alpha * expm1(x / alpha), x)),
    stable=Kernels(
        value=piecewise((0,), (alpha * (2 * _t / (1 - _t)), x)),
        derivative=piecewise((0,), (exp(x / alpha), 1)),
    ),
    single=True,
    parameters=(
        Parameter(
            "alpha",
            1.0,
            about=Text("depth and width of the negative side", "음수 쪽의 깊이이자 너비"),
            domain=Domain(low=0.0, ends=False),
        ),
    ),
    joints=(Joint(at=0, slope=1),),
    tails=(-alpha, float("inf")),
    aliases=Aliases(torch=("CELU", "celu"), keras=("celu",), jax=("celu",), timm=("celu",)),
    natives=(
        Native(
            "torch.nn.functional.celu",
            (("alpha", "alpha"),),
            right=("float32", "float64", "bfloat16", "float16"),
            defaults_only=True,
        ),
        Native("jax.nn.celu", (("alpha", "alpha"),)),
    ),
    about=Text(
        "ELU with the exponent scaled by alpha, so that the slope is 1 on both sides of 0 "
        "whatever alpha is.",
        "지수를 alpha로 나누어, alpha가 얼마든 0의 양쪽 기울기가 모두 1이 되게 한 ELU입니다.",
    ),
    source="Barron 2017, Continuously Differentiable Exponential Linear Units",
)
