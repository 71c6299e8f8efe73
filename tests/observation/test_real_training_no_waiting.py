"""A device that computes is never made to wait: no number is read while it trains, but in one place that does not wait.

There is no GPU in the tests. So every tensor is taken for one on a device (`is_near` says no), and every operation that
would make a GPU's host wait is an error when livegrad calls it: reading a number, or an operation whose result's shape depends on
the values.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch
from observation.real_training import every_step, known, mlp, regression
from torch import nn
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode

import livegrad
from livegrad.observation.recorder import Recorder

OURS = str(Path(livegrad.__file__).parent)
WAITS = (
    "_local_scalar_dense",
    "is_nonzero",
    "nonzero",
    "masked_select",
    "bincount",
    "unique",
    "unique2",
    "_unique2",
    "unique_consecutive",
    "equal",
    "repeat_interleave",
)


def caller() -> str | None:
    """The innermost function of livegrad's that is running, unless the user's code runs inside it."""
    frame = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(OURS):
            return f"{Path(path).name}:{frame.f_code.co_name}"
        if path == __file__ and frame.f_code.co_name in ("forward", "train"):
            return None
        frame = frame.f_back
    return None


class Waiting(TorchDispatchMode):
    """Collects what makes the host wait."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def note(self, what: str) -> None:
        who = caller()
        if who is not None:
            self.seen.append(f"{what} in {who}")

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = func.overloadpacket.__name__
        masked = name == "index" and any(
            t is not None and t.dtype in (torch.bool, torch.uint8) for t in args[1]
        )
        if name in WAITS or masked:
            self.note(name)
        return func(*args, **(kwargs or {}))


@pytest.fixture
def waiting(monkeypatch):
    """Every tensor counts as far away, and what reads one is written down."""
    found = Waiting()
    for module in ("reading", "recorder", "graph", "by_hand", "by_hand_classes"):
        monkeypatch.setattr(f"livegrad.observation.{module}.is_near", lambda _: False)
    monkeypatch.setattr("livegrad.observation.reading._sent", _sent_far)
    for name in ("item", "tolist", "numpy", "cpu", "__bool__", "__float__", "__int__"):
        plain = getattr(torch.Tensor, name)

        def reads(tensor, *args, plain=plain, name=name):
            found.note(name)
            return plain(tensor, *args)

        monkeypatch.setattr(torch.Tensor, name, reads)
    return found


class Copy:
    """A copy that is on its way until somebody waits for it: the worst device."""

    arrived = False

    def query(self) -> bool:
        return self.arrived

    def synchronize(self) -> None:
        self.arrived = True


def _sent_far(tensors):
    return torch.cat(
        [t.detach().reshape(-1).double() for t in tensors]
    ) if tensors else torch.empty(0), Copy()


def cross_entropy(output, y):
    return functional.cross_entropy(output, (y > 0).long().squeeze(1))


def soft_cross_entropy(output, y):
    return functional.cross_entropy(output, torch.softmax(torch.cat([y, -y], 1), 1))


def binary(output, y):
    return functional.binary_cross_entropy_with_logits(output[:, :1], (y > 0).float())


def squared(output, y):
    return functional.mse_loss(output[:, :1], y)


def by_hand(output, y):
    return ((output[:, :1] - y) ** 2).mean()


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body, self.norm, self.head = mlp(4, 8, 8), nn.LayerNorm(8), nn.Linear(8, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(functional.gelu(self.norm(torch.relu(self.body(x)))))


def train(model: nn.Module, loss, steps: int, *, evaluate: bool) -> None:
    x, y = regression()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        loss(model(x), y).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if evaluate:
            with torch.no_grad():
                loss(model(x), y)


@pytest.mark.parametrize("evaluate", [False, True])
@pytest.mark.parametrize("loss", [cross_entropy, soft_cross_entropy, binary, squared, by_hand])
def test_nothing_waits_while_it_trains(waiting, loss, evaluate):
    model = Net()
    recorder = Recorder(models=(("", model),)).attach()
    with waiting, every_step():
        train(model, loss, 20, evaluate=evaluate)
        assert sorted(set(waiting.seen)) == []
    recorder.detach()
    assert recorder.failure is None
    evidence = recorder.evidence()[0]
    assert len(evidence.loss.values) == 20
    assert known(evidence.layers[0].gradient)
    assert known(evidence.layers[0].update)
    assert evidence.layers[0].initial_gain is not None
    assert evidence.data.samples == 16 * 20


def test_the_test_would_notice(waiting):
    """The guard itself: a number read by livegrad is seen."""
    from livegrad.observation.rung import numbers

    with waiting:
        numbers([torch.ones(())])
    assert waiting.seen == ["tolist in rung.py:numbers"]
