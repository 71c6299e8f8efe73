"""Squareplus: a smooth ReLU made of a square root."""

from livegrad.functions.formula import parameter, piecewise, sqrt, written, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Kernels, Native
from livegrad.text import Text

b = parameter("b")

# Left of 0 the sum x + √(x² + b) cancels; b / (√(x² + b) − x) is the same number. From ±2⁴⁰ on b no
# longer changes a digit of the root, and x² would overflow.
_FAR = 2.0**40
_joints = (-_FAR, 0, _FAR)
_root = sqrt(x**2 + b)
_half, _quarter = b / 2, b / 4

ACTIVATION = Activation(
    id="squareplus",
    formula=written((x + _root) / 2, piecewise((0,), (_half / (_root - x), (x + _root) / 2))),
    stable=Kernels(
        value=piecewise(_joints, (_quarter / -x, _half / (_root - x), x / 2 + _root / 2, x)),
        derivative=piecewise(
            _joints,
            (_quarter / x / x, _half / _root / (_root - x), 0.5 + 0.5 * (x / _root), 1),
        ),
        second_derivative=piecewise(
            (-_FAR, _FAR),
            (_half / -x / x / x, _half / _root / _root / _root, _half / x / x / x),
        ),
    ),
    parameters=(
        Parameter(
            "b",
            4.0,
            about=Text(
                "width of the bend; at x = 0 the output is √b / 2",
                "굽은 곳의 너비. x = 0에서 출력은 √b / 2입니다",
            ),
            domain=Domain(low=2.0**-20, high=2.0**20),
        ),
    ),
    tails=(0, float("inf")),
    aliases=Aliases(keras=("squareplus",), jax=("squareplus",)),
    natives=(Native("jax.nn.squareplus", (("b", "b"),)),),
    about=Text(
        "A smooth ReLU, always positive, that needs a square root instead of an exponential. Its "
        "left tail falls only like 1/|x|, so it lets more through there than softplus.",
        "지수 대신 제곱근만 쓰는 매끄러운 ReLU로, 출력이 늘 양수입니다. 왼쪽 꼬리가 1/|x|처럼 "
        "천천히 줄어서 softplus보다 많이 지나갑니다.",
    ),
    source="Barron 2021, Squareplus: A Softplus-Like Algebraic Rectifier",
)
