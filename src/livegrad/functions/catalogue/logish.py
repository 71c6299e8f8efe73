"""Logish: the input, times the logarithm of one plus its sigmoid."""

from livegrad.functions.formula import clip, exp, log1p, piecewise, sigmoid, x
from livegrad.functions.record import Activation, Kernels
from livegrad.text import Text

# Left of −40 the logarithm is e^x itself, applied in two halves as in swish. Its slope is a ratio
# of polynomials, in e = e^x on the left and in e^−x on the right.
_left, _middle, _right = clip(x, -1200.0, -40.0), clip(x, -40.0, 0.0), clip(x, 0.0, 1200.0)
_half, _e, _decay = exp(_left / 2), exp(_middle), exp(-_right)

ACTIVATION = Activation(
    id="logish",
    formula=x * log1p(sigmoid(x)),
    stable=Kernels(
        value=piecewise((-40,), ((_left * _half) * _half, x * log1p(sigmoid(x)))),
        derivative=piecewise(
            (-40, 0),
            (
                ((1 + _left) * _half) * _half,
                log1p(_e / (1 + _e)) + (_middle * _e) / ((1 + _e) * (1 + 2 * _e)),
                log1p(1 / (1 + _decay)) + (_right * _decay) / ((1 + _decay) * (2 + _decay)),
            ),
        ),
    ),
    tails=(0, float("inf")),
    about=Text(
        "A Swish whose gate is ln(1 + σ(x)): it opens only to ln 2, so positive signals shrink to "
        "about 0.69 of their size at every layer.",
        "Swish의 문을 ln(1 + σ(x))로 바꾸었습니다. 문이 ln 2까지만 열려서, 양수 신호가 층을 지날 "
        "때마다 0.69배쯤으로 줄어듭니다.",
    ),
    source="Zhu, Zeng, Liu and Zhang 2021, "
    "Logish: A New Nonlinear Nonmonotonic Activation Function for Convolutional Neural Network",
)
