"""What enters a layer, and what that does to its weights' gradients: off centre, and all of one sign."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from livegrad.observation.rung import wide
from livegrad.observation.stacked import FEW_ENTRIES, FEWEST_ROWS, Block, together

MOST_ENTRIES = 1 << 15
"""Of a larger weight only the first units are measured…"""
MOST_UNITS = 64
"""…but so many at least."""
FEWEST_INPUTS = 4
"""Of three weights or fewer, one sign for all is chance: 1 in 4."""


@dataclass(frozen=True)
class Entered:
    """One batch as it entered a layer.

    Attributes:
        rows: Samples, times positions.
        few: Some of them, (rows, features).
    """

    rows: int
    few: torch.Tensor


def measure(x: torch.Tensor | None) -> Entered | None:
    """See the input of a layer, of shape (..., features) or (samples, channels, height, width); else ``None``.

    Example:
        >>> x = torch.tensor([[3.0, 1.0], [1.0, 3.0]])
        >>> offsets({0: measure(x)})[0].values
        tensor([2.])
    """
    if x is None or not x.is_floating_point() or x.dim() < 2 or not x.numel():
        return None
    image = x.dim() in (4, 5)
    features = x.shape[1 if image else -1]
    rows = x.numel() // features
    most = max(FEWEST_ROWS, FEW_ENTRIES // features)
    samples = x.detach()[: max(1, most * features // max(1, x[0].numel()))]
    flat = (samples.flatten(2).transpose(1, 2) if image else samples).reshape(-1, features)
    return Entered(rows=rows, few=flat[:: max(1, flat.shape[0] // most)].clone())


def offsets(entered: dict[int, Entered]) -> list[Block]:
    """Norm of the mean over the rows, over the norm of their standard deviation, by layer: ``input_offset``."""
    return together({key: seen.few for key, seen in entered.items()}, _offset)


def _offset(stack: torch.Tensor) -> dict[str, torch.Tensor]:
    x = wide(stack)
    mean = x.mean(1, keepdim=True)
    # Two passes, for a mean far above the spread; each is faster than PyTorch's one pass over both.
    spread = torch.linalg.vector_norm(x - mean, dim=(1, 2)) / math.sqrt(x.shape[1])
    tiny = torch.finfo(x.dtype).tiny
    return {"input_offset": torch.linalg.vector_norm(mean, dim=(1, 2)) / spread.clamp_min_(tiny)}


def one_signed(gradients: dict[int, torch.Tensor], units: dict[int, int | None]) -> list[Block]:
    """Share of the units whose incoming weights' gradients all have one sign, of those with any gradient: ``one_signed``.

    Args:
        gradients: ∂loss/∂W by layer, of shape (units, inputs, ...), or (inputs, units) where ``units`` says so.
        units: How many units each layer has; ``None`` if unknown.

    Returns:
        NaN where no unit had a gradient; nothing where a unit's weights cannot be told.

    Example:
        >>> gradient = torch.tensor([[1.0, 2.0, 3.0, 4.0], [1.0, -1.0, 1.0, -1.0]])
        >>> one_signed({0: gradient}, {0: 2})[0].values
        tensor([0.5000])
    """
    found = {}
    for key, gradient in gradients.items():
        rows = _by_unit(gradient, units[key])
        if rows is not None:
            found[key] = torch.stack([rows.amax(1), -rows.amin(1)])
    return together(found, _share_of_one_sign)


def _by_unit(gradient: torch.Tensor, units: int | None) -> torch.Tensor | None:
    """The gradients of some units' incoming weights, (units, inputs)."""
    if units is None or gradient.is_sparse or gradient.dim() < 2 or gradient.is_complex():
        return None
    if gradient.shape[0] != units:
        if gradient.dim() != 2 or gradient.shape[1] != units:
            return None
        gradient = gradient.t()
    rows = gradient.flatten(1)
    if rows.shape[1] < FEWEST_INPUTS:
        return None
    return rows[: max(MOST_UNITS, MOST_ENTRIES // rows.shape[1])]


def _share_of_one_sign(stack: torch.Tensor) -> dict[str, torch.Tensor]:
    """From the greatest and the negated least gradient of each unit, (layers, 2, units)."""
    reaches = stack > 0
    up, down = reaches.unbind(1)
    return {"one_signed": (up ^ down).sum(1) / (up | down).sum(1)}
