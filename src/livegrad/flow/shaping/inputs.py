"""Inputs as shaped activations want them: every sample of mean square 1."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

__all__ = ["normalised"]


def normalised(x: Any, *, keep_size: bool = True) -> Any:
    """Scale each sample so that its mean square is 1, as shaped activations want their inputs.

    Args:
        x: NumPy array or tensor, shape (..., features); each row along the last axis is a sample (of an
            image in channels-last order: a pixel).
        keep_size: Append a feature that is 1 before scaling, so that a sample's size, which scaling takes
            away, can still be told. With a few features it is needed.

    Returns:
        The same kind, shape (..., features + 1) or, without ``keep_size``, (..., features). A sample of
        zeros stays zeros if its size is not kept.

    Example:
        >>> normalised(np.array([[7.0, 0.0]])).round(3)
        array([[1.715, 0.   , 0.245]])

    References:
        Martens et al. 2021, "Uniform q values via Per-Location Normalization".
    """
    if keep_size:
        library = np if isinstance(x, np.ndarray) else importlib.import_module("torch")
        x = library.concatenate([x, library.ones_like(x[..., :1])], axis=-1)
    size = (x**2).mean(-1)[..., None] ** 0.5
    return x / (size + (size == 0))
