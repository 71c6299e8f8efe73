"""Models too large for the engine, trained by a pool of processes: one for each core, each with one thread.

A process that is killed takes nothing along: the models that were under way are trained again by new processes.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.running import Progress, workers_here
from livegrad.trials.trial import Outcome, Trial

__all__ = ["Job", "sendable", "train_models"]

_POLL = 0.05  # seconds between two looks at whether the run is to be stopped
_LIVES = 3  # processes that may be lost with one model before it is given up
_MOST_WORKERS = 61  # that Windows can wait for at once

_NOT_STARTED = Text(
    "The worker processes could not start, perhaps because each of them runs the script again. Put the call under "
    "if __name__ == '__main__': or give workers=1.",
    "작업 프로세스를 시작하지 못했습니다. 프로세스마다 스크립트를 다시 실행하기 때문일 수 있습니다. 호출을 "
    "if __name__ == '__main__': 아래에 두거나 workers=1을 주세요.",
)
_NOT_LOADED = Text(
    "Worker processes cannot load what they shall train: {error}. Put build into a file that can be imported, or "
    "give workers=1.",
    "작업 프로세스가 학습할 것을 불러오지 못합니다: {error}. build를 import할 수 있는 파일에 두거나 workers=1을 "
    "주세요.",
)
_KILLED = Text(
    "Training the activation '{name}' from seed {seed} lost {count} worker processes, the last with no word: "
    "they may be short of memory. Give fewer workers, or a smaller model or batch.",
    "활성화 함수(activation) '{name}'을 시드(seed) {seed}에서 학습하다가 작업 프로세스 {count}개가 말없이 "
    "끝났습니다. 메모리가 모자란 것일 수 있습니다. workers를 줄이거나, 모델이나 배치(batch)를 작게 하세요.",
)


class Job(Protocol):
    """What is to be done with each trial; pickled for other processes."""

    def trained(self, trial: Trial, told: Callable[[int], bool | None]) -> Outcome | None:
        """Train a trial; ``told`` is called before each step, and returning False stops it: then None."""
        ...


def train_models(
    trials: Iterable[Trial],
    job: Job,
    *,
    workers: int | None = None,
    told: Callable[[Progress], bool | None] | None = None,
) -> Iterator[list[tuple[Trial, Outcome]]]:
    """Train models, and yield outcomes as they are done.

    As `livegrad.trials.running.run`, for models of another kind (`livegrad.trials.factory_torch`).

    Args:
        trials: What the job can train.
        job: How it is done; the same outcome in every process.
        workers: Processes; by default as many as there are processors, or 1, this one, where the job
            cannot be sent (`sendable`).
        told: Called with the progress, some twenty times a second, or before each step where this process
            trains; returning False stops the run.

    Yields:
        Trials with their outcomes, each trial once. Models that were stopped are not yielded.

    Raises:
        BadInput: A model cannot be built or trained, workers cannot start, or are lost again and again.

    Example:
        >>> from torch import nn
        >>> from livegrad.trials.factory_torch import Job
        >>> from livegrad.trials.task import TASKS
        >>> from livegrad.trials.trial import Recipe
        >>> split = TASKS.find("moons").make(0, 100).split()
        >>> job = Job(lambda activation, seed: nn.Linear(2, 1), split, {"relu": "relu"})
        >>> trial = Trial(recipe=Recipe(activation="relu", steps=9), seed=0, data=split.fingerprint)
        >>> [len(part) for part in train_models([trial], job, workers=1)]
        [1]
    """
    listed = list(trials)
    workers = workers or (workers_here() if sendable(job) else 1)
    if workers == 1 or not listed:
        yield from _here(listed, job, told)
    else:
        yield from _Pool(listed, job, min(workers, len(listed), _MOST_WORKERS), told).outcomes()


def sendable(job: Job) -> bool:
    """Tell whether other processes can load a job: not a lambda's, nor one of a notebook's cells.

    Example:
        >>> from livegrad.trials.factory_torch import Job
        >>> sendable(Job(lambda activation, seed: None, None, {}))
        False
    """
    try:
        payload = pickle.dumps(job)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return b"__main__" not in payload or bool(getattr(sys.modules["__main__"], "__file__", None))


def _here(
    trials: list[Trial], job: Job, told: Callable[[Progress], bool | None] | None
) -> Iterator[list[tuple[Trial, Outcome]]]:
    """Train in this process, one after another."""
    began, done = time.perf_counter(), 0
    total = sum(trial.recipe.steps for trial in trials)
    for trial in trials:

        def report(steps: int, done: int = done) -> bool | None:
            progress = Progress(done + steps, total, time.perf_counter() - began)
            return told(progress) if told else None

        outcome = job.trained(trial, report)
        if outcome is None:
            return
        done += trial.recipe.steps
        yield [(trial, outcome)]
        if report(0, done) is False:
            return


class _Pool:
    """One run on several processes: what is left, and how far it is."""

    def __init__(
        self,
        trials: list[Trial],
        job: Job,
        workers: int,
        told: Callable[[Progress], bool | None] | None,
    ) -> None:
        self._trials, self._workers, self._told = trials, workers, told
        self._payload = pickle.dumps(job)
        self._context = multiprocessing.get_context("spawn")
        # The first number tells the workers to stop, the others say how many steps each model has made. No
        # lock guards them: a process killed with the lock would hold it for ever.
        self._board = self._context.RawArray("q", 1 + len(trials))
        self._left = dict(enumerate(trials))
        self._lost = Counter[int]()
        self._began, self._total = time.perf_counter(), sum(t.recipe.steps for t in trials)

    def outcomes(self) -> Iterator[list[tuple[Trial, Outcome]]]:
        try:
            while self._left:
                with self._processes() as pool:
                    yield from self._fed(pool)
        finally:
            self._board[0] = 1

    @contextlib.contextmanager
    def _processes(self) -> Iterator[ProcessPoolExecutor]:
        """Give new processes that have loaded the job; when the block is left, they stop within a step."""
        pool = ProcessPoolExecutor(
            self._workers, self._context, _begin, (self._payload, self._board)
        )
        try:
            self._check(pool)
            yield pool
        except BaseException:
            self._board[0] = 1
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    @staticmethod
    def _check(pool: ProcessPoolExecutor) -> None:
        try:
            problem = pool.submit(_problem).result()
        except BrokenProcessPool as error:
            raise BadInput(_NOT_STARTED) from error
        if problem:
            raise BadInput(_NOT_LOADED.fill(error=problem))

    def _fed(self, pool: ProcessPoolExecutor) -> Iterator[list[tuple[Trial, Outcome]]]:
        """Keep every process busy with one model, until all are trained or a process is lost."""
        waiting, under_way = deque(self._left), dict[Future[Outcome | None], int]()
        while waiting or under_way:
            try:
                while waiting and len(under_way) < self._workers:
                    under_way[pool.submit(_train, self._trials[waiting[0]], waiting[0])] = waiting[
                        0
                    ]
                    waiting.popleft()
                done, _ = wait(under_way, _POLL, FIRST_COMPLETED)
                part = [(self._left[under_way[future]], future.result()) for future in done]
            except BrokenProcessPool as error:
                self._count_lost(under_way.values(), error)
                return
            for future in done:
                slot = under_way.pop(future)
                self._board[1 + slot] = self._left.pop(slot).recipe.steps
            yield from ([(trial, outcome)] for trial, outcome in part if outcome is not None)
            if self._stops():
                self._left.clear()
                self._board[0] = 1
                return

    def _count_lost(self, slots: Iterable[int], error: BrokenProcessPool) -> None:
        """Any of the models under way may be what killed the process."""
        for slot in slots:
            self._lost[slot] += 1
            self._board[1 + slot] = 0
            if self._lost[slot] == _LIVES:
                trial = self._trials[slot]
                said = {"name": trial.recipe.activation, "seed": trial.seed, "count": _LIVES}
                raise BadInput(_KILLED.fill(**said)) from error

    def _stops(self) -> bool:
        if self._told is None:
            return False
        done = sum(self._board[1:])
        return self._told(Progress(done, self._total, time.perf_counter() - self._began)) is False


# ------------------------------------------------------------ in the workers


_JOB: dict[str, Any] = {}
"""What this worker process trains: the job, or why it could not be loaded; and the board."""


def _begin(payload: bytes, board: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the parent's, which tells us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _JOB["board"] = board
    try:
        _JOB["job"] = pickle.loads(payload)  # noqa: S301 - written by our own parent
    except Exception as error:  # noqa: BLE001 - whatever the user's module does when it is loaded
        _JOB["problem"] = f"{type(error).__name__}: {error}"


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, even by kill -9: nobody waits for an orphan."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _problem() -> str | None:
    return _JOB.get("problem")


def _train(trial: Trial, slot: int) -> Outcome | None:
    job, board = _JOB["job"], _JOB["board"]

    def told(steps: int) -> bool:
        board[1 + slot] = steps
        return not board[0]

    return job.trained(trial, told)
