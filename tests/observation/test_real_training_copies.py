"""Copies, exports and traces of a watched model work, and are silent."""

from __future__ import annotations

import copy
import io
import pickle

import pytest
import torch
from observation.real_training import mlp, plain_step, regression, watched
from torch import nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

import livegrad


def optimizer_of(model: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.SGD(model.parameters(), lr=0.05)


def test_an_averaged_model_and_a_deep_copy_are_silent():
    model = mlp(4, 8, 1)
    x, y = regression()
    plain = plain_step(model, optimizer_of(model), x, y)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    copied = copy.deepcopy(model)

    def step() -> None:
        plain()
        average.update_parameters(model)
        functional.mse_loss(average(x), y)
        functional.mse_loss(copied(x), y).backward()

    evidence = watched(model, step, 3)
    assert evidence.steps == 3
    assert evidence.data.samples == 16 * 3
    assert len(evidence.loss.values) == 3
    assert evidence.optimizer.backwards == pytest.approx(1)


def test_a_copy_that_is_trained_itself_is_not_this_training():
    model = mlp(4, 8, 1)
    x, y = regression()
    plain = plain_step(model, optimizer_of(model), x, y)
    copied = copy.deepcopy(model)
    other = plain_step(copied, optimizer_of(copied), x + 100, y)

    def step() -> None:
        plain()
        other()

    evidence = watched(model, step, 5)
    assert evidence.steps == 5
    assert len(evidence.loss.values) == 5
    assert max(evidence.data.high) < 50


def test_a_watched_model_is_pickled_and_saved_between_forward_and_step():
    model = mlp(4, 8, 1)
    x, y = regression()
    optimizer = optimizer_of(model)
    saved = []

    def step() -> None:
        optimizer.zero_grad()
        loss = functional.mse_loss(model(x), y)
        saved.append(pickle.dumps(model))
        buffer = io.BytesIO()
        torch.save({"model": model, "optimizer": optimizer.state_dict()}, buffer)
        buffer.seek(0)
        torch.load(buffer, weights_only=False)
        loss.backward()
        optimizer.step()

    assert watched(model, step, 3).steps == 3
    back = pickle.loads(saved[0])  # noqa: S301 (our own bytes)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in back.modules())
    assert b"livegrad" not in saved[0]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_watched_model_is_exported_traced_and_scripted():
    model = mlp(4, 8, 1)
    x, y = regression()
    plain = plain_step(model, optimizer_of(model), x, y)

    def step() -> None:
        exported = torch.export.export(model, (x,)).module()
        traced = torch.jit.trace(model, x)
        scripted = torch.jit.script(model)
        symbolic = torch.fx.symbolic_trace(model)
        for made in (exported, traced, scripted, symbolic):
            assert torch.allclose(made(x), model(x), atol=1e-6)
        plain()

    evidence = watched(model, step, 2)
    assert [layer.name for layer in evidence.layers] == ["0", "2"]
    assert all(isinstance(v, float) for v in evidence.layers[0].slope)
    assert torch._C._len_torch_function_stack() == 0


def test_watching_is_lost_with_the_model_and_nothing_holds_it():
    import gc
    import weakref

    model = mlp(4, 8, 1)
    x, y = regression()
    with livegrad.watch(model) as watching:
        step = plain_step(model, optimizer_of(model), x, y)
        for _ in range(3):
            step()
    held = weakref.ref(model[0].weight)
    del model, step
    gc.collect()
    assert held() is None
    assert watching.evidence().steps == 3
