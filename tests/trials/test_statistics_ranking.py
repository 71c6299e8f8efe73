"""Rankings: nobody wins by luck, ties are said, and a real difference is found."""

from __future__ import annotations

import itertools
import time
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.trials.statistics import Ranking, paired_difference, rank, verdict
from livegrad.trials.statistics.permutation import swap_tests


def study(
    random: np.random.Generator, *, candidates: int, seeds: int, kind: str = "normal"
) -> NDArray[np.float64]:
    """Scores of equal candidates that share each seed's luck; shape (candidates, seeds)."""
    size = (candidates, seeds)
    if kind == "accuracies":
        return random.binomial(60, 0.93, size) / 60
    if kind == "failures":
        return np.where(random.random(size) < 0.1, 0.5, random.binomial(60, 0.93, size) / 60)
    if kind == "skewed":
        return -random.lognormal(0.0, 1.0, size)
    return random.normal(size=seeds) + random.normal(size=size)


def ranked(table: NDArray[np.float64], **options: Any) -> Ranking:
    scores = {f"c{i}": row for i, row in enumerate(table)}
    return rank(scores, worst=-1e9, resamples=999, **options)


@pytest.mark.parametrize("kind", ["normal", "accuracies", "failures", "skewed"])
@pytest.mark.parametrize("seeds", [8, 32])
def test_equal_candidates_are_told_apart_in_no_more_studies_than_promised(
    kind: str, seeds: int
) -> None:
    random = np.random.default_rng(20)
    studies = 200
    told = [
        swap_tests(study(random, candidates=12, seeds=seeds, kind=kind), resamples=999).min()
        <= 0.05
        for _ in range(studies)
    ]
    # 5 %, and what 200 studies may show of it by chance: more in one of 500 runs.
    assert np.mean(told) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / studies)


def test_equal_ones_stay_tied_beside_others_that_are_not() -> None:
    random = np.random.default_rng(21)
    wrong = 0
    for _ in range(150):
        table = study(random, candidates=8, seeds=10)
        table[:4] += 5.0
        p_values = swap_tests(table, resamples=600)
        wrong += min(p_values[:4, :4].min(), p_values[4:, 4:].min()) <= 0.05
        assert p_values[:4, 4:].max() <= 0.05
    assert wrong / 150 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 150)


@pytest.mark.parametrize(("seeds", "effect", "least"), [(8, 2.5, 0.5), (32, 1.0, 0.75)])
def test_a_real_winner_is_found(seeds: int, effect: float, least: float) -> None:
    random, won = np.random.default_rng(22), 0
    for _ in range(60):
        table = study(random, candidates=6, seeds=seeds)
        table[3] += effect * np.sqrt(2)  # in units of the differences' deviation
        won += ranked(table).winner == "c3"
    assert won / 60 >= least


def test_corrected_p_values_are_those_of_the_textbook() -> None:
    random = np.random.default_rng(23)
    table = np.round(random.normal(size=(4, 7)) + np.array([[0.0], [0.1], [0.8], [1.6]]), 1)
    pairs = list(itertools.combinations(range(4), 2))
    differences = np.array([table[i] - table[j] for i, j in pairs])
    sizes = np.sqrt((differences**2).sum(axis=1))
    patterns = np.array(list(itertools.product([1, -1], repeat=7)))
    flipped = np.abs(patterns @ differences.T) / sizes  # one row a pattern
    seen = np.abs(differences.sum(axis=1)) / sizes
    order, so_far = np.argsort(-seen), 0.0
    found = swap_tests(table)
    for step, pair in enumerate(order):
        largest = flipped[:, order[step:]].max(axis=1)
        so_far = max(so_far, float(np.mean(largest >= seen[pair] - 1e-9)))
        assert found[pairs[pair]] == found[pairs[pair][::-1]] == so_far
    assert len(np.unique(found)) > 3


def test_a_correction_never_makes_a_difference_clearer() -> None:
    table = study(np.random.default_rng(24), candidates=5, seeds=9)
    table[0] += 1.5
    corrected = swap_tests(table)
    for i, j in itertools.combinations(range(5), 2):
        assert corrected[i, j] >= paired_difference(table[i], table[j]).p_value


