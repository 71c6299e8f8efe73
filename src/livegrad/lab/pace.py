"""Lanes at several learning rates at once: each lane's own best rate, one rate for all, and how long each took.

tried = try_rates([relu, tanh], split, steps=1000)      every lane at every rate, in one call of the engine
tried[0].steps(tried[0].own(0.95), 0.95)                steps to 95 % at the lane's own best rate
tried[0].steps(shared(tried, 0.95), 0.95)               at the one rate that suits all of them best

The rate is chosen by the last few starts and judged by the others, so luck in choosing flatters nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab.experiment import Choice, Control
from livegrad.lab.intervals import mean_of
from livegrad.lab.nets import Grown, Nets, train
from livegrad.text import Text
from livegrad.trials.splitting import Split

__all__ = [
    "CHOOSERS",
    "RATES",
    "RATE_CONTROL",
    "Tried",
    "ratio_of",
    "ratios",
    "shared",
    "smoothed",
    "try_rates",
]

Reals: TypeAlias = NDArray[Any]
CHOOSERS = 8
"""So many of the last starts choose the rate and are counted nowhere else."""
RATES = {
    "sgd": (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0),
    "adam": (0.003, 0.01, 0.03, 0.1, 0.3, 1.0),
}
"""Rates to try on small networks, half a decade apart, wide enough for the sigmoid."""


RATE_CONTROL = Control(
    id="rate",
    name=Text("learning rate", "학습률"),
    usual="own",
    choices=(
        Choice(id="own", name=Text("each one's best", "저마다 가장 좋은 것")),
        Choice(id="shared", name=Text("one for all", "모두 같은 것")),
    ),
)
"""Which of both the reader wants to see."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One lane, trained at several rates.

    Attributes:
        rates: Learning rates, rising.
        grown: What came of each; its last `CHOOSERS` networks only choose.
        limit: For how many steps they were trained.
    """

    rates: tuple[float, ...]
    grown: tuple[Grown, ...]
    limit: int

    @property
    def points(self) -> NDArray[np.int32]:
        """After how many steps the curves were taken."""
        return self.grown[0].points

    def cost(self, target: float) -> Reals:
        """Return mean steps to the target of the choosing starts, for each rate; never there counts twice the limit."""
        steps = np.array([grown.steps_to(target)[-CHOOSERS:] for grown in self.grown])
        return np.minimum(steps, 2.0 * self.limit).mean(axis=1)

    def own(self, target: float) -> int:
        """Return which rate is this lane's best: fewest steps to the target, and the least loss where none arrives."""
        cost = self.cost(target)
        losses = np.array([grown.train_loss[-CHOOSERS:, -1].mean() for grown in self.grown])
        return int(np.lexsort((np.where(np.isfinite(losses), losses, np.inf), cost))[0])

    def steps(self, rate: int, target: float) -> Reals:
        """Return steps to a score for each counted start; ∞ if never; shape (starts,)."""
        return self.grown[rate].steps_to(target)[:-CHOOSERS]

    def curve(self, rate: int) -> Reals:
        """Return the score of the counted starts; shape (starts, points)."""
        return self.grown[rate].score[:-CHOOSERS]


def try_rates(
    lanes: Sequence[Nets],
    split: Split,
    *,
    steps: int,
    rates: Sequence[float] | None = None,
    every: int = 10,
    told: Callable[[float], None] | None = None,
) -> list[Tried]:
    """Train every lane at every rate, all of them on the same minibatches.

    Args:
        lanes: Networks at their start, more than `CHOOSERS` of them each.
        split: The data.
        steps: For how many steps.
        rates: Rising; by default `RATES` of the first lane's optimizer.
        every: After how many steps the score is taken, again and again.
        told: Called with the share that is done; may raise to stop.

    Example:
        >>> from livegrad.lab.nets import draw, toy
        >>> from livegrad.trials.trial import Recipe
        >>> split = toy("moons", count=100)
        >>> nets = draw(Recipe(activation="tanh", hidden=(8,)), split, range(10))
        >>> tried = try_rates([nets], split, steps=300, rates=(0.001, 0.1))[0]
        >>> tried.rates[tried.own(0.7)], len(tried.steps(1, 0.7))
        (0.1, 2)
    """
    rates = tuple(rates or RATES[lanes[0].recipe.optimizer])
    grown = train(
        [replace(nets, recipe=replace(nets.recipe, lr=rate)) for nets in lanes for rate in rates],
        split,
        steps=steps,
        points=tuple(range(every, steps + 1, every)),
        told=told,
    )
    count = len(rates)
    return [
        Tried(rates=rates, grown=tuple(grown[k * count : (k + 1) * count]), limit=steps)
        for k in range(len(lanes))
    ]


def shared(tried: Sequence[Tried], target: float) -> int:
    """Return which one rate suits all lanes best: the least sum of the logarithms of their costs.

    Args:
        tried: The lanes, at the same rates.
        target: The score that is to be reached.
    """
    return int(np.sum([np.log(lane.cost(target)) for lane in tried], axis=0).argmin())


def ratios(slow: Reals, fast: Reals, limit: int) -> Reals:
    """Return by which factor one lane took longer, start by start; a run that never arrives counts as the limit.

    Args:
        slow: Steps of the lane that stands on top; may hold ∞; shape (starts,).
        fast: Of the one below.
        limit: For how many steps they were trained.

    Example:
        >>> ratios(np.array([60.0, np.inf]), np.array([30.0, 50.0]), 100)
        array([2., 2.])
    """
    return np.minimum(slow, limit) / np.minimum(fast, limit)


def ratio_of(slow: Reals, fast: Reals, limit: int) -> tuple[float, float, float]:
    """Return the geometric mean of `ratios` and its 95 % interval.

    Example:
        >>> middle, low, high = ratio_of(np.full(9, 60.0), np.full(9, 30.0), 100)
        >>> round(middle, 6)
        2.0
    """
    middle, low, high = mean_of(np.log(ratios(slow, fast, limit)))
    return float(np.exp(middle)), float(np.exp(low)), float(np.exp(high))


def smoothed(curve: Reals, *, looks: int = 5) -> Reals:
    """Return a running mean: each value with its neighbours, fewer of them at the ends.

    Args:
        curve: Shape (points,).
        looks: Over how many neighbouring points; odd.

    Example:
        >>> smoothed(np.array([0.0, 3.0, 0.0, 3.0]), looks=3).tolist()
        [1.5, 1.0, 2.0, 1.5]
    """
    window, ones = np.ones(looks), np.ones(len(curve))
    return np.convolve(curve, window, "same") / np.convolve(ones, window, "same")
