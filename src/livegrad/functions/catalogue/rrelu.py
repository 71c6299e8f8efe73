"""RReLU: leaky ReLU whose slope is drawn by lot while training."""

from livegrad.functions.formula import parameter, piecewise, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Joint, Native
from livegrad.text import Text

alpha = parameter("alpha")

ACTIVATION = Activation(
    id="rrelu",
    formula=piecewise((0,), (alpha * x, x)),
    parameters=(
        Parameter(
            "alpha",
            11 / 48,
            about=Text(
                "slope on the negative side; a module in training draws it for each number",
                "음수 쪽 기울기. 학습 중인 모듈은 수마다 새로 뽑습니다",
            ),
            domain=Domain(low=0.0, ends=False),
            drawn=("lower", "upper"),
        ),
        Parameter(
            "lower",
            1 / 8,
            about=Text("smallest slope that is drawn", "뽑히는 가장 작은 기울기"),
            domain=Domain(low=0.0, high="upper"),
        ),
        Parameter(
            "upper",
            1 / 3,
            about=Text("largest slope that is drawn", "뽑히는 가장 큰 기울기"),
            domain=Domain(low="lower"),
        ),
    ),
    joints=(Joint(at=0, slope=alpha),),
    tails=(-float("inf"), float("inf")),
    single=True,
    aliases=Aliases(torch=("RReLU", "rrelu"), other=("randomized_relu",)),
    natives=(
        Native(
            "torch.nn.functional.rrelu",
            (("lower", "alpha"), ("upper", "alpha"), ("training", False)),
            right=("float32", "float64", "bfloat16", "float16"),
            lean=False,
        ),
    ),
    about=Text(
        "Leaky ReLU whose negative slope is drawn anew for each number in training and is the "
        "mean afterwards: a little noise against overfitting.",
        "학습할 때는 음수 쪽 기울기를 수마다 새로 뽑고, 그 뒤에는 평균을 쓰는 리키 렐루(Leaky "
        "ReLU)입니다. 잡음을 조금 섞어 과적합(overfitting)을 막습니다.",
    ),
    source="Xu, Wang, Chen and Li 2015, "
    "Empirical Evaluation of Rectified Activations in Convolutional Network",
)
