"""Every bundled task keeps the contract; a new file is found by itself."""

from __future__ import annotations

import dataclasses
import sys

import numpy as np
import pytest

from livegrad.errors import BadInput, UnknownName
from livegrad.trials.task import TASKS, Task

every_task = pytest.mark.parametrize("task", TASKS.values(), ids=list(TASKS))


def some(task: Task) -> int:
    """A number of samples that every task can give."""
    return min(60, len(task.make(0, None).inputs))


def test_all_tasks_are_found() -> None:
    expected = {"moons", "xor", "spiral", "circles", "blobs", "two-sample-regression"}
    expected |= {"digits", "iris", "wine", "breast-cancer", "diabetes"}
    assert expected <= set(TASKS)


def test_an_unknown_task_names_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        TASKS.find("mons")
    assert "'moons'" in caught.value.text.en


@every_task
def test_shapes_and_kind_are_those_promised(task: Task) -> None:
    data = task.make(0, None)
    assert data.kind == task.kind
    assert data.inputs.dtype == np.float32
    assert data.inputs.ndim == 2
    assert len(data.targets) == len(data.inputs)
    assert np.isfinite(data.inputs).all()
    if task.kind == "regression":
        assert data.targets.dtype == np.float32
    else:
        assert set(data.targets.tolist()) == set(range(len(data.classes)))


@every_task
def test_the_seed_alone_decides(task: Task) -> None:
    count = some(task)
    first, again = task.make(7, count), task.make(7, count)
    assert len(first.inputs) == count
    assert first.fingerprint == again.fingerprint
    available = len(task.make(7, None).inputs)
    made_here = "scikit-learn" not in task.source
    if made_here or count < available:
        assert first.fingerprint != task.make(8, count).fingerprint


@every_task
def test_it_speaks_both_languages(task: Task) -> None:
    assert task.about.en.endswith((".", "?"))
    assert task.about.ko.endswith(("다.", "요.", "?"))
    assert any("가" <= letter <= "힣" for letter in task.about.ko)
    assert task.source


@every_task
def test_it_splits_and_both_parts_know_every_class(task: Task) -> None:
    split = task.make(1, some(task)).split(seed=2)
    assert np.isfinite(split.train_inputs).all()
    assert np.isfinite(split.validation_inputs).all()
    if task.kind != "regression":
        assert set(split.train_targets.tolist()) == set(split.validation_targets.tolist())


@every_task
@pytest.mark.parametrize("samples", [0, -5, 10**9, 2.5])
def test_an_impossible_number_of_samples_is_one_sentence(task: Task, samples: float) -> None:
    with pytest.raises(BadInput) as caught:
        task.make(0, samples)
    assert str(samples) in caught.value.text.en


@pytest.mark.parametrize("name", ["digits", "iris", "wine", "breast-cancer", "diabetes"])
def test_without_scikit_learn_the_message_says_how_to_get_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(BadInput) as caught:
        TASKS.find(name).make(0, None)
    assert "pip install scikit-learn" in caught.value.text.en


def nearest_neighbour_accuracy(task: Task) -> float:
    split = task.make(0, None).split()
    gaps = ((split.validation_inputs[:, None] - split.train_inputs[None]) ** 2).sum(axis=2)
    return float(np.mean(split.train_targets[gaps.argmin(axis=1)] == split.validation_targets))


def linear_accuracy(task: Task) -> float:
    """Least squares on class indicators: a straight line between classes."""
    split = task.make(0, None).split()
    wanted = np.eye(int(split.train_targets.max()) + 1)[split.train_targets]
    one = np.ones((len(split.train_inputs), 1))
    weights = np.linalg.lstsq(np.hstack([split.train_inputs, one]), wanted, rcond=None)[0]
    one = np.ones((len(split.validation_inputs), 1))
    said = (np.hstack([split.validation_inputs, one]) @ weights).argmax(axis=1)
    return float(np.mean(said == split.validation_targets))


@pytest.mark.parametrize("name", ["xor", "spiral", "circles"])
def test_what_is_said_to_need_bends_cannot_be_told_by_a_line(name: str) -> None:
    task = TASKS.find(name)
    assert linear_accuracy(task) < 0.7
    assert nearest_neighbour_accuracy(task) > 0.9


def test_blobs_can_be_told_by_straight_lines() -> None:
    assert linear_accuracy(TASKS.find("blobs")) > 0.9


def test_two_samples_are_both_learned_and_judged() -> None:
    split = TASKS.find("two-sample-regression").make(0, None).split()
    assert split.train_inputs.shape == (2, 2)
    assert np.array_equal(split.train_targets, split.validation_targets)
    assert np.allclose(np.sort(split.train_targets[:, 0]), [-1, 1])


def test_a_task_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        TASKS.find("xor").id = "and"
