"""Hand-made comparisons: what the faces draw, from a few scores written down, without training."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from livegrad.text import Text
from livegrad.trials.comparison import Candidate, Comparison, band_of
from livegrad.trials.statistics import rank, time_to_target, verdict
from livegrad.trials.trial import Curve, Outcome, Recipe, Trial

STEPS = (25, 50, 75, 100)
NAN = math.nan
SCORES = {
    "relu": (0.92, 0.91, 0.94, 0.90, 0.93, 0.95, 0.92, 0.94),
    "gelu": (0.93, 0.90, 0.96, 0.91, 0.90, 0.96, 0.94, 0.94),
    "tanh": (0.84, 0.83, 0.86, 0.82, 0.85, 0.86, 0.84, 0.85),
    "x*x*x": (0.70, NAN, 0.72, 0.69, NAN, 0.74, 0.70, 0.68),
}


def compared(
    scores: Mapping[str, Sequence[float]] = SCORES, *, worst: float = 0.0, target: float = 0.9
) -> Comparison:
    """Return a comparison of candidates that ended with these scores; curves climb there evenly."""
    table = {name: list(row) for name, row in scores.items()}
    ranking = rank(table, worst=worst, threshold=target)
    order = [place.name for place in ranking.places]
    outcomes = {name: _outcomes(name, table[name]) for name in order}
    candidates = tuple(_candidate(name, outcomes[name], target) for name in order)
    return Comparison(
        data="moons",
        kind="binary",
        samples=(375, 125),
        features=2,
        measure="accuracy",
        guess=0.5,
        target=target,
        ranking=ranking,
        candidates=candidates,
        conclusion=verdict(ranking),
        remarks=(Text("Constant columns left out: 1.", "값이 하나뿐인 열 1개를 뺐습니다."),),
        outcomes=tuple(pair for name in order for pair in outcomes[name]),
        searched=True,
        engine="native",
        network_steps=3_200_000,
        seconds=0.8,
        command="livegrad compare moons --activations 'relu,x*x*x'",
    )


def _outcomes(name: str, scores: Sequence[float]) -> list[tuple[Trial, Outcome]]:
    made = list[tuple[Trial, Outcome]]()
    for seed, score in enumerate(scores):
        trial = Trial(recipe=_recipe(name), seed=seed, data="moons")
        rising = np.array([score * step / STEPS[-1] for step in STEPS], np.float32)
        curve = Curve(np.array(STEPS, np.int32), rising, rising, rising)
        lost = 60 if math.isnan(score) else None
        made.append((trial, Outcome(trial.key, score, NAN if lost else 1 - score, lost, curve)))
    return made


def _recipe(name: str) -> Recipe:
    return Recipe(activation=name, hidden=(8,), lr=0.01, steps=STEPS[-1])


def _candidate(name: str, outcomes: list[tuple[Trial, Outcome]], target: float) -> Candidate:
    own = [outcome for _, outcome in outcomes]
    curves = np.stack([outcome.curve.score for outcome in own])
    return Candidate(
        name=name,
        recipe=_recipe(name),
        band=band_of(own),
        time_to_target=time_to_target(STEPS, curves, target),
        scores=tuple(outcome.score for outcome in own),
    )


def winner() -> Comparison:
    """Return a comparison with one that is best."""
    return compared({"relu": SCORES["relu"], "tanh": SCORES["tanh"]})


def two_seeds() -> Comparison:
    """Return one of which nothing can be said: its intervals are infinite."""
    return compared({name: row[::7] for name, row in list(SCORES.items())[:3]})


def left_early() -> Comparison:
    """Return one of which the last left in an early round of halving."""
    whole = compared()
    *stayed, last = whole.candidates
    ranked = compared({one.name: one.scores for one in stayed})
    gone = replace(last, left_early=True, scores=last.scores[:2])
    return replace(whole, ranking=ranked.ranking, candidates=(*stayed, gone))


def many() -> Comparison:
    """Return twelve candidates with long, hostile names and overlapping ties."""
    names = [
        "<b>\x1b[31mbold</b>",
        "max(x, 0.1*x) + 0.001*sin(30*x)",
        *(f"c{n}" for n in range(10)),
    ]
    near = SCORES["relu"]
    rows = {
        name: tuple(s - 0.004 * place + 0.003 * ((seed * place) % 3) for seed, s in enumerate(near))
        for place, name in enumerate(names)
    }
    return compared(rows)


def far() -> Comparison:
    """Return one of which the last lies far below the others."""
    return compared({"relu": SCORES["relu"], "gelu": SCORES["gelu"], "sine": (0.1, 0.12) * 4})


def all_lost() -> Comparison:
    """Return one in which every run of every candidate diverged."""
    return compared({"x*x": (NAN,) * 8, "x*x*x": (NAN,) * 8}, target=0.0)


def stored() -> Comparison:
    """Return one that made no step, for all was in a store."""
    return replace(compared(), network_steps=0, command="")


ALL = {
    "compared": compared,
    "winner": winner,
    "two_seeds": two_seeds,
    "left_early": left_early,
    "many": many,
    "far": far,
    "all_lost": all_lost,
    "stored": stored,
}
