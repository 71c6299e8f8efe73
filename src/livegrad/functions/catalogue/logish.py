"""Logish: the input, times the logarithm of one plus its sigmoid."""

from livegrad.functions.formula import clip, exp, log1p, piecewise, sigmoid, x
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

# Left of −40 the logarithm is e^x itself, applied in two halves as in swish.
_left, _right = clip(x, -1200.0, -40.0), clip(x, -40.0, 1200.0)
_half, _share = exp(_left / 2), sigmoid(_right)

ACTIVATION = Activation(
    id="logish",
    formula=x * log1p(sigmoid(x)),
    stable=Kernels(
        value=piecewise((-40,), ((_left * _half) * _half, x * log1p(_share))),
        derivative=piecewise(
            (-40,),
            (
                ((1 + _left) * _half) * _half,
                log1p(_share) + _right * (_share * (sigmoid(-_right) / (1 + _share))),
            ),
        ),
    ),
    tails=(0, float("inf")),
    aliases=Aliases(),
    about=Text(
        "A Swish whose gate is ln(1 + σ(x)): it opens only to ln 2, so positive signals shrink to "
        "about 0.69 of their size at every layer.",
        "Swish의 문을 ln(1 + σ(x))로 바꾸었습니다. 문이 ln 2까지만 열려서, 양수 신호가 층을 지날 "
        "때마다 0.69배쯤으로 줄어듭니다.",
    ),
    source="Zhu, Zeng, Liu and Zhang 2021, "
    "Logish: A New Nonlinear Nonmonotonic Activation Function for Convolutional Neural Network",
)
