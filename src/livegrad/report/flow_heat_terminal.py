"""A sweep in the terminal: a map of characters, their shape the verdict and their fill the light."""

from __future__ import annotations

import math

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text as Styled

from livegrad import quantity
from livegrad.flow.profile import VerdictCode
from livegrad.flow.sweep_record import Sweep, SweepCell
from livegrad.report import flow_words as words
from livegrad.report.flow_facts import decimals
from livegrad.report.flow_heat import Field, axis_words, field_of, in_words, label, strong, title
from livegrad.report.flow_rungs import spelled
from livegrad.report.flow_terminal import STYLES
from livegrad.report.lines import Page, fitted
from livegrad.text import Language, Text, join, preferred_language, same

__all__ = ["MARKS", "print_sweep"]

MARKS: dict[VerdictCode, tuple[str, str]] = {
    "healthy": ("●", "○"),
    "vanishes": ("▼", "▽"),
    "explodes": ("▲", "△"),
    "collapses": ("■", "□"),
    "cannot-say": ("?", "?"),
}
"""By verdict: where the light is sure of it, and where it is not."""

_PLAIN: dict[VerdictCode, tuple[str, str]] = {
    "healthy": ("O", "o"),
    "vanishes": ("V", "v"),
    "explodes": ("E", "e"),
    "collapses": ("C", "c"),
    "cannot-say": ("?", "?"),
}
_NO_PREDICTION = ("×", "x")
_WIDEST_LABEL = 16
_KEY = Text("{sure} {verdict}", "{sure} {verdict}")
_KEY_BOTH = Text("{sure}{unsure} {verdict}", "{sure}{unsure} {verdict}")
_FILLED = Text(
    "{filled}: the light is green (healthy) or red (the others); {hollow}: it is amber",
    "{filled}: 신호등이 초록(건강)이나 빨강(그 밖), {hollow}: 노랑",
)
_REACH = Text("{mark} trainable depth as predicted", "{mark} 학습 가능한 깊이(예측)")
_SOME = Text(
    "{shown} of {all} columns are shown; --html and --json hold all.",
    "{all}열 가운데 {shown}열을 보입니다. --html과 --json에는 모두 있습니다.",
)
_HEADS = (
    words.VERDICT_HEAD,
    words.LIGHT,
    words.FIRST_HEAD,
    words.CORRELATION_HEAD,
    words.TRAINABLE,
)


def print_sweep(swept: Sweep, *, console: Console, language: Language | None = None) -> None:
    """Print a sweep of two axes as a map, one of one axis as a table.

    Args:
        swept: What to print.
        console: Where to.
        language: The reader's language by default.

    Example:
        >>> from livegrad.flow.sweep_record import SweepAxis
        >>> cell = SweepCell(
        ...     log10_gradient=0,
        ...     correlation=0,
        ...     verdict="healthy",
        ...     colour="green",
        ...     trainable_depth=20,
        ... )
        >>> axes = (SweepAxis(name="depth", values=(10,)),)
        >>> swept = Sweep(activation="relu", axes=axes, cells=((cell,),))
        >>> print_sweep(swept, console=Console(width=70), language="en")
        relu: depth
        healthy: 1 of 1. Lights, for : green 1.
        <BLANKLINE>
        depth  verdict  light  ∂loss/∂z at 1  c at the end  trainable depth
        10     healthy  green  1              0.000         20
    """
    page = Page(console, language or preferred_language())
    page.say(spelled(page, title(swept)), style="bold")
    page.say(spelled(page, join(list(in_words(swept)))))
    page.gap()
    if len(swept.axes) == 1:
        _table(page, swept)
    else:
        _map(page, field_of(swept))


# ------------------------------------------------------------ the map


def _map(page: Page, field: Field) -> None:
    order = range(len(field.rows.values))
    names = [spelled(page, label(value)) for value in field.rows.values]
    width = min(_WIDEST_LABEL, max(cell_len(name) for name in names))
    each, shown = _columns(field, page.width - width - 2)
    page.say(spelled(page, axis_words(field.rows)), style="dim")
    for place in reversed(order) if field.upwards else order:
        named = fitted(names[place], min(width, cell_len(names[place])))
        line = Styled(" " * (width - cell_len(named)) + named + " ")
        line += Styled("|" if page.plain else "│", style="dim")
        for column in shown:
            line += _cell(page, field, place, column, each)
        page.styled(line)
    _foot(page, field, shown, (width, each))
    _legend(page, field)
    if len(shown) < len(field.columns.values):
        page.say(_SOME.fill(shown=len(shown), all=len(field.columns.values)), style="dim")


