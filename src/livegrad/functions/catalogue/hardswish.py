"""Hardswish: SiLU without an exponential."""

from livegrad.functions.formula import absolute, clip, floor, piecewise, x
from livegrad.functions.record import Activation, Aliases, Joint, Kernels, Native
from livegrad.text import Text

# One formula instead of three pieces, because choosing costs more than the arithmetic. Beyond ±3
# the slope is (held + 3)/6, between them (2·held + 3)/6: `_end` is 1 beyond them, else 0. Products
# with 1/3 and 1/6 cost less than quotients, and give 1 at 3 and at 6 in every dtype.
_held = clip(x, -3.0, 3.0)
_end = floor(absolute(_held) * (1 / 3))

ACTIVATION = Activation(
    id="hardswish",
    formula=piecewise((-3, 3), (0, x * (x + 3) / 6, x)),
    stable=Kernels(
        value=clip(x, -3.0) * (clip(x + 3, 0.0, 6.0) * (1 / 6)),
        derivative=((2 - _end) * _held + 3) * (1 / 6),
        second_derivative=piecewise((-3, 3), (0, 1 / 3, 0)),
    ),
    single=True,
    joints=(Joint(at=-3, slope=0), Joint(at=3, slope=1)),
    tails=(0, float("inf")),
    aliases=Aliases(
        torch=("Hardswish", "hardswish"),
        keras=("hard_silu", "hard_swish"),
        jax=("hard_silu", "hard_swish"),
        timm=("hard_swish", "HardSwish"),
    ),
    natives=(
        Native(
            "torch.nn.functional.hardswish",
            value_within=(("float32", -1e38, 1e38), ("float64", -1e307, 1e307)),
        ),
        Native("jax.nn.hard_swish"),
    ),
    about=Text(
        "SiLU built from straight and square pieces, made for phones. Left of −3 it is exactly 0, "
        "so units can die there.",
        "SiLU를 직선과 이차식 조각으로 바꾼, 휴대 기기용 함수입니다. −3 왼쪽은 정확히 0이라 "
        "거기서 유닛이 죽을 수 있습니다.",
    ),
    source="Howard et al. 2019, Searching for MobileNetV3",
)
