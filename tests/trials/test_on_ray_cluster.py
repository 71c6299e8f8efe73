"""Sweeps on a cluster of two nodes on this machine, of which one is lost; takes Ray."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from trials.clusters import Nodes, nodes
from trials.stored import facts

from livegrad.errors import BadInput
from livegrad.trials import on_ray
from livegrad.trials.on_ray import run_on_ray
from livegrad.trials.running import Progress, run
from livegrad.trials.store import Store
from livegrad.trials.task import TASKS
from livegrad.trials.trial import Outcome, Recipe, Trial

ray = pytest.importorskip("ray")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.alone,
    pytest.mark.filterwarnings("ignore"),
]  # Ray has many of its own

SPLIT = TASKS.find("moons").make(0, 200).split()


def sweep(steps: int = 1500) -> list[Trial]:
    recipes = [
        Recipe(activation=name, hidden=hidden, steps=steps)
        for name in ("relu", "tanh", "0.5 * x * (1 + tanh(x))")
        for hidden in ((16, 16), (8,))
    ]
    return [
        Trial(recipe=recipe, seed=seed, data=SPLIT.fingerprint)
        for recipe in recipes
        for seed in range(70)
    ]


TRIALS = sweep()


def local(trials: Sequence[Trial]) -> dict[str, object]:
    parts = run(trials, SPLIT, workers=1)
    return {outcome.key: facts(outcome) for part in parts for _, outcome in part}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Nodes]:
    with nodes() as started:
        yield started


@contextlib.contextmanager
def connected(cluster: Nodes) -> Iterator[None]:
    """Join at the head, the only node so far: a process falls with the node that it joined at."""
    ray.init(address=cluster.address, logging_level="ERROR", log_to_driver=False)
    try:
        yield
    finally:
        ray.shutdown()


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "trials.db")


def stored(parts: Iterator[list[tuple[Trial, Outcome]]], path: str) -> list[str]:
    """Store what comes, and return every key that came."""
    came = list[str]()
    with Store(path) as store:
        for part in parts:
            assert all(trial.key == outcome.key for trial, outcome in part)
            assert store.add(part, task="moons") == len(part)
            came += [trial.key for trial, _ in part]
    return came


def check_once(came: list[str], path: str) -> None:
    assert sorted(came) == sorted(trial.key for trial in TRIALS)
    with Store(path) as store:
        assert {row.outcome.key: facts(row.outcome) for row in store.rows()} == local(TRIALS)


def test_a_node_that_is_lost_costs_no_trial(cluster: Nodes, path: str) -> None:
    lost = list[float]()

    def told(progress: Progress) -> None:
        if progress.done and not lost and len(cluster.workers()) == 2:  # both nodes are at work
            cluster.remove_second()
            lost.append(progress.done / progress.total)

    with connected(cluster):
        cluster.add_second()
        parts = run_on_ray(TRIALS, SPLIT, address=cluster.address, told=told, seconds_a_task=0.2)
        check_once(stored(parts, path), path)
    assert 0 < lost[0] < 1


def test_killed_workers_cost_no_trial(cluster: Nodes, path: str) -> None:
    killed = list[int]()

    def told(progress: Progress) -> None:
        if len(killed) < 2 and progress.done > progress.total * len(killed) / 3:
            killed.extend(cluster.kill_a_worker())

    parts = run_on_ray(TRIALS, SPLIT, address=cluster.address, told=told, seconds_a_task=0.2)
    check_once(stored(parts, path), path)
    assert len(set(killed)) == 2


def test_a_run_that_is_stopped_leaves_no_task_and_goes_on_later(cluster: Nodes, path: str) -> None:
    seen = list[Progress]()

    def told(progress: Progress) -> bool:
        seen.append(progress)
        return progress.done == 0

    options = {"address": cluster.address, "seconds_a_task": 0.1}
    first = stored(run_on_ray(TRIALS, SPLIT, told=told, **options), path)  # type: ignore[arg-type]
    assert 0 < len(first) < len(TRIALS)
    assert seen[-1].total == sum(trial.recipe.steps for trial in TRIALS)
    ends = time.monotonic() + 60
    while cluster.workers():
        assert time.monotonic() < ends
        time.sleep(0.01)
    with Store(path) as store:
        missing = store.missing(TRIALS)
    second = stored(run_on_ray(missing, SPLIT, **options), path)  # type: ignore[arg-type]
    assert sorted(first + second) == sorted(trial.key for trial in TRIALS)


def test_workers_of_another_version_are_refused(
    cluster: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_ray, "__version__", "99.0")
    with pytest.raises(BadInput, match=r"livegrad==99\.0"):
        list(run_on_ray(TRIALS[:5], SPLIT, address=cluster.address))


def test_a_task_that_fails_is_told_in_a_sentence(
    cluster: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        message = "no such thing here"
        raise ValueError(message)

    monkeypatch.setattr(on_ray, "_trained", broken)
    with pytest.raises(BadInput, match="no such thing here") as told:
        list(run_on_ray(TRIALS[:5], SPLIT, address=cluster.address))
    assert "\n" not in str(told.value)


def test_a_connection_that_is_there_is_used_and_left_open(cluster: Nodes) -> None:
    with connected(cluster):
        parts = list(run_on_ray(TRIALS[:5], SPLIT, address=cluster.address))
        assert [outcome.key for part in parts for _, outcome in part] == [t.key for t in TRIALS[:5]]
        assert ray.is_initialized()
