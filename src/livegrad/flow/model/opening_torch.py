"""PyTorch's own compositions, opened, so that a function mode sees the calls inside."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from torch.nn import functional

__all__ = ["open_attention"]


def _blind(*_: Any, **__: Any) -> bool:
    return False


def _opened(function: types.FunctionType) -> Callable[..., Any]:
    """Return a copy of one of PyTorch's own compositions that lets the mode see the calls inside.

    PyTorch hands the whole composition to the mode and asks again on the way in, without end; the
    copy does not ask.
    """
    asks = ("has_torch_function", "has_torch_function_unary", "has_torch_function_variadic")
    names = {**function.__globals__, **dict.fromkeys(asks, _blind)}
    copy = types.FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


open_attention = _opened(functional.multi_head_attention_forward)
"""`torch.nn.functional.multi_head_attention_forward`, opened."""
