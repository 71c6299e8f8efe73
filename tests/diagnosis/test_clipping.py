"""Clipping that hides an explosion is told; ordinary clipping is not."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

import livegrad
from livegrad.diagnosis import patients
from livegrad.diagnosis.engine import diagnose
from livegrad.diagnosis.finding import Diagnosis


def clipped(
    seed: int, gain: float, limit: float, *, depth: int = 10, steps: int = 250
) -> Diagnosis:
    """A deep ReLU net whose weights have a gain (1.4 keeps the size), trained with clipping."""
    torch.manual_seed(seed)
    model = patients.mlp((8, *[32] * depth, 2), nn.ReLU)
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=gain / layer.in_features**0.5)
    training = patients.classify(model, seed, rate=0.02, steps=steps)
    training.clip = limit
    with livegrad.watch(model) as watching:
        training.run()
    return watching.diagnose()


def recurrent(seed: int, radius: float, limit: float) -> Diagnosis:
    """A plain RNN over 30 steps that must remember the first one."""
    torch.manual_seed(seed)
    rnn, head = nn.RNN(2, 24, batch_first=True), nn.Linear(24, 1)
    with torch.no_grad():
        rnn.weight_hh_l0.copy_(torch.linalg.qr(torch.randn(24, 24))[0] * radius)
    model = nn.ModuleList([rnn, head])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    with livegrad.watch(model) as watching:
        for _ in range(250):
            x = 0.01 * torch.randn(32, 30, 2)
            x[:, 0] = 0.01 * torch.randn(32, 2).sign()
            optimizer.zero_grad()
            output = head(rnn(x)[0][:, -1])
            functional.mse_loss(output, 100 * x[:, 0, :1]).backward()
            nn.utils.clip_grad_norm_(model.parameters(), limit)
            optimizer.step()
    return watching.diagnose()


def exploding(diagnosis: Diagnosis) -> list[str]:
    return [f.severity for f in diagnosis.findings if f.code == "exploding-gradient"]


@pytest.mark.parametrize("seed", [0, 1])
def test_an_explosion_that_clipping_hides_is_told(seed):
    assert exploding(clipped(seed, gain=3.0, limit=0.5))


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("limit", [5.0, 1.0, 0.1])
def test_ordinary_clipping_is_silent(seed, limit):
    assert exploding(clipped(seed, gain=1.4, limit=limit)) == []


def test_a_very_low_limit_on_a_sound_network_is_silent():
    assert exploding(clipped(0, gain=1.4, limit=1e-3)) == []


def test_an_explosion_through_time_is_told_with_its_place():
    found = [f for f in recurrent(0, 2.0, 0.1).findings if f.code == "exploding-gradient"]
    assert [f.place for f in found] == ["0"]
    assert exploding(recurrent(0, 1.0, 0.1)) == []


def test_a_loss_scaled_by_hand_is_no_clipping():
    torch.manual_seed(0)
    model = patients.mlp((8, 32, 32, 2), nn.Tanh)
    x, y = patients.rings(0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with livegrad.watch(model) as watching:
        for _ in range(60):
            optimizer.zero_grad()
            (1024 * functional.cross_entropy(model(x), y)).backward()
            for p in model.parameters():
                p.grad /= 1024
            optimizer.step()
    assert exploding(diagnose(watching.evidence())) == []
