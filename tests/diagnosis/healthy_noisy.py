"""Healthy trainings that can never look good: most of the target is noise, so hardly any of it can be learned."""

from __future__ import annotations

import torch
from diagnosis.healthy_trainings import Healthy, Pair, plain
from torch import nn

from livegrad.diagnosis import patients

CROSS_ENTROPY = nn.CrossEntropyLoss()


def faint(share: float = 0.2, *, samples: int = 1024) -> Pair:
    """The waves, under so much noise that only ``share`` of the variance can be explained."""
    x, y = patients.waves(0, samples=samples)
    noise = torch.randn(y.shape, generator=torch.Generator().manual_seed(1))
    return x, y * share**0.5 + noise * (1 - share) ** 0.5


def doubtful(wrong: float = 0.3, *, samples: int = 1024) -> Pair:
    """Two classes told by the sign of a sum, ``wrong`` of the labels exchanged."""
    chance = torch.Generator().manual_seed(2)
    x = torch.randn(samples, 8, generator=chance)
    y = (x[:, :3].sum(1) > 0) ^ (torch.rand(samples, generator=chance) < wrong)
    return x, y.long()


def faint_regression() -> Healthy:
    return plain(patients.mlp((2, 32, 32, 1), nn.ReLU), faint(), nn.MSELoss(), size=64)


def faint_regression_by_sgd() -> Healthy:
    model = patients.mlp((2, 32, 32, 1), nn.Tanh)
    sgd = torch.optim.SGD(model.parameters(), lr=0.05)
    return plain(model, faint(), nn.MSELoss(), sgd, size=64)


def faint_regression_by_deep_network() -> Healthy:
    model = patients.mlp((2, *[32] * 6, 1), nn.ReLU)
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)
    return plain(model, faint(), nn.MSELoss(), adam, size=64)


def doubtful_labels() -> Healthy:
    model = patients.mlp((8, 32, 2), nn.ReLU)
    sgd = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    return plain(model, doubtful(), CROSS_ENTROPY, sgd, size=64)


def doubtful_labels_by_sigmoid_units() -> Healthy:
    model = patients.mlp((8, 32, 2), nn.Sigmoid)
    return plain(model, doubtful(), CROSS_ENTROPY, size=64)


def doubtful_labels_by_logistic_regression() -> Healthy:
    model = nn.Linear(8, 2)
    sgd = torch.optim.SGD(model.parameters(), lr=0.1)
    return plain(model, doubtful(), CROSS_ENTROPY, sgd, size=64)


def doubtful_labels_behind_normalisation() -> Healthy:
    model = nn.Sequential()
    for fan_in, units in ((8, 32), (32, 32), (32, 32)):
        model.extend([nn.Linear(fan_in, units), nn.BatchNorm1d(units), nn.Sigmoid()])
    model.append(nn.Linear(32, 2))
    sgd = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    return plain(model, doubtful(), CROSS_ENTROPY, sgd, size=64)


def doubtful_labels_with_dropout() -> Healthy:
    model = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 2))
    return plain(model, doubtful(), CROSS_ENTROPY, size=64)


def doubtful_labels_by_small_steps() -> Healthy:
    """A rate a third of the usual one, and all there is to learn is learned."""
    model = patients.mlp((8, 64, 2), nn.ReLU)
    adam = torch.optim.Adam(model.parameters(), lr=3e-4)
    return plain(model, doubtful(), CROSS_ENTROPY, adam, size=64, steps=400)


def doubtful_labels_of_off_centre_data() -> Healthy:
    x, y = doubtful()
    model = patients.mlp((8, 32, 2), nn.ReLU)
    return plain(model, (x + 3, y), CROSS_ENTROPY, size=64, steps=300)


def doubtful_labels_by_sigmoid_units_and_sgd() -> Healthy:
    model = patients.mlp((8, 32, 2), nn.Sigmoid)
    sgd = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
    return plain(model, doubtful(), CROSS_ENTROPY, sgd, size=64)
