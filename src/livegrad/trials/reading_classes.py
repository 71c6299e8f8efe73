"""Whether one column of a target is numbers or classes, and the rule by which that is decided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.text import Text, same
from livegrad.trials.reading_columns import Numbers, Words, shift_of
from livegrad.trials.splitting import Kind

__all__ = ["MOST_CLASSES", "Target", "one_target"]

MOST_CLASSES = 20
"""Whole numbers with more different values than this are taken as numbers, not as classes."""

_ROWS_PER_CLASS = 5  # whole numbers with fewer rows each, on average, are taken as numbers
_MANY_CLASSES = 1000

_WORDS_APART = Text(
    "The target '{column}' has {levels} different values in {count} rows, too many for classes: at most "
    "{most}, with two rows each on average. Give a target with fewer classes{or_numbers}.",
    "목표값 '{column}' 열에는 행 {count}개에 서로 다른 값이 {levels}개 있어 클래스로 삼기에 너무 많습니다. 많아야 "
    "{most}개이고 평균 두 행씩은 있어야 합니다. 클래스가 더 적은 목표값을 주세요{or_numbers}.",
)
_OR_NUMBERS = Text(", or kind='regression'", "(아니면 kind='regression')")
_NOT_BINARY = Text(
    "The target '{column}' has {levels} different values, and kind='binary' takes two. Give kind='classes', "
    "or a target with two values.",
    "목표값 '{column}' 열의 서로 다른 값은 {levels}개인데 kind='binary'에는 둘이어야 합니다. kind='classes'를 "
    "주거나 값이 둘인 목표를 주세요.",
)
_NOT_NUMBERS = Text(
    "The target '{column}' holds words such as '{word}', and kind='regression' takes numbers. Give "
    "kind='classes', or a column of numbers.",
    "목표값 '{column}' 열에 '{word}' 같은 단어가 있는데 kind='regression'에는 숫자가 필요합니다. kind='classes'를 "
    "주거나 숫자로 된 열을 주세요.",
)
_SHIFTED = Text(
    "From the target '{column}' {shift} is subtracted: its values lie too close together for float32.",
    "목표값 '{column}' 열에서 {shift:을/를} 뺐습니다. 값들이 float32로 구별하기에 너무 가까이 모여 있습니다.",
)
_AS_CLASSES = Text(
    "The target '{column}' is taken as {levels} classes: its values are whole numbers, at most {most} "
    "different ones, with {rows} rows each or more on average. For numbers say kind='regression'.",
    "목표값 '{column}' 열은 클래스 {levels}개로 봅니다. 정수이고 서로 다른 값이 {most}개 이하이며 평균 {rows}행 "
    "이상씩 있기 때문입니다. 숫자로 보려면 kind='regression'을 주세요.",
)
_AS_NUMBERS = Text(
    "The target '{column}' is taken as numbers: it is not whole numbers of at most {most} different values "
    "with {rows} rows each or more on average. For classes say kind='classes'.",
    "목표값 '{column}' 열은 숫자로 봅니다. 서로 다른 값이 {most}개 이하이고 평균 {rows}행 이상씩 있는 정수가 아니기 "
    "때문입니다. 클래스로 보려면 kind='classes'를 주세요.",
)


@dataclass(frozen=True, eq=False)
class Target:
    """What is to be told.

    Attributes:
        values: float32 of shape (rows, outputs) for regression, else int64 class numbers (rows,).
        kind: Which of them.
        classes: Names of the classes.
        remarks: What was decided and left out.
    """

    values: NDArray[np.float32] | NDArray[np.int64]
    kind: Kind
    classes: tuple[str, ...]
    remarks: tuple[Text, ...]


def one_target(column: Numbers | Words, kind: Kind | None) -> Target:
    """Return the target that one column makes.

    Args:
        column: Numbers or words, none missing, of at least two different values.
        kind: What it shall be; None to have it decided by the rule that the remarks tell.

    Raises:
        BadInput: The values are not what the kind takes, or too many for classes.

    Example:
        >>> one_target(Numbers("y", np.arange(40.0) / 7), None).kind
        'regression'
    """
    rule = {"column": column.name, "most": MOST_CLASSES, "rows": _ROWS_PER_CLASS}
    said = list[Text]()
    if isinstance(column, Words):
        if kind == "regression":
            raise BadInput(_NOT_NUMBERS.fill(column=column.name, word=column.levels[0]))
        codes, names = column.codes, column.levels
    else:
        different, codes = np.unique(column.values, return_inverse=True)
        few = _few_whole(different, len(codes))
        if kind == "regression" or (kind is None and not few):
            said += [] if kind else [_AS_NUMBERS.fill(**rule)]
            return _numbers(column, said)
        names = tuple(f"{value:.12g}" for value in different)
        said += [] if kind else [_AS_CLASSES.fill(levels=len(names), **rule)]
    decided = _kind_of_classes(column, kind, len(names), len(codes))
    return Target(codes.astype(np.int64), decided, tuple(names), tuple(said))


def _few_whole(different: NDArray[np.float64], rows: int) -> bool:
    """The rule: whole numbers, few different ones, each often."""
    few = len(different) <= MOST_CLASSES and len(different) * _ROWS_PER_CLASS <= rows
    return few and bool((different == np.floor(different)).all())


def _kind_of_classes(column: Numbers | Words, kind: Kind | None, levels: int, rows: int) -> Kind:
    if levels > _MANY_CLASSES or 2 * levels > rows:
        or_numbers = _OR_NUMBERS if isinstance(column, Numbers) else same("")
        raise BadInput(
            _WORDS_APART.fill(
                column=column.name,
                levels=levels,
                count=rows,
                most=_MANY_CLASSES,
                or_numbers=or_numbers,
            )
        )
    if kind == "binary" and levels != 2:
        raise BadInput(_NOT_BINARY.fill(column=column.name, levels=levels))
    return kind or ("binary" if levels == 2 else "classes")


def _numbers(column: Numbers, said: list[Text]) -> Target:
    """The target as numbers, moved towards 0 where float32 could not tell them apart."""
    shift = shift_of(column.values)
    if shift:
        said.append(_SHIFTED.fill(column=column.name, shift=f"{shift:.12g}"))
    values = (column.values - shift).astype(np.float32)[:, None]
    return Target(values, "regression", (), tuple(said))
