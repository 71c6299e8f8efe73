"""Snake: a straight line that waves, for data that repeats itself."""

from livegrad.functions.formula import absolute, clip, cos, parameter, sin, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

alpha = parameter("alpha")

# From 2⁷⁰ on the wave is below the last digit of x; held there, ±inf gives the limit.
_wave = sin(alpha * clip(x, -(2.0**70), 2.0**70))

# f′ = 1 + sin v, with v = 2αx, cancels at each of its zeros. There it is cos² v / (1 − sin v); in one
# line for both signs, of which sin v + |sin v| is exactly 0 where sin v is negative:
_angle = 2 * alpha * x
_size = absolute(sin(_angle))
_cosine = cos(_angle)
_slope = _cosine * _cosine / (1 + _size) + (sin(_angle) + _size)

ACTIVATION = Activation(
    id="snake",
    formula=x + sin(alpha * x) ** 2 / alpha,
    stable=Kernels(
        value=x + _wave * _wave / alpha,
        derivative=_slope,
        second_derivative=2 * alpha * _cosine,
        exact=True,
    ),
    parameters=(
        Parameter(
            "alpha",
            1.0,
            about=Text(
                "frequency of the wave, in radians per unit of x, before training",
                "물결의 진동수(x 하나에 몇 라디안)의 처음 값",
            ),
            domain=Domain(low=2.0**-10, high=2.0**10),
            learned=True,
        ),
    ),
    tails=(-float("inf"), float("inf")),
    oscillates=True,
    aliases=Aliases(
        other=("snake1d",),
        differs=Text(
            "Audio models train one alpha for each channel, as here; TensorFlow Addons keeps it "
            "fixed and calls it frequency.",
            "오디오 모델은 여기서처럼 채널마다 alpha를 하나씩 배웁니다. 텐서플로(TensorFlow) "
            "Addons에서는 고정된 값이고 이름이 frequency입니다.",
        ),
    ),
    about=Text(
        "The identity plus a wave: it never falls, and unlike ReLU or tanh it can continue a "
        "periodic signal beyond the training data. Common in audio synthesis. At regular places "
        "its slope is 0.",
        "항등 함수에 물결을 더한 것으로, 줄어드는 곳이 없습니다. ReLU나 tanh와 달리 주기적인 "
        "신호를 학습 데이터 바깥까지 이어 갈 수 있어 음향 합성에 흔히 씁니다. 일정한 간격으로 "
        "기울기가 0이 됩니다.",
    ),
    source="Ziyin, Hartwig and Ueda 2020, Neural Networks Fail to Learn Periodic Functions and "
    "How to Fix It",
)
