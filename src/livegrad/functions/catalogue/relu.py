"""ReLU: the switch that either passes or blocks."""

from livegrad.functions.formula import piecewise, x
from livegrad.functions.record import Activation, Aliases, Joint, Native
from livegrad.text import Text

ACTIVATION = Activation(
    id="relu",
    formula=piecewise((0,), (0, x)),
    single=True,
    joints=(Joint(at=0, slope=0),),
    tails=(0, float("inf")),
    aliases=Aliases(
        torch=("ReLU", "relu"),
        keras=("relu", "ReLU"),
        jax=("relu",),
        timm=("relu", "ReLU"),
        other=("rectifier", "ramp"),
    ),
    natives=(
        Native("torch.nn.functional.relu", right=("float32", "float64", "bfloat16", "float16")),
        Native("jax.nn.relu"),
    ),
    about=Text(
        "Passes what is positive and blocks the rest. Cheap, and along an open path the gradient "
        "keeps its full size; a unit that is blocked for all data gets no gradient and cannot "
        "come back (dying ReLU).",
        "양수는 그대로 보내고 나머지는 막습니다. 계산이 싸고, 열린 길에서는 기울기가 줄지 "
        "않습니다. 모든 데이터에서 막힌 유닛은 기울기를 받지 못해 되살아나지 못합니다(dying ReLU).",
    ),
    source="Nair and Hinton 2010, Rectified Linear Units Improve Restricted Boltzmann Machines",
)
