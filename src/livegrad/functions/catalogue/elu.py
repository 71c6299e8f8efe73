"""ELU: ReLU with a smooth, saturating negative side."""

from livegrad.functions.formula import exp, expm1, parameter, piecewise, tanh, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Joint, Kernels, Native
from livegrad.text import Text

alpha = parameter("alpha")
# e^x − 1 is 2t/(1 − t) with t = tanh(x/2). Compilers of formulas write expm1 as exp − 1, which loses
# every digit near 0; this form they leave alone, and it costs less.
_t = tanh(0.5 * x)

ACTIVATION = Activation(
    id="elu",
    formula=piecewise((0,), (alpha * expm1(x), x)),
    stable=Kernels(
        value=piecewise((0,), (alpha * (2 * _t / (1 - _t)), x)),
        derivative=piecewise((0,), (alpha * exp(x), 1)),
    ),
    single=True,
    parameters=(
        Parameter(
            "alpha",
            1.0,
            about=Text(
                "depth of the negative side; f′ has a jump at 0 unless it is 1",
                "음수 쪽의 깊이. 1이 아니면 0에서 기울기가 끊깁니다",
            ),
            domain=Domain(low=0.0, ends=False),
        ),
    ),
    joints=(Joint(at=0, slope=alpha),),
    tails=(-alpha, float("inf")),
    aliases=Aliases(torch=("ELU", "elu"), keras=("elu", "ELU"), jax=("elu",), timm=("elu",)),
    natives=(
        Native(
            "torch.nn.functional.elu",
            (("alpha", "alpha"),),
            right=("float32", "float64", "bfloat16", "float16"),
        ),
        Native("jax.nn.elu", (("alpha", "alpha"),)),
    ),
    about=Text(
        "Passes what is positive; the negative side bends smoothly towards −α, so its mean output "
        "lies closer to 0. Costs an exponential.",
        "양수는 그대로 보내고, 음수 쪽은 −α로 부드럽게 휘어집니다. 그래서 출력의 평균이 0에 더 "
        "가깝습니다. 대신 지수 계산이 듭니다.",
    ),
    source="Clevert, Unterthiner and Hochreiter 2015, "
    "Fast and Accurate Deep Network Learning by ELUs",
)
