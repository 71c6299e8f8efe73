"""SReLU: three straight pieces, all of them learned."""

from livegrad.functions.formula import parameter, piecewise, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Joint, Kernels
from livegrad.text import Text

low, high, alpha, beta = map(parameter, ("low", "high", "alpha", "beta"))

ACTIVATION = Activation(
    id="srelu",
    formula=piecewise((low, high), (low + alpha * (x - low), x, high + beta * (x - high))),
    stable=Kernels(derivative=piecewise((low, high), (alpha, 1, beta))),
    parameters=(
        Parameter(
            "low",
            0.0,
            about=Text(
                "where the left piece ends, before training", "왼쪽 조각이 끝나는 처음 자리"
            ),
            domain=Domain(high="high", ends=False),
            learned=True,
        ),
        Parameter(
            "high",
            1.0,
            about=Text(
                "where the right piece begins, before training",
                "오른쪽 조각이 시작하는 처음 자리",
            ),
            domain=Domain(low="low", ends=False),
            learned=True,
        ),
        Parameter(
            "alpha",
            0.2,
            about=Text("slope of the left piece, before training", "왼쪽 조각 기울기의 처음 값"),
            domain=Domain(low=0.0, ends=False),
            learned=True,
        ),
        Parameter(
            "beta",
            1.0,
            about=Text("slope of the right piece, before training", "오른쪽 조각 기울기의 처음 값"),
            domain=Domain(low=0.0, ends=False),
            learned=True,
        ),
    ),
    joints=(Joint(at=low, slope=alpha), Joint(at=high, slope=beta)),
    tails=(-float("inf"), float("inf")),
    single=True,
    aliases=Aliases(
        other=("s_shaped_relu",),
        differs=Text(
            "The paper freezes it at first, as the leaky ReLU that our defaults are, and then "
            "sets high from the data.",
            "논문에서는 처음에 이 기본값과 같은 리키 렐루(Leaky ReLU)로 묶어 두었다가, 데이터를 "
            "보고 high를 정합니다.",
        ),
    ),
    about=Text(
        "Slope 1 in the middle, and a slope of its own on either side, with both corners trained: "
        "it can become a leaky ReLU, a saturating S or its opposite. Four numbers for each "
        "channel.",
        "가운데 기울기는 1이고 양쪽 기울기와 두 모서리 자리를 모두 학습합니다. 리키 렐루(Leaky "
        "ReLU)도, 포화(saturation)하는 S자도, 그 반대 모양도 될 수 있습니다. 채널마다 수 네 개가 "
        "듭니다.",
    ),
    source="Jin, Xu, Feng, Wei, Xiong and Yan 2015, "
    "Deep Learning with S-Shaped Rectified Linear Activation Units",
)
