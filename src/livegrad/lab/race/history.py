"""A lane's curves: never more than 600 points, whichever epochs they come from, the same ones on every run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST_KEPT", "History"]

Reals: TypeAlias = NDArray[Any]
MOST_KEPT = 600


@dataclass(kw_only=True)
class History:
    """Loss and score of a lane's networks after some epochs.

    When it is full, every second point is dropped, and from then on only every second epoch is taken.

    Attributes:
        stride: Epochs that are multiples of this are kept.
        last: The newest epoch, kept or not, and its values; shape (networks, 3).
        epochs: Of the kept points, rising.
        values: For each: training loss, held loss and score of each network; shape (networks, 3).

    Example:
        >>> history = History()
        >>> for epoch in range(2000):
        ...     history.add(epoch, np.full((4, 3), 1.0))
        >>> len(history.at), int(history.at[-1]), history.stride
        (501, 1999, 4)
    """

    stride: int = 1
    last: tuple[int, Reals] | None = None
    epochs: list[int] = field(default_factory=list)
    values: list[Reals] = field(default_factory=list)

    def add(self, epoch: int, values: Reals) -> None:
        """Take one epoch; they come in order."""
        self.last = (epoch, values)
        if epoch % self.stride:
            return
        self.epochs.append(epoch)
        self.values.append(values)
        if len(self.epochs) >= MOST_KEPT - 1:
            self.stride *= 2
            kept = [k for k, e in enumerate(self.epochs) if e % self.stride == 0]
            self.epochs = [self.epochs[k] for k in kept]
            self.values = [self.values[k] for k in kept]

    @property
    def at(self) -> NDArray[np.int32]:
        """Epochs of the curve, the newest one included; shape (points,)."""
        more = [self.last[0]] if self.last and self.last[0] != self.epochs[-1] else []
        return np.array([*self.epochs, *more], np.int32)

    @property
    def curve(self) -> Reals:
        """Values at those epochs; float32 of shape (points, networks, 3)."""
        more = [self.last[1]] if self.last and self.last[0] != self.epochs[-1] else []
        return np.array([*self.values, *more], np.float32)
