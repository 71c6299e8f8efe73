"""A learning rate for each candidate, found on data that no score is taken from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.trials.plan import at_rate
from livegrad.trials.running import Progress
from livegrad.trials.splits import Splits
from livegrad.trials.splitting import Split
from livegrad.trials.stages import Stages
from livegrad.trials.trial import Optimizer, Outcome, Recipe, Trial

__all__ = ["RATES", "rates_for"]

Told: TypeAlias = Callable[[Progress], bool | None]
Run: TypeAlias = Callable[
    [Sequence[Trial], Callable[[str], Split], Told | None], Iterator[list[tuple[Trial, Outcome]]]
]
"""What trains trials: of any splits, which it may ask for by `Trial.data`."""

RATES: dict[Optimizer, tuple[float, ...]] = {
    "adam": (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
    "adamw": (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
    "sgd": (3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0, 3.0),
    "momentum": (3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1),
}
"""What is tried, in half decades."""

_LOOKS = 4
"""On how many inner splits a rate is tried, from one seed each: an unlucky draw of a quarter then decides nothing alone."""

_ALL_LOOKS = 2
"""After so many of them only the best `_KEPT` rates of each recipe go on. On eight data sets this chose as trying all of them did."""

_KEPT = 3
_FIRST_SEED = 1_000_000  # none that a study trains from


def rates_for(
    recipes: tuple[Recipe, ...],
    splits: Splits,
    run: Run,
    *,
    told: Told | None = None,
) -> tuple[float, ...] | None:
    """Return the best learning rate for each recipe.

    A rate is trained as long as the study will, on three quarters of a part to learn from, and judged on the last quarter by the loss
    at the end: four times, each time another quarter, of another split where there are several. After two of them the best three
    rates of each recipe go on. What a split sets aside is not touched in it. So with one split no score flatters a choice of
    rates; with several, a sample that judges in one may have had a voice in another.

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
    going = np.ones((len(recipes), len(tried)), bool)
    losses = np.full((_LOOKS, *going.shape), np.inf)
    stages = Stages(told, search_steps(recipes))
    done = 0
    for looks in (range(_ALL_LOOKS), range(_ALL_LOOKS, _LOOKS)):
        if looks[0]:
            going = _best(losses[: looks[0]].mean(axis=0))
        inner = [_inner(splits.split(look * len(splits) // _LOOKS), look) for look in looks]
        trials = [
            Trial(
                recipe=at_rate(recipes[i], tried[j]),
                seed=_FIRST_SEED + look,
                data=split.fingerprint,
            )
            for look, split in zip(looks, inner, strict=True)
            for i, j in np.argwhere(going)
        ]
        by_name = {split.fingerprint: split for split in inner}
        found = {
            trial.key: _ended(outcome)
            for part in run(trials, by_name.__getitem__, stages.after(done))
            for trial, outcome in part
        }
        if len(found) < len(trials) or stages.stopped:
            return None
        ended = np.array([found[trial.key] for trial in trials])
        losses[looks[0] : looks[-1] + 1, going] = ended.reshape(len(looks), -1)
        done += sum(trial.recipe.steps for trial in trials)
    mean = np.where(going, losses.mean(axis=0), np.inf)
    return tuple(tried[best] for best in mean.argmin(axis=1))


def search_steps(recipes: tuple[Recipe, ...]) -> int:
    """Return how many network-steps a search takes.

    Example:
        >>> search_steps((Recipe(activation="relu", steps=100),))
        2400
    """
    tried = len(RATES[recipes[0].optimizer])
    for_each = _ALL_LOOKS * tried + (_LOOKS - _ALL_LOOKS) * _KEPT
    return for_each * sum(recipe.steps for recipe in recipes)


def _best(losses: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the rates of the least losses of each recipe; of equal ones the lowest."""
    order = np.argsort(losses, axis=1, kind="stable")[:, :_KEPT]
    marks = np.zeros(losses.shape, bool)
    np.put_along_axis(marks, order, values=True, axis=1)
    return marks


def _ended(outcome: Outcome) -> float:
    """Return the loss at the end; a run that diverged has the largest there is, and outweighs any other."""
    ended = outcome.loss if np.isfinite(outcome.loss) else np.inf
    return min(ended, float(np.finfo(np.float32).max))


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
