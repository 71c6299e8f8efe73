"""Sine: a wave, for networks that store signals."""

from livegrad.functions.formula import parameter, sin, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Native, Preset
from livegrad.text import Text

omega = parameter("omega")

ACTIVATION = Activation(
    id="sine",
    formula=sin(omega * x),
    parameters=(
        Parameter(
            "omega",
            1.0,
            about=Text("frequency, in radians per unit of x", "진동수, x 하나에 몇 라디안인지"),
            domain=Domain(low=2.0**-10, high=2.0**10),
        ),
    ),
    tails=(float("nan"), float("nan")),
    oscillates=True,
    aliases=Aliases(
        torch=("sin",),
        jax=("sin",),
        presets=(Preset("siren", (("omega", 30.0),), "Sitzmann et al. 2020"),),
        differs=Text(
            "SIREN puts 30 in front of x, in every layer: here that is 'siren'.",
            "SIREN은 모든 층에서 x 앞에 30을 곱합니다. 여기서는 'siren'입니다.",
        ),
    ),
    # Both know omega = 1 only.
    natives=(
        Native("torch.sin", right=("float64", "float32", "bfloat16", "float16")),
        Native("jax.numpy.sin"),
    ),
    about=Text(
        "A wave without end, so it has no limits. Networks of sines store images and shapes with "
        "all their derivatives; the weights must be drawn for it, or nothing is learned.",
        "끝없이 이어지는 물결이라 극한값이 없습니다. 사인으로 된 신경망은 그림이나 입체를 "
        "도함수까지 담아냅니다. 다만 가중치를 그에 맞게 뽑지 않으면 배우지 못합니다.",
    ),
    source="Sitzmann, Martel, Bergman, Lindell and Wetzstein 2020, "
    "Implicit Neural Representations with Periodic Activation Functions",
)
