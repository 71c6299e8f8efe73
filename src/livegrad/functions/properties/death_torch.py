"""Where PyTorch's own gradients die of rounding: its functions are run, in each dtype."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
import torch

from livegrad.functions.module_torch import NativeCall
from livegrad.functions.properties.deaths import Death, Floats, deaths_of

if TYPE_CHECKING:
    from livegrad.functions.record import Activation

__all__ = ["native_deaths"]

_BLOCK = 256


def native_deaths(f: Activation) -> tuple[Death, ...]:
    """Return where the gradients of PyTorch's functions for an activation die.

    Args:
        f: The activation.

    Returns:
        As `deaths.deaths`; nothing if PyTorch has no function for it with these parameters.

    Example:
        >>> from dataclasses import replace
        >>> from livegrad.functions import Native, elementwise
        >>> tanh = replace(elementwise("tanh"), natives=(Native("torch.tanh"),))
        >>> [death.at for death in native_deaths(tanh) if death.dtype == "bfloat16"]
        [-3.46875, 3.46875]
    """
    native = f.native("torch")
    if native is None:
        return ()
    return deaths_of(f, functools.partial(_gradient, NativeCall(f, native)), native.path)


def _gradient(function: NativeCall, x: Floats, dtype: str) -> Floats:
    # Whole blocks: what is left over at a tensor's end is computed by other instructions, with other
    # rounding.
    filled = np.resize(x, -(-len(x) // _BLOCK) * _BLOCK)
    tensor = torch.tensor(filled, dtype=getattr(torch, dtype), requires_grad=True)
    (gradient,) = torch.autograd.grad(function(tensor).sum(), tensor)
    return gradient.to(torch.float64).numpy()[: len(x)]
