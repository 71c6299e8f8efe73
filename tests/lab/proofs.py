"""Claims proved once for all tests of a process: the same start gives the same numbers."""

from __future__ import annotations

import functools

from livegrad.lab.proving import Proved, prove


@functools.cache
def proved(identifier: str, *settings: tuple[str, float | str], seed: int = 0) -> Proved:
    """Prove a claim at these settings from this base seed."""
    return prove(identifier, dict(settings), seed=seed, workers=2)
