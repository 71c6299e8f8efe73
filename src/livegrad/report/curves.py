"""Line charts as facts: the loss and the score over time, and the gradient through time."""

from __future__ import annotations

import dataclasses
import itertools
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from livegrad.observation.evidence import Evidence, Loss, Score
from livegrad.report.axis import Axis, decades, round_numbers
from livegrad.report.ladder import Ladder

MOST_POINTS = 120
"""More points than this on one line are drawn as medians of as many equal spans."""

CLIP = 3.0
"""A loss this many times above where it started is cut off (ten times that on a log axis)."""

LOG_FROM = 50.0
"""From this ratio between the largest and the smallest loss, the axis is logarithmic."""

Role: TypeAlias = Literal["before", "after"]
Point: TypeAlias = tuple[float, float]
Piece: TypeAlias = tuple[Point, ...]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One training's line.

    Attributes:
        role: Whether it is the untreated or the cured one.
        pieces: Its points, (step, value), split where numbers stop being numbers; on a log axis
            log10 of the value.
        last: The last value that is a number, as it was recorded.
        broke_at: The first step at which it was not a number.
    """

    role: Role
    pieces: tuple[Piece, ...]
    last: float | None = None
    broke_at: int | None = None


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Lines on common axes.

    Attributes:
        lines: The untreated one first.
        x, y: The axes; `y.log` tells whether values are exponents.
        dotted: Where the dotted line of comparison lies (loss of the best constant prediction),
            in units of `y`.
        baseline: The same as it was recorded.
        clipped: Whether something lies above the top of the chart.
    """

    lines: tuple[Line, ...]
    x: Axis
    y: Axis
    dotted: float | None = None
    baseline: float | None = None
    clipped: bool = False


def loss_chart(before: Evidence, after: Evidence | None = None) -> Chart | None:
    """Return the loss over the steps, or ``None`` where none was seen."""
    losses = [(role, e.loss) for role, e in _sides(before, after) if e.loss and e.loss.values]
    values = _finite(value for _, loss in losses for value in loss.values)
    if not losses or not values:
        return None
    baseline = next(
        (b for _, loss in losses if (b := loss.baseline) is not None and math.isfinite(b)), None
    )
    log = (
        min(values) > 0
        and max(values) / min(values) >= LOG_FROM
        and (baseline is None or baseline > 0)
    )
    ceiling = _ceiling([loss for _, loss in losses], baseline, log=log)
    lines = tuple(
        _line(role, loss.steps, loss.values, broke_at=loss.first_non_finite, log=log)
        for role, loss in losses
    )
    dotted = _scaled(baseline, log=log) if baseline is not None else None
    top = _scaled(ceiling, log=log)
    chart = _chart(lines, dotted=dotted, log=log, top=top, bottom=None)
    return None if chart is None else dataclasses.replace(chart, baseline=baseline)


def score_chart(before: Evidence, after: Evidence | None = None) -> Chart | None:
    """Return the score over the steps, or ``None`` where there is none but the loss again."""
    scores = [(role, e.score) for role, e in _sides(before, after) if _worth_drawing(e.score)]
    kinds = {score.kind for _, score in scores if score}
    lines = tuple(
        _line(role, s.steps, s.values, broke_at=None, log=False) for role, s in scores if s
    )
    if len(kinds) != 1:
        return None
    kind = next(iter(kinds))
    bottom, top = {"accuracy": (0.0, 1.0), "r2": (-1.0, 1.0)}.get(kind, (None, None))
    if kind == "r2" and all(y >= 0 for line in lines for piece in line.pieces for _, y in piece):
        bottom = 0.0
    return _chart(lines, dotted=None, log=False, top=top, bottom=bottom)


def time_chart(before: Ladder, after: Ladder | None, name: str) -> Chart | None:
    """Return the gradient at each time step of a recurrent layer (log10, last step = 1)."""
    lines = []
    for role, ladder in (("before", before), ("after", after)):
        times = next(
            (r.times for r in (ladder.rungs if ladder else ()) if r.name == name and r.times), ()
        )
        pieces = _pieces(range(1, len(times) + 1), [math.nan if t is None else t for t in times])
        if pieces:
            lines.append(Line(role="before" if role == "before" else "after", pieces=pieces))
    if not lines:
        return None
    values = [y for line in lines for piece in line.pieces for _, y in piece]
    x = _span(lines)
    return Chart(lines=tuple(lines), x=x, y=decades(values, most=4))


