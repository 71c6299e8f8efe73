"""A data set of the user's own: arrays, frames, or a file. What is done to it is said, with its count."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Sequence
from typing import Any

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.dataset import Dataset
from livegrad.trials.listing import listed
from livegrad.trials.reading_arrays import inputs_in, targets_in
from livegrad.trials.reading_columns import Column, Table
from livegrad.trials.reading_files import table_in
from livegrad.trials.reading_inputs import inputs_of
from livegrad.trials.reading_selection import check_finite
from livegrad.trials.reading_target import check_kind, target_of
from livegrad.trials.splitting import Kind

__all__ = ["columns_in", "from_arrays", "read"]

_LENGTHS = Text(
    "X has {rows} rows and y has {targets}. Give one target for each row.",
    "X는 {rows}행인데 y는 {targets}개입니다. 행마다 목표값을 하나씩 주세요.",
)
_NO_COLUMN = Text(
    "'{path}' has no column '{target}'. The nearest is '{nearest}'; there are {count} in all: {names}.",
    "'{path}' 파일에 '{target}' 열이 없습니다. 가장 가까운 이름은 '{nearest}'입니다. 열은 모두 {count}개입니다: "
    "{names}.",
)


def from_arrays(
    X: Any,
    y: Any,
    *,
    features: Sequence[str] | None = None,
    kind: Kind | None = None,
    name: str = "data",
) -> Dataset:
    """Return the data set that arrays, lists or data frames make.

    Args:
        X: Shape (samples, features): an array, a list of rows, a pandas or polars frame, a mapping of names
            to columns. Columns of words become a column of 0 and 1 for each level.
        y: Shape (samples,), or (samples, outputs) for several numbers to hit.
        features: A name for each column; None takes those of a frame, else ``x0``, ``x1`` …
        kind: ``"regression"``, ``"binary"`` or ``"classes"``; None to have it decided (`MOST_CLASSES`).
        name: What it is called in a report.

    Raises:
        BadInput: What was given cannot be learned from; one sentence says why and what to do.

    Example:
        >>> X = np.arange(60.0).reshape(30, 2)
        >>> data = from_arrays(X, ["small"] * 10 + ["large"] * 20)
        >>> data.kind, data.classes, data.inputs.shape
        ('binary', ('large', 'small'), (30, 2))
    """
    check_kind(kind)
    columns, rows = inputs_in(X, features)
    targets, count = targets_in(y)
    if rows != count:
        raise BadInput(_LENGTHS.fill(rows=rows, targets=count))
    return _dataset(columns, targets, kind, name=name)


def read(path: str | os.PathLike[str], target: str | int, *, kind: Kind | None = None) -> Dataset:
    r"""Return the data set that a file holds.

    Args:
        path: A CSV file (comma, semicolon, tab or bar between the fields; perhaps ``.gz``), an ``.npz``
            or ``.npy`` file, or Parquet (with pyarrow); at most `LARGEST_BYTES`.
        target: Name of the column to be told from the others, or its number from 0.
        kind: ``"regression"``, ``"binary"`` or ``"classes"``; None to have it decided.

    Raises:
        BadInput: No such file or column, or nothing that can be learned from; one sentence says why.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "squares.csv")
        ...     with open(path, "w") as file:
        ...         _ = file.write("x,y\n" + "".join(f"{x},{x * x}\n" for x in range(50)))
        ...     read(path, "y").inputs.shape
        (50, 1)
    """
    check_kind(kind)
    path = os.fspath(path)
    table = table_in(path, target)
    name = os.path.basename(path)
    chosen = _chosen(table, target, name)
    rest = [column for group in table.groups.values() if group is not chosen for column in group]
    return _dataset(rest, chosen, kind, name=name, said=table.remarks)


def columns_in(path: str | os.PathLike[str]) -> tuple[str, ...]:
    r"""Return the names of a file's columns, as `read` takes them for a target.

    Raises:
        BadInput: As `read`.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "data.csv")
        ...     with open(path, "w") as file:
        ...         _ = file.write("size,colour\n1,red\n")
        ...     columns_in(path)
        ('size', 'colour')
    """
    return tuple(table_in(os.fspath(path), "").groups)


def _chosen(table: Table, target: str | int, path: str) -> tuple[Column, ...]:
    """The columns that a target's name or number stands for."""
    names = list(table.groups)
    if isinstance(target, str) and target in names:
        return table.groups[target]
    number = re.fullmatch(r"-?\d+", str(target))
    if number and -len(names) <= int(target) < len(names):
        return table.groups[names[int(target)]]
    nearest = difflib.get_close_matches(str(target), names, n=1, cutoff=0.0)[0]
    raise BadInput(
        _NO_COLUMN.fill(
            path=path,
            target=target,
            nearest=nearest,
            count=len(names),
            names=listed(names, at_most=20),
        )
    )


def _dataset(
    columns: Sequence[Column],
    targets: Sequence[Column],
    kind: Kind | None,
    *,
    name: str,
    said: Sequence[Text] = (),
) -> Dataset:
    """The data set of these columns; rows without a target are left out."""
    check_finite((*columns, *targets))
    target, rows = target_of(targets, kind, name=name)
    inputs = inputs_of([column.take(rows) for column in columns], name=name, rows=int(rows.sum()))
    return Dataset(
        name=name,
        inputs=inputs.values,
        targets=target.values,
        kind=target.kind,
        features=inputs.features,
        classes=target.classes,
        remarks=(*said, *target.remarks, *inputs.remarks),
    )
