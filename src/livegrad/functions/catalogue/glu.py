"""GLU: half of a vector, gated by the sigmoid of the other half."""

from livegrad.functions.gates import SIGMOID, gated, gated_pullback
from livegrad.functions.numbers.backends import Array, Backend
from livegrad.functions.record import Aliases
from livegrad.functions.vector import Settings, VectorActivation
from livegrad.text import Text


def value(backend: Backend, x: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Compute a·σ(b) from the halves a, b of the last axis; (..., n) to (..., n/2)."""
    return gated(backend, x, SIGMOID, "glu")


def pullback(backend: Backend, x: Array, cotangent: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Multiply a cotangent (..., n/2) with the Jacobian."""
    return gated_pullback(backend, x, cotangent, SIGMOID, "glu")


ACTIVATION = VectorActivation(
    id="glu",
    latex=r"x_i \, \sigma\left(x_{i + n/2}\right)",
    value=value,
    pullback=pullback,
    bounded=False,
    aliases=Aliases(
        torch=("GLU", "glu"), keras=("glu",), jax=("glu",), other=("gated_linear_unit",)
    ),
    about=Text(
        "One half carries the signal, the other decides how much of it passes. The signal's path is linear, so gradients do not saturate on it. It needs twice the weights.",
        "절반은 신호를 나르고 나머지 절반은 얼마나 보낼지를 정합니다. 신호가 지나는 길은 선형이라 거기서는 기울기가 포화(saturation)하지 않습니다. 대신 가중치가 두 배로 듭니다.",
    ),
    source="Dauphin, Fan, Auli and Grangier 2017, Language Modeling with Gated Convolutional Networks",
)
