"""Trials on several machines: cut into tasks of a second or more, and sent to a Ray cluster.

Ray's tasks are used alone, without Ray Tune: a task costs Ray about a millisecond, a trial in the engine less. Nothing
is stored on the workers. Each task is a function of its trials and the data, so that Ray may run it again on another
machine when a worker or a node is lost, and nobody notices but the clock.
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import os
import pickle
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from livegrad import __version__
from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.ray_address import check_answers
from livegrad.trials.running import Progress, architecture_of, populations_of, run
from livegrad.trials.trial import Outcome, Trial

if TYPE_CHECKING:
    from livegrad.trials.splitting import Split

__all__ = ["connected", "run_on_ray"]

_LANES = 16  # networks that the engine trains in one vector, at most
_FIRST_SPEED = (
    5e9  # operations a second, until a task has told; a slow guess makes a short first task
)
_TRIES = 10  # that a task is run again after lost workers or nodes, before it is given up
_A_PROCESSOR = 2  # tasks sent for each: one that runs, one that waits beside it
_POLL = 0.05  # seconds between two looks at whether the run is to be stopped

_NO_RAY = Text(
    "Ray is not installed, and a cluster was asked for. Install it: pip install 'livegrad[ray]'",
    "클러스터(cluster)를 쓰려면 Ray가 필요한데 설치되어 있지 않습니다. 설치하세요: "
    "pip install 'livegrad[ray]'",
)
_NOT_JOINED = Text(
    "This process could not join a Ray cluster at '{address}': {error}. Run it on a machine of the cluster, with "
    "the same versions of Python and Ray; from outside give 'ray://HOST:10001'.",
    "이 프로세스가 '{address}'의 Ray에 들어가지 못했습니다: {error}. 클러스터(cluster)에 속한 컴퓨터에서 "
    "같은 버전의 Python과 Ray로 실행하세요. 바깥에서는 'ray://HOST:10001' 형식의 주소를 쓰세요.",
)
_BROKEN = Text(
    "A task of {count} trials failed on the cluster: {error}. Install livegrad {version} on every node; what is "
    "stored stays, and the same call goes on from there.",
    "실험 {count}개짜리 작업(task)이 클러스터(cluster)에서 실패했습니다: {error}. 모든 노드에 livegrad {version:을/를} "
    "설치하세요. 저장된 것은 그대로 남아 있고, 같은 호출로 이어서 할 수 있습니다.",
)
_VERSIONS = Text(
    "A worker of the cluster has livegrad {theirs}, and here it is {ours}: their outcomes must not be mixed. Install "
    "livegrad=={ours} on every node.",
    "클러스터(cluster)의 한 작업자(worker)에는 livegrad {theirs:이/가}, 여기에는 {ours:이/가} 설치되어 있습니다. 결과가 "
    "섞이면 안 됩니다. 모든 노드에 livegrad=={ours:을/를} 설치하세요.",
)


def run_on_ray(
    trials: Iterable[Trial],
    split: Split | Mapping[str, Split],
    *,
    address: str | None,
    told: Callable[[Progress], bool | None] | None = None,
    seconds_a_task: float = 2.0,
) -> Iterator[list[tuple[Trial, Outcome]]]:
    """Train trials on a Ray cluster, and yield outcomes as tasks are done.

    As `livegrad.trials.running.run`, with the same outcomes to the last bit on processors of the same kind.
    Processors with other vector instructions, and workers without the native engine, which are slower, round otherwise.

    Args:
        trials: All on the data of `split`.
        split: Data to learn from and to be judged by, or several splits by `Trial.data`; sent to each node once.
        address: ``"host:6379"``, ``"ray://host:10001"`` from outside, ``"auto"``; None: a cluster of this
            machine alone. A process that is already connected stays with its cluster.
        told: Called some twenty times a second with the progress; returning False stops the run.
        seconds_a_task: How long a task shall take, from which the number of its trials follows.

    Yields:
        Trials with their outcomes, a task at a time, each trial once. Leaving the loop, or an interrupt,
        cancels what is under way.

    Raises:
        BadInput: As `run`; Ray is not installed, nothing answers at the address (said within half a
            minute), the nodes have another livegrad, or a task failed again and again.

    Example:
        >>> from livegrad.trials.task import TASKS
        >>> split = TASKS.find("moons").make(0, 100).split()
        >>> list(run_on_ray([], split, address="nowhere:6379"))  # no trials, no connection
        []
    """
    by_data = dict[str, list[Trial]]()
    for trial in trials:
        by_data.setdefault(trial.data, []).append(trial)
    splits = split if isinstance(split, Mapping) else dict.fromkeys(by_data, split)
    blocks = list[list[Trial]]()
    for name, own in by_data.items():
        populations = populations_of(own, splits[name], workers=1)
        alike = itertools.groupby(itertools.chain.from_iterable(populations), key=_shape)
        blocks += [block for _, group in alike for block in _blocks(group)]
    if not blocks:
        return
    with connected(address) as ray:
        yield from _Sweep(ray, splits, blocks, seconds_a_task).outcomes(told)


def _trained(trials: Sequence[Trial], split: Split) -> tuple[str, float, bytes]:
    """Run on a worker: its livegrad, the seconds of training, and the outcomes as bytes.

    Bytes, because Ray keeps arrays in its shared memory for as long as one of them is in use.
    """
    began = time.perf_counter()
    outcomes = [outcome for part in run(trials, split, workers=1) for _, outcome in part]
    return __version__, time.perf_counter() - began, pickle.dumps(outcomes)


def _blocks(group: Iterable[Trial]) -> Iterator[list[Trial]]:
    """Cut trials of one shape into parts that go to one worker whole.

    Networks of one activation that fill a vector stay together: one that is half empty costs as much as a
    full one.
    """
    by_activation = dict[str, list[Trial]]()
    for trial in group:
        by_activation.setdefault(trial.recipe.activation, []).append(trial)
    for alike in by_activation.values():
        starts = [*range(0, max(1, len(alike) - _LANES + 1), _LANES), len(alike)]
        for start, stop in itertools.pairwise(starts):
            yield alike[start:stop]


@dataclass
class _Shape:
    """How fast networks of one shape are trained, measured by the tasks that are done."""

    work: float = 0.0
    seconds: float = 0.0

    @property
    def speed(self) -> float:
        return self.work / self.seconds if self.seconds else _FIRST_SPEED


class _Sweep:
    """One run: what waits, what is under way, and how long it takes."""

    def __init__(
        self,
        ray: Any,
        splits: Mapping[str, Split],
        blocks: list[list[Trial]],
        seconds_a_task: float,
    ) -> None:
        self._ray, self._splits, self._seconds = ray, splits, seconds_a_task
        self._sent = dict[str, Any]()  # the splits that the cluster has
        self._waiting = deque(blocks)
        self._under_way = dict[Any, list[Trial]]()
        self._shapes = dict[object, _Shape]()
        self._total = sum(_steps(block) for block in blocks)

    def outcomes(
        self, told: Callable[[Progress], bool | None] | None
    ) -> Iterator[list[tuple[Trial, Outcome]]]:
        began, done = time.perf_counter(), 0
        remote = self._ray.remote(
            num_cpus=1, max_retries=_TRIES, retry_exceptions=[MemoryError, OSError]
        )(_trained)
        try:
            while self._waiting or self._under_way:
                self._send(remote)
                ready, _ = self._ray.wait(list(self._under_way), timeout=_POLL)
                for reference in ready:
                    part = self._received(reference)
                    done += _steps([trial for trial, _ in part])
                    yield part
                progress = Progress(done, self._total, time.perf_counter() - began)
                if told is not None and told(progress) is False:
                    return
        finally:
            self._cancel()

    def _send(self, remote: Any) -> None:
        """Keep every processor busy; asked anew each time, since nodes come and go."""
        if not self._waiting:
            return
        processors = int(self._ray.cluster_resources().get("CPU", 1))
        while self._waiting and len(self._under_way) < _A_PROCESSOR * max(1, processors):
            task = self._next_task()
            name = task[0].data
            if name not in self._sent:
                self._sent[name] = self._ray.put(self._splits[name])
            self._under_way[remote.remote(task, self._sent[name])] = task

    def _next_task(self) -> list[Trial]:
        """Take blocks of one shape and one split, as many as are trained in the time of a task."""
        task = self._waiting.popleft()
        shape, data = _shape(task[0]), task[0].data
        budget = self._seconds * self._shapes.setdefault(shape, _Shape()).speed
        while self._waiting and (_shape(self._waiting[0][0]), self._waiting[0][0].data) == (
            shape,
            data,
        ):
            if self._work(task) + self._work(self._waiting[0]) > budget:
                break
            task = task + self._waiting.popleft()
        return task

    def _work(self, trials: Sequence[Trial]) -> float:
        """Operations of a training, activations not counted; all trials of one shape."""
        recipe, split = trials[0].recipe, self._splits[trials[0].data]
        architecture = architecture_of(recipe, split)
        batch = min(recipe.batch_size, len(split.train_inputs))
        return float(len(trials) * recipe.steps * architecture.operations(batch))

    def _received(self, reference: Any) -> list[tuple[Trial, Outcome]]:
        task = self._under_way.pop(reference)
        try:
            version, seconds, packed = self._ray.get(reference)
        except self._ray.exceptions.RayError as error:
            said = _BROKEN.fill(count=len(task), error=_last_line(error), version=__version__)
            raise BadInput(said) from error
        if version != __version__:
            raise BadInput(_VERSIONS.fill(theirs=version, ours=__version__))
        shape = self._shapes[_shape(task[0])]
        shape.work, shape.seconds = shape.work + self._work(task), shape.seconds + seconds
        outcomes = pickle.loads(packed)  # noqa: S301 - written by our own worker
        return list(zip(task, outcomes, strict=True))

    def _cancel(self) -> None:
        for reference in self._under_way:
            # by force: native code does not see a polite request
            with contextlib.suppress(self._ray.exceptions.RayError, RuntimeError, ValueError):
                self._ray.cancel(reference, force=True)
        self._under_way.clear()


def _shape(trial: Trial) -> object:
    """What trials of one task have in common; see `livegrad.trials.running`."""
    r = trial.recipe
    return r.hidden, r.optimizer, r.weight_decay, r.batch_size, r.steps, r.norm, r.skip


def _steps(trials: Sequence[Trial]) -> int:
    return sum(trial.recipe.steps for trial in trials)


def _last_line(error: BaseException) -> str:
    """Return what happened: Ray puts the worker's traceback before it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__).rstrip(".")


@contextlib.contextmanager
def connected(address: str | None) -> Iterator[Any]:
    """Give Ray, connected to a cluster; a connection made here ends with the block.

    Around several calls of `run_on_ray` it saves them a second each.

    Args:
        address: As for `run_on_ray`. A process that is already connected stays with its cluster.

    Raises:
        BadInput: Ray is not installed, nothing answers, or this process cannot join.

    Example:
        >>> try:
        ...     with connected("localhost"):
        ...         pass
        ... except BadInput:
        ...     print("no address, or no Ray")
        no address, or no Ray
    """
    try:
        ray = importlib.import_module("ray")
    except ImportError as error:
        raise BadInput(_NO_RAY) from error
    if ray.is_initialized():
        yield ray
        return
    check_answers(address)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # a cluster of our own reports to nobody
    try:
        with warnings.catch_warnings(action="ignore"):  # Ray's own, about versions to come
            ray.init(address=address, logging_level="ERROR", log_to_driver=False)
    except Exception as error:
        said = {"address": address or "local", "error": _last_line(error)}
        raise BadInput(_NOT_JOINED.fill(**said)) from error
    try:
        yield ray
    finally:
        ray.shutdown()
