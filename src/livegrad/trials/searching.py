"""A learning rate for each candidate, found on data that no score is taken from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from livegrad.trials.plan import at_rate
from livegrad.trials.running import Progress
from livegrad.trials.splits import Splits
from livegrad.trials.splitting import Split
from livegrad.trials.stages import Stages
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

_LOOKS = 4
"""On how many inner splits each rate is tried, from one seed each: an unlucky draw of a quarter then decides nothing alone."""

_FIRST_SEED = 1_000_000  # none that a study trains from
_LEAST_STEPS = 200


def rates_for(
    recipes: tuple[Recipe, ...],
    splits: Splits,
    run: Run,
    *,
    told: Told | None = None,
) -> tuple[float, ...] | None:
    """Return the best learning rate for each recipe.

    Every rate is trained for half the steps on three quarters of a part to learn from, and judged on the last quarter: four
    times, each time another quarter, of another split where there are several. What a split sets aside is not touched in it. So with
    one split no score flatters a choice of rates; with several, a sample that judges in one may have had a voice in another.

    Args:
        recipes: All of one optimizer.
        splits: The data.
        run: What trains: of trials, their data, and whom to tell.
        told: As for `livegrad.trials.running.run`.

    Returns:
        A rate for each recipe: that of the least mean loss; runs that diverged count as infinite. None
        if ``told`` stopped it.
    """
    tried = RATES[recipes[0].optimizer]
    steps = max(min(_LEAST_STEPS, recipes[0].steps), recipes[0].steps // 2)
    losses = np.empty((len(recipes), len(tried), _LOOKS))
    once = len(recipes) * len(tried) * steps
    stages = Stages(told, _LOOKS * once)
    for look in range(_LOOKS):
        inner = _inner(splits.split(look * len(splits) // _LOOKS), look)
        trials = [
            Trial(
                recipe=at_rate(recipe, rate, steps), seed=_FIRST_SEED + look, data=inner.fingerprint
            )
            for recipe in recipes
            for rate in tried
        ]
        found = dict[str, float]()
        for part in run(trials, inner, stages.after(look * once)):
            for trial, outcome in part:
                ended = outcome.loss if np.isfinite(outcome.loss) else np.inf
                found[trial.key] = min(ended, float(np.finfo(np.float32).max))
        if len(found) < len(trials) or stages.stopped:
            return None
        losses[..., look] = np.reshape([found[trial.key] for trial in trials], losses.shape[:2])
    return tuple(tried[best] for best in losses.mean(axis=2).argmin(axis=1))


def _inner(split: Split, look: int) -> Split:
    """Return the part to learn from, parted again: quarter number ``look`` of four judges."""
    count = len(split.train_inputs)
    order = np.random.default_rng(0).permutation(count)
    judging = np.arange(count) * _LOOKS // count == look
    judged, learned = (order, order) if count < 8 else (order[judging], order[~judging])
    return replace(
        split,
        train_inputs=np.ascontiguousarray(split.train_inputs[learned]),
        validation_inputs=np.ascontiguousarray(split.train_inputs[judged]),
        train_targets=np.ascontiguousarray(split.train_targets[learned]),
        validation_targets=np.ascontiguousarray(split.train_targets[judged]),
        fingerprint=f"{split.fingerprint} inner {look}",
    )
