"""Soft-Root-Sign: rises to a ceiling, dips below 0 and comes back."""

from livegrad.functions.formula import clip, exp, parameter, piecewise, x
from livegrad.functions.formula.products import quotient_with_rest
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

alpha, beta = parameter("alpha"), parameter("beta")

# f′ = E(1 + x/β)/(x/α + E)² with E = e^(−x/β): no difference left but 1 + x/β, which (x + β)/β
# gives exactly near its zero. Halves as in swish; what rounding takes from x/β is put back.
_left, _right = clip(x, -1e18, 0.0), clip(x, 0.0, 1e18)
_below, _lost_below = quotient_with_rest(_left, beta)
_above, _lost_above = quotient_with_rest(_right, beta)
_held, _kept = clip(_below, -1200.0, 0.0), 1 + _lost_below
_half, _fallen = exp(_held / 2), (1 - _lost_above) * exp(-clip(_above, 0.0, 1200.0))
_bottom_left = 1 + (_left / alpha) * (_kept * exp(_held))
_bottom_right = _right / alpha + _fallen

ACTIVATION = Activation(
    id="srs",
    formula=x / (x / alpha + exp(-x / beta)),
    stable=Kernels(
        value=piecewise(
            (0,),
            (
                (_kept * _left * _half) * (_half / _bottom_left),
                _right / _bottom_right,
            ),
        ),
        derivative=piecewise(
            (0,),
            (
                ((_kept * (_left + beta) / beta * _half) / _bottom_left) * (_half / _bottom_left),
                ((_right + beta) * _fallen) / (beta * (_bottom_right * _bottom_right)),
            ),
        ),
        exact=True,
    ),
    parameters=(
        Parameter(
            "alpha",
            2.0,
            about=Text(
                "the ceiling; below beta/e there would be a pole",
                "위쪽 한계. beta/e보다 작으면 극점(pole)이 생깁니다",
            ),
            domain=Domain(low=1.5, high=2.0**10),
            learned=True,
        ),
        Parameter(
            "beta",
            3.0,
            about=Text("width of the dip below 0", "0 아래로 꺼지는 곳의 너비"),
            domain=Domain(low=2.0**-10, high=4.0),
            learned=True,
        ),
    ),
    tails=(0, alpha),
    aliases=Aliases(other=("soft_root_sign",)),
    about=Text(
        "Bounded and smooth: 0 far on the left, a dip at −β, and α far on the right. Both are "
        "learned; if training drives α below β/e, the denominator crosses 0 and outputs explode.",
        "위아래가 막힌 매끄러운 함수입니다. 왼쪽 끝은 0이고 −β에서 꺼졌다가 오른쪽 끝에서 α에 "
        "닿습니다. 둘 다 학습하는데, α가 β/e보다 작아지면 분모가 0을 지나 출력이 폭발합니다.",
    ),
    source="Zhou, Li, Huo and Kung 2020, Soft-Root-Sign Activation Function",
)
