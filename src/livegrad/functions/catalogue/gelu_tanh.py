"""GELU in its tanh form: the approximation that many published weights were trained with."""

from livegrad.functions.formula import clip, exp, floor, pi, sigmoid, sign, sqrt, tanh, x
from livegrad.functions.formula.approximation import Distance, Normal
from livegrad.functions.record import Activation, Aliases, Kernels, Native
from livegrad.text import Text

# The gate is ½(1 + tanh(z/2)) = σ(z) with z = Ax + Bx³, A = 2√(2/π), B = 0.044715·A. Bounds as in
# swish: σ(z) is 1 from 7.5 on, and 0 from −22.5.
_A, _B = 1.5957691216057308, 0.07135481627260025
_held, _x = clip(x, -1e6), clip(x, -22.5, 7.5)

# In the left tail |z| reaches 745, where its rounding would cost e^z hundreds of units. So x is split
# as s + r, s a multiple of 1/128, and A and B as their leading bits and the rest: the leading bits
# times s and s³ are exact. z comes out as a float64 number and a remainder far below its last place.
_A_BITS, _A_REST = 1.5957691216053718, 3.589464330756845e-13
_B_BITS, _B_REST = 0.07135391235351562, 9.039190846237764e-07
_s = floor(_x * 128) * (1 / 128)
_r = _x - _s
_cube = _s * _s * _s
_line, _curve = _A_BITS * _s, _B_BITS * _cube
_exact = _curve + _line
_line_rest, _curve_rest = _A_REST * _s, _B_REST * _cube
_squares = 3 * (_s * _x) + _r * _r  # (x³ − s³)/r
_small = _r * (_A + _B * _squares) + (_line_rest + _curve_rest)
_small = _small + (_line - (_exact - _curve))
_z = _exact + _small
_normal = Normal(_z)
_e = exp(_normal)
_e = _e + _e * ((_exact - _z) + _small)
_tail = exp(_z - _normal)

# f′ is (1 + e + Ax + 3Bx³)·e/(1 + e)². Expanded at the zero of its first factor, as in swish; left of
# −1.1 nothing much cancels, and the parts of z serve with fewer roundings. `_far` is 1 there, else 0.
_d = Distance(_x, -0.7524614220710163, 3.635560509207687e-17)
_bend = 1.959377833092717 + _d * (-0.48322571871687187 + 0.21406444881780073 * _d)
_rise = 0.858486012717363 + _d * (-0.0805376197861453 + 0.035677408136300125 * _d)
_near_top = _d * _bend + (_e + 0.29195521191476714) * tanh(_d * _rise)
_far_rest = _r * (_A + 0.21406444881780073 * _squares) + (_line_rest + 3 * _curve_rest)
_far_top = (3 * _curve + _line) + (_far_rest + (1 + _e))
_far = sign(clip(-1.1 - _x, 0.0))
_top = _far * _far_top + (1 - _far) * _near_top
_left = (_top * (_e / (1 + (2 * _e + _e * _e)))) * _tail

# Right of −0.1 it is 1 less the rest, as in mish. `_above` is 1 there, else 0.
_bottom = 1 + _e
_right = 1 - (1 - (_x * (_A + 0.21406444881780073 * (_x * _x))) * (_e / _bottom)) / _bottom
_above = sign(clip(_x + 0.1, 0.0))

# For float32 in float64: no digit of z is missed, and beyond −12 nothing is left of e^z.
_wide, _wide_x = clip(x, -12.0), clip(x, -12.0, 12.0)
_square = _wide_x * _wide_x
_share = 1 / (1 + exp(_wide_x * (_square * -_B + -_A)))
_wide_slope = _share + _share * ((1 - _share) * (_wide_x * (_square * (3 * _B) + _A)))

ACTIVATION = Activation(
    id="gelu_tanh",
    formula=x * sigmoid(2 * (sqrt(2 / pi) * (x + 0.044715 * x**3))),
    stable=Kernels(
        value=(_held * (_e / _bottom)) * _tail,
        derivative=_left * (1 - _above) + _right * _above,
    ),
    widened=Kernels(value=_wide * _share, derivative=_wide_slope),
    tails=(0, float("inf")),
    aliases=Aliases(
        timm=("gelu_tanh", "GELUTanh"),
        other=("gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_approximate"),
        differs=Text(
            'PyTorch: GELU(approximate="tanh"); JAX\'s plain gelu is this one.',
            'PyTorch에서는 GELU(approximate="tanh")입니다. JAX의 gelu는 기본이 이 식입니다.',
        ),
    ),
    natives=(
        Native("torch.nn.functional.gelu", (("approximate", "tanh"),)),
        Native("jax.nn.gelu", (("approximate", True),)),
    ),
    about=Text(
        "GELU with its Gaussian share approximated by a tanh, right to about 0.0005. Choose it "
        "for weights that were trained with it.",
        "정규분포의 확률을 tanh로 어림한 GELU이며, 오차는 0.0005쯤입니다. "
        "이 식으로 학습한 가중치를 쓸 때 고르면 됩니다.",
    ),
    source="Hendrycks and Gimpel 2016, Gaussian Error Linear Units",
)
