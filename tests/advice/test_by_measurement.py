"""Rules against measurement: what is asked, what is tried, and when both are said to agree."""

from __future__ import annotations

import json

import numpy as np
import pytest

from livegrad.advice.by_measurement import (
    Agreement,
    agreement,
    candidates,
    measured,
    situation_of_data,
)
from livegrad.advice.by_rule import guide
from livegrad.errors import BadInput
from livegrad.trials import compare
from livegrad.trials.comparison import Comparison
from livegrad.trials.dataset import Dataset
from livegrad.trials.plan import USUAL
from livegrad.trials.task import TASKS


def rings() -> Dataset:
    return TASKS.find("circles").make(0, 160)


def study(*names: str, seeds: int = 10) -> Comparison:
    """A straight line against bends on rings: who is best leaves no doubt."""
    return compare(rings(), activations=names, hidden=(12,), seeds=seeds, steps=300, lr=0.02)


@pytest.mark.parametrize(
    ("task", "kind", "features"),
    [("moons", "binary", 2), ("iris", "multiclass", 4), ("diabetes", "regression", 10)],
)
def test_the_situation_is_read_from_the_data(task: str, kind: str, features: int) -> None:
    pytest.importorskip("sklearn")
    data = TASKS.find(task).make(0, None)
    found = situation_of_data(data, (32, 32, 32))
    assert (found.task, found.features, found.depth, found.width) == (kind, features, 3, 32)
    assert found.samples == len(data.inputs)


def test_what_the_rules_name_is_measured_beside_the_usual() -> None:
    tried = candidates(guide(device="mobile"))
    assert tried[:3] == ("relu", "hardswish", "relu6")
    assert set(USUAL) <= set(tried)
    assert "swiglu" not in candidates(guide(layer="block"))


def test_first_choice_among_the_best_agrees() -> None:
    found = agreement(guide(layer="recurrent"), study("tanh", "relu", "identity"))
    assert found.agrees
    assert "tanh" in found.best
    assert "identity" not in found.best
    assert found.text.en.startswith("Rule and measurement agree")
    assert found.text.ko.startswith("규칙과 측정이 일치합니다")
    assert found.share == pytest.approx(len(found.best) / 3)


def test_first_choice_told_apart_as_worse_disagrees() -> None:
    advice = guide(layer="output", task="regression")  # identity
    found = agreement(advice, study("tanh", "relu", "identity"))
    assert not found.agrees
    assert found.text.en.startswith("Rule and measurement disagree: the rules name identity first")
    assert f"take {found.best[0]}" in found.text.en
    assert "어긋납니다" in found.text.ko


def test_the_only_best_is_called_better_than_the_others() -> None:
    found = agreement(guide(layer="recurrent"), study("tanh", "identity"))
    assert found.best == ("tanh",)
    assert "better than every other candidate (1)" in found.text.en


def test_a_study_that_cannot_tell_says_so() -> None:
    found = agreement(guide(layer="recurrent"), study("tanh", "relu", "identity", seeds=2))
    assert found.agrees
    assert found.share == 1
    assert "does not tell" in found.text.en


def test_a_study_without_the_first_choice_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        agreement(guide(layer="recurrent"), study("relu", "identity"))
    assert "tanh,relu,identity" in refused.value.text.en.replace("identity,relu", "relu,identity")


def test_arrays_are_read_as_compare_reads_them() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(80, 2))
    found = measured(
        inputs,
        np.sin(inputs[:, 0]),
        hidden=(8,),
        activations=["relu", "sigmoid"],
        seeds=4,
        steps=50,
        lr=0.01,
    )
    assert isinstance(found, Agreement)
    assert found.advice.rules[0].id == "hidden-few-inputs"
    assert {one.name for one in found.comparison.candidates} == {"gelu", "relu", "sigmoid"}
    assert json.loads(json.dumps(found.to_dict()))["first"] == "gelu"
