"""What is shown of each lane beside its numbers: renewed lane by lane while a race runs, all at once when it pauses."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab.race.counting import Counts, counts_of, dead_units
from livegrad.lab.race.findings import Examined, examined
from livegrad.lab.race.lanes import Lane
from livegrad.lab.race.pictures import Looked, field_of, inspected
from livegrad.lab.race.setup import LanePlan
from livegrad.lab.race.stopping import Stopped, stopped_of
from livegrad.lab.race.theory import Theory, theory_of
from livegrad.lab.race.track import Track

__all__ = ["PROBE", "View", "Views"]

Reals: TypeAlias = NDArray[Any]
PROBE = 64
"""Training points that gradient, units and histogram are taken on while a race runs."""
LANE_EVERY, INSPECTOR_EVERY, EXAMINED_EVERY = 0.1, 0.12, 1.0
"""Seconds between two looks into a lane, into the inspector's layer, and by the rules at every lane."""
_DEAD_EVERY = 0.5  # seconds between two counts of dead units, which take all points


@dataclass(kw_only=True, eq=False)
class View:
    """What is shown of one lane.

    Attributes:
        lane: Whose.
        theory: What was expected of it.
        dead: Units with slope 0 on all training points, as last seen; shape (layers, units).
        dead_seen: When that was.
        counts: Ladder and units, as last seen.
        picture: Its answer over the plane.
        examined: Its diagnosis; None before the first.
        stopped: Why it stopped; None while it goes on.
        home_ms: What it took to get home, once that was seen; in milliseconds of training.
    """

    lane: Lane
    theory: Theory | None
    dead: NDArray[np.bool_]
    dead_seen: float
    counts: Counts
    picture: Reals
    examined: Examined | None = None
    stopped: Stopped | None = None
    home_ms: float | None = None


@dataclass(kw_only=True, eq=False)
class Views:
    """What is shown of all lanes of a race.

    Attributes:
        track: The lanes.
        all: One for each, in order.
        look_at: Lane and layer that the inspector looks at.
        looked: What it saw.
        looks: How often something was renewed.
        round_seconds: How long ago the lane that waits longest was renewed.
    """

    track: Track
    all: list[View] = field(default_factory=list)
    look_at: tuple[int, int] = (0, 1)
    looked: Looked | None = None
    looks: int = 0
    round_seconds: float = 0.0
    _examine: int = -1
    _theories: dict[LanePlan, Theory | None] = field(default_factory=dict)
    _due: list[tuple[float, float]] = field(default_factory=list)

    def follow(self, track: Track) -> None:
        """Take over the lanes of a track: those that were there keep what was seen of them."""
        known = {id(view.lane): view for view in self.all}
        self.track = track
        self.all = [known.get(id(lane)) or self._view(lane) for lane in track.lanes]
        now = time.perf_counter()
        self._due = [(now, LANE_EVERY)] * len(self.all)
        self._due += [(now, INSPECTOR_EVERY), (now, EXAMINED_EVERY / len(self.all))]
        lane, layer = self.look_at
        self.look_at = (min(lane, len(self.all) - 1), layer)

    def renew(self, seconds: float) -> None:
        """Renew what has waited longest, for its kind, as long as a time lasts: one thing at least if any is due.

        At 100 layers one lane takes most of a frame; at 3 all of them fit into one.
        """
        began = now = time.perf_counter()
        while now - began < seconds:
            ages = [(now - renewed) / period for renewed, period in self._due]
            number = int(np.argmax(ages))
            if ages[number] < 1:
                return
            self._due[number] = (now, self._due[number][1])
            if number < len(self.all):
                self._renew(number, exact=False)
                self.looks += 1
                self.round_seconds = max(now - renewed for renewed, _ in self._due[: len(self.all)])
            elif number == len(self.all):
                self.inspect(exact=False)
            else:
                self.examine_next()
            now = time.perf_counter()

    def renew_all(self) -> None:
        """Look into all lanes on all training points."""
        for number in range(len(self.all)):
            self._renew(number, exact=True)
        self.inspect(exact=True)
        self.looks += 1

    def inspect(self, *, exact: bool) -> None:
        """Renew what the inspector shows."""
        number, layer = self.look_at
        lane = self.all[number].lane
        rows = slice(None) if exact else probe_of(lane)
        x = lane.split.train_inputs[rows]
        seen = lane.forward(x, training=True)
        self.looked = inspected(number, lane, self.track.data, seen, layer)

    def examine(self) -> None:
        """Have the rules look at every lane."""
        for view in self.all:
            view.examined = examined(view.lane.still())

    def examine_next(self) -> None:
        """Have the rules look at one lane: each call takes the next one."""
        self._examine = (self._examine + 1) % len(self.all)
        view = self.all[self._examine]
        view.examined = examined(view.lane.still())

    def _view(self, lane: Lane) -> View:
        if lane.plan not in self._theories:  # theory knows no seed: a new start changes nothing
            self._theories[lane.plan] = theory_of(lane)
        seen = lane.look()
        dead = dead_units(seen)
        return View(
            lane=lane,
            theory=self._theories[lane.plan],
            dead=dead,
            dead_seen=time.perf_counter(),
            counts=counts_of(lane, seen, dead),
            picture=field_of(lane, self.track.data),
            stopped=stopped_of(self.track, lane),
        )

    def _renew(self, number: int, *, exact: bool) -> None:
        view, now = self.all[number], time.perf_counter()
        lane = view.lane
        whole = exact or now - view.dead_seen > _DEAD_EVERY
        seen = lane.look(slice(None) if whole else probe_of(lane))
        if whole:
            view.dead, view.dead_seen = dead_units(seen), now
        view.counts = counts_of(lane, seen, view.dead)
        view.picture = field_of(lane, self.track.data)
        if lane.lost and view.stopped is None:
            view.stopped = stopped_of(self.track, lane)


def probe_of(lane: Lane) -> NDArray[np.intp]:
    """Return the rows of the fixed probe: evenly spread over the training points.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> len(probe_of(track.lanes[0]))
        64
    """
    count = len(lane.split.train_inputs)
    return np.unique(np.linspace(0, count - 1, min(count, PROBE)).astype(np.intp))
