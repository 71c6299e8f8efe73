"""Healthy trainings that look suspicious in one way or another: none of them may get an error or a warning."""

from __future__ import annotations

import inspect

import pytest
from diagnosis import healthy_loops, healthy_noisy, healthy_shapes, healthy_trainings
from diagnosis.healthy_trainings import Healthy

from livegrad.diagnosis.engine import diagnose
from livegrad.observation.recorder import Recorder
from livegrad.observation.seeding import seed_everything

TRAPS = {
    name: make
    for module in (healthy_trainings, healthy_loops, healthy_shapes, healthy_noisy)
    for name, make in inspect.getmembers(module, inspect.isfunction)
    if make.__module__ == module.__name__
    and make.__annotations__.get("return") == "Healthy"
    and not inspect.signature(make).parameters
}
UNJUDGED = ("only_thirty_steps", "still_warming_up", "converged_from_the_start")
"""Too short, or with nothing left to learn: silence is asked of them, not learning."""


def test_there_are_many_traps():
    assert len(TRAPS) >= 55


@pytest.mark.parametrize("name", TRAPS)
def test_a_healthy_training_gets_neither_error_nor_warning(name):
    seed_everything(0)
    training: Healthy = TRAPS[name]()
    recorder = Recorder(models=(("", training.model),)).attach()
    training.model.train()
    for number in range(training.steps):
        training.step(number)
    recorder.detach()
    diagnosis = diagnose(recorder.evidence()[0])
    grave = [f for f in diagnosis.findings if f.severity != "note"]
    assert grave == [], [(f.code, f.place, f.explanation.en) for f in grave]
    noisy = TRAPS[name].__module__ == healthy_noisy.__name__
    assert diagnosis.learning or noisy or name in UNJUDGED, diagnosis.state.en