def test_ranks_ties_and_groups_fit_each_other() -> None:
    random = np.random.default_rng(25)
    table = study(random, candidates=9, seeds=24) + np.linspace(0, 2.5, 9)[:, None]
    found = ranked(table)
    names = [place.name for place in found.places]
    means = [place.mean for place in found.places]
    assert means == sorted(means, reverse=True)
    for i, place in enumerate(found.places):
        beaten_by = [name for name in names[:i] if found.told_apart(name, place.name)]
        beats = [name for name in names[i + 1 :] if found.told_apart(place.name, name)]
        assert place.rank_low == 1 + len(beaten_by) <= i + 1
        assert place.rank_high == 9 - len(beats) >= i + 1
        assert place.tied_with_best == (not beaten_by)
        assert place.low < place.mean < place.high
        assert place.behind_best.mean == pytest.approx(means[0] - place.mean)
        assert place.behind_best.p_value == found.p_values[0, i]
    for place, after in itertools.pairwise(found.places):
        assert place.ahead_of_next is not None
        assert place.ahead_of_next.mean == pytest.approx(place.mean - after.mean)
    assert found.places[-1].ahead_of_next is None
    assert set(itertools.chain(*found.groups)) == set(names)
    for group in found.groups:
        assert not any(found.told_apart(*pair) for pair in itertools.combinations(group, 2))
    assert 1 < len(found.groups) < 9
    assert 1 < len(found.best) < 9


def test_ties_are_not_handed_on() -> None:
    # Neighbours differ by chance, the ends do not.
    random = np.random.default_rng(26)
    table = np.array([[1.1], [0.55], [0.0]]) + 0.6 * random.normal(size=(3, 10))
    found = ranked(table)
    assert found.groups == (("c0", "c1"), ("c1", "c2"))
    assert found.best == ("c0", "c1")
    assert found.winner is None


def test_the_order_of_names_and_seeds_changes_nothing() -> None:
    random = np.random.default_rng(27)
    table = study(random, candidates=5, seeds=20) + np.arange(5)[:, None] / 2
    scores = {f"c{i}": row for i, row in enumerate(table)}
    order = random.permutation(20)
    shuffled = {name: scores[name][order] for name in reversed(scores)}
    one, other = rank(scores, worst=-9.0), rank(shuffled, worst=-9.0)
    assert one == other
    assert np.array_equal(one.p_values, other.p_values)


def test_a_shift_of_all_scores_or_of_a_seed_changes_no_verdict() -> None:
    random = np.random.default_rng(28)
    table = study(random, candidates=4, seeds=12) + np.arange(4)[:, None] / 2
    plain = ranked(table)
    for shift in (3.0, random.normal(size=12) * 10):
        moved = ranked(table + shift)
        assert moved.p_values == pytest.approx(plain.p_values)
        assert moved.groups == plain.groups


@pytest.mark.parametrize("seeds", [1, 2, 5])
def test_few_seeds_cannot_tell(seeds: int) -> None:
    found = ranked(np.array([[1.0], [2.0], [100.0]]) + np.arange(seeds) / 10)
    assert not found.can_tell
    assert found.winner is None
    assert found.groups == (("c2", "c1", "c0"),)
    assert set(found.best) == {"c0", "c1", "c2"}
    assert {(place.rank_low, place.rank_high) for place in found.places} == {(1, 3)}
    assert ranked(np.array([[1.0], [2.0]]) + np.arange(6) / 10).winner == "c1"


def test_diverged_runs_pull_down_and_are_counted() -> None:
    steady = np.full(10, 0.8) + np.arange(10) / 1000
    bold = np.where(np.arange(10) < 4, np.nan, 0.95)
    found = rank({"bold": bold, "steady": steady}, worst=0.5, threshold=0.9)
    assert [place.name for place in found.places] == ["steady", "bold"]
    first, second = found.places
    assert (second.diverged, second.success.count, second.success.of) == (4, 6, 10)
    assert (first.diverged, first.success.count) == (0, 0)
    assert second.mean == pytest.approx(0.6 * 0.95 + 0.4 * 0.5)
    assert rank({"bold": bold}, worst=0.5).places[0].success.count == 6
    all_gone = rank({"a": np.full(8, np.nan), "b": np.full(8, 0.7)}, worst=0.5)
    assert all_gone.winner == "b"
    assert all_gone.places[1].mean == 0.5


