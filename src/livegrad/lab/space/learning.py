"""The networks of the hidden-space view: several starts at several rates, of which the one that learned best is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from livegrad.lab.nets import Nets, draw, toy, train
from livegrad.lab.space.passing import Passage, passage
from livegrad.lab.space.setup import Setup
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Recipe

__all__ = ["RATES", "Row", "data_of", "rows"]

RATES = {
    "sgd": (0.03, 0.1, 0.3, 1.0),
    "momentum": (0.01, 0.03, 0.1, 0.3),
    "adam": (0.003, 0.01, 0.03, 0.1),
    "adamw": (0.003, 0.01, 0.03, 0.1),
}
"""The rates that are tried."""
_COUNT = 400  # samples
_BATCH = 32


@dataclass(frozen=True, kw_only=True)
class Row:
    """One activation function.

    Attributes:
        name: As it was given.
        rate: The learning rate of the network that is shown.
        start: Which of the starts it is, from 0.
        starts: How many starts were trained at each rate.
        rates: How many rates were tried.
        loss: Its loss on the training data at the end.
        accuracy: Which share of the held-back data it tells right.
        middle: The same of the median network at that rate: how far the choice of the best flatters.
        before: Before training.
        after: After training.
    """

    name: str
    rate: float
    start: int
    starts: int
    rates: int
    loss: float
    accuracy: float
    middle: float
    before: Passage
    after: Passage


def data_of(setup: Setup) -> Split:
    """Return the data; they follow from the seed.

    Example:
        >>> data_of(Setup(task="xor")).train_inputs.shape
        (300, 2)
    """
    return toy(setup.task, count=_COUNT, seed=setup.seed)


def rows(
    setup: Setup, split: Split, told: Callable[[float], None] | None = None
) -> tuple[Row, ...]:
    """Train identity and the functions asked for; the best network of each by its training loss.

    Args:
        setup: What is asked for.
        split: The data.
        told: Called with the share that is done; may raise to stop.

    Example:
        >>> setup = Setup(functions=("tanh",), depth=2, steps=50, starts=2)
        >>> [row.name for row in rows(setup, data_of(setup))]
        ['identity', 'tanh']
    """
    names = tuple(dict.fromkeys(("identity", *setup.functions)))
    rates = RATES[setup.optimizer]
    seeds = [1_000_000 * setup.seed + k for k in range(setup.starts)]
    starts = {name: draw(_recipe(setup, name), split, seeds) for name in names}
    lanes = [_at_rate(nets, rate) for nets in starts.values() for rate in rates]
    grown = train(lanes, split, points=(setup.steps,), told=told)
    found = [one.nets for one in grown]
    return tuple(
        _best(name, starts[name], found[k * len(rates) : (k + 1) * len(rates)], setup, split)
        for k, name in enumerate(names)
    )


def _recipe(setup: Setup, name: str) -> Recipe:
    return Recipe(
        activation=name,
        hidden=setup.hidden,
        init=setup.init,
        optimizer=setup.optimizer,
        steps=setup.steps,
        batch_size=_BATCH,
    )


def _at_rate(nets: Nets, rate: float) -> Nets:
    return replace(nets, recipe=replace(nets.recipe, lr=rate))


def _best(name: str, starts: Nets, grown: list[Nets], setup: Setup, split: Split) -> Row:
    losses = np.stack(
        [nets.look(split.train_inputs, split.train_targets, training=False).loss for nets in grown]
    )
    losses = np.where(np.isfinite(losses), losses, np.inf)
    at, start = (int(k) for k in np.unravel_index(losses.argmin(), losses.shape))
    best = grown[at]
    accuracy = best.accuracy(split.validation_inputs, split.validation_targets)
    return Row(
        name=name,
        rate=best.recipe.lr,
        start=start,
        starts=setup.starts,
        rates=len(grown),
        loss=float(losses[at, start]),
        accuracy=float(accuracy[start]),
        middle=float(np.median(accuracy)),
        before=passage(starts, split, which=start, angle=setup.angle),
        after=passage(best, split, which=start, angle=setup.angle),
    )
