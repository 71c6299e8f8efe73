"""Facts as lines of a terminal: labels on the left, values below each other."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from rich.text import Text as Styled

from livegrad.report.function_facts import Fact
from livegrad.report.lines import Page
from livegrad.text import Text

__all__ = ["fact_lines", "section"]

_WIDEST_LABEL = 15


def fact_lines(page: Page, found: Iterable[Fact], width: int) -> list[Styled]:
    """Return facts as lines of at most so many columns, values below each other."""
    found = list(found)
    longest = max((cell_len(page.spoken(fact.label)) for fact in found), default=0)
    label = min(longest, _WIDEST_LABEL) + 2
    lines = []
    for fact in found:
        head = set_cell_size(page.spoken(fact.label), label)
        for value in _values(page, fact, width - label):
            lines.append(Styled.assemble((head, "dim"), value))
            head = " " * label
    return lines


def _values(page: Page, fact: Fact, width: int) -> list[Styled]:
    """Return a value in lines of at most so many columns."""
    parts = [Styled(page.spoken(part)) for part in fact.lines or (fact.words,)]
    lines = [line for part in parts for line in part.wrap(page.console, width, overflow="fold")]
    for line in lines:
        line.rstrip()
    return lines


def section(page: Page, name: Text, found: Iterable[Fact]) -> None:
    """Print facts under a title."""
    page.heading(name)
    for line in fact_lines(page, found, page.width):
        page.styled(line)
