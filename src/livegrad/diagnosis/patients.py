"""Small trainings to build patients and healthy twins from; torch is imported only when one is built.

The data are made, not loaded: ``rings`` (two noisy rings, which no straight line separates) and ``waves`` (a smooth
curve to fit). A twin differs from its patient in the one thing that ails the patient.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

    from livegrad.observation.training import Training


def rings(seed: int, *, samples: int = 512, features: int = 8) -> tuple[torch.Tensor, torch.Tensor]:
    """Two classes: points of shape (samples, features) near an inner or an outer sphere, standardised."""
    import torch

    chance = torch.Generator().manual_seed(seed)
    direction = torch.randn(samples, features, generator=chance)
    label = torch.arange(samples) % 2
    radius = 1 + label[:, None] + 0.1 * torch.randn(samples, 1, generator=chance)
    x = direction / direction.norm(dim=1, keepdim=True) * radius
    return (x - x.mean(0)) / x.std(0), label


def waves(seed: int, *, samples: int = 512) -> tuple[torch.Tensor, torch.Tensor]:
    """A curve: inputs of shape (samples, 2) in standard units, targets of shape (samples, 1) with variance 1."""
    import torch

    x = torch.randn(samples, 2, generator=torch.Generator().manual_seed(seed))
    y = torch.sin(2 * x[:, :1]) + 0.5 * x[:, 1:]
    return x, (y - y.mean()) / y.std()


def mlp(widths: Sequence[int], activation: Any, *, last: Any = None) -> torch.nn.Sequential:
    """Linear layers of the given widths with ``activation()`` between them, and ``last()`` after the last."""
    from torch import nn

    layers: list[nn.Module] = []
    for fan_in, units in itertools.pairwise(widths):
        layers += [nn.Linear(fan_in, units), activation()]
    return nn.Sequential(*layers[:-1], *([last()] if last else []))


def classify(model: torch.nn.Module, seed: int, **settings: Any) -> Training:
    """A training of ``model`` (8 inputs, 2 outputs) on `rings` with cross-entropy."""
    from torch import nn

    return train(model, rings(seed), settings.pop("loss", nn.CrossEntropyLoss()), **settings)


def train(
    model: torch.nn.Module,
    data: tuple[torch.Tensor, torch.Tensor],
    loss: Any,
    *,
    rate: float = 0.05,
    steps: int = 300,
    batch: int = 64,
    optimizer: str = "SGD",
) -> Training:
    """A training with minibatches of ``data`` in order, SGD with momentum 0.9 or Adam."""
    import torch

    from livegrad.observation.training import Training

    x, y = data
    more = {"momentum": 0.9} if optimizer == "SGD" else {}
    made = getattr(torch.optim, optimizer)(model.parameters(), lr=rate, **more)
    batches = list(zip(x.split(batch), y.split(batch), strict=True))
    return Training(model, loss, made, batches, steps)
