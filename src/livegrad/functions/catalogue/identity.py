"""Identity: no bend at all."""

from livegrad.functions.formula import x
from livegrad.functions.record import Activation, Aliases, Native
from livegrad.text import Text

INFINITY = float("inf")

ACTIVATION = Activation(
    id="identity",
    formula=x,
    single=True,
    tails=(-INFINITY, INFINITY),
    aliases=Aliases(
        torch=("Identity",), keras=("linear",), jax=("identity",), timm=("identity",), other=("id",)
    ),
    natives=(Native("jax.nn.identity"),),
    about=Text(
        "Hands its input on unchanged. Right for the output layer of a regression, where every "
        "number must be reachable; between layers it lets the whole stack collapse into one "
        "linear map.",
        "입력을 그대로 내보냅니다. 어떤 수든 나와야 하는 회귀(regression)의 출력층에 알맞습니다. "
        "은닉층 사이에 두면 층을 아무리 쌓아도 선형 변환(linear map) 하나와 같아집니다.",
    ),
    source="",
)
