"""Leaky ReLU: a small slope where ReLU has none."""

from livegrad.functions.formula import parameter, piecewise, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Joint, Native
from livegrad.text import Text

alpha = parameter("alpha")

ACTIVATION = Activation(
    id="leaky_relu",
    formula=piecewise((0,), (alpha * x, x)),
    parameters=(
        Parameter(
            "alpha",
            0.01,
            about=Text("slope on the negative side", "음수 쪽 기울기"),
            domain=Domain(low=0.0, ends=False),
        ),
    ),
    single=True,
    joints=(Joint(at=0, slope=alpha),),
    tails=(-float("inf"), float("inf")),
    aliases=Aliases(
        torch=("LeakyReLU", "leaky_relu"),
        keras=("leaky_relu", "LeakyReLU"),
        jax=("leaky_relu",),
        other=("lrelu",),
        timm=("leaky_relu",),
        differs=Text(
            "alpha is 0.2 in Keras's function and 0.3 in its layer; JAX states the slope 1 at 0.",
            "alpha가 케라스(Keras) 함수에서는 0.2, 층에서는 0.3입니다. JAX는 0에서의 기울기를 1로 "
            "둡니다.",
        ),
    ),
    natives=(
        Native(
            "torch.nn.functional.leaky_relu",
            (("negative_slope", "alpha"),),
            right=("float32", "float64", "bfloat16", "float16"),
        ),
        Native("jax.nn.leaky_relu", (("negative_slope", "alpha"),)),
    ),
    about=Text(
        "Like ReLU, but the negative side keeps a small slope, so no unit is ever cut off from "
        "its gradient.",
        "ReLU와 같지만 음수 쪽에도 작은 기울기를 남깁니다. 그래서 기울기가 완전히 끊기는 유닛이 "
        "없습니다.",
    ),
    source="Maas, Hannun and Ng 2013, "
    "Rectifier Nonlinearities Improve Neural Network Acoustic Models",
)
