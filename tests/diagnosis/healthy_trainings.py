"""The form of a healthy training that must stay silent, the data they share, and the plain ones among them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional

from livegrad.diagnosis import patients

Pair: TypeAlias = tuple[torch.Tensor, torch.Tensor]


@dataclass
class Healthy:
    """A model, and what one step of its training does; ``step`` is called with the number of the step."""

    model: nn.Module
    step: Callable[[int], None]
    steps: int = 200


def digits(*, images: bool = False, samples: int = 512) -> Pair:
    """Handwritten digits in standard units: (samples, 64), or (samples, 1, 8, 8), and their classes."""
    x, y = load_digits(return_X_y=True)
    pixels = torch.tensor(x[:samples] / 8 - 0.6, dtype=torch.float32)
    return (pixels.reshape(-1, 1, 8, 8) if images else pixels), torch.tensor(y[:samples])


def batches(data: Pair, size: int = 32) -> Iterator[Pair]:
    """Minibatches in order, without end."""
    x, y = data
    return itertools.cycle(list(zip(x.split(size), y.split(size), strict=True)))


def plain(
    model: nn.Module,
    data: Pair,
    loss: Callable[[Any, Any], torch.Tensor],
    optimizer: torch.optim.Optimizer | None = None,
    *,
    steps: int = 200,
    size: int = 32,
    clip: float | None = None,
    scheduler: Any = None,
) -> Healthy:
    """The loop of every tutorial; Adam at 0.003 unless told otherwise."""
    optimizer = optimizer or torch.optim.Adam(model.parameters(), lr=3e-3)
    feed = batches(data, size)

    def step(_: int) -> None:
        x, y = next(feed)
        optimizer.zero_grad()
        loss(model(x), y).backward()
        if clip is not None:
            nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        if scheduler is not None:
            scheduler.step()

    return Healthy(model, step, steps)


def column(data: Pair) -> Pair:
    """The classes as a column of 0.0 and 1.0, for one output unit."""
    return data[0], data[1].float()[:, None]


def linear_regression() -> Healthy:
    x, _ = patients.waves(0)
    y = x @ torch.tensor([[2.0], [-1.0]]) + 0.5
    model = nn.Linear(2, 1)
    return plain(model, (x, y), nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=0.05))


def logistic_regression() -> Healthy:
    x, _ = patients.rings(0)
    y = (x[:, :1] + 0.3 * x[:, 1:2] > 0).float()
    model = nn.Linear(8, 1)
    nn.init.zeros_(model.weight)
    return plain(model, (x, y), nn.BCEWithLogitsLoss(), torch.optim.SGD(model.parameters(), lr=0.5))


def softmax_regression_from_zero() -> Healthy:
    model = nn.Linear(64, 10)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    return plain(model, digits(), nn.CrossEntropyLoss())


def one_unit_head_with_logits_loss() -> Healthy:
    model = patients.mlp((8, 32, 1), nn.ReLU)
    return plain(model, column(patients.rings(0)), nn.BCEWithLogitsLoss())


def multi_label() -> Healthy:
    x, y = digits()
    labels = torch.stack([y % 2 == 0, y > 4, y == 3], 1).float()
    return plain(patients.mlp((64, 48, 3), nn.ReLU), (x, labels), nn.BCEWithLogitsLoss())


def class_imbalance() -> Healthy:
    x, y = digits()
    model = patients.mlp((64, 32, 2), nn.ReLU)
    return plain(model, (x, (y == 3).long()), nn.CrossEntropyLoss())


def label_smoothing() -> Healthy:
    model = patients.mlp((64, 32, 10), nn.ReLU)
    return plain(model, digits(), nn.CrossEntropyLoss(label_smoothing=0.1))


def focal_loss_by_hand() -> Healthy:
    def focal(scores: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        chosen = scores.log_softmax(1).gather(1, y[:, None])[:, 0]
        return (-((1 - chosen.exp()) ** 2) * chosen).mean()

    return plain(patients.mlp((64, 32, 10), nn.ReLU), digits(), focal)


def huber_regression() -> Healthy:
    return plain(patients.mlp((2, 32, 32, 1), nn.Tanh), patients.waves(0), nn.HuberLoss())


def absolute_regression() -> Healthy:
    return plain(patients.mlp((2, 32, 32, 1), nn.ReLU), patients.waves(0), nn.L1Loss())


def regression_far_from_zero() -> Healthy:
    x, y = patients.waves(0)
    model = patients.mlp((2, 32, 32, 1), nn.ReLU)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
    return plain(model, (x, 40 + 5 * y), nn.MSELoss(), optimizer, steps=300)


def sparse_living_relu() -> Healthy:
    """Few units fire for any one sample, and every unit fires for some."""
    model = patients.mlp((64, 128, 10), nn.ReLU)
    nn.init.constant_(model[0].bias, -1.0)
    return plain(model, digits(), nn.CrossEntropyLoss())


def dropout() -> Healthy:
    model = nn.Sequential(
        nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.5)
    )
    model.append(nn.Linear(64, 10))
    return plain(model, digits(), nn.CrossEntropyLoss(), steps=250)


def sigmoid_behind_batch_norm() -> Healthy:
    model = nn.Sequential()
    for fan_in, units in ((64, 48), (48, 48), (48, 48)):
        model.extend([nn.Linear(fan_in, units), nn.BatchNorm1d(units), nn.Sigmoid()])
    model.append(nn.Linear(48, 10))
    return plain(model, digits(), nn.CrossEntropyLoss())


def layer_norm() -> Healthy:
    model = nn.Sequential()
    for fan_in, units in ((64, 48), (48, 48), (48, 48)):
        model.extend([nn.Linear(fan_in, units), nn.LayerNorm(units), nn.GELU()])
    model.append(nn.Linear(48, 10))
    return plain(model, digits(), nn.CrossEntropyLoss())


def large_weights_behind_normalisation() -> Healthy:
    """What a normalisation follows may be drawn at any scale."""
    model = nn.Sequential()
    for fan_in, units in ((64, 48), (48, 48)):
        model.extend([nn.Linear(fan_in, units), nn.BatchNorm1d(units), nn.ReLU()])
        nn.init.normal_(model[-3].weight, std=3.0)
    model.append(nn.Linear(48, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-2)
    return plain(model, digits(), nn.CrossEntropyLoss(), optimizer)


def autoencoder_with_sigmoid_output() -> Healthy:
    x, _ = digits()
    x = (x + 0.6) / 2
    model = patients.mlp((64, 32, 12, 32, 64), nn.ReLU, last=nn.Sigmoid)
    return plain(model, (x, x), nn.BCELoss(), torch.optim.Adam(model.parameters(), lr=1e-2))


def converged() -> Healthy:
    model = patients.mlp((64, 48, 10), nn.ReLU)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    return plain(model, digits(samples=256), nn.CrossEntropyLoss(), optimizer, steps=400, size=64)


def converged_from_the_start() -> Healthy:
    """Training goes on with a network that knows it all already."""
    x, y = digits(samples=256)
    model = patients.mlp((64, 48, 10), nn.ReLU)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(150):
        optimizer.zero_grad()
        functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    again = torch.optim.SGD(model.parameters(), lr=1e-3)
    return plain(model, (x, y), nn.CrossEntropyLoss(), again)
