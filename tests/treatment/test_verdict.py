"""A cure is what gains more than chance could."""

from __future__ import annotations

import math
import random

import pytest

from livegrad.observation.evidence import Evidence, Loss, Score
from livegrad.treatment import verdict


def score(value: float, spread: float = 0.02, kind: str = "accuracy") -> Score:
    return Score(kind=kind, value=value, spread=spread, source="evaluation", samples=100)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (score(0.1), score(0.95), "helped"),
        (score(0.90), score(0.915), "no-gain"),
        (score(0.90, 0.001), score(0.903, 0.001), "no-gain"),
        (score(0.90), score(0.80), "harmed"),
        (score(0.90), score(0.94, 0.10), "no-gain"),
        (score(0.90), score(math.nan), "failed"),
        (score(math.nan), score(0.2), "helped"),
        (score(-math.inf, 0, "minus-loss"), score(-0.2, 0.1, "minus-loss"), "helped"),
        (None, score(0.3), "helped"),
        (score(0.3), None, "failed"),
    ],
)
def test_helping_means_more_than_the_spread(before, after, expected):
    assert verdict.outcome(before, after) == expected


def test_the_best_of_many_idle_runs_is_no_cure():
    """2000 races of 20 treated runs whose cures do nothing: about one in 40 may win, as with one treated run."""
    chance = random.Random(0)  # noqa: S311 - a seeded order
    spread = 2 * 0.01  # two standard errors of a difference whose own is 0.01
    picked = alone = 0
    for _ in range(2000):
        gains = [chance.gauss(0, 0.01) for _ in range(20)]
        before = score(0.5, spread)
        picked += verdict.outcome(before, score(0.5 + max(gains), spread), tries=20) == "helped"
        alone += verdict.outcome(before, score(0.5 + max(gains), spread)) == "helped"
    assert picked / 2000 < 0.04
    assert alone / 2000 > 0.3


def test_without_pairs_the_loss_is_the_score():
    loss = Loss(steps=tuple(range(100)), values=tuple([3.0] * 90 + [1.0] * 10))
    found = verdict.score_of(Evidence(model="Net", steps=100, loss=loss))
    assert (found.kind, found.value) == ("minus-loss", -1.0)


def test_one_measure_stands_on_both_sides():
    """A cure may make the pairs of a loss understood that were not before: minus a loss is not compared with R²."""
    loss = Loss(steps=tuple(range(10)), values=tuple([0.25] * 10))
    after = Evidence(model="Net", steps=10, loss=loss, score=score(0.48, kind="r2"))
    by_loss = verdict.score_of(after, beside=score(-1.0, kind="minus-loss"))
    assert (by_loss.kind, by_loss.value) == ("minus-loss", -0.25)
    assert verdict.score_of(after, beside=score(-0.02, kind="r2")).value == 0.48
    assert verdict.score_of(after, beside=None).value == 0.48
    assert verdict.score_of(after, beside=score(0.9, kind="accuracy")) is None
