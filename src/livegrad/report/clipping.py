"""What gradient clipping did, as facts and in words: how large the gradients were before it, and after."""

from __future__ import annotations

import math
from dataclasses import dataclass

from livegrad import quantity
from livegrad.observation.evidence import Evidence, Series
from livegrad.report.axis import Axis, decades, round_numbers
from livegrad.report.curves import Chart, Line, Piece, Role
from livegrad.text import Text

__all__ = ["Clipped", "clipped", "clipping_chart", "clipping_in_words"]

ACTS_FROM = math.log10(1.01)
"""Clipping that takes less than one per cent away is rounding."""

_WORDS = Text(
    "Gradient clipping acted on {acted} of {measured} measured steps: the gradients together had a norm of up to "
    "{before}, and the optimizer got at most {after}.",
    "기울기 자르기(gradient clipping)가 살펴본 {measured}스텝 가운데 {acted}스텝에서 작용했습니다. 전체 기울기의 크기(norm)는 "
    "클 때 {before}였고, 옵티마이저가 받은 것은 많아야 {after}입니다.",
)
_NEVER = Text(
    "The gradients were never clipped: their norm stayed at or below {before}.",
    "기울기를 자르는 일(gradient clipping)은 없었습니다. 전체 기울기의 크기(norm)는 {before}까지였습니다.",
)


@dataclass(frozen=True, kw_only=True)
class Clipped:
    """What clipping did to the norm of all gradients together.

    Attributes:
        measured: Steps at which both norms were seen.
        acted: Those at which it took something away.
        before: log10 of the largest norm before it; infinite where it overflowed.
        after: log10 of the largest norm that the optimizer got.
    """

    measured: int
    acted: int
    before: float
    after: float


def clipped(evidence: Evidence) -> Clipped | None:
    """Return what clipping did, or ``None`` where nothing stood between backward and step.

    Example:
        >>> from livegrad.observation.evidence import Clipping
        >>> seen = Clipping(before=(2.0, -1.0), after=(0.0, -1.0))
        >>> clipped(Evidence(model="Net", steps=2, clipping=seen)).acted
        1
    """
    seen = evidence.clipping
    if seen is None:
        return None
    pairs = [
        (math.inf if math.isnan(b) else b, a)
        for b, a in zip(seen.before, seen.after, strict=False)
        if b is not None and a is not None
    ]
    if not pairs:
        return None
    return Clipped(
        measured=len(pairs),
        acted=sum(not b - a <= ACTS_FROM for b, a in pairs),
        before=max(b for b, _ in pairs),
        after=max((a for _, a in pairs if not math.isnan(a)), default=math.nan),
    )


def clipping_in_words(evidence: Evidence) -> Text | None:
    """Return one sentence on it, or ``None`` where nothing was seen."""
    found = clipped(evidence)
    if found is None:
        return None
    before, after = quantity.power(found.before), quantity.power(found.after)
    if not found.acted:
        return _NEVER.fill(before=before)
    return _WORDS.fill(acted=found.acted, measured=found.measured, before=before, after=after)


def clipping_chart(evidence: Evidence) -> Chart | None:
    """Return the norm before and after clipping over the steps (log10), or ``None`` where it never acted."""
    found, seen = clipped(evidence), evidence.clipping
    if found is None or seen is None or not found.acted:
        return None
    lines = [_line("before", evidence.sampled, seen.before)]
    lines += [_line("after", evidence.sampled, seen.after)]
    points = [point for line in lines for piece in line.pieces for point in piece]
    if not points:
        return None
    steps = [step for step, _ in points]
    x = round_numbers(min(steps), max(*steps, min(steps) + 1), most=4)
    y = decades([value for _, value in points], most=6)
    return Chart(lines=tuple(lines), x=x, y=Axis(y.low, y.high, y.ticks, log=True))


def _line(role: Role, steps: tuple[int, ...], values: Series) -> Line:
    """One line, broken where the norm was not a finite number above zero."""
    pieces: list[list[tuple[float, float]]] = [[]]
    broke = None
    for step, value in zip(steps, values, strict=False):
        if value is not None and math.isfinite(value):
            pieces[-1].append((step, value))
        else:
            broke = step if broke is None and value is not None and value != -math.inf else broke
            pieces.append([])
    whole: tuple[Piece, ...] = tuple(tuple(piece) for piece in pieces if piece)
    last = 10 ** whole[-1][-1][1] if whole else None
    return Line(role=role, pieces=whole, last=last, broke_at=broke)
