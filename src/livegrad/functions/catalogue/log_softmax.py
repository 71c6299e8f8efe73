"""Log-softmax: the logarithms of the shares, computed in one go."""

from livegrad.functions.numbers.backends import Array, Backend
from livegrad.functions.record import Aliases
from livegrad.functions.shares import at_top, below_top
from livegrad.functions.vector import Settings, VectorActivation
from livegrad.text import Text


def value(backend: Backend, x: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Compute x − ln Σ e^x along the last axis; (..., n) to (..., n)."""
    gap, lost = below_top(backend, x)
    raised, winner = backend.exp(gap) * (1 + lost), at_top(backend, gap)
    return gap + (lost - backend.log1p(_rest(backend, raised, winner)))


def pullback(backend: Backend, x: Array, cotangent: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Multiply a cotangent g (..., n) with the Jacobian: g − p·Σg."""
    gap, lost = below_top(backend, x)
    raised, winner = backend.exp(gap) * (1 + lost), at_top(backend, gap)
    rest, summed = _rest(backend, raised, winner), backend.total(cotangent)
    # 1 − p of the winner is the others' share: subtracting p from 1 would give 0 too early.
    for_winner = rest * cotangent - (summed - cotangent)
    for_others = (1 + rest) * cotangent - raised * summed
    return (winner * for_winner + (1 - winner) * for_others) / (1 + rest)


def _rest(backend: Backend, raised: Array, winner: Array) -> Array:
    """Return Σ e^(x − top) without the winner's own 1; added with log1p it keeps its digits."""
    return backend.total(raised * (1 - winner)) + (backend.total(winner) - 1)


ACTIVATION = VectorActivation(
    id="log_softmax",
    latex=r"x_i - \ln \sum_j e^{x_j}",
    value=value,
    pullback=pullback,
    bounded=False,
    aliases=Aliases(
        torch=("LogSoftmax", "log_softmax"), keras=("log_softmax",), jax=("log_softmax",)
    ),
    about=Text(
        "The logarithm of softmax, finite where log(softmax(x)) has become −∞. It belongs in "
        "front of NLLLoss.",
        "소프트맥스(softmax)의 로그입니다. log(softmax(x))가 −∞가 되는 곳에서도 유한합니다. "
        "NLLLoss 앞에 둡니다.",
    ),
    source="",
)
