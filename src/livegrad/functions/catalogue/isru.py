"""ISRU: an S made of an inverse square root."""

from livegrad.functions.formula import clip, parameter, sqrt, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

alpha = parameter("alpha")

_held = clip(x, -(2.0**40), 2.0**40)  # beyond it the output is its limit, and inf/inf is avoided
_square = 1 + alpha * (x * x)
_output = _held / sqrt(1 + alpha * (_held * _held))

ACTIVATION = Activation(
    id="isru",
    formula=x / sqrt(1 + alpha * x**2),
    stable=Kernels(
        value=_output,
        derivative=1 / _square / sqrt(_square),
        second_derivative=-3 * alpha * _output / _square / _square,
        exact=True,
    ),
    parameters=(
        Parameter(
            "alpha",
            1.0,
            about=Text("the ends lie at ±1/√alpha", "양 끝이 ±1/√alpha입니다"),
            domain=Domain(low=2.0**-10, high=2.0**10),
        ),
    ),
    tails=(-1 / sqrt(alpha), 1 / sqrt(alpha)),
    aliases=Aliases(other=("inverse_square_root_unit",)),
    about=Text(
        "An S like tanh without an exponential; chips compute inverse square roots quickly. Its "
        "slope falls like 1/|x|³: slower than tanh's, faster than softsign's.",
        "지수 계산 없이 tanh처럼 S자를 그립니다. 역제곱근은 칩에서 빠르게 계산됩니다. 기울기는 "
        "1/|x|³로 줄어, tanh보다는 느리고 softsign보다는 빠릅니다.",
    ),
    source="Carlile, Delamarter, Kinney, Marti and Whitney 2017, "
    "Improving Deep Learning by Inverse Square Root Linear Units (ISRLUs)",
)
