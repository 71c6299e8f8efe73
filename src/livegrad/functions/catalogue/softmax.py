"""Softmax: scores become shares that sum to 1."""

from livegrad.functions.backends import Array, Backend
from livegrad.functions.record import Aliases
from livegrad.functions.shares import below_top
from livegrad.functions.vector import Settings, VectorActivation
from livegrad.text import Text


def value(backend: Backend, x: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Compute e^x / Σ e^x from x − max x, along the last axis; (..., n) to (..., n)."""
    gap, lost = below_top(backend, x)
    raised = backend.exp(gap) * (1 + lost)
    return raised / backend.total(raised)


def pullback(backend: Backend, x: Array, cotangent: Array, settings: Settings) -> Array:
    """Multiply a cotangent (..., n) with the Jacobian diag(p) − p pᵀ."""
    share = value(backend, x, settings)
    # Measured from the winner's cotangent: p(1 − p) would be exactly 0 as soon as p rounds to 1.
    above = cotangent - backend.total(cotangent * backend.winner(x))
    return share * (above - backend.total(share * above))


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
            "PyTorch guesses the axis if none is given; here it is the last, as in Keras and JAX.",
            "PyTorch는 축을 주지 않으면 짐작합니다. 여기서는 케라스(Keras), JAX처럼 마지막 "
            "축입니다.",
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
