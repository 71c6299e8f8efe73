"""Arrays, lists, and the frames of pandas and polars, to columns; neither library is imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.reading_columns import Column
from livegrad.trials.reading_values import column_of

__all__ = ["columns_of", "inputs_in", "named_once", "targets_in"]

_X_SHAPE = Text(
    "X has shape {shape}; it must be (samples, features). Give one row for each sample: {hint}.",
    "X의 모양이 {shape}입니다. (표본 수, 특징 수) 모양이어야 합니다. 표본마다 한 행씩 주세요: {hint}.",
)
_Y_SHAPE = Text(
    "y has shape {shape}; it must be (samples,), or (samples, outputs) for several numbers. Give one target "
    "for each sample.",
    "y의 모양이 {shape}입니다. (표본 수,)이거나, 숫자 여럿이면 (표본 수, 출력 수)여야 합니다. 표본마다 목표값을 "
    "하나씩 주세요.",
)
_NO_TABLE = Text(
    "{what} cannot be read as a table of numbers and words ({problem}). Give an array, a list of rows of "
    "equal length, or a data frame.",
    "{what:을/를} 숫자와 단어의 표로 읽을 수 없습니다({problem}). 배열이나, 길이가 같은 행의 목록이나, 데이터프레임을 "
    "주세요.",
)
_EMPTY = Text(
    "{what} is empty: its shape is {shape}. Give at least one column and some rows.",
    "{what:이/가} 비어 있습니다. 모양이 {shape}입니다. 열은 하나 이상, 행은 여럿 주세요.",
)
_FEATURES = Text(
    "X has {columns} columns and features names {count}. Give one name for each column.",
    "X의 열은 {columns}개인데 features의 이름은 {count}개입니다. 열마다 이름을 하나씩 주세요.",
)


def inputs_in(X: Any, features: Sequence[str] | None) -> tuple[list[Column], int]:
    """Return the columns of X, and how many rows it has.

    Args:
        X: See `livegrad.trials.reading.from_arrays`.
        features: A name for each column, or None.

    Raises:
        BadInput: No table of two axes, or names that do not fit it.

    Example:
        >>> columns, rows = inputs_in([[1, "a"], [2, "b"], [3, "b"]], None)
        >>> [column.name for column in columns], rows
        (['x0', 'x1'], 3)
    """
    named = _series_in(X)
    if named is None:
        table = _array(X, "X")
        if table.ndim != 2:
            hint = "X.reshape(-1, 1)" if table.ndim == 1 else "X.reshape(len(X), -1)"
            raise BadInput(_X_SHAPE.fill(shape=table.shape, hint=hint))
        named = [(f"x{i}", table[:, i]) for i in range(table.shape[1])]
    if not named or not len(named[0][1]):
        rows = len(named[0][1]) if named else 0
        raise BadInput(_EMPTY.fill(what="X", shape=(rows, len(named))))
    if features is not None and len(features) != len(named):
        raise BadInput(_FEATURES.fill(columns=len(named), count=len(features)))
    names = named_once(features if features is not None else [name for name, _ in named])
    columns = [column_of(name, values) for name, (_, values) in zip(names, named, strict=True)]
    return columns, len(named[0][1])


def targets_in(y: Any) -> tuple[list[Column], int]:
    """Return the columns of y, and how many rows it has.

    Args:
        y: See `livegrad.trials.reading.from_arrays`.

    Raises:
        BadInput: No array of one or two axes.

    Example:
        >>> columns, rows = targets_in(["yes", "no", "no"])
        >>> columns[0].name, columns[0].levels, rows
        ('y', ('yes', 'no'), 3)
    """
    named = _series_in(y)
    if named is None:
        table = _array(y, "y")
        if table.ndim not in (1, 2):
            raise BadInput(_Y_SHAPE.fill(shape=table.shape))
        named = [("y", table)] if table.ndim == 1 else columns_of("y", table)
    if not named or not len(named[0][1]):
        rows = len(named[0][1]) if named else 0
        raise BadInput(_EMPTY.fill(what="y", shape=(rows, len(named))))
    return [column_of(name, values) for name, values in named], len(named[0][1])


def columns_of(name: str, table: NDArray[Any]) -> list[tuple[str, NDArray[Any]]]:
    """Return the columns of a two-dimensional array by name: ``y``, or ``y_0``, ``y_1`` … if several.

    Example:
        >>> [each for each, _ in columns_of("y", np.zeros((3, 2)))]
        ['y_0', 'y_1']
    """
    width = table.shape[1]
    return [(f"{name}_{i}" if width > 1 else name, table[:, i]) for i in range(width)]


def named_once(names: Iterable[object]) -> list[str]:
    """Return the names as words, each once: a second ``a`` becomes ``a (2)``.

    Example:
        >>> named_once(["a", "b", "a"])
        ['a', 'b', 'a (2)']
    """
    seen, unique = set[str](), list[str]()
    for name in map(str, names):
        number, candidate = 1, name
        while candidate in seen:
            number += 1
            candidate = f"{name} ({number})"
        seen.add(candidate)
        unique.append(candidate)
    return unique


def _series_in(table: Any) -> list[tuple[str, NDArray[Any]]] | None:
    """Names and values of the columns of a frame or a mapping; None if it is neither."""
    series = getattr(table, "get_columns", None)  # polars
    if isinstance(table, np.ndarray) and table.dtype.names:
        found = [(name, table[name]) for name in table.dtype.names]
    elif callable(series):
        found = [(column.name, column) for column in series()]
    elif isinstance(table, Mapping) or getattr(table, "columns", None) is not None:  # pandas
        items = getattr(table, "items", None)
        if not callable(items):
            return None
        found = list(items())
    else:
        return None
    columns = [(str(name), _array(values, f"'{name}'")) for name, values in found]
    for name, values in columns:
        if values.ndim != 1 or len(values) != len(columns[0][1]):
            problem = f"{values.shape}"
            raise BadInput(_NO_TABLE.fill(what=f"'{name}'", problem=problem))
    return columns


def _array(given: Any, what: str) -> NDArray[Any]:
    """What was given as an array, of objects if its values are of several types."""
    try:
        dense = getattr(given, "toarray", None)  # SciPy's sparse matrices
        to_numpy = getattr(given, "to_numpy", None)  # a column of pandas, polars or pyarrow
        if isinstance(given, np.ma.MaskedArray):
            found = np.array(given.tolist(), dtype=object)  # masked values become None
        elif callable(to_numpy):
            found = np.asarray(to_numpy())
        elif callable(dense):
            found = np.asarray(dense())
        elif isinstance(given, Sequence):
            found = _from_list(given)
        else:
            found = np.asarray(given)
    except Exception as error:  # whatever a foreign object answers
        problem = str(error).split("\n", maxsplit=1)[0] or type(error).__name__
        raise BadInput(_NO_TABLE.fill(what=what, problem=problem)) from error
    return found


def _from_list(given: Sequence[Any]) -> NDArray[Any]:
    """A list as an array that keeps each value's type: NumPy would make words of [1, "a"]."""
    found = np.asarray(given)
    return np.asarray(given, dtype=object) if found.dtype.kind in "US" else found
