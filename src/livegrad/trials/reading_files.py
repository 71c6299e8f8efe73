"""A file to columns: by its ending as CSV, as arrays of NumPy, or as Parquet."""

from __future__ import annotations

import functools
import importlib
import lzma
import os
import struct
import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.listing import listed
from livegrad.trials.reading_arrays import columns_of, inputs_in, named_once
from livegrad.trials.reading_columns import Column, Table
from livegrad.trials.reading_csv import csv_in
from livegrad.trials.reading_inputs import LARGEST_BYTES
from livegrad.trials.reading_values import column_of

__all__ = ["table_in"]

_MISSING = Text(
    "There is no file '{path}'. Give the path of a table, as in: livegrad compare data.csv --target y",
    "'{path}' 파일이 없습니다. 표 파일의 경로를 주세요. 예: livegrad compare data.csv --target y",
)
_FOLDER = Text(
    "'{path}' is a folder. Give the path of one file in it.",
    "'{path}' 경로는 폴더입니다. 그 안에 있는 파일 하나의 경로를 주세요.",
)
_EMPTY = Text(
    "'{path}' is empty. Give a file with a row of names and at least 20 rows of data.",
    "'{path}' 파일이 비어 있습니다. 이름 한 행과 데이터 20행 이상이 든 파일을 주세요.",
)
_TOO_LARGE = Text(
    "'{path}' has {size} million bytes; at most {largest} million are read. Give fewer rows, for example "
    "the first million: head -n 1000001 {path} > fewer.csv",
    "'{path}' 파일은 {size}백만 바이트입니다. {largest}백만 바이트까지 읽습니다. 행을 줄여 주세요. 예를 들어 앞의 백만 "
    "행만: head -n 1000001 {path} > fewer.csv",
)
_UNREADABLE = Text(
    "'{path}' cannot be read: {problem}. Check the file, and that you may read it.",
    "'{path}' 파일을 읽을 수 없습니다: {problem}. 파일이 온전한지, 읽을 권한이 있는지 확인해 주세요.",
)
_ENDING = Text(
    "'{path}' ends in '{ending}', and livegrad reads .csv, .tsv, .txt (also .gz), .npz, .npy and .parquet. "
    "Save the table as CSV first.",
    "'{path}' 파일은 '{ending:으로/로}' 끝납니다. livegrad는 .csv, .tsv, .txt(.gz도 됩니다), .npz, .npy, .parquet을 "
    "읽습니다. 표를 먼저 CSV로 저장해 주세요.",
)
_NO_PYARROW = Text(
    "'{path}' is a Parquet file, and reading it takes pyarrow, which is not installed. Install it: "
    "pip install pyarrow",
    "'{path}' 파일은 Parquet이라 읽으려면 pyarrow가 필요한데 설치되어 있지 않습니다. 설치하세요: "
    "pip install pyarrow",
)
_SHAPE = Text(
    "'{path}' holds an array of shape {shape}; a table has two axes, rows and columns. Save it as one row "
    "for each sample.",
    "'{path}' 파일에 모양이 {shape}인 배열이 있습니다. 표의 축은 행과 열 둘입니다. 표본마다 한 행이 되도록 저장해 "
    "주세요.",
)
_OTHER_LENGTHS = Text(
    "Arrays with another number of rows than most, left out: {count} ({names}).",
    "행의 수가 달라 뺀 배열: {count}개({names}).",
)
_BROKEN = (  # what Python's and NumPy's readers raise at broken files, found by flipping bytes
    *(OSError, EOFError, ValueError, KeyError, RuntimeError, MemoryError, OverflowError),
    *(
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        struct.error,
        TypeError,
        SyntaxError,
        tokenize.TokenError,
    ),
)
_TEXT_ENDINGS = ("", ".csv", ".tsv", ".txt", ".data", ".tab")


