"""How long a race may take, counted in trainings."""

from __future__ import annotations

import time

LEAST_SECONDS = 30.0
"""Without a given budget, for short trainings: as many seconds as a reader waits for an answer."""
TRAININGS = 10
"""Without a given budget: as many times the untreated training."""


class Budget:
    """A clock that runs down from the moment it is made.

    Args:
        seconds: For everything; ``None``: `TRAININGS` times ``one``, at least ``least``.
        one: What one whole training takes, seconds.
        least: Without ``seconds``: at least so many.

    Example:
        >>> budget = Budget(None, one=100.0)
        >>> budget.seconds, budget.allows(2), budget.allows(20)
        (1000.0, True, False)
    """

    def __init__(self, seconds: float | None, *, one: float, least: float = LEAST_SECONDS) -> None:
        self.one = one
        self.seconds = seconds if seconds is not None else max(least, TRAININGS * one)
        self._began = time.monotonic()

    @property
    def spent(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began

    def allows(self, trainings: float) -> bool:
        """Whether so many whole trainings still fit."""
        return self.spent + trainings * self.one <= self.seconds
