"""Sparsemax: shares that sum to 1, most of them exactly 0."""

import math

from livegrad.functions.numbers.backends import Array, Backend
from livegrad.functions.record import Aliases
from livegrad.functions.shares import below_top
from livegrad.functions.vector import Settings, VectorActivation
from livegrad.text import Text


def value(backend: Backend, x: Array, settings: Settings) -> Array:  # noqa: ARG001
    """Compute the nearest point of the simplex along the last axis; (..., n) to (..., n)."""
    # One below the largest there is no share left; so much and more is all the same.
    below = backend.clip(below_top(backend, x)[0], -2.0, 0.0)
    return backend.clip(below - _threshold(backend, below), 0.0, math.inf)


def pullback(backend: Backend, x: Array, cotangent: Array, settings: Settings) -> Array:
    """Multiply a cotangent g (..., n) with the Jacobian: g less its mean, both over the support."""
    support = backend.select(value(backend, x, settings) > 0, 1.0, 0.0, x)
    mean = backend.total(support * cotangent) / backend.total(support)
    return support * (cotangent - mean)


def _threshold(backend: Backend, below: Array) -> Array:
    """Return what all supported entries lose, so that the rest sums to 1: algorithm 1 of the paper."""
    falling = backend.falling(below)
    place = backend.running(backend.full(1.0, falling))
    supported = backend.select(1 + place * falling > backend.running(falling), 1.0, 0.0, falling)
    return (backend.total(supported * falling) - 1) / backend.total(supported)


ACTIVATION = VectorActivation(
    id="sparsemax",
    latex=r"\left[\operatorname*{argmin}_{p \in \Delta} \left\|p - x\right\|^2\right]_i",
    value=value,
    pullback=pullback,
    bounded=True,
    aliases=Aliases(keras=("sparsemax",)),
    about=Text(
        "Like softmax, but what lies far enough below the largest gets exactly 0: attention that "
        "looks at few places. Those entries get no gradient.",
        "소프트맥스(softmax)와 비슷하지만, 가장 큰 값보다 충분히 작으면 몫이 정확히 0이 됩니다. 몇 "
        "군데만 보는 어텐션(attention)에 맞습니다. 몫이 0인 곳에는 기울기가 가지 않습니다.",
    ),
    source="Martins and Astudillo 2016, From Softmax to Sparsemax: "
    "A Sparse Model of Attention and Multi-Label Classification",
)
