"""Curves in a terminal, drawn with Braille characters: two dots across and four down in each.

f is a solid line and its slope a dotted one, so no colour is needed to tell them apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rich.text import Text as Styled

from livegrad.functions.properties.search import Span
from livegrad.report.axis import Axis
from livegrad.report.function_curve import Curve, Picture, Point

__all__ = ["STYLES", "drawn"]

STYLES = ("bold cyan", "yellow", "magenta")
_GAPS = (1, 4, 7)  # every dot of f, every fourth of f′, every seventh of f″
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_PLAIN = ("*", ".", ":")
_LABELS = 6


@dataclass
class _Canvas:
    """Characters that dots are put on.

    Attributes:
        columns: Characters across.
        rows: Characters down.
        unicode: Whether Braille characters can be written; if not, one mark stands for eight dots.
    """

    columns: int
    rows: int
    unicode: bool
    cells: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def dot(self, across: int, down: int, layer: int) -> None:
        """Set one dot; what lies in front, the first curve, gives the character its colour."""
        row, column = down // 4, across // 2
        if 0 <= row < self.rows and 0 <= column < self.columns:
            bits, front = self.cells.get((row, column), (0, layer))
            self.cells[row, column] = (bits | _DOTS[down % 4][across % 2], min(front, layer))

    def line(self, row: int, zero: int | None) -> Styled:
        """Return one row of characters, on the line y = 0 if that lies in it."""
        line = Styled()
        for column in range(self.columns):
            bits, layer = self.cells.get((row, column), (0, -1))
            if not bits:
                line.append(("┄" if self.unicode else "-") if row == zero else " ", "dim")
            else:
                mark = chr(0x2800 + bits) if self.unicode else _PLAIN[layer]
                line.append(mark, STYLES[layer])
        return line


def drawn(
    picture: Picture, *, width: int, height: int, unicode: bool = True, flat: bool = True
) -> list[Styled]:
    """Return a picture as lines.

    Args:
        picture: What to draw.
        width: Columns, the labels of the y axis included.
        height: Rows of the drawing itself; two more hold the x axis.
        unicode: Whether Braille characters can be written.
        flat: Whether a line under the axis marks where the slope is 0 or nearly so.

    Example:
        >>> from livegrad.functions import elementwise
        >>> from livegrad.report.function_curve import picture
        >>> lines = drawn(picture(elementwise("relu")), width=30, height=4)
        >>> len(lines), max(len(line.plain) for line in lines)
        (7, 30)
    """
    canvas = _Canvas(width - _LABELS - 1, height, unicode)
    for layer, curve in reversed(list(enumerate(picture.curves))):
        for across, down in _dots(curve, picture, canvas, layer):
            canvas.dot(across, down, layer)
    labels = {
        _down(picture.y, tick, canvas) // 4: picture.y.label(tick) for tick in picture.y.ticks
    }
    zero = _down(picture.y, 0.0, canvas) // 4 if picture.y.low <= 0 <= picture.y.high else None
    tick, bar = ("┤", "│") if unicode else ("+", "|")
    lines = [
        Styled.assemble(
            (f"{labels.get(row, ''):>{_LABELS}}", "dim"),
            (tick if row in labels else bar, "dim"),
            canvas.line(row, zero),
        )
        for row in range(height)
    ]
    lines += _x_axis(picture.x, canvas)
    return lines + ([_flat(picture, canvas)] if flat and (picture.dead or picture.faint) else [])


def _dots(curve: Curve, picture: Picture, canvas: _Canvas, layer: int) -> Iterator[tuple[int, int]]:
    gap = _GAPS[layer] if canvas.unicode else 1
    for piece in curve.pieces:
        path = list(_path(piece, picture, canvas))
        yield from (path[i] for i in range(0, len(path), gap))


def _path(piece: Iterable[Point], picture: Picture, canvas: _Canvas) -> Iterator[tuple[int, int]]:
    """Yield the dots of a line, without gaps, and without those above or below the axis."""
    last: tuple[int, int] | None = None
    for x, y in piece:
        if not picture.y.low <= y <= picture.y.high:
            last = None
            continue
        here = (_across(picture.x, x, canvas), _down(picture.y, y, canvas))
        yield from _between(last, here)
        last = here


def _between(last: tuple[int, int] | None, here: tuple[int, int]) -> Iterator[tuple[int, int]]:
    if last is None:
        yield here
        return
    steps = max(abs(here[0] - last[0]), abs(here[1] - last[1]))
    for i in range(1, steps + 1):
        across = last[0] + (here[0] - last[0]) * i / steps
        down = last[1] + (here[1] - last[1]) * i / steps
        yield round(across), round(down)


def _across(axis: Axis, x: float, canvas: _Canvas) -> int:
    return round(axis.share(x) * (2 * canvas.columns - 1))


def _down(axis: Axis, y: float, canvas: _Canvas) -> int:
    return round((1 - axis.share(y)) * (4 * canvas.rows - 1))


def _x_axis(axis: Axis, canvas: _Canvas) -> list[Styled]:
    corner, line, tick = ("└", "─", "┬") if canvas.unicode else ("+", "-", "+")
    marks = [line] * canvas.columns
    numbers = [" "] * (canvas.columns + _LABELS + 1)
    for value in axis.ticks:
        column = _across(axis, value, canvas) // 2
        marks[column] = tick
        label = axis.label(value)
        start = column + _LABELS + 1 - (len(label) - 1) // 2 - (value < 0)
        start = max(0, min(len(numbers) - len(label), start))
        numbers[start : start + len(label)] = label
    return [
        Styled(" " * _LABELS + corner + "".join(marks), "dim"),
        Styled("".join(numbers).rstrip(), "dim"),
    ]


def _flat(picture: Picture, canvas: _Canvas) -> Styled:
    marks = [" "] * canvas.columns
    for spans, mark in ((picture.faint, "░"), (picture.dead, "▓")):
        plain = {"░": "~", "▓": "="}[mark]
        for span in spans:
            for column in _columns(span, picture.x, canvas):
                marks[column] = mark if canvas.unicode else plain
    return Styled(" " * (_LABELS + 1) + "".join(marks).rstrip(), "dim")


def _columns(span: Span, axis: Axis, canvas: _Canvas) -> range:
    low, high = max(span.low, axis.low), min(span.high, axis.high)
    if math.isnan(low) or low >= high:
        return range(0)
    return range(_across(axis, low, canvas) // 2, _across(axis, high, canvas) // 2 + 1)
