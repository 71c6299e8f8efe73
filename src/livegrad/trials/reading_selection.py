"""Which columns of a table can teach anything; those that cannot are left out, and named."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.listing import listed
from livegrad.trials.reading_columns import Column, Dates, Numbers, Words

__all__ = ["check_finite", "selected", "slips_of"]

_ROW_NAMES = ("", "id", "index", "row", "no", "no.", "unnamed: 0", "번호", "순번")
_LARGEST = float(np.finfo(np.float32).max) / 4  # so that differences are finite too

_INFINITE = Text(
    "Column '{name}' is infinite, or too large for float32, in row {row} (the first row is 1; a header does "
    "not count). Correct that value, or leave it empty.",
    "'{name}' 열의 {row}행 값이 무한대이거나 float32에 담기에 너무 큽니다(머리글 다음 행이 1행입니다). 그 값을 "
    "고치거나 비워 두세요.",
)
_DATES = Text(
    "Columns of dates or times, left out: {count} ({names}).",
    "날짜나 시각이라서 뺀 열: {count}개({names}).",
)
_IDENTIFIERS = Text(
    "Columns whose words or numbers merely name the rows, left out: {count} ({names}).",
    "행의 이름일 뿐이라서 뺀 열: {count}개({names}).",
)
_CONSTANT = Text(
    "Columns with one value only, left out: {count} ({names}).",
    "값이 하나뿐이라서 뺀 열: {count}개({names}).",
)
_MISSING = Text(
    "Missing values: {count}, in columns: {columns} ({names}).",
    "빠진 값은 {count}개이고, 빠진 값이 있는 열은 {columns}개입니다({names}).",
)
_SLIPS = Text(
    "Column '{name}' holds numbers, but for these words, which count as missing: {count} (the first is "
    "'{slip}').",
    "'{name}' 열은 숫자인데 단어도 있어, 빠진 값으로 셌습니다: {count}개(첫 번째는 '{slip}').",
)


def check_finite(columns: Sequence[Column]) -> None:
    """Raise `BadInput` that names the first infinite value, if there is one.

    Example:
        >>> check_finite([Numbers("a", np.array([1.0, np.nan]))])
    """
    for column in columns:
        if not isinstance(column, Numbers):
            continue
        wrong = np.abs(column.values) > _LARGEST  # false for NaN, which is a missing value
        if wrong.any():
            raise BadInput(_INFINITE.fill(name=column.name, row=int(wrong.argmax()) + 1))


def selected(columns: Sequence[Column]) -> tuple[list[Numbers | Words], list[Text]]:
    """Return the columns that can teach something, and what is said of them and of the rest.

    Args:
        columns: All but the target.

    Example:
        >>> kept, said = selected([Numbers("a", np.ones(3)), Numbers("b", np.arange(3.0))])
        >>> [column.name for column in kept], said[0].en
        (['b'], 'Columns with one value only, left out: 1 (a).')
    """
    kept, left = list[Numbers | Words](), dict[Text, list[str]]()
    for column in columns:
        reason = _reason(column)
        if reason is None and not isinstance(column, Dates):
            kept.append(column)
        else:
            left.setdefault(reason or _DATES, []).append(column.name)
    said = [reason.fill(count=len(names), names=listed(names)) for reason, names in left.items()]
    return kept, [*said, *_gaps(kept)]


def _reason(column: Column) -> Text | None:
    """Why a column is left out; None if it is not."""
    if isinstance(column, Dates):
        return _DATES
    if isinstance(column, Words):
        known = int((column.codes >= 0).sum())
        if len(column.levels) < 2 and known == len(column.codes):
            return _CONSTANT
        return _IDENTIFIERS if 2 * len(column.levels) > known else None
    known = column.values[~np.isnan(column.values)]
    if not len(known) or known.min() == known.max():
        return _CONSTANT
    return _IDENTIFIERS if _numbers_rows(column) else None


def _numbers_rows(column: Numbers) -> bool:
    """Whether it is called as a number of the row is, and tells each row from every other."""
    if column.name.strip().lower() not in _ROW_NAMES:
        return False
    values = column.values
    whole = bool((values == np.floor(values)).all())
    return whole and len(np.unique(values)) == len(values)


def slips_of(columns: Sequence[Numbers | Words]) -> list[Text]:
    """Return what is said of words that stood among numbers.

    Example:
        >>> [
        ...     text.en[:12]
        ...     for text in slips_of([Numbers("a", np.ones(3), slips=1, slip="none yet")])
        ... ]
        ["Column 'a' h"]
    """
    return [
        _SLIPS.fill(name=column.name, count=column.slips, slip=listed([column.slip]))
        for column in columns
        if isinstance(column, Numbers) and column.slips
    ]


def _gaps(kept: Sequence[Numbers | Words]) -> list[Text]:
    """What is missing, and which words stood among numbers."""
    counts = {column.name: int(column.missing().sum()) for column in kept}
    names = [name for name, count in counts.items() if count]
    if not names:
        return slips_of(kept)
    total = sum(counts.values())
    missing = _MISSING.fill(count=total, columns=len(names), names=listed(names))
    return [*slips_of(kept), missing]
