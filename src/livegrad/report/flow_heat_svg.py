"""A sweep as a figure of a page: a map whose shapes say the verdict and whose fill says the light."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from livegrad.flow.profile import VerdictCode
from livegrad.flow.sweep_record import Sweep, SweepAxis, SweepCell
from livegrad.report import flow_words as words
from livegrad.report.figures import Frame, figure
from livegrad.report.flow_heat import (
    Field,
    axis_words,
    cell_words,
    field_of,
    in_words,
    label,
    strong,
)
from livegrad.report.markup import both, escape, tag
from livegrad.text import LANGUAGES, Text, join

__all__ = ["section"]

_SIDE = 20.0  # of a cell
_MOST_LABELS = 8
_FARTHEST = 60.0  # decades at which a colour is fullest
_HEAD = Text("Where networks train", "학습되는 곳")
_REACH = Text("trainable depth as predicted", "학습 가능한 깊이(예측)")
_FILLED = Text(
    "filled: the light is green or red; hollow: it is amber",
    "채운 것: 신호등이 초록이나 빨강, 빈 것: 노랑",
)
_DEEPER = Text(
    "the fuller the colour, the more the gradient changes", "색이 진할수록 기울기가 많이 변함"
)
_SHAPES: dict[VerdictCode, str] = {
    "healthy": '<circle class="mark{hollow}" cx="{x}" cy="{y}" r="4.2"/>',
    "vanishes": '<path class="mark{hollow}" d="M{x} {y}m-5 -4h10l-5 8.5z"/>',
    "explodes": '<path class="mark{hollow}" d="M{x} {y}m-5 4h10l-5 -8.5z"/>',
    "collapses": '<path class="mark{hollow}" d="M{x} {y}m-4 -4h8v8h-8z"/>',
    "cannot-say": '<text x="{x}" y="{y}" dy="4.5">?</text>',
}
_CROSS = '<path class="mark hollow" d="M{x} {y}m-4 -4l8 8m0 -8l-8 8"/>'


def section(swept: Sweep, number: int) -> str:
    """Return a sweep as a section: the map, what it shows in words, and all cells as a table.

    Args:
        swept: What to draw.
        number: Of the chart on the page, for its id.

    Example:
        >>> cell = SweepCell(
        ...     log10_gradient=0,
        ...     correlation=0,
        ...     verdict="healthy",
        ...     colour="green",
        ...     trainable_depth=20,
        ... )
        >>> axes = (SweepAxis(name="depth", values=(10,)),)
        >>> section(Sweep(activation="relu", axes=axes, cells=((cell,),)), 1)[:9]
        '<section '
    """
    field = field_of(swept)
    captions = [join(list(in_words(swept)))]
    drawn = figure(Frame(_frame(field), "field"), captions, number)
    inner = tag("h2", both(_HEAD)) + _legend(field) + drawn + _table(field)
    return tag("section", inner, class_="card")


# ------------------------------------------------------------ drawing


def _frame(field: Field) -> str:
    rows, columns = len(field.rows.values), len(field.columns.values)
    size = f'viewBox="0 0 {_n(columns * _SIDE)} {_n(rows * _SIDE)}"'
    inner = "".join((*_cells(field), *_reach(field)))
    drawn = f'<svg {size} aria-hidden="true" focusable="false">{inner}</svg>'
    left = "".join(
        tag("span", escape(label(field.rows.values[i])), style=f"top:{_down(field, i):.1f}%")
        for i in _labelled(field.rows)
    )
    foot = "".join(
        tag("span", escape(label(field.columns.values[j])), style=_placed(j, columns))
        for j in _labelled(field.columns)
    )
    return (
        tag("div", both(axis_words(field.rows)), class_="unit left")
        + tag("div", left, class_="ys")
        + drawn
        + tag("div", foot, class_="xs")
        + tag("div", both(axis_words(field.columns)), class_="unit")
    )


def _cells(field: Field) -> Iterator[str]:
    for i, row in enumerate(field.cells):
        for j, cell in enumerate(row):
            x, y = j * _SIDE, _row_top(field, i)
            kind = "cell" if cell.problem is not None else f"cell {cell.verdict}"
            place = (
                f'x="{_n(x + 0.5)}" y="{_n(y + 0.5)}" width="{_SIDE - 1:g}" height="{_SIDE - 1:g}"'
            )
            told = escape(_told(field, (i, j), cell))
            yield (
                f'<g><title>{told}</title><rect class="{kind}" {place} '
                f'fill-opacity="{_opacity(cell):.2f}"/>{_mark(cell, x, y)}</g>'
            )


def _mark(cell: SweepCell, x: float, y: float) -> str:
    shape = _CROSS if cell.problem is not None else _SHAPES[cell.verdict]
    hollow = "" if strong(cell) else " hollow"
    return shape.format(x=_n(x + _SIDE / 2), y=_n(y + _SIDE / 2), hollow=hollow)


def _told(field: Field, place: tuple[int, int], cell: SweepCell) -> str:
    """Return what a cell says when it is pointed at, in both languages: a title speaks no one language."""
    told = []
    for axis, at in zip((field.rows, field.columns), place, strict=True):
        if axis.name:
            told.append(f"{axis.name} = {label(axis.values[at])}")
    said = dict.fromkeys(cell_words(cell).say(one) for one in LANGUAGES)
    return " · ".join((*told, " / ".join(said)))


def _opacity(cell: SweepCell) -> float:
    """Return how full a colour is: by decades where the gradient changes, level elsewhere."""
    if cell.verdict not in ("vanishes", "explodes") or math.isnan(cell.log10_gradient):
        return 0.15 if cell.problem is not None else 0.5
    far = min(_FARTHEST, abs(cell.log10_gradient))
    return 0.2 + 0.55 * math.log1p(far) / math.log1p(_FARTHEST)


def _reach(field: Field) -> Iterator[str]:
    """Yield the trainable depth as a line across the map, or as a stroke in each row."""
    upright = field.rows.name != "depth"
    height = len(field.rows.values) * _SIDE
    pieces: list[list[str]] = [[]]
    for other, place in enumerate(field.reach):
        if place is None:
            pieces.append([])
            continue
        if upright:
            top = _row_top(field, other)
            pieces.append(
                [f"{_n(place * _SIDE)} {_n(top)}", f"{_n(place * _SIDE)} {_n(top + _SIDE)}"]
            )
            continue
        y = height - place * _SIDE if field.upwards else place * _SIDE
        ends = (other, other + 1) if not field.columns.ordered else (other + 0.5,)
        pieces[-1] += [f"{_n(x * _SIDE)} {_n(y)}" for x in ends]
    for piece in pieces:
        path = "M" + "L".join(piece) + ("h.01" if len(piece) == 1 else "")
        if piece:
            yield f'<path class="reach-halo" d="{path}"/><path class="reach" d="{path}"/>'


def _legend(field: Field) -> str:
    cells = [cell for row in field.cells for cell in row]
    found = {cell.verdict for cell in cells if cell.problem is None}
    items = [_key(code, both(words.SHORT_VERDICT[code])) for code in _SHAPES if code in found]
    if any(cell.problem is not None for cell in cells):
        drawn = f'<svg viewBox="0 0 20 20" aria-hidden="true">{_CROSS.format(x=10, y=10)}</svg>'
        items.append(tag("span", drawn + both(words.NO_PREDICTION)))
    if any(place is not None for place in field.reach):
        items.append(tag("span", f'<i class="key reach"></i>{both(_REACH)}'))
    items += [tag("span", both(text)) for text in (_FILLED, _DEEPER)]
    return tag("p", "".join(items), class_="legend tones")


def _key(code: VerdictCode, told: str) -> str:
    mark = _SHAPES[code].format(x=10, y=10, hollow="")
    drawn = (
        f'<svg class="{code}" viewBox="0 0 20 20" aria-hidden="true">'
        f'<rect class="cell" width="20" height="20"/>{mark}</svg>'
    )
    return tag("span", drawn + told)


# ------------------------------------------------------------ words around it


def _table(field: Field) -> str:
    corner = tag("td", "")
    heads = "".join(tag("th", escape(label(v)), scope="col") for v in field.columns.values)
    rows = []
    for value, row in zip(field.rows.values, field.cells, strict=True):
        cells = "".join(tag("td", both(cell_words(cell)) + _lit(cell)) for cell in row)
        rows.append(tag("tr", tag("th", escape(label(value)), scope="row") + cells))
    caption = tag("caption", both(_axes_words(field)), class_="unseen")
    head = f"<thead><tr>{corner}{heads}</tr></thead>"
    table = f"<table>{caption}{head}<tbody>{''.join(rows)}</tbody></table>"
    scroll = f'<div class="scroll" tabindex="0">{table}</div>'
    return tag("details", f"<summary>{both(words.TABLE)}</summary>{scroll}")


_DOWN_AND_ACROSS = Text("rows: {rows}; columns: {columns}", "행: {rows}, 열: {columns}")


def _axes_words(field: Field) -> Text:
    return _DOWN_AND_ACROSS.fill(rows=axis_words(field.rows), columns=axis_words(field.columns))


def _lit(cell: SweepCell) -> str:
    return "" if cell.colour is None else f" · {both(words.COLOUR[cell.colour])}"


def _labelled(axis: SweepAxis) -> Sequence[int]:
    """Return which values are written beside an axis: all names, of numbers a few."""
    count = len(axis.values)
    step = 1 if not axis.ordered else max(1, math.ceil(count / _MOST_LABELS))
    return range(0, count, step)


def _row_top(field: Field, row: int) -> float:
    count = len(field.rows.values)
    return (count - 1 - row if field.upwards else row) * _SIDE


def _down(field: Field, row: int) -> float:
    return 100 * (_row_top(field, row) / _SIDE + 0.5) / len(field.rows.values)


def _placed(column: int, count: int) -> str:
    return f"left:{100 * (column + 0.5) / count:.1f}%;transform:translateX(-50%)"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
