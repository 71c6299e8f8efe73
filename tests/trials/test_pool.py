"""Models of a factory on a pool of processes: the outcomes of one process, whatever is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from trials import models
from trials.stored import facts

from livegrad.errors import BadInput, UnknownName
from livegrad.trials.comparing_models import compare_models
from livegrad.trials.pool import sendable, train_models
from livegrad.trials.running import Progress
from livegrad.trials.task import TASKS
from livegrad.trials.trial import Outcome, Recipe, Trial

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402 - after the check

from livegrad.trials.factory_torch import Job  # noqa: E402

DATA = TASKS.find("moons").make(0, 100)
MOONS = DATA.split()
NAMES = {"relu": "relu", "Mish": nn.Mish}


def trials(steps: int = 20, seeds: int = 2) -> list[Trial]:
    recipes = [Recipe(activation=name, steps=steps, batch_size=16, lr=0.01) for name in NAMES]
    return [Trial(recipe=r, seed=s, data=MOONS.fingerprint) for s in range(seeds) for r in recipes]


def job(build: Any) -> Job:
    return Job(build, MOONS, NAMES)  # type: ignore[arg-type]


def told_of(parts: Iterator[list[tuple[Trial, Outcome]]]) -> dict[str, object]:
    """Return the facts of each outcome by its key, once it is sure that each came once."""
    pairs = [pair for part in parts for pair in part]
    assert all(trial.key == outcome.key for trial, outcome in pairs)
    assert len({trial.key for trial, _ in pairs}) == len(pairs)
    return {outcome.key: facts(outcome) for _, outcome in pairs}


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes of pytest's own script import what this one can."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def alone() -> dict[str, object]:
    return told_of(train_models(trials(), job(models.network), workers=1))


def test_a_killed_worker_costs_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "killed"
    monkeypatch.setenv("LIVEGRAD_TEST_MARK", str(mark))
    seen = list[Progress]()
    parts = train_models(trials(), job(models.dying_once), workers=2, told=seen.append)  # type: ignore[arg-type]
    assert told_of(parts) == alone()
    assert int(mark.read_text()) != os.getpid()
    assert (seen[-1].done, seen[-1].total) == (80, 80)


def test_a_model_that_kills_every_worker_is_given_up() -> None:
    with pytest.raises(BadInput, match=r"from seed 1 lost 3 worker processes"):
        told_of(train_models(trials()[2:], job(models.dying), workers=2))


def test_a_build_that_raises_in_a_worker_is_told_in_one_sentence() -> None:
    with pytest.raises(
        BadInput, match=r"^build ended with RuntimeError: no layer for seed 0"
    ) as told:
        told_of(train_models(trials(), job(models.raising), workers=2))
    assert "\n" not in str(told.value)


def test_workers_stop_within_a_step_when_told() -> None:
    def told(progress: Progress) -> bool:
        return progress.done < 5

    assert not told_of(train_models(trials(steps=10**6), job(models.network), workers=2, told=told))


def test_this_process_tells_and_stops_too() -> None:
    seen = list[int]()

    def told(progress: Progress) -> bool:
        seen.append(progress.done)
        return progress.done < 30

    found = told_of(train_models(trials(), job(models.network), workers=1, told=told))
    assert len(found) == 1
    assert seen == [*range(20), 20, *range(20, 31)]


def test_no_trials_need_no_process() -> None:
    assert list(train_models([], job(models.network), workers=2)) == []


def test_what_other_processes_cannot_import_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sendable(job(models.network))
    assert not sendable(job(lambda activation, _: activation()))
    script = SimpleNamespace(__file__="script.py")
    monkeypatch.setattr(models.network, "__module__", "__main__")
    for main, sent in ((script, True), (SimpleNamespace(), False)):
        monkeypatch.setattr(main, "network", models.network, raising=False)
        monkeypatch.setitem(sys.modules, "__main__", main)  # type: ignore[arg-type]
        assert sendable(job(models.network)) is sent


SCRIPT = """
import sys
from torch import nn
from livegrad.errors import BadInput
from livegrad.trials.comparing_models import compare_models
from livegrad.trials.task import TASKS

def build(activation, seed):
    return nn.Sequential(nn.Linear(2, 4), activation(), nn.Linear(4, 1))

{guard}
    try:
        found = compare_models(
            build, TASKS.find("moons").make(0, 60), activations=["relu", "tanh"], seeds=2, steps=5, workers=2
        )
        print(len(found.trials))
    except BadInput as error:
        print(error.text.en)
"""


@pytest.mark.parametrize(
    ("guard", "said"),
    [('if __name__ == "__main__":', "4"), ("if True:", "under if __name__ == '__main__'")],
)
def test_a_script_needs_its_guard_and_is_told_so(tmp_path: Path, guard: str, said: str) -> None:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT.format(guard=guard))
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=True)
    assert said in done.stdout.splitlines()[-1]


def test_a_build_that_a_worker_cannot_import_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = SimpleNamespace(network=models.network)
    monkeypatch.setitem(sys.modules, "hidden_module", hidden)  # type: ignore[arg-type]
    monkeypatch.setattr(models.network, "__module__", "hidden_module")
    with pytest.raises(
        BadInput, match=r"cannot load .* No module named 'hidden_module'\. Put build"
    ):
        told_of(train_models(trials(), job(models.network), workers=2))


# ------------------------------------------------------------ compare_models


def compared(build: Any = models.network, **given: Any) -> Any:
    given = {"activations": ["relu", nn.Mish], "seeds": 2, "steps": 20, "workers": 1, **given}
    return compare_models(build, given.pop("X", DATA), given.pop("y", None), **given)


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
