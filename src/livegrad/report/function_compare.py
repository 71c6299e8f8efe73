"""Several activations side by side: small pictures with one y axis, and a table of their figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text as Styled

from livegrad.errors import NoGain
from livegrad.functions.record import Activation
from livegrad.functions.vector import VectorActivation
from livegrad.report import braille
from livegrad.report import function_words as words
from livegrad.report.function_curve import pictures
from livegrad.report.function_facts import title
from livegrad.report.function_failures import tails
from livegrad.report.function_terminal import legend
from livegrad.report.function_words import amount, interval, span_words
from livegrad.report.lines import Page, fitted
from livegrad.text import Language, Text, join, preferred_language, same

__all__ = ["comparison", "print_comparison"]

_LEAST, _ROWS = 24, 7
_LABEL, _CELL, _GAP = 18, 13, 2
_DASH = same("–")


def comparison(activation: Activation | VectorActivation) -> tuple[tuple[Text, Text], ...]:
    """Return the figures by which activations are compared, as pairs of label and value.

    Example:
        >>> from livegrad.functions import elementwise
        >>> [str(value) for _, value in comparison(elementwise("relu"))]
        ['f ≥ 0', '0.3989', '0.5', '0.5', '1.414', '1.414', '1', '–', 'x < 0']
    """
    labels = (
        words.RANGE,
        words.MEAN,
        words.SQUARE,
        words.SLOPE_SQUARE,
        words.GAIN_FORWARD,
        words.GAIN_BACKWARD,
        words.STEEPEST_SLOPE,
        words.SLOPE_BELOW,
        words.SLOPE_ZERO,
    )
    if isinstance(activation, VectorActivation):
        return tuple((label, _DASH) for label in labels)
    properties = activation.properties
    faint = [span_words(span) for span in tails(activation)]
    dead = [span_words(span) for span in properties.dead]
    values = (
        interval(*properties.range, placed=False),
        same(amount(properties.mean(1.0))),
        same(amount(properties.mean_square(1.0))),
        same(amount(properties.mean_square_slope(1.0))),
        _gain(activation, forward=True),
        _gain(activation, forward=False),
        same(amount(properties.steepest_slope.value)),
        join(faint, between=", ") if faint else _DASH,
        join(dead, between=", ") if dead else _DASH,
    )
    return tuple(zip(labels, values, strict=True))


def print_comparison(
    activations: Sequence[Activation | VectorActivation],
    *,
    console: Console,
    language: Language | None = None,
) -> None:
    """Print small pictures with one y axis, and a table with a column for each activation.

    Args:
        activations: Two to eight.
        console: Where to.
        language: The reader's language by default.
    """
    page = Page(console, language or preferred_language())
    _pictures(page, activations)
    _table(page, activations)


def _gain(activation: Activation, *, forward: bool) -> Text:
    properties = activation.properties
    try:
        return same(amount((properties.forward_gain if forward else properties.backward_gain)(1.0)))
    except NoGain:
        return _DASH


def _pictures(page: Page, activations: Sequence[Activation | VectorActivation]) -> None:
    across = max(1, min(len(activations), (page.width + _GAP) // (_LEAST + _GAP)))
    width = (page.width - _GAP * (across - 1)) // across
    unicode = "utf" in page.console.encoding.lower()
    shown = pictures(activations)
    for start in range(0, len(shown), across):
        blocks = [
            [
                Styled(fitted(title(one), width), style="bold"),
                *braille.drawn(each, width=width, height=_ROWS, unicode=unicode),
            ]
            for one, each in zip(
                activations[start : start + across], shown[start : start + across], strict=True
            )
        ]
        _side_by_side(page, blocks, width)
        page.gap()
    dead, faint = (sum((getattr(p, kind) for p in shown), ()) for kind in ("dead", "faint"))
    page.say(legend(replace(shown[0], dead=dead, faint=faint), unicode=unicode), style="dim")


def _side_by_side(page: Page, blocks: list[list[Styled]], width: int) -> None:
    for row in range(max(map(len, blocks))):
        line = Styled()
        for block in blocks:
            cell = block[row] if row < len(block) else Styled()
            line = Styled.assemble(line, cell, " " * (width + _GAP - cell_len(cell.plain)))
        line.rstrip()
        page.styled(line)


def _table(page: Page, activations: Sequence[Activation | VectorActivation]) -> None:
    columns = [comparison(each) for each in activations]
    room = max(1, (page.width - _LABEL) // (_CELL + 1))
    for start in range(0, len(columns), room):
        page.gap()
        part = columns[start : start + room]
        names = [fitted(title(one), _CELL) for one in activations[start : start + room]]
        page.styled(Styled(" " * _LABEL + " ".join(names), style="bold"))
        for row, (label, _) in enumerate(part[0]):
            cells = [_wrapped(page.spoken(column[row][1])) for column in part]
            head = set_cell_size(page.spoken(label), _LABEL)
            for line in range(max(map(len, cells))):
                told = [cell[line] if line < len(cell) else "" for cell in cells]
                drawn = " ".join(fitted(each, _CELL) for each in told)
                page.styled(Styled.assemble((head if line == 0 else " " * _LABEL, "dim"), drawn))


def _wrapped(value: str) -> list[str]:
    return value.split(", ") if cell_len(value) > _CELL else [value]
