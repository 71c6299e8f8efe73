"""Which steps are measured: many at the start, fewer later, and more than a few only where they cost little.

A measured step of a deep, narrow net takes twice as long as another one, that of a large net hardly longer. So a thin
row of steps is measured whatever it costs, and a denser one as far as a small share of the time reaches, on credit at the start:
as if the training took at least some hundred steps, and some hundredths of a second.
"""

from __future__ import annotations

__all__ = ["is_due", "may_be_due"]

SHARE_OF_TIME = 0.01
"""Measuring beyond the certain steps may take this share of the training's time, the certain steps included."""
UNCLOCKED = 1.5
"""Hooks and the function mode slow PyTorch's own passes, where no clock of ours runs: by half of what ours show."""
LIKELY_STEPS = 500
"""So long is the shortest training of which the share is kept: a shorter one costs more in percent, and little in seconds."""
UNNOTICED_SECONDS = 0.02
"""Nobody notices so much, however short the training."""
EVERY = 50
"""Beyond the first steps at most one step in so many is measured, but for the powers of 2."""
FIRST = (0, 1)
"""What only these steps show is gone later."""
EARLY = (3, 6, 12, 24)


def is_due(step: int, *, spent: float, measured: int, elapsed: float, every: int | None) -> bool:
    """Whether the step that begins now is measured.

    Args:
        step: Its number, from 0.
        spent: Seconds that measuring has taken so far, by our own clock.
        measured: How many steps were measured.
        elapsed: Seconds since the first step began.
        every: Measure one step in so many, whatever it costs; ``None``: as said above.

    Example:
        >>> [s for s in range(300) if is_due(s, spent=9, measured=1, elapsed=0, every=None)]
        [0, 1, 4, 32, 256]
        >>> [s for s in range(70) if is_due(s, spent=0, measured=1, elapsed=9, every=None)]
        [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 50, 64]
    """
    if not may_be_due(step, every):
        return False
    if every is not None or step in FIRST or _is_certain(step):
        return True
    cost = UNCLOCKED * spent
    likely = max(0.0, elapsed - cost) * max(1.0, LIKELY_STEPS / max(1, step))
    with_next = cost * (1 + 1 / max(1, measured))
    return with_next <= max(SHARE_OF_TIME * likely, UNNOTICED_SECONDS)


def may_be_due(step: int, every: int | None) -> bool:
    """Whether `is_due` has to be asked at all: most steps are out of the question, and this is asked at each.

    Example:
        >>> [s for s in range(5, 70) if may_be_due(s, None)]
        [6, 8, 12, 16, 24, 32, 50, 64]
    """
    if every is not None:
        return step % every == 0
    return _is_power_of_2(step) or step in FIRST or step in EARLY or step % EVERY == 0


def _is_certain(step: int) -> bool:
    """Whether it is 4, 32, 256 …: four times a power of 8."""
    return _is_power_of_2(step) and step.bit_length() % 3 == 0


def _is_power_of_2(step: int) -> bool:
    return step & (step - 1) == 0
