"""Ends a script in the middle of its training: a short run of the race."""

from __future__ import annotations

import torch

from livegrad.observation.awaiting import Awaiting


class Enough(BaseException):
    """The training was watched as long as it should be; no ``except Exception`` of a script holds it up."""


class ShortRun(Awaiting):
    """Raises `Enough` when an optimizer of the script has made so many steps.

    Args:
        order: The optimizer's place among all that the script makes.
        steps: After how many.
    """

    def __init__(self, order: int, steps: int) -> None:
        super().__init__(order)
        self._left = steps

    def step_ended(self, optimizer: torch.optim.Optimizer) -> None:
        """Count the steps of the one that is meant."""
        if self.is_meant(optimizer):
            self._left -= 1
            if self._left <= 0:
                raise Enough
