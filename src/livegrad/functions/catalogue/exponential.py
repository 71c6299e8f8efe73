"""Exponential: every step to the right multiplies the output."""

from livegrad.functions.formula import exp, x
from livegrad.functions.record import Activation, Aliases, Native
from livegrad.text import Text

ACTIVATION = Activation(
    id="exponential",
    formula=exp(x),
    tails=(0, float("inf")),
    single=True,
    aliases=Aliases(torch=("exp",), keras=("exponential",), jax=("exp",)),
    natives=(
        Native("torch.exp", right=("float64", "float32", "bfloat16", "float16")),
        Native("jax.numpy.exp"),
    ),
    about=Text(
        "Makes any number positive, for an output that is a rate or a scale. It overflows from "
        "x = 88.7 in float32 (11.1 in float16), and its slope grows as fast as itself, so it does "
        "not belong between layers.",
        "어떤 수든 양수로 만들어, 비율이나 척도를 내는 출력층에 씁니다. float32에서는 x = 88.7부터, "
        "float16에서는 11.1부터 넘칩니다(overflow). 기울기도 출력만큼 빨리 커지므로 은닉층에는 "
        "맞지 않습니다.",
    ),
    source="",
)
