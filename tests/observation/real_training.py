"""Shared by the tests of real trainings: a watched loop, its ladder by name, and weights trained with and without a watch."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from unittest import mock

import torch
from torch import nn
from torch.nn import functional

from livegrad.observation.evidence import Evidence, Layer
from livegrad.observation.recorder import Recorder


def every_step():
    """While this lasts, every step is measured: which ones else depends on how fast the machine is."""
    return mock.patch.object(Recorder, "_is_due", return_value=True)


def watched(model: nn.Module, step: Callable[[], None], steps: int = 1) -> Evidence:
    """What a recorder saw of ``steps`` calls of ``step``, every one of them measured."""
    with every_step():
        recorder = Recorder(models=(("", model),)).attach()
        try:
            for _ in range(steps):
                step()
        finally:
            recorder.detach()
    assert recorder.failure is None
    return recorder.evidence()[0]


def ladder(evidence: Evidence) -> dict[str, Layer]:
    """Its layers by name."""
    return {layer.name: layer for layer in evidence.layers}


def known(series: tuple[float | None, ...]) -> list[float]:
    """The values that were seen."""
    return [v for v in series if v is not None]


def mlp(*widths: int, activation: Callable[[], nn.Module] = nn.Tanh) -> nn.Sequential:
    """Linear layers with an activation between them, drawn from seed 0."""
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    for fan_in, units in itertools.pairwise(widths):
        layers += [nn.Linear(fan_in, units), activation()]
    return nn.Sequential(*layers[:-1])


def regression(rows: int = 16, features: int = 4) -> tuple[torch.Tensor, torch.Tensor]:
    """A batch (rows, features) and its targets (rows, 1), always the same."""
    chance = torch.Generator().manual_seed(1)
    x = torch.randn(rows, features, generator=chance)
    return x, torch.sin(x.sum(1, keepdim=True))


def plain_step(
    model: nn.Module, optimizer: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor
) -> Callable[[], None]:
    """The loop of every tutorial."""

    def step() -> None:
        optimizer.zero_grad()
        functional.mse_loss(model(x), y).backward()
        optimizer.step()

    return step


def same_weights(train: Callable[[Callable[[nn.Module], Recorder]], nn.Module]) -> bool:
    """Whether ``train(watch)`` ends with the same bits with a watch as without one.

    ``train`` seeds, builds, calls ``watch(model)`` where a user would, trains, and returns the model.
    """
    ends = []
    for real in (False, True):
        made: list[Recorder] = []

        def watch(model: nn.Module, *, real: bool = real, made: list[Recorder] = made) -> Recorder:
            recorder = Recorder(models=(("", model),))
            made.append(recorder.attach() if real else recorder)
            return recorder

        with every_step():
            model = train(watch)
        for recorder in made:
            recorder.detach()
            assert recorder.failure is None
        if real:
            assert made[0].cases[0].sampled
        ends.append([t.detach().clone() for t in model.state_dict().values()])
    return len(ends[0]) > 0 and all(torch.equal(a, b) for a, b in zip(*ends, strict=True))
