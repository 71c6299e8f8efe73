"""Arrays, lists and frames to a data set: what is taken, what is left out, and the sentence for what cannot be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from livegrad.errors import BadInput
from livegrad.trials.dataset import Dataset
from livegrad.trials.reading import from_arrays
from livegrad.trials.reading_inputs import MOST_LEVELS
from livegrad.trials.reading_values import number_in

ROWS = 60
GENERATOR = np.random.default_rng(0)
X = GENERATOR.normal(size=(ROWS, 2))
Y = GENERATOR.normal(size=ROWS)


def said(data: Dataset) -> str:
    return " ".join(remark.en for remark in data.remarks)


def with_column(column: Any) -> Dataset:
    """A regression whose second column is the one in question."""
    return from_arrays({"a": X[:, 0], "b": column}, Y)


# ------------------------------------------------------------ the target


@pytest.mark.parametrize(
    ("y", "kind", "classes"),
    [
        (np.arange(ROWS) % 2, "binary", ("0", "1")),
        (np.arange(ROWS) % 3 - 1, "classes", ("-1", "0", "1")),
        ((np.arange(ROWS) % 2).astype(float), "binary", ("0", "1")),
        (np.arange(ROWS) % 2 == 0, "binary", ("False", "True")),
        (["no", "yes", "yes"] * 20, "binary", ("no", "yes")),
        (np.array(["b", "a", "c"] * 20), "classes", ("a", "b", "c")),
        (np.array(["b", "a", "c"] * 20, dtype=object), "classes", ("a", "b", "c")),
        ((np.arange(ROWS) % 2)[:, None], "binary", ("0", "1")),
        (np.arange(ROWS), "regression", ()),
        (np.arange(ROWS) % 13, "regression", ()),  # 13 · 5 > 60
        (np.arange(ROWS) % 2 + 0.5, "regression", ()),
        (Y, "regression", ()),
        ([Decimal("1.5"), Decimal(2), Decimal(7)] * 20, "regression", ()),
        (np.stack([Y, Y**2], axis=1), "regression", ()),
        (np.eye(3)[np.arange(ROWS) % 3], "classes", ("y_0", "y_1", "y_2")),
        (np.eye(3, dtype=bool)[np.arange(ROWS) % 3], "classes", ("y_0", "y_1", "y_2")),
    ],
)
def test_what_a_target_is_taken_for(y: Any, kind: str, classes: tuple[str, ...]) -> None:
    data = from_arrays(X, y)
    assert (data.kind, data.classes) == (kind, classes)
    if kind != "regression":
        names = np.array(data.classes)[data.targets]
        if np.ndim(y) == 1:
            assert names.tolist() == [str(v).removesuffix(".0") for v in np.asarray(y).tolist()]


@pytest.mark.parametrize("y", [np.arange(ROWS) % 2, np.arange(ROWS)])
def test_the_rule_is_said_only_where_it_was_needed(y: np.ndarray) -> None:
    assert "whole numbers" in said(from_arrays(X, y))
    assert "whole numbers" not in said(from_arrays(X, y, kind="regression"))


def test_a_kind_that_is_given_goes_before_the_rule() -> None:
    y = np.arange(ROWS) % 2
    assert from_arrays(X, y, kind="regression").targets[:, 0].tolist() == y.tolist()
    assert from_arrays(X, y, kind="classes").kind == "classes"
    assert from_arrays(X, np.arange(ROWS) % 25, kind="classes").classes[-1] == "24"


def test_rows_without_a_target_are_left_out_with_their_count() -> None:
    y = Y.copy()
    y[[3, 8]] = np.nan
    data = from_arrays(X, y)
    assert "left out: 2 of 60" in said(data)
    assert np.allclose(data.inputs, np.delete(X, [3, 8], axis=0), atol=1e-6)
    words = ["a", "b", None, ""] * 15
    assert "left out: 30 of 60" in said(from_arrays(X, words))


def test_a_target_far_from_0_keeps_its_differences() -> None:
    data = from_arrays(X, 1.7e9 + np.arange(ROWS))
    assert np.allclose(np.diff(data.targets[:, 0]), 1)
    assert "is subtracted" in said(data)


# ------------------------------------------------------------ the columns


def test_words_become_a_column_for_each_level() -> None:
    data = with_column(["red", "green", "blue"] * 20)
    assert data.features == ("a", "b=blue", "b=green", "b=red")
    assert data.inputs[:3, 1:].tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    assert "each level: 1 (b)" in said(data)


def test_two_levels_need_one_column() -> None:
    data = with_column([True, False] * 30)
    assert data.features == ("a", "b=True")
    assert data.inputs[:2, 1].tolist() == [1, 0]


def test_a_missing_word_is_a_level_of_its_own() -> None:
    data = with_column(["u", "v", None, "NA"] * 15)
    assert data.features == ("a", "b=u", "b=v", "b=(missing)")
    assert data.inputs[:4, 1:].tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]]
    assert "Missing values: 30, in columns: 1 (b)" in said(data)


def test_rare_levels_share_a_column() -> None:
    words = [f"w{i}" for i in range(25)]
    y = np.random.default_rng(0).normal(size=200)
    data = from_arrays({"b": (words * 8)[:200]}, y)
    assert data.inputs.shape == (200, MOST_LEVELS + 1)
    assert data.features[-1] == "b=(other)"
    assert (data.inputs.sum(axis=1) == 1).all()
    assert "has 25 levels: the 20 most frequent" in said(data)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ([f"name {i}" for i in range(ROWS)], "merely name the rows, left out: 1 (b)"),
        ([f"2024-01-{i % 28 + 1:02d}" for i in range(ROWS)], "dates or times, left out: 1 (b)"),
        ([f"{i % 12 + 1}/{i % 28 + 1}/2024 10:30" for i in range(ROWS)], "dates or times"),
        ([dt.date(2024, 1, 1 + i % 28) for i in range(ROWS)], "dates or times"),
        (np.arange(ROWS).astype("datetime64[D]"), "dates or times"),
        (list(np.arange(ROWS).astype("timedelta64[s]")), "dates or times"),
        (np.full(ROWS, 7), "one value only, left out: 1 (b)"),
        (["same"] * ROWS, "one value only"),
        ([None] * ROWS, "one value only"),
        ([np.nan, 5.0] * 30, "one value only"),
    ],
)
def test_columns_that_teach_nothing_are_left_out_and_named(column: Any, words: str) -> None:
    data = with_column(column)
    assert data.features == ("a",)
    assert words in said(data)


def test_a_number_of_the_row_is_left_out_by_its_name() -> None:
    data = from_arrays({"id": np.arange(ROWS) + 1, "a": X[:, 0], "t": np.arange(ROWS)}, Y)
    assert data.features == ("a", "t")  # numbers that rise may be what is to be learned from
    assert "left out: 1 (id)" in said(data)


def test_missing_numbers_are_counted_and_kept_as_nan() -> None:
    column = X[:, 1].copy()
    column[:5] = np.nan
    data = with_column(column)
    assert np.isnan(data.inputs[:5, 1]).all()
    assert "Missing values: 5, in columns: 1 (b)" in said(data)


def test_words_among_numbers_count_as_missing_and_are_quoted() -> None:
    data = with_column(["1.5", "2", "n/a", "oops"] + [str(i) for i in range(ROWS - 4)])
    assert np.isnan(data.inputs[2:4, 1]).all()
    assert "count as missing: 1 (the first is 'oops')" in said(data)
    assert data.inputs[:2, 1].tolist() == [1.5, 2]


def test_values_far_from_0_and_close_together_are_told_apart() -> None:
    data = with_column(1.7e9 + np.arange(ROWS) / 4)
    assert np.allclose(np.diff(data.inputs[:, 1]), 0.25)
    assert "tell them apart: 1 (b)" in said(data)


def test_names_that_stand_twice_are_numbered() -> None:
    assert from_arrays(X, Y, features=["a", "a"]).features == ("a", "a (2)")


FORMS: dict[str, Callable[[np.ndarray], Any]] = {
    "lists": lambda x: x.tolist(),
    "tuples": lambda x: tuple(map(tuple, x.tolist())),
    "objects": lambda x: x.astype(object),
    "words": lambda x: x.astype(str),
    "fractions": lambda x: [[Fraction(v) for v in row] for row in x.tolist()],
    "mapping": lambda x: {"x0": x[:, 0], "x1": x[:, 1].tolist()},
    "records": lambda x: np.rec.fromarrays([x[:, 0], x[:, 1]], names=["x0", "x1"]),
    "masked": np.ma.masked_array,
    "columns first": np.asfortranarray,
    "long double": lambda x: x.astype(np.longdouble),
}


@pytest.mark.parametrize("given_as", FORMS.values(), ids=FORMS)
def test_a_table_is_the_same_however_it_is_given(given_as: Callable[[np.ndarray], Any]) -> None:
    data, plain = from_arrays(given_as(X), Y), from_arrays(X, Y)
    assert data.features == plain.features == ("x0", "x1")
    assert data.fingerprint == plain.fingerprint


def test_masked_values_are_missing() -> None:
    masked = np.ma.masked_array(X, mask=np.arange(ROWS * 2).reshape(X.shape) == 4)
    data = from_arrays(masked, Y)
    assert np.argwhere(np.isnan(data.inputs)).tolist() == [[2, 0]]


def test_mixed_rows_keep_numbers_and_words() -> None:
    rows = [[float(i), "ab"[i % 2]] for i in range(ROWS)]
    data = from_arrays(rows, Y)
    assert data.features == ("x0", "x1=b")
    assert data.inputs[:, 0].tolist() == list(range(ROWS))


class Series:
    """What pandas and polars have in common, as far as it is used."""

    def __init__(self, name: str, values: Any) -> None:
        self.name, self._values = name, values

    def to_numpy(self) -> np.ndarray:
        return np.asarray(self._values)

    def __len__(self) -> int:
        return len(self._values)


class PolarsFrame:
    columns = ("a", "b")

    def get_columns(self) -> list[Series]:
        return [Series("a", X[:, 0]), Series("b", ["u", "v"] * 30)]


class PandasFrame:
    columns = ("a", "b")

    def items(self) -> Iterator[tuple[str, Series]]:
        return ((series.name, series) for series in PolarsFrame().get_columns())


@pytest.mark.parametrize("frame", [PolarsFrame(), PandasFrame()])
def test_frames_are_read_by_what_they_can_do(frame: Any) -> None:
    data = from_arrays(frame, Series("target", Y))
    assert data.features == ("a", "b=v")
    assert np.allclose(data.targets[:, 0], Y)


def test_a_real_frame_of_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"n": X[:, 0], "i": np.arange(ROWS), "c": ["u", "v", None] * 20})
    frame["c"] = frame["c"].astype("category")
    frame["k"] = pandas.array([1, None, 4] * 20, dtype="Int64")
    frame["d"] = pandas.date_range("2024-01-01", periods=ROWS)
    frame["z"] = pandas.date_range("2024-01-01", periods=ROWS, tz="Asia/Seoul")
    data = from_arrays(frame, pandas.Series(["yes", "no"] * 30))
    assert data.features == ("n", "i", "c=u", "c=v", "c=(missing)", "k")
    assert data.classes == ("no", "yes")
    assert "dates or times, left out: 2 (d, z)" in said(data)


def test_a_real_frame_of_polars() -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"n": X[:, 0], "c": ["u", "v", None] * 20, "k": [1, None, 4] * 20})
    data = from_arrays(frame, polars.Series("t", ["yes", "no"] * 30))
    assert data.features == ("n", "c=u", "c=v", "c=(missing)", "k")
    assert np.isnan(data.inputs[1, -1])


@pytest.mark.parametrize(
    ("word", "comma", "number"),
    [
        ("1.5", False, 1.5),
        ("-1e3", False, -1000.0),
        ("1,234", False, 1234.0),
        ("1,234.5", False, 1234.5),
        ("1,5", False, None),
        ("1,5", True, 1.5),
        ("1.234,5", True, 1234.5),
        ("1.234", True, 1234.0),
        ("0.123", True, 0.123),
        ("1_000", False, None),
        ("12 kg", False, None),
        ("", False, None),
    ],
)
def test_which_number_a_word_spells(word: str, *, comma: bool, number: float | None) -> None:
    assert number_in(word, comma=comma) == number


@pytest.mark.parametrize(
    ("column", "first"),
    [
        (["1,5", "2,25"] * 30, 1.5),
        (["0,123", "1,234"] * 30, 0.123),
        (["1,234", "5,678"] * 30, 1234),
    ],
)
def test_a_comma_is_decided_by_its_whole_column(column: list[str], first: float) -> None:
    assert with_column(column).inputs[0, 1] == np.float32(first)


# ------------------------------------------------------------ what cannot be

LONG = [10**400, *range(1, ROWS)]


@pytest.mark.parametrize(
    ("x", "y", "options", "words"),
    [
        (X, Y[:-1], {}, "X has 60 rows and y has 59"),
        (X[:19], Y[:19], {}, "19 rows with a target; at least 20"),
        (X[:0], Y[:0], {}, "X is empty"),
        (X[:, :0], Y, {}, "X is empty"),
        ({}, Y, {}, "X is empty"),
        (X, [], {}, "y is empty"),
        (X[:, 0], Y, {}, "reshape(-1, 1)"),
        (X[:, :, None], Y, {}, "reshape(len(X), -1)"),
        (5, Y, {}, "X has shape ()"),
        (None, Y, {}, "X has shape ()"),
        ("table", Y, {}, "X has shape ()"),
        (X, Y[:, None, None], {}, "y has shape (60, 1, 1)"),
        (X, 3.0, {}, "y has shape ()"),
        ([[1, 2], [3]], Y, {}, "X cannot be read as a table"),
        (X + 1j, Y, {}, "'x0' holds complex numbers"),
        (X, Y + 1j, {}, "'y' holds complex numbers"),
        ([[1, 2j]] * ROWS, Y, {}, "complex"),
        ({"a": [[1]] * ROWS}, Y, {}, "'a'"),
        ({"a": [{}] * ROWS}, Y, {}, "'a' holds a dict in row 1"),
        ({"a": [1.0, object()] * 30}, Y, {}, "'a' holds a object in row 2"),
        ({"a": Y, "b": Y[:-1]}, Y, {}, "'b'"),
        (
            np.where(X[7, 1] == X, np.inf, X),
            Y,
            {},
            "'x1' is infinite, or too large for float32, in row 8",
        ),
        (
            X,
            np.where(Y[4] == Y, -np.inf, Y),
            {},
            "'y' is infinite, or too large for float32, in row 5",
        ),
        (X * 1e300, Y, {}, "too large for float32"),
        ({"a": LONG}, Y, {}, "too large for float32, in row 1"),
        (X, np.ones(ROWS), {}, "is 1 in every row"),
        (X, ["yes"] * ROWS, {}, "is yes in every row"),
        (X, [f"n{i}" for i in range(ROWS)], {}, "60 different values in 60 rows"),
        (X, np.arange(ROWS), {"kind": "classes"}, "or kind='regression'"),
        (X, np.arange(ROWS) % 3, {"kind": "binary"}, "3 different values"),
        (X, ["a", "b"] * 30, {"kind": "regression"}, "holds words such as 'a'"),
        (X, np.arange(ROWS).astype("datetime64[D]"), {}, "holds dates or times"),
        (X, [{}] * ROWS, {}, "'y' holds a dict"),
        (X, np.full(ROWS, np.nan), {}, "0 rows with a target"),
        (X, [["a", "b"]] * 30 + [["b", "a"]] * 30, {}, "only numbers"),
        (X, np.stack([Y, Y], axis=1), {"kind": "classes"}, "only kind='regression' takes"),
        (X, Y, {"kind": "ranking"}, "'ranking'"),
        (X, Y, {"features": ["a"]}, "features names 1"),
        (np.ones((ROWS, 2)), Y, {}, "no column to learn from"),
    ],
)
def test_what_cannot_be_learned_from_is_one_sentence(
    x: Any, y: Any, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadInput) as caught:
        from_arrays(x, y, **options)
    assert words in caught.value.text.en
    assert "{" not in caught.value.text.en.replace("{}", "")
    assert any("가" <= letter <= "힣" for letter in caught.value.text.ko)


class Hostile:
    """Raises whatever is asked of it."""

    def __array__(self, *_arguments: object, **_options: object) -> np.ndarray:
        message = "no array for you"
        raise RuntimeError(message)


def test_a_foreign_object_that_raises_is_one_sentence_too() -> None:
    with pytest.raises(BadInput, match="no array for you"):
        from_arrays(Hostile(), Y)


DTYPES = st.one_of(
    arrays.floating_dtypes(),
    arrays.integer_dtypes(),
    arrays.unsigned_integer_dtypes(),
    arrays.boolean_dtypes(),
    arrays.complex_number_dtypes(),
    arrays.unicode_string_dtypes(max_len=3),
    arrays.byte_string_dtypes(max_len=3),
    arrays.datetime64_dtypes(),
    arrays.timedelta64_dtypes(),
)
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=4),
    st.dates(),
    st.decimals(),
    st.binary(max_size=3),
    st.lists(st.integers(), max_size=2),
)


def learns_or_says(x: Any, y: Any) -> None:
    """Either a data set that splits into finite numbers, or `BadInput`."""
    try:
        split = from_arrays(x, y).split()
    except BadInput as error:
        assert error.text.en.endswith(".")  # noqa: PT017
        return
    for part in (split.train_inputs, split.validation_inputs, split.train_targets):
        assert np.isfinite(part).all()
        assert len(part)


@given(data=st.data())
def test_no_array_whatever_ends_in_a_traceback(data: st.DataObject) -> None:
    rows = data.draw(st.integers(18, 40))
    shapes = arrays.array_shapes(min_dims=1, max_dims=1, min_side=1, max_side=3)
    x = data.draw(arrays.arrays(data.draw(DTYPES), (rows, *data.draw(shapes))))
    y = data.draw(arrays.arrays(data.draw(DTYPES), (rows,)))
    learns_or_says(x, y)


@given(data=st.data())
def test_no_list_whatever_ends_in_a_traceback(data: st.DataObject) -> None:
    few = data.draw(st.lists(CELLS, min_size=1, max_size=4))
    column = data.draw(st.lists(st.sampled_from(few), min_size=20, max_size=30))
    targets = data.draw(st.lists(st.one_of(CELLS, st.sampled_from(["a", "b"])), min_size=20))
    learns_or_says({"a": column, "b": range(len(column))}, targets[: len(column)])
    learns_or_says(np.arange(len(column))[:, None], column)