def _columns(field: Field, room: int) -> tuple[int, list[int]]:
    """Return how many characters each column gets, and which columns are shown."""
    count = len(field.columns.values)
    each = 2
    if not field.columns.ordered:
        longest = max(cell_len(label(value)) for value in field.columns.values)
        each = max(2, min(longest + 1, room // max(1, count)))
    step = max(1, math.ceil(count * each / max(each, room)))
    return each, list(range(0, count, step))


def _cell(page: Page, field: Field, row: int, column: int, each: int) -> Styled:
    cell = field.cells[row][column]
    mark, between = mark_of(page, cell), " "
    if _ends_here(field, row, column):
        between = ("-" if page.plain else "─") if field.rows.name == "depth" else "|"
    style = STYLES[cell.colour] if cell.colour else "dim"
    return Styled.assemble((mark, style), between, " " * (each - 2))


def mark_of(page: Page, cell: SweepCell) -> str:
    """Return the character of a cell."""
    if cell.problem is not None:
        return _NO_PREDICTION[page.plain]
    return (_PLAIN if page.plain else MARKS)[cell.verdict][0 if strong(cell) else 1]


def _ends_here(field: Field, row: int, column: int) -> bool:
    """Return whether the trainable depth falls into this cell."""
    along, other = (row, column) if field.rows.name == "depth" else (column, row)
    reach = field.reach
    if not reach or reach[other] is None:
        return False
    return math.floor(reach[other] or 0.0) == along


def _foot(page: Page, field: Field, shown: list[int], sizes: tuple[int, int]) -> None:
    """Print the axis at the foot: as many values as fit, and its name."""
    width, each = sizes
    corner, rule = ("+", "-") if page.plain else ("└", "─")
    page.styled(Styled(" " * (width + 1) + corner + rule * (each * len(shown)), style="dim"))
    told = [spelled(page, label(field.columns.values[column])) for column in shown]
    if not field.columns.ordered:
        told = [fitted(one, min(cell_len(one), each - 1)) for one in told]
    step = math.ceil((max(map(cell_len, told)) + 1) / each)
    line = ""
    for place in range(0, len(shown), step):
        line = set_cell_size(line, place * each) + told[place]
    page.styled(Styled(" " * (width + 2) + line))
    page.styled(Styled(" " * (width + 2) + spelled(page, axis_words(field.columns)), style="dim"))


def _legend(page: Page, field: Field) -> None:
    marks = _PLAIN if page.plain else MARKS
    cells = [cell for row in field.cells for cell in row]
    found = {cell.verdict for cell in cells if cell.problem is None}
    told = [
        (_KEY if sure == unsure else _KEY_BOTH).fill(
            sure=sure, unsure=unsure, verdict=words.SHORT_VERDICT[code]
        )
        for code, (sure, unsure) in marks.items()
        if code in found
    ]
    if any(cell.problem is not None for cell in cells):
        told.append(join([same(_NO_PREDICTION[page.plain]), words.NO_PREDICTION]))
    if any(place is not None for place in field.reach):
        mark = "|" if field.rows.name != "depth" else "-" if page.plain else "─"
        told.append(_REACH.fill(mark=mark))
    page.say(spelled(page, join(told, between=" · ")), style="dim")
    filled = "".join(sure for code, (sure, _) in marks.items() if code in found)
    hollow = "".join(unsure for code, (_, unsure) in marks.items() if code in found)
    if any(cell.colour for cell in cells):
        page.say(_FILLED.fill(filled=filled, hollow=hollow), style="dim")


# ------------------------------------------------------------ the table of one axis


def _table(page: Page, swept: Sweep) -> None:
    axis = swept.axes[0]
    heads = [page.spoken(axis_words(axis)), *map(page.spoken, _HEADS)]
    rows = [
        [label(value), *(page.spoken(text) for text in _row(cells[0]))]
        for value, cells in zip(axis.values, swept.cells, strict=True)
    ]
    heads, *rows = ([spelled(page, cell) for cell in one] for one in (heads, *rows))
    widths = [max(cell_len(one[i]) for one in (heads, *rows)) for i in range(len(heads))]
    while len(widths) > 2 and sum(w + 2 for w in widths) - 2 > page.width:
        widths.pop()
    for place, one in enumerate((heads, *rows)):
        cells = [set_cell_size(c, w) for c, w in zip(one, widths, strict=False)]
        colour = swept.cells[place - 1][0].colour if place else None
        style = STYLES[colour] if colour else "dim" if not place else ""
        page.styled(Styled("  ".join(cells).rstrip(), style=style))


def _row(cell: SweepCell) -> tuple[Text, ...]:
    if cell.problem is not None:
        return (words.NO_PREDICTION, *[same(quantity.UNSEEN)] * 4)
    depth = cell.trainable_depth
    return (
        words.SHORT_VERDICT[cell.verdict],
        words.COLOUR[cell.colour] if cell.colour else same(quantity.UNSEEN),
        same(quantity.power(cell.log10_gradient)),
        same(decimals(cell.correlation)),
        words.MORE_THAN if depth == math.inf else same(_layers(depth)),
    )


def _layers(depth: float | None) -> str:
    return quantity.UNSEEN if depth is None else f"{depth:,.0f}"
