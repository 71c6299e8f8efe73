"""GELU, exact: the input, gated by the Gaussian distribution function."""

from livegrad.functions.formula import (
    absolute,
    clip,
    constant,
    erfc,
    erfcx,
    exp,
    floor,
    normal_cdf,
    sign,
    x,
)
from livegrad.functions.formula.approximation import Approximation, Distance, Normal
from livegrad.functions.record import Activation, Aliases, Kernels, Native
from livegrad.text import Text

# With s = |x|: GELU is max(x, 0) − s·m(s)·e^(−s²/2), where m(s) = ½·erfcx(s/√2) has no tail to lose,
# and its slope at −s is (m(s) − s·φ(0))·e^(−s²/2), which is 0 at s = 0.7517…; on the right 1 less
# that. (s + 3/4)·m(s) and (m(s) − s·φ(0))/(0.7517… − s) are almost constant, and polynomials of
# u = (s − 4)/(s + 4); bench/fit_series.py computes the coefficients.
_ROOT, _REST = 0.7517915246935645, -1.4956759177009883e-17
_VALUE_WIDE = (
    -7.226891294515549e-10,
    -1.5337025317423611e-09,
    5.979881241094307e-09,
    1.755718349834399e-08,
    -2.0913542724111067e-08,
    -1.12843534863262e-07,
    1.1974247304291136e-08,
    5.746115522312784e-07,
    3.552116512179001e-07,
    -2.777420711205217e-06,
    -3.2260189810973836e-06,
    1.4702291279223205e-05,
    2.0092558102322603e-05,
    -9.501511512610282e-05,
    -8.30416162814179e-05,
    0.0007416931409317913,
    -0.0004453265496610027,
    -0.005129269106251464,
    0.02005912134938983,
    -0.039914038454870814,
    0.046527215888012,
    -0.017095179110385876,
    -0.05410404693941222,
    0.4484505461843524,
)
_VALUE_NARROW = (
    1.1850676855829079e-05,
    -6.278791261138394e-05,
    -7.363570330198854e-05,
    0.000709266634657979,
    -0.0004507098055910319,
    -0.005113360937684774,
    0.020060647279024124,
    -0.03991764783859253,
    0.04652702808380127,
    -0.017094876617193222,
    -0.0541040413081646,
    0.4484505355358124,
)
_SLOPE_WIDE = (
    -6.05555302980959e-11,
    -1.4342854649355361e-10,
    4.929166588724104e-10,
    1.6753142712837635e-09,
    -1.6146802746525225e-09,
    -1.1345296843067405e-08,
    -9.534703665956023e-10,
    6.325387210039118e-08,
    5.257210422572209e-08,
    -3.4935813863106715e-07,
    -4.922605230893777e-07,
    2.2167310216509068e-06,
    3.5389305121446815e-06,
    -1.8034936190147354e-05,
    -1.7477220164239747e-05,
    0.0001857757740166163,
    -0.00015461331219588406,
    -0.001788260541162668,
    0.009504950375062741,
    -0.028083359953051716,
    0.06046293676785178,
    -0.10336589852195688,
    0.4622112440495753,
)
_SLOPE_NARROW = (
    -1.3280703569762409e-05,
    -1.0377719263487961e-05,
    0.00018141635518986732,
    -0.00016035500448197126,
    -0.0017864333931356668,
    0.009506921283900738,
    -0.0280836783349514,
    0.060462694615125656,
    -0.10336588323116302,
    0.4622112512588501,
)

_ROOT_HALF = constant(0.7071067811865476, r"\sqrt{1/2}", low=-4.833646656726457e-17)
_PEAK = constant(0.3989422804014327, r"\varphi(0)", low=-2.49232720227773e-17)
_s = clip(absolute(x), 0.0, 40.0)  # e^(−s²/2) is 0 at 40 in every dtype
_u = (_s - 4) / (_s + 4)
_mills = 0.5 * erfcx(_s * _ROOT_HALF)
_value = Approximation((_s + 0.75) * _mills, _u, _VALUE_WIDE, _VALUE_NARROW)
_slope = Approximation(
    (_mills - _s * _PEAK) / (constant(_ROOT, "s_0", low=_REST) - _s), _u, _SLOPE_WIDE, _SLOPE_NARROW
)

# e^(−s²/2) without the rounding of s², which far out is worth hundreds of units: the part of s that
# is a multiple of 1/128 has an exact square, and so the rounding of s² is known. The far
# tail goes into a factor of its own, which keeps the rest out of the subnormal numbers.
_coarse = floor(_s * 128) * (1 / 128)
_square = _s * _s
_rounding = (_coarse * _coarse - _square) + (_s - _coarse) * (_s + _coarse)
_half = -0.5 * _square
_normal = Normal(_half)
_bell = exp(_normal)
_bell = _bell - _bell * (0.5 * _rounding)
_tail = exp(_half - _normal)

_below = ((Distance(_s, _ROOT, _REST) * -_slope) * _bell) * _tail  # the slope at −s
_above = sign(clip(x, 0.0))  # 1 right of 0, else 0

_near, _far = clip(x, -40.0), clip(x, -40.0, 40.0)  # so ±inf gives the limit

ACTIVATION = Activation(
    id="gelu",
    formula=x * normal_cdf(x),
    stable=Kernels(
        value=clip(x, 0.0) - (((_s / (_s + 0.75)) * _value) * _bell) * _tail,
        derivative=_above + (1 - 2 * _above) * _below,
        second_derivative=(((2 - _s * _s) * _PEAK) * _bell) * _tail,
    ),
    single=True,
    # In float64 the tail of Φ has digits to spare for float32: one erfc, one exponential, no care.
    widened=Kernels(
        value=_near * (0.5 * erfc(_near * -(0.5**0.5))),
        derivative=0.5 * erfc(_far * -(0.5**0.5))
        + (_far * 0.3989422804014327) * exp(_far * _far * -0.5),
    ),
    tails=(0, float("inf")),
    aliases=Aliases(
        torch=("GELU", "gelu"),
        keras=("gelu",),
        jax=(),
        timm=("gelu", "GELU"),
        other=("gaussian_error_linear_unit",),
        differs=Text(
            "jax.nn.gelu is the tanh form unless told otherwise: here that is 'gelu_tanh'.",
            "jax.nn.gelu는 따로 말하지 않으면 tanh로 어림한 식입니다. 여기서는 'gelu_tanh'입니다.",
        ),
    ),
    natives=(Native("torch.nn.functional.gelu"), Native("jax.nn.gelu", (("approximate", False),))),
    about=Text(
        "The input times the share of a standard Gaussian below it. Smooth, with a small dip "
        "below 0; the usual choice in transformers.",
        "입력에, 표준 정규분포(Gaussian)에서 그 입력보다 작은 값이 나올 확률을 곱합니다. "
        "매끄럽고 0 아래로 살짝 꺼집니다. 트랜스포머(transformer)에서 흔히 씁니다.",
    ),
    source="Hendrycks and Gimpel 2016, Gaussian Error Linear Units",
)
