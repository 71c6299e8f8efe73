"""Lanes in training: their networks in the native engine, epoch by epoch, the same numbers on every run.

A network comes out of the engine the same in whatever company and in however many calls it is trained, so lanes are put
together into populations and trained for as long as fits into a slice of time without any of it being seen in a number.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab import nets
from livegrad.lab.cancelled import Cancelled
from livegrad.lab.nets import Nets, columns
from livegrad.lab.race.data import RaceData
from livegrad.lab.race.lanes import Lane, State
from livegrad.lab.race.looking import Looker
from livegrad.lab.race.setup import LanePlan
from livegrad.trials import engine
from livegrad.trials.engine import Population, Samples, Settings, Work

__all__ = ["Group", "grouped", "lane_of", "stepped"]

Reals: TypeAlias = NDArray[Any]


def lane_of(plan: LanePlan, data: RaceData, seeds: Sequence[int], batch: int) -> Lane:
    """Return a lane at its start.

    Args:
        plan: What it is.
        data: The points.
        seeds: Of its networks, the shown one first.
        batch: Points in a minibatch.

    Raises:
        BadInput: An activation or initialisation that cannot be had.

    Example:
        >>> from livegrad.lab.race.data import race_data
        >>> from livegrad.lab.race.setup import DataPlan
        >>> lane_of(LanePlan(depth=2), race_data(DataPlan()), [21, 22], 10).state.weights.shape
        (2, 105)
    """
    split = data.split(plan.scaling)
    init = None if isinstance(plan.init, str) else plan.init
    drawn = nets.draw(plan.recipe(batch), split, list(seeds), init=init)
    lane = Lane(plan=plan, split=split, nets=drawn, looker=Looker(drawn), state=_start(drawn))
    lane.history.add(0, _at_start(lane))
    return lane


def _start(drawn: Nets) -> State:
    fresh = drawn.population()
    return State(fresh.weights, fresh.first, fresh.second, fresh.running, fresh.diverged, 0)


def _at_start(lane: Lane) -> Reals:
    """Training loss, held loss and score of each network before any step; shape (networks, 3).

    One step of rate 0 with all points as its minibatch: the engine scores all networks at once.
    """
    alone = Group([lane])
    alone.population.rates[...] = 0.0
    order = np.arange(len(lane.split.train_inputs), dtype=np.int32)[None]
    trace = engine.train(alone.population, alone.samples, Work(order=order, points=(1,)))
    values = trace.curve[:, 0].copy()
    if lane.split.kind == "regression":
        values[:, 2] = lane.split.r_squared(values[:, 2])
    return values


def grouped(lanes: Sequence[Lane]) -> list[Group]:
    """Return populations of the lanes that can share one: of one shape, optimizer and data.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(Setup(own=({}, {"lr": 0.1}, {"depth": 2})))
        >>> [len(group.lanes) for group in grouped(track.lanes)]
        [2, 1]
    """
    found = dict[Any, list[Lane]]()
    for lane in lanes:
        key = (lane.nets.architecture, lane.plan.optimizer, lane.plan.scaling, lane.state.steps)
        found.setdefault(key, []).append(lane)
    return [Group(members) for members in found.values()]


class Group:
    """Lanes that the engine trains as one population.

    Args:
        lanes: Of one architecture, optimizer, scaling, and with equally many steps made.
    """

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self.lanes = list(lanes)
        self.population = _joined(self.lanes)
        split = lanes[0].split
        self.samples = Samples(
            inputs=split.train_inputs,
            targets=columns(split.train_targets),
            held_inputs=split.validation_inputs,
            held_targets=columns(split.validation_targets),
        )
        ends = np.cumsum([len(lane.nets) for lane in self.lanes]).tolist()
        self._parts = [slice(e - len(x.nets), e) for e, x in zip(ends, self.lanes, strict=True)]

    def train(
        self,
        order: NDArray[np.int32],
        *,
        first: int,
        epochs: int,
        target: float,
        workers: int = 1,
        told: Callable[[int], bool | None] | None = None,
    ) -> None:
        """Make some whole epochs, and take down how they went.

        Args:
            order: Their minibatches; shape (steps, batch).
            first: Epochs made before.
            epochs: How many to make.
            target: Score at which a lane is home.
            workers: Threads.
            told: As in `livegrad.trials.engine.Work`: may stop it, and then nothing has happened.

        Raises:
            Cancelled: It was stopped.
        """
        before = [lane.state for lane in self.lanes]
        per_epoch = len(order) // epochs
        points = tuple(per_epoch * (k + 1) for k in range(epochs))
        work = Work(order=order, points=points, loss_window=per_epoch, workers=workers, told=told)
        trace = engine.train(self.population, self.samples, work)
        if not trace.finished:
            self.population = _joined(self.lanes)
            raise Cancelled
        for lane, part, was in zip(self.lanes, self._parts, before, strict=True):
            with lane.guard:
                lane.state = self._state(part)
                _take(lane, trace.curve[part], first=first, target=target)
            if lane.diverged and lane.lost is None:
                epoch = -(-int(lane.state.diverged[0]) // per_epoch)
                lane.lost = (epoch, was)

    def _state(self, part: slice) -> State:
        p = self.population
        return State(
            p.weights[part].copy(),
            p.first[part].copy() if len(p.first) else p.first,
            p.second[part].copy() if len(p.second) else p.second,
            p.running[part].copy(),
            p.diverged[part].copy(),
            p.steps,
        )


def _take(lane: Lane, curve: Reals, *, first: int, target: float) -> None:
    """Add a curve of shape (networks, epochs, 3) to a lane's history."""
    values = curve.transpose(1, 0, 2).copy()
    if lane.split.kind == "regression":
        values[..., 2] = lane.split.r_squared(values[..., 2])
    for k, value in enumerate(values):
        lane.history.add(first + k + 1, value)
        if lane.home is None and value[0, 2] >= target:
            lane.home = first + k + 1


