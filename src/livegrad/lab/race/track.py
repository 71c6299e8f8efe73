"""The lanes of one race, all after equally many epochs: how they are advanced, copied, dropped, begun anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from livegrad.lab.cancelled import Cancelled
from livegrad.lab.race.data import RaceData, race_data
from livegrad.lab.race.groups import Group, grouped, lane_of
from livegrad.lab.race.lanes import Lane
from livegrad.lab.race.observing import kept_look, next_kept
from livegrad.lab.race.setup import Setup
from livegrad.trials.running import workers_here

__all__ = ["Track"]

_LONG_EPOCH = 0.1  # seconds: longer ones are made so that they can be stopped
_MOST_WORKERS = 4
_MOST_AT_ONCE = 64  # epochs


class Track:
    """Lanes in training.

    Args:
        setup: What is raced.
        data: Its points, where they were made already.

    Raises:
        BadInput: Something in the set-up cannot be had.

    Example:
        >>> from livegrad.lab.desk import Given
        >>> from livegrad.lab.race.reading import setup_in
        >>> track = Track(setup_in(Given({"lanes": [{"activation": "tanh"}]})))
        >>> track.advance(3)
        >>> track.epoch, track.lanes[0].history.at.tolist()
        (3, [0, 1, 2, 3])
    """

    def __init__(self, setup: Setup, data: RaceData | None = None) -> None:
        self.setup = setup
        self.data = data or race_data(setup.data)
        self.epoch = 0
        # one processor stays free for looking and showing
        self.workers = min(_MOST_WORKERS, max(1, workers_here() - 1))
        self.lanes = [self._made(k) for k in range(len(setup.own))]
        self._groups: list[Group] = grouped(self.lanes)
        self.training_seconds = 0.0
        self._seconds = 0.0  # that an epoch takes
        self._count = 1  # epochs in a slice

    @property
    def per_epoch(self) -> int:
        """Steps in an epoch."""
        return len(self.order(0))

    @property
    def over(self) -> bool:
        """Whether no lane can go on."""
        return all(lane.diverged for lane in self.lanes)

    def order(self, epoch: int) -> np.ndarray[Any, np.dtype[np.int32]]:
        """Return the minibatches of one epoch; shape (steps, batch)."""
        return self.data.order(self.setup.seed, self.setup.batch, epoch)

    def slice(self, seconds: float, most: int, stop: Callable[[], bool] | None = None) -> int:
        """Make about as many epochs as fit into a time, one at least; return how many.

        A call has a price of its own, so how many fit is found by trying: twice as many while there is time left. The time
        is this thread's own, so that a busy machine does not make the slices, and with them the price, smaller still.

        Raises:
            Cancelled: It was stopped.
        """
        count = max(1, min(self._count, most, next_kept(self.epoch) - self.epoch))
        began = time.thread_time()
        self.advance(count, stop)
        passed = time.thread_time() - began
        if passed > 2 * seconds:
            self._count = max(1, count // 2)
        elif count == self._count and passed < seconds / 2:
            self._count = min(2 * count, _MOST_AT_ONCE)
        return count

    def advance(self, epochs: int, stop: Callable[[], bool] | None = None) -> None:
        """Make some epochs with every lane.

        Args:
            epochs: How many.
            stop: Asked now and then; true stops it after a whole epoch, if need be by going back to one.

        Raises:
            Cancelled: It was stopped.
        """
        end = self.epoch + epochs
        while self.epoch < end:
            if stop is not None and stop():
                raise Cancelled
            count = min(end, next_kept(self.epoch)) - self.epoch
            began = time.perf_counter()
            self._train(self._groups, self.epoch, count, stop)
            passed = time.perf_counter() - began
            self._seconds = passed / count
            self.training_seconds += passed
            self.epoch += count
            self._keep(self.lanes)

    def add(self, own: Mapping[str, Any], stop: Callable[[], bool] | None = None) -> Lane:
        """Add a lane and catch it up: it ends up as if it had been there from the start.

        Raises:
            BadInput: There are too many lanes, or it cannot be had.
            Cancelled: It was stopped, and no lane was added.
        """
        setup = self.setup.with_lane(own)
        lane = lane_of(setup.lanes[-1], self.data, setup.seeds, setup.batch)
        lane.kept.append(kept_look(lane, 0, self.order(0)))
        groups, at = grouped([lane]), 0
        while at < self.epoch:
            if stop is not None and stop():
                raise Cancelled
            count = min(self.epoch, next_kept(at), at + _MOST_AT_ONCE) - at
            self._train(groups, at, count, stop)
            at += count
            if at == next_kept(at - 1):
                lane.kept.append(kept_look(lane, at, self.order(at)))
        self.setup = setup
        self.lanes.append(lane)
        self._groups = grouped(self.lanes)
        return lane

    def drop(self, lane: int) -> None:
        """Leave one lane out.

        Raises:
            BadInput: It is the only one.
        """
        self.setup = self.setup.without_lane(lane)
        del self.lanes[lane]
        self._groups = grouped(self.lanes)

    def again(self, seed: int | None = None) -> Track:
        """Return the same race at its start, with another seed if one is given; the points stay."""
        setup = self.setup if seed is None else replace(self.setup, seed=seed)
        return Track(setup, self.data)

    def _made(self, k: int) -> Lane:
        setup = self.setup
        lane = lane_of(setup.lanes[k], self.data, setup.seeds, setup.batch)
        lane.kept.append(kept_look(lane, 0, self.order(0)))
        return lane

    def _train(
        self, groups: list[Group], first: int, count: int, stop: Callable[[], bool] | None
    ) -> None:
        order = np.concatenate([self.order(first + k) for k in range(count)])
        told = _asking(stop) if stop is not None and self._seconds > _LONG_EPOCH else None
        before = [(lane, lane.state, _mark(lane)) for group in groups for lane in group.lanes]
        try:
            for group in groups:
                group.train(
                    order,
                    first=first,
                    epochs=count,
                    target=self.setup.target,
                    workers=self.workers,
                    told=told,
                )
        except Cancelled:
            # Lanes of groups that were done already go back, so that all stand after equally many epochs.
            for lane, state, mark in before:
                with lane.guard:
                    lane.state = state
                    _back_to(lane, mark)
            self._groups = grouped(self.lanes)
            raise

    def _keep(self, lanes: list[Lane]) -> None:
        if self.epoch == next_kept(self.epoch - 1):
            order = self.order(self.epoch)
            for lane in lanes:
                lane.kept.append(kept_look(lane, self.epoch, order))


def _asking(stop: Callable[[], bool]) -> Callable[[int], bool]:
    def told(done: int) -> bool:
        del done
        return not stop()

    return told


def _mark(lane: Lane) -> tuple[Any, ...]:
    history = lane.history
    return (
        history.stride,
        history.last,
        history.epochs.copy(),
        history.values.copy(),
        lane.home,
        lane.lost,
    )


def _back_to(lane: Lane, mark: tuple[Any, ...]) -> None:
    history = lane.history
    history.stride, history.last, history.epochs, history.values, lane.home, lane.lost = mark
