"""Waiting for one optimizer among those that a script makes: the training that a finding was about, in a run of its own."""

from __future__ import annotations

import torch

from livegrad.observation.signals import Listener


class Awaiting(Listener):
    """Is told of the optimizer that is meant, and knows it again.

    Args:
        order: Its place among all that the script makes.
    """

    def __init__(self, order: int) -> None:
        self._order, self._made = order, 0
        self._meant: int | None = None

    def optimizer_made(self, optimizer: torch.optim.Optimizer) -> None:
        """Count until the one that is meant."""
        if self._made == self._order:
            self._meant = id(optimizer)
            self.came(optimizer)
        self._made += 1

    def came(self, optimizer: torch.optim.Optimizer) -> None:
        """The one that is meant was made; override."""

    def is_meant(self, optimizer: torch.optim.Optimizer) -> bool:
        """Whether it is the one that is meant."""
        return id(optimizer) == self._meant
