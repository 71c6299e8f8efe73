"""Bent identity: a line with slope 1/2 on the left and 3/2 on the right."""

from livegrad.functions.formula import clip, sqrt, x
from livegrad.functions.record import Activation, Aliases, Kernels
from livegrad.text import Text

_held = clip(x, -(2.0**60), 2.0**60)  # beyond it the slopes are their limits; avoids inf/inf
_root = sqrt(_held * _held + 1)

ACTIVATION = Activation(
    id="bent_identity",
    formula=(sqrt(x**2 + 1) - 1) / 2 + x,
    stable=Kernels(
        # √(x² + 1) − 1 cancels near 0; x·x/(√(x² + 1) + 1) is the same number.
        value=x * (1 + _held / (_root + 1) / 2),
        derivative=1 + _held / _root / 2,
        second_derivative=0.5 / _root / _root / _root,
    ),
    tails=(-float("inf"), float("inf")),
    single=True,
    about=Text(
        "A line that bends gently at 0: its slope climbs from 1/2 to 3/2 and is never small, so "
        "no gradient vanishes. The bend is weak, and deep stacks amplify large signals.",
        "0에서 완만하게 굽은 직선입니다. 기울기가 1/2에서 3/2까지 오르고 작아지는 곳이 없어 기울기 "
        "소실(vanishing gradient)이 없습니다. 대신 굽은 정도가 약하고, 깊이 쌓으면 큰 신호가 더 "
        "커집니다.",
    ),
    source="",
    aliases=Aliases(other=("bentid",)),
)
