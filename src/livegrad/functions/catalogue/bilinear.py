"""Bilinear: two halves of a vector, multiplied with no gate at all."""

from livegrad.functions.gates import OPEN, gated, gated_pullback
from livegrad.functions.numbers.backends import Array, Backend
from livegrad.functions.record import Aliases
from livegrad.functions.vector import Settings, VectorActivation
from livegrad.text import Text


def value(backend: Backend, x: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Compute a·b from the halves a, b of the last axis; (..., n) to (..., n/2)."""
    return gated(backend, x, OPEN, "bilinear")


def pullback(backend: Backend, x: Array, cotangent: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Multiply a cotangent (..., n/2) with the Jacobian."""
    return gated_pullback(backend, x, cotangent, OPEN, "bilinear")


ACTIVATION = VectorActivation(
    id="bilinear",
    latex=r"x_i \, x_{i + n/2}",
    value=value,
    pullback=pullback,
    bounded=False,
    aliases=Aliases(
        other=("bilinear_glu",),
        differs=Text(
            "torch.nn.Bilinear is a layer with weights of its own, x₁ᵀW x₂; here only the halves are multiplied.",
            "torch.nn.Bilinear는 가중치가 있는 층 x₁ᵀW x₂입니다. 여기서는 두 절반을 곱하기만 합니다.",
        ),
    ),
    about=Text(
        "GLU without its sigmoid: the product of the two halves. Squares grow fast, so large signals explode and small ones vanish unless a normalization stands before it.",
        "시그모이드(sigmoid)를 뺀 GLU로, 두 절반을 그냥 곱합니다. 제곱처럼 자라서 앞에 정규화(normalization)가 없으면 큰 신호는 폭발하고 작은 신호는 사라집니다.",
    ),
    source="Mnih and Hinton 2007, Three New Graphical Models for Statistical Language Modelling; Shazeer 2020, GLU Variants Improve Transformer",
)
