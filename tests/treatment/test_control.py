"""The control without bends inside a script: the last batches are kept, however the loop calls network and loss."""

from __future__ import annotations

import copy
import pickle

import pytest
import torch
from torch import nn
from torch.nn import functional

from livegrad.observation import signals
from livegrad.observation.recorder import Recorder
from livegrad.treatment.control import BATCHES, Control

STEPS = 120


class Bending(nn.Module):
    """XOR needs the bends; ``width`` of them."""

    def __init__(self, width: int = 32, *, straight: bool = False) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(2, width), nn.Linear(width, 2)
        self.straight = straight

    def forward(self, x: torch.Tensor, *, offset: float = 0.0) -> torch.Tensor:
        h = self.one(x + offset)
        return self.two(h + 0 * torch.tanh(h) if self.straight else torch.tanh(h))


def xor() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(256, 2, generator=generator)
    return x, (x[:, 0] * x[:, 1] > 0).long()


def linear() -> tuple[torch.Tensor, torch.Tensor]:
    x, _ = xor()
    return x, (x[:, 0] > 0).long()


def controlled(model: nn.Module, data, steps: int = STEPS, **more):
    """Train under a recorder and a control, as the process of a script does."""
    torch.manual_seed(0)
    x, y = data
    recorder = Recorder().attach()
    control = Control(0, steps, recorder)
    signals.listen(control)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    for _ in range(STEPS):
        optimizer.zero_grad()
        functional.cross_entropy(model(x, **more), y).backward()
        optimizer.step()
    found = control.scores()
    signals.leave(control)
    recorder.detach()
    return found


def test_bends_that_do_the_work_are_missed() -> None:
    whole, straight = controlled(Bending(), xor())
    assert whole is not None
    assert straight is not None
    assert whole.value > 0.9
    assert straight.value < 0.7
    assert whole.samples == BATCHES * 256


def test_bends_that_do_nothing_are_not() -> None:
    whole, straight = controlled(Bending(straight=True), linear())
    assert whole is not None
    assert straight is not None
    assert straight.value == pytest.approx(whole.value, abs=0.02)


def test_what_is_given_by_name_is_given_again() -> None:
    whole, _ = controlled(Bending(), xor(), offset=0.25)
    assert whole is not None
    assert whole.value > 0.9


def test_a_training_that_ends_before_leaves_nothing() -> None:
    assert controlled(Bending(), xor(), steps=10_000) == (None, None)


def test_nothing_is_hooked_before_the_last_steps_nor_after_them() -> None:
    model, (x, y) = Bending(), xor()
    recorder = Recorder().attach()
    control = Control(0, 2 * BATCHES, recorder)
    signals.listen(control)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    hooked = list[bool]()
    for _ in range(2 * BATCHES + 2):
        hooks = torch.nn.modules.module._global_forward_hooks.values()
        hooked.append(control._called in hooks)
        optimizer.zero_grad()
        functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    recorder.detach()
    assert hooked == [False] * BATCHES + [True] * BATCHES + [False] * 2
    whole, _ = control.scores()
    signals.leave(control)
    assert whole is not None
    assert whole.samples == BATCHES * 256


def test_a_model_can_be_copied_and_saved_while_batches_are_kept() -> None:
    model = Bending()
    x, y = xor()
    recorder = Recorder().attach()
    control = Control(0, BATCHES + 2, recorder)
    signals.listen(control)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(BATCHES):
        optimizer.zero_grad()
        functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    assert torch.equal(copy.deepcopy(model)(x), model(x))
    again = pickle.loads(pickle.dumps(model))  # noqa: S301 (made here)
    assert torch.equal(again(x), model(x))
    signals.leave(control)
    recorder.detach()
    assert not torch.nn.modules.module._global_forward_hooks
