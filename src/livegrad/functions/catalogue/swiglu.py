"""SwiGLU: half of a vector, gated by the SiLU of the other half."""

from livegrad.functions.gates import SWISH, gated, gated_pullback
from livegrad.functions.numbers.backends import Array, Backend
from livegrad.functions.record import Aliases
from livegrad.functions.vector import Settings, VectorActivation
from livegrad.text import Text


def value(backend: Backend, x: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Compute a·b·σ(b) from the halves a, b of the last axis; (..., n) to (..., n/2)."""
    return gated(backend, x, SWISH, "swiglu")


def pullback(backend: Backend, x: Array, cotangent: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Multiply a cotangent (..., n/2) with the Jacobian."""
    return gated_pullback(backend, x, cotangent, SWISH, "swiglu")


ACTIVATION = VectorActivation(
    id="swiglu",
    latex=r"x_i \, x_{i + n/2} \, \sigma\left(x_{i + n/2}\right)",
    value=value,
    pullback=pullback,
    bounded=False,
    aliases=Aliases(
        other=("silu_and_mul",),
        differs=Text(
            "The gate is the second half. Code after LLaMA often packs it first: swap the halves there.",
            "문은 뒤쪽 절반입니다. LLaMA 계열 코드는 앞쪽에 두는 일이 많으니 그때는 두 절반을 바꾸세요.",
        ),
    ),
    about=Text(
        "GLU with SiLU for a gate: the feed-forward block of most large language models. It grows like a square on the right, which 16-bit floats can overflow.",
        "문을 SiLU로 바꾼 GLU로, 대형 언어 모델(large language model) 대부분의 순방향 블록에 쓰입니다. 오른쪽에서 제곱처럼 자라 16비트 수에서는 넘칠 수 있습니다.",
    ),
    source="Shazeer 2020, GLU Variants Improve Transformer",
)
