"""The networks of the watching bench, each with its batch, its loss and its optimizer.

A deep narrow net whose step is short, so that every microsecond of bookkeeping shows, and the same four times as wide; a
convolutional net whose activations are large; a transformer, whose time goes into matrix products.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

__all__ = ["MODELS", "Trained", "make"]


@dataclass(frozen=True)
class Trained:
    """One copy of a network that is trained on one batch.

    Attributes:
        model: The network itself, uncompiled.
        call: What the loop calls: the network, or its compiled form.
        optimizer: Adam in one fused kernel, as fast as PyTorch has it.
        x, y: The batch; a net does not train faster on other data.
    """

    model: nn.Module
    call: Callable[[torch.Tensor], torch.Tensor]
    optimizer: torch.optim.Optimizer
    x: torch.Tensor
    y: torch.Tensor

    def step(self) -> float:
        """One step, as people write it; returns the loss, which most loops log."""
        self.optimizer.zero_grad()
        loss = nn.functional.cross_entropy(self.call(self.x), self.y)
        loss.backward()
        self.optimizer.step()
        return loss.item()


def make(name: str, *, seed: int = 0, compiler: str | None = None) -> Trained:
    """A fresh copy of one of `MODELS`; ``compiler`` names a backend of ``torch.compile``."""
    torch.manual_seed(seed)
    model, shape = MODELS[name]()
    x, y = torch.randn(shape), torch.randint(10, shape[:1])
    call: Any = torch.compile(model, backend=compiler) if compiler else model
    return Trained(model, call, torch.optim.Adam(model.parameters(), lr=1e-3, fused=True), x, y)


def _mlp12(width: int = 128) -> tuple[nn.Module, tuple[int, ...]]:
    """64-(width x12)-10, batch 128."""
    widths = [64, *([width] * 12)]
    pairs = [(nn.Linear(a, b), nn.ReLU()) for a, b in itertools.pairwise(widths)]
    flat = [module for pair in pairs for module in pair]
    return nn.Sequential(*flat, nn.Linear(width, 10)), (128, 64)


def _cnn() -> tuple[nn.Module, tuple[int, ...]]:
    """Four convolutions and two linear layers, 3x32x32, batch 16."""
    sizes = [3, 32, 32, 64, 64]
    layers: list[nn.Module] = []
    for number, (a, b) in enumerate(itertools.pairwise(sizes)):
        layers += [nn.Conv2d(a, b, 3, padding=1), nn.ReLU()]
        layers += [nn.MaxPool2d(2)] if number % 2 else []
    head = [nn.Flatten(), nn.Linear(64 * 8 * 8, 128), nn.ReLU(), nn.Linear(128, 10)]
    return nn.Sequential(*layers, *head), (16, 3, 32, 32)


class _Transformer(nn.Module):
    """Four blocks of width 128 over 128 positions, and a linear layer on their mean."""

    def __init__(self) -> None:
        super().__init__()
        block = nn.TransformerEncoderLayer(128, 4, 512, dropout=0.0, batch_first=True)
        self.blocks = nn.TransformerEncoder(block, 4, enable_nested_tensor=False)
        self.head = nn.Linear(128, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.blocks(x).mean(1))


def _transformer() -> tuple[nn.Module, tuple[int, ...]]:
    return _Transformer(), (4, 128, 128)


MODELS: dict[str, Callable[[], tuple[nn.Module, tuple[int, ...]]]] = {
    "mlp12": _mlp12,
    "mlp12-wide": lambda: _mlp12(512),
    "cnn": _cnn,
    "transformer": _transformer,
}
