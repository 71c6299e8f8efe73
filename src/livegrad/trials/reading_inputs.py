"""Columns of a table to the numbers that a network takes: what is left out, spread out or shifted is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.text import Text, join
from livegrad.trials.listing import listed
from livegrad.trials.reading_columns import Column, Numbers, Words, shift_of
from livegrad.trials.reading_selection import selected

__all__ = ["LARGEST_BYTES", "MOST_LEVELS", "Inputs", "inputs_of"]

MOST_LEVELS = 20
"""Of a column of words the most frequent levels get a column each; the rest share one."""

LARGEST_BYTES = 2_000_000_000
"""The largest file that is read, and the largest table of inputs that is made, in bytes."""

_OTHER, _MISSING = "(other)", "(missing)"

_NO_COLUMNS = Text(
    "The data set '{name}' has no column to learn from: none is given beside the target, or all were left "
    "out. {remarks} Give at least one column of numbers or categories that vary.",
    "데이터 '{name}'에 배울 열이 없습니다. 목표값 말고는 열이 없거나 모두 빠졌습니다. {remarks} 값이 달라지는 "
    "숫자 열이나 범주 열을 하나 이상 주세요.",
)
_TOO_LARGE = Text(
    "The data set '{name}' would need {needed} million bytes for {rows} rows of {columns} columns; at most "
    "{largest} million are taken. Give fewer rows, for example a random tenth of them.",
    "데이터 '{name}'에는 행 {rows}개, 열 {columns}개로 {needed}백만 바이트가 필요합니다. {largest}백만 바이트까지 "
    "받습니다. 행을 줄여 주세요. 예를 들어 무작위로 10분의 1만 고르면 됩니다.",
)
_SPREAD = Text(
    "Columns of words, spread into a column of 0 and 1 for each level: {count} ({names}).",
    "단어로 된 열이라 수준(level)마다 0과 1의 열로 펼친 것: {count}개({names}).",
)
_OTHERS = Text(
    "Column '{name}' has {levels} levels: the {most} most frequent got a column each, the rest share '(other)'.",
    "'{name}' 열의 수준(level)은 {levels}개입니다. 잦은 {most}개에는 열을 하나씩 주고, 나머지는 '(other)' 하나로 "
    "묶었습니다.",
)
_SHIFTED = Text(
    "Columns whose values lie close together far from 0, shifted so that float32 can tell them apart: "
    "{count} ({names}).",
    "값들이 0에서 멀리 모여 있어 float32가 구별할 수 있도록 옮긴 열: {count}개({names}).",
)


@dataclass(frozen=True, eq=False)
class Inputs:
    """What a network takes.

    Attributes:
        values: float32 of shape (rows, features); NaN where missing.
        features: A name for each column.
        remarks: What was left out, spread out or shifted.
    """

    values: NDArray[np.float32]
    features: tuple[str, ...]
    remarks: tuple[Text, ...]


def inputs_of(columns: Sequence[Column], *, name: str, rows: int) -> Inputs:
    """Return the inputs that the columns of a table make.

    Args:
        columns: All but the target, each of ``rows`` values, finite or missing; all levels are used.
        name: What the data set is called.
        rows: How many rows there are.

    Raises:
        BadInput: Nothing is left to learn from, or too much.

    Example:
        >>> column = Words("colour", np.array([0, 1, 2, 0, 1, 2]), ("blue", "green", "red"))
        >>> inputs_of([column], name="colours", rows=6).features
        ('colour=blue', 'colour=green', 'colour=red')
    """
    kept, said = selected(columns)
    if not kept:
        raise BadInput(_NO_COLUMNS.fill(name=name, remarks=join(said)))
    width = sum(len(_levels(c)) if isinstance(c, Words) else 1 for c in kept)
    if 4 * rows * width > LARGEST_BYTES:
        raise BadInput(
            _TOO_LARGE.fill(
                name=name,
                needed=4 * rows * width // 1_000_000,
                rows=rows,
                columns=width,
                largest=LARGEST_BYTES // 1_000_000,
            )
        )
    values = np.empty((rows, width), dtype=np.float32)
    features, shifted = list[str](), list[str]()
    for column in kept:
        at = len(features)
        if isinstance(column, Words):
            levels = _levels(column)
            features += [f"{column.name}={level}" for level in levels]
            values[:, at : at + len(levels)] = _spread(column, levels)
        else:
            features.append(column.name)
            shift = shift_of(column.values)
            shifted += [column.name] if shift else []
            with np.errstate(
                invalid="ignore"
            ):  # a signalling NaN of a foreign file becomes a quiet one
                values[:, at] = column.values - shift
    return Inputs(values, tuple(features), (*said, *_said(kept, shifted)))


def _levels(column: Words) -> tuple[str, ...]:
    """The levels that get a column of their own, perhaps with the rest and the missing after them."""
    gaps = bool((column.codes < 0).any())
    if len(column.levels) == 2 and not gaps:
        return column.levels[1:]  # the first is where the second is not
    often = np.argsort(-np.bincount(column.codes[column.codes >= 0]), kind="stable")[:MOST_LEVELS]
    rest = (_OTHER,) if len(column.levels) > MOST_LEVELS else ()
    return (*(column.levels[i] for i in sorted(often)), *rest, *((_MISSING,) if gaps else ()))


def _spread(column: Words, levels: tuple[str, ...]) -> NDArray[np.float32]:
    """A column of 0 and 1 for each level."""
    place = {level: i for i, level in enumerate(levels)}
    rest = place.get(_OTHER, len(levels))  # one place too far: it stands for no column
    places = [place.get(level, rest) for level in column.levels]
    places.append(place.get(_MISSING, len(levels)))  # the last answers for the code −1
    return np.eye(len(levels) + 1, len(levels), dtype=np.float32)[np.array(places)[column.codes]]


def _said(kept: Sequence[Numbers | Words], shifted: Sequence[str]) -> list[Text]:
    """What was spread out and shifted."""
    spread = [column for column in kept if isinstance(column, Words)]
    names = [column.name for column in spread]
    said = [_SPREAD.fill(count=len(names), names=listed(names))] if names else []
    said += [
        _OTHERS.fill(name=column.name, levels=len(column.levels), most=MOST_LEVELS)
        for column in spread
        if len(column.levels) > MOST_LEVELS
    ]
    if shifted:
        said.append(_SHIFTED.fill(count=len(shifted), names=listed(shifted)))
    return said
