"""Lines over a setting: mean or median of paired starts with a band, as figures draw them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab.figure import Series, Style
from livegrad.lab.intervals import mean_of, median_of
from livegrad.text import Text

__all__ = ["mean_line", "median_line"]

Reals: TypeAlias = NDArray[Any]


def mean_line(
    name: Text, x: Sequence[float] | Reals, values: Sequence[Reals], *, style: Style = "measured"
) -> Series:
    """Return the mean over paired starts at each place, with its 95 % interval.

    Args:
        name: What it is.
        x: Shape (points,).
        values: At each place one number per start; shape (points, starts).
        style: What kind of number it is.

    Example:
        >>> from livegrad.text import same
        >>> mean_line(same("a"), [1, 2], [np.array([0.0, 1.0]), np.array([2.0, 2.0])]).y.tolist()
        [0.5, 2.0]
    """
    return _line(name, x, np.array([mean_of(found) for found in values]), style)


def median_line(
    name: Text, x: Sequence[float] | Reals, values: Sequence[Reals], *, style: Style = "measured"
) -> Series:
    """Return the median over paired starts at each place, with its 95 % interval.

    Args:
        name: What it is.
        x: Shape (points,).
        values: At each place one number per start; shape (points, starts).
        style: What kind of number it is.

    Example:
        >>> from livegrad.text import same
        >>> median_line(same("a"), [1], [np.array([0.0, 1.0, 9.0])]).y.tolist()
        [1.0]
    """
    return _line(name, x, np.array([median_of(found) for found in values]), style)


def _line(name: Text, x: Sequence[float] | Reals, found: Reals, style: Style) -> Series:
    return Series(
        name=name,
        x=np.asarray(x, float),
        y=found[:, 0],
        low=found[:, 1],
        high=found[:, 2],
        style=style,
        mark="both",
    )
