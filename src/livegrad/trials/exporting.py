"""A store as a file that spreadsheets and data frames open: CSV or Parquet."""

from __future__ import annotations

import contextlib
import csv
import importlib
import itertools
import math
import os
import tempfile
from collections.abc import Iterator
from typing import Any

from livegrad.errors import BadInput, NotStored
from livegrad.text import Text
from livegrad.trials.store import Store, StoredTrial

__all__ = ["export"]

_ENDINGS = (".csv", ".parquet")
_ENDING = Text(
    "'{path}' does not say what to write. Let its name end in .csv or .parquet.",
    "'{path:은/는}' 어떤 형식인지 알 수 없습니다. 이름이 .csv나 .parquet로 끝나야 합니다.",
)
_NO_PLACE = Text(
    "'{path}' cannot be written: {folder} is not a folder. Make it first: mkdir -p '{folder}'.",
    "'{path:을/를}' 쓸 수 없습니다. '{folder}' 폴더가 없습니다. 먼저 만드세요: mkdir -p '{folder}'.",
)
_FOLDER = Text(
    "'{path}' is a folder. Give the name of a file: '{path}/trials.csv'.",
    "'{path:은/는}' 폴더입니다. 파일 이름을 주세요: '{path}/trials.csv'.",
)
_NO_ARROW = Text(
    "Parquet needs the package pyarrow, which is not installed. Run: pip install pyarrow. Or export to .csv, "
    "which needs nothing.",
    "Parquet로 쓰려면 pyarrow 패키지가 필요하지만 설치되어 있지 않습니다. 실행하세요: pip install pyarrow. "
    ".csv로 내보내면 아무것도 필요 없습니다.",
)
_REFUSED = Text(
    "'{path}' was not written: {reason}. The store is untouched; free some space or give another path, and "
    "export again.",
    "'{path:을/를}' 쓰지 못했습니다: {reason}. 저장소(store)는 그대로입니다. 공간을 비우거나 다른 경로를 주고 다시 "
    "내보내세요.",
)
_COLUMNS = {
    **dict.fromkeys(("key", "task", "data"), "string"),
    "seed": "int64",
    **dict.fromkeys(("activation", "hidden"), "string"),
    **dict.fromkeys(("depth", "width"), "int64"),
    "init": "string",
    "lr": "double",
    "optimizer": "string",
    "weight_decay": "double",
    **dict.fromkeys(("batch_size", "steps"), "int64"),
    **dict.fromkeys(("norm", "skip"), "string"),
    **dict.fromkeys(("score", "loss"), "double"),
    "diverged_at": "int64",
    **dict.fromkeys(("engine", "version", "created"), "string"),
}
"""The flat columns in order, and what Arrow calls their types."""
_LISTS = {"steps": "int32", "train_loss": "float", "loss": "float", "score": "float"}
"""The columns of a curve, and what Arrow calls the type of a point."""
_BATCH = 10_000  # rows in memory at a time, and in a Parquet row group


def export(store: Store, path: str | os.PathLike[str]) -> int:
    """Write all that is stored, one row a trial, and return how many rows that were.

    Columns: key, task, data, seed, then the recipe's (``hidden`` as "64-64", with ``depth``, how many layers that
    are, and ``width``, the first one's), score, loss, diverged_at, engine, version, created. Score and loss are
    those at the end. In CSV an empty cell stands for NaN and for None. The curve is left out of a CSV file; Parquet holds it
    in four columns of lists: curve_steps, curve_train_loss, curve_loss, curve_score.

    A file of that name is replaced, and only once the new one is complete. Rows are read a few thousand at a time.

    Args:
        store: An open store; others may go on writing to it.
        path: Ends in ``.csv``, or in ``.parquet``, which takes the package pyarrow.

    Raises:
        BadInput: Another ending, a folder that is not there, or no pyarrow.
        NotStored: The disk refused.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder, Store(f"{folder}/trials.db") as store:
        ...     export(store, f"{folder}/trials.csv")
        0
    """
    target = os.path.abspath(os.fspath(path))
    _check(target)
    write = _write_csv if target.lower().endswith(".csv") else _write_parquet
    try:
        with _replaced(target) as unfinished:
            return write(unfinished, store)
    except OSError as error:
        reason = error.strerror or error
        raise NotStored(_REFUSED.fill(path=target, reason=reason)) from error


def _check(target: str) -> None:
    folder = os.path.dirname(target)
    if os.path.isdir(target):
        raise BadInput(_FOLDER.fill(path=target))
    if not target.lower().endswith(_ENDINGS):
        raise BadInput(_ENDING.fill(path=target))
    if not os.path.isdir(folder):
        raise BadInput(_NO_PLACE.fill(path=target, folder=folder))


@contextlib.contextmanager
def _replaced(target: str) -> Iterator[str]:
    """Give a path beside ``target`` that takes its place if the block succeeds, and goes otherwise."""
    with tempfile.TemporaryDirectory(dir=os.path.dirname(target), prefix=".export-") as folder:
        unfinished = os.path.join(folder, os.path.basename(target))
        yield unfinished
        os.replace(unfinished, target)


def _cells(row: StoredTrial) -> dict[str, Any]:
    """Return the flat columns of a row, as `livegrad.trials.store_schema.VIEW` has them."""
    hidden = row.trial.recipe.hidden
    cells = {
        **vars(row.trial.recipe),
        **vars(row.outcome),
        **vars(row),
        "data": row.trial.data,
        "seed": row.trial.seed,
        "hidden": "-".join(map(str, hidden)),
        "depth": len(hidden),
        "width": hidden[0] if hidden else 0,
    }
    return {name: _known(cells[name]) for name in _COLUMNS}


def _known(value: Any) -> Any:
    """Return None for NaN, as SQL does, so that empty means the same in every format."""
    return None if isinstance(value, float) and math.isnan(value) else value


def _write_csv(path: str, store: Store) -> int:
    count = 0
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for count, row in enumerate(store.rows(), start=1):  # noqa: B007 - returned
            writer.writerow(_cells(row).values())
    return count


def _write_parquet(path: str, store: Store) -> int:
    try:  # by name: a type checker need not have it
        arrow = importlib.import_module("pyarrow")
        parquet = importlib.import_module("pyarrow.parquet")
    except ModuleNotFoundError as error:
        raise BadInput(_NO_ARROW) from error
    types = {name: arrow.type_for_alias(kind) for name, kind in _COLUMNS.items()}
    for name, kind in _LISTS.items():
        types[f"curve_{name}"] = arrow.list_(arrow.type_for_alias(kind))
    schema, rows, count = arrow.schema(types), store.rows(), 0
    with parquet.ParquetWriter(path, schema) as writer:
        while batch := [_nested(row) for row in itertools.islice(rows, _BATCH)]:
            writer.write_table(arrow.Table.from_pylist(batch, schema))
            count += len(batch)
    return count


def _nested(row: StoredTrial) -> dict[str, Any]:
    """Return the flat columns and those of the curve, as arrays."""
    curve = {f"curve_{name}": getattr(row.outcome.curve, name) for name in _LISTS}
    return _cells(row) | curve
