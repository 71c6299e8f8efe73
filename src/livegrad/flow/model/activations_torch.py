"""Calls of activations, and the catalogue's records of what they compute."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from livegrad import functions
from livegrad.errors import BadInput
from livegrad.flow.model.reading_torch import Call, Read, reads
from livegrad.functions import Activation

__all__ = ["activation_of", "called_again"]

# PyTorch's name, the catalogue's, and what PyTorch calls the parameters (place, name, default, ours).
_Arguments = tuple[tuple[int, str, float, str], ...]
_CALLS: Mapping[str, tuple[str, _Arguments]] = {
    "relu": ("relu", ()),
    "relu6": ("relu6", ()),
    "leaky_relu": ("leaky_relu", ((1, "negative_slope", 0.01, "alpha"),)),
    "prelu": ("prelu", ((1, "weight", 0.25, "alpha"),)),
    "rrelu": ("leaky_relu", ()),
    "elu": ("elu", ((1, "alpha", 1.0, "alpha"),)),
    "selu": ("selu", ()),
    "celu": ("celu", ((1, "alpha", 1.0, "alpha"),)),
    "gelu": ("gelu", ()),
    "silu": ("swish", ()),
    "mish": ("mish", ()),
    "softplus": ("softplus", ((1, "beta", 1.0, "beta"),)),
    "softsign": ("softsign", ()),
    "softshrink": ("softshrink", ((1, "lambd", 0.5, "threshold"),)),
    "hardshrink": ("hardshrink", ((1, "lambd", 0.5, "threshold"),)),
    "tanhshrink": ("tanhshrink", ()),
    "threshold": ("threshold", ((1, "threshold", 1.0, "threshold"), (2, "value", 0.0, "value"))),
    "hardtanh": ("hardtanh", ((1, "min_val", -1.0, "low"), (2, "max_val", 1.0, "high"))),
    "hardsigmoid": ("hardsigmoid", ()),
    "hardswish": ("hardswish", ()),
    "logsigmoid": ("logsigmoid", ()),
    "sigmoid": ("sigmoid", ()),
    "tanh": ("tanh", ()),
    "sin": ("sine", ()),
    "exp": ("exponential", ()),
    "erf": ("erf", ()),
    "atan": ("arctan", ()),
    "arctan": ("arctan", ()),
    "abs": ("absolute", ()),
    "absolute": ("absolute", ()),
    "square": ("x * x", ()),
    "cos": ("cos(x)", ()),
}


def activation_of(call: Call) -> Activation | None:
    """Return the record of the elementwise function that a call computes, or None."""
    if call.name in ("clamp", "clip", "clamp_min"):
        return _clamped(call)
    if call.name == "pow":
        return _record("x * x", ()) if call.given(1, "exponent") == 2 else None
    if call.name == "gelu" and call.given(1, "approximate", "none") == "tanh":
        return _record("gelu_tanh", ())
    if call.name not in _CALLS:
        return None
    identifier, arguments = _CALLS[call.name]
    values = tuple(
        (ours, _number(call.given(place, name, default)))
        for place, name, default, ours in arguments
    )
    return _record(identifier, values)


def called_again(call: Call) -> Callable[[Tensor], Tensor]:
    """Return the same function, leaving its input as it is."""
    options = {key: value for key, value in call.kwargs.items() if key != "inplace"}
    more = tuple(one for one in call.args[1:] if not isinstance(one, bool))
    func = getattr(functional, call.name, None) or getattr(torch, call.name)

    def again(x: Tensor) -> Tensor:
        return func(x, *more, **options)

    return again


def _number(value: Any) -> float:
    return float(value.detach().double().mean()) if isinstance(value, Tensor) else float(value)


def _clamped(call: Call) -> Activation | None:
    low, high = call.given(1, "min"), call.given(2, "max")
    if isinstance(low, Tensor) or isinstance(high, Tensor):
        return None
    if high is None:
        return _record("relu", ()) if low == 0 else None
    return (
        None if low is None else _record("hardtanh", (("low", float(low)), ("high", float(high))))
    )


@functools.lru_cache(maxsize=256)
def _record(identifier: str, values: tuple[tuple[str, float], ...]) -> Activation | None:
    try:
        plain = functions.activation(identifier)
        usual = plain.settings if isinstance(plain, Activation) else {}
        unusual = {name: value for name, value in values if usual.get(name) != value}
        found = functions.activation(identifier, **unusual) if unusual else plain
    except BadInput:  # a slope or a width that the catalogue does not know
        return None
    return found if isinstance(found, Activation) else None


@reads(*_CALLS, "clamp", "clip", "clamp_min", "pow")
def _activation(call: Call, result: Tensor) -> Read | None:
    del result
    record = activation_of(call)
    x = call.args[0]
    number = call.number(x)
    if record is None or number is None:
        return None
    return Read("activation", (number,), (call.axes(x),), {"activation": record})