def test_equal_scores_are_tied_in_the_order_of_names() -> None:
    row = np.linspace(0, 1, 8)
    found = rank({"b": row, "a": row, "c": row}, worst=0.0)
    assert [place.name for place in found.places] == ["a", "b", "c"]
    assert found.best == ("a", "b", "c")
    assert (found.p_values == 1.0).all()


def test_one_candidate_has_nobody_to_beat() -> None:
    found = rank({"relu": np.linspace(0, 1, 8)}, worst=0.0)
    assert found.best == ("relu",)
    assert found.winner is None
    assert found.groups == (("relu",),)


@pytest.mark.alone
def test_a_hundred_candidates_with_a_thousand_seeds_take_no_time() -> None:
    random = np.random.default_rng(29)
    table = random.normal(size=(100, 1000)) + np.linspace(0, 1, 100)[:, None]
    started = time.process_time()
    found = rank({f"c{i}": row for i, row in enumerate(table)}, worst=-9.0)
    assert time.process_time() - started < 6.0  # 0.6 on an idle core
    assert found.told_apart("c99", "c0")


def test_impossible_rankings_are_refused() -> None:
    with pytest.raises(BadInput, match="no candidate"):
        rank({}, worst=0.0)
    with pytest.raises(BadInput, match="'a' has 2 scores and 'b' has 1"):
        rank({"a": [1.0, 2.0], "b": [1.0]}, worst=0.0)
    found = rank({"a": [1.0, 2.0]}, worst=0.0)
    with pytest.raises(BadInput, match="called 'b'"):
        found.told_apart("a", "b")


# ------------------------------------------------------------ in words


def test_the_verdict_never_says_more_than_the_seeds_can_tell() -> None:
    few = verdict(ranked(np.array([[1.0], [2.0]]) + np.arange(3) / 10))
    assert few.en.startswith("Cannot tell: with 3 seeds")
    assert "at least 6: train from 3 more" in few.en
    assert few.ko.startswith("알 수 없습니다.")
    won = verdict(ranked(np.array([[1.0], [2.0], [0.5]]) + np.arange(8) / 10))
    assert (
        won.en == "c1 is best: with 8 seeds each of the others (2) is told apart from a better one."
    )
    assert won.ko == "c1이 가장 좋습니다. 시드 8개로 나머지 2개 모두 더 나은 후보와 구별됩니다."
    alone = verdict(ranked(np.zeros((1, 8))))
    assert alone.en == "Only c0 was tried, so there is nothing to compare it with."


def test_the_verdict_says_who_is_tied_and_what_it_takes_to_know() -> None:
    random = np.random.default_rng(32)
    table = 0.3 * random.normal(size=(4, 16)) + np.array([[1.1], [1.0], [-5.0], [-6.0]])
    found = ranked(table)
    assert found.best == ("c0", "c1")
    said = verdict(found).en
    assert said.startswith("c0, c1 share the first place: with 16 seeds")
    assert "the others (2)" in said
    assert found.more_seeds is not None
    told = int(said.removesuffix(" more seeds.").rsplit(" ", 1)[1])
    assert found.more_seeds <= told < 1.1 * found.more_seeds  # two digits, rounded up
    assert told % 100 == 0
    equal = verdict(ranked(np.tile(np.arange(8.0), (3, 1))))
    assert equal.en.startswith("None of the 3 can be told apart from the best")
    assert "more seeds" not in equal.en


def test_so_many_more_seeds_are_enough() -> None:
    random, told = np.random.default_rng(33), list[bool]()
    while len(told) < 30:
        start = random.normal(size=(3, 10)) * 0.3 + np.array([[0.3], [0.0], [-2.0]])
        found = ranked(start)
        if found.more_seeds is None or found.more_seeds > 1000:
            continue
        # The truth made equal to what was seen, so that luck in the first ten does not count.
        again = random.choice(10, size=10 + found.more_seeds)
        told.append(ranked(start[:, again]).told_apart("c0", "c1"))
    assert np.mean(told) >= 0.8  # what it aims at; being safe for all pairs it comes to about 0.95


