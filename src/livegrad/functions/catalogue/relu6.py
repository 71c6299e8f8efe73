"""ReLU6: ReLU with a ceiling."""

from livegrad.functions.formula import piecewise, x
from livegrad.functions.record import Activation, Aliases, Joint, Native
from livegrad.text import Text

ACTIVATION = Activation(
    id="relu6",
    formula=piecewise((0, 6), (0, x, 6)),
    single=True,
    joints=(Joint(at=0, slope=0), Joint(at=6, slope=0)),
    tails=(0, 6),
    aliases=Aliases(torch=("ReLU6", "relu6"), keras=("relu6",), jax=("relu6",), timm=("relu6",)),
    natives=(
        Native("torch.nn.functional.relu6", right=("float32", "float64", "bfloat16", "float16")),
        Native("jax.nn.relu6"),
    ),
    about=Text(
        "ReLU that stops at 6, so that numbers of few bits can hold every output. Above 6 no "
        "gradient passes either.",
        "6에서 멈추는 ReLU입니다. 비트 수가 적은 수로도 출력을 모두 담을 수 있습니다. 6보다 크면 "
        "기울기도 지나가지 못합니다.",
    ),
    source="Krizhevsky 2010, Convolutional Deep Belief Networks on CIFAR-10",
)
