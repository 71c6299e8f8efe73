"""Builds of small PyTorch models, where worker processes can import them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

Activation = Callable[..., nn.Module]


def network(activation: Activation, seed: int) -> nn.Module:
    del seed
    return nn.Sequential(nn.LazyLinear(8), activation(), nn.LazyLinear(1))


def convolutional(activation: Activation, seed: int) -> nn.Module:
    """Return a small network for pictures of 8 × 8; maxout and its like may change the channels."""
    del seed
    return nn.Sequential(
        nn.LazyConv2d(8, 3, stride=2),
        activation(axis=1, channels=1),
        nn.Flatten(),
        nn.Dropout(0.1),
        nn.LazyLinear(10),
    )


def raising(activation: Activation, seed: int) -> nn.Module:
    del activation
    message = f"no layer for seed {seed}\nbut a second line"
    raise RuntimeError(message)


def stranger(activation: Activation, seed: int) -> Any:
    del activation, seed
    return "a string"


def three_outputs(activation: Activation, seed: int) -> nn.Module:
    del seed
    return nn.Sequential(nn.LazyLinear(3), activation())


def flat(activation: Activation, seed: int) -> nn.Module:
    """Return a model that gives one number for each sample, without an axis for it."""
    return nn.Sequential(network(activation, seed), nn.Flatten(0))


class _Stumbling(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(2, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            message = "cannot go on"
            raise ValueError(message)
        return x @ self.weight


def stumbling(activation: Activation, seed: int) -> nn.Module:
    del activation, seed
    return _Stumbling()
