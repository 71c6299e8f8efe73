"""How trials are cut into tasks, and what is said where no cluster can be had; without Ray."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from trials.stored import facts

from livegrad.errors import BadInput
from livegrad.trials import on_ray
from livegrad.trials.on_ray import run_on_ray
from livegrad.trials.plan import Plan
from livegrad.trials.ray_address import check_answers
from livegrad.trials.running import Progress, run
from livegrad.trials.splits import Splits
from livegrad.trials.task import TASKS
from livegrad.trials.trial import Outcome, Recipe, Trial

SPLIT = TASKS.find("moons").make(0, 80).split()


def trials(seeds: int, *names: str, hidden: tuple[int, ...] = (8,), steps: int = 20) -> list[Trial]:
    return [
        Trial(
            recipe=Recipe(activation=name, hidden=hidden, steps=steps),
            seed=seed,
            data=SPLIT.fingerprint,
        )
        for seed in range(seeds)
        for name in names
    ]


class LostError(Exception):
    """What Ray raises for a task that was lost for good."""


class OneProcess:
    """As much of Ray as a sweep asks for; tasks are done when they are waited for, the last first."""

    exceptions = SimpleNamespace(RayError=LostError)

    def __init__(self, processors: int = 2, seconds: float | None = None) -> None:
        self.processors, self.seconds = processors, seconds
        self.sent, self.cancelled, self.most = list[Any](), list[Any](), 0
        self.fails = False

    def put(self, value: object) -> object:
        return value

    def is_initialized(self) -> bool:
        return True

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": self.processors}

    def remote(self, **_: Any) -> Any:
        def of(function: Any) -> Any:
            return SimpleNamespace(remote=lambda *given: self.send(function, given))

        return of

    def send(self, function: Any, given: tuple[Any, ...]) -> int:
        self.sent.append((function, given))
        return len(self.sent) - 1

    def wait(self, references: list[int], timeout: float) -> tuple[list[int], list[int]]:
        assert timeout < 0.1
        self.most = max(self.most, len(references))
        return references[-1:], references[:-1]

    def get(self, reference: int) -> tuple[str, float, bytes]:
        if self.fails:
            message = "Traceback of a worker\nIt died."
            raise LostError(message)
        function, given = self.sent[reference]
        version, seconds, packed = function(*given)
        return version, seconds if self.seconds is None else self.seconds, packed

    def cancel(self, reference: int, *, force: bool) -> None:
        assert force
        self.cancelled.append(reference)


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> OneProcess:
    cluster = OneProcess()
    monkeypatch.setitem(sys.modules, "ray", cluster)  # type: ignore[arg-type]
    return cluster


def outcomes(parts: Iterator[list[tuple[Trial, Outcome]]]) -> list[tuple[Trial, object]]:
    return [(trial, facts(outcome)) for part in parts for trial, outcome in part]


def tasks(cluster: OneProcess) -> list[Sequence[Trial]]:
    return [given[0] for _, given in cluster.sent]


def test_the_outcomes_are_those_of_a_run_here(ray: OneProcess) -> None:
    given = [*trials(37, "relu", "prelu"), *trials(5, "tanh", "relu", hidden=(40, 40))]
    found = outcomes(run_on_ray(given, SPLIT, address=None, seconds_a_task=1e-6))
    expected = outcomes(run(given, SPLIT, workers=1))
    assert sorted(found, key=lambda pair: pair[0].key) == sorted(expected, key=lambda p: p[0].key)
    assert [len(task) for task in tasks(ray)] == [16, 21, 16, 21, 5, 5]
    assert not ray.cancelled


def test_several_splits_are_trained_at_once_and_a_task_holds_one_of_them(ray: OneProcess) -> None:
    splits = Splits(data=TASKS.find("moons").make(0, 60), asked=3)
    plan = Plan(activations=("relu", "tanh"), hidden=((6,),), rates=(0.01,), seeds=9, steps=20)
    given = list(plan.trials(plan.recipes(), splits.fingerprints))
    by_name = {name: splits.named(name) for name in splits.fingerprints}
    found = dict(outcomes(run_on_ray(given, by_name, address=None, seconds_a_task=100)))
    assert [len({trial.data for trial in task}) for task in tasks(ray)] == [1] * 3
    for name, split in by_name.items():
        own = [trial for trial in given if trial.data == name]
        assert all(found[trial] == same for trial, same in outcomes(run(own, split, workers=1)))


def test_full_vectors_of_one_activation_stay_together() -> None:
    found = list(on_ray._blocks(trials(37, "relu", "tanh")))
    assert [len(block) for block in found] == [16, 21, 16, 21]
    assert all(len({trial.recipe.activation for trial in block}) == 1 for block in found)
    assert [len(block) for block in on_ray._blocks(trials(5, "relu"))] == [5]


def test_tasks_grow_to_the_time_that_they_shall_take(
    ray: OneProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray.seconds = 0.01  # whatever a task holds
    monkeypatch.setattr(
        on_ray, "_FIRST_SPEED", 1.0
    )  # so slow that the first tasks are single blocks
    given = trials(1600, "relu", steps=1)
    assert len(outcomes(run_on_ray(given, SPLIT, address=None, seconds_a_task=0.04))) == 1600
    sizes = [len(task) for task in tasks(ray)]
    assert sizes[:4] == [16] * 4
    assert sizes[4] == 64  # one took 0.01 s, so four of them fit
    assert max(sizes) > 64


def test_no_more_is_sent_than_keeps_the_processors_busy(ray: OneProcess) -> None:
    ray.processors = 3
    outcomes(run_on_ray(trials(320, "relu"), SPLIT, address=None, seconds_a_task=1e-9))
    assert ray.most == 6


def test_a_task_holds_networks_of_one_shape(ray: OneProcess) -> None:
    given = [*trials(3, "relu"), *trials(3, "relu", hidden=(9,)), *trials(3, "tanh", steps=21)]
    outcomes(run_on_ray(given, SPLIT, address=None, seconds_a_task=100))
    assert [len({(t.recipe.hidden, t.recipe.steps) for t in task}) for task in tasks(ray)] == [
        1
    ] * 3


def test_progress_is_told_and_may_stop_the_run(ray: OneProcess) -> None:
    seen = list[Progress]()

    def told(progress: Progress) -> bool:
        seen.append(progress)
        return len(seen) < 2

    found = outcomes(
        run_on_ray(trials(160, "relu"), SPLIT, address=None, told=told, seconds_a_task=1e-9)
    )
    assert [(p.done, p.total) for p in seen] == [(320, 3200), (640, 3200)]
    assert len(found) == 32
    assert len(ray.cancelled) == len(ray.sent) - 2


def test_leaving_the_loop_cancels_what_is_under_way(ray: OneProcess) -> None:
    parts = run_on_ray(trials(160, "relu"), SPLIT, address=None, seconds_a_task=1e-9)
    next(parts)
    parts.close()  # type: ignore[attr-defined]
    assert len(ray.cancelled) == len(ray.sent) - 1 > 0


def test_a_lost_task_is_told_in_a_sentence(ray: OneProcess) -> None:
    ray.fails = True
    with pytest.raises(BadInput, match=r"trials failed on the cluster: It died\. Install"):
        outcomes(run_on_ray(trials(160, "relu"), SPLIT, address=None, seconds_a_task=1e-9))
    assert len(ray.cancelled) == len(ray.sent) - 1


def test_another_version_is_refused(ray: OneProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = run_on_ray(trials(2, "relu"), SPLIT, address=None)
    monkeypatch.setattr(ray, "get", lambda _: ("0.0.1", 1.0, b""))
    with pytest.raises(BadInput, match=r"has livegrad 0\.0\.1, and here"):
        list(parts)


def test_impossible_recipes_are_refused_before_anything_is_sent(ray: OneProcess) -> None:
    with pytest.raises(BadInput, match="steps = 0"):
        list(run_on_ray(trials(2, "relu", steps=0), SPLIT, address=None))
    assert not ray.sent


def test_without_ray_the_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(BadInput, match=r"pip install 'livegrad\[ray\]'"):
        list(run_on_ray(trials(2, "relu"), SPLIT, address=None))


def test_a_cluster_that_cannot_be_joined_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def init(**_: Any) -> None:
        message = "Version mismatch:\n  Python 3.10 there."
        raise RuntimeError(message)

    stranger = SimpleNamespace(is_initialized=lambda: False, init=init)
    monkeypatch.setitem(sys.modules, "ray", stranger)  # type: ignore[arg-type]
    with pytest.raises(
        BadInput, match=r"could not join a Ray cluster at .auto.: Python 3\.10 there\. Run"
    ):
        list(run_on_ray(trials(2, "relu"), SPLIT, address="auto"))


def test_a_connection_made_here_is_closed(monkeypatch: pytest.MonkeyPatch, ray: OneProcess) -> None:
    calls = list[tuple[str, object]]()
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(
        ray, "init", lambda **given: calls.append(("init", given["address"])), raising=False
    )
    monkeypatch.setattr(ray, "shutdown", lambda: calls.append(("shutdown", None)), raising=False)
    list(run_on_ray(trials(2, "relu"), SPLIT, address="auto"))
    assert calls == [("init", "auto"), ("shutdown", None)]


# ------------------------------------------------------------ addresses


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def address_of(server: socket.socket, scheme: str = "") -> str:
    return f"{scheme}127.0.0.1:{server.getsockname()[1]}"


def answering(server: socket.socket, answer: bytes) -> threading.Thread:
    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_an_answer_in_grpc_is_enough(server: socket.socket, scheme: str) -> None:
    thread = answering(server, b"\0\0\6\4\0\0\0\0\0" + b"\0\5\0\0\x40\0")
    check_answers(address_of(server, scheme))
    thread.join()


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0\0\6"])
def test_something_else_that_listens_is_no_cluster(server: socket.socket, answer: bytes) -> None:
    thread = answering(server, answer)
    with pytest.raises(BadInput, match="does not speak gRPC"):
        check_answers(address_of(server))
    thread.join()


def test_a_port_that_keeps_silent_is_given_up(server: socket.socket) -> None:
    with pytest.raises(BadInput, match="timed out"):
        check_answers(address_of(server), seconds=0.1)


def test_a_closed_port_is_no_cluster() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = address_of(server)
    with pytest.raises(BadInput, match=f"No Ray cluster answers at '{closed}': Connection refused"):
        check_answers(closed)


@pytest.mark.parametrize(
    "address", ["", "somewhere", "host:port", "host:99999", "http://host:1", "a:1:2"]
)
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(BadInput, match=r"no address of a Ray cluster.*HOST:6379"):
        check_answers(address)


@pytest.mark.parametrize("address", [None, "auto", "local"])
def test_what_ray_finds_itself_is_left_to_it(address: str | None) -> None:
    check_answers(address)
