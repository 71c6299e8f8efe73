"""Successive halving: rounds that add up, and nobody sent home for bad luck."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from livegrad.errors import BadInput
from livegrad.trials.statistics import halving, rungs


@pytest.mark.parametrize("candidates", [1, 2, 3, 12, 100, 5000])
@pytest.mark.parametrize("seeds", [1, 8, 32, 1000])
@pytest.mark.parametrize("factor", [2, 3, 5])
def test_rounds_narrow_down_to_a_full_training(candidates: int, seeds: int, factor: int) -> None:
    rounds = rungs(candidates, steps=2000, seeds=seeds, factor=factor)
    assert rounds[0].candidates == candidates
    assert (rounds[-1].seeds, rounds[-1].steps) == (seeds, 2000)
    assert 1 <= rounds[-1].candidates < factor or candidates < factor
    for before, after in itertools.pairwise(rounds):
        assert after.candidates == before.candidates // factor
        assert min(seeds, 8) <= before.seeds <= after.seeds
        assert 1 <= before.steps <= after.steps


def test_many_candidates_cost_far_less_than_all_in_full() -> None:
    rounds = rungs(1000, steps=2000, seeds=64)
    spent = sum(rung.candidates * rung.seeds * rung.steps for rung in rounds)
    assert spent < 0.03 * 1000 * 64 * 2000
    # Each round costs about as much as the next: that is the idea.
    costs = [rung.candidates * rung.seeds * rung.steps for rung in rounds]
    assert max(costs) < 6 * min(costs)


def test_the_hopeless_leave_and_the_tied_are_spared() -> None:
    random = np.random.default_rng(40)
    luck = random.normal(size=16)
    scores = {f"good{i}": luck + 5 + random.normal(size=16) for i in range(4)}
    scores |= {f"bad{i}": luck + random.normal(size=16) for i in range(4)}
    cut = halving(scores, 2, worst=-9.0)
    assert {name[:4] for name in cut.stay} == {"good"}
    assert {name[:3] for name in cut.leave} == {"bad"}
    assert len(cut.stay) == len(cut.leave) == 4
    assert cut.spared == cut.stay[2:]
    strict = halving(scores, 2, worst=-9.0, drop_ties=True)
    assert (strict.stay, strict.spared) == (cut.stay[:2], ())
    assert len(strict.leave) == 6


def test_an_equal_candidate_hardly_ever_leaves() -> None:
    random, sent_home = np.random.default_rng(41), 0
    for _ in range(150):
        scores = {f"c{i}": row for i, row in enumerate(random.normal(size=(9, 9)))}
        sent_home += bool(halving(scores, 3, worst=-9.0, resamples=300).leave)
    assert sent_home / 150 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 150)


def test_with_few_seeds_nobody_leaves_unless_asked() -> None:
    scores = {"a": [1.0, 1.0, 1.0], "b": [0.5, np.nan, 0.4], "c": [0.0, 0.1, 0.0]}
    assert halving(scores, 1, worst=0.0).leave == ()
    assert halving(scores, 1, worst=0.0, drop_ties=True).stay == ("a",)
    assert halving(scores, 7, worst=0.0).stay == ("a", "b", "c")


def test_a_diverging_candidate_leaves() -> None:
    random = np.random.default_rng(42)
    scores = {"sound": 0.9 + 0.01 * random.normal(size=8), "diverging": np.full(8, np.nan)}
    assert halving(scores, 1, worst=0.5).leave == ("diverging",)


def test_impossible_numbers_are_refused() -> None:
    with pytest.raises(BadInput, match="survivors = 0"):
        halving({"a": [1.0]}, 0, worst=0.0)
    with pytest.raises(BadInput, match="factor = 1"):
        rungs(9, 100, 8, factor=1)
    with pytest.raises(BadInput, match=r"steps = 2\.5"):
        rungs(9, 2.5, 8)
