"""The columns of a table, whatever they came as: numbers, words, or dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.text import Text

__all__ = ["Column", "Dates", "Numbers", "Table", "Words", "shift_of"]

_COARSE = 1e5  # centre over spread: of the 24 bits of float32 fewer than 8 are left for the spread


@dataclass(frozen=True, eq=False)
class Numbers:
    """A column of numbers.

    Attributes:
        name: What it is called.
        values: float64 of shape (rows,), NaN where missing.
        slips: How many values were words among numbers, and count as missing.
        slip: The first of them.
    """

    name: str
    values: NDArray[np.float64]
    slips: int = 0
    slip: str = ""

    def take(self, rows: NDArray[np.bool_]) -> Numbers:
        """Return the column with only these rows."""
        return replace(self, values=self.values[rows])

    def missing(self) -> NDArray[np.bool_]:
        """Tell for each row whether its value is missing."""
        return np.isnan(self.values)


@dataclass(frozen=True, eq=False)
class Words:
    """A column of words.

    Attributes:
        name: What it is called.
        codes: int64 of shape (rows,): which level each row has; −1 where missing.
        levels: The different words.
    """

    name: str
    codes: NDArray[np.int64]
    levels: tuple[str, ...]

    def take(self, rows: NDArray[np.bool_]) -> Words:
        """Return the column with only these rows, and the levels that are left, in alphabetical order."""
        codes = self.codes[rows]
        present = np.unique(codes[codes >= 0])
        names = sorted((self.levels[code], int(code)) for code in present)
        number = np.full(len(self.levels) + 1, -1)  # the last place answers for the code −1
        number[[code for _, code in names]] = np.arange(len(names))
        return replace(self, codes=number[codes], levels=tuple(name for name, _ in names))

    def missing(self) -> NDArray[np.bool_]:
        """Tell for each row whether its value is missing."""
        return self.codes < 0


@dataclass(frozen=True, eq=False)
class Dates:
    """A column of dates or times, which networks here do not take.

    Attributes:
        name: What it is called.
        rows: How many rows it has.
    """

    name: str
    rows: int

    def take(self, rows: NDArray[np.bool_]) -> Dates:
        """Return the column with only these rows."""
        return replace(self, rows=int(rows.sum()))


Column: TypeAlias = Numbers | Words | Dates


@dataclass(frozen=True, eq=False)
class Table:
    """What a file holds.

    Attributes:
        groups: Name to columns, in order: one column each, or those of a two-dimensional array.
        remarks: What was noticed while it was read.
    """

    groups: Mapping[str, tuple[Column, ...]]
    remarks: tuple[Text, ...] = ()


def shift_of(values: NDArray[np.float64]) -> float:
    """Return what to subtract so that float32 can tell values apart; 0 if it can as they are.

    Args:
        values: Shape (rows,), with at least one that is not NaN.

    Example:
        >>> shift_of(np.array([1e9, 1e9 + 1, 1e9 + 2])), shift_of(np.array([1.0, 2.0, 3.0]))
        (1000000001.0, 0.0)
    """
    known = values[~np.isnan(values)]
    median = float(np.median(known))
    return median if abs(median) > _COARSE * float(np.abs(known - median).mean()) else 0.0
