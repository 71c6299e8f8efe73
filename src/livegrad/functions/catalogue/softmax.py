"""Softmax: scores become shares that sum to 1."""

from livegrad.functions.numbers.backends import Array, Backend
from livegrad.functions.record import Aliases
from livegrad.functions.shares import shares, shares_pullback
from livegrad.functions.vector import Settings, VectorActivation
from livegrad.text import Text


def value(backend: Backend, x: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Compute e^x / Σ e^x from x − max x, along the last axis; (..., n) to (..., n)."""
    return shares(backend, x)


def pullback(backend: Backend, x: Array, cotangent: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Multiply a cotangent (..., n) with the Jacobian diag(p) − p pᵀ."""
    return shares_pullback(backend, x, cotangent)


ACTIVATION = VectorActivation(
    id="softmax",
    latex=r"\frac{e^{x_i}}{\sum_j e^{x_j}}",
    value=value,
    pullback=pullback,
    bounded=True,
    aliases=Aliases(
        torch=("Softmax", "softmax"),
        keras=("softmax", "Softmax"),
        jax=("softmax",),
        other=("normalized_exponential",),
        differs=Text(
            "PyTorch guesses the axis if none is given; here it is the last, as in Keras and JAX. "
            "Softmax2d is this with axis=-3.",
            "PyTorch는 축을 주지 않으면 짐작합니다. 여기서는 케라스(Keras), JAX처럼 마지막 "
            "축입니다. Softmax2d는 axis=-3인 경우입니다.",
        ),
    ),
    about=Text(
        "Turns several scores into shares between 0 and 1 that sum to 1: the output layer for one "
        "class out of many. PyTorch's CrossEntropyLoss already contains it.",
        "여러 점수를 합이 1인 0과 1 사이의 몫으로 바꿉니다. 여러 클래스 가운데 하나를 고르는 "
        "출력층에 씁니다. PyTorch의 CrossEntropyLoss에는 이미 들어 있습니다.",
    ),
    source="Bridle 1990, "
    "Probabilistic Interpretation of Feedforward Classification Network Outputs",
)
