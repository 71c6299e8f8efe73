"""ReGLU: half of a vector, switched by the ReLU of the other half."""

from livegrad.functions.gates import RELU, gated, gated_pullback
from livegrad.functions.numbers.backends import Array, Backend
from livegrad.functions.record import Aliases
from livegrad.functions.vector import Settings, VectorActivation
from livegrad.text import Text


def value(backend: Backend, x: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Compute a·max(0, b) from the halves a, b of the last axis; (..., n) to (..., n/2)."""
    return gated(backend, x, RELU, "reglu")


def pullback(backend: Backend, x: Array, cotangent: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Multiply a cotangent (..., n/2) with the Jacobian."""
    return gated_pullback(backend, x, cotangent, RELU, "reglu")


ACTIVATION = VectorActivation(
    id="reglu",
    latex=r"x_i \, \max\left(0, x_{i + n/2}\right)",
    value=value,
    pullback=pullback,
    bounded=False,
    aliases=Aliases(
        differs=Text(
            "The gate is the second half. Code after LLaMA often packs it first: swap the halves there.",
            "문은 뒤쪽 절반입니다. LLaMA 계열 코드는 앞쪽에 두는 일이 많으니 그때는 두 절반을 바꾸세요.",
        )
    ),
    about=Text(
        "GLU with ReLU for a gate: cheap, and a shut gate stops both halves, so a unit can die as ReLU's do.",
        "문을 ReLU로 바꾼 GLU입니다. 계산이 싸지만 문이 닫히면 두 절반 모두 기울기를 받지 못해 ReLU처럼 유닛이 죽을 수 있습니다.",
    ),
    source="Shazeer 2020, GLU Variants Improve Transformer",
)
