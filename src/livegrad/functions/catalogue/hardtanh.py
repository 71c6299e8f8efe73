"""Hardtanh: tanh drawn with a ruler."""

from livegrad.functions.formula import parameter, piecewise, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Joint, Native
from livegrad.text import Text

low, high = parameter("low"), parameter("high")

ACTIVATION = Activation(
    id="hardtanh",
    formula=piecewise((low, high), (low, x, high)),
    parameters=(
        Parameter(
            "low",
            -1.0,
            about=Text("lowest output", "가장 작은 출력"),
            domain=Domain(high="high", ends=False),
        ),
        Parameter(
            "high",
            1.0,
            about=Text("highest output", "가장 큰 출력"),
            domain=Domain(low="low", ends=False),
        ),
    ),
    single=True,
    joints=(Joint(at=low, slope=0), Joint(at=high, slope=0)),
    tails=(low, high),
    aliases=Aliases(
        torch=("Hardtanh", "hardtanh"),
        keras=("hard_tanh",),
        jax=("hard_tanh",),
        differs=Text(
            "JAX states the slope 1 at both corners; Keras and JAX fix them at −1 and 1.",
            "JAX는 두 모서리에서 기울기를 1로 둡니다. 케라스(Keras)와 JAX에서는 모서리가 −1과 1로 "
            "정해져 있습니다.",
        ),
    ),
    natives=(
        Native(
            "torch.nn.functional.hardtanh",
            (("min_val", "low"), ("max_val", "high")),
            right=("float32", "float64", "bfloat16", "float16"),
        ),
        Native("jax.nn.hard_tanh"),
    ),
    about=Text(
        "Three straight pieces in the shape of tanh: slope 1 in the middle and exactly 0 outside, "
        "where no gradient passes.",
        "tanh 모양을 직선 셋으로 그린 함수입니다. 가운데 기울기는 1이고, 바깥은 정확히 0이라 "
        "기울기가 지나가지 못합니다.",
    ),
    source="Collobert 2004, Large Scale Machine Learning",
)
