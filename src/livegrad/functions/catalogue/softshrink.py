"""Softshrink: everything moves towards zero by the same amount, and stops there."""

from livegrad.functions.formula import parameter, piecewise, x
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Joint, Native
from livegrad.text import Text

threshold = parameter("threshold")

ACTIVATION = Activation(
    id="softshrink",
    formula=piecewise((-threshold, threshold), (x + threshold, 0, x - threshold)),
    parameters=(
        Parameter(
            "threshold",
            0.5,
            about=Text(
                "how far every number moves towards 0; also half the width of the dead zone",
                "모든 수가 0 쪽으로 움직이는 거리이자, 0이 되는 구간 너비의 절반",
            ),
            domain=Domain(low=0.0, ends=False),
        ),
    ),
    joints=(Joint(at=-threshold, slope=0), Joint(at=threshold, slope=0)),
    tails=(-float("inf"), float("inf")),
    single=True,
    aliases=Aliases(
        torch=("Softshrink", "softshrink"),
        keras=("soft_shrink",),
        other=("soft_threshold", "soft_thresholding"),
        differs=Text(
            "PyTorch calls the threshold lambd.",
            "PyTorch에서는 threshold를 lambd라고 부릅니다.",
        ),
    ),
    natives=(
        Native(
            "torch.nn.functional.softshrink",
            (("lambd", "threshold"),),
            right=("float32", "float64", "bfloat16", "float16"),
        ),
    ),
    about=Text(
        "Moves every number towards 0 by the threshold; what would cross 0 becomes 0. It is the "
        "step that an L1 penalty asks for, and unlike hardshrink it does not jump. Inside the "
        "dead zone no gradient passes.",
        "모든 수를 threshold만큼 0 쪽으로 옮기고, 0을 넘어갈 수는 0으로 둡니다. L1 벌점(penalty)이 "
        "있을 때 나오는 걸음이며, hardshrink와 달리 출력이 끊기지 않습니다. 0이 되는 구간에서는 "
        "기울기가 지나가지 못합니다.",
    ),
    source="Donoho 1995, De-Noising by Soft-Thresholding",
)
