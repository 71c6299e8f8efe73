"""Models of one's own compared: paired, ranked and told like the small networks."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from trials import models
from trials.stored import facts

from livegrad.errors import BadInput, UnknownName
from livegrad.trials.comparing_models import compare_models
from livegrad.trials.task import TASKS

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402 - after the check

DATA = TASKS.find("moons").make(0, 100)
MOONS = DATA.split()


def compared(build: Any = models.network, **given: Any) -> Any:
    given = {"activations": ["relu", nn.Mish], "seeds": 2, "steps": 20, "workers": 1, **given}
    return compare_models(build, given.pop("X", DATA), given.pop("y", None), **given)


@pytest.mark.slow
def test_digits_are_compared_on_two_processes_as_on_one() -> None:
    sklearn = pytest.importorskip("sklearn.datasets")
    bunch = sklearn.load_digits()
    X, y = bunch.images[:300, None], bunch.target[:300]
    given = {"X": X, "y": y, "kind": "classes", "activations": ["relu", "maxout"], "name": "digits"}
    found = compared(models.convolutional, workers=2, **given)
    again = compared(models.convolutional, **given)
    assert found.ranking == again.ranking
    assert [facts(o) for _, o in found.trials] == [facts(o) for _, o in again.trials]
    assert {candidate.name for candidate in found.candidates} == {"relu", "maxout"}
    assert (found.data, found.measure, found.features) == ("digits", "accuracy", 64)
    assert found.network_steps == 80
    assert {(t.recipe.activation, t.seed) for t, _ in found.trials} == {
        (name, seed) for name in ("relu", "maxout") for seed in range(2)
    }
    assert any("one scale" in remark.en for remark in found.remarks)


def test_a_rate_may_be_given_for_each() -> None:
    found = compared(lr={"relu": 0.01, "Mish": 0.02})
    assert {c.name: c.recipe.lr for c in found.candidates} == {"relu": 0.01, "Mish": 0.02}
    assert not any("learning rate" in remark.en for remark in found.remarks)
    assert any("learning rate 0.001" in remark.en for remark in compared().remarks)
    with pytest.raises(
        BadInput, match=r"no learning rate for the activation 'Mish'.*\{'Mish': 0\.001"
    ):
        compared(lr={"relu": 0.01})


def test_tables_data_sets_and_splits_give_the_same() -> None:
    rows = np.column_stack([DATA.inputs[:, 0], DATA.inputs[:, 1]])
    scores = [
        [facts(outcome)[1:] for _, outcome in compared(**given).trials]  # type: ignore[index]
        for given in ({"X": DATA}, {"X": MOONS}, {"X": rows, "y": DATA.targets, "kind": "binary"})
    ]
    assert scores[0] == scores[1]
    assert len(scores[2]) == 4


def test_numbers_are_compared_by_r_squared() -> None:
    x = np.linspace(-1, 1, 80)[:, None]
    found = compared(X=x, y=x[:, 0] ** 2, steps=60, lr=0.01)
    assert (found.measure, found.kind) == ("R²", "regression")
    assert found.target > 0


def test_a_build_of_a_notebook_is_trained_here_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("livegrad.trials.comparing_models.workers_here", lambda: 2)
    found = compared(lambda activation, _: models.network(activation, 0), workers=None)
    assert any("one after another" in remark.en for remark in found.remarks)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"activations": ["relu", "relu"]}, "1 different activations were given"),
        ({"activations": ["relu", type("relu", (nn.Mish,), {})]}, "are called 'relu'"),
        ({"activations": ["relu", 3]}, "3 is no activation"),
        ({"seeds": 1}, "seeds = 1 is not possible"),
        ({"steps": 0}, "steps = 0 is not possible"),
        ({"lr": -1.0}, "lr = -1.0 is not possible"),
        ({"build": 3}, "build is 3; it must be a function"),
        ({"told": lambda _: False}, "stopped after 0 of 4 models"),
    ],
)
def test_what_cannot_be_compared_is_told(given: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        compared(**given)


def test_unknown_names_are_told_before_any_training() -> None:
    with pytest.raises(UnknownName, match="reluu"):
        compared(activations=["relu", "reluu"])


def test_without_pytorch_the_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "livegrad.trials.factory_torch", None)
    with pytest.raises(BadInput, match=r"pip install 'livegrad\[torch\]'"):
        compared()
