"""Mish: the input, gated by the tanh of its softplus."""

from livegrad.functions.approximation import Distance
from livegrad.functions.formula import clip, exp, softplus, tanh, x
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

# tanh(ln(1 + e)) is a ratio of polynomials in e = e^x: e(e + 2)/(e(e + 2) + 2). Halves and bounds
# as in swish; from 20 the gate is 1 in every dtype.
_held, _x = clip(x, -1e6), clip(x, -1600.0, 20.0)
_g = exp(0.5 * _x)
_e = _g * _g
_bottom = _e * (_e + 2) + 2
_gate = _g / _bottom

# f′ is (4(1 + x) + (6 + 4x)e + 4e² + e³)·gate². Expanded at the zero of its first factor, as in
# swish: with c = e^x there, a = e + c and t = tanh(d/2), every e − c is t·a.
_d = Distance(_x, -1.1924312145154952, -4.8484829848031044e-17)
_a = _e + 0.30348253528152893
_top = 4 * (_d * (1 + _e)) + (tanh(0.5 * _d) * _a) * (_a * (_e + 4) + 1.3223767911589236)

ACTIVATION = Activation(
    id="mish",
    formula=x * tanh(softplus(x)),
    stable=Kernels(value=(_held * (_gate * (_e + 2))) * _g, derivative=(_top * _gate) * _gate),
    single=True,
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
