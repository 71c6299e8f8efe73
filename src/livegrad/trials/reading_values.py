"""Values to columns: what a cell says is decided by all cells of its column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.reading_columns import Column, Dates, Numbers, Words

__all__ = ["MISSING", "column_of", "number_in", "settled"]

MISSING = frozenset(
    ("", "?", "-", "--", ".", "na", "n/a", "#n/a", "<na>", "nan", "-nan", "null", "none", "nat")
)
"""Words, in small letters, that stand for a missing value (the UCI archive writes ``?``)."""

_NUMBERS_SHARE = (
    0.9  # of the values: words are then slips in a column of numbers, and count as missing
)
_DATES_SHARE = 0.9
_DATE = re.compile(
    r"(\d{4}[-/.년]\s?\d{1,2}[-/.월]\s?\d{1,2}일?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})([ T].*)?"
    r"|\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?"
)
_POINT_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")  # 1,234.5
_COMMA_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d*)?")  # 1.234,5
_COMMA = re.compile(r"[+-]?\d+,\d*([eE][+-]?\d+)?")  # 1,5

_TIMES = (dt.date, dt.time, dt.timedelta, np.datetime64, np.timedelta64)
_WORDS = (str, bool, np.bool_)

_COMPLEX = Text(
    "Column '{name}' holds complex numbers, and networks here take real ones. Give real and imaginary "
    "parts as two columns.",
    "'{name}' 열에 복소수가 있습니다. 여기의 신경망은 실수만 받습니다. 실수부와 허수부를 두 열로 나누어 "
    "주세요.",
)
_OBJECTS = Text(
    "Column '{name}' holds a {type} in row {row}; a cell must be a number, a word, or empty. Give one value "
    "for each cell.",
    "'{name}' 열의 {row}행에 {type:이/가} 있습니다. 칸마다 숫자나 단어 하나를 넣거나 비워 두어야 합니다. 칸마다 "
    "값을 하나씩만 주세요.",
)


def column_of(name: str, values: NDArray[Any]) -> Column:
    """Return a column of an array's values.

    Args:
        name: What it is called.
        values: Shape (rows,), of any dtype: numbers, booleans, strings, dates, objects of these.

    Raises:
        BadInput: Complex numbers, or objects that are none of these.

    Example:
        >>> column_of("height", np.array(["1.5", "", "2"])).values
        array([1.5, nan, 2. ])
    """
    match values.dtype.kind:
        case "i" | "u" | "f":
            with np.errstate(over="ignore"):  # from long double: refused as infinite later
                return Numbers(name, values.astype(np.float64))
        case "b":
            return Words(name, values.astype(np.int64), ("False", "True"))
        case "M" | "m":
            return Dates(name, len(values))
        case "c":
            raise BadInput(_COMPLEX.fill(name=name))
        case "U":
            return settled(_words(name, values.tolist()))
        case "S":
            return settled(_words(name, [v.decode("utf-8", "replace") for v in values.tolist()]))
    return _objects(name, values.tolist())


def _words(name: str, values: Iterable[str]) -> Words:
    """The words as they are, but for space around them; those of `MISSING` are missing."""
    numbers = dict[str, int]()
    codes = [
        -1 if word.lower() in MISSING else numbers.setdefault(word, len(numbers))
        for word in (str(value).strip() for value in values)
    ]
    return Words(name, np.array(codes, dtype=np.int64), tuple(numbers))


def _objects(name: str, values: Sequence[Any]) -> Column:
    """A column of Python objects: numbers, words, booleans, dates, None and what pandas has for it."""
    if all(_is_number(value) or _is_absent(value) for value in values):
        return Numbers(name, np.array([np.nan if _is_absent(v) else _float(v) for v in values]))
    if all(isinstance(value, _TIMES) or _is_absent(value) for value in values):
        return Dates(name, len(values))
    for row, value in enumerate(values, start=1):
        if isinstance(value, complex | np.complexfloating):
            raise BadInput(_COMPLEX.fill(name=name))
        if not (_is_number(value) or _is_absent(value) or isinstance(value, _WORDS)):
            raise BadInput(_OBJECTS.fill(name=name, type=type(value).__name__, row=row))
    return settled(_words(name, ["" if _is_absent(value) else str(value) for value in values]))


def _is_number(value: object) -> bool:
    """Whether it is one real number: Python's, NumPy's, a fraction, a decimal."""
    if isinstance(value, (*_TIMES, *_WORDS, bytes, complex, np.complexfloating)):
        return False
    return callable(getattr(type(value), "__float__", None)) and not getattr(value, "shape", ())


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number beyond float64 is refused as infinite later
        return float("inf") if value > 0 else float("-inf")


def _is_absent(value: object) -> bool:
    """Whether it stands for a missing value: None, NaN, NaT, pandas' NA."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float | np.floating) and bool(np.isnan(value))


def number_in(word: str, *, comma: bool = False) -> float | None:
    """Return the number that a word spells; None if it spells none.

    Args:
        word: As it was read, without space around it.
        comma: Whether decimals follow a comma, and a point stands at the thousands.

    Example:
        >>> number_in("1.5"), number_in("1,234.5"), number_in("1.234,5", comma=True)
        (1.5, 1234.5, 1234.5)
        >>> number_in("about 3") is None
        True
    """
    if "_" in word:  # Python reads 1_000 as a number; no table means that
        return None
    if comma and (_COMMA.fullmatch(word) or _COMMA_GROUPS.fullmatch(word)):
        word = word.replace(".", "").replace(",", ".")
    elif not comma and _POINT_GROUPS.fullmatch(word):
        word = word.replace(",", "")
    try:
        return float(word)
    except ValueError:
        return None


def settled(words: Words) -> Column:
    """Return what a column of words is: numbers, dates, or words after all.

    Args:
        words: As they were read.

    Returns:
        Numbers if at least nine tenths of the values are; the rest are slips, and count as missing.

    Example:
        >>> settled(Words("when", np.array([0, 1]), ("2024-01-31", "2024-02-01"))).rows
        2
    """
    known = words.codes[words.codes >= 0]
    if not len(known):
        return Numbers(words.name, np.full(len(words.codes), np.nan))
    # One 1,5 or 0,123 in a column decides that its 1,234 is no thousand.
    comma = any(_COMMA.fullmatch(w) and not _POINT_GROUPS.fullmatch(w) for w in words.levels)
    numbers = [number_in(level, comma=comma) for level in words.levels]
    shares = np.bincount(known, minlength=len(words.levels)) / len(known)
    spelled = np.array([number is not None for number in numbers])
    if shares[spelled].sum() >= _NUMBERS_SHARE:
        values = np.array([np.nan if n is None else n for n in numbers] + [np.nan])
        slips = [
            level for level, is_number in zip(words.levels, spelled, strict=True) if not is_number
        ]
        count = int((~spelled[known]).sum())
        return Numbers(words.name, values[words.codes], count, slips[0] if slips else "")
    if shares[[bool(_DATE.fullmatch(level)) for level in words.levels]].sum() >= _DATES_SHARE:
        return Dates(words.name, len(words.codes))
    return words
