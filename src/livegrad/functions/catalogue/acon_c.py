"""ACON-C: a learned switch between two straight lines."""

from livegrad.functions.formula import clip, parameter, sigmoid, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

p1, p2, beta = parameter("p1"), parameter("p2"), parameter("beta")

# Both lines with their own shares, p₁σ(w) + p₂σ(−w), is the same and subtracts nothing.
_bent = clip(beta * (p1 - p2) * x, -1200.0, 1200.0)
_up, _down = sigmoid(_bent), sigmoid(-_bent)
_gate = p1 * _up + p2 * _down

ACTIVATION = Activation(
    id="acon_c",
    formula=(p1 - p2) * x * sigmoid(beta * (p1 - p2) * x) + p2 * x,
    stable=Kernels(value=x * _gate, derivative=_gate + (p1 - p2) * (_bent * (_up * _down))),
    single=True,
    parameters=(
        Parameter(
            "p1",
            1.0,
            about=Text("slope of one line, before training", "한쪽 직선 기울기의 처음 값"),
            domain=Domain(low=0.0, ends=False),
            learned=True,
        ),
        Parameter(
            "p2",
            0.25,
            about=Text("slope of the other line, before training", "다른 직선 기울기의 처음 값"),
            domain=Domain(low=0.0, ends=False),
            learned=True,
        ),
        Parameter(
            "beta",
            1.0,
            about=Text(
                "sharpness of the switch: near 0 a line, far from it the larger of the two lines",
                "전환의 날카로움. 0에 가까우면 직선, 크면 두 직선 가운데 큰 쪽입니다",
            ),
            domain=Domain(low=2.0**-10, high=2.0**10),
            learned=True,
        ),
    ),
    tails=(-float("inf"), float("inf")),
    aliases=Aliases(
        other=("aconc", "acon"),
        differs=Text(
            "The authors' code draws p1 and p2 from N(0, 1), one pair for each channel; here they "
            "begin at 1 and 0.25, the slopes of PReLU.",
            "저자들의 코드는 p1과 p2를 채널마다 N(0, 1)에서 뽑습니다. 여기서는 PReLU의 두 기울기인 "
            "1과 0.25에서 시작합니다.",
        ),
    ),
    about=Text(
        "A smooth maximum of the lines p₁x and p₂x whose sharpness is learned, so a layer decides "
        "how far it is activated at all. With p₂ = 0 it is Swish, with large beta PReLU.",
        "직선 p₁x와 p₂x의 부드러운 최댓값입니다. 날카로움까지 학습해서 층이 얼마나 활성화될지를 "
        "스스로 정합니다. p₂ = 0이면 Swish이고, beta가 크면 PReLU입니다.",
    ),
    source="Ma, Zhang, Liu and Sun 2021, Activate or Not: Learning Customized Activation",
)
