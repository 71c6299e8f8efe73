"""ELU: ReLU with a smooth, saturating negative side."""

from livegrad.functions.formula import expm1, parameter, piecewise, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Joint
from livegrad.text import Text

alpha = parameter("alpha")

ACTIVATION = Activation(
    id="elu",
    formula=piecewise((0,), (alpha * expm1(x), x)),
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
    aliases=Aliases(torch=("ELU", "elu"), keras=("elu", "ELU"), jax=("elu",)),
    about=Text(
        "Passes what is positive; the negative side bends smoothly towards −α, so its mean output "
        "lies closer to 0. Costs an exponential.",
        "양수는 그대로 보내고, 음수 쪽은 −α로 부드럽게 휘어집니다. 그래서 출력의 평균이 0에 더 "
        "가깝습니다. 대신 지수 계산이 듭니다.",
    ),
    source="Clevert, Unterthiner and Hochreiter 2015, "
    "Fast and Accurate Deep Network Learning by ELUs",
)
