"""Cloglog: a lopsided sigmoid."""

import math

from livegrad.functions.formula import clip, exp, expm1, written, x
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

_held = clip(x, -math.inf, 10.0)  # beyond, exp(−eˣ) is 0 in every dtype; avoids inf·0
_rate = exp(_held)
_value = -expm1(-_rate)  # as printed, the left tail cancels
_slope = _rate * exp(-_rate)

ACTIVATION = Activation(
    id="cloglog",
    formula=written(1 - exp(-exp(x)), _value),
    stable=Kernels(value=_value, derivative=_slope, second_derivative=(1 - _rate) * _slope),
    tails=(0, 1),
    aliases=Aliases(other=("complementary_log_log",)),
    about=Text(
        "1 − exp(−eˣ): a probability like the sigmoid's, but lopsided: it leaves 0 slowly and "
        "reaches 1 abruptly. Fits events of which at least one must happen; right of 3 there is "
        "hardly any gradient.",
        "1 − exp(−eˣ)입니다. 시그모이드(sigmoid)처럼 확률을 내지만 좌우가 다릅니다. 0에서는 천천히 "
        "떠나고 1에는 갑자기 닿습니다. 적어도 한 번은 일어나는 사건에 맞으며, 3 오른쪽에는 "
        "기울기가 거의 없습니다.",
    ),
    source="Gomes and Ludermir 2008, "
    "Complementary Log-Log and Probit: Activation Functions Implemented in Artificial "
    "Neural Networks",
)
