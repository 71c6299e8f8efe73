"""Where a formula is computed: NumPy, or PyTorch if, and only if, the caller already uses it.

A backend is the short list of operations that formulas are made of. PyTorch's is looked up in
``sys.modules`` and never imported from here on its own account: a tensor in hand proves that it is
loaded.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from livegrad.functions.numbers import special

if TYPE_CHECKING:
    from livegrad.functions.formula.nodes import Number

Array: TypeAlias = Any
"""A NumPy array or a PyTorch tensor."""
OfOne: TypeAlias = Callable[[Array], Array]
"""A function of one array."""


def _of_vectors_only(*arrays: Array) -> Array:
    # What a backend for formulas of one number need not have.
    raise NotImplementedError(arrays)


@dataclass(frozen=True)
class Backend:
    """The operations that formulas are made of, as one library spells them.

    All are elementwise, except the last seven, which work along the last axis or on the shape.

    Attributes:
        exp: e^x.
        expm1: e^x − 1.
        log: ln x.
        log1p: ln(1 + x).
        sqrt: Square root.
        sin: Sine of x in radians; NaN at ±∞, without an alarm.
        cos: Cosine of x in radians, likewise.
        arctan: Angle in radians, between −π/2 and π/2.
        tanh: Hyperbolic tangent.
        absolute: |x|.
        sign: −1, 0 or 1.
        floor: The largest whole number that is not above x.
        sigmoid: Logistic function, of which neither end may overflow or vanish too early.
        softplus: ln(1 + e^x), likewise.
        erf: The share of a Gaussian of variance 1/2 within x of its mean, with the sign of x.
        erfc: 1 − erf(x), right to the last digits far out in the tail.
        erfcx: exp(x²)·erfc(x).
        normal_cdf: Share of N(0, 1) below x.
        clip: Hold x between two bounds (``x, low, high``); NaN stays NaN.
        select: Take ``chosen`` where the condition holds, in the dtype of ``like`` (``condition,
            chosen, other, like``); numbers will do.
        constant: What a constant of a formula becomes: a Python float here, so that no array widens.
        full: Spread a value over the shape and dtype of another (``value, like``).
        largest: The largest finite number of the dtype of an array.
        total: Sum along the last axis, which stays with length 1.
        highest: Maximum along the last axis, which stays with length 1.
        winner: 1 at the first maximum along the last axis, 0 elsewhere.
        reshape: The same entries in another shape (``x, shape``).
        falling: The entries along the last axis, the largest first.
        running: Sums along the last axis, each up to and with its place.
        joined: Two arrays side by side along the last axis.

    Example:
        >>> NUMPY.winner(np.array([1.0, 3.0, 3.0]))
        array([0., 1., 0.])
    """

    exp: OfOne
    expm1: OfOne
    log: OfOne
    log1p: OfOne
    sqrt: OfOne
    sin: OfOne
    cos: OfOne
    arctan: OfOne
    tanh: OfOne
    absolute: OfOne
    sign: OfOne
    floor: OfOne
    sigmoid: OfOne
    softplus: OfOne
    erf: OfOne
    erfc: OfOne
    erfcx: OfOne
    normal_cdf: OfOne
    clip: Callable[[Array, Any, Any], Array]
    select: Callable[[Array, Any, Any, Array], Array]
    constant: Callable[[Number], Any]
    full: Callable[[Any, Array], Array]
    largest: Callable[[Array], float]
    total: OfOne
    highest: OfOne
    winner: OfOne
    reshape: Callable[[Array, tuple[int, ...]], Array]
    falling: OfOne = _of_vectors_only
    running: OfOne = _of_vectors_only
    joined: Callable[[Array, Array], Array] = _of_vectors_only


def in_float64(number: Number) -> float:
    """Return a constant as the nearest Python float.

    Example:
        >>> from livegrad.functions.formula.nodes import Number
        >>> in_float64(Number(0.5))
        0.5
    """
    return number.number


def _sigmoid(x: Array) -> Array:
    # The exponential only ever meets numbers ≤ 0, so it cannot overflow.
    decay = np.exp(-np.absolute(x))
    return np.where(x >= 0, np.ones_like(decay), decay) / (1 + decay)


def _softplus(x: Array) -> Array:
    # ln(1 + e^x), written so that neither end overflows or cancels.
    return np.maximum(x, 0) + np.log1p(np.exp(-np.absolute(x)))


def _sin(x: Array) -> Array:
    # An infinite angle has no sine: NaN, which is an answer here and no alarm (PyTorch agrees).
    with np.errstate(invalid="ignore"):
        return np.sin(x)


def _cos(x: Array) -> Array:
    with np.errstate(invalid="ignore"):  # as for the sine
        return np.cos(x)


def _normal_cdf(x: Array) -> Array:
    return 0.5 * special.erfc(x * -(0.5**0.5))


def _select(condition: Array, chosen: Array, other: Array, like: Array) -> Array:
    return np.where(condition, np.asarray(chosen, like.dtype), np.asarray(other, like.dtype))


def _full(value: Array, like: Array) -> Array:
    return np.broadcast_to(np.asarray(value, like.dtype), like.shape)


def _largest(like: Array) -> float:
    return float(np.finfo(like.dtype).max)


def _total(x: Array) -> Array:
    return x.sum(axis=-1, keepdims=True)


def _highest(x: Array) -> Array:
    return x.max(axis=-1, keepdims=True)


def _winner(x: Array) -> Array:
    return (np.arange(x.shape[-1]) == x.argmax(axis=-1)[..., None]).astype(x.dtype)


def _falling(x: Array) -> Array:
    return np.sort(x, axis=-1)[..., ::-1]


def _running(x: Array) -> Array:
    return np.cumsum(x, axis=-1)


def _joined(left: Array, right: Array) -> Array:
    return np.concatenate([left, right], axis=-1)


SCALARS: dict[str, Callable[[float], float]] = {
    "exp": lambda x: math.exp(x) if x < 709.7 else math.inf,
    "expm1": lambda x: math.expm1(x) if x < 709.7 else math.inf,
    "log": lambda x: math.log(x) if x > 0 else (-math.inf if x == 0 else math.nan),
    "log1p": lambda x: math.log1p(x) if x > -1 else (-math.inf if x == -1 else math.nan),
    "sqrt": lambda x: math.sqrt(x) if x >= 0 else math.nan,
    "sin": math.sin,
    "cos": math.cos,
    "arctan": math.atan,
    "tanh": math.tanh,
    "absolute": abs,
    "sign": lambda x: math.copysign(1.0, x) if x else 0.0,
    "floor": lambda x: float(math.floor(x)),
    "sigmoid": lambda x: math.exp(min(x, 0.0)) / (1 + math.exp(-abs(x))),
    "softplus": lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x))),
    "erf": math.erf,
    "erfc": math.erfc,
    "erfcx": lambda x: float(special.erfcx(np.array([x]))[0]),
    "normal_cdf": lambda x: 0.5 * math.erfc(-x * math.sqrt(0.5)),
}
"""The functions of one Python float: constants and parameters stay floats, and widen no array."""

NUMPY = Backend(
    exp=np.exp,
    expm1=np.expm1,
    log=np.log,
    log1p=np.log1p,
    sqrt=np.sqrt,
    sin=_sin,
    cos=_cos,
    arctan=np.arctan,
    tanh=np.tanh,
    absolute=np.absolute,
    sign=np.sign,
    floor=np.floor,
    sigmoid=_sigmoid,
    softplus=_softplus,
    erf=special.erf,
    erfc=special.erfc,
    erfcx=special.erfcx,
    normal_cdf=_normal_cdf,
    clip=np.clip,
    select=_select,
    constant=in_float64,
    full=_full,
    largest=_largest,
    total=_total,
    highest=_highest,
    winner=_winner,
    reshape=np.reshape,
    falling=_falling,
    running=_running,
    joined=_joined,
)
"""NumPy, with the special functions that it lacks."""


def is_tensor(candidate: object) -> bool:
    """Tell whether an object is a PyTorch tensor, without importing PyTorch.

    Example:
        >>> is_tensor([1.0, 2.0])
        False
    """
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(candidate, getattr(torch, "Tensor", ()))
