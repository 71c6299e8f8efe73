"""Training many small networks at once: in native code where it was built, else in NumPy.

Both make the same steps; ``reference.py`` is the one to read.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from livegrad.trials.engine import native, reference
from livegrad.trials.engine.architecture import Architecture
from livegrad.trials.engine.native import Work
from livegrad.trials.engine.population import Population, Samples, Settings, Trace

__all__ = [
    "Architecture",
    "Population",
    "Samples",
    "Settings",
    "Trace",
    "Work",
    "name",
    "train",
]

Choice: TypeAlias = Literal["auto", "native", "reference"]


def name() -> Literal["native", "reference"]:
    """Return which engine `train` uses.

    Example:
        >>> name() in ("native", "reference")
        True
    """
    return "reference" if native.library() is None else "native"


def train(
    population: Population, samples: Samples, work: Work, *, engine: Choice = "auto"
) -> Trace:
    """Make some steps with every network of a population, in place.

    Args:
        population: The networks; may have made steps before.
        samples: What they learn from, in the population's dtype.
        work: The minibatches, and what is taken down meanwhile.
        engine: ``"reference"`` for NumPy; by default native code, if it was built.

    Returns:
        Curves and snapshots of flow. A network whose loss is no finite number goes on with what it
        has: `Population.diverged` says since when.
    """
    chosen = name() if engine == "auto" else engine
    return (native if chosen == "native" else reference).train(population, samples, work)
