"""The whole catalogue in the terminal: its groups, one line for each activation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text as Styled

from livegrad.functions.record import Activation
from livegrad.functions.vector import VectorActivation
from livegrad.report import function_words as words
from livegrad.report.function_facts import GROUPS, group_of
from livegrad.report.lines import Page
from livegrad.text import Language, Text, preferred_language

__all__ = ["grouped", "print_catalogue"]

_HOW = Text(
    "{count} in all. One of them, or a formula of your own: livegrad show gelu · "
    "livegrad show 'x * sigmoid(x)'",
    "모두 {count}개입니다. 하나만 보거나 직접 쓴 수식을 보려면: livegrad show gelu · "
    "livegrad show 'x * sigmoid(x)'",
)


def grouped(
    entries: Iterable[Activation | VectorActivation],
) -> Mapping[str, tuple[Activation | VectorActivation, ...]]:
    """Return activations by their group, groups and activations in the order of reading.

    Example:
        >>> from livegrad.functions import ACTIVATIONS
        >>> list(grouped([ACTIVATIONS["tanh"], ACTIVATIONS["relu"]]))
        ['corner', 'bounded']
    """
    found: dict[str, list[Activation | VectorActivation]] = {key: [] for key in GROUPS}
    for entry in entries:
        found[group_of(entry)].append(entry)
    return {key: tuple(entries) for key, entries in found.items() if entries}


def print_catalogue(
    entries: Iterable[Activation | VectorActivation],
    *,
    console: Console,
    language: Language | None = None,
) -> None:
    """Print one line for each activation, in groups that they find by themselves.

    Args:
        entries: The catalogue.
        console: Where to.
        language: The reader's language by default.
    """
    page = Page(console, language or preferred_language())
    groups = grouped(entries)
    count = sum(map(len, groups.values()))
    page.say(words.CATALOGUE, style="bold")
    label = 2 + max((len(entry.id) for group in groups.values() for entry in group), default=0)
    for key, group in groups.items():
        page.heading(GROUPS[key])
        for entry in group:
            told = shortened(page.spoken(entry.about), page.width - label)
            page.styled(Styled.assemble((f"{entry.id:<{label}}", "cyan"), told))
    page.gap()
    page.say(_HOW.fill(count=count))


def shortened(sentence: str, width: int) -> str:
    """Return a sentence's beginning, at most so many columns wide.

    Example:
        >>> shortened("Cheap: it costs nothing. And more.", 30), shortened("Two words", 7)
        ('Cheap: it costs nothing', 'Two …')
    """
    first = sentence.partition(". ")[0].rstrip(".")
    if cell_len(first) <= width:
        return first
    cut = set_cell_size(first, width - 1).rstrip()  # a wide letter cut in two leaves a space
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:") + " …"
