"""Functions of a whole vector, as numbers to play with: outputs, their Jacobian, and what one input does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from livegrad.functions import VectorActivation, activation

__all__ = ["pieces", "vector"]

_SWEEP = np.linspace(-6.0, 6.0, 121)


def vector(
    function: VectorActivation, inputs: Sequence[float], *, temperature: float = 1.0, moved: int = 0
) -> dict[str, Any]:
    """Return outputs and Jacobian of inputs over a temperature, and the outputs while one input moves.

    Args:
        function: Any vector function.
        inputs: Shape (n,).
        temperature: What the inputs are divided by; above 0.
        moved: Which input the sweep moves from −6 to 6.

    Returns:
        ``outputs`` (m), ``jacobian`` (m, n) with respect to the inputs, ``sum``, ``x`` and ``sweep`` (m, points).

    Example:
        >>> found = vector(activation("softmax"), [0.0, 1.0, 2.0])
        >>> found["outputs"].round(3), round(found["sum"], 6)
        (array([0.09 , 0.245, 0.665]), 1.0)
    """
    x = np.asarray(inputs, float) / temperature
    swept = np.tile(np.asarray(inputs, float), (len(_SWEEP), 1))
    swept[:, min(moved, len(inputs) - 1)] = _SWEEP
    outputs = np.asarray(function(x))
    return {
        "outputs": outputs,
        "jacobian": np.asarray(function.jacobian(x)) / temperature,
        "sum": float(outputs.sum()),
        "x": _SWEEP,
        "sweep": np.asarray(function(swept / temperature)).T,
    }


def pieces(slopes: Sequence[float], offsets: Sequence[float]) -> dict[str, Any]:
    """Return maxout over affine pieces of one input: each piece, the largest, and which one it is.

    Args:
        slopes: Of each piece; shape (k,).
        offsets: Of each piece; shape (k,).

    Example:
        >>> found = pieces([1.0, -1.0], [0.0, 0.0])
        >>> bool((found["largest"] == abs(found["x"])).all())
        True
    """
    lines = np.outer(_SWEEP, np.asarray(slopes, float)) + np.asarray(offsets, float)
    function = activation("maxout", pieces=len(slopes))
    largest = np.asarray(function(lines))[:, 0]
    return {"x": _SWEEP, "lines": lines.T, "largest": largest, "piece": lines.argmax(axis=1)}
