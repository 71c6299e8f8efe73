"""Softmin: softmax of the inputs with the other sign."""

from livegrad.functions.numbers.backends import Array, Backend
from livegrad.functions.record import Aliases
from livegrad.functions.shares import shares, shares_pullback
from livegrad.functions.vector import Settings, VectorActivation
from livegrad.text import Text


def value(backend: Backend, x: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Compute e^−x / Σ e^−x along the last axis; (..., n) to (..., n)."""
    return shares(backend, -x)


def pullback(backend: Backend, x: Array, cotangent: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Multiply a cotangent (..., n) with the Jacobian p pᵀ − diag(p)."""
    return -shares_pullback(backend, -x, cotangent)


ACTIVATION = VectorActivation(
    id="softmin",
    latex=r"\frac{e^{-x_i}}{\sum_j e^{-x_j}}",
    value=value,
    pullback=pullback,
    bounded=True,
    aliases=Aliases(torch=("Softmin", "softmin")),
    about=Text(
        "Shares that sum to 1, the largest for the smallest input: right where the inputs are "
        "distances or costs.",
        "합이 1인 몫을 주되 가장 작은 입력에 가장 큰 몫을 줍니다. 입력이 거리나 비용일 때 "
        "알맞습니다.",
    ),
    source="",
)
