"""LiSHT: the input, scaled by its own tanh."""

from livegrad.functions.formula import clip, sigmoid, tanh, x
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

# From ±400 on the slope of tanh is 0 in every dtype; holding x there avoids inf·0.
_held = clip(x, -400.0, 400.0)
_slope_of_tanh = 4 * (sigmoid(2 * x) * sigmoid(-2 * x))

ACTIVATION = Activation(
    id="lisht",
    formula=x * tanh(x),
    stable=Kernels(
        derivative=tanh(x) + _held * _slope_of_tanh,
        second_derivative=2 * _slope_of_tanh * (1 - _held * tanh(x)),
    ),
    tails=(float("inf"), float("inf")),
    single=True,
    aliases=Aliases(
        other=("linearly_scaled_hyperbolic_tangent",),
        differs=Text(
            "TensorFlow Addons has it as tfa.activations.lisht.",
            "텐서플로(TensorFlow) Addons에서는 tfa.activations.lisht입니다.",
        ),
    ),
    about=Text(
        "A parabola near 0 and |x| farther out: both signs pass, and the output is never "
        "negative. The sign of the input is lost, and around 0 the slope is near 0.",
        "0 근처에서는 포물선이고 멀리서는 |x|입니다. 양수도 음수도 지나가며 출력은 음수가 되지 "
        "않습니다. 입력의 부호가 사라지고, 0 근처에서는 기울기가 0에 가깝습니다.",
    ),
    source="Roy, Manna, Dubey and Chaudhuri 2019, "
    "LiSHT: Non-Parametric Linearly Scaled Hyperbolic Tangent Activation Function",
)
