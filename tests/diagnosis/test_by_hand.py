"""Trainings whose loss is written by hand are judged like those that call one: sick and healthy, end to end."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

import livegrad
from livegrad.diagnosis.finding import Diagnosis

ROWS, STEPS = 512, 300


def waves(seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs of shape (512, 6), and a number for each, of shape (512, 1)."""
    chance = torch.Generator().manual_seed(seed + 100)
    x = torch.randn(ROWS, 6, generator=chance)
    y = torch.sin(2 * x[:, 0]) + x[:, 1] * x[:, 2] + 0.1 * torch.randn(ROWS, generator=chance)
    return x, y[:, None]


def squares(output, y):
    return ((output - y) ** 2).mean()


def log_cosh(output, y):
    difference = output - y
    return (difference + functional.softplus(-2 * difference) - math.log(2)).mean()


def log_probability(output, y):
    classes = (y[:, 0] > 0).long() + (y[:, 0] > 1).long()
    return -output.log_softmax(1)[torch.arange(len(y)), classes].mean()


def yes_or_no(output, y):
    label, p = (y > 0).float(), torch.sigmoid(output)
    return -(label * torch.log(p + 1e-7) + (1 - label) * torch.log(1 - p + 1e-7)).mean()


def hinge(output, y):
    return torch.relu(1 - torch.sign(y) * output).mean()


def clipped(output, y):
    label, p = (y > 0).float(), output.clamp(1e-6, 1 - 1e-6)
    return -(label * torch.log(p) + (1 - label) * torch.log(1 - p)).mean()


LOSSES = {
    "squares": (squares, 1),
    "log-cosh": (log_cosh, 1),
    "log-probability": (log_probability, 3),
    "yes-or-no": (yes_or_no, 1),
    "hinge": (hinge, 1),
}
MEANT_FOR_PROBABILITIES = {"clipped": (clipped, 1)}


def network(units: int, last: nn.Module | None) -> nn.Sequential:
    ends = [last] if last is not None else []
    return nn.Sequential(
        *(nn.Linear(6, 32), nn.ReLU()),
        *(nn.Linear(32, 32), nn.ReLU()),
        *(nn.Linear(32, 32), nn.ReLU()),
        nn.Linear(32, units),
        *ends,
    )


def diagnosed(loss: str, spoil=None, *, optimizer=None, last=None) -> Diagnosis:
    loss_fn, units = (LOSSES | MEANT_FOR_PROBABILITIES)[loss]

    def build(seed: int) -> livegrad.Training:
        torch.manual_seed(seed)
        x, y = waves(seed)
        model = network(units, last() if last else None)
        if spoil is not None:
            with torch.no_grad():
                for layer in list(model)[::2]:
                    spoil(layer)
        make = optimizer or (lambda parameters: torch.optim.Adam(parameters, lr=3e-3))
        batches = [(x[i : i + 32], y[i : i + 32]) for i in range(0, ROWS, 32)]
        return livegrad.Training(model, loss_fn, make(model.parameters()), batches, STEPS)

    return livegrad.check(build).diagnosis


def codes(diagnosis: Diagnosis) -> list[str]:
    return [finding.code for finding in diagnosis.findings]


@pytest.mark.parametrize("loss", LOSSES)
def test_a_healthy_one_is_known_to_learn(loss):
    diagnosis = diagnosed(loss)
    assert diagnosis.healthy
    assert diagnosis.learning is True
    assert diagnosis.evidence.loss.baseline is not None


@pytest.mark.parametrize("loss", LOSSES)
def test_a_rate_that_is_too_low_is_found(loss):
    diagnosis = diagnosed(loss, optimizer=lambda p: torch.optim.SGD(p, lr=1e-5))
    assert codes(diagnosis) == ["learning-rate-too-low"]
    assert diagnosis.learning is False


@pytest.mark.parametrize("loss", LOSSES)
def test_weights_without_a_mean_of_0_are_found(loss):
    def spoil(layer):
        layer.weight.uniform_(0, 1)

    diagnosis = diagnosed(loss, spoil, optimizer=lambda p: torch.optim.SGD(p, lr=1e-2))
    assert codes(diagnosis) == ["bad-initialization"]


@pytest.mark.parametrize(
    ("loss", "last"),
    [
        ("squares", nn.ReLU),
        ("log-cosh", nn.Softplus),
        ("log-probability", nn.ReLU),
        ("log-probability", lambda: nn.Softmax(1)),
        ("yes-or-no", nn.Sigmoid),
        ("yes-or-no", nn.Softplus),
    ],
    ids=["range", "softplus", "cut", "softmax twice", "sigmoid twice", "never no"],
)
def test_an_output_that_does_not_fit_is_found(loss, last):
    diagnosis = diagnosed(loss, last=last)
    assert codes(diagnosis) == ["wrong-output-activation"]
    finding = diagnosis.findings[0]
    assert "custom" not in finding.explanation.en + finding.explanation.ko


def test_scores_where_probabilities_belong_are_found():
    assert codes(diagnosed("clipped")) == ["wrong-output-activation"]