def table_in(path: str, target: str | int) -> Table:
    """Return what a file holds; its size is looked at before it is opened.

    Args:
        path: Ends in .csv, .tsv, .txt (perhaps with .gz after it), .npz, .npy or .parquet.
        target: Name or number of the column that will be asked for.

    Raises:
        BadInput: No such file, too large, of another kind, broken, or no table.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "data.npz")
        ...     np.savez(path, X=np.zeros((3, 2)), y=np.ones(3))
        ...     list(table_in(path, "y").groups)
        ['X', 'y']
    """
    stem, ending = os.path.splitext(path.lower())
    if ending == ".gz":
        ending = os.path.splitext(stem)[1]
    read_text = functools.partial(csv_in, target=target)
    readers: dict[str, Callable[[str], Table]] = dict.fromkeys(_TEXT_ENDINGS, read_text)
    readers |= {".npz": _archive, ".npy": _one_array, ".parquet": _parquet, ".pq": _parquet}
    _check_file(path)
    if ending not in readers or (path.lower().endswith(".gz") and ending not in _TEXT_ENDINGS):
        raise BadInput(_ENDING.fill(path=path, ending=os.path.splitext(path)[1]))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", UserWarning
            )  # NumPy's, of a header that is oddly written
            return readers[ending](path)
    except BadInput:
        raise
    except _BROKEN as error:
        problem = str(error).split("\n", maxsplit=1)[0].rstrip(".") or type(error).__name__
        raise BadInput(_UNREADABLE.fill(path=path, problem=problem)) from error


def _check_file(path: str) -> None:
    """Raise `BadInput` unless there is a file of a size that can be read."""
    if os.path.isdir(path):
        raise BadInput(_FOLDER.fill(path=path))
    try:
        size = os.stat(path).st_size
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a null byte
        raise BadInput(_MISSING.fill(path=path)) from error
    except OSError as error:
        raise BadInput(_UNREADABLE.fill(path=path, problem=error.strerror)) from error
    if not size:
        raise BadInput(_EMPTY.fill(path=path))
    _check_size(path, size)


def _check_size(path: str, size: int) -> None:
    if size > LARGEST_BYTES:
        sizes = {"size": size // 1_000_000, "largest": LARGEST_BYTES // 1_000_000}
        raise BadInput(_TOO_LARGE.fill(path=path, **sizes))


def _archive(path: str) -> Table:
    """The arrays of an .npz file, one group each; those of a rarer length are left out."""
    with zipfile.ZipFile(path) as file:
        _check_size(path, sum(member.file_size for member in file.infolist()))
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    lengths = [len(array) for array in arrays.values() if array.ndim]
    if not lengths:
        raise BadInput(_SHAPE.fill(path=path, shape=()))
    rows = max(lengths, key=lambda length: (lengths.count(length), length))
    other = [name for name, array in arrays.items() if array.shape[:1] != (rows,)]
    said = (_OTHER_LENGTHS.fill(count=len(other), names=listed(other)),) if other else ()
    groups = {
        name: _group(path, name, array) for name, array in arrays.items() if name not in other
    }
    return Table(groups, said)


def _one_array(path: str) -> Table:
    """The columns of an .npy file: by the names of its fields, else by their numbers."""
    array = np.load(path, allow_pickle=False)
    if array.dtype.names and array.ndim == 1:
        return Table({name: (column_of(name, array[name]),) for name in array.dtype.names})
    if array.ndim != 2:
        raise BadInput(_SHAPE.fill(path=path, shape=array.shape))
    return Table({str(i): (column_of(str(i), array[:, i]),) for i in range(array.shape[1])})


def _group(path: str, name: str, array: NDArray[Any]) -> tuple[Column, ...]:
    if array.ndim not in (1, 2):
        raise BadInput(_SHAPE.fill(path=path, shape=array.shape))
    named = [(name, array)] if array.ndim == 1 else columns_of(name, array)
    return tuple(column_of(each, values) for each, values in named)


def _parquet(path: str) -> Table:
    try:
        arrow: Any = importlib.import_module("pyarrow")
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise BadInput(_NO_PYARROW.fill(path=path)) from error
    try:
        file = parquet.ParquetFile(path)
        metadata = file.metadata
        groups = range(metadata.num_row_groups)
        _check_size(path, sum(metadata.row_group(i).total_byte_size for i in groups))
        columns, _ = inputs_in(dict(zip(*_names_and_columns(file.read()), strict=True)), None)
    except arrow.ArrowException as error:
        problem = str(error).split("\n", maxsplit=1)[0]
        raise BadInput(_UNREADABLE.fill(path=path, problem=problem)) from error
    return Table({column.name: (column,) for column in columns})


def _names_and_columns(table: Any) -> tuple[list[str], list[Any]]:
    """Names, each once, and columns of a table of pyarrow."""
    return named_once(table.column_names), table.columns
