"""Pretended models for the process pool, where worker processes can import them; without PyTorch."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

from trials.writer import run

from livegrad.errors import BadInput
from livegrad.text import same
from livegrad.trials.trial import Outcome, Trial


@dataclass(frozen=True)
class Pretended:
    """Tells every step, and then what `trials.writer.run` makes of a trial.

    Attributes:
        kills: Seeds whose process is killed half way.
        mark: A file that keeps it from happening twice; empty: it happens always.
        fails: Seeds that raise a sentence.
    """

    kills: tuple[int, ...] = ()
    mark: str = ""
    fails: tuple[int, ...] = ()

    def trained(self, trial: Trial, told: Callable[[int], bool | None]) -> Outcome | None:
        for step in range(trial.recipe.steps):
            if told(step) is False:
                return None
            if step == trial.recipe.steps // 2:
                self._happens(trial.seed)
        return run(trial)

    def _happens(self, seed: int) -> None:
        if seed in self.fails:
            raise BadInput(same(f"seed {seed} is not possible"))
        if seed in self.kills and not os.path.exists(self.mark):
            if self.mark:
                with open(self.mark, "w") as file:
                    file.write(str(os.getpid()))
            os.kill(os.getpid(), signal.SIGKILL)
