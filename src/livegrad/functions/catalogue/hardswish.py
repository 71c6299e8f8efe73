"""Hardswish: SiLU without an exponential."""

from livegrad.functions.formula import piecewise, x
from livegrad.functions.record import Activation, Aliases, Joint, Kernels
from livegrad.text import Text

ACTIVATION = Activation(
    id="hardswish",
    formula=piecewise((-3, 3), (0, x * (x + 3) / 6, x)),
    stable=Kernels(derivative=piecewise((-3, 3), (0, (2 * x + 3) / 6, 1))),
    joints=(Joint(at=-3, slope=0), Joint(at=3, slope=1)),
    tails=(0, float("inf")),
    aliases=Aliases(
        torch=("Hardswish", "hardswish"),
        keras=("hard_silu", "hard_swish"),
        jax=("hard_silu", "hard_swish"),
    ),
    about=Text(
        "SiLU built from straight and square pieces, made for phones. Left of −3 it is exactly 0, "
        "so units can die there.",
        "SiLU를 직선과 이차식 조각으로 바꾼, 휴대 기기용 함수입니다. −3 왼쪽은 정확히 0이라 "
        "거기서 유닛이 죽을 수 있습니다.",
    ),
    source="Howard et al. 2019, Searching for MobileNetV3",
)
