"""Smish: Logish with a tanh around its logarithm."""

from livegrad.functions.formula import clip, exp, log1p, piecewise, sigmoid, tanh, x
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

# tanh(ln(1 + σ)) is a ratio of polynomials, e(2 + 3e)/(2 + 6e + 5e²) in e = e^x on the left and
# (3 + 2d)/(5 + 6d + 2d²) in d = e^−x on the right. Halves and clips as in swish.
_left, _right = clip(x, -1200.0, 0.0), clip(x, 0.0, 1200.0)
_half, _decay = exp(_left / 2), exp(-_right)
_e = _half * _half
_top, _bottom = 2 + 3 * _e, 2 + _e * (6 + 5 * _e)
_top_right, _bottom_right = 3 + 2 * _decay, 5 + _decay * (6 + 2 * _decay)

ACTIVATION = Activation(
    id="smish",
    formula=x * tanh(log1p(sigmoid(x))),
    stable=Kernels(
        value=piecewise(
            (0,), ((_left * _half) * (_half * _top / _bottom), x * (_top_right / _bottom_right))
        ),
        derivative=piecewise(
            (0,),
            (
                ((_top * _bottom + 4 * _left * ((1 + _e) * (1 + 2 * _e))) * _half / _bottom)
                * (_half / _bottom),
                (_top_right * _bottom_right + (4 * _right * _decay) * ((1 + _decay) * (2 + _decay)))
                / (_bottom_right * _bottom_right),
            ),
        ),
    ),
    tails=(0, float("inf")),
    aliases=Aliases(
        differs=Text(
            "The paper allows a scale in front and one inside; both are 1 in its experiments, and "
            "here.",
            "논문은 앞과 안에 배율을 하나씩 둡니다. 실험에서는 둘 다 1이었고, 여기서도 1입니다.",
        ),
    ),
    about=Text(
        "Like Mish with the sigmoid in place of the exponential. Its gate opens only to 0.6, so "
        "positive signals shrink layer by layer.",
        "Mish에서 지수를 시그모이드(sigmoid)로 바꾼 모양입니다. 문이 0.6까지만 열려서 양수 신호가 "
        "층마다 줄어듭니다.",
    ),
    source="Wang, Ren and Wang 2022, Smish: A Novel Activation Function for Deep Learning Methods",
)
