"""Work timed as ratios within one run: rounds of all candidates in turn, so that a busy machine slows all alike.

A ratio of times depends on the machine less than a time does; the least of a few tries is the one that was
disturbed least.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["seconds"]

Reals: TypeAlias = NDArray[Any]


def seconds(
    work: Mapping[str, Callable[[], object]], *, rounds: int = 15, tries: int = 3
) -> dict[str, Reals]:
    """Return how long each piece of work took, round by round.

    Args:
        work: By name; called once beforehand, so that nothing is measured cold.
        rounds: In each, every piece has its turn.
        tries: In each turn; the least time counts.

    Returns:
        Seconds for one call; shape (rounds,) each.

    Example:
        >>> found = seconds({"short": lambda: sum(range(100)), "long": lambda: sum(range(100_000))})
        >>> bool(np.median(found["long"]) > np.median(found["short"]))
        True
    """
    for do in work.values():
        do()
    return {
        name: np.array(taken)
        for name, taken in zip(
            work, np.transpose([_round(work, tries) for _ in range(rounds)]), strict=True
        )
    }


def _round(work: Mapping[str, Callable[[], object]], tries: int) -> list[float]:
    taken = list[float]()
    for do in work.values():
        least = float("inf")
        for _ in range(tries):
            began = time.perf_counter()
            do()
            least = min(least, time.perf_counter() - began)
        taken.append(least)
    return taken
