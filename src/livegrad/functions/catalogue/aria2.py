"""ARiA-2: the input, gated by a power of its sigmoid."""

from livegrad.functions.formula import clip, exp, log1p, parameter, piecewise, sigmoid, x
from livegrad.functions.formula.products import product_with_rest
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

alpha, beta = parameter("alpha"), parameter("beta")

# (1 + e^−βx)^−α = e^(αβx)·(1 + e^βx)^−α: on the left e^(αβx) is applied in two halves as in swish,
# and what rounding takes from αβx is put back.
_left = clip(x, -1e18, 0.0)
_bent, _lost_bent = product_with_rest(beta, _left)
_raised, _lost_raised = product_with_rest(alpha, _bent)
_half = exp(clip(_raised, -1200.0, 0.0) / 2)
_lost = 1 + (_lost_raised + alpha * _lost_bent)
_power_left = _lost * exp(-alpha * log1p(exp(clip(_bent, -1200.0, 0.0))))
_right = clip(beta * x, 0.0, 1200.0)
_power_right = exp(-alpha * log1p(exp(-_right)))

ACTIVATION = Activation(
    id="aria2",
    formula=x * exp(-alpha * log1p(exp(-beta * x))),
    stable=Kernels(
        value=piecewise((0,), (((_left * _power_left) * _half) * _half, x * _power_right)),
        derivative=piecewise(
            (0,),
            (
                (_power_left * (1 + _raised * sigmoid(-_bent)) * _half) * _half,
                _power_right * (1 + (alpha * _right) * sigmoid(-_right)),
            ),
        ),
    ),
    parameters=(
        Parameter(
            "alpha",
            1.5,
            about=Text(
                "power of the sigmoid; 1 gives Swish",
                "시그모이드(sigmoid)의 거듭제곱. 1이면 Swish입니다",
            ),
            domain=Domain(low=2.0**-6, high=2.0**6),
        ),
        Parameter(
            "beta",
            2.0,
            about=Text("sharpness of the gate", "문의 날카로움"),
            domain=Domain(low=2.0**-10, high=2.0**10),
        ),
    ),
    tails=(0, float("inf")),
    aliases=Aliases(
        other=("aria_2",),
        differs=Text(
            "echoAI's aria2 leaves out the factor x, and so does its documentation; the paper has "
            "it.",
            "echoAI의 aria2는 문서와 코드 모두 인수 x를 빠뜨렸습니다. 논문에는 있습니다.",
        ),
    ),
    about=Text(
        "Swish with a second knob: the power alpha moves the dip below 0 and its depth without "
        "touching the right side much.",
        "조절 손잡이가 하나 더 있는 Swish입니다. 거듭제곱 alpha로 오른쪽은 거의 두고 0 아래 "
        "꺼지는 자리와 깊이를 바꿉니다.",
    ),
    source="Patwardhan, Ingalhalikar and Walambe 2018, ARiA: Utilizing Richard's Curve "
    "for Controlling the Non-monotonicity of the Activation Function in Deep Neural Nets",
)
