"""What the recorder says of a network equals what autograd says when asked directly."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from livegrad.observation.evidence import Evidence, Layer
from livegrad.observation.recorder import Recorder


def watched(model: nn.Module, step, steps: int = 1) -> Evidence:
    recorder = Recorder(models=(("", model),)).attach()
    for _ in range(steps):
        step()
    recorder.detach()
    return recorder.evidence()[0]


def by_name(evidence: Evidence) -> dict[str, Layer]:
    return {layer.name: layer for layer in evidence.layers}


def one_step(model: nn.Module, x: torch.Tensor, y: torch.Tensor, rate: float = 0.1):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)

    def step() -> None:
        optimizer.zero_grad()
        functional.cross_entropy(model(x), y).backward()
        optimizer.step()

    return step


def test_gradients_of_pre_activations_and_weights_are_autograds_own():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 6), nn.ReLU(), nn.Linear(6, 3))
    x, y = torch.randn(16, 5), torch.randint(0, 3, (16,))
    pre = []
    z = x
    for layer in model:
        z = layer(z)
        if isinstance(layer, nn.Linear):
            z.retain_grad()
            pre.append(z)
    functional.cross_entropy(z, y).backward()
    expected = [float(p.grad.norm()) for p in pre]
    weights = [float(model[i].weight.grad.norm()) for i in (0, 2, 4)]
    starts = [model[i].weight.detach().clone() for i in (0, 2, 4)]

    evidence = watched(model, one_step(model, x, y))

    assert [layer.name for layer in evidence.layers] == ["0", "2", "4"]
    assert [layer.activation for layer in evidence.layers] == ["tanh", "relu", None]
    assert [layer.is_output for layer in evidence.layers] == [False, False, True]
    for layer, gradient, weight in zip(evidence.layers, expected, weights, strict=True):
        assert 10 ** layer.gradient[0] == pytest.approx(gradient, rel=1e-5)
        assert 10 ** layer.weight_gradient[0] == pytest.approx(weight, rel=1e-5)
    for layer, i, start in zip(evidence.layers, (0, 2, 4), starts, strict=True):
        change = float((model[i].weight.detach() - start).norm() / start.norm())
        assert layer.update[0] == pytest.approx(change, rel=1e-4)
        assert layer.moved[0] == pytest.approx(change, rel=1e-4)
        assert layer.initial_gain == pytest.approx(
            math.sqrt(start.shape[1]) * float(start.std(correction=0)), rel=1e-5
        )
        assert (layer.fan_in, layer.units) == (start.shape[1], start.shape[0])


class Functional(nn.Module):
    """Functional calls, in place, shared by two inputs, with a branch."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.last = nn.Linear(4, 8), nn.Linear(8, 8), nn.Linear(8, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.relu(self.first(x), inplace=True)
        x = x + torch.sigmoid_(self.second(x))
        return self.last(x)


def test_functional_in_place_and_branched_layers_are_seen():
    torch.manual_seed(0)
    model = Functional()
    layers = by_name(watched(model, one_step(model, torch.randn(9, 4), torch.randint(0, 2, (9,)))))
    assert layers["first"].activation == "relu"
    assert layers["second"].activation == "sigmoid"
    assert (layers["first"].skip, layers["second"].skip) == (False, True)
    assert layers["first"].slope[0] is not None
    assert layers["second"].slope[0] < 0.26


def test_statistics_of_the_pre_activation():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 50), nn.ReLU(), nn.Linear(50, 2))
    x = torch.randn(64, 4)
    z = model[0](x).detach()
    layer = by_name(watched(model, one_step(model, x, torch.randint(0, 2, (64,)))))["0"]
    unit = functional.normalize(z, dim=1)
    pairs = unit @ unit.T
    assert layer.mean[0] == pytest.approx(float(z.mean()), abs=1e-6)
    assert layer.spread[0] == pytest.approx(float(z.std(correction=0)), rel=1e-5)
    assert layer.slope[0] == pytest.approx(float((z > 0).float().mean().sqrt()), rel=1e-5)
    assert layer.asleep[0] == pytest.approx(float((z <= 0).all(0).float().mean()))
    assert layer.correlation[0] == pytest.approx(float((pairs.sum() - 64) / (64 * 63)), abs=1e-5)


