"""A learning rate for each candidate, found on data that no score is taken from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from livegrad.trials.plan import at_rate
from livegrad.trials.running import Progress
from livegrad.trials.splitting import Split
from livegrad.trials.trial import Optimizer, Outcome, Recipe, Trial

__all__ = ["RATES", "rates_for"]

Told: TypeAlias = Callable[[Progress], bool | None]
Run: TypeAlias = Callable[
    [Sequence[Trial], Split, Told | None], Iterator[list[tuple[Trial, Outcome]]]
]

RATES: dict[Optimizer, tuple[float, ...]] = {
    "adam": (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
    "adamw": (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
    "sgd": (3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0, 3.0),
    "momentum": (3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1),
}
"""What is tried, in half decades."""

_SEEDS = range(1_000_000, 1_000_003)  # none that a study trains from
_LEAST_STEPS = 200
_SHARE = 0.25  # of what may be learned from, to choose rates by


def rates_for(
    recipes: tuple[Recipe, ...],
    split: Split,
    run: Run,
    *,
    told: Callable[[Progress], bool | None] | None = None,
) -> tuple[float, ...] | None:
    """Return the best learning rate for each recipe.

    Every rate is trained from three seeds for half the steps, on three quarters of the part to learn from,
    and judged on the last quarter. The validation part is not touched, so that a choice of rates flatters
    nobody's score.

    Args:
        recipes: All of one optimizer.
        split: The data.
        run: What trains: of trials, their data, and whom to tell.
        told: As for `livegrad.trials.running.run`.

    Returns:
        A rate for each recipe: that of the least mean loss; runs that diverged count as infinite. None
        if ``told`` stopped it.
    """
    inner = _inner(split)
    tried = RATES[recipes[0].optimizer]
    steps = max(min(_LEAST_STEPS, recipes[0].steps), recipes[0].steps // 2)
    trials = [
        Trial(recipe=at_rate(recipe, rate, steps), seed=seed, data=inner.fingerprint)
        for recipe in recipes
        for rate in tried
        for seed in _SEEDS
    ]
    found = dict[str, float]()
    for part in run(trials, inner, told):
        for trial, outcome in part:
            ended = outcome.loss if np.isfinite(outcome.loss) else np.inf
            found[trial.key] = min(ended, float(np.finfo(np.float32).max))
    if len(found) < len(trials):
        return None
    losses = np.array([found[trial.key] for trial in trials])
    mean = losses.reshape(len(recipes), len(tried), len(_SEEDS)).mean(axis=2)
    return tuple(tried[best] for best in mean.argmin(axis=1))


def _inner(split: Split) -> Split:
    """Return the part to learn from, parted again."""
    count = len(split.train_inputs)
    held = max(1, round(count * _SHARE))
    order = np.random.default_rng(0).permutation(count)
    judged, learned = (order, order) if count < 8 else (order[:held], order[held:])
    return replace(
        split,
        train_inputs=np.ascontiguousarray(split.train_inputs[learned]),
        validation_inputs=np.ascontiguousarray(split.train_inputs[judged]),
        train_targets=np.ascontiguousarray(split.train_targets[learned]),
        validation_targets=np.ascontiguousarray(split.train_targets[judged]),
        fingerprint=split.fingerprint + " inner",
    )