def recurrent(before: Ladder, after: Ladder | None) -> tuple[str, ...]:
    """Return the names of the layers of which the gradient through time was seen."""
    rungs = (*before.rungs, *(after.rungs if after else ()))
    return tuple(dict.fromkeys(r.name for r in rungs if r.times))


def _sides(before: Evidence, after: Evidence | None) -> list[tuple[Role, Evidence]]:
    return [("before", before), *([("after", after)] if after is not None else [])]


def _worth_drawing(score: Score | None) -> bool:
    return score is not None and score.kind != "minus-loss" and len(_finite(score.values)) > 1


def _finite(values: Iterable[float]) -> list[float]:
    return [value for value in values if math.isfinite(value)]


def _ceiling(losses: Sequence[Loss], baseline: float | None, *, log: bool) -> float:
    starts = [value for loss in losses for value in _finite(loss.values)[:3]]
    start = max([*starts, *([baseline] if baseline is not None else [])])
    return start * CLIP * (10 if log else 1) if start > 0 else math.inf


def _line(
    role: Role, steps: Sequence[int], values: Sequence[float], *, broke_at: int | None, log: bool
) -> Line:
    steps = steps if len(steps) == len(values) else range(len(values))
    finite = _finite(values)
    broken = [step for step, value in zip(steps, values, strict=True) if not math.isfinite(value)]
    return Line(
        role=role,
        pieces=tuple(_thin(p) for p in _pieces(steps, [_scaled(v, log=log) for v in values])),
        last=finite[-1] if finite else None,
        broke_at=broke_at if broke_at is not None else broken[0] if broken else None,
    )


def _scaled(value: float, *, log: bool) -> float:
    if not log or not math.isfinite(value):
        return value
    return math.log10(value) if value > 0 else math.nan


def _pieces(steps: Iterable[int], values: Sequence[float]) -> tuple[Piece, ...]:
    pieces: list[list[Point]] = [[]]
    for step, value in zip(steps, values, strict=True):
        if math.isfinite(value):
            pieces[-1].append((step, value))
        elif pieces[-1]:
            pieces.append([])
    return tuple(tuple(piece) for piece in pieces if piece)


def _thin(piece: Piece) -> Piece:
    if len(piece) <= MOST_POINTS:
        return piece
    spans = MOST_POINTS - 2
    inner = piece[1:-1]
    cuts = [round(i * len(inner) / spans) for i in range(spans + 1)]
    middles = [_middle(inner[i:j]) for i, j in itertools.pairwise(cuts)]
    return (piece[0], *middles, piece[-1])


def _middle(points: Piece) -> Point:
    return points[len(points) // 2][0], statistics.median_low(y for _, y in points)


def _span(lines: Sequence[Line]) -> Axis:
    steps = [x for line in lines for piece in line.pieces for x, _ in piece]
    return round_numbers(min(steps), max(*steps, min(steps) + 1), most=4)


def _chart(
    lines: tuple[Line, ...],
    *,
    dotted: float | None,
    log: bool,
    top: float | None,
    bottom: float | None,
) -> Chart | None:
    values = [y for line in lines for piece in line.pieces for _, y in piece]
    if not values:
        return None
    known = [*values, *([dotted] if dotted is not None else [])]
    high = (
        max(known) if top is None else max(known) if max(known) <= top and bottom is None else top
    )
    low = min(known) if bottom is None else bottom
    low = 0.0 if not log and bottom is None and low > 0 else low  # a stuck loss is to look flat
    y = _decade_range(low, high) if log else _padded(low, high, exact=bottom is not None)
    clipped = any(not y.low - 1e-9 <= v <= y.high + 1e-9 for v in values)
    return Chart(lines=lines, x=_span(lines), y=y, dotted=dotted, clipped=clipped)


def _decade_range(low: float, high: float) -> Axis:
    whole = [
        t for t in range(math.floor(low), math.ceil(high) + 1) if low - 0.05 <= t <= high + 0.05
    ]
    step = max(1, math.ceil(len(whole) / 6))
    return Axis(
        low - 0.03 * (high - low) - 1e-9,
        high + 0.03 * (high - low) + 1e-9,
        tuple(whole[::step]),
        log=True,
    )


def _padded(low: float, high: float, *, exact: bool) -> Axis:
    axis = round_numbers(low, high, most=4)
    if exact or not axis.ticks:
        return axis
    pad = 0.04 * (axis.high - axis.low)
    return Axis(axis.low if low == 0 else axis.low - pad, axis.high + pad, axis.ticks)
