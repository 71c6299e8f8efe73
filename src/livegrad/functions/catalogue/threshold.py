"""Threshold: what is not above a threshold becomes one fixed value."""

from livegrad.functions.formula import parameter, piecewise, x
from livegrad.functions.parameters import Parameter
from livegrad.functions.record import Activation, Aliases, Joint, Native
from livegrad.text import Text

threshold, value = parameter("threshold"), parameter("value")

ACTIVATION = Activation(
    id="threshold",
    formula=piecewise((threshold,), (value, x)),
    parameters=(
        Parameter(
            "threshold",
            1.0,
            about=Text("what passes is above it", "이 값보다 큰 입력만 지나갑니다"),
        ),
        Parameter(
            "value",
            0.0,
            about=Text("output for everything else", "나머지 입력에 대한 출력"),
        ),
    ),
    joints=(Joint(at=threshold, slope=0),),
    tails=(value, float("inf")),
    single=True,
    aliases=Aliases(
        torch=("Threshold", "threshold"),
        keras=("threshold", "ThresholdedReLU"),
        other=("thresholded_relu", "trec"),
        differs=Text(
            "PyTorch has no defaults and asks for both numbers; ours are those of thresholded ReLU.",
            "PyTorch에는 기본값이 없어 두 수를 모두 주어야 합니다. 여기서는 논문의 thresholded "
            "ReLU 값을 씁니다.",
        ),
    ),
    natives=(
        Native(
            "torch.nn.functional.threshold",
            (("threshold", "threshold"), ("value", "value")),
            right=("float32", "float64", "bfloat16", "float16"),
        ),
    ),
    about=Text(
        "ReLU with its switch moved: only what exceeds the threshold passes, unchanged, so the "
        "output jumps there. It makes features sparse; units below the threshold get no gradient.",
        "스위치의 자리를 옮긴 ReLU입니다. 문턱값을 넘는 입력만 그대로 지나가므로 문턱에서 출력이 "
        "뛰어오릅니다. 특징을 희소(sparse)하게 만들지만, 문턱 아래의 유닛은 기울기를 받지 못합니다.",
    ),
    source="Konda, Memisevic and Krueger 2014, "
    "Zero-bias Autoencoders and the Benefits of Co-adapting Features",
)
