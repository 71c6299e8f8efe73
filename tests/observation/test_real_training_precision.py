"""Mixed precision: what is seen is what the training means, not what the scaler made of it."""

from __future__ import annotations

import math

import pytest
import torch
from observation.real_training import known, ladder, mlp, plain_step, regression, watched
from torch import nn
from torch.nn import functional

from livegrad.diagnosis.engine import diagnose
from livegrad.observation.evidence import Evidence

SCALE = 2.0**16


def scaled_training(
    steps: int = 3,
    *,
    fused: bool = False,
    unscale: bool = False,
    enabled: bool = True,
    bad_steps: tuple[int, ...] = (),
) -> tuple[Evidence, torch.amp.GradScaler, nn.Module]:
    """Steps through a GradScaler; the gradients overflow at ``bad_steps``, though the loss does not."""
    model = mlp(4, 8, 8, 1)
    x, y = regression()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=fused)
    scaler = torch.amp.GradScaler("cpu", init_scale=SCALE, growth_interval=2, enabled=enabled)
    taken = iter(range(100))

    def step() -> None:
        optimizer.zero_grad()
        output = model(x)
        if next(taken) in bad_steps:
            output.register_hook(lambda gradient: gradient * math.inf)
        scaler.scale(functional.mse_loss(output, y)).backward()
        if unscale:
            scaler.unscale_(optimizer)
        scaler.step(optimizer)
        scaler.update()

    return watched(model, step, steps), scaler, model


def plain_training() -> Evidence:
    model = mlp(4, 8, 8, 1)
    x, y = regression()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    return watched(model, plain_step(model, optimizer, x, y), 3)


@pytest.mark.parametrize("unscale", [False, True])
@pytest.mark.parametrize("fused", [False, True])
def test_with_a_scaler_the_same_is_seen_as_without(fused, unscale):
    plain = plain_training()
    scaled, scaler, _ = scaled_training(fused=fused, unscale=unscale)
    assert scaler.get_scale() > SCALE  # it grew on the way
    assert scaled.loss.values == pytest.approx(plain.loss.values, rel=1e-4)
    assert scaled.sampled == plain.sampled
    for seen, expected in zip(scaled.layers, plain.layers, strict=True):
        for series in ("gradient", "weight_gradient", "update", "moved", "spread"):
            values = known(getattr(expected, series))
            assert known(getattr(seen, series)) == pytest.approx(values, rel=1e-2, abs=1e-3), series


def test_a_scaler_that_is_switched_off_changes_nothing():
    off, _, _ = scaled_training(enabled=False)
    assert off.loss == plain_training().loss


def test_a_loss_that_is_no_number_is_told_though_the_scaler_makes_no_step():
    model = mlp(4, 8, 1)
    x, y = regression()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    scaler = torch.amp.GradScaler("cpu")

    def step() -> None:
        optimizer.zero_grad()
        scaler.scale(functional.mse_loss(model(x * math.nan), y)).backward()
        scaler.step(optimizer)
        scaler.update()

    evidence = watched(model, step, 25)
    assert evidence.loss.first_non_finite == 0
    assert evidence.data.non_finite > 0
    assert diagnose(evidence).learning is False


@pytest.mark.parametrize("fused", [False, True])
def test_a_step_that_the_scaler_skips_is_no_step(fused):
    skipped, _, _ = scaled_training(8, fused=fused, bad_steps=(0, 3))
    assert skipped.steps == 6
    assert skipped.sampled[0] == 0
    assert skipped.loss.first_non_finite is None
    assert all(map(math.isfinite, skipped.loss.values))
    assert len(skipped.loss.values) == 6
    first = ladder(skipped)["0"]
    assert all(v is None or math.isfinite(v) for v in (*first.gradient, *first.weight_gradient))
    assert first.update[0] > 0


def test_bf16_numbers_are_summed_in_float32():
    model = mlp(4, 64, 64, 1)
    x, y = regression(rows=512)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

    def step() -> None:
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            output = model(x)
        functional.mse_loss(output.float(), y).backward()
        optimizer.step()

    low = ladder(watched(model, step, 3))
    model = mlp(4, 64, 64, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    full = ladder(watched(model, plain_step(model, optimizer, x, y), 3))
    assert [low[n].dtype for n in ("0", "2", "4")] == ["bfloat16"] * 3
    assert [full[n].dtype for n in ("0", "2", "4")] == ["float32"] * 3
    assert [low[n].activation for n in ("0", "2", "4")] == ["tanh", "tanh", None]
    for name in ("0", "2"):
        assert low[name].spread[0] == pytest.approx(full[name].spread[0], rel=0.01)
        assert low[name].gradient[0] == pytest.approx(full[name].gradient[0], abs=0.02)


def test_a_whole_model_in_bf16_is_seen():
    model = mlp(4, 8, 1).bfloat16()
    x, y = (t.bfloat16() for t in regression())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    evidence = watched(model, plain_step(model, optimizer, x, y), 4)
    assert [layer.dtype for layer in evidence.layers] == ["bfloat16", "bfloat16"]
    assert evidence.layers[0].update[0] > 0
