"""Where PyTorch's own gradients die of rounding: its functions are run, in each dtype."""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING

import numpy as np
import torch

from livegrad.functions.properties.deaths import Death, Floats, deaths_of

if TYPE_CHECKING:
    from livegrad.functions.record import Activation, Native

__all__ = ["native_deaths"]

_BLOCK = 256


def native_deaths(f: Activation) -> tuple[Death, ...]:
    """Return where the gradients of PyTorch's functions for an activation die.

    Args:
        f: An activation that declares ``natives``.

    Returns:
        As `arithmetic.deaths`, for each declared native of PyTorch.

    Example:
        >>> from dataclasses import replace
        >>> from livegrad.functions import Native, elementwise
        >>> tanh = replace(elementwise("tanh"), natives=(Native("torch.tanh"),))
        >>> [death.at for death in native_deaths(tanh) if death.dtype == "bfloat16"]
        [-3.46875, 3.46875]
    """
    ours = [native for native in f.natives if native.path.startswith("torch.")]
    return tuple(
        death
        for native in ours
        for death in deaths_of(f, functools.partial(_gradient, f, native), native.path)
    )


def _gradient(f: Activation, native: Native, x: Floats, dtype: str) -> Floats:
    keywords = {
        name: f.settings[value] if isinstance(value, str) and value in f.settings else value
        for name, value in native.keywords
    }
    module, _, name = native.path.rpartition(".")
    function = getattr(importlib.import_module(module), name)
    # Whole blocks: what is left over at a tensor's end is computed by other instructions, with other
    # rounding.
    filled = np.resize(x, -(-len(x) // _BLOCK) * _BLOCK)
    tensor = torch.tensor(filled, dtype=getattr(torch, dtype), requires_grad=True)
    (gradient,) = torch.autograd.grad(function(tensor, **keywords).sum(), tensor)
    return gradient.to(torch.float64).numpy()[: len(x)]
