"""Hardshrink: small numbers become zero, the others stay as they are."""

from livegrad.functions.formula import AtPoints, expression, parameter, piecewise, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Joint, Native
from livegrad.text import Text

threshold = parameter("threshold")

ACTIVATION = Activation(
    id="hardshrink",
    # A joint belongs to the piece on its left, and −threshold itself lies in the dead zone.
    formula=AtPoints(((-threshold, expression(0)),), piecewise((-threshold, threshold), (x, 0, x))),
    parameters=(
        Parameter(
            "threshold",
            0.5,
            about=Text("half the width of the dead zone", "0이 되는 구간 너비의 절반"),
            domain=Domain(low=0.0, ends=False),
        ),
    ),
    joints=(Joint(at=-threshold, slope=0), Joint(at=threshold, slope=0)),
    tails=(-float("inf"), float("inf")),
    single=True,
    aliases=Aliases(
        torch=("Hardshrink", "hardshrink"),
        keras=("hard_shrink",),
        other=("hard_threshold", "hard_thresholding"),
        differs=Text(
            "PyTorch calls the threshold lambd.",
            "PyTorch에서는 threshold를 lambd라고 부릅니다.",
        ),
    ),
    natives=(
        Native(
            "torch.nn.functional.hardshrink",
            (("lambd", "threshold"),),
            right=("float32", "float64", "bfloat16", "float16"),
        ),
    ),
    about=Text(
        "Sets everything between −threshold and threshold to 0 and leaves the rest alone, with a "
        "jump at both ends. From signal denoising: small means noise. Inside the dead zone no "
        "gradient passes.",
        "−threshold와 threshold 사이는 0으로 만들고 나머지는 그대로 둡니다. 양 끝에서 출력이 "
        "뛰어오릅니다. 작은 값을 잡음으로 보는 신호 처리에서 왔습니다. 0이 되는 구간에서는 "
        "기울기가 지나가지 못합니다.",
    ),
    source="Donoho and Johnstone 1994, Ideal Spatial Adaptation by Wavelet Shrinkage",
)
