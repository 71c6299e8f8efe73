"""Several backward passes for a step, and gradients that are clipped before it."""

from __future__ import annotations

import math

import pytest
import torch
from observation.real_training import known, ladder, mlp, plain_step, regression, watched
from torch import nn
from torch.nn import functional

from livegrad.observation.evidence import Evidence


def accumulated(parts: int, *, zero_after: bool) -> Evidence:
    model = mlp(4, 8, 1)
    x, y = regression(rows=16)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step() -> None:
        if not zero_after:
            optimizer.zero_grad()
        for a, b in zip(x.chunk(parts), y.chunk(parts), strict=True):
            (functional.mse_loss(model(a), b) / parts).backward()
        optimizer.step()
        if zero_after:
            optimizer.zero_grad()

    return watched(model, step, 3)


@pytest.mark.parametrize("zero_after", [False, True])
def test_accumulation_over_micro_batches_is_one_step(zero_after):
    whole, parts = accumulated(1, zero_after=zero_after), accumulated(4, zero_after=zero_after)
    assert (whole.steps, parts.steps) == (3, 3)
    assert parts.optimizer.backwards == pytest.approx(4)
    assert whole.optimizer.backwards == pytest.approx(1)
    assert parts.optimizer.carried == 0
    assert len(parts.loss.values) == 3
    for a, b in zip(whole.layers, parts.layers, strict=True):
        assert known(b.weight_gradient) == pytest.approx(known(a.weight_gradient), abs=1e-4)
        assert known(b.update) == pytest.approx(known(a.update), rel=1e-3)


def clipped(clip) -> Evidence:
    model = mlp(4, 8, 1)
    x, y = regression()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step() -> None:
        optimizer.zero_grad()
        (100 * functional.mse_loss(model(x), y)).backward()
        clip(model.parameters())
        optimizer.step()

    return watched(model, step, 3)


def test_clipping_by_norm_is_seen_before_and_after():
    seen = clipped(lambda p: nn.utils.clip_grad_norm_(p, 0.5)).clipping
    assert all(b > math.log10(5) for b in seen.before[:2])
    assert seen.after == pytest.approx([math.log10(0.5)] * len(seen.after), abs=1e-3)


def test_clipping_by_value_is_seen_before_and_after():
    seen = clipped(lambda p: nn.utils.clip_grad_value_(p, 0.01)).clipping
    count = sum(p.numel() for p in mlp(4, 8, 1).parameters())
    assert all(a <= math.log10(0.01 * math.sqrt(count)) + 1e-6 for a in seen.after)
    assert all(b > a + 1 for a, b in zip(seen.after, seen.before, strict=True))


def test_a_limit_that_is_never_reached_is_no_clipping():
    assert clipped(lambda p: nn.utils.clip_grad_norm_(p, 1e9)).clipping is None


def test_nothing_is_called_clipped_where_nothing_clips():
    model = mlp(4, 8, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    assert watched(model, plain_step(model, optimizer, *regression()), 4).clipping is None
    assert accumulated(4, zero_after=True).clipping is None


def test_clipping_after_unscaling_is_no_scaling():
    model = mlp(4, 8, 1)
    x, y = regression()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**12)

    def step(limit: float) -> None:
        optimizer.zero_grad()
        scaler.scale(functional.mse_loss(model(x), y)).backward()
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), limit)
        scaler.step(optimizer)
        scaler.update()

    assert watched(model, lambda: step(1e9), 3).clipping is None
    seen = watched(model, lambda: step(1e-3), 3).clipping
    assert seen.after == pytest.approx([-3] * len(seen.after), abs=1e-2)
    assert all(b < 2 for b in seen.before)


def test_gradients_that_nobody_zeroes_are_carried():
    model = mlp(4, 8, 1)
    x, y = regression()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

    def step() -> None:
        functional.mse_loss(model(x), y).backward()
        optimizer.step()

    evidence = watched(model, step, 8)
    assert evidence.optimizer.carried > 0
    assert ladder(evidence)["0"].weight_gradient[0] is not None
