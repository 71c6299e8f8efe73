"""ISRLU: ELU with an inverse square root in place of the exponential."""

from livegrad.functions.formula import clip, parameter, piecewise, sqrt, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Joint, Kernels
from livegrad.text import Text

alpha = parameter("alpha")

_held = clip(x, -(2.0**40), 2.0**40)  # beyond it the output is its limit, and inf/inf is avoided
_square = 1 + alpha * (x * x)
_output = _held / sqrt(1 + alpha * (_held * _held))

ACTIVATION = Activation(
    id="isrlu",
    formula=piecewise((0,), (x / sqrt(1 + alpha * x**2), x)),
    stable=Kernels(
        value=piecewise((0,), (_output, x)),
        derivative=piecewise((0,), (1 / _square / sqrt(_square), 1)),
        second_derivative=piecewise((0,), (-3 * alpha * _output / _square / _square, 0)),
        exact=True,
    ),
    parameters=(
        Parameter(
            "alpha",
            1.0,
            about=Text("the left end lies at −1/√alpha", "왼쪽 끝이 −1/√alpha입니다"),
            domain=Domain(low=2.0**-10, high=2.0**10),
        ),
    ),
    joints=(Joint(at=0, slope=1),),
    tails=(-1 / sqrt(alpha), float("inf")),
    aliases=Aliases(other=("inverse_square_root_linear_unit",)),
    about=Text(
        "Passes what is positive; the negative side bends smoothly towards −1/√α, as in ELU but "
        "without an exponential. Slope and curvature have no jump at 0.",
        "양수는 그대로 보내고, 음수 쪽은 ELU처럼 −1/√α로 부드럽게 휘어지되 지수 계산이 없습니다. "
        "0에서 기울기도 굽은 정도도 끊기지 않습니다.",
    ),
    source="Carlile, Delamarter, Kinney, Marti and Whitney 2017, "
    "Improving Deep Learning by Inverse Square Root Linear Units (ISRLUs)",
)
