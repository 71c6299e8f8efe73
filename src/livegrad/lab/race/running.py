"""A race of one visit: run, paused, stepped, begun anew; trained in slices so that a frame is never far away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from livegrad.lab.desk import Job, Visit
from livegrad.lab.race.frames import frame_of, opened
from livegrad.lab.race.setup import Setup
from livegrad.lab.race.track import Track
from livegrad.lab.race.views import Views

__all__ = ["CHANNEL", "FRAMES_A_SECOND", "Race"]

CHANNEL = "race"
FRAMES_A_SECOND = 30
SLICE = 0.02  # seconds of training between two looks at whether it is still wanted
REST = 0.25  # of the time that a frame took, at least
LOOKING = 0.012  # seconds of looking before each frame, about


class Race:
    """One race, and the visit it is shown to. Its actions come one at a time.

    Args:
        visit: Whom it is shown to.
        setup: What is raced.

    Raises:
        BadInput: Something in the set-up cannot be had.
    """

    def __init__(self, visit: Visit, setup: Setup) -> None:
        self.visit = visit
        self.track = Track(setup)
        self.views = Views(track=self.track)
        self.lock = threading.Lock()
        self.speed, self.until = 0, 0
        self.running = False
        self._edge = (
            threading.Lock()
        )  # held where running ends, and where it is asked whether it has
        self.views.follow(self.track)

    # ------------------------------------------------------------ actions

    def answer(self) -> dict[str, object]:
        """Return what opening answers."""
        return opened(self.track, self.views, running=self.running)

    def run(self, speed: int, until: int) -> None:
        """Run, or change the speed of what runs.

        Args:
            speed: Epochs in a thirtieth of a second; 0: as many as it can.
            until: Epoch at which it stops; 0: never.

        Raises:
            BadInput: Too many jobs run already.
        """
        with self._edge:
            self.speed, self.until = speed, until
            if self.running:
                return
            self.running = True
        try:
            self.visit.begin(CHANNEL, self._drive)
        except BaseException:
            self.running = False
            raise

    def pause(self) -> None:
        """Stop, and show every number on all points."""
        self.end()
        self.show()

    def end(self) -> None:
        """Stop and show nothing."""
        self.visit.end(CHANNEL)
        self.running = False

    def step(self) -> None:
        """Make one epoch."""
        self.end()
        if not self.track.over:
            self.track.advance(1)
        self.show()

    def begin_again(self, seed: int | None = None) -> None:
        """Go back to epoch 0, from another seed if one is given."""
        self.end()
        self._follow(self.track.again(seed))
        self.show()

    def look(self, lane: int, layer: int) -> None:
        """Have the inspector look at a layer of a lane."""
        self.views.look_at = (lane, layer)
        if not self.running:
            self.views.inspect(exact=True)
            self._frame_now()

    def add(self, own: Mapping[str, Any]) -> None:
        """Add a lane, caught up to the others.

        Raises:
            BadInput: There are too many, or it cannot be had.
        """
        with self._held():
            self._in_job(lambda stop: self.track.add(own, stop))
            self._follow(self.track)

    def drop(self, lane: int) -> None:
        """Leave a lane out.

        Raises:
            BadInput: It is the only one.
        """
        with self._held():
            self.track.drop(lane)
            self._follow(self.track)

    def show(self) -> None:
        """Show a frame on all points, then one with what the rules say of it."""
        self.views.renew_all()
        self._frame_now()
        self.views.examine()
        self._frame_now()

    # ------------------------------------------------------------ inside

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Let nothing run meanwhile; what ran goes on afterwards, and what stood is shown."""
        ran = self.running
        self.end()
        try:
            yield
        finally:
            if ran:
                self.run(self.speed, self.until)
            else:
                self.show()

    def _in_job(self, act: Callable[[Callable[[], bool]], object]) -> None:
        """Do something long in a job, so that it ends when the page goes, and wait for it."""
        done, failures = threading.Event(), list[BaseException]()

        def run(job: Job) -> None:
            try:
                act(job.cancelled.is_set)
            except BaseException as failure:  # noqa: BLE001 - raised again where it is waited for
                failures.append(failure)
            finally:
                done.set()

        self.visit.begin(CHANNEL, run)
        done.wait()
        self.visit.end(CHANNEL)
        if failures:
            raise failures[0]

    def _follow(self, track: Track) -> None:
        self.track = track
        self.views.follow(track)

    def _frame_now(self) -> None:
        self.visit.show(CHANNEL, frame_of(self.track, self.views, running=False, exact=True))

    def _drive(self, job: Job) -> None:
        try:
            while self.running:
                self._train_and_show(job)
                with self._edge:  # asked meanwhile to go on further, it goes on
                    self.running = not self._done()
        except BaseException:
            self.running = False
            raise
        # It came to its end by itself, so nobody else shows where it stands.
        self.views.renew_all()
        self.views.examine()
        job.show(CHANNEL, frame_of(self.track, self.views, running=False, exact=True))

    def _train_and_show(self, job: Job) -> None:
        shower = _Shower(self, job)
        try:
            self._train(job)
        finally:
            shower.end()

    def _train(self, job: Job) -> None:
        """Train until it is stopped or there is nothing left to do."""
        stop, made, period_ends = job.cancelled.is_set, 0, time.perf_counter()
        while not self._done():
            job.stop_if_cancelled()
            most = self.until - self.track.epoch if self.until else 1 << 30
            now = time.perf_counter()
            if now >= period_ends:
                made, period_ends = 0, max(period_ends, now - 0.1) + 1 / FRAMES_A_SECOND
            if self.speed and made >= self.speed:
                job.cancelled.wait(period_ends - now)
                continue
            most = min(most, self.speed - made) if self.speed else most
            made += self.track.slice(SLICE, most, stop)

    def _done(self) -> bool:
        return self.track.over or bool(self.until and self.track.epoch >= self.until)


class _Shower:
    """Looks and shows in a thread of its own while the race's job trains: the engine leaves the interpreter free meanwhile.

    Args:
        race: The race.
        job: Its job, through which frames are shown.
    """

    def __init__(self, race: Race, job: Job) -> None:
        self._race, self._job = race, job
        self._ended = threading.Event()
        self._marks = [(time.perf_counter(), race.track.epoch)]
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="lab race shown", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Show nothing more, and wait until nothing more is shown."""
        self._ended.set()
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            self._loop()
        except BaseException as failure:  # noqa: BLE001 - raised again by `end`, in the job
            self._failure = failure
            self._job.cancelled.set()

    def _loop(self) -> None:
        next_frame = time.perf_counter()
        while not self._ended.is_set():
            began = time.perf_counter()
            self._race.views.renew(LOOKING)
            self._show()
            now = time.perf_counter()
            # where looking takes all of a frame's time it still leaves some: training must not wait for the page
            next_frame = max(next_frame + 1 / FRAMES_A_SECOND, now + REST * (now - began))
            self._ended.wait(next_frame - time.perf_counter())

    def _show(self) -> None:
        race, now = self._race, time.perf_counter()
        self._marks = [(t, e) for t, e in self._marks if now - t < 1.0] or self._marks[-1:]
        began, epoch = self._marks[0]
        rate = (race.track.epoch - epoch) / (now - began) if now > began else 0.0
        self._marks.append((now, race.track.epoch))
        frame = frame_of(race.track, race.views, running=True, exact=False, rate=rate)
        self._job.show(CHANNEL, frame)
