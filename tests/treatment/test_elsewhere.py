"""A race whose trainings run in other processes comes to the same as one that runs here."""

from __future__ import annotations

import importlib.util
import os
import sys
import textwrap

import pytest
import torch

import livegrad
from livegrad.diagnosis.engine import RULES
from livegrad.errors import BadInput
from livegrad.treatment.elsewhere import place_of

BUILD = """
    import os
    import torch
    from livegrad.diagnosis.engine import RULES

    print("loaded")  # not heard, and no harm done

    def build(seed):
        ends = os.environ.get("END_HERE")
        if ends and os.getppid() == int(os.environ["PARENT"]):
            with open(ends, "a+") as orders:
                orders.write("x")
                if orders.tell() == 3:  # a treated run: the untreated one came first
                    os._exit(7)
        print("built", seed)
        training = RULES["saturation"].patient(seed)
        training.steps = 160
        return training
"""


@pytest.fixture
def build(tmp_path):
    """A build function in a file of its own that no import finds."""
    file = tmp_path / "my_training.py"
    file.write_text(textwrap.dedent(BUILD))
    spec = importlib.util.spec_from_file_location("my_training", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.build


def told(checkup):
    return [
        (r.prescription.remedy, r.outcome, r.share, round(r.score.value, 3) if r.score else None)
        for r in checkup.proof.races
    ]


def test_two_processes_come_to_the_same_as_none(build):
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        here = livegrad.check(build, treat=True, budget=600, seed=1, seeds=2)
        there = livegrad.check(build, treat=True, budget=600, seed=1, seeds=2, workers=2)
    finally:
        torch.set_num_threads(threads)
    assert len(here.proof.races) > 3
    assert told(there) == told(here)
    assert [s.after.value for s in there.proof.repeats.starts] == pytest.approx(
        [s.after.value for s in here.proof.repeats.starts]
    )
    x = torch.randn(5, next(there.treated.model.parameters()).shape[1])
    assert torch.allclose(there.treated.model(x), here.treated.model(x), atol=1e-5)


def test_a_process_that_ends_is_a_failed_run(build, tmp_path, monkeypatch):
    monkeypatch.setenv("PARENT", str(os.getpid()))
    monkeypatch.setenv("END_HERE", str(tmp_path / "orders"))
    checkup = livegrad.check(build, treat=True, budget=600, seed=1, seeds=1, workers=2)
    (failed,) = (r for r in checkup.proof.races if r.outcome == "failed")
    assert "code 7" in failed.remark.en
    assert checkup.proof.kept


def test_a_function_that_no_process_could_find_is_refused_before_anything_is_trained():
    def inner(seed):
        raise AssertionError(seed)

    with pytest.raises(BadInput, match="top level of a file") as caught:
        livegrad.check(inner, treat=True, workers=2)
    assert "맨 바깥" in caught.value.text.ko
    with pytest.raises(BadInput, match="workers=0"):
        livegrad.check(inner, treat=True, workers=0)


def test_a_module_that_can_be_imported_is_imported_by_name():
    place = place_of(RULES["saturation"].patient, 1)
    assert place.module == "livegrad.diagnosis.rules.saturation"
    before = list(sys.path)
    assert place.found() is RULES["saturation"].patient
    assert sys.path == before
