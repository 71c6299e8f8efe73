"""A comparison as JSON, with names that stay.

::

    schema_version      1
    data, kind          name of the data; "regression", "binary" or "classes"
    samples             {"train", "validation"}
    features            how many inputs a network has
    measure, target     "accuracy" or "R²"; the score from which a run is a success
    conclusion, remarks sentences {"en", "ko"}; remarks in a list
    ranking             seeds, splits, level, worst, more_seeds (or null), more_data (or null), can_tell, winner (or null),
                        best (names that may be it), groups (neighbours that cannot be told apart), p_values (in the order
                        of candidates)
    candidates          a list in the order of the ranking; in each: name, recipe, left_early, scores (of each seed,
                        null where it diverged), place (null if it left early: rank_low, rank_high, mean, low, high,
                        success, diverged, tied_with_best, behind_best, ahead_of_next), time_to_target,
                        band (learning curves over the seeds: steps, median, low, high)
    trials              columns of equal length, as a data frame takes them: candidate, seed, split (its number, from 0),
                        key, score, loss, diverged_at
    searched, engine    whether learning rates were searched; "native" or "reference"
    network_steps, seconds, network_steps_per_second, command

Infinities and NaN are null. The curve of a single trial is left out; a store keeps it.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Mapping
from typing import Any

from livegrad.trials.comparison import Candidate, Comparison

__all__ = ["SCHEMA", "to_json", "written"]

SCHEMA = 1
"""Raised when a name changes its meaning or goes; new names may come without."""

_NUMBERS = re.compile(r'\[\n\s+([^\[\]{}"]*?)\n\s*\]')


def to_json(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as plain JSON values; the module says which.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> told = to_json(livegrad.compare(moons, activations=["relu", "tanh"], **quick))
        >>> told["schema_version"], len(told["trials"]["score"]), told["ranking"]["winner"]
        (1, 4, None)
        >>> told["candidates"][0]["place"]["low"]  # −∞ with two seeds
    """
    train, validation = comparison.samples
    told = {
        "schema_version": SCHEMA,
        "data": comparison.data,
        "kind": comparison.kind,
        "samples": {"train": train, "validation": validation},
        "features": comparison.features,
        "measure": comparison.measure,
        "guess": comparison.guess,
        "target": comparison.target,
        "conclusion": comparison.conclusion,
        "remarks": comparison.remarks,
        "ranking": _ranking(comparison),
        "candidates": [_candidate(comparison, one) for one in comparison.candidates],
        "trials": _trials(comparison),
        "searched": comparison.searched,
        "engine": comparison.engine,
        "network_steps": comparison.network_steps,
        "seconds": comparison.seconds,
        "network_steps_per_second": comparison.network_steps_per_second,
        "command": comparison.command,
    }
    return {name: _plain(value) for name, value in told.items()}


def written(comparison: Comparison) -> str:
    """Return the JSON as text: a line for each name, but a whole row of numbers on one.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> text = written(livegrad.compare(moons, activations=["relu", "tanh"], **quick))
        >>> json.loads(text)["trials"]["seed"], '"seed": [0, 1, 0, 1]' in text
        ([0, 1, 0, 1], True)
    """
    text = json.dumps(to_json(comparison), ensure_ascii=False, indent=1, allow_nan=False)
    # A line break within a string is written \n, so that this finds rows of numbers only.
    return _NUMBERS.sub(lambda row: "[" + " ".join(row[1].split()) + "]", text)


def _ranking(comparison: Comparison) -> dict[str, Any]:
    ranking = comparison.ranking
    return {
        "seeds": ranking.seeds,
        "splits": ranking.splits,
        "level": ranking.level,
        "worst": ranking.worst,
        "more_seeds": ranking.more_seeds,
        "more_data": ranking.more_data,
        "can_tell": ranking.can_tell,
        "winner": ranking.winner,
        "best": ranking.best,
        "groups": ranking.groups,
        "p_values": ranking.p_values.tolist(),
    }


def _candidate(comparison: Comparison, one: Candidate) -> dict[str, Any]:
    place = comparison.place(one.name)
    told = None if place is None else {k: v for k, v in vars(place).items() if k != "name"}
    return {
        "name": one.name,
        "recipe": one.recipe,
        "left_early": one.left_early,
        "scores": one.scores,
        "place": told,
        "time_to_target": one.time_to_target,
        "band": one.band,
    }


def _trials(comparison: Comparison) -> dict[str, list[Any]]:
    names = {one.recipe: one.name for one in comparison.candidates}
    first = sorted(
        comparison.outcomes, key=lambda pair: pair[0].seed
    )  # seeds take the splits in turn
    splits = list(dict.fromkeys(trial.data for trial, _ in first))
    table = [
        (names[trial.recipe], trial.seed, splits.index(trial.data), outcome.key, outcome.score, outcome.loss, outcome.diverged_at)
        for trial, outcome in comparison.outcomes
    ]  # fmt: skip
    heads = ("candidate", "seed", "split", "key", "score", "loss", "diverged_at")
    return {head: [row[number] for row in table] for number, head in enumerate(heads)}


def _plain(value: Any) -> Any:
    """Return plain values, null for what JSON has no number for."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):  # NumPy's too, which is one
        return float(value) if math.isfinite(value) else None
    return value