# ------------------------------------------------------------ several splits of the data


def folded(
    random: np.random.Generator, *, splits: int, each: int, share: float, candidates: int = 6
) -> tuple[NDArray[np.float64], list[int], float]:
    """Scores of candidates that are equal on all samples of the world, on splits of 96 of them.

    Each sample has a liking for some candidates, which all seeds share; a split's score is the mean of the samples that it
    judges by, and its seeds differ a little. Returns scores, the split of each seed, and the overlap.
    """
    liking = random.normal(size=(candidates, 96))
    parts = [np.array_split(random.permutation(96), splits)] if share == 0 else []
    judged = (
        parts[0]
        if parts
        else [random.choice(96, round(96 * share), replace=False) for _ in range(splits)]
    )
    labels = [seed % splits for seed in range(splits * each)]
    means = np.stack([liking[:, judged[label]].mean(axis=1) for label in labels], axis=1)
    scores = means + random.normal(0.0, 0.02, means.shape)
    pairs = list(itertools.combinations([set(part.tolist()) for part in judged], 2))
    return scores, labels, float(np.mean([len(a & b) / len(a) for a, b in pairs]))


@pytest.mark.parametrize(("splits", "share"), [(8, 0.0), (16, 0.0), (8, 0.25), (16, 0.25)])
def test_equal_candidates_on_several_splits_are_told_apart_no_more_often_than_promised(
    splits: int, share: float
) -> None:
    random = np.random.default_rng(30)
    studies, wrong, naive = 150, 0, 0
    for _ in range(studies):
        table, labels, overlap = folded(random, splits=splits, each=3, share=share)
        wrong += ranked(table, splits=labels, correlation=overlap).p_values.min() <= 0.05
        naive += ranked(table).p_values.min() <= 0.05
    assert wrong / studies <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / studies)
    assert naive / studies > 0.25  # seeds as if each had samples of its own


def test_a_real_difference_is_found_on_several_splits() -> None:
    random, found = np.random.default_rng(31), 0
    for _ in range(40):
        table, labels, overlap = folded(random, splits=8, each=4, share=0.0)
        table[2] += 1.2
        found += ranked(table, splits=labels, correlation=overlap).winner == "c2"
    assert found >= 32


def test_intervals_of_splits_cover_the_mean_of_the_world() -> None:
    random, inside = np.random.default_rng(32), 0
    for share in (0.0, 0.25):
        for _ in range(100):
            table, labels, overlap = folded(random, splits=8, each=2, share=share, candidates=1)
            place = ranked(table, splits=labels, correlation=overlap).places[0]
            inside += place.low <= 0 <= place.high
    assert inside >= 180


def test_one_seed_for_each_split_without_overlap_is_as_without_splits() -> None:
    table = np.random.default_rng(33).normal(size=(4, 9))
    plain, split = ranked(table), ranked(table, splits=range(9))
    assert (plain.p_values == split.p_values).all()
    assert [p.mean for p in plain.places] == [p.mean for p in split.places]
    assert (plain.units, split.units, split.splits) == (9, 9, 9)


def test_the_verdict_says_whether_seeds_or_samples_are_missing() -> None:
    random = np.random.default_rng(34)
    labels = [seed % 8 for seed in range(32)]
    of_split = random.normal(0.0, 1.0, 8)[labels]
    few_samples = np.stack([0.4 + of_split, np.zeros(32)]) + random.normal(0, 0.01, (2, 32))
    said = verdict(ranked(few_samples, splits=labels)).en
    assert "times as many samples; more seeds alone will not do" in said
    few_seeds = np.stack([np.full(32, 0.4), np.zeros(32)]) + random.normal(0, 1.5, (2, 32))
    found = ranked(few_seeds, splits=labels)
    assert found.more_seeds is not None
    assert found.more_data is None
    assert "more seeds" in verdict(found).en
    assert "32 seeds on 8 splits" in verdict(found).en


def test_splits_of_another_length_are_refused() -> None:
    with pytest.raises(BadInput, match="4 scores of each candidate, and splits for 3"):
        ranked(np.ones((2, 4)), splits=[0, 1, 2])
