"""PReLU: leaky ReLU that learns its slope."""

from livegrad.functions.formula import parameter, piecewise, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Joint, Native
from livegrad.text import Text

alpha = parameter("alpha")

ACTIVATION = Activation(
    id="prelu",
    formula=piecewise((0,), (alpha * x, x)),
    parameters=(
        Parameter(
            "alpha",
            0.25,
            about=Text("slope on the negative side, before training", "음수 쪽 기울기의 처음 값"),
            domain=Domain(low=0.0, ends=False),
            learned=True,
        ),
    ),
    single=True,
    joints=(Joint(at=0, slope=alpha),),
    tails=(-float("inf"), float("inf")),
    aliases=Aliases(
        torch=("PReLU", "prelu"),
        keras=("PReLU",),
        timm=("prelu", "PReLU"),
        differs=Text(
            "Keras starts alpha at 0 and learns one for each feature unless axes are shared.",
            "케라스(Keras)는 alpha를 0에서 시작하고, 축을 공유하지 않으면 특징마다 하나씩 "
            "배웁니다.",
        ),
    ),
    natives=(
        Native(
            "torch.nn.functional.prelu",
            (("weight", "alpha"),),
            right=("float32", "float64", "bfloat16", "float16"),
        ),
    ),
    about=Text(
        "Leaky ReLU whose negative slope is a trained parameter: the data decide how much leaks.",
        "음수 쪽 기울기를 학습으로 정하는 리키 렐루(Leaky ReLU)입니다. 얼마나 새게 할지를 "
        "데이터가 정합니다.",
    ),
    source="He, Zhang, Ren and Sun 2015, Delving Deep into Rectifiers",
)