def test_dead_units_are_counted_only_when_they_never_wake():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, 2))
    with torch.no_grad():
        model[0].bias[:6] = -100.0
    evidence = watched(
        model, one_step(model, torch.randn(32, 4), torch.randint(0, 2, (32,)), 0.01), 8
    )
    layer = by_name(evidence)["0"]
    assert (layer.dead, layer.dead_since) == (6, 0)
    assert layer.dead_samples == 32 * sum(value is not None for value in layer.asleep)
    assert evidence.sampled[-1] == 7
    assert layer.moved[-1] is not None


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
@pytest.mark.parametrize("batch_first", [True, False])
def test_the_gradient_through_time_of_a_recurrent_layer(kind, batch_first):
    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rnn, self.head = kind(3, 6, batch_first=batch_first), nn.Linear(6, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            out, _ = self.rnn(x)
            return self.head(out[:, -1] if batch_first else out[-1])

    torch.manual_seed(0)
    model = Reader()
    x = torch.randn(5, 12, 3) if batch_first else torch.randn(12, 5, 3)
    y = torch.randint(0, 2, (5,))
    leaf = x.clone().requires_grad_()
    functional.cross_entropy(model(leaf), y).backward()
    expected = leaf.grad.norm(dim=(0, 2) if batch_first else (1, 2)).log10().tolist()
    layer = by_name(watched(model, one_step(model, x, y)))["rnn"]
    assert layer.kind == kind.__name__
    assert layer.time_gradient == pytest.approx(expected, abs=1e-4)


def test_a_cell_called_in_a_loop_has_a_gradient_through_time():
    class Loop(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner, self.state, self.head = nn.Linear(3, 6), nn.Linear(6, 6), nn.Linear(6, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            h = torch.zeros(x.shape[0], 6)
            for t in range(x.shape[1]):
                h = torch.tanh(self.inner(x[:, t]) + self.state(h))
            return self.head(h)

    torch.manual_seed(0)
    model = Loop()
    layers = by_name(
        watched(model, one_step(model, torch.randn(5, 9, 3), torch.randint(0, 2, (5,))))
    )
    assert len(layers["inner"].time_gradient) == 9
    assert layers["inner"].time_gradient[0] < layers["inner"].time_gradient[-1]


@pytest.mark.parametrize(
    ("build", "shape"),
    [
        (
            lambda: nn.Sequential(
                nn.Linear(6, 16),
                nn.Dropout(0.3),
                nn.BatchNorm1d(16),
                nn.ReLU(inplace=True),
                nn.Linear(16, 3),
            ),
            (8, 6),
        ),
        (
            lambda: nn.Sequential(
                nn.Conv2d(1, 4, 3),
                nn.ReLU(inplace=True),
                nn.MaxPool2d(2),
                nn.Flatten(),
                nn.Linear(36, 3),
            ),
            (8, 1, 8, 8),
        ),
        (
            lambda: nn.Sequential(
                nn.TransformerEncoderLayer(8, 2, 16, batch_first=True),
                nn.Flatten(),
                nn.Linear(40, 3),
            ),
            (8, 5, 8),
        ),
    ],
)
def test_training_with_and_without_the_watch_gives_the_same_weights_bit_by_bit(build, shape):
    def trained(*, watch: bool) -> list[torch.Tensor]:
        torch.manual_seed(0)
        model = build()
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
        recorder = Recorder(models=(("", model),))
        if watch:
            recorder.attach()
        for _ in range(40):
            x, y = torch.randn(shape), torch.randint(0, 3, (shape[0],))
            optimizer.zero_grad()
            functional.cross_entropy(model(x), y).backward()
            optimizer.step()
        recorder.detach()
        return [p.detach().clone() for p in model.parameters()]

    for bare, watched_ in zip(trained(watch=False), trained(watch=True), strict=True):
        assert torch.equal(bare, watched_)


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_recurrent_training_is_untouched_bit_by_bit(kind):
    def trained(*, watch: bool) -> list[torch.Tensor]:
        torch.manual_seed(0)
        model = kind(3, 8, batch_first=True)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        recorder = Recorder(models=(("", model),))
        if watch:
            recorder.attach()
        for _ in range(20):
            optimizer.zero_grad()
            functional.mse_loss(model(torch.randn(4, 7, 3))[0], torch.ones(4, 7, 8)).backward()
            optimizer.step()
        recorder.detach()
        return [p.detach().clone() for p in model.parameters()]

    for bare, watched_ in zip(trained(watch=False), trained(watch=True), strict=True):
        assert torch.equal(bare, watched_)
