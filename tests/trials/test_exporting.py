"""A store leaves as CSV or Parquet, and pandas and polars read it as it is."""

from __future__ import annotations

import csv
import math
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from trials.stored import PAIRS, asked, columns_of
from trials.writer import plan, run

from livegrad.errors import BadInput, NotStored
from livegrad.trials import exporting
from livegrad.trials.exporting import export
from livegrad.trials.store import Store
from livegrad.trials.trial import Curve, Outcome, Recipe, Trial

ODD = Trial(
    recipe=Recipe(activation='x*sigmoid(x), "σ"\n', hidden=(), skip="rezero"),
    seed=-1,
    data="moons-1f00",
)
LATE = Trial(recipe=Recipe(activation="relu", hidden=(8,) * 30), seed=0, data="moons-1f00")
TAME = [(trial, run(trial)) for trial in plan(range(100, 220)) if trial.seed % 7 != 6]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give a store whose first 200 trials all converge, which misleads who guesses types from them."""
    with Store(tmp_path / "trials.db") as opened:
        opened.add(
            TAME + [(trial, run(trial)) for trial in (ODD, LATE)] + PAIRS,
            task="반달 moons",
            engine="pretended",
        )
        yield opened


def view_of(store: Store) -> list[dict[str, Any]]:
    """Return the rows of the view ``trials``, without their numbers."""
    with closing(sqlite3.connect(store.path)) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute("SELECT * FROM trials ORDER BY number")]
    return [{name: row[name] for name in row if name != "number"} for row in rows]


def plain(value: Any) -> Any:
    """Return None for what stands for nothing in a data frame."""
    return None if value is None or (isinstance(value, float) and math.isnan(value)) else value


def test_a_csv_file_holds_what_the_view_shows(store: Store, tmp_path: Path) -> None:
    assert export(store, tmp_path / "trials.csv") == len(store)
    with open(tmp_path / "trials.csv", encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    seen = [
        {name: "" if cell is None else str(cell) for name, cell in row.items()}
        for row in view_of(store)
    ]
    assert written == seen
    assert {row["score"] for row in written if row["diverged_at"]} == {""}


def test_an_empty_store_gives_the_names_of_the_columns(tmp_path: Path) -> None:
    with Store(tmp_path / "trials.db") as store:
        assert export(store, tmp_path / "trials.csv") == 0
    (names,) = csv.reader((tmp_path / "trials.csv").read_text("utf-8").splitlines())
    known = [
        name
        for (name,) in asked(
            str(tmp_path / "trials.db"), "SELECT name FROM pragma_table_info('trials')"
        )
    ]
    assert names == known[1:]
    assert known[0] == "number"


def test_a_parquet_file_holds_what_the_view_shows_and_the_curves(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(exporting, "_BATCH", 100)  # several row groups
    curve = Curve(np.empty(0, np.int32), *np.empty((3, 0), np.float32))
    bare = plan(range(900, 901))[0]
    store.add([(bare, Outcome(bare.key, 0.0, math.inf, None, curve))], task="moons")
    assert export(store, tmp_path / "trials.parquet") == len(store)
    table = parquet.read_table(tmp_path / "trials.parquet").to_pylist()
    lists = ("curve_steps", "curve_train_loss", "curve_loss", "curve_score")
    assert [{name: row[name] for name in row if name not in lists} for row in table] == view_of(
        store
    )
    for row, stored in zip(table, store.rows(), strict=True):
        again = Curve(
            np.array(row["curve_steps"], np.int32),
            *(np.array(row[name], np.float32) for name in lists[1:]),
        )
        assert columns_of(again) == columns_of(stored.outcome.curve)


def test_an_empty_store_gives_a_parquet_file_with_types(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    with Store(tmp_path / "trials.db") as store:
        assert export(store, tmp_path / "trials.parquet") == 0
    schema = parquet.read_schema(tmp_path / "trials.parquet")
    assert str(schema.field("diverged_at").type) == "int64"
    assert str(schema.field("curve_loss").type).startswith("list<")


def test_parquet_without_pyarrow_is_said(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(BadInput, match="pip install pyarrow"):
        export(store, tmp_path / "trials.parquet")
    assert not list(tmp_path.glob("*.parquet"))


# ------------------------------------------------------------ straight into data frames


def test_pandas_reads_the_view(store: Store) -> None:
    pandas = pytest.importorskip("pandas")
    with closing(sqlite3.connect(store.path)) as connection:
        frame = pandas.read_sql("SELECT * FROM trials ORDER BY number", connection)
    rows = frame.drop(columns="number").to_dict("records")
    assert [{n: plain(c) for n, c in row.items()} for row in rows] == view_of(store)
    assert str(frame["score"].dtype) == "float64"


def test_polars_reads_the_view(store: Store) -> None:
    polars = pytest.importorskip("polars")
    with closing(sqlite3.connect(store.path)) as connection:
        frame = polars.read_database(
            "SELECT * FROM trials ORDER BY number", connection, infer_schema_length=None
        )
    assert frame.drop("number").to_dicts() == view_of(store)
    assert frame["diverged_at"].dtype == polars.Int64


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_pandas_and_polars_read_what_was_exported(
    store: Store, tmp_path: Path, ending: str
) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    if ending == "parquet":
        pytest.importorskip("pyarrow")
    file = tmp_path / f"trials.{ending}"
    export(store, file)
    expected = [row["score"] for row in view_of(store)]
    for library in (pandas, polars):
        scores = getattr(library, f"read_{ending}")(file)["score"].to_list()
        assert [plain(score) for score in scores] == expected


# ------------------------------------------------------------ where a file cannot be


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("trials.xlsx", r"end in \.csv or \.parquet"),
        ("trials", r"end in \.csv or \.parquet"),
        ("no/folder/trials.csv", "mkdir -p '.*/no/folder'"),
        (".", r"is a folder.*/trials\.csv"),
    ],
)
def test_a_place_that_cannot_be_is_said(store: Store, tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        export(store, tmp_path / name)


def test_an_older_file_stays_until_the_new_one_is_complete(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "trials.csv"
    file.write_text("older")
    rows = store.rows

    def full_after_three() -> Iterator[Any]:
        for row, _ in zip(rows(), range(3), strict=False):
            yield row
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "rows", full_after_three)
    with pytest.raises(NotStored, match="was not written: No space left on device"):
        export(store, file)
    assert file.read_text() == "older"
    monkeypatch.undo()
    export(store, file)
    assert file.read_text("utf-8").startswith("key,task,data,seed,activation,hidden,depth,width,")
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".export")]
