"""From outcomes to a comparison: the score that counts as success, the ranking, the sentences."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from livegrad.text import Text, join
from livegrad.trials.comparison import Candidate, Comparison, band_of
from livegrad.trials.plan import Plan
from livegrad.trials.splitting import Split
from livegrad.trials.statistics import Ranking, rank, time_to_target, verdict
from livegrad.trials.trial import Outcome, Recipe, Trial

__all__ = ["WORST", "Made", "concluded"]

WORST = 0.0
"""What a diverged run counts as, and every score below: no right answer, or R² of always saying the mean."""

_SUCCESS = 0.9  # of the way from a guess to the best median
_REACHED = Text(
    "{name} reaches {measure} {score} on average.",
    "{name}의 평균 {measure:은/는} {score}입니다.",
)
_FAILS = Text(
    "Runs that diverged: {names}.",
    "발산한 실행이 있는 후보: {names}.",
)


@dataclass(frozen=True, kw_only=True)
class Made:
    """How outcomes came about, for the record.

    Attributes:
        data: Name of the data.
        engine: What trained.
        network_steps: Made for this.
        seconds: That it took.
        remarks: What was done to the data and to the study.
        searched: Whether learning rates were searched.
        command: What repeats it.
    """

    data: str
    engine: str
    network_steps: int
    seconds: float
    remarks: tuple[Text, ...]
    searched: bool = False
    command: str = ""


def concluded(
    plan: Plan,
    split: Split,
    outcomes: Mapping[Trial, Outcome],
    made: Made,
    *,
    left: Collection[Recipe] = (),
    correlation: float = 0.0,
) -> Comparison:
    """Rank candidates by their outcomes.

    Args:
        plan: What was compared.
        split: The data; the first split, if there are several.
        outcomes: Of every trial; all of the plan's seeds for those who did not leave early.
        made: How they came about.
        left: Recipes that left in an early round of successive halving.
        correlation: Of scores of two splits (`livegrad.trials.splits.Splits.correlation`).

    Returns:
        The comparison, candidates in the order of the ranking.
    """
    by_recipe = dict[Recipe, dict[int, Outcome]]()
    for trial, outcome in outcomes.items():
        by_recipe.setdefault(trial.recipe, {})[trial.seed] = outcome
    table = {
        plan.label(recipe): [own[seed].score for seed in range(plan.seeds)]
        for recipe, own in by_recipe.items()
        if recipe not in left
    }
    guess = _guess(split)
    target = _target(guess, table)
    ranking = rank(
        table,
        worst=WORST,
        threshold=target,
        splits=_splits(plan, outcomes),
        correlation=correlation,
    )
    found = {
        plan.label(recipe): _candidate(plan, recipe, own, target, left=recipe in left)
        for recipe, own in by_recipe.items()
    }
    order = [place.name for place in ranking.places]
    order += [name for name in found if name not in order]
    return Comparison(
        data=made.data,
        kind=split.kind,
        samples=(len(split.train_inputs), len(split.validation_inputs)),
        features=math.prod(split.train_inputs.shape[1:]),
        measure="R²" if split.kind == "regression" else "accuracy",
        guess=guess,
        target=target,
        ranking=ranking,
        candidates=tuple(found[name] for name in order),
        conclusion=_conclusion(split, ranking),
        remarks=made.remarks,
        outcomes=tuple(outcomes.items()),
        searched=made.searched,
        engine=made.engine,
        network_steps=made.network_steps,
        seconds=made.seconds,
        command=made.command,
    )


def _splits(plan: Plan, outcomes: Mapping[Trial, Outcome]) -> list[int]:
    """Return for each seed the number of the split that it was judged on."""
    of_seed = {trial.seed: trial.data for trial in outcomes}
    names = list(dict.fromkeys(of_seed.values()))
    return [names.index(of_seed[seed]) for seed in range(plan.seeds)]


def _guess(split: Split) -> float:
    """Return the score of the best constant answer: the mean, or the class that most samples have."""
    if split.kind == "regression":
        return WORST
    _, counts = np.unique(split.validation_targets, return_counts=True)
    return float(counts.max() / counts.sum())


def _target(guess: float, table: Mapping[str, list[float]]) -> float:
    """Return the score that counts as success: nine tenths of the way from a guess to the best median."""
    best = max(float(np.median(np.nan_to_num(scores, nan=WORST))) for scores in table.values())
    return guess + _SUCCESS * max(best - guess, 0.0)


def _candidate(
    plan: Plan, recipe: Recipe, outcomes: Mapping[int, Outcome], target: float, *, left: bool
) -> Candidate:
    own = [outcomes[seed] for seed in sorted(outcomes)]
    band = band_of(own)
    curves = np.stack([outcome.curve.score for outcome in own])
    return Candidate(
        name=plan.label(recipe),
        recipe=recipe,
        band=band,
        time_to_target=time_to_target(band.steps, curves, target),
        scores=tuple(outcome.score for outcome in own),
        left_early=left,
    )


def _conclusion(split: Split, ranking: Ranking) -> Text:
    first = ranking.places[0]
    measure = Text("R²", "R²") if split.kind == "regression" else Text("accuracy", "정확도")
    score = f"{first.mean:.3f}"
    parts = [verdict(ranking), _REACHED.fill(name=first.name, measure=measure, score=score)]
    failed = [place.name for place in ranking.places if place.diverged]
    if failed:
        parts.append(_FAILS.fill(names=", ".join(failed)))
    return join(parts)
