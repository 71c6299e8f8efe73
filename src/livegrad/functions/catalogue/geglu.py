"""GEGLU: half of a vector, gated by the exact GELU of the other half."""

from livegrad.functions.gates import GELU, gated, gated_pullback
from livegrad.functions.numbers.backends import Array, Backend
from livegrad.functions.record import Aliases
from livegrad.functions.vector import Settings, VectorActivation
from livegrad.text import Text


def value(backend: Backend, x: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Compute a·b·Φ(b) from the halves a, b of the last axis; (..., n) to (..., n/2)."""
    return gated(backend, x, GELU, "geglu")


def pullback(backend: Backend, x: Array, cotangent: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Multiply a cotangent (..., n/2) with the Jacobian."""
    return gated_pullback(backend, x, cotangent, GELU, "geglu")


ACTIVATION = VectorActivation(
    id="geglu",
    latex=r"x_i \, x_{i + n/2} \, \Phi\left(x_{i + n/2}\right)",
    value=value,
    pullback=pullback,
    bounded=False,
    aliases=Aliases(
        differs=Text(
            "The gate is exact GELU. T5 and Gemma gate with its tanh form, and code after LLaMA packs the gate into the first half: swap the halves there.",
            "문은 정확한 GELU입니다. T5와 Gemma는 tanh로 어림한 GELU를 씁니다. LLaMA 계열 코드는 문을 앞쪽 절반에 두니 그때는 두 절반을 바꾸세요.",
        )
    ),
    about=Text(
        "GLU with GELU for a gate, much used in transformers. Smooth, and a shut gate still leaks a little gradient.",
        "문을 GELU로 바꾼 GLU로 트랜스포머(transformer)에서 많이 씁니다. 매끄럽고, 닫힌 문으로도 기울기가 조금은 지나갑니다.",
    ),
    source="Shazeer 2020, GLU Variants Improve Transformer",
)
