"""One lane of a race: its networks as they stand, its curves, and what was kept for its diagnosis."""

from __future__ import annotations

import copy
import threading
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab.nets import Nets
from livegrad.lab.race.history import History
from livegrad.lab.race.looking import Look, Looker
from livegrad.lab.race.setup import LanePlan
from livegrad.trials.splitting import Split

__all__ = ["Lane", "State"]

Reals: TypeAlias = NDArray[Any]
MOST_LOOKED_AT = 512
"""Training points that a look which is kept is taken on, at most; evenly spread."""


@dataclass(frozen=True)
class State:
    """Everything that training changes in one lane's networks, so that it can be gone back to.

    Attributes:
        weights: Shape (networks, parameters); the others alike, as in `Population`.
        first: Averages of the gradient, or empty.
        second: Averages of its square, or empty.
        running: Of batch norm.
        diverged: Step at which each network's loss was first no number; 0 for never.
        steps: Steps made.
    """

    weights: Reals
    first: Reals
    second: Reals
    running: Reals
    diverged: NDArray[np.int32]
    steps: int


@dataclass(kw_only=True, eq=False)
class Lane:
    """One lane.

    Attributes:
        plan: What it is.
        split: Its data.
        nets: Its networks as they started, the shown one first.
        looker: Looks into them.
        state: How they stand.
        history: Its curves.
        home: The epoch in which the shown network's score first reached the target.
        lost: Epoch and state before it, of the epoch in which the shown network's loss was first no number.
        kept: What every layer saw at the epochs that are looked at for the diagnosis.
        guard: Held while state and history change together, or are read together.
    """

    plan: LanePlan
    split: Split
    nets: Nets
    looker: Looker
    state: State
    history: History = field(default_factory=History)
    home: int | None = None
    lost: tuple[int, State] | None = None
    kept: list[Any] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    @property
    def weights(self) -> Reals:
        """The shown network's parameters."""
        return self.state.weights[0]

    @property
    def diverged(self) -> bool:
        """Whether the shown network's loss was ever no number."""
        return bool(self.state.diverged[0])

    @property
    def rows(self) -> NDArray[np.intp]:
        """Training points of a look that is kept."""
        count = len(self.split.train_inputs)
        return np.unique(np.linspace(0, count - 1, min(count, MOST_LOOKED_AT)).astype(np.intp))

    def look(self, rows: NDArray[np.intp] | slice = slice(None)) -> Look:
        """Look into the shown network on some training points."""
        x, y = self.split.train_inputs[rows], self.split.train_targets[rows]
        state = self.state  # once: another thread may train
        return self.looker.look(state.weights[0], state.running[0], x, y)

    def forward(self, x: Reals, *, training: bool = False) -> Look:
        """Return what some points meet on their way up through the shown network; shape of x (points, 2)."""
        state = self.state
        return self.looker.forward(state.weights[0], state.running[0], x, training=training)

    def curves(self) -> tuple[NDArray[np.int32], Reals]:
        """Return epochs and values of the history as they stand; (points,) and (points, networks, 3)."""
        with self.guard:
            return self.history.at, self.history.curve

    def still(self) -> Lane:
        """Return the lane as it stands: one that goes on no more, whatever this one does."""
        with self.guard:
            found = copy.copy(self)
            found.history = copy.copy(self.history)
            found.history.epochs = self.history.epochs.copy()
            found.history.values = self.history.values.copy()
            found.kept = self.kept.copy()
        found.guard = threading.Lock()
        return found
