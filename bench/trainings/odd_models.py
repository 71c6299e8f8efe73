"""Sound models that look sick to a careless eye, and models written with a habit that goes wrong."""

from __future__ import annotations

import itertools

import torch
from torch import nn
from torch.nn import functional

from trainings.data import Data


class Siamese(nn.Module):
    """One encoder reads both halves of the input; the answer is made of how they differ."""

    def __init__(self, data: Data, width: int = 32) -> None:
        super().__init__()
        self.middle = data.x[0].numel() // 2
        self.encoder = nn.Sequential(
            nn.Linear(self.middle, width), nn.ReLU(), nn.Linear(width, width)
        )
        self.head = nn.Linear(2 * width, data.outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, features) → (batch, outputs)."""
        x = x.flatten(1)
        one, two = (
            self.encoder(x[:, : self.middle]),
            self.encoder(x[:, self.middle : 2 * self.middle]),
        )
        return self.head(torch.relu(torch.cat([one * two, (one - two).abs()], 1)))


class Gated(nn.Module):
    """Gated linear units: a sigmoid that may be shut."""

    def __init__(self, data: Data, width: int = 32) -> None:
        super().__init__()
        self.first = nn.Linear(data.x[0].numel(), 2 * width)
        self.second = nn.Linear(width, 2 * width)
        self.head = nn.Linear(width, data.outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, …) → (batch, outputs)."""
        x = functional.glu(self.first(x.flatten(1)), dim=1)
        return self.head(functional.glu(self.second(x), dim=1))


class Experts(nn.Module):
    """Three experts, mixed by a softmax over scores."""

    def __init__(self, data: Data, width: int = 16) -> None:
        super().__init__()
        size = data.x[0].numel()
        self.gate = nn.Linear(size, 3)
        self.experts = nn.ModuleList(
            nn.Sequential(nn.Linear(size, width), nn.ReLU(), nn.Linear(width, data.outputs))
            for _ in range(3)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, …) → (batch, outputs)."""
        x = x.flatten(1)
        share = functional.softmax(self.gate(x), dim=1)
        answers = torch.stack([expert(x) for expert in self.experts], 2)
        return (answers * share[:, None]).sum(2)


class LowRank(nn.Module):
    """A wide layer written as a product of two thin ones, on purpose."""

    def __init__(self, data: Data, width: int = 48, rank: int = 6) -> None:
        super().__init__()
        self.down = nn.Linear(data.x[0].numel(), rank, bias=False)
        self.up = nn.Linear(rank, width)
        self.head = nn.Linear(width, data.outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, …) → (batch, outputs)."""
        return self.head(torch.tanh(self.up(self.down(x.flatten(1)))))


class Separable(nn.Module):
    """Depthwise and pointwise convolutions, squeeze and excitation with a sigmoid."""

    def __init__(self, data: Data, width: int = 16) -> None:
        super().__init__()
        self.stem = nn.Conv2d(data.x.shape[1], width, 3, padding=1)
        self.depthwise = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.pointwise = nn.Conv2d(width, width, 1)
        self.squeeze = nn.Linear(width, 4)
        self.excite = nn.Linear(4, width)
        self.norm = nn.BatchNorm2d(width)
        side = data.x.shape[2] // 2
        self.head = nn.Linear(width * side * side, data.outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, height, width) → (batch, outputs)."""
        x = torch.relu(self.stem(x))
        x = torch.relu(self.norm(self.pointwise(self.depthwise(x))))
        weight = torch.sigmoid(self.excite(torch.relu(self.squeeze(x.mean((2, 3))))))
        x = functional.max_pool2d(x * weight[:, :, None, None], 2)
        return self.head(x.flatten(1))


class Tied(nn.Module):
    """Reads words, and scores them with the same embedding; the scores of the classes are read off."""

    def __init__(self, data: Data, width: int = 24) -> None:
        super().__init__()
        self.embed = nn.Embedding(data.tokens, width)
        self.mix = nn.Linear(width, width)
        self.score = nn.Linear(width, data.tokens)
        self.score.weight = self.embed.weight
        self.outputs = data.outputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, time) → (batch, outputs)."""
        scores = self.score(torch.tanh(self.mix(self.embed(x).mean(1))))
        return scores[:, : self.outputs]


class PlainList(nn.Module):
    """Hidden layers in a Python list, which registers nothing: a habit that goes wrong."""

    def __init__(self, data: Data, depth: int = 2, width: int = 16) -> None:
        super().__init__()
        widths = [data.x[0].numel(), *[width] * depth]
        self.hidden = [nn.Linear(a, b) for a, b in itertools.pairwise(widths)]
        self.out = nn.Linear(width, data.outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, …) → (batch, outputs)."""
        x = x.flatten(1)
        for layer in self.hidden:
            x = torch.relu(layer(x))
        return self.out(x)


def linear(data: Data) -> nn.Module:
    """One layer: logistic or linear regression."""
    return nn.Sequential(nn.Flatten(), nn.Linear(data.x[0].numel(), data.outputs))


def batch_norm_sigmoid(data: Data) -> nn.Module:
    """Sigmoid units behind batch normalisation: their slopes are fine."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(data.x[0].numel(), 32),
        nn.BatchNorm1d(32),
        nn.Sigmoid(),
        nn.Linear(32, 32),
        nn.BatchNorm1d(32),
        nn.Sigmoid(),
        nn.Linear(32, data.outputs),
    )


def batch_norm_sigmoid_log(data: Data) -> nn.Module:
    """The same with log_softmax at the end."""
    return nn.Sequential(*batch_norm_sigmoid(data).children(), nn.LogSoftmax(dim=1))


def textbook(data: Data) -> nn.Module:
    """One hidden layer of sigmoid units, as in every textbook."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(data.x[0].numel(), 24),
        nn.Sigmoid(),
        nn.Linear(24, data.outputs),
    )


def in_place(data: Data) -> nn.Module:
    """In-place ReLU and dropout."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(data.x[0].numel(), 64),
        nn.ReLU(inplace=True),
        nn.Dropout(0.3),
        nn.Linear(64, 64),
        nn.ReLU(inplace=True),
        nn.Dropout(0.3),
        nn.Linear(64, data.outputs),
    )


def positive(data: Data) -> nn.Module:
    """Softplus behind the last layer, for targets that are positive."""
    return nn.Sequential(
        nn.Linear(data.x[0].numel(), 32), nn.Tanh(), nn.Linear(32, data.outputs), nn.Softplus()
    )


def within_one(data: Data) -> nn.Module:
    """Tanh behind the last layer, for targets within -1 … 1."""
    return nn.Sequential(
        nn.Linear(data.x[0].numel(), 32), nn.ReLU(), nn.Linear(32, data.outputs), nn.Tanh()
    )
