"""SMU: leaky ReLU with its corner rounded by the error function."""

import math

from livegrad.functions.formula import clip, erf, erfc, exp, parameter, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

alpha, mu = parameter("alpha"), parameter("mu")

# ½(1 + erf w) = ½erfc(−w) does not cancel on the left. Beyond ±40 erfc is 0 or 2 in every dtype.
_bend = clip(mu * ((1 - alpha) * x), -40.0, 40.0)
_share = 0.5 * erfc(-_bend)
_PEAK = 1 / math.sqrt(math.pi)

ACTIVATION = Activation(
    id="smu",
    formula=((1 + alpha) * x + (1 - alpha) * x * erf(mu * (1 - alpha) * x)) / 2,
    stable=Kernels(
        value=x * (alpha + (1 - alpha) * _share),
        derivative=alpha + (1 - alpha) * (_share + (_PEAK * _bend) * exp(-_bend * _bend)),
    ),
    parameters=(
        Parameter(
            "alpha",
            0.01,
            about=Text("slope far on the negative side", "음수 쪽 멀리에서의 기울기"),
            domain=Domain(low=0.0, high=1.0, ends=False),
        ),
        Parameter(
            "mu",
            2.5,
            about=Text("sharpness of the corner, before training", "모서리 날카로움의 처음 값"),
            domain=Domain(low=2.0**-10, high=2.0**20),
            learned=True,
        ),
    ),
    tails=(-float("inf"), float("inf")),
    aliases=Aliases(
        other=("smooth_maximum_unit",),
        differs=Text(
            "The paper's first version took alpha 0.25 and mu 1000000, which is leaky ReLU but "
            "for a millionth around 0. With alpha near 0 and mu = 0.7071 it becomes GELU.",
            "논문의 첫 판은 alpha 0.25, mu 1000000이었습니다. 0 둘레 백만분의 일만 빼면 리키 "
            "렐루(Leaky ReLU)입니다. alpha가 0에 가깝고 mu = 0.7071이면 GELU가 됩니다.",
        ),
    ),
    about=Text(
        "A smooth maximum of x and αx; how round the corner is gets learned. Below 0 it dips "
        "before it follows the line αx.",
        "x와 αx의 부드러운 최댓값이고, 모서리를 얼마나 둥글릴지를 학습합니다. 0 아래에서는 한 번 "
        "꺼진 뒤 직선 αx를 따라갑니다.",
    ),
    source="Biswas, Kumar, Banerjee and Pandey 2022, "
    "Smooth Maximum Unit: Smooth Activation Function for Deep Networks",
)
