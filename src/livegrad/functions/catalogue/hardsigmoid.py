"""Hardsigmoid: the sigmoid drawn with a ruler."""

from livegrad.functions.formula import piecewise, x
from livegrad.functions.record import Activation, Aliases, Joint
from livegrad.text import Text

ACTIVATION = Activation(
    id="hardsigmoid",
    formula=piecewise((-3, 3), (0, (x + 3) / 6, 1)),
    joints=(Joint(at=-3, slope=0), Joint(at=3, slope=0)),
    tails=(0, 1),
    aliases=Aliases(
        torch=("Hardsigmoid", "hardsigmoid"),
        keras=("hard_sigmoid",),
        jax=("hard_sigmoid",),
        differs=Text(
            "Keras before version 3 used 0.2·x + 0.5, with corners at ±2.5.",
            "케라스(Keras) 3 이전에는 0.2·x + 0.5였고 모서리가 ±2.5였습니다.",
        ),
    ),
    about=Text(
        "Three straight pieces in the shape of the sigmoid, cheap on small devices. Beyond ±3 no "
        "gradient passes.",
        "시그모이드(sigmoid) 모양을 직선 셋으로 그린 함수로, 작은 기기에서 계산이 쌉니다. ±3 "
        "바깥에서는 기울기가 지나가지 못합니다.",
    ),
    source="Courbariaux, Bengio and David 2015, BinaryConnect; this scale: Howard et al. 2019",
)
