"""PDELU: ELU with a deformed exponential, which reaches its floor at a finite place."""

from livegrad.functions.formula import clip, exp, expm1, log, log1p, parameter, piecewise, x
from livegrad.functions.formula.products import quotient_with_rest
from livegrad.functions.parameters import Domain, Parameter
from livegrad.functions.record import Activation, Aliases, Joint, Kernels
from livegrad.text import Text

alpha, t = parameter("alpha"), parameter("t")

_power, _lost = quotient_with_rest(1.0, 1 - t)  # 10 for t = 0.9; the floor begins at −_power
_near = log1p((1 - t) * x)
# Close to the floor the root is small, and x + 10 is exact. The tiny number keeps its logarithm
# finite at 0 and changes nothing elsewhere. From −1e−20 on nothing of the bend is left.
_far = log((1 - t) * clip((x + _power) + _lost, 0.0) + 2e-38)

ACTIVATION = Activation(
    id="pdelu",
    formula=piecewise((-1 / (1 - t), 0), (-alpha, alpha * expm1(log1p((1 - t) * x) / (1 - t)), x)),
    stable=Kernels(
        value=piecewise(
            (-_power, -0.5 * _power, -1e-20, 0),
            (
                -alpha,
                alpha * expm1(_power * _far),
                alpha * expm1(_power * _near),
                alpha * x,
                x,
            ),
        ),
        derivative=piecewise(
            (-_power, -0.5 * _power, 0),
            (0, alpha * exp((_power - 1) * _far), alpha * exp((_power - 1) * _near), 1),
        ),
    ),
    parameters=(
        Parameter(
            "alpha",
            1.0,
            about=Text(
                "depth of the negative side, before training; f′ has a jump at 0 unless it is 1",
                "음수 쪽 깊이의 처음 값. 1이 아니면 0에서 기울기가 끊깁니다",
            ),
            domain=Domain(low=0.0, ends=False),
            learned=True,
        ),
        Parameter(
            "t",
            0.9,
            about=Text(
                "how much the exponential is deformed: towards 1 it becomes ELU, and the floor "
                "moves away to −1/(1 − t)",
                "지수를 얼마나 비트는지 정합니다. 1에 가까워지면 ELU가 되고 바닥은 −1/(1 − t)로 "
                "멀어집니다",
            ),
            domain=Domain(low=0.5, high=1 - 2.0**-10),
        ),
    ),
    joints=(Joint(at=-1 / (1 - t), slope=0), Joint(at=0, slope=alpha)),
    tails=(-alpha, float("inf")),
    aliases=Aliases(
        other=("parametric_deformable_elu",),
        differs=Text(
            "The authors' code takes t above 1 too and begins at 1.5: there the negative side never "
            "reaches its floor. Here t stays below 1, at the paper's 0.9.",
            "저자들의 코드는 t > 1도 받고 1.5에서 시작합니다. 그러면 음수 쪽이 바닥에 닿지 않습니다. "
            "여기서는 t를 1 아래로만 두며 기본값은 논문의 0.9입니다.",
        ),
    ),
    about=Text(
        "ELU whose exponential is a power, (1 + x/10)¹⁰ at t = 0.9, times a learned depth. Left of "
        "the floor, −10, the slope is exactly 0 and units can die.",
        "ELU의 지수를 거듭제곱으로, t = 0.9이면 (1 + x/10)¹⁰으로 바꾸고 깊이를 학습합니다. 바닥에 "
        "닿는 −10 왼쪽은 기울기가 정확히 0이라 유닛이 죽을 수 있습니다.",
    ),
    source="Cheng, Li, Wu, Ma and Ngan 2020, "
    "Parametric Deformable Exponential Linear Units for Deep Neural Networks",
)
