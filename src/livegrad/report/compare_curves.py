"""Which learning curves are drawn, and on which axes."""

from __future__ import annotations

import math

from livegrad.report.axis import Axis, round_numbers
from livegrad.trials.comparison import Candidate, Comparison

__all__ = ["MOST_CURVES", "curve_axes", "drawn_curves"]

MOST_CURVES = 8
"""So many learning curves are drawn."""

_BELOW_WORST = 0.1  # R² has no lower end: curves are cut off so far below the worst that counts
_LEAST_RANGE = 0.01  # of the axis, in units of the score


def drawn_curves(comparison: Comparison) -> tuple[Candidate, ...]:
    """Return the candidates whose learning curves are drawn.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> len(drawn_curves(found))
        2
    """
    return comparison.candidates[:MOST_CURVES]


def curve_axes(comparison: Comparison) -> tuple[Axis, Axis]:
    """Return the axes of the learning curves: steps, and scores but for the first, low ones.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> steps, scores = curve_axes(found)
        >>> steps.high, bool(scores.low < found.target < scores.high)
        (20, True)
    """
    shown = drawn_curves(comparison)
    worst = comparison.ranking.worst - _BELOW_WORST
    bands = [one.band for one in shown]
    late = [curve[len(curve) // 10 :] for band in bands for curve in (band.low, band.high)]
    values = [value for curve in late for value in curve if math.isfinite(value)]
    kept = [max(v, worst) for v in values] or [comparison.ranking.worst]
    low, high = min(kept), max(*kept, comparison.target)
    room = max(0.03 * (high - low), _LEAST_RANGE / 2)
    steps = [step for band in bands for step in band.steps]
    return round_numbers(0, max(steps), most=3), round_numbers(low - room, high + room, most=4)
