"""Gradients that nobody zeroes are named; every right way of zeroing stays silent."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from livegrad.diagnosis import patients
from livegrad.diagnosis.engine import diagnose
from livegrad.observation.recorder import Recorder

X, Y = patients.waves(0, samples=128)
STEPS = 40


def train(loop, make=None):
    torch.manual_seed(0)
    model = patients.mlp((2, 16, 1), nn.Tanh)
    optimizer = make(model.parameters()) if make else torch.optim.SGD(model.parameters(), lr=0.01)
    recorder = Recorder(models=(("", model),)).attach()
    for step in range(STEPS):
        loop(step, model, optimizer)
    recorder.detach()
    diagnosis = diagnose(recorder.evidence()[0])
    return [f for f in diagnosis.findings if f.code == "stale-gradients"]


def backward(model, part=slice(0, 64)):
    functional.mse_loss(model(X[part]), Y[part]).backward()


def never(step, model, optimizer):
    del step
    backward(model)
    optimizer.step()


def once_an_epoch(step, model, optimizer):
    if step % 8 == 0:
        optimizer.zero_grad()
    backward(model)
    optimizer.step()


@pytest.mark.parametrize(("loop", "word"), [(never, "nobody"), (once_an_epoch, "8 steps")])
def test_steps_that_repeat_the_last_ones_gradients(loop, word):
    (finding,) = train(loop)
    assert finding.place == "optimizer"
    assert finding.confidence == "certain"
    assert word in finding.seen.en
    assert "zero_grad" in finding.advice.ko


def before(step, model, optimizer):
    del step
    optimizer.zero_grad()
    backward(model)
    optimizer.step()


def after(step, model, optimizer):
    del step
    backward(model)
    optimizer.step()
    optimizer.zero_grad()


def to_zero(step, model, optimizer):
    del step
    optimizer.zero_grad(set_to_none=False)
    backward(model)
    optimizer.step()


def by_the_model(step, model, optimizer):
    del step
    model.zero_grad()
    backward(model)
    optimizer.step()


def accumulated(step, model, optimizer):
    del step
    for part in (slice(0, 32), slice(32, 64), slice(64, 96)):
        backward(model, part)
    optimizer.step()
    optimizer.zero_grad()


def seldom_kept(step, model, optimizer):
    if step % 4:
        optimizer.zero_grad()
    backward(model)
    optimizer.step()


def in_a_closure(step, model, optimizer):
    del step

    def closure():
        optimizer.zero_grad()
        loss = functional.mse_loss(model(X), Y)
        loss.backward()
        return loss

    optimizer.step(closure)


@pytest.mark.parametrize("loop", [before, after, to_zero, by_the_model, accumulated, seldom_kept])
def test_gradients_that_are_zeroed_are_fresh(loop):
    assert train(loop) == []


def test_a_closure_zeroes_inside_the_step():
    assert train(in_a_closure, lambda parameters: torch.optim.LBFGS(parameters, max_iter=3)) == []
