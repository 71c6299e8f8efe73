"""Remedies for the rate and the gradients: what they change, that they are undone, that the printed lines do the same."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.optim.lr_scheduler import ExponentialLR, LambdaLR
from treatment.plain_training import (
    STEPS,
    equal,
    evidence,
    finding,
    held,
    network,
    proposed,
    sgd,
    train,
    treated,
)

from livegrad.observation.recorder import Recorder
from livegrad.treatment import surgery_rates
from livegrad.treatment.surgery import Patient

# ---- the rate -----------------------------------------------------------------------------------------


def test_the_rate_is_raised_by_what_the_weights_moved_too_little():
    found = finding("learning-rate-too-low", moved=0.005, rate=1e-5)
    new = [s["new"] for s in proposed("raise-rate", found, held((1e-5,)))]
    assert new == pytest.approx([1e-2, 1e-3, 1e-1])
    assert proposed("raise-rate", finding("learning-rate-too-low"), evidence()) == []


@pytest.mark.parametrize("remedy", ["raise-rate", "lower-rate"])
def test_another_rate_is_the_same_as_that_rate_from_the_start_under_a_schedule_too(remedy):
    one, other = network(), network()
    optimizer, as_printed = sgd(one, 0.01), sgd(other, 0.04)
    schedule = LambdaLR(optimizer, lambda step: 1 / (1 + step))
    _, lines = treated(one, optimizer, remedy, factor=4.0, rate=0.01, new=0.04)
    assert lines == ("- lr=0.01", "+ lr=0.04")
    rates = train(one, optimizer, after=schedule.step)
    schedule = LambdaLR(as_printed, lambda step: 1 / (1 + step))
    assert rates == pytest.approx(train(other, as_printed, after=schedule.step))
    assert equal(one, other)


def test_a_rate_that_fades_is_held_and_the_schedule_has_it_back_in_the_end():
    one, other = network(), network()
    optimizer = sgd(one)
    schedule = ExponentialLR(optimizer, 0.5)
    patient, lines = treated(one, optimizer, "hold-rate", held=0.1, last=0.01, rises=False)
    assert train(one, optimizer, after=schedule.step) == [0.1] * STEPS
    assert lines[0].startswith("- scheduler.step()")
    train(other, sgd(other))
    assert equal(one, other)
    patient.close()
    schedule.step()
    assert len(set(train(one, optimizer, after=schedule.step))) == STEPS


def test_a_rate_that_rises_first_is_held_at_its_top_by_the_printed_lines_too():
    one, other = network(), network()
    optimizers_of_both = sgd(one), sgd(other)
    shape = [0.1, 0.5, 1.0, 0.3, 0.1, 0.0, 0.0]
    schedules = [LambdaLR(o, lambda step: shape[step]) for o in optimizers_of_both]
    _, lines = treated(one, optimizers_of_both[0], "hold-rate", held=0.1, last=0.01, rises=True)
    exec("\n".join(line[2:] for line in lines), {"optimizer": optimizers_of_both[1]})  # noqa: S102
    rates = [
        train(model, o, after=s.step)
        for model, o, s in zip((one, other), optimizers_of_both, schedules, strict=True)
    ]
    assert rates[0] == rates[1] == pytest.approx([0.01, 0.05, 0.1, 0.1, 0.1, 0.1])
    assert equal(one, other)


def test_only_a_rate_that_faded_is_held():
    found = finding("learning-rate-too-low")
    assert proposed("hold-rate", found, held((0.1, 0.1, 0.1))) == []
    assert proposed("hold-rate", found, held((0.1, 0.05, 0.02))) == []
    assert proposed("hold-rate", found, held((0.1, 0.01, 1e-4)))[0]["held"] == 0.1
    assert proposed("hold-rate", found, held((0.01, 0.1, 1e-4)))[0]["rises"]


def test_a_warm_up_is_that_of_the_printed_scheduler_and_full_in_the_end():
    one, other = network(), network()
    optimizer, as_printed = sgd(one), sgd(other)
    patient, lines = treated(one, optimizer, "warm-up", count=4, rate=0.1)
    made = "\n".join(line[2:] for line in lines[:3])
    names = {"torch": torch, "optimizer": as_printed}
    exec(made, names)  # noqa: S102
    rates = train(one, optimizer)
    assert rates == pytest.approx([0.025, 0.05, 0.075, 0.1, 0.1, 0.1])
    assert train(other, as_printed, after=names["warm_up"].step) == pytest.approx(rates)
    assert all(
        torch.allclose(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True)
    )
    patient.close()
    assert optimizer.param_groups[0]["lr"] == 0.1
    assert proposed("warm-up", finding("learning-rate-too-high"), held((0.1, 0.05))) == []
    assert proposed("warm-up", finding("learning-rate-too-high"), held((0.1, 0.1)))


# ---- the gradients ------------------------------------------------------------------------------------


def test_clipping_is_that_of_the_printed_line_and_is_seen_by_the_recorder():
    one, other = network(), network()
    optimizer, as_printed = sgd(one), sgd(other)
    recorder = Recorder(models=(("", one),)).attach()
    patient, lines = treated(one, optimizer, "clip-gradients", limit=0.01)
    train(one, optimizer)
    patient.close()
    recorder.detach()
    names = {"torch": torch, "model": other}
    train(other, as_printed, before=lambda: exec(lines[0][2:], names))  # noqa: S102
    assert equal(one, other)
    clipping = recorder.evidence()[0].clipping
    after = [a for a in clipping.after if a is not None]
    assert after == pytest.approx([-2.0] * len(after), abs=1e-3)
    assert after
    assert proposed("clip-gradients", finding("exploding-gradient"), evidence())
    clipped = evidence(clipping=clipping)
    assert proposed("clip-gradients", finding("exploding-gradient"), clipped) == []


def test_gradients_are_zeroed_as_by_the_printed_line_and_no_longer_in_the_end():
    one, other = network(), network()
    optimizer = sgd(one)
    patient, lines = treated(one, optimizer, "zero-gradients", carried=5, steps=6)
    assert lines[0].startswith("+ optimizer.zero_grad()")
    train(one, optimizer, zero=False)
    train(other, sgd(other), zero=True)
    assert equal(one, other)
    assert all(p.grad is None for p in one.parameters())
    patient.close()
    train(one, optimizer, zero=False, steps=1)
    assert all(p.grad is not None for p in one.parameters())


def test_another_optimizer_keeps_its_gradients():
    one, other = network(), network()
    _, _ = treated(one, sgd(one), "zero-gradients", carried=5, steps=6)
    train(other, sgd(other), zero=False, steps=1)
    assert all(p.grad is not None for p in other.parameters())


# ---- schedulers that are told their rates -----------------------------------------------------------

SCHEDULERS = {
    "one cycle": lambda o: torch.optim.lr_scheduler.OneCycleLR(o, max_lr=0.5, total_steps=40),
    "one cycle by place": lambda o: torch.optim.lr_scheduler.OneCycleLR(o, 0.5, 40),
    "cycles": lambda o: torch.optim.lr_scheduler.CyclicLR(o, 0.1, max_lr=0.5, step_size_up=5),
    "steps": lambda o: torch.optim.lr_scheduler.StepLR(o, 3, 0.5),
    "warm-up": lambda o: torch.optim.lr_scheduler.LinearLR(o, 0.1, total_iters=7),
}


def rates_of(factor: float, made, *, before: bool) -> list[float]:
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
    patient = Patient((("", model),), optimizer)
    scheduler = made(optimizer) if before else None
    if factor != 1:
        surgery_rates.scale(patient, factor)
    scheduler = scheduler or made(optimizer)
    rates = []
    for _ in range(30):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    patient.close()
    return rates


@pytest.mark.parametrize("before", [True, False], ids=["made before", "made after"])
@pytest.mark.parametrize("made", SCHEDULERS.values(), ids=SCHEDULERS)
def test_a_changed_rate_goes_through_every_schedule(made, before):
    plain = rates_of(1, made, before=before)
    assert len(set(plain)) > 3
    assert rates_of(0.01, made, before=before) == pytest.approx([r * 0.01 for r in plain])
    assert rates_of(1, made, before=before) == plain, "it was not taken back"
