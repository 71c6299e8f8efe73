"""The drawings of a comparison with their words around them: names, numbers, keys, a sentence, a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import count

from livegrad.report import compare_svg as svg
from livegrad.report import compare_words as words
from livegrad.report.axis import Axis
from livegrad.report.compare_curves import curve_axes, drawn_curves
from livegrad.report.compare_facts import (
    Row,
    axis_of,
    clipped,
    interval,
    joined,
    label,
    rows,
    score,
)
from livegrad.report.compare_sentences import level, ties_in_words
from livegrad.report.figures import Frame, figure
from livegrad.report.flow_svg import stretched
from livegrad.report.markup import both, escape, tag
from livegrad.text import Text, join
from livegrad.trials.comparison import Candidate, Comparison

__all__ = ["curves", "intervals", "table"]

_ROW, _LANE = 30, 9  # pixels
_POINTS_TOLD = 10  # of a learning curve, in its table


def intervals(comparison: Comparison, number: int) -> str:
    """Return all candidates' intervals on one axis as a figure.

    Args:
        comparison: What was found.
        number: Of the chart on the page, for its id.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> intervals(found, 1).count('class="dot best"')
        2
    """
    told = [row for row in rows(comparison) if row.place is not None]
    axis = axis_of(comparison)
    lines = joined(comparison.ranking.groups, [row.name for row in told])
    lanes = 1 + max((line.lane for line in lines), default=-1)
    joins = (
        f'<svg class="joins" viewBox="0 0 {10 * max(1, lanes)} {len(told)}" preserveAspectRatio="none" '
        f'aria-hidden="true" focusable="false">{"".join(svg.join_marks(lines))}</svg>'
    )
    head = both(words.MEASURE[comparison.measure])
    drawn = stretched(svg.interval_marks(told, axis), len(told), kind="forest")
    scale = tag("div", _ticks(axis), class_="xs")
    inner = (
        _beside([(row.name, row.best) for row in told], "who")
        + joins
        + tag("div", tag("div", head, class_="title") + scale + drawn, class_="side")
        + _beside([(row.mean, row.best) for row in told], "means")
    )
    style = f"--rows:{len(told)};--row:{_ROW}px;--joins:{_LANE * lanes}px"
    return figure(Frame(inner, "standing", style), _captions(comparison, axis), number)


def table(comparison: Comparison) -> str:
    """Return the numbers of all candidates as a table, with their differences to the best.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> table(found).count("<tr")
        3
    """
    told = rows(comparison)
    between = words.INTERVAL.fill(level=level(comparison))
    heads = [
        words.RANK,
        words.NAME,
        words.MEASURE[comparison.measure],
        between,
        words.BEHIND,
        words.CHANCE,
    ]
    heads += [words.SUCCESS, words.TIME, words.RATE]
    lost = any(row.diverged for row in told)
    heads += [words.DIVERGED] if lost else []
    top = "".join(tag("th", both(head), scope="col") for head in heads)
    body = "".join(_told(row, diverged=lost) for row in told)
    inner = f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="scroll" tabindex="0"><table class="standings">{inner}</table></div>'


def curves(comparison: Comparison, numbers: count[int]) -> str:
    """Return the learning curves of the first candidates, each beside the best one's, on common axes.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 2, "steps": 20, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> curves(found, count(1)).count('class="frame panel"')
        2
    """
    shown, axes = drawn_curves(comparison), curve_axes(comparison)
    panels = "".join(
        _panel(comparison, one, axes, next(numbers), first=place == 0)
        for place, one in enumerate(shown)
    )
    target = score(comparison.target)
    key = tag("p", both(words.CURVE_KEY.fill(best=shown[0].name, target=target)), class_="small")
    if len(shown) < len(comparison.candidates):
        told = words.ONLY_FIRST.fill(shown=len(shown), all=len(comparison.candidates))
        key += tag("p", both(told), class_="small")
    return key + tag("div", panels, class_="panels") + _curve_table(shown)


# ------------------------------------------------------------ parts


def _captions(comparison: Comparison, axis: Axis) -> list[Text]:
    ranking = comparison.ranking
    told = words.RANGES.fill(
        measure=words.MEASURE[comparison.measure], seeds=ranking.seeds, level=level(comparison)
    )
    dots = words.KEY_DOTS.fill(best="●", other="○")
    lines = [words.KEY_TIES] if any(len(group) > 1 for group in ranking.groups) else []
    beyond = any(any(clipped(place, axis)) for place in ranking.places)
    arrows = [words.KEY_CLIPPED.fill(mark="◂")] if beyond else []
    return [join([told, dots, *lines, *arrows]), *ties_in_words(comparison)]


def _beside(labels: Sequence[tuple[str, bool]], kind: str) -> str:
    inner = "".join(
        tag(
            "span",
            escape(label),
            class_="best" if best else "",
            title=escape(label) if kind == "who" else "",
            style=f"top:{100 * (place + 0.5) / len(labels):.2f}%",
        )
        for place, (label, best) in enumerate(labels)
    )
    return tag("div", inner, class_=f"names {kind}")


def _told(row: Row, *, diverged: bool) -> str:
    cells = [row.mean, row.interval, row.behind, row.chance, row.success]
    inner = tag("td", both(row.rank)) + tag("th", escape(row.name), scope="row")
    inner += "".join(tag("td", escape(cell)) for cell in cells)
    inner += tag("td", both(row.time)) + tag("td", escape(row.rate))
    inner += tag("td", escape(row.diverged)) if diverged else ""
    return tag("tr", inner, class_="best" if row.best else "")


def _ticks(axis: Axis) -> str:
    return "".join(
        tag("span", escape(label(tick)), style=f"left:{at:.1f}%;transform:translateX(-{at:.0f}%)")
        for tick in axis.ticks
        for at in (100 * axis.share(tick),)
    )


def _panel(
    comparison: Comparison, one: Candidate, axes: tuple[Axis, Axis], number: int, *, first: bool
) -> str:
    best = None if first else comparison.candidates[0].band
    drawn = stretched(
        svg.curve_marks(one.band, best, axes, comparison.target), 100, kind="learning"
    )
    steps, scores = axes
    left = "".join(
        tag("span", escape(label(t)), style=f"top:{100 - 100 * scores.share(t):.1f}%")
        for t in scores.ticks
    )
    inner = tag("div", left, class_="ys") + drawn + tag("div", _ticks(steps), class_="xs")
    told = _ended(one)
    name = tag("h3", escape(one.name))
    return tag("div", name + figure(Frame(inner, "panel"), [told], number), class_="curve")


def _ended(one: Candidate) -> Text:
    """Return in a sentence where learning curves end."""
    low, median, high = one.band.low[-1], one.band.median[-1], one.band.high[-1]
    if not math.isfinite(median):
        return words.CURVE_GONE.fill(name=one.name)
    lowest = score(low) if math.isfinite(low) else words.DIVERGED
    return words.CURVE_SIDE.fill(name=one.name, median=score(median), low=lowest, high=score(high))


def _curve_table(shown: Sequence[Candidate]) -> str:
    """Return medians and quartiles at some steps as a table that can be opened."""
    points = range(len(shown[0].band.steps))
    step = max(1, math.ceil(len(points) / _POINTS_TOLD))
    kept = [*points[step - 1 : -1 : step], points[-1]]
    heads = [both(words.NAME), *(f"{shown[0].band.steps[at]:,}" for at in kept)]
    top = "".join(tag("th", head, scope="col") for head in heads)
    body = "".join(
        tag(
            "tr",
            tag("th", escape(one.name), scope="row")
            + "".join(
                tag(
                    "td",
                    f"{score(one.band.median[at])} ({interval(one.band.low[at], one.band.high[at])})",
                )
                for at in kept
                if at < len(one.band.steps)
            ),
        )
        for one in shown
    )
    inner = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    scroll = f'<div class="scroll" tabindex="0">{inner}</div>'
    return tag("details", f"<summary>{both(words.TABLE)}</summary>{scroll}")
