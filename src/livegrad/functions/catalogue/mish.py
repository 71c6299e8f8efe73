"""Mish: the input, gated by the tanh of its softplus."""

from livegrad.functions.formula import clip, exp, piecewise, softplus, tanh, x
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

# tanh(ln(1 + e)) is a ratio of polynomials in e = e^x: n/(n + 2) with n = e(e + 2). On the right
# the same in e^−x. Halves and clips as in swish.
_left, _right = clip(x, -1200.0, 0.0), clip(x, 0.0, 1200.0)
_half, _decay = exp(_left / 2), exp(-_right)
_e = _half * _half
_bottom = _e * (_e + 2) + 2
_top_right = 1 + 2 * _decay
_bottom_right = _top_right + 2 * (_decay * _decay)

ACTIVATION = Activation(
    id="mish",
    formula=x * tanh(softplus(x)),
    stable=Kernels(
        value=piecewise(
            (0,), ((_left * _half) * (_half * (_e + 2) / _bottom), x * (_top_right / _bottom_right))
        ),
        derivative=piecewise(
            (0,),
            (
                (((_e + 2) * _bottom + 4 * (_left * (_e + 1))) * _half / _bottom)
                * (_half / _bottom),
                (_top_right * _bottom_right + 4 * (_right * (_decay * _decay * (1 + _decay))))
                / (_bottom_right * _bottom_right),
            ),
        ),
    ),
    tails=(0, float("inf")),
    aliases=Aliases(torch=("Mish", "mish"), keras=("mish",), jax=("mish",)),
    about=Text(
        "Smooth, unbounded above, with a dip below 0 a little deeper than SiLU's. Costs more than "
        "its relatives.",
        "매끄럽고 위로 열려 있으며, 0 아래로 SiLU보다 조금 더 깊이 꺼집니다. 비슷한 함수들보다 "
        "계산이 비쌉니다.",
    ),
    source="Misra 2019, Mish: A Self Regularized Non-Monotonic Activation Function",
)
