"""Steps of which only the loss is wanted: nothing that a full look would have seen is lost or made up."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from livegrad.diagnosis.watching import Watch, watch

STEPS = 80
LATE = 41
"""Neither measured nor looked at."""


def network(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))


def batch(step: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(step)
    x = torch.randn(16, 3, generator=generator)
    return x, x.sum(1, keepdim=True)


def one_step(
    model: nn.Module, optimizer: torch.optim.Optimizer, step: int, *, zero: bool = True
) -> float:
    x, y = batch(step)
    if zero:
        optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


def trained(steps: int = STEPS) -> tuple[Watch, list[float]]:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    with watch(model, optimizer=optimizer) as watching:
        losses = [one_step(model, optimizer, step) for step in range(steps)]
    return watching, losses


def test_every_loss_is_kept() -> None:
    watching, losses = trained(300)
    seen = watching.evidence()
    assert seen.loss is not None
    assert seen.steps == 300
    assert seen.loss.steps == tuple(range(300))
    assert seen.loss.values == pytest.approx(losses)
    assert seen.optimizer is not None
    assert seen.optimizer.carried == 0
    assert seen.optimizer.backwards == 1


def test_most_steps_are_quiet() -> None:
    """Otherwise the tests here test nothing."""
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    quiet = 0
    with watch(model, optimizer=optimizer) as watching:
        for step in range(STEPS):
            one_step(model, optimizer, step)
            quiet += watching._recorder._quiet is not None
        one_step(model, optimizer, STEPS)
    assert quiet > (STEPS - 32) * 0.8


def test_gradients_that_nobody_zeroes_any_more_are_noticed() -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
    with watch(model, optimizer=optimizer) as watching:
        for step in range(300):
            one_step(model, optimizer, step, zero=step < LATE)
    seen = watching.evidence().optimizer
    assert seen is not None
    assert 200 < seen.carried <= 300 - LATE


def test_a_target_that_is_no_number_is_found_where_it_comes() -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    with watch(model, optimizer=optimizer) as watching:
        for step in range(STEPS):
            x, y = batch(step)
            if step == LATE:
                y[3] = math.nan
            optimizer.zero_grad()
            nn.functional.mse_loss(model(x), y).backward()
            optimizer.step()
    seen = watching.evidence()
    assert seen.loss is not None
    assert seen.loss.first_non_finite == LATE
    assert seen.data is not None
    assert seen.data.target_non_finite == 1


def test_another_training_that_begins_later_is_none_of_the_watched_one() -> None:
    """First one model is trained alone, then another beside it, of which nobody told us."""
    model, other = network(), network(1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    losses: list[float] = []
    second: torch.optim.Optimizer | None = None
    with watch(model, optimizer=optimizer) as watching:
        for step in range(STEPS):
            if step == LATE:
                second = torch.optim.SGD(other.parameters(), lr=0.05)
            if second is not None:
                one_step(other, second, step)
            losses.append(one_step(model, optimizer, step))
    seen = watching.evidence()
    assert seen.loss is not None
    assert not seen.adversarial
    assert seen.loss.values == pytest.approx(losses)


def test_a_backward_pass_that_fails_leaves_no_loss_behind() -> None:
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    losses: list[float] = []
    with watch(model, optimizer=optimizer) as watching:
        for step in range(STEPS):
            if step == LATE:
                value = model(batch(step)[0]).sum()
                value.register_hook(_fails)
                with pytest.raises(ArithmeticError):
                    value.backward()
            losses.append(one_step(model, optimizer, step))
    seen = watching.evidence()
    assert seen.loss is not None
    assert seen.loss.values == pytest.approx(losses)


def _fails(gradient: torch.Tensor) -> torch.Tensor:
    raise ArithmeticError(gradient)
