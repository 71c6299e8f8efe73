"""Networks over small pictures: plain convolutions, a deep stack, residual blocks."""

from __future__ import annotations

import torch
from torch import nn

from trainings.data import Data
from trainings.networks import ACTIVATIONS, FUNCTIONS, scaled


def cnn(  # noqa: PLR0913 (each is one setting)
    data: Data,
    *,
    depth: int = 2,
    width: int = 12,
    activation: str = "relu",
    norm: bool = False,
    output: str | None = None,
    gain: float | None = None,
    dropout: float = 0.0,
) -> nn.Module:
    """``depth`` convolutions 3×3 (pooled once, after the first), then two linear layers."""
    layers: list[nn.Module] = []
    channels, side = data.x.shape[1], data.x.shape[2] // 2
    for i in range(depth):
        layers.append(scaled(nn.Conv2d(channels, width, 3, padding=1), gain))
        if norm:
            layers.append(nn.BatchNorm2d(width))
        if activation != "none":
            layers.append(ACTIVATIONS[activation]())
        if i == 0:
            layers.append(nn.AvgPool2d(2))
        channels = width
    layers += [nn.Flatten(), scaled(nn.Linear(width * side * side, 32), gain)]
    if activation != "none":
        layers.append(ACTIVATIONS[activation]())
    if dropout:
        layers.append(nn.Dropout(dropout))
    layers.append(nn.Linear(32, data.outputs))
    if output:
        layers.append(ACTIVATIONS[output]())
    return nn.Sequential(*layers)


class FunctionalCnn(nn.Module):
    """Two convolutions and two linear layers, everything else called in ``forward``.

    Args:
        data: What it is for.
        width: Channels of the first convolution.
        activation: A name of `FUNCTIONS`.
        output: The same, for the last layer.
        pool: "max" or "mean".
    """

    def __init__(
        self,
        data: Data,
        *,
        width: int = 8,
        activation: str = "relu",
        output: str | None = None,
        pool: str = "max",
    ) -> None:
        super().__init__()
        side = data.x.shape[2] // 2
        self.conv1 = nn.Conv2d(data.x.shape[1], width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, 2 * width, 3, padding=1)
        self.fc1 = nn.Linear(2 * width * side * side, 32)
        self.fc2 = nn.Linear(32, data.outputs)
        self.activation, self.output = FUNCTIONS[activation], FUNCTIONS[output or "identity"]
        self.pool = nn.MaxPool2d(2) if pool == "max" else nn.AvgPool2d(2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, height, width) → (batch, outputs)."""
        x = self.pool(self.activation(self.conv1(x)))
        x = self.activation(self.conv2(x)).flatten(1)
        return self.output(self.fc2(self.activation(self.fc1(x))))


class PictureBlock(nn.Module):
    """``f(x + norm(conv(f(norm(conv(x))))))``, or without the ``x +``."""

    def __init__(self, width: int, *, activation: str, skip: bool, norm: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(width) if norm else nn.Identity()
        self.act1 = ACTIVATIONS[activation]()
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(width) if norm else nn.Identity()
        self.act2 = ACTIVATIONS[activation]()
        self.skip = skip

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, width, height, width) → the same."""
        inner = self.bn2(self.conv2(self.act1(self.bn1(self.conv1(x)))))
        return self.act2(x + inner if self.skip else inner)


class ResNet(nn.Module):
    """A stem, residual blocks, the mean over the picture, a head.

    Args:
        data: What it is for.
        blocks: How many, of two convolutions each.
        width: Channels.
        activation: A name of `ACTIVATIONS`.
        skip: Whether an addition bypasses each block.
        norm: Whether batch normalisation follows each convolution.
        output: Function behind the head.
    """

    def __init__(
        self,
        data: Data,
        *,
        blocks: int = 2,
        width: int = 12,
        activation: str = "relu",
        skip: bool = True,
        norm: bool = True,
        output: str | None = None,
    ) -> None:
        super().__init__()
        self.stem = nn.Conv2d(data.x.shape[1], width, 3, stride=2, padding=1)
        self.act = ACTIVATIONS[activation]()
        self.blocks = nn.Sequential(
            *(
                PictureBlock(width, activation=activation, skip=skip, norm=norm)
                for _ in range(blocks)
            )
        )
        self.head = nn.Linear(width, data.outputs)
        self.output = ACTIVATIONS[output or "identity"]()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, height, width) → (batch, outputs)."""
        return self.output(self.head(self.blocks(self.act(self.stem(x))).mean((2, 3))))
