"""Sigmoid: the smooth switch."""

from livegrad.functions.formula import absolute, clip, exp, tanh, x
from livegrad.functions.record import Activation, Aliases, Kernels, Native
from livegrad.text import Text

_growth = exp(clip(x, -float("inf"), 80.0))  # at 80 e^x/(1 + e^x) is 1 in every dtype
_decay = exp(-absolute(x))
# σ·(1 − σ) is the same in mathematics, and exactly 0 from x = 16.6 in float32.
_SLOPE = _decay / (1 + _decay * (2 + _decay))

ACTIVATION = Activation(
    id="sigmoid",
    formula=1 / (1 + exp(-x)),
    stable=Kernels(
        value=_growth / (1 + _growth),
        derivative=_SLOPE,
        second_derivative=-tanh(x / 2) * _SLOPE,
    ),
    single=True,
    tails=(0, 1),
    aliases=Aliases(
        torch=("Sigmoid", "sigmoid"),
        keras=("sigmoid",),
        jax=("sigmoid",),
        timm=("sigmoid", "Sigmoid"),
        other=("logistic", "expit"),
    ),
    natives=(
        Native(
            "torch.nn.functional.sigmoid",
            value_within=(("float32", -87.0, float("inf")), ("float64", -708.0, float("inf"))),
        ),
        Native("jax.nn.sigmoid"),
    ),
    about=Text(
        "A smooth S from 0 to 1 that reads as a probability: right for the output of a yes-or-no "
        "question. Its slope is at most 1/4 and its outputs are all positive, so deep stacks of "
        "it hardly learn.",
        "0에서 1까지 매끄럽게 오르는 S자 곡선입니다. 출력을 확률로 읽을 수 있어 예·아니요를 "
        "가르는 출력층에 맞습니다. 기울기가 커야 1/4이고 출력이 모두 양수라서, 깊이 쌓으면 기울기 "
        "소실(vanishing gradient)이 일어나 거의 배우지 못합니다.",
    ),
    source="",
)