def _joined(lanes: Sequence[Lane]) -> Population:
    """One population of several lanes' networks, as they stand."""
    head = lanes[0]
    states = [lane.state for lane in lanes]
    found = Population(
        architecture=head.nets.architecture,
        activations=[lane.nets.activation for lane in lanes],
        activation_of=np.repeat(
            np.arange(len(lanes), dtype=np.int32), [len(x.nets) for x in lanes]
        ),
        rates=np.repeat([lane.plan.lr for lane in lanes], [len(x.nets) for x in lanes]),
        weights=np.concatenate([state.weights for state in states]),
        settings=Settings(optimizer=head.plan.optimizer),
    )
    for name in ("first", "second", "running"):
        getattr(found, name)[...] = np.concatenate([getattr(state, name) for state in states])
    found.diverged[...] = np.concatenate([state.diverged for state in states])
    found.steps = states[0].steps
    return found


def stepped(lane: Lane, state: State, order: NDArray[np.int32]) -> State:
    """Return how the shown network alone stands after some steps from a state; the lane is left as it is.

    Args:
        lane: The lane.
        state: Where to begin.
        order: The minibatches; shape (steps, batch).

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> lane = track.lanes[0]
        >>> stepped(lane, lane.state, track.order(0)).steps, lane.state.steps
        (19, 0)
    """
    alone = copy.copy(lane)
    alone.nets = _first_of(lane.nets)
    alone.state = State(
        state.weights[:1],
        state.first[:1],
        state.second[:1],
        state.running[:1],
        state.diverged[:1],
        state.steps,
    )
    group = Group([alone])
    if len(order):
        engine.train(group.population, group.samples, Work(order=order))
    return group._state(slice(0, 1))  # noqa: SLF001 - of this module


def _first_of(drawn: Nets) -> Nets:
    return Nets(
        recipe=drawn.recipe,
        architecture=drawn.architecture,
        activation=drawn.activation,
        weights=drawn.weights[:1],
        running=drawn.running[:1],
    )
