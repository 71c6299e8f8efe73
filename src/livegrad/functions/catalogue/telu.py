"""TeLU: the input, gated by the tanh of its exponential."""

from livegrad.functions.formula import clip, exp, piecewise, sigmoid, tanh, x
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

# Left of −20 the tanh is e^x itself, and is applied in two halves as in swish. Right of 4 it is 1.
_left, _right = clip(x, -1200.0, -20.0), clip(x, -20.0, 10.0)
_half, _grown = exp(_left / 2), exp(_right)

ACTIVATION = Activation(
    id="telu",
    formula=x * tanh(exp(x)),
    stable=Kernels(
        value=piecewise((-20,), ((_left * _half) * _half, x * tanh(_grown))),
        derivative=piecewise(
            (-20,),
            (
                ((1 + _left) * _half) * _half,
                tanh(_grown) + (4 * _right * _grown) * (sigmoid(2 * _grown) * sigmoid(-2 * _grown)),
            ),
        ),
    ),
    tails=(0, float("inf")),
    aliases=Aliases(other=("tanhexp", "tanh_exponential_linear_unit")),
    about=Text(
        "Almost the identity above 1, with a dip below 0 and a tail that dies away like x·eˣ. "
        "The same function was published twice, first as TanhExp.",
        "1보다 크면 항등 함수와 거의 같고, 0 아래로 살짝 꺼졌다가 x·eˣ처럼 사라집니다. 같은 함수가 "
        "두 번 발표되었고 먼저 나온 이름은 TanhExp입니다.",
    ),
    source="Liu and Di 2020, TanhExp: A Smooth Activation Function with High Convergence Speed; "
    "Fernandez and Mali 2024, TeLU Activation Function for Fast and Stable Deep Learning",
)
