"""A watched training is the same training, bit by bit, and a long one takes no more memory than a short one."""

from __future__ import annotations

import gc
import tracemalloc

import pytest
import torch
from observation.real_training import mlp, plain_step, regression, same_weights
from torch import nn
from torch.nn import functional
from torch.utils import checkpoint

from livegrad.observation.recorder import Recorder

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-3),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01, foreach=True),
    "adam-fused": lambda p: torch.optim.Adam(p, lr=0.01, fused=True),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, amsgrad=True, foreach=False),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01, centered=True),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.05),
    "adadelta": torch.optim.Adadelta,
    "adamax": lambda p: torch.optim.Adamax(p, lr=0.01),
    "nadam": lambda p: torch.optim.NAdam(p, lr=0.01),
    "radam": lambda p: torch.optim.RAdam(p, lr=0.01),
    "asgd": lambda p: torch.optim.ASGD(p, lr=0.05),
    "rprop": lambda p: torch.optim.Rprop(p, lr=0.01),
    "adafactor": lambda p: torch.optim.Adafactor(p, lr=0.01),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_makes_the_same_steps(name):
    def train(watch):
        model = mlp(4, 8, 8, 1, activation=nn.ReLU)
        watch(model)
        step = plain_step(model, OPTIMIZERS[name](model.parameters()), *regression())
        for _ in range(10):
            step()
        return model

    assert same_weights(train)


def cnn() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(inplace=True),
        nn.Dropout(0.2),
        nn.Flatten(),
        nn.Linear(144, 1),
    )


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.head = (
            nn.LSTM(8, 8, batch_first=True, num_layers=2, dropout=0.2),
            nn.Linear(8, 1),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.lstm(x)[0][:, -1])


class Checkpointed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(8, 8), nn.GELU(), nn.Dropout(0.3), nn.Linear(8, 8))
        self.head = nn.Linear(8, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(checkpoint.checkpoint(self.body, x, use_reentrant=False).mean(1))


def transformer() -> nn.Module:
    return nn.Sequential(
        nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True),
        nn.Flatten(),
        nn.Linear(64, 1),
    )


NETWORKS = {
    "cnn": (cnn, (6, 1, 8, 8)),
    "lstm": (Recurrent, (6, 8, 8)),
    "transformer": (transformer, (6, 8, 8)),
    "checkpointed": (Checkpointed, (6, 8, 8)),
}


@pytest.mark.parametrize("precision", ["float32", "bf16", "scaled"])
@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_ends_with_the_same_bits(name, precision):
    build, shape = NETWORKS[name]

    def train(watch):
        torch.manual_seed(0)
        model = build()
        watch(model)
        optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
        scaler = torch.amp.GradScaler("cpu", enabled=precision == "scaled", growth_interval=2)
        for _ in range(9):
            x, y = torch.randn(shape), torch.randn(shape[0], 1)
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16, enabled=precision != "float32"):
                output = model(x)
            scaler.scale(functional.mse_loss(output.float(), y)).backward()
            scaler.unscale_(optimizer)
            nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            scaler.step(optimizer)
            scaler.update()
        return model

    assert same_weights(train)


def test_random_numbers_are_left_alone():
    model = mlp(4, 8, 1)
    step = plain_step(model, torch.optim.SGD(model.parameters(), lr=0.01), *regression())
    recorder = Recorder(models=(("", model),)).attach()
    before = torch.get_rng_state()
    for _ in range(5):
        step()
    recorder.detach()
    recorder.evidence()
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.slow
def test_a_long_training_takes_no_more_memory_than_a_short_one(monkeypatch):
    """Measured at every step here, and with smaller limits, so that some hundred steps stand for very many."""
    monkeypatch.setattr("livegrad.observation.rungs.MOST_SAMPLED", 96)
    monkeypatch.setattr("livegrad.observation.losses.MOST_LOSSES", 80)
    monkeypatch.setattr("livegrad.observation.losses.MOST_LEVELS", 20)
    monkeypatch.setattr("livegrad.observation.pairs.MOST_PARTS", 40)
    monkeypatch.setattr("livegrad.observation.pairs.MOST_WAITING", 8)
    monkeypatch.setattr(Recorder, "_is_due", lambda *_: True)
    model = mlp(4, 8, 1)
    step = plain_step(model, torch.optim.SGD(model.parameters(), lr=0.01), *regression())
    recorder = Recorder(models=(("", model),)).attach()
    tracemalloc.start()

    def most_held(steps: int) -> tuple[int, int]:
        """The greatest (bytes, tensors) over ``steps``: what is put off and then done makes both go up and down."""
        found = []
        for taken in range(steps):
            step()
            if taken % 20 == 19:
                gc.collect()
                tensors = sum(issubclass(type(o), torch.Tensor) for o in gc.get_objects())
                found.append((tracemalloc.get_traced_memory()[0], tensors))
        return max(b for b, _ in found), max(t for _, t in found)

    most_held(120)
    bytes_then, tensors_then = most_held(120)
    bytes_now, tensors_now = most_held(240)
    tracemalloc.stop()
    recorder.detach()
    assert recorder.failure is None
    assert tensors_now <= 1.1 * tensors_then
    assert bytes_now <= 1.1 * bytes_then
