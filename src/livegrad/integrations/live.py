"""Telling things while the training runs, without slowing it down."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livegrad.observation.case import Case

__all__ = ["SHARE_OF_TIME", "Live"]

SHARE_OF_TIME = 0.02
"""Telling may take this share of the training's time; what it has no time for now, it tells later."""


class Live:
    """Calls ``tell`` after measured steps, as often as its share of the time allows.

    A failure of ``tell`` (a full disk, a lost connection) ends the telling with one warning, never the training.

    Args:
        tell: Called with the case that was just measured.
        share: Of the time that passes; 1: after every measured step.
    """

    def __init__(self, tell: Callable[[Case], None], *, share: float = SHARE_OF_TIME) -> None:
        self._tell = tell
        self._share = share
        self._again_at = 0.0
        self._failed = False

    def measured(self, case: Case) -> None:
        """Hear of a measured step; a `livegrad.observation.recorder.Recorder` calls it."""
        began = time.perf_counter()
        if began >= self._again_at:
            self.attempt(lambda: self._tell(case))
            ended = time.perf_counter()
            self._again_at = ended + (ended - began) * (1 / self._share - 1)

    def attempt(self, action: Callable[[], object]) -> None:
        """Do what may fail; after the first failure nothing is done any more."""
        if self._failed:
            return
        try:
            action()
        except Exception as error:  # noqa: BLE001 (whatever it is, the training goes on)
            self._failed = True
            warnings.warn(
                f"livegrad could not log what it saw ({type(error).__name__}: {error}). The training goes on, and the "
                "diagnosis does not need the log.",
                RuntimeWarning,
                stacklevel=2,
            )
