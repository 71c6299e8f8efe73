"""One open page: what it remembers, what it is shown, and what runs for it."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

from livegrad.errors import BadInput, LivegradError
from livegrad.lab import limits as words
from livegrad.lab.cancelled import Cancelled
from livegrad.lab.channels import Channels
from livegrad.lab.desk import Job
from livegrad.lab.limits import Limits
from livegrad.text import Text

__all__ = ["FAULT", "TROUBLE", "OpenPage", "Places"]

FAULT = Text(
    "Something failed that should not have: a fault of livegrad, not yours. The terminal where it was started says more.",
    "일어나지 말아야 할 오류가 났습니다. 사용자가 아니라 livegrad의 잘못입니다. livegrad를 실행한 터미널에 자세한 내용이 있습니다.",
)
TROUBLE = "trouble"
"""The channel on which a page hears that a job failed: ``{"job": name, "error": Text}``."""


class Places:
    """How many jobs may run in the whole lab.

    Example:
        >>> places = Places(1)
        >>> places.take(), places.take()
        (True, False)
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._taken = 0

    @property
    def taken(self) -> int:
        """How many jobs run."""
        return self._taken

    def take(self) -> bool:
        """Take a place; False if there is none."""
        with self._lock:
            if self._taken >= self.most:
                return False
            self._taken += 1
            return True

    def give_back(self) -> None:
        """Give a place back."""
        with self._lock:
            self._taken -= 1


class OpenPage:
    """One open page, as desks see it: see `livegrad.lab.desk.Visit`.

    Args:
        places: How many jobs may run in the whole lab.
        limits: What a page may do.
        woken: Called from any thread when something may be sent.

    Attributes:
        desk: What each desk remembers of this page.
        channels: What waits to be sent.

    Example:
        >>> page = OpenPage(Places(8), Limits(), woken=lambda: None)
        >>> _ = page.begin("count", lambda job: job.show("count", 3))
        >>> page.close()
    """

    def __init__(self, places: Places, limits: Limits, woken: Callable[[], None]) -> None:
        self.desk = dict[str, Any]()
        self.channels = Channels(woken)
        self._places, self._limits = places, limits
        self._lock = threading.Lock()
        self._jobs = dict[str, tuple[Job, threading.Thread]]()
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether the page has gone."""
        return self._closed

    def show(self, channel: str, value: object) -> None:
        """Send a value on a channel; an older one that has not travelled yet is dropped. Any thread.

        What is shown is turned into bytes only when it travels, so it must not be changed any more.
        """
        self.channels.offer(channel, value)

    def begin(self, name: str, run: Callable[[Job], None]) -> Job:
        """Run something in a thread of its own, after an older job of that name has ended.

        Raises:
            BadInput: Too many jobs run, or the older one does not stop.
            Cancelled: The page has been closed.
        """
        deadline = time.monotonic() + self._limits.patience
        while True:
            with self._lock:
                older = self._jobs.get(name)
                if older is None:
                    return self._started(name, run)
                if older[1] is threading.current_thread():  # a job that begins itself anew
                    older[0].cancelled.set()
                    return self._started(name, run)
            self._cancel(older, deadline)

    def end(self, name: str) -> None:
        """Cancel the job of that name and wait until it is gone.

        Raises:
            BadInput: It does not stop.
        """
        with self._lock:
            job = self._jobs.get(name)
        if job is not None:
            self._cancel(job, time.monotonic() + self._limits.patience)

    def close(self) -> None:
        """Cancel everything and forget everything; waits for nothing."""
        with self._lock:
            self._closed = True
            for job, _ in self._jobs.values():
                job.cancelled.set()
        self.channels.close()
        self.desk.clear()

    def _started(self, name: str, run: Callable[[Job], None]) -> Job:
        """Start a job; the lock is held."""
        if self._closed:
            raise Cancelled
        if len(self._jobs) >= self._limits.jobs_per_visit and name not in self._jobs:
            raise BadInput(words.TOO_MANY_JOBS.fill(most=self._limits.jobs_per_visit))
        if not self._places.take():
            raise BadInput(words.TOO_MANY_JOBS_IN_ALL.fill(most=self._places.most))
        job = Job(name=name, visit=self)
        thread = threading.Thread(
            target=self._run, args=(job, run), name=f"lab {name}", daemon=True
        )
        self._jobs[name] = job, thread
        thread.start()
        return job

    def _run(self, job: Job, run: Callable[[Job], None]) -> None:
        try:
            run(job)
        except Cancelled:
            pass
        except LivegradError as error:
            job.show(TROUBLE, {"job": job.name, "error": error.text})
        except Exception:  # noqa: BLE001 - whatever it is, the other jobs and the lab live on
            if not job.cancelled.is_set():  # else what it worked on has just been taken away
                traceback.print_exc(file=sys.stderr)
            job.show(TROUBLE, {"job": job.name, "error": FAULT})
        finally:
            with self._lock:
                if self._jobs.get(job.name, (None,))[0] is job:
                    del self._jobs[job.name]
            self._places.give_back()

    def _cancel(self, running: tuple[Job, threading.Thread], deadline: float) -> None:
        """Tell a job to stop and wait for its thread."""
        job, thread = running
        job.cancelled.set()
        if thread is threading.current_thread():
            return
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            raise BadInput(words.NOT_ENDED.fill(seconds=f"{self._limits.patience:g}"))
