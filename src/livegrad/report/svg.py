"""Charts as inline SVG: marks only; words stand around them as HTML and so keep their size.

Every drawing is stretched to its place; strokes keep their width.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from livegrad.report.axis import Axis
from livegrad.report.curves import Chart, Line, Piece
from livegrad.report.ladder import Rung
from livegrad.report.race import Row as RaceRow
from livegrad.report.shares import Strip

_STUB = 0.8
_FULL = 0.62
_LEAST_OPACITY = 0.06


def drawing(
    marks: Iterable[str], *, width: float = 100, height: float = 100, kind: str = ""
) -> str:
    """Return the marks in a stretched box, hidden from screen readers."""
    return (
        f'<svg class="{kind}" viewBox="0 0 {_n(width)} {_n(height)}" preserveAspectRatio="none" '
        f'aria-hidden="true" focusable="false">{"".join(marks)}</svg>'
    )


def ladder(rungs: Sequence[Rung | None], axis: Axis, *, mirrored: bool) -> str:
    """Return one side of the ladder, a unit of height per rung; ``mirrored`` grows leftwards."""
    marks = [
        _line(_x(axis, t, mirrored), 0, _x(axis, t, mirrored), len(rungs), "grid")
        for t in axis.ticks
    ]
    for place, rung in enumerate(rungs):
        if rung is not None:
            marks += _rung(rung, axis, place, mirrored=mirrored)
    return drawing(marks, height=max(1, len(rungs)), kind="ladder")


def curves(chart: Chart) -> str:
    """Return a line chart with its grid and its dotted line of comparison."""
    marks = [_line(0, _y(chart.y, t), 100, _y(chart.y, t), "grid") for t in chart.y.ticks]
    if chart.dotted is not None:
        marks.append(_line(0, _y(chart.y, chart.dotted), 100, _y(chart.y, chart.dotted), "dotted"))
    for line in chart.lines:
        role = line.role if len(chart.lines) > 1 else "only"
        marks += [_curve(piece, chart, role) for piece in line.pieces]
        marks += _break(line, chart)
    return drawing(marks, kind="curves")


def heat(strip: Strip) -> str:
    """Return layers × steps, the fuller the larger the share; unseen cells are left out."""
    marks = []
    for place, row in enumerate(strip.rows):
        start = 0
        for end in range(1, len(row.cells) + 1):
            if end < len(row.cells) and _shade(row.cells[end]) == _shade(row.cells[start]):
                continue
            shade = _shade(row.cells[start])
            if shade is not None:
                marks.append(_cell(start, place, end - start, shade))
            start = end
    return drawing(
        marks,
        width=max(1, len(strip.steps)),
        height=max(1, len(strip.rows)),
        kind=f"heat {strip.kind}",
    )


def forest(row: RaceRow, axis: Axis) -> str:
    """Return one row of the forest plot: the score as a dot, what chance may do to it as a line."""
    marks = [
        _line(0, 50, 100, 50, "grid"),
        *(_line(_p(axis, t), 20, _p(axis, t), 80, "grid") for t in axis.ticks),
    ]
    if row.score is not None and row.score == row.score:
        spread = row.spread if row.spread is not None and row.spread == row.spread else 0.0
        tone = "kept" if row.kept else "other"
        marks.append(
            _line(
                _p(axis, row.score - spread), 50, _p(axis, row.score + spread), 50, f"range {tone}"
            )
        )
        marks.append(f'<path class="dot {tone}" d="M{_n(_p(axis, row.score))} 50h0"/>')
    return drawing(marks, kind="forest")


def _rung(rung: Rung, axis: Axis, place: int, *, mirrored: bool) -> list[str]:
    top = place + (1 - _FULL) / 2
    marks = []
    if rung.state != "unseen":
        length = (
            100 if rung.state == "overflow" else max(_STUB, 100 * axis.share(rung.height or 0.0))
        )
        length = _STUB if rung.state == "zero" else length
        look = "broken" if rung.state == "overflow" else "still" if rung.moves is False else "alive"
        x = 100 - length if mirrored else 0
        marks.append(
            f'<rect class="measured {look}" x="{_n(x)}" y="{_n(top)}" '
            f'width="{_n(length)}" height="{_FULL}"/>'
        )
    if rung.weight is not None and rung.weight == rung.weight:
        x = _x(axis, rung.weight, mirrored)
        marks += [_line(x, place + 0.04, x, place + 0.96, look) for look in ("halo", "weight")]
    return marks


def _curve(piece: Piece, chart: Chart, role: str) -> str:
    points = [f"{_n(_p(chart.x, x))} {_n(_y(chart.y, y))}" for x, y in piece]
    path = "M" + "L".join(points) + ("h0" if len(points) == 1 else "")
    return f'<path class="curve {role}" d="{path}"/>'


def _break(line: Line, chart: Chart) -> list[str]:
    if line.broke_at is None:
        return []
    x = _p(chart.x, line.broke_at)
    return [_line(x, 0, x, 100, "break")]


def _cell(column: int, row: int, columns: int, shade: int) -> str:
    opacity = max(_LEAST_OPACITY, math.sqrt(shade / 20))
    where = f'x="{column}" y="{_n(row + 0.06)}" width="{columns}" height=".88"'
    return f'<rect {where} fill-opacity="{_n(opacity)}"/>'


def _shade(share: float | None) -> int | None:
    return None if share is None else round(20 * share)


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<path class="{kind}" d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}"/>'


def _x(axis: Axis, value: float, mirrored: bool) -> float:  # noqa: FBT001 - reads best at its many calls
    return 100 - _p(axis, value) if mirrored else _p(axis, value)


def _p(axis: Axis, value: float) -> float:
    return 100 * axis.share(value)


def _y(axis: Axis, value: float) -> float:
    return 100 - _p(axis, value)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
