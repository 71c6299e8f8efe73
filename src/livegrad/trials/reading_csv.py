"""A CSV file to columns: NumPy's reader for clean files, Python's where something must be explained.

lines → form (delimiter, names, which columns hold words) → columns, at 20 million bytes a second or more
                                                          ↘ if a line does not fit: again, with care
"""

from __future__ import annotations

import csv
import itertools
import warnings
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.reading_columns import Column, Numbers, Table, Words
from livegrad.trials.reading_form import Form, form_of, is_plain, is_written
from livegrad.trials.reading_lines import is_clean, lines_in
from livegrad.trials.reading_values import MISSING, settled

__all__ = ["csv_in"]

_ROWS_AT_ONCE = 20_000


_ONLY_HEADER = Text(
    "'{path}' has a row of names and no row of data below it. Give at least 20 rows of data.",
    "'{path}' 파일에는 이름 한 행만 있고 데이터가 없습니다. 데이터를 20행 이상 주세요.",
)
_RAGGED = Text(
    "'{path}' has {found} fields in line {line}, and {wanted} in its first row. Correct that line; a field "
    "that holds '{delimiter}' must stand in quotes.",
    "'{path}' 파일의 첫 행은 {wanted}칸인데 {line}번째 줄은 {found}칸입니다. 그 줄을 고쳐 주세요. '{delimiter}' "
    "글자가 든 칸은 따옴표로 묶어야 합니다.",
)
_BROKEN = Text(
    "'{path}' cannot be read in line {line}: {problem}. Correct that line, often a quote that is not closed.",
    "'{path}' 파일의 {line}번째 줄을 읽을 수 없습니다: {problem}. 그 줄을 고쳐 주세요. 닫히지 않은 따옴표일 때가 "
    "많습니다.",
)


class _Levels(dict[str, int]):
    """Word to level, numbered as they come; −1 for what stands for a missing value."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        name = word.strip()
        absent = name.lower() in MISSING
        self[word] = -1 if absent else self.names.setdefault(name, len(self.names))
        return self[word]


def csv_in(path: str, target: str | int) -> Table:
    r"""Return the columns of a CSV file.

    Args:
        path: Perhaps compressed. Between fields stand commas, semicolons, tabs or bars; decimals may
            follow a comma; the first row holds names, unless it holds numbers.
        target: The name that is looked for, which settles what the first row is.

    Raises:
        BadInput: No data, a line with other fields than the first, or no text at all.

    Example:
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "data.csv")
        ...     with open(path, "w") as file:
        ...         _ = file.write("size;colour\n1,5;red\n2,0;blue\n")
        ...     table = csv_in(path, "colour")
        >>> table.groups["size"][0].values, table.groups["colour"][0].levels
        (array([1.5, 2. ]), ('red', 'blue'))
    """
    form = form_of(path, target)
    try:
        columns = _fast(path, form)
    except (ValueError, UserWarning):  # a line unlike the first ones, no line, no UTF-8
        columns = _careful(path, form)  # which says what is wrong, if anything is
    return Table({c.name: (c,) for c in columns}, form.remarks)


def _fast(path: str, form: Form) -> list[Column]:
    """The columns by NumPy's reader; ValueError if a line does not fit."""
    levels = {i: _Levels() for i in form.words}
    encoders: dict[int | str, Callable[[str], int]] = {i: e.__getitem__ for i, e in levels.items()}
    with lines_in(path) as lines, warnings.catch_warnings():
        if form.header:
            next(filter(is_written, csv.reader(lines, delimiter=form.delimiter)))
        direct = form.header and is_clean(path, form.delimiter)
        warnings.simplefilter("error", UserWarning)  # that there is no data
        table = np.loadtxt(
            path if direct else _filled(lines, form.delimiter),
            skiprows=int(direct),
            delimiter=form.delimiter,
            comments=None,
            quotechar='"',
            converters=encoders,
            encoding="utf-8-sig",
            ndmin=2,
        )
    if table.shape[1] != len(form.names):
        raise ValueError(table.shape)
    return [_column(name, table[:, i], levels.get(i)) for i, name in enumerate(form.names)]


def _filled(lines: Iterator[str], delimiter: str) -> Iterator[str]:
    """The lines with ``nan`` in empty fields, which NumPy's reader does not take."""
    twice, gap = 2 * delimiter, f"{delimiter}nan{delimiter}"
    for line in lines:
        if twice in line:
            line = line.replace(twice, gap).replace(twice, gap)  # noqa: PLW2901
        if line.startswith(delimiter):
            line = "nan" + line  # noqa: PLW2901
        yield line + "nan" if line.endswith(delimiter) else line


def _column(name: str, values: NDArray[np.float64], levels: _Levels | None) -> Column:
    if levels is None:
        return Numbers(name, values)
    return settled(Words(name, values.astype(np.int64), tuple(levels.names)))


def _careful(path: str, form: Form) -> list[Column]:
    """The columns by Python's reader, in two passes: which hold words, then their values."""
    words = set(form.words)
    with lines_in(path) as lines:
        for rows in _blocks(lines, path, form):
            for i, cells in enumerate(zip(*rows, strict=True)):
                if i not in words and not _all_plain(cells):
                    words.add(i)
    levels = [_Levels() if i in words else None for i in range(len(form.names))]
    parts = [list[NDArray[np.float64]]() for _ in form.names]
    with lines_in(path) as lines:
        for rows in _blocks(lines, path, form):
            for part, each, cells in zip(parts, levels, zip(*rows, strict=True), strict=True):
                read = each.__getitem__ if each is not None else _number
                part.append(np.fromiter(map(read, cells), np.float64, len(cells)))
    if not parts[0]:
        raise BadInput(_ONLY_HEADER.fill(path=path))
    return [
        _column(name, np.concatenate(part), each)
        for name, part, each in zip(form.names, parts, levels, strict=True)
    ]


def _all_plain(cells: Sequence[str]) -> bool:
    """Whether all are plain numbers or empty; asked of each only where Python's own reader balks."""
    try:
        np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:
        return all(map(is_plain, cells))
    return "_" not in "".join(cells)


def _number(cell: str) -> float:
    return float(cell) if cell.strip() else float("nan")


def _blocks(lines: Iterator[str], path: str, form: Form) -> Iterator[list[list[str]]]:
    """Yield the rows of data, many at a time, each as long as the first row of the file."""
    rows = _rows(lines, path, form)
    if form.header:
        next(filter(is_written, rows))
    while block := list(itertools.islice(rows, _ROWS_AT_ONCE)):
        yield block


def _rows(lines: Iterator[str], path: str, form: Form) -> Iterator[list[str]]:
    """Yield the rows that are not blank; empty fields beyond the first row's length are dropped."""
    reader = csv.reader(lines, delimiter=form.delimiter)
    wanted = len(form.names)
    try:
        for row in reader:
            if len(row) > wanted and not any(row[wanted:]):
                del row[wanted:]
            if len(row) == wanted:
                yield row
            elif len(row) > 1 or is_written(row):
                found = {"found": len(row), "wanted": wanted, "line": reader.line_num}
                raise BadInput(_RAGGED.fill(path=path, delimiter=form.delimiter, **found))
    except csv.Error as error:
        line = reader.line_num
        raise BadInput(_BROKEN.fill(path=path, line=line, problem=error)) from error
