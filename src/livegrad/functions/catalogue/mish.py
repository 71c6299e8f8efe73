"""Mish: the input, gated by the tanh of its softplus."""

from livegrad.functions.formula import clip, exp, sign, softplus, tanh, x
from livegrad.functions.formula.approximation import Distance, Normal
from livegrad.functions.record import Activation, Aliases, Kernels, Native
from livegrad.text import Text

# tanh(ln(1 + e)) is a ratio of polynomials in e = e^x: m/(1 + m) with m = e + e²/2. From 20 it is 1
# in every dtype; the far tail goes into a factor of its own, which keeps e out of the subnormal
# numbers. Bounds as in swish.
_held, _x = clip(x, -1e6), clip(x, -1600.0, 20.0)
_normal = Normal(_x)
_e, _tail = exp(_normal), exp(_x - _normal)
_m = _e + 0.5 * _e * _e
_bottom = 1 + _m

# Left of −1/4 f′ is ((1 + x) + (3/2 + x)e + e² + e³/4)·e/(1 + m)². Expanded at the zero of its first
# factor, as in swish: with c = e^x there and t = tanh(d/2), e − c is t·(e + c).
_d = Distance(_x, -1.1924312145154952, -4.8484829848031044e-17)
_rise = tanh(0.5 * _d) * (_e + 0.3034825352815289)  # e − c
_top = _d + (_d * _e + _rise * (_e * (0.25 * _e + 1.0758706338203823) + 0.6340767330712597))
_left = (_top * (_e / (1 + (2 * _m + _m * _m)))) * _tail

# Right of −1/4 1 less the rest is more exact. `_above` is 1 there and 0 on the left; both sides are finite
# everywhere, and adding them up costs less than choosing.
_right = 1 - (1 - _x * (_e * (1 + _e)) / _bottom) / _bottom
_above = sign(clip(_x + 0.25, 0.0))

ACTIVATION = Activation(
    id="mish",
    formula=x * tanh(softplus(x)),
    stable=Kernels(
        value=(_held * (_m / _bottom)) * _tail,
        derivative=_left * (1 - _above) + _right * _above,
    ),
    single=True,
    tails=(0, float("inf")),
    aliases=Aliases(torch=("Mish", "mish"), keras=("mish",), jax=("mish",), timm=("mish", "Mish")),
    natives=(Native("torch.nn.functional.mish"), Native("jax.nn.mish")),
    about=Text(
        "Smooth, unbounded above, with a dip below 0 a little deeper than SiLU's. Costs more than "
        "its relatives.",
        "매끄럽고 위로 열려 있으며, 0 아래로 SiLU보다 조금 더 깊이 꺼집니다. 비슷한 함수들보다 "
        "계산이 비쌉니다.",
    ),
    source="Misra 2019, Mish: A Self Regularized Non-Monotonic Activation Function",
)
