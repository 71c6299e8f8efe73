"""Where a formula is computed: NumPy, or PyTorch if, and only if, the caller already uses it.

A backend is the short list of operations that formulas are made of. PyTorch's is looked up in
``sys.modules`` and never imported from here on its own account: a tensor in hand proves that it is
loaded.
"""

from __future__ import annotations

import sys
from typing import Any, Protocol, TypeAlias

import numpy as np

from livegrad.functions import special

Array: TypeAlias = Any
"""A NumPy array or a PyTorch tensor."""


class Backend(Protocol):
    """The operations that formulas are made of; elementwise, or along the last axis."""

    def exp(self, x: Array) -> Array: ...
    def expm1(self, x: Array) -> Array: ...
    def log1p(self, x: Array) -> Array: ...
    def tanh(self, x: Array) -> Array: ...
    def absolute(self, x: Array) -> Array: ...
    def sign(self, x: Array) -> Array: ...
    def floor(self, x: Array) -> Array: ...
    def sigmoid(self, x: Array) -> Array: ...
    def softplus(self, x: Array) -> Array: ...
    def erfc(self, x: Array) -> Array: ...
    def erfcx(self, x: Array) -> Array: ...
    def normal_cdf(self, x: Array) -> Array: ...

    def clip(self, x: Array, low: float, high: float) -> Array:
        """Hold x between two bounds; NaN stays NaN."""
        ...

    def select(self, condition: Array, chosen: Array, other: Array, like: Array) -> Array:
        """Take ``chosen`` where the condition holds, in the dtype of ``like``; numbers will do."""
        ...

    def full(self, value: Array, like: Array) -> Array:
        """Spread a value over the shape and dtype of ``like``."""
        ...

    def total(self, x: Array) -> Array:
        """Sum along the last axis, which stays with length 1."""
        ...

    def highest(self, x: Array) -> Array:
        """Maximum along the last axis, which stays with length 1."""
        ...

    def winner(self, x: Array) -> Array:
        """1 at the first maximum along the last axis, 0 elsewhere."""
        ...

    def largest(self, like: Array) -> float:
        """Return the largest finite number of a dtype."""
        ...

    def reshape(self, x: Array, shape: tuple[int, ...]) -> Array: ...


class NumpyBackend:
    """NumPy, with the special functions that it lacks."""

    exp, expm1, log1p, tanh = map(staticmethod, (np.exp, np.expm1, np.log1p, np.tanh))
    absolute, sign, floor = map(staticmethod, (np.absolute, np.sign, np.floor))
    clip, reshape = staticmethod(np.clip), staticmethod(np.reshape)
    erfc, erfcx = staticmethod(special.erfc), staticmethod(special.erfcx)

    def sigmoid(self, x: Array) -> Array:
        """Logistic function; the exponential only ever meets numbers ≤ 0, so it cannot overflow."""
        decay = np.exp(-np.absolute(x))
        return np.where(x >= 0, np.ones_like(decay), decay) / (1 + decay)

    def softplus(self, x: Array) -> Array:
        """ln(1 + e^x), written so that neither end overflows or cancels."""
        return np.maximum(x, 0) + np.log1p(np.exp(-np.absolute(x)))

    def normal_cdf(self, x: Array) -> Array:
        """Share of N(0, 1) below x."""
        return 0.5 * special.erfc(x * -(0.5**0.5))

    def select(self, condition: Array, chosen: Array, other: Array, like: Array) -> Array:
        """Take ``chosen`` where the condition holds, in the dtype of ``like``."""
        return np.where(condition, np.asarray(chosen, like.dtype), np.asarray(other, like.dtype))

    def full(self, value: Array, like: Array) -> Array:
        """Spread a value over the shape and dtype of ``like``."""
        return np.broadcast_to(np.asarray(value, like.dtype), like.shape)

    def total(self, x: Array) -> Array:
        """Sum along the last axis, which stays with length 1."""
        return x.sum(axis=-1, keepdims=True)

    def highest(self, x: Array) -> Array:
        """Maximum along the last axis, which stays with length 1."""
        return x.max(axis=-1, keepdims=True)

    def winner(self, x: Array) -> Array:
        """1 at the first maximum along the last axis, 0 elsewhere."""
        return (np.arange(x.shape[-1]) == x.argmax(axis=-1)[..., None]).astype(x.dtype)

    def largest(self, like: Array) -> float:
        """Return the largest finite number of a dtype."""
        return float(np.finfo(like.dtype).max)


NUMPY = NumpyBackend()


def is_tensor(candidate: object) -> bool:
    """Tell whether an object is a PyTorch tensor, without importing PyTorch.

    Example:
        >>> is_tensor([1.0, 2.0])
        False
    """
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(candidate, getattr(torch, "Tensor", ()))
