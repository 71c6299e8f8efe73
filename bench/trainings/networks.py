"""Networks over vectors, as people write them: sequential, with functional calls, residual, autoencoding.

A builder takes ``(data, **settings)``; a setting that a network does not know is an error. Weights are PyTorch's own
unless ``gain`` is given: then every hidden layer has weights of standard deviation ``gain / sqrt(fan_in)``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from trainings.data import Data

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "gelu": nn.GELU,
    "elu": nn.ELU,
    "silu": nn.SiLU,
    "selu": nn.SELU,
    "softplus": nn.Softplus,
    "softsign": nn.Softsign,
    "mish": nn.Mish,
    "hardtanh": nn.Hardtanh,
    "leaky_relu": nn.LeakyReLU,
    "identity": nn.Identity,
    "softmax": lambda: nn.Softmax(dim=-1),
    "log_softmax": lambda: nn.LogSoftmax(dim=-1),
}

FUNCTIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "relu": functional.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "gelu": functional.gelu,
    "elu": functional.elu,
    "silu": functional.silu,
    "softplus": functional.softplus,
    "leaky_relu": lambda x: functional.leaky_relu(x, 0.1),
    "identity": lambda x: x,
    "softmax": lambda x: functional.softmax(x, dim=1),
    "log_softmax": lambda x: functional.log_softmax(x, dim=1),
}

NORMS: dict[str, Callable[[int], nn.Module]] = {"batch": nn.BatchNorm1d, "layer": nn.LayerNorm}


def scaled(layer: Any, gain: float | None) -> Any:
    """The layer with normal weights of standard deviation ``gain / sqrt(fan_in)`` and no bias, if a gain is given."""
    if gain is not None:
        nn.init.normal_(layer.weight, 0.0, gain / layer.weight[0].numel() ** 0.5)
        nn.init.zeros_(layer.bias)
    return layer


def mlp(  # noqa: PLR0913 (each is one setting)
    data: Data,
    *,
    depth: int = 2,
    width: int = 32,
    activation: str = "relu",
    output: str | None = None,
    norm: str | None = None,
    dropout: float = 0.0,
    gain: float | None = None,
) -> nn.Module:
    """``depth`` hidden layers in an nn.Sequential, and a linear one."""
    layers: list[nn.Module] = []
    fan_in = data.x[0].numel()
    if data.x.dim() > 2:
        layers.append(nn.Flatten())
    for _ in range(depth):
        layers.append(scaled(nn.Linear(fan_in, width), gain))
        if norm:
            layers.append(NORMS[norm](width))
        if activation != "none":
            layers.append(ACTIVATIONS[activation]())
        if dropout:
            layers.append(nn.Dropout(dropout))
        fan_in = width
    layers.append(nn.Linear(fan_in, data.outputs))
    if output:
        layers.append(ACTIVATIONS[output]())
    return nn.Sequential(*layers)


class Functional(nn.Module):
    """Layers in the constructor, activation functions called in ``forward``.

    Args:
        data: What it is for.
        depth: Hidden layers.
        width: Their units.
        activation: A name of `FUNCTIONS`.
        output: The same, for the last layer.
        gain: See above.
    """

    def __init__(
        self,
        data: Data,
        *,
        depth: int = 2,
        width: int = 32,
        activation: str = "relu",
        output: str | None = None,
        gain: float | None = None,
    ) -> None:
        super().__init__()
        widths = [data.x[0].numel(), *[width] * depth]
        self.hidden = nn.ModuleList(
            scaled(nn.Linear(a, b), gain) for a, b in itertools.pairwise(widths)
        )
        self.out = nn.Linear(widths[-1], data.outputs)
        self.activation, self.output = FUNCTIONS[activation], FUNCTIONS[output or "identity"]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, …) → (batch, outputs)."""
        x = x.flatten(1)
        for layer in self.hidden:
            x = self.activation(layer(x))
        return self.output(self.out(x))


class Block(nn.Module):
    """``x + second(f(first(norm(x))))``, or without the ``x +``."""

    def __init__(
        self, width: int, *, activation: str, skip: bool, norm: str | None, gain: float | None
    ) -> None:
        super().__init__()
        self.norm = NORMS[norm](width) if norm else nn.Identity()
        self.first = scaled(nn.Linear(width, width), gain)
        self.second = scaled(nn.Linear(width, width), gain)
        self.activation, self.skip = FUNCTIONS[activation], skip

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, width) → the same."""
        inner = self.activation(self.second(self.activation(self.first(self.norm(x)))))
        return x + inner if self.skip else inner


class Residual(nn.Module):
    """A stem, blocks of two layers around which the signal may pass, a head.

    Args:
        data: What it is for.
        blocks: How many.
        width: Units of every layer.
        activation: A name of `FUNCTIONS`.
        skip: Whether an addition bypasses each block.
        norm: "batch", "layer" or none, at the start of each block.
        output: Function behind the head.
        gain: See above.
    """

    def __init__(  # noqa: PLR0913 (each is one setting)
        self,
        data: Data,
        *,
        blocks: int = 4,
        width: int = 32,
        activation: str = "relu",
        skip: bool = True,
        norm: str | None = None,
        output: str | None = None,
        gain: float | None = None,
    ) -> None:
        super().__init__()
        self.stem = nn.Linear(data.x[0].numel(), width)
        self.blocks = nn.Sequential(
            *(
                Block(width, activation=activation, skip=skip, norm=norm, gain=gain)
                for _ in range(blocks)
            )
        )
        self.head = nn.Linear(width, data.outputs)
        self.activation, self.output = FUNCTIONS[activation], FUNCTIONS[output or "identity"]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, …) → (batch, outputs)."""
        stem = self.activation(self.stem(x.flatten(1)))
        return self.output(self.head(self.blocks(stem)))


class Autoencoder(nn.Module):
    """Down to a few numbers and up again.

    Args:
        data: What it is for.
        width: Units of the outer hidden layers.
        code: Units of the narrowest layer.
        depth: Hidden layers of each half.
        activation: A name of `ACTIVATIONS`.
        output: Function behind the last layer.
        gain: See above.
    """

    def __init__(
        self,
        data: Data,
        *,
        width: int = 32,
        code: int = 6,
        depth: int = 1,
        activation: str = "relu",
        output: str | None = "sigmoid",
        gain: float | None = None,
    ) -> None:
        super().__init__()
        size = data.x[0].numel()
        self.encoder = _chain([size, *[width] * depth, code], activation, gain)
        self.decoder = _chain([code, *[width] * depth, size], activation, gain)
        if output:
            self.decoder.append(ACTIVATIONS[output]())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, size) → the same."""
        return self.decoder(self.encoder(x))


def _chain(widths: list[int], activation: str, gain: float | None) -> nn.Sequential:
    layers: list[nn.Module] = []
    for fan_in, units in itertools.pairwise(widths):
        layers.append(scaled(nn.Linear(fan_in, units), gain))
        if activation != "none":
            layers.append(ACTIVATIONS[activation]())
    return nn.Sequential(*layers[: -1 if activation != "none" else None])
