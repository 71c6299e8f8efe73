"""Shaped activations in PyTorch, and the weights that they want."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor, nn

from livegrad.flow.shaping.record import Shaped

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ShapedModule", "orthogonalise"]


class ShapedModule(nn.Module):
    """γ·(φ(αx + β) + δ) as a module.

    Attributes:
        shaped: The record that it computes.
        inner: φ as a module of its own.

    Example:
        >>> from livegrad.flow.shaping import shape
        >>> ShapedModule(shape("tanh", 50))(torch.zeros(2, 3)).shape
        torch.Size([2, 3])
    """

    def __init__(
        self, shaped: Shaped, *, tier: Literal["exact", "fast", "native"] = "fast"
    ) -> None:
        super().__init__()
        self.shaped = shaped
        self.inner = shaped.activation.module(tier=tier)
        self._affine = (
            shaped.input_scale,
            shaped.input_shift,
            shaped.output_scale,
            shaped.output_shift,
        )

    def forward(self, x: Tensor) -> Tensor:
        """Compute it, elementwise: shape and dtype are kept."""
        scale, shift, outer, lift = self._affine
        return outer * (self.inner(scale * x + shift) + lift)

    def extra_repr(self) -> str:
        """Return what ``print(model)`` shows of it."""
        return f"{self.shaped.activation.id}, {self.shaped.method}, depth={self.shaped.depth}"


def orthogonalise(model: nn.Module, *, generator: torch.Generator | None = None) -> None:
    """Draw all linear and convolutional weights anew as scaled orthogonal matrices, and set biases to 0.

    Each keeps the mean square of its input exactly if it is square, and on average if not: more outputs than
    inputs are scaled by √(outputs / inputs). A kernel gets its matrix in the middle and zeros around
    ("delta orthogonal", Xiao et al. 2018). This is what DKS and TAT ask of weights ("SUO").

    Args:
        model: Changed in place: its Linear, Conv1d, Conv2d and Conv3d layers.
        generator: For reproducible draws.

    Example:
        >>> layer = nn.Linear(3, 3)
        >>> orthogonalise(layer)
        >>> bool(torch.allclose(layer.weight @ layer.weight.T, torch.eye(3), atol=1e-6))
        True

    References:
        Martens et al. 2021, section 4.4; Saxe et al. 2014.
    """
    with torch.no_grad():
        for layer in _weighted(model):
            for block in layer.weight.chunk(getattr(layer, "groups", 1)):
                middle = tuple(size // 2 for size in block.shape[2:])
                gain = math.sqrt(max(1.0, block.shape[0] / block.shape[1]))
                block.zero_()
                # A float64 draw: float32 would leave 1e-6 in each of a hundred matrices.
                matrix = torch.empty(block.shape[:2], dtype=torch.float64, device=block.device)
                nn.init.orthogonal_(matrix, gain, generator=generator)
                block[(..., *middle)] = matrix.to(block.dtype)
            if layer.bias is not None:
                layer.bias.zero_()


def _weighted(model: nn.Module) -> Iterator[nn.Linear | nn.Conv1d | nn.Conv2d | nn.Conv3d]:
    kinds = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
    return (module for module in model.modules() if isinstance(module, kinds))
