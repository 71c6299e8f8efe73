"""Hears whether a script seeds torch itself, and can give the same script another start by shifting its seeds."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

LARGEST = 2**32
"""NumPy's global generator takes seeds below this."""


class SeedWatch:
    """Wraps the functions by which a script sets its seeds, from `begin` until the process ends.

    What holds a seed of its own without such a call keeps it: a ``torch.Generator``, a ``random.Random``, a
    ``random_state=`` of scikit-learn.

    Args:
        offset: Is added to every whole number that is given as a seed; 0 changes nothing.

    Attributes:
        heard: Whether torch was seeded.
    """

    def __init__(self, offset: int = 0) -> None:
        self.heard = False
        self._offset = offset

    def begin(self) -> None:
        """Wrap them."""
        original = torch.manual_seed

        @functools.wraps(original)
        def manual_seed(seed: int) -> torch.Generator:
            self.heard = True
            return original(self._moved(seed))

        torch.manual_seed = torch.random.manual_seed = manual_seed
        if self._offset:
            for owner, name in (
                (torch.cuda, "manual_seed"),
                (torch.cuda, "manual_seed_all"),
                (np.random, "seed"),
                (np.random, "default_rng"),
                (random, "seed"),
            ):
                setattr(owner, name, self._moving(getattr(owner, name)))

    def _moving(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def seeding(seed: Any = None, *args: Any, **kwargs: Any) -> Any:
            return original(self._moved(seed), *args, **kwargs)

        return seeding

    def _moved(self, seed: Any) -> Any:
        """Whole numbers only; None, arrays and bit generators are as they were."""
        if not self._offset or not isinstance(seed, (int, np.integer)) or isinstance(seed, bool):
            return seed
        moved = int(seed) + self._offset
        return moved if seed >= LARGEST or moved < LARGEST else moved % LARGEST
