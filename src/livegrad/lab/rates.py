"""Lanes trained at each one's own best learning rate and, beside it, all at one shared rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from livegrad.lab.nets import SMALL_RATES, Grown, Nets, best_rates, train
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Optimizer

__all__ = ["Raced", "raced"]

Told: TypeAlias = Callable[[float], None]


@dataclass(frozen=True, kw_only=True)
class Raced:
    """The same lanes under one optimizer, twice.

    Attributes:
        optimizer: How the steps were made.
        own: Each lane at its own best rate.
        shared: Each lane at one rate, the best of the lane that the others are compared with.
        rate: That rate.
    """

    optimizer: Optimizer
    own: tuple[Grown, ...]
    shared: tuple[Grown, ...]
    rate: float


def raced(  # noqa: PLR0913 - all but two by keyword
    lanes: Sequence[Nets],
    split: Split,
    *,
    steps: int,
    optimizers: Sequence[Optimizer] = ("sgd", "adam"),
    reference: int = 0,
    seeds: int = 3,
    rates: Mapping[str, Sequence[float]] = SMALL_RATES,
    points: Sequence[int] = (),
    told: Told | None = None,
    workers: int = 1,
) -> list[Raced]:
    """Train lanes with each optimizer, at their own best rates and at one shared rate.

    Args:
        lanes: As they start; their recipes' optimizers and rates are replaced.
        split: The data.
        steps: For how long the rates are tried, and for how long everything is trained.
        optimizers: One after the other.
        reference: Whose best rate the lanes share.
        seeds: How many networks of each lane try the rates.
        rates: For each optimizer the rates that are tried.
        points: After how many steps the curves are taken; by default only at the end, which saves half the time.
        told: Called with the share that is done.
        workers: Threads.

    Example:
        >>> from livegrad.lab.nets import draw, toy
        >>> from livegrad.trials.trial import Recipe
        >>> split = toy("moons", count=60)
        >>> nets = draw(Recipe(activation="tanh", hidden=(4,)), split, [0, 1])
        >>> [r.optimizer for r in raced([nets], split, steps=20)]
        ['sgd', 'adam']
    """
    found = list[Raced]()
    for k, optimizer in enumerate(optimizers):
        tell = _part(told, k / len(optimizers), 1 / len(optimizers))
        named = [replace(n, recipe=replace(n.recipe, optimizer=optimizer)) for n in lanes]
        own = best_rates(
            named,
            split,
            steps=steps,
            seeds=seeds,
            rates=rates[optimizer],
            told=_part(tell, 0.0, 0.4),
            workers=workers,
        )
        shared = own[reference].recipe.lr
        other = [k for k, n in enumerate(own) if n.recipe.lr != shared]
        again = [replace(own[k], recipe=replace(own[k].recipe, lr=shared)) for k in other]
        grown = train(
            [*own, *again],
            split,
            steps=steps,
            points=tuple(points) or (steps,),
            told=_part(tell, 0.4, 0.6),
            workers=workers,
        )
        beside = dict(zip(other, grown[len(own) :], strict=True))
        found.append(
            Raced(
                optimizer=optimizer,
                own=tuple(grown[: len(own)]),
                shared=tuple(beside.get(k, grown[k]) for k in range(len(own))),
                rate=shared,
            )
        )
    return found


def _part(told: Told | None, start: float, length: float) -> Told | None:
    return None if told is None else lambda share: told(start + length * share)
