"""A comparison as SVG marks, in boxes that are stretched to their place; words stand around them.

Intervals stand in a box 100 wide and one unit high for each candidate, learning curves in one of 100 by 100.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from livegrad.report.axis import Axis
from livegrad.report.compare_facts import Joined, Row, clipped
from livegrad.report.markup import escape
from livegrad.trials.comparison import Band

__all__ = ["curve_marks", "interval_marks", "join_marks"]

_CAP = 0.16  # of a row's height, up and down from its middle
_Point = tuple[float, float]


def interval_marks(rows: Sequence[Row], axis: Axis) -> list[str]:
    """Return the interval of each candidate with its mean, all on one axis.

    Args:
        rows: Those that are ranked have marks.
        axis: Common to all.

    Returns:
        Marks in a box of 100 by ``len(rows)``; filled dots for those that may be the best, hollow ones
        for the others, arrows where an interval goes on outside of the axis.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> from livegrad.report.compare_facts import axis_of, rows
        >>> sum("range best" in mark for mark in interval_marks(rows(found), axis_of(found)))
        2
    """
    marks = [f'<path class="grid" d="M{_n(_x(axis, t))} 0V{len(rows)}"/>' for t in axis.ticks]
    for number, row in enumerate(rows):
        if row.place is not None:
            marks += _interval(row, axis, number + 0.5)
    return marks


def join_marks(lines: Sequence[Joined]) -> list[str]:
    """Return the lines that join what cannot be told apart, ten units of width for each lane.

    Example:
        >>> join_marks([Joined(first=0, last=2, lane=1)])
        ['<path class="join" d="M18 0.25H15V2.75H18"/>']
    """
    return [
        f'<path class="join" d="M{_n(10 * line.lane + 8)} {_n(line.first + 0.25)}'
        f'H{_n(10 * line.lane + 5)}V{_n(line.last + 0.75)}H{_n(10 * line.lane + 8)}"/>'
        for line in lines
    ]


def curve_marks(band: Band, best: Band | None, axes: tuple[Axis, Axis], target: float) -> list[str]:
    """Return one candidate's learning curves: quartiles as a band, the median as a line.

    Args:
        band: Its curves.
        best: The first's, whose median is drawn for comparison; None in its own drawing.
        axes: Steps, and scores.
        target: Where the dotted line lies.

    Returns:
        Marks in a box of 100 by 100. Where half of the seeds have diverged the median ends.

    Example:
        >>> band = Band(steps=(1, 2), median=(0.5, 1.0), low=(0.5, 0.5), high=(1.0, 1.0))
        >>> axes = Axis(0, 2, ()), Axis(0.0, 1.0, ())
        >>> [mark for mark in curve_marks(band, None, axes, 0.9) if "median" in mark]
        ['<path class="median" d="M50 50L100 0"/>']
    """
    steps, scores = axes
    marks = [f'<path class="grid" d="M0 {_n(_y(scores, t))}H100"/>' for t in scores.ticks]
    marks.append(f'<path class="target" d="M0 {_n(_y(scores, target))}H100"/>')
    upper = _points(band.steps, band.high, axes)
    lower = [
        (_x(steps, s), _y(scores, low if math.isfinite(low) else -math.inf))
        for s, low, high in zip(band.steps, band.low, band.high, strict=True)
        if math.isfinite(high)
    ]
    if len(upper) > 1:
        marks.append(f'<path class="quartiles" d="{_path([*upper, *reversed(lower)])}Z"/>')
    if best is not None:
        marks.append(f'<path class="rival" d="{_path(_points(best.steps, best.median, axes))}"/>')
    middle = _points(band.steps, band.median, axes)
    marks += [
        f'<path class="{kind}" d="{_path(middle)}"/>' for kind in ("halo", "median") if middle
    ]
    return marks


def _interval(row: Row, axis: Axis, y: float) -> list[str]:
    place = row.place
    if place is None:
        return []
    kind = "best" if row.best else "other"
    low, mean, high = (_x(axis, value) for value in (place.low, place.mean, place.high))
    beyond = clipped(place, axis)
    marks = [f'<path class="range {kind}" d="M{_n(low)} {_n(y)}H{_n(high)}"/>']
    for end, is_beyond, inward in ((low, beyond[0], 1.6), (high, beyond[1], -1.6)):
        top, bottom = _n(y - _CAP), _n(y + _CAP)
        drawn = (
            f"M{_n(end + inward)} {top}L{_n(end)} {_n(y)}L{_n(end + inward)} {bottom}"
            if is_beyond
            else f"M{_n(end)} {top}V{bottom}"
        )
        marks.append(f'<path class="cap {kind}" d="{drawn}"/>')
    if axis.low <= place.mean <= axis.high:
        dot = f'd="M{_n(mean)} {_n(y)}h0"'
        marks += [f'<path class="{look} {kind}" {dot}/>' for look in ("dot", "hole")]
    said = escape(f"{row.name}: {row.mean} ({row.interval})")
    top = _n(y - 0.5)
    marks.append(
        f'<rect class="pick" x="0" y="{top}" width="100" height="1"><title>{said}</title></rect>'
    )
    return marks


def _points(steps: Sequence[int], values: Sequence[float], axes: tuple[Axis, Axis]) -> list[_Point]:
    return [
        (_x(axes[0], step), _y(axes[1], value))
        for step, value in zip(steps, values, strict=True)
        if math.isfinite(value)
    ]


def _path(points: Sequence[_Point]) -> str:
    drawn = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points) if points else ""
    return drawn + "h0" if len(points) == 1 else drawn


def _x(axis: Axis, value: float) -> float:
    return 100 * axis.share(value)


def _y(axis: Axis, value: float) -> float:
    return 100 - 100 * axis.share(value)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
