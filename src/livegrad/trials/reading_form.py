"""How a CSV file is written, as its first lines show: delimiter, names, and which columns hold words."""

from __future__ import annotations

import contextlib
import csv
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.listing import listed
from livegrad.trials.reading_arrays import named_once
from livegrad.trials.reading_lines import lines_in

__all__ = ["SAMPLE", "Form", "form_of", "is_plain", "is_written"]

_DELIMITERS = ",;\t|"
SAMPLE = 500  # lines that decide on the form
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")

_EMPTY = Text(
    "'{path}' holds blank lines only. Give a file with a row of names and at least 20 rows of data.",
    "'{path}' 파일에는 빈 줄뿐입니다. 이름 한 행과 데이터 20행 이상이 든 파일을 주세요.",
)
_NAMELESS = Text(
    "The first row holds numbers, so it is taken as data, and the columns are called 0 to {last}.",
    "첫 행에 숫자가 있어 데이터로 봅니다. 열의 이름은 0부터 {last}까지입니다.",
)
_TWICE = Text(
    "Column names that stood more than once, numbered: {count} ({names}).",
    "두 번 이상 나와 번호를 붙인 열 이름: {count}개({names}).",
)


@dataclass(frozen=True)
class Form:
    """How a file is written.

    Attributes:
        delimiter: What stands between fields.
        names: Of the columns.
        header: Whether the first row holds them.
        words: Numbers of the columns that do not hold plain numbers only.
        remarks: What was noticed.
    """

    delimiter: str
    names: tuple[str, ...]
    header: bool
    words: frozenset[int]
    remarks: tuple[Text, ...]


def form_of(path: str, target: str | int) -> Form:
    r"""Return what the first lines of a file show.

    Args:
        path: A text file, perhaps compressed.
        target: A name that, if it stands in the first row, makes that row the names.

    Raises:
        BadInput: Blank lines only, or no text.

    Example:
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "data.csv")
        ...     with open(path, "w") as file:
        ...         _ = file.write("size;colour\n1;red\n")
        ...     form = form_of(path, "colour")
        >>> form.delimiter, form.names, sorted(form.words)
        (';', ('size', 'colour'), [1])
    """
    with lines_in(path) as all_lines:
        lines = list(itertools.islice(all_lines, SAMPLE))
    if not any(map(str.strip, lines)):
        raise BadInput(_EMPTY.fill(path=path))
    delimiter = max(_DELIMITERS, key=lambda d: _fit(lines, d))
    rows = _records(lines, delimiter)
    first = [cell.strip() for cell in rows[0]]
    numbers = [cell for cell in first if _NUMBER.fullmatch(cell)]
    fractions = any(not cell.lstrip("+-").isdigit() for cell in numbers)
    data = target not in first and (len(numbers) == len(list(filter(None, first))) or fractions)
    names = range(len(first)) if data else [cell or f"column {i}" for i, cell in enumerate(first)]
    unique = named_once(names)
    twice = [name for name, given in zip(unique, map(str, names), strict=True) if name != given]
    said = [_NAMELESS.fill(last=len(first) - 1)] if data else []
    said += [_TWICE.fill(count=len(twice), names=listed(twice))] if twice else []
    words = {i for row in rows[not data :] for i, cell in enumerate(row) if not is_plain(cell)}
    return Form(delimiter, tuple(unique), not data, frozenset(words), tuple(said))


def _fit(lines: Sequence[str], delimiter: str) -> tuple[bool, float, int]:
    """How well a delimiter fits: rows of equal length, of many fields."""
    widths = [len(row) for row in _records(lines, delimiter)]
    return widths[0] > 1, widths.count(widths[0]) / len(widths), widths[0]


def _records(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """The rows of some lines, as far as they can be read; at least one."""
    rows = list[list[str]]()
    with contextlib.suppress(csv.Error):  # said when the file is read with care
        rows.extend(row for row in csv.reader(lines, delimiter=delimiter) if is_written(row))
    return rows or [[""]]


def is_written(row: Sequence[str]) -> bool:
    """Tell whether anything stands in a row.

    Example:
        >>> is_written(["", " "]), is_written(["", "1"])
        (False, True)
    """
    return any(cell.strip() for cell in row)


def is_plain(cell: str) -> bool:
    """Tell whether a cell is empty, or a number as every reader takes it.

    Example:
        >>> is_plain(" 1.5 "), is_plain(""), is_plain("1_000"), is_plain("NA")
        (True, True, False, False)
    """
    return not cell.strip() or _NUMBER.fullmatch(cell) is not None
