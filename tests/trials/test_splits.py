"""Several splits of one data set: every sample judges fairly, and what is told apart is told apart on other samples, too."""

from __future__ import annotations

import numpy as np
import pytest

from livegrad.errors import BadInput
from livegrad.trials.comparing import compare
from livegrad.trials.dataset import Dataset
from livegrad.trials.reading import from_arrays
from livegrad.trials.splits import Splits
from livegrad.trials.splitting import Split
from livegrad.trials.task import TASKS


def numbered(count: int, *, kind: str = "regression", classes: int = 3) -> Dataset:
    """Samples whose first input is their own number, so that they can be told after standardising."""
    inputs = np.stack([np.arange(count), np.arange(count) % 7], axis=1).astype(np.float32)
    facts = {"name": "numbered", "inputs": inputs, "features": ("number", "other")}
    if kind == "regression":
        return Dataset(**facts, kind="regression", targets=2 * inputs[:, :1])
    named = tuple(f"c{n}" for n in range(classes))
    return Dataset(**facts, kind="classes", targets=np.arange(count) % classes, classes=named)


def numbers_in(part: np.ndarray, split: Split) -> set[int]:
    """The samples' own numbers, from their order within both parts."""
    together = np.concatenate([split.train_inputs[:, 0], split.validation_inputs[:, 0]])
    return set(np.searchsorted(np.sort(together), part[:, 0]).tolist())


@pytest.mark.parametrize("kind", ["regression", "classes"])
@pytest.mark.parametrize(("count", "asked"), [(50, 8), (97, 8), (9, 4), (60, 60)])
def test_each_sample_judges_once(kind: str, count: int, asked: int) -> None:
    splits = Splits(data=numbered(count, kind=kind), asked=asked)
    judged = list[set[int]]()
    for number in range(len(splits)):
        split = splits.split(number)
        judged.append(numbers_in(split.validation_inputs, split))
        assert not judged[-1] & numbers_in(split.train_inputs, split)
        assert len(split.train_inputs) + len(split.validation_inputs) == count
    assert len(judged) == asked
    assert sum(map(len, judged)) == count
    assert set.union(*judged) == set(range(count))
    assert max(map(len, judged)) - min(map(len, judged)) <= 1
    assert splits.correlation == 1 / asked


def test_classes_are_spread_evenly_and_a_lonely_one_is_learned() -> None:
    inputs = np.random.default_rng(0).normal(size=(41, 2))
    targets = ["a"] * 24 + ["b"] * 16 + ["lonely"]
    splits = Splits(data=from_arrays(inputs, targets), asked=8)
    for number in range(8):
        split = splits.split(number)
        assert np.bincount(split.validation_targets, minlength=3).tolist() == [3, 2, 0]
        assert np.bincount(split.train_targets, minlength=3).tolist() == [21, 14, 1]


def test_one_split_is_the_one_of_the_data_set_itself() -> None:
    data = TASKS.find("moons").make(0, 100)
    one = Splits(data=data, asked=1)
    assert one.fingerprints == (data.split().fingerprint,)
    assert (one.split(0).train_inputs == data.split().train_inputs).all()
    assert one.split(0).variance == 0
    assert "All seeds are judged by the same 25 samples" in one.remarks[0].en


def test_fingerprints_tell_splits_apart() -> None:
    data = TASKS.find("moons").make(0, 100)
    names = [
        name
        for asked, share in ((1, None), (1, 0.5), (4, None), (8, None), (4, 0.25), (4, 0.5))
        for name in Splits(data=data, asked=asked, validation=share).fingerprints
    ]
    assert len(set(names)) == len(names)
    some = Splits(data=data, asked=4)
    assert [some.split(n).fingerprint for n in range(4)] == list(some.fingerprints)


def test_a_share_is_drawn_anew_for_each_split() -> None:
    splits = Splits(data=numbered(400), asked=6, validation=0.25)
    parts = [numbers_in(one.validation_inputs, one) for one in map(splits.split, range(6))]
    assert {len(part) for part in parts} == {100}
    shares = [len(a & b) / 100 for i, a in enumerate(parts) for b in parts[:i]]
    assert np.mean(shares) == pytest.approx(splits.correlation, abs=0.05)
    assert "in several splits" in splits.remarks[0].en


def test_the_mean_of_r_squared_is_that_of_all_samples_together() -> None:
    data = numbered(64)
    splits = Splits(data=data, asked=8)
    always, scores = list[float](), list[float]()
    for number in range(8):
        split = splits.split(number)
        guess = 0.3  # some number, in the unit of the part that was learned
        error = split.validation_targets - np.float32(guess)
        scores.append(split.r_squared(float((error**2).mean())))
        always += [float(e) * float(split.target_deviation[0]) for e in error[:, 0]]
    together = 1 - np.mean(np.square(always)) / data.targets.var()
    assert np.mean(scores) == pytest.approx(together, rel=1e-4)


def test_fewer_seeds_or_samples_give_fewer_splits() -> None:
    few = {"hidden": (4,), "steps": 10, "lr": 0.01, "activations": ["relu", "tanh"]}
    moons = TASKS.find("moons").make(0, 60)
    assert compare(moons, seeds=3, **few).ranking.splits == 3
    assert compare(moons, seeds=20, **few).ranking.splits == 16
    assert compare(moons, seeds=9, splits=4, **few).ranking.splits == 4
    assert len(Splits(data=numbered(5))) == 1
    assert len(Splits(data=numbered(8))) == 8


def test_seeds_take_the_splits_in_turn_and_are_paired() -> None:
    moons = TASKS.find("moons").make(0, 80)
    found = compare(
        moons, activations=["relu", "tanh"], hidden=(4,), steps=10, lr=0.01, seeds=10, splits=4
    )
    names = Splits(data=moons, asked=4).fingerprints
    assert all(trial.data == names[trial.seed % 4] for trial, _ in found.trials)
    assert found.place("relu").behind_best.pairs == 4  # type: ignore[union-attr]
    assert "10 seeds on 4 splits of the data nothing can be told apart" in found.conclusion.en
    assert "splits=6" in found.conclusion.en


@pytest.mark.parametrize("asked", [0, -1, 2.5, True])
def test_impossible_counts_are_refused(asked: object) -> None:
    with pytest.raises(BadInput, match="splits = "):
        Splits(data=numbered(20), asked=asked)  # type: ignore[arg-type]


# ------------------------------------------------------------ nothing to be told


def coins(seed: int, samples: int) -> Dataset:
    """Targets that know nothing of the inputs: on new samples every network is right half of the time."""
    random = np.random.default_rng(seed)
    return from_arrays(random.normal(size=(samples, 4)), random.integers(0, 2, samples) > 0)


def told_apart(splits: int, studies: int) -> int:
    given = {"hidden": (8,), "seeds": 16, "steps": 60, "lr": 0.02, "batch_size": 16}
    names = ["identity", "relu", "tanh", "sigmoid"]
    found = [
        compare(coins(k, 64), activations=names, splits=splits, **given) for k in range(studies)
    ]
    return sum(len(one.ranking.best) < len(names) for one in found)


def test_on_pure_chance_several_splits_tell_nothing_and_one_split_does() -> None:
    studies = 30
    assert told_apart(16, studies) <= 5  # of 30 at 5 %: more in one of 300 runs
    assert told_apart(1, studies) > 8
