"""The target of a table: numbers to hit, or classes to tell apart; which of them, and why, is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.reading_classes import Target, one_target
from livegrad.trials.reading_columns import Column, Dates, Numbers, Words
from livegrad.trials.reading_selection import slips_of
from livegrad.trials.splitting import KINDS, Kind

__all__ = ["FEWEST_ROWS", "check_kind", "target_of"]

FEWEST_ROWS = 20
"""With fewer rows nothing can be judged: a quarter of them would be four."""

_KIND = Text(
    "The kind is given as '{kind}'; it can be 'regression', 'binary' or 'classes'. Give one of these, or "
    "leave it out.",
    "모르는 종류(kind)입니다: '{kind}'. 'regression', 'binary', 'classes' 가운데 하나를 주거나 비워 두세요.",
)
_FEW = Text(
    "The data set '{name}' has {count} rows with a target; at least {fewest} are needed to learn from some "
    "and judge by others. Give more rows.",
    "데이터 '{name}'에서 목표값이 있는 행은 {count}개입니다. 일부로 배우고 나머지로 검증하려면 {fewest}개 이상이 "
    "필요합니다. 행을 더 주세요.",
)
_ONE_VALUE = Text(
    "The target '{column}' is {value} in every row, so there is nothing to tell apart. Give rows with at "
    "least two different targets, or another target.",
    "목표값 '{column}' 열은 모든 행에서 {value}입니다. 구별할 것이 없습니다. 목표값이 둘 이상인 행을 주거나 다른 "
    "열을 목표로 삼으세요.",
)
_NO_TARGET = Text(
    "The target '{column}' holds {what}, and must hold numbers or classes. Give another column as target.",
    "목표값 '{column}' 열에는 {what:이/가} 있습니다. 목표값은 숫자나 클래스여야 합니다. 다른 열을 목표로 삼으세요.",
)
_TIMES = Text("dates or times", "날짜나 시각")
_SEVERAL = Text(
    "The target has {columns} columns, which only kind='regression' takes, and only numbers. Give one column "
    "of classes.",
    "목표값이 {columns}열입니다. 여러 열은 kind='regression'일 때만, 숫자로만 받습니다. 클래스는 한 열로 주세요.",
)
_ONE_HOT = Text(
    "The {columns} columns of the target hold one 1 in each row and 0 elsewhere, so each is taken as a class.",
    "목표값의 {columns}열은 행마다 하나만 1이고 나머지는 0이므로, 열마다 클래스 하나로 봅니다.",
)
_LEFT_OUT = Text(
    "Rows without a target, left out: {count} of {of}.",
    "목표값이 없어 뺀 행: {of}개 가운데 {count}개.",
)


def check_kind(kind: Kind | None) -> None:
    """Raise `BadInput` unless a kind is one of those that there are, or None.

    Example:
        >>> check_kind("binary")
    """
    if kind is not None and kind not in KINDS:
        raise BadInput(_KIND.fill(kind=kind))


def target_of(
    columns: Sequence[Column], kind: Kind | None, *, name: str
) -> tuple[Target, NDArray[np.bool_]]:
    """Return the target that one or more columns make, and which rows have one, bool of shape (rows,).

    Args:
        columns: One column, or several of numbers; all finite or missing.
        kind: What it shall be; None to have it decided: words are classes, and so are whole numbers of at
            most `MOST_CLASSES` different values with five rows each or more on average.
        name: What the data set is called.

    Raises:
        BadInput: Too few rows, one value only, or values that the kind does not take.

    Example:
        >>> target, rows = target_of([Numbers("y", np.arange(40.0) % 2)], None, name="even")
        >>> target.kind, target.classes, int(rows.sum())
        ('binary', ('0', '1'), 40)
    """
    known = list[Numbers | Words]()
    for column in columns:
        if isinstance(column, Dates):
            raise BadInput(_NO_TARGET.fill(column=column.name, what=_TIMES))
        known.append(column)
    rows = ~np.logical_or.reduce([column.missing() for column in known])
    count = int(rows.sum())
    if count < FEWEST_ROWS:
        raise BadInput(_FEW.fill(name=name, count=count, fewest=FEWEST_ROWS))
    said = slips_of(known)
    said += [_LEFT_OUT.fill(count=len(rows) - count, of=len(rows))] if count < len(rows) else []
    known = [column.take(rows) for column in known]
    _check_vary(known)
    target = one_target(known[0], kind) if len(known) == 1 else _several(known, kind)
    return replace(target, remarks=(*said, *target.remarks)), rows


def _check_vary(columns: Sequence[Numbers | Words]) -> None:
    """Raise `BadInput` if a target is the same in every row."""
    for column in columns:
        values = column.codes if isinstance(column, Words) else column.values
        if values.min() == values.max():
            value = column.levels[0] if isinstance(column, Words) else f"{values[0]:g}"
            raise BadInput(_ONE_VALUE.fill(column=column.name, value=value))


def _several(columns: Sequence[Numbers | Words], kind: Kind | None) -> Target:
    """The target of several columns: numbers, or a 1 in the column of the class and 0 elsewhere."""
    numbers = [each for column in columns if isinstance(each := _of_flags(column), Numbers)]
    if len(numbers) < len(columns):
        raise BadInput(_SEVERAL.fill(columns=len(columns)))
    table = np.stack([column.values for column in numbers], axis=1)
    one_hot = bool(np.isin(table, (0.0, 1.0)).all() and (table.sum(axis=1) == 1.0).all())
    if not (kind in (None, "regression") or one_hot):
        raise BadInput(_SEVERAL.fill(columns=len(columns)))
    if one_hot and kind != "regression":
        names = tuple(column.name for column in numbers)
        place = Words("target", table.argmax(axis=1), names)
        target = one_target(place, kind or ("binary" if len(names) == 2 else "classes"))
        return replace(target, remarks=(_ONE_HOT.fill(columns=len(names)),))
    return Target(table.astype(np.float32), "regression", (), ())


def _of_flags(column: Numbers | Words) -> Numbers | Words:
    """False and True as 0 and 1: so the classes come that a data frame has spread out."""
    if isinstance(column, Words) and column.levels == ("False", "True"):
        return Numbers(column.name, column.codes.astype(np.float64))
    return column
