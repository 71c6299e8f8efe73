"""Residual blocks: a layer and the activation behind it become one part of an ``nn.Sequential`` with a path around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import torch
from torch import nn

from livegrad.treatment.surgery import Patient

__all__ = ["ReZero", "Residual", "wrap"]

Block = TypeVar("Block", bound=nn.Module)


class ReZero(nn.Module):
    """``x + strength * activation(layer(x))`` with a learned strength that starts at 0 (Bachlechner et al. 2020).

    Args:
        layer: As many outputs as inputs.
        activation: What stands behind it.

    Example:
        >>> x = torch.randn(2, 3)
        >>> torch.equal(ReZero(nn.Linear(3, 3), nn.Tanh())(x), x)
        True
    """

    def __init__(self, layer: nn.Module, activation: nn.Module) -> None:
        super().__init__()
        self.layer, self.activation = layer, activation
        self.strength = nn.Parameter(torch.zeros(()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the block's output, of the shape of ``x``."""
        return x + self.strength * self.activation(self.layer(x))


class Residual(nn.Module):
    """``x + strength * activation(layer(x))`` with a fixed strength (He et al. 2016; 1/√blocks: Hayou et al. 2021, eq. 4).

    Args:
        layer: As many outputs as inputs.
        activation: What stands behind it.
        strength: Of the branch.

    Example:
        >>> x = torch.randn(2, 3)
        >>> torch.equal(Residual(nn.Linear(3, 3), nn.Identity(), 0.0)(x), x)
        True
    """

    def __init__(self, layer: nn.Module, activation: nn.Module, strength: float) -> None:
        super().__init__()
        self.layer, self.activation, self.strength = layer, activation, strength

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the block's output, of the shape of ``x``."""
        return x + self.strength * self.activation(self.layer(x))


def wrap(
    patient: Patient, names: Iterable[str], made: Callable[[nn.Module, nn.Module], Block]
) -> list[Block]:
    """Wrap each named layer and the part behind it into one block; return the blocks.

    Args:
        patient: Whose network.
        names: Layers of an ``nn.Sequential`` that do not follow each other directly.
        made: Makes the block of a layer and what stands behind it.

    Example:
        >>> model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
        >>> patient = Patient((("", model),), torch.optim.SGD(model.parameters(), lr=0.1))
        >>> (
        ...     [type(block).__name__ for block in wrap(patient, ["0"], ReZero)],
        ...     type(model[1]).__name__,
        ... )
        (['ReZero'], 'Identity')
    """
    blocks = []
    for name in names:
        parent, _, index = name.rpartition(".")
        following = ".".join(filter(None, (parent, str(int(index) + 1))))
        block = made(patient.part(name), patient.part(following))
        block.to(next(patient.part(name).parameters()).device)
        patient.exchange(name, block)
        patient.exchange(following, nn.Identity())
        blocks.append(block)
    return blocks
