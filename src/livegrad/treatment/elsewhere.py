"""Trainings of one race in other processes, several at once.

Each process loads the build function from its file, as the user's own process did, and then trains what it is told to. It is
no fork (PyTorch's threads do not survive one) and no ``multiprocessing`` (which would run the user's main file again).
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import inspect
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from livegrad.errors import BadInput
from livegrad.observation import script
from livegrad.text import Text
from livegrad.treatment.proof import Prescription, Runner

if TYPE_CHECKING:
    from livegrad.observation.training import Training

__all__ = ["Elsewhere", "Order", "Place", "place_of"]

_NO_PLACE = Text(
    "workers={count} trains in other processes, which must find the build function in a file; '{name}' is made inside another "
    "function, in a notebook or at the prompt. Write it at the top level of a file, or leave workers out.",
    "workers={count}이면 다른 프로세스에서 학습하므로, 거기서 파일만 보고 build 함수를 찾을 수 있어야 합니다. '{name}'은 다른 함수 안이나 "
    "노트북, 프롬프트에서 만들어졌습니다. 파일의 맨 바깥에 쓰거나 workers를 빼 주세요.",
)
_DIED = Text(
    "the process that trained it ended (code {code}); it may have run out of memory. Fewer workers need less",
    "학습하던 프로세스가 끝났습니다(코드 {code}). 메모리가 모자랐을 수 있습니다. workers를 줄이면 덜 씁니다",
)
_SERVE = "from livegrad.treatment.elsewhere import serve; serve()"


@dataclass(frozen=True)
class Place:
    """Where a build function is found.

    Attributes:
        module: Its module, where that can be imported by name; else ``None``.
        file: Its file.
        name: Its qualified name.
        path: ``sys.path`` of the process that knows it.
        threads: PyTorch's threads for each training.
    """

    module: str | None
    file: str
    name: str
    path: tuple[str, ...]
    threads: int

    def found(self) -> Callable[..., Training]:
        """Load the function in this process."""
        sys.path[:] = self.path
        if self.module is not None:
            module = importlib.import_module(self.module)
        else:
            module = script.loaded(self.file)
        found: Any = module
        for part in self.name.split("."):
            found = getattr(found, part)
        return cast("Callable[..., Training]", found)


@dataclass(frozen=True)
class Order:
    """One training: what, from where, how far, and what it is judged against."""

    prescription: Prescription | None
    seed: int
    share: float
    before: Runner | None


def place_of(build: Callable[..., Any], count: int) -> Place:
    """Return where another process finds a build function.

    Raises:
        BadInput: It stands in no file, or inside another function.
    """
    name = getattr(build, "__qualname__", type(build).__name__)
    try:
        file = inspect.getfile(build)
    except TypeError:
        file = ""
    if "<" in name or not os.path.isfile(file):
        raise BadInput(_NO_PLACE.fill(count=count, name=name))
    module = getattr(build, "__module__", None)
    spec = None
    if module not in (None, "__main__"):
        with contextlib.suppress(ImportError, ValueError):
            spec = importlib.util.find_spec(module)
    known = spec is not None and spec.origin is not None and os.path.samefile(spec.origin, file)
    threads = max(1, (os.cpu_count() or 1) // count)
    return Place(module if known else None, file, name, tuple(sys.path), threads)


class Elsewhere:
    """So many processes that train; close it when the race is over.

    Args:
        build: The build function, at the top level of a file.
        count: How many.

    Raises:
        BadInput: Other processes cannot find ``build``.
    """

    def __init__(self, build: Callable[..., Any], count: int) -> None:
        self._place = place_of(build, count)
        self._threads = ThreadPoolExecutor(count)
        self._idle: SimpleQueue[subprocess.Popen[bytes] | None] = SimpleQueue()
        self._all: list[subprocess.Popen[bytes]] = []
        for _ in range(count):
            self._idle.put(None)

    def submit(self, order: Order) -> Future[Runner]:
        """Train as soon as a process is free."""
        return self._threads.submit(self._ran, order)

    def close(self) -> None:
        """End what still runs."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._all:
            process.kill()
        self._threads.shutdown()
        for process in self._all:
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):  # what was meant for a process that is no more
                    cast("BinaryIO", pipe).close()

    def _ran(self, order: Order) -> Runner:
        process = self._idle.get() or self._started()
        try:
            told = cast("BinaryIO", process.stdin)
            pickle.dump(order, told)
            told.flush()
            answer = pickle.load(cast("BinaryIO", process.stdout))  # noqa: S301 (our own process)
        except (EOFError, OSError, pickle.UnpicklingError):
            process.kill()
            self._idle.put(None)
            return Runner(
                prescription=order.prescription,
                outcome="failed",
                remark=_DIED.fill(code=process.wait()),
                seed=order.seed,
                share=order.share,
            )
        self._idle.put(process)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603 (our own interpreter)
            [sys.executable, "-c", _SERVE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0 if os.name == "posix" else None,  # Ctrl-C is for the process that waits
        )
        self._all.append(process)
        told = cast("BinaryIO", process.stdin)
        pickle.dump(self._place, told)
        told.flush()
        return process


def serve() -> None:
    """Train what comes in on standard input until it ends; what the user's code prints is not heard."""
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    import torch

    place: Place = pickle.load(orders)  # noqa: S301 (our own process)
    torch.set_num_threads(place.threads)
    build: Callable[..., Training] | None = None
    while True:
        try:
            order: Order = pickle.load(orders)  # noqa: S301 (our own process)
        except EOFError:
            return
        try:
            build = build or place.found()
            answer: object = _trained(build, order)
        except Exception as error:  # noqa: BLE001 (whatever it is, the process that waits must hear it)
            answer = _portable(error)
        pickle.dump(answer, answers)
        answers.flush()


def _trained(build: Callable[..., Training], order: Order) -> Runner:
    from livegrad.treatment import trial

    if order.prescription is None or order.before is None:
        return trial.untreated(build, order.seed, share=order.share).runner
    found = trial.treated(build, order.seed, order.prescription, order.before, share=order.share)
    return found.runner


def _portable(error: Exception) -> Exception:
    """The error itself, if it survives the way; else what it says."""
    with contextlib.suppress(Exception):
        pickle.loads(pickle.dumps(error))  # noqa: S301 (made here)
        return error
    return RuntimeError(f"{type(error).__name__}: {error}")


def light(runner: Runner) -> Runner:
    """Return a runner without its record, which another process has no use for."""
    return replace(runner, evidence=None, diagnosis=None)
