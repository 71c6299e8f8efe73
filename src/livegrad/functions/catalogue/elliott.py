"""Elliott: the sigmoid's shape from a single division."""

from livegrad.functions.formula import absolute, piecewise, sign, written, x
from livegrad.functions.record import Activation, Aliases, Joint, Kernels
from livegrad.text import Text

_value = piecewise((0,), (0.5 / (1 - x), 1 - 0.5 / (1 + x)))  # as printed, the left tail cancels
_inverse = 1 / (1 + absolute(x))

ACTIVATION = Activation(
    id="elliott",
    formula=written(0.5 * x / (1 + absolute(x)) + 0.5, _value),
    stable=Kernels(
        value=_value,
        derivative=0.5 * _inverse * _inverse,
        second_derivative=-sign(x) * (_inverse * _inverse * _inverse),
    ),
    joints=(Joint(at=0, slope=0.5),),
    tails=(0, 1),
    single=True,
    aliases=Aliases(
        other=("elliott_sigmoid", "elliot"),
        differs=Text(
            "Some call x/(1 + |x|), from −1 to 1, by this name: here that is 'softsign'.",
            "−1에서 1까지인 x/(1 + |x|)를 이 이름으로 부르기도 합니다. 여기서는 'softsign'입니다.",
        ),
    ),
    about=Text(
        "Softsign squeezed between 0 and 1: an S like the sigmoid without an exponential. Its "
        "slope is 1/2 at 0 and falls like 1/x², so it saturates slowly.",
        "softsign을 0과 1 사이로 줄인 것으로, 지수 계산 없이 시그모이드(sigmoid)처럼 S자를 "
        "그립니다. 기울기는 0에서 1/2이고 1/x²로 줄어, 포화(saturation)가 천천히 옵니다.",
    ),
    source="Elliott 1993, A Better Activation Function for Artificial Neural Networks",
)
