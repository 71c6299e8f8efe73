"""A comparison in the terminal: the conclusion, one row for each candidate on one axis, what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text as Styled

from livegrad.report import compare_words as words
from livegrad.report import flow_words
from livegrad.report.axis import Axis
from livegrad.report.compare_facts import Joined, Row, axis_of, clipped, joined, label, rows, score
from livegrad.report.compare_sentences import cost, level, setting, title
from livegrad.report.lines import Page, fitted
from livegrad.text import Language, Text, join, preferred_language
from livegrad.trials.comparison import Comparison

__all__ = ["print_comparison"]

_LEAST_PLOT, _MOST_PLOT = 14, 28
_MOST_NAME = 28
_MOST_LANES = 5


@dataclass(frozen=True)
class _Signs:
    """What a plot in text is made of."""

    line: str
    ends: str
    beyond: str
    best: str
    other: str
    joins: str


_PLAIN = _Signs(line="-", ends="||", beyond="<>", best="*", other="o", joins="/|\\")
_FINE = _Signs(line="─", ends="├┤", beyond="◂▸", best="●", other="○", joins="┌│└")


@dataclass(frozen=True)
class _Column:
    """A column of figures that goes where room is short; the least important first."""

    head: Text
    cell: Callable[[Row], Text | str]
    importance: int


def print_comparison(
    comparison: Comparison, *, console: Console, language: Language | None = None
) -> None:
    """Print a comparison.

    Args:
        comparison: What was found.
        console: Where to.
        language: The reader's language by default.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 8, "steps": 60, "lr": 0.01}
        >>> found = livegrad.compare(moons, activations=["relu", "tanh"], **quick)
        >>> print_comparison(found, console=Console(width=80), language="en")  # doctest: +ELLIPSIS
        moons: 2 candidates compared
        ...
    """
    page = Page(console, language or preferred_language())
    page.say(title(comparison), style="bold")
    page.say(comparison.conclusion)
    page.gap()
    _table(page, comparison)
    page.gap()
    page.say(setting(comparison))
    for remark in comparison.remarks:
        page.say(remark)
    page.say(cost(comparison))
    if comparison.command:
        page.heading(words.REPEAT)
        page.code(comparison.command)


# ------------------------------------------------------------ the table


def _table(page: Page, comparison: Comparison) -> None:
    told, axis = rows(comparison), axis_of(comparison)
    signs = _PLAIN if page.plain or "utf" not in page.console.encoding.lower() else _FINE
    names = [row.name for row in told]
    lines = [one for one in joined(comparison.ranking.groups, names) if one.lane < _MOST_LANES]
    lanes = 1 + max((line.lane for line in lines), default=-1)
    ranks = [page.spoken(text) for text in (words.RANK, *(row.rank for row in told))]
    rank, name = max(map(cell_len, ranks)), max(map(cell_len, names))
    name = max(cell_len(page.spoken(words.NAME)), min(_MOST_NAME, name))
    columns, gone = _chosen(page, comparison, told, rank + lanes + name + 3)
    widths = [_width(page, column, told) for column in columns]
    across = page.width - rank - lanes - name - 3 - sum(width + 2 for width in widths) - 2
    across = max(_LEAST_PLOT, min(_MOST_PLOT, across))
    for number, row in enumerate((None, *told), -1):
        cells = [column.head if row is None else column.cell(row) for column in columns]
        figures = [_right(page.spoken(c), w) for c, w in zip(cells, widths, strict=True)]
        told_name = page.spoken(words.NAME if row is None else row.name)
        parts = [fitted(ranks[number + 1], rank), _joins(lines, lanes, number, signs)]
        parts += [fitted(told_name, name), "", _ticks(axis, across) if row is None else ""]
        parts[-2] = "" if row is None else _plot(row, axis, across, signs)
        _put(page, row, parts, figures)
    _keys(page, comparison, signs, joins=bool(lines))
    if gone:
        page.say(flow_words.NO_ROOM.fill(names=_listed(gone)), style="dim")


def _put(page: Page, row: Row | None, parts: list[str], figures: list[str]) -> None:
    rank, joins, name, plot, ticks = parts
    style = "dim" if row is None else "bold" if row.best else ""
    colour = "green" if row is not None and row.best else ""
    mean, *rest = figures
    line = Styled.assemble(
        (rank, style), " ", (joins, "dim"), " ", (name, style), "  ", (mean, style),
        "  ", (plot, colour), (ticks, "dim"), *((f"  {cell}", "dim" if row is None else "") for cell in rest),
    )  # fmt: skip
    page.styled(line)


def _chosen(
    page: Page, comparison: Comparison, told: Sequence[Row], fixed: int
) -> tuple[list[_Column], list[Text]]:
    """Return the columns for which there is room, and the heads of the others."""
    columns, gone = _columns(comparison, told), list[_Column]()

    def room() -> int:
        used = sum(_width(page, column, told) + 2 for column in columns)
        return page.width - fixed - used - 2 - _LEAST_PLOT

    while len(columns) > 1 and room() < 0:
        gone.append(min(columns, key=lambda column: column.importance))
        columns.remove(gone[-1])
    return columns, [column.head for column in gone]


def _columns(comparison: Comparison, told: Sequence[Row]) -> list[_Column]:
    between = words.INTERVAL.fill(level=level(comparison))
    columns = [
        _Column(words.MEASURE[comparison.measure], lambda row: row.mean, 9),
        _Column(between, lambda row: row.interval, 1),
        _Column(words.SUCCESS, lambda row: row.success, 5),
        _Column(words.TIME, lambda row: row.time, 3),
        _Column(words.RATE, lambda row: row.rate, 4),
    ]
    if any(row.diverged for row in told):
        columns.append(_Column(words.DIVERGED, lambda row: row.diverged, 6))
    return columns


def _width(page: Page, column: _Column, told: Sequence[Row]) -> int:
    return max(
        cell_len(page.spoken(cell)) for cell in (column.head, *(column.cell(r) for r in told))
    )


def _keys(page: Page, comparison: Comparison, signs: _Signs, *, joins: bool) -> None:
    guess, target = score(comparison.guess), score(comparison.target)
    keys = [words.KEY_DOTS.fill(best=signs.best, other=signs.other)]
    keys += [words.KEY_TIES] if joins else []
    keys += [words.KEY_RANK, words.KEY_TARGET.fill(target=target, guess=guess)]
    axis = axis_of(comparison)
    if any(any(clipped(place, axis)) for place in comparison.ranking.places):
        keys.append(words.KEY_CLIPPED.fill(mark=signs.beyond[0]))
    page.say(join(keys), style="dim")


# ------------------------------------------------------------ marks in text


def _plot(row: Row, axis: Axis, width: int, signs: _Signs) -> str:
    """Return a candidate's interval as a line with its mean on it."""
    if row.place is None:
        return " " * width
    place = row.place
    at = [round(axis.share(v) * (width - 1)) for v in (place.low, place.mean, place.high)]
    cells = [signs.line if at[0] <= n <= at[2] else " " for n in range(width)]
    if place.high < axis.low:
        return signs.beyond[0].ljust(width)
    for end, beyond in enumerate(clipped(place, axis)):
        cells[at[2 * end]] = (signs.beyond if beyond else signs.ends)[end]
    if place.mean >= axis.low:
        cells[at[1]] = signs.best if row.best else signs.other
    return "".join(cells)


def _ticks(axis: Axis, width: int) -> str:
    """Return the numbers along the axis, those that have room."""
    written, reached = "", -1
    for tick in axis.ticks:
        told = label(tick)
        start = round(axis.share(tick) * (width - 1)) - len(told) // 2
        start = max(0, min(width - len(told), start))
        if start > reached:
            written = written.ljust(start) + told
            reached = len(written)
    return written.ljust(width)


def _joins(lines: Sequence[Joined], lanes: int, number: int, signs: _Signs) -> str:
    """Return what joins a row to its neighbours."""
    cells = [" "] * lanes
    for line in lines:
        if line.first <= number <= line.last:
            edge = 0 if number == line.first else 2 if number == line.last else 1
            cells[line.lane] = signs.joins[edge]
    return "".join(cells)


def _right(cell: str, width: int) -> str:
    return " " * (width - cell_len(cell)) + cell


def _listed(heads: Sequence[Text]) -> Text:
    return join(list(heads), between=", ")
