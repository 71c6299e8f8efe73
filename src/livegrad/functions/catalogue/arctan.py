"""Arctan: an S whose ends are ±π/2."""

from livegrad.functions.formula import arctan, pi, piecewise, x
from livegrad.functions.record import Activation, Aliases, Kernels, Native
from livegrad.text import Text

# Outside [−1, 1] with 1/x, because x² would overflow long before the slope is 0.
_far = 1 / (x + 1 / x)  # x / (1 + x²)
_slope = piecewise((-1, 1), (_far / x, 1 / (1 + x * x), _far / x))
_ratio = piecewise((-1, 1), (_far, x / (1 + x * x), _far))

ACTIVATION = Activation(
    id="arctan",
    formula=arctan(x),
    stable=Kernels(derivative=_slope, second_derivative=-2 * (_ratio * _slope)),
    tails=(-pi / 2, pi / 2),
    single=True,
    aliases=Aliases(torch=("atan", "arctan"), jax=("arctan",), other=("inverse_tangent",)),
    natives=(
        Native("torch.atan", within=(("float32", -1e18, 1e18), ("float64", -1e150, 1e150))),
        Native("jax.numpy.arctan"),
    ),
    about=Text(
        "An S like tanh, from −π/2 to π/2, but with slow tails: the slope falls like 1/x², so "
        "units far out still get some gradient.",
        "tanh처럼 S자이고 −π/2에서 π/2까지 오르지만 꼬리가 느립니다. 기울기가 1/x²로 줄어서 멀리 "
        "있는 유닛도 기울기를 조금은 받습니다.",
    ),
    source="",
)
