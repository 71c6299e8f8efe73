"""One progress for several runs, one after another: splits of the data, looks at a learning rate."""

from __future__ import annotations

import time
from collections.abc import Callable

from livegrad.trials.running import Progress

__all__ = ["Stages"]


class Stages:
    """One progress for several runs, one after another.

    Args:
        told: Called with the progress of all of them; returning False stops the run that is under way.
        total: Network-steps of all.

    Attributes:
        stopped: Whether ``told`` has stopped a run, so that the next need not begin.

    Example:
        >>> seen = []
        >>> stages = Stages(lambda progress: seen.append((progress.done, progress.total)), 20)
        >>> stages.after(10)(Progress(5, 10, 0.1))
        >>> seen
        [(15, 20)]
    """

    def __init__(self, told: Callable[[Progress], bool | None] | None, total: int) -> None:
        self._told, self._total = told, total
        self._began, self.stopped = time.perf_counter(), False

    def after(self, before: int) -> Callable[[Progress], bool | None] | None:
        """Return whom the next run is to tell.

        Args:
            before: Network-steps of the runs that are done.
        """
        told = self._told
        if told is None:
            return None

        def tell(progress: Progress) -> bool | None:
            done, seconds = before + progress.done, time.perf_counter() - self._began
            said = told(Progress(done, self._total, seconds))
            self.stopped = self.stopped or (said is False and done < self._total)
            return said

        return tell
