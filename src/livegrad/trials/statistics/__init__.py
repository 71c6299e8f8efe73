"""What may be concluded from trials with paired seeds, and what may not.

    rank({"relu": scores, "gelu": scores}, worst=0.5)   an order with its ties; never a winner by luck
    verdict(ranking)                                    the same in a sentence or two, English and Korean
    paired_difference(a, b)                             how much better, between which ends, by chance how often
    success_rate(scores, 0.9)                           how often it works
    time_to_target(steps, curves, 0.9)                  how long it takes, with runs that never get there
    seeds_needed(a - b)                                 how many seeds it would take to tell
    rungs(12, steps=2000, seeds=32); halving(...)       fewer trainings for the hopeless

Higher scores are better; NaN is a run that diverged, and counts as a failure, never as missing.
"""

from __future__ import annotations

from livegrad.trials.statistics.budget import Cut, Rung, halving, rungs
from livegrad.trials.statistics.difference import Difference, paired_difference, seeds_needed
from livegrad.trials.statistics.permutation import least_seeds
from livegrad.trials.statistics.ranking import Place, Ranking, rank
from livegrad.trials.statistics.rates import Share, Times, success_rate, time_to_target
from livegrad.trials.statistics.verdict import verdict

__all__ = [
    "Cut",
    "Difference",
    "Place",
    "Ranking",
    "Rung",
    "Share",
    "Times",
    "halving",
    "least_seeds",
    "paired_difference",
    "rank",
    "rungs",
    "seeds_needed",
    "success_rate",
    "time_to_target",
    "verdict",
]
