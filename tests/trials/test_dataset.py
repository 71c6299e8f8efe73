"""The split: shares, scales that come from the first part only, and every remark with its count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import StandardScaler

from livegrad.errors import BadInput
from livegrad.trials.dataset import Dataset
from livegrad.trials.splitting import LEAST_TO_PART, Kind


def made(
    inputs: np.ndarray, targets: np.ndarray, kind: Kind = "regression", classes: int = 0
) -> Dataset:
    regression = kind == "regression"
    return Dataset(
        name="made",
        inputs=np.asarray(inputs, np.float32),
        targets=np.asarray(targets, np.float32 if regression else np.int64),
        kind=kind,
        features=tuple(f"x{i}" for i in range(inputs.shape[1])),
        classes=tuple(f"c{i}" for i in range(classes)),
    )


def numbers(rows: int = 100, seed: int = 0) -> Dataset:
    generator = np.random.default_rng(seed)
    inputs = generator.normal(3, [1, 100, 0.01], (rows, 3))
    return made(inputs, generator.normal(50, 7, (rows, 2)))


def classes(counts: list[int], seed: int = 0) -> Dataset:
    targets = np.repeat(np.arange(len(counts)), counts)
    inputs = np.random.default_rng(seed).normal(size=(len(targets), 2))
    return made(inputs, targets, "binary" if len(counts) == 2 else "classes", len(counts))


def said(data: Dataset, **options: float) -> str:
    return " ".join(remark.en for remark in data.split(**options).remarks)


def test_scales_come_from_the_first_part_as_scikit_learn_finds_them() -> None:
    data = numbers()
    gaps = np.random.default_rng(1).random(data.inputs.shape) < 0.1
    inputs = np.where(gaps, np.nan, data.inputs)
    numbered = np.hstack([inputs, np.arange(100.0)[:, None]])  # tells which row went where
    split = made(numbered, data.targets).split()
    order = np.argsort(np.concatenate([split.train_inputs[:, 3], split.validation_inputs[:, 3]]))
    train, judged = order.argsort()[:75], order.argsort()[75:]
    imputer = SimpleImputer(strategy="median").fit(numbered[train])
    scaler = StandardScaler().fit(imputer.transform(numbered[train]))
    for part, rows in ((split.train_inputs, train), (split.validation_inputs, judged)):
        expected = scaler.transform(imputer.transform(numbered[rows]))
        assert np.allclose(part, expected, atol=2e-4)


def test_targets_come_back_by_mean_and_deviation() -> None:
    data = numbers()
    split = data.split()
    back = np.concatenate([split.train_targets, split.validation_targets])
    back = back * split.target_deviation + split.target_mean
    assert np.allclose(np.sort(back, axis=0), np.sort(data.targets, axis=0), atol=1e-3)
    assert np.allclose(split.train_targets.std(axis=0), 1, atol=1e-5)


@given(
    counts=st.lists(st.integers(2, 40), min_size=2, max_size=6).filter(lambda c: sum(c) >= 8),
    share=st.floats(0.05, 0.9),
    seed=st.integers(0, 2**32),
)
def test_each_class_is_in_both_parts_at_its_share(
    counts: list[int], share: float, seed: int
) -> None:
    split = classes(counts).split(share, seed)
    aside = np.bincount(split.validation_targets, minlength=len(counts))
    train = np.bincount(split.train_targets, minlength=len(counts))
    assert (aside + train == counts).all()
    assert (aside >= 1).all()
    assert (train >= 1).all()
    assert (np.abs(aside - share * np.array(counts)) < 1 + 1e-9).all()


@given(rows=st.integers(LEAST_TO_PART, 60), share=st.floats(0.001, 0.999))
def test_neither_part_of_a_regression_is_empty(rows: int, share: float) -> None:
    data = numbers(rows)
    try:
        split = data.split(share)
    except BadInput as error:  # one row to learn from: its target never varies
        assert "nothing to learn" in str(error)  # noqa: PT017
        return
    assert len(split.train_inputs) + len(split.validation_inputs) == rows
    assert len(split.validation_inputs) == max(1, round(rows * share))


def test_a_class_of_one_is_learned_and_said() -> None:
    data = classes([20, 20, 1])
    assert "never judged: 1 (c2)" in said(data)
    assert 2 in data.split().train_targets


def test_few_samples_are_judged_by_themselves_and_that_is_said() -> None:
    data = numbers(LEAST_TO_PART - 1)
    split = data.split()
    assert np.array_equal(split.train_inputs, split.validation_inputs)
    assert "none is set aside" in said(data)


def test_constant_columns_are_dropped_with_their_count() -> None:
    data = numbers()
    still = np.full((100, 1), 3.5)
    never = np.full((100, 1), np.nan)
    split = made(np.hstack([data.inputs, still, never]), data.targets).split()
    assert split.features == ("x0", "x1", "x2")
    assert any("dropped: 2 (x3, x4)" in remark.en for remark in split.remarks)


def test_missing_values_are_counted() -> None:
    data = numbers()
    inputs = data.inputs.copy()
    inputs[:7, 0] = inputs[3:5, 1] = np.nan
    assert "learn from: 9." in said(made(inputs, data.targets))


def test_far_values_set_aside_are_bounded_and_counted() -> None:
    inputs = np.random.default_rng(0).normal(size=(40, 1))
    targets = np.random.default_rng(1).normal(size=(40, 1))
    aside = None
    for row in range(40):  # find a row that is set aside
        marked = inputs.copy()
        marked[row] = 1e30
        split = made(marked, targets).split()
        if any("million deviations" in remark.en for remark in split.remarks):
            aside = split
    assert aside is not None
    assert np.abs(aside.validation_inputs).max() == np.float32(1e6)


@pytest.mark.parametrize("scale", [1e-38, 1e-20, 1.0, 1e20, 1e37])
def test_any_scale_of_float32_comes_out_standardised(scale: float) -> None:
    inputs = np.random.default_rng(0).normal(size=(100, 2)) * scale
    split = made(inputs, inputs[:, :1]).split()
    assert np.allclose(split.train_inputs.std(axis=0), 1, atol=1e-3)
    assert np.allclose(split.train_targets.std(axis=0), 1, atol=1e-3)


def test_no_sample_is_in_both_parts() -> None:
    data = numbers()
    split = data.split()
    rows = {row.tobytes() for row in split.train_inputs}
    assert len(rows) == 75
    assert not rows & {row.tobytes() for row in split.validation_inputs}


def test_arrays_are_contiguous_and_single_precision() -> None:
    for data in (numbers(), classes([30, 20]), classes([30, 20, 10])):
        split = data.split()
        for array in (split.train_inputs, split.validation_inputs):
            assert array.flags.c_contiguous
            assert array.dtype == np.float32
        for array in (split.train_targets, split.validation_targets):
            assert array.flags.c_contiguous
            assert array.dtype == data.targets.dtype


@pytest.mark.parametrize(
    ("data", "outputs", "loss"),
    [
        (numbers(), 2, "mse"),
        (classes([30, 20]), 1, "bce"),
        (classes([30, 20, 10]), 3, "cross-entropy"),
    ],
)
def test_outputs_and_loss_fit_the_kind(data: Dataset, outputs: int, loss: str) -> None:
    split = data.split()
    assert (split.outputs, split.loss) == (outputs, loss)


def test_the_fingerprint_follows_content_alone() -> None:
    data = classes([30, 20])
    assert data.fingerprint == classes([30, 20]).fingerprint
    assert len(data.fingerprint) == 64
    several = made(data.inputs, data.targets, "classes", 2)
    changed = data.inputs.copy()
    changed[0, 0] = np.nextafter(changed[0, 0], np.float32(9))
    others = [several, made(changed, data.targets, "binary", 2)]
    others.append(made(data.inputs, 1 - data.targets, "binary", 2))
    prints = {each.fingerprint for each in (data, *others)}
    assert len(prints) == 4


def test_every_form_of_nan_has_one_fingerprint() -> None:
    data = numbers()
    positive, negative = data.inputs.copy(), data.inputs.copy()
    positive[0, 0], negative[0, 0] = np.nan, -np.float32(np.nan)
    assert positive.tobytes() != negative.tobytes()
    first, second = made(positive, data.targets), made(negative, data.targets)
    assert first.fingerprint == second.fingerprint


def test_the_fingerprint_of_a_split_follows_share_and_seed() -> None:
    data = numbers()
    same, again = data.split(0.25, 0), data.split()
    others = [data.split(0.3, 0), data.split(0.25, 1)]
    assert same.fingerprint == again.fingerprint
    assert np.array_equal(same.train_inputs, again.train_inputs)
    assert len({each.fingerprint for each in (same, *others)}) == 3


@pytest.mark.parametrize("share", [0, 1, -0.5, 1.5, float("nan")])
def test_an_impossible_share_is_refused(share: float) -> None:
    with pytest.raises(BadInput, match=r"validation=0\.25"):
        numbers().split(share)


@pytest.mark.parametrize("seed", [-1, 0.5])
def test_an_impossible_seed_is_refused(seed: int) -> None:
    with pytest.raises(BadInput, match="seed=0"):
        numbers().split(seed=seed)


def test_nothing_that_varies_is_refused() -> None:
    with pytest.raises(BadInput, match="no column varies"):
        made(np.ones((30, 2)), np.arange(30.0)[:, None]).split()
    with pytest.raises(BadInput, match="always 4"):
        made(numbers(30).inputs, np.full((30, 1), 4.0)).split()
    with pytest.raises(BadInput, match="always c1"):
        made(numbers(30).inputs, np.ones(30), "binary", 2).split()


def test_a_target_that_stands_still_where_it_is_judged_is_said() -> None:
    targets = np.zeros((40, 1))
    targets[0] = 1.0
    assert "R² has no meaning" in said(made(numbers(40).inputs, targets), validation=0.1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"inputs": np.zeros(30, np.float32)}, "shape"),
        ({"inputs": np.zeros((0, 2), np.float32), "targets": np.zeros((0, 1))}, "shape"),
        ({"targets": np.zeros((29, 1), np.float32)}, "shape"),
        ({"targets": np.zeros((30, 1), np.float64)}, "float64"),
        ({"features": ("a",)}, "names"),
        ({"inputs": np.full((30, 2), np.inf, np.float32)}, "infinite"),
        ({"targets": np.full((30, 1), np.nan, np.float32)}, "infinite"),
        ({"kind": "binary", "targets": np.zeros(30, np.int64), "classes": ("a",)}, "class"),
        ({"kind": "classes", "targets": np.full(30, 3), "classes": ("a", "b", "c")}, "class"),
    ],
)
def test_contradictions_are_refused(wrong: dict[str, object], words: str) -> None:
    right = {
        "name": "wrong",
        "inputs": np.zeros((30, 2), np.float32),
        "targets": np.zeros((30, 1), np.float32),
        "kind": "regression",
        "features": ("a", "b"),
    }
    Dataset(**right)
    with pytest.raises(BadInput, match=words):
        Dataset(**(right | wrong))
