"""What enters a layer, and what that does to its weights' gradients: off centre, and all of one sign."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from livegrad.observation.rung import wide

MOST_ENTRIES = 1 << 18
"""Of a larger input or weight only the first rows are measured."""
FEWEST_INPUTS = 4
"""Of three weights or fewer, one sign for all is chance: 1 in 4."""


@dataclass(frozen=True)
class Entered:
    """One batch as it entered a layer.

    Attributes:
        rows: Samples, times positions.
        offset: 0-d tensor: norm of the mean over the rows, over the norm of their standard deviation.
    """

    rows: int
    offset: torch.Tensor


@torch.no_grad()
def measure(x: torch.Tensor | None) -> Entered | None:
    """Reduce the input of a layer, of shape (..., features) or (samples, channels, height, width); else ``None``.

    Example:
        >>> x = torch.tensor([[3.0, 1.0], [1.0, 3.0]])
        >>> measure(x).offset.item()
        2.0
    """
    if x is None or not x.is_floating_point() or x.dim() < 2 or not x.numel():
        return None
    axis = 1 if x.dim() in (4, 5) else x.dim() - 1
    rows = x.numel() // x.shape[axis]
    most = max(1, MOST_ENTRIES // max(1, x[0].numel()))
    values = wide(x.detach()[:most])
    others = [d for d in range(x.dim()) if d != axis]
    variance, mean = torch.var_mean(values, dim=others, correction=0)
    spread = variance.sum().sqrt().clamp_min(torch.finfo(values.dtype).tiny)
    return Entered(rows=rows, offset=torch.linalg.vector_norm(mean) / spread)


@torch.no_grad()
def one_signed(gradient: torch.Tensor, units: int | None) -> torch.Tensor | None:
    """Share of the units whose incoming weights' gradients all have one sign, of those with any gradient.

    Args:
        gradient: ∂loss/∂W of shape (units, inputs, ...), or (inputs, units) where ``units`` says so.
        units: How many units the layer has; ``None`` if unknown.

    Returns:
        A 0-d tensor (NaN if no unit had a gradient), or ``None`` where a unit's weights cannot be told.
    """
    if units is None or gradient.is_sparse or gradient.dim() < 2 or gradient.is_complex():
        return None
    if gradient.shape[0] != units:
        if gradient.dim() != 2 or gradient.shape[1] != units:
            return None
        gradient = gradient.t()
    rows = gradient.detach().flatten(1)
    if rows.shape[1] < FEWEST_INPUTS:
        return None
    rows = rows[: max(1, MOST_ENTRIES // rows.shape[1])]
    up, down = (rows > 0).any(1), (rows < 0).any(1)
    return (up ^ down).sum() / (up | down).sum()
