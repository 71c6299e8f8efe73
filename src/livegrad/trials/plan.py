"""What is to be compared: every combination of activations, layers, initialisations and rates."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from livegrad.trials.trial import Optimizer, Recipe, Skip, Trial

__all__ = ["USUAL", "Plan"]

USUAL = (
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "swish",
    "mish",
    "hardswish",
    "tanh",
    "sigmoid",
    "softplus",
    "softsign",
)
"""The activations that are compared unless others are named."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Recipes by their differences; what has several values is varied, in all combinations.

    Attributes:
        activations: Names, perhaps with parameters, or formulas.
        hidden: Units of the hidden layers: several shapes.
        inits: Names of initialisations.
        rates: Learning rates; empty: one is searched for each of the other combinations.
        seeds: How many paired seeds each recipe is trained from.
        optimizer: For all.
        weight_decay: For all.
        batch_size: For all.
        steps: For all.
        norm: For all.
        skip: For all.

    Example:
        >>> plan = Plan(activations=("relu", "tanh"), hidden=((8,), (8, 8)), rates=(0.01,), seeds=2)
        >>> [plan.label(recipe) for recipe in plan.recipes()]
        ['relu · 8', 'relu · 8-8', 'tanh · 8', 'tanh · 8-8']
    """

    activations: tuple[str, ...] = USUAL
    hidden: tuple[tuple[int, ...], ...] = ((64, 64),)
    inits: tuple[str, ...] = ("he",)
    rates: tuple[float, ...] = ()
    seeds: int = 32
    optimizer: Optimizer = "adam"
    weight_decay: float = 0.0
    batch_size: int = 64
    steps: int = 2000
    norm: str | None = None
    skip: Skip | None = None

    def recipes(self) -> tuple[Recipe, ...]:
        """Return every combination; without rates each has a rate that says nothing yet."""
        combinations = itertools.product(
            self.activations, self.hidden, self.inits, self.rates or (1e-3,)
        )
        return tuple(
            Recipe(
                activation=activation,
                hidden=hidden,
                init=init,
                lr=rate,
                optimizer=self.optimizer,
                weight_decay=self.weight_decay,
                batch_size=self.batch_size,
                steps=self.steps,
                norm="batch" if self.norm == "batch" else None,
                skip=self.skip,
            )
            for activation, hidden, init, rate in combinations
        )

    def label(self, recipe: Recipe) -> str:
        """Return a recipe's name: what tells it from the others of this plan."""
        parts = [recipe.activation]
        if len(self.hidden) > 1:
            parts.append("-".join(map(str, recipe.hidden)))
        if len(self.inits) > 1:
            parts.append(recipe.init)
        if len(self.rates) > 1:
            parts.append(f"{recipe.lr:g}")
        return " · ".join(parts)

    def trials(
        self, recipes: tuple[Recipe, ...], data: str | Sequence[str], seeds: range | None = None
    ) -> Iterator[Trial]:
        """Yield a trial for each recipe and seed; several splits of the data take the seeds in turn."""
        splits = (data,) if isinstance(data, str) else data
        for recipe in recipes:
            for seed in range(self.seeds) if seeds is None else seeds:
                yield Trial(recipe=recipe, seed=seed, data=splits[seed % len(splits)])


def at_rate(recipe: Recipe, rate: float) -> Recipe:
    """Return a recipe with another learning rate.

    Example:
        >>> at_rate(Recipe(activation="relu"), 0.1).lr
        0.1
    """
    return replace(recipe, lr=rate)
