"""What the faces of a comparison draw, as facts: rows, one axis, the lines that join ties, words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from livegrad import quantity
from livegrad.report import compare_words as words
from livegrad.report.axis import Axis, round_numbers
from livegrad.text import Text, same
from livegrad.trials.comparison import Candidate, Comparison
from livegrad.trials.statistics import Place

__all__ = [
    "Joined",
    "Row",
    "axis_of",
    "clipped",
    "interval",
    "joined",
    "label",
    "rows",
    "score",
]

_MOST_SPANS = 3.0  # of the better half's range below it is drawn; what lies further is cut off
_LEAST_BETTER = 0.05  # counts as the better half's range, in units of the score
_LEAST_RANGE = 0.01  # of the axis, in units of the score


@dataclass(frozen=True)
class Row:
    """One candidate, with what is written of it.

    Attributes:
        candidate: Which.
        place: Its place; None if it left early.
        rank: The places that it may have, as in ``"1–3"``.
        mean: Its mean score.
        interval: Where the true mean lies.
        success: Runs that reached the target, of all.
        time: Steps to the target.
        rate: Learning rate.
        diverged: Runs that diverged; empty if none did.
        behind: How far it is behind the best, with the interval.
        chance: The corrected p-value of that.
    """

    candidate: Candidate
    place: Place | None
    rank: Text
    mean: str
    interval: str
    success: str
    time: Text
    rate: str
    diverged: str
    behind: str
    chance: str

    @property
    def name(self) -> str:
        """What tells it from the others."""
        return self.candidate.name

    @property
    def best(self) -> bool:
        """Whether it may be the best."""
        return self.place is not None and self.place.tied_with_best


@dataclass(frozen=True)
class Joined:
    """Rows that cannot be told apart, and so are joined by a line.

    Attributes:
        first: Number of the first row, from 0.
        last: Number of the last.
        lane: Beside which other lines it stands, from 0.
    """

    first: int
    last: int
    lane: int


def rows(comparison: Comparison) -> tuple[Row, ...]:
    """Return a row for each candidate, in the order of the ranking, those that left early last.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> [(row.rank.en, row.success) for row in rows(found)][0][0]
        '1–2'
    """
    return tuple(
        _row(one, comparison.place(one.name), first=number == 0)
        for number, one in enumerate(comparison.candidates)
    )


def joined(groups: Sequence[Sequence[str]], names: Sequence[str]) -> tuple[Joined, ...]:
    """Return the lines that join what cannot be told apart, each in the first lane that is free.

    Args:
        groups: Names that cannot be told apart, neighbours in `names`.
        names: All, in order.

    Example:
        >>> joined([("a", "b"), ("b", "c"), ("d", "e"), ("f",)], "abcdef")
        (Joined(first=0, last=1, lane=0), Joined(first=1, last=2, lane=1), Joined(first=3, last=4, lane=0))
    """
    found, ends = list[Joined](), list[int]()
    for group in groups:
        first, last = names.index(group[0]), names.index(group[-1])
        if first == last:
            continue
        lane = next((n for n, end in enumerate(ends) if end < first), len(ends))
        ends[lane : lane + 1] = [last]
        found.append(Joined(first, last, lane))
    return tuple(found)


def axis_of(comparison: Comparison) -> Axis:
    """Return one axis that holds the intervals of all, but for what lies far below the better half.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> axis, place = axis_of(found), found.ranking.places[0]
        >>> axis.low < place.mean < axis.high
        True
    """
    places = comparison.ranking.places
    ends = [(_finite(p.low, p.mean), _finite(p.high, p.mean)) for p in places]
    better = ends[: (len(ends) + 1) // 2]
    high, floor = max(h for _, h in ends), min(low for low, _ in better)
    floor -= _MOST_SPANS * max(high - floor, _LEAST_BETTER)
    low = max(min(low for low, _ in ends), floor)
    room = max(0.04 * (high - low), (_LEAST_RANGE - (high - low)) / 2)
    return round_numbers(low - room, high + room, most=4)


def clipped(place: Place, axis: Axis) -> tuple[bool, bool]:
    """Return whether a place's interval goes on beyond the low end of an axis, and beyond the high end.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> clipped(found.ranking.places[0], axis_of(found))  # with two seeds nothing is known
        (True, True)
    """
    return place.low < axis.low, place.high > axis.high


# ------------------------------------------------------------ how it is written


def score(value: float) -> str:
    """Return a score with three decimals.

    Example:
        >>> score(0.9333), score(-0.1), score(float("-inf"))
        ('0.933', '−0.100', '−∞')
    """
    written = quantity.special(value) or f"{round(value, 3) + 0.0:.3f}"  # + 0.0: no minus zero
    return written.replace("-", "−")


def label(tick: float) -> str:
    """Return how a number beside an axis is written: with all its digits, for ticks may lie close.

    Example:
        >>> label(0.9925), label(1.0)
        ('0.9925', '1')
    """
    return f"{tick:.6g}".replace("-", "−")


def interval(low: float, high: float) -> str:
    """Return an interval of scores.

    Example:
        >>> interval(0.9, 0.951)
        '0.900 … 0.951'
    """
    return f"{score(low)} … {score(high)}"


def _row(candidate: Candidate, place: Place | None, *, first: bool) -> Row:
    time = candidate.time_to_target.median
    lost = sum(math.isnan(value) for value in candidate.scores)
    unranked = Row(
        candidate=candidate,
        place=place,
        rank=words.LEFT,
        mean=quantity.UNSEEN,
        interval=quantity.UNSEEN,
        success=quantity.UNSEEN,
        time=same(quantity.UNSEEN),
        rate=f"{candidate.recipe.lr:g}",
        diverged=str(lost or ""),
        behind=quantity.UNSEEN,
        chance=quantity.UNSEEN,
    )
    if place is None:
        return unranked
    ranked = replace(
        unranked,
        rank=same(_ranks(place)),
        mean=score(place.mean),
        interval=interval(place.low, place.high),
        success=f"{place.success.count}/{place.success.of}",
        time=same(f"{time:,.0f}") if math.isfinite(time) else words.NEVER,
    )
    if first:
        return ranked
    away = place.behind_best
    behind = f"{score(away.mean)} ({interval(away.low, away.high)})"
    return replace(ranked, behind=behind, chance=_chance(away.p_value))


def _ranks(place: Place) -> str:
    low, high = place.rank_low, place.rank_high
    return str(low) if low == high else f"{low}–{high}"


def _chance(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def _finite(value: float, otherwise: float) -> float:
    return value if math.isfinite(value) else otherwise
