"""The watch comes and goes without a trace, and never disturbs what it watches."""

from __future__ import annotations

import copy
import io
import pickle

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.nn.modules import module as module_hooks
from torch.optim import optimizer as optimizer_module

import livegrad
from livegrad.errors import BadInput, CouldNotObserve
from livegrad.observation import signals


def places() -> tuple[object, ...]:
    return (
        functional.cross_entropy,
        functional.mse_loss,
        torch.autograd.backward,
        torch.optim.Optimizer.__init__,
        torch.amp.GradScaler.scale,
        len(module_hooks._global_forward_hooks),
        len(module_hooks._global_forward_pre_hooks),
        len(optimizer_module._global_optimizer_pre_hooks),
        len(optimizer_module._global_optimizer_post_hooks),
    )


def train(model: nn.Module, steps: int) -> None:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        functional.mse_loss(model(torch.randn(8, 4)), torch.zeros(8, 1)).backward()
        optimizer.step()


def test_after_detaching_pytorch_is_as_it_was():
    before = places()
    model = nn.Linear(4, 1)
    with livegrad.watch(model):
        assert places() != before
        train(model, 5)
    assert places() == before


def test_after_an_exception_too():
    before = places()
    model = nn.Linear(4, 1)

    def fail() -> None:
        with livegrad.watch(model):
            train(model, 2)
            model(torch.randn(3, 99))

    with pytest.raises(RuntimeError):
        fail()
    assert places() == before


def test_an_exception_inside_the_forward_pass_leaves_no_mode_behind():
    class Fragile(nn.Linear):
        breaks = False

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if self.breaks:
                raise ValueError("broken")  # noqa: EM101
            return super().forward(x)

    model = nn.Sequential(Fragile(4, 4), nn.ReLU(), nn.Linear(4, 1))
    with livegrad.watch(model) as watching:
        model[0].breaks = True
        with pytest.raises(ValueError, match="broken"):
            model(torch.randn(2, 4))
        assert torch._C._len_torch_function_stack() == 0
        model[0].breaks = False
        train(model, 30)
    assert watching.diagnose().evidence.layers[0].activation == "relu"


def test_watching_twice_is_watching_once():
    model = nn.Linear(4, 1)
    first, second = livegrad.watch(model), livegrad.watch(model)
    assert first is second
    train(model, 4)
    assert first.evidence().steps == 4
    first.detach()


def test_a_copy_of_a_watched_model_is_silent_and_clean():
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 1))
    with livegrad.watch(model) as watching:
        train(model, 3)
        copied = copy.deepcopy(model)
        train(copied, 7)
        pickle.loads(pickle.dumps(model))  # noqa: S301 (our own bytes)
        torch.save(model, io.BytesIO())
    assert watching.evidence().steps == 3
    assert not copied[0]._forward_hooks


def test_an_error_of_our_own_ends_the_watch_and_not_the_training(monkeypatch):
    class Broken(signals.Listener):
        def step_ended(self, optimizer: torch.optim.Optimizer) -> None:
            del optimizer
            raise ZeroDivisionError

    monkeypatch.delenv("LIVEGRAD_STRICT", raising=False)
    signals.listen(Broken())
    with pytest.warns(RuntimeWarning, match="stopped watching"):
        train(nn.Linear(4, 1), 3)
    assert places()[5] == 0


def test_no_step_is_not_observed():
    with livegrad.watch(nn.Linear(2, 1)) as watching, pytest.raises(CouldNotObserve):
        watching.diagnose()


@pytest.mark.parametrize("wrong", [None, "model", nn.ReLU(), nn.Sequential()])
def test_what_cannot_be_watched_gets_one_clear_sentence(wrong):
    with pytest.raises(BadInput) as caught:
        livegrad.watch(wrong)
    assert caught.value.text.en
    assert caught.value.text.ko
