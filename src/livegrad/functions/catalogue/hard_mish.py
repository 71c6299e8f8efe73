"""Hard Mish: Mish without an exponential."""

from livegrad.functions.formula import piecewise, x
from livegrad.functions.record import Activation, Aliases, Joint, Kernels
from livegrad.text import Text

ACTIVATION = Activation(
    id="hard_mish",
    formula=piecewise((-2, 0), (0, x * (x + 2) / 2, x)),
    stable=Kernels(derivative=piecewise((-2, 0), (0, x + 1, 1))),
    joints=(Joint(at=-2, slope=0), Joint(at=0, slope=1)),
    tails=(0, float("inf")),
    single=True,
    aliases=Aliases(
        timm=("HardMish", "hard_mish"),
        differs=Text(
            "timm's clamp gives the slope −1 at −2, that of the right side.",
            "timm의 clamp는 −2에서 오른쪽 기울기인 −1을 줍니다.",
        ),
    ),
    about=Text(
        "Mish built from straight and square pieces. Left of −2 it is exactly 0, so units can die "
        "there; between −2 and 0 it dips to −1/2.",
        "Mish를 직선과 이차식 조각으로 바꾼 함수입니다. −2 왼쪽은 정확히 0이라 거기서 유닛이 죽을 "
        "수 있고, −2와 0 사이에서는 −1/2까지 꺼집니다.",
    ),
    source="Misra 2020, H-Mish (repository note)",
)
