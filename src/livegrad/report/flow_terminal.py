"""How signal and gradient travel, in the terminal: the verdict, the ladder, and what follows."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text as Styled

from livegrad.flow.profile import Colour, FlowProfile
from livegrad.report import flow_words as words
from livegrad.report.axis import Axis
from livegrad.report.flow_facts import Lane, axis_of, gap_in_words, lanes, light_line
from livegrad.report.flow_rows import ROW_HEADS, figures, row
from livegrad.report.flow_rungs import print_ladder, small_ladder, spelled
from livegrad.report.lines import Page, fitted
from livegrad.text import Language, Text, preferred_language, same

__all__ = ["STYLES", "print_flow"]

STYLES: dict[Colour, str] = {"green": "green", "amber": "yellow", "red": "red"}
_LEAST_BLOCK, _GAP = 30, 3
_LEAST_TITLE = 16
_NUMBERED = same("{number}  {title}")


def print_flow(
    profiles: Sequence[FlowProfile], *, console: Console, language: Language | None = None
) -> None:
    """Print one flow whole, or several side by side.

    Args:
        profiles: Predictions and measurements; a measurement is printed beside the prediction of its
            depth.
        console: Where to.
        language: The reader's language by default.

    Example:
        >>> from livegrad.flow.profile import LayerFlow, Verdict
        >>> layer = LayerFlow(name="1", signal_variance=1.0, log10_gradient=0.0)
        >>> verdict = Verdict(code="healthy", text=same("Level."))
        >>> net = FlowProfile(
        ...     title=same("a net"), source="measured", layers=(layer,), verdict=verdict
        ... )
        >>> print_flow([net], console=Console(width=60), language="en")  # doctest: +ELLIPSIS
        a net
        HEALTHY  Level.
        ...
    """
    page = Page(console, language or preferred_language())
    drawn = lanes(profiles)
    if len(drawn) == 1:
        _alone(page, drawn[0])
        return
    for number, lane in enumerate(drawn, 1):
        _lead(page, lane, title=_NUMBERED.fill(number=number, title=lane.main.title))
        page.gap()
    _blocks(page, drawn, axis_of(drawn))
    _table(page, drawn)


def _alone(page: Page, lane: Lane) -> None:
    _lead(page, lane, title=lane.main.title)
    page.heading(words.LADDER)
    for sentence in gap_in_words(lane):
        page.say(spelled(page, sentence))
    print_ladder(page, lane)
    page.heading(words.FIGURES)
    _figures(page, lane.main)


def _lead(page: Page, lane: Lane, *, title: Text) -> None:
    profile = lane.main
    colour = profile.light.colour if profile.light else None
    page.say(spelled(page, title), style="bold")
    style = f"bold {STYLES[colour]}" if colour else "bold"
    name = page.spoken(words.VERDICT[profile.verdict.code]).upper()
    page.styled(
        Styled.assemble((name, style), "  ", spelled(page, profile.verdict.text)), hanging=2
    )
    page.labelled(words.LIGHT, spelled(page, light_line(profile)))
    for doubt in profile.verdict.doubts:
        page.labelled(words.DOUBT, spelled(page, doubt))


def _figures(page: Page, profile: FlowProfile) -> None:
    told = figures(profile)
    width = max(cell_len(spelled(page, fact.label)) for fact in told) + 2
    for fact in told:
        head = set_cell_size(spelled(page, fact.label), width)
        line = Styled.assemble((head, "dim"), spelled(page, fact.words))
        page.styled(line, hanging=width)


def _blocks(page: Page, drawn: Sequence[Lane], axis: Axis) -> None:
    """Print small ladders beside each other, on one axis."""
    across = max(1, min(len(drawn), (page.width + _GAP) // (_LEAST_BLOCK + _GAP)))
    width = (page.width - _GAP * (across - 1)) // across
    for start in range(0, len(drawn), across):
        blocks = [
            [
                Styled(fitted(f"{number} {spelled(page, lane.main.title)}", width), style="bold"),
                *small_ladder(page, lane, axis, width),
            ]
            for number, lane in enumerate(drawn[start : start + across], start + 1)
        ]
        for place in range(max(map(len, blocks))):
            line = Styled(" " * _GAP).join(
                block[place] if place < len(block) else Styled(" " * width) for block in blocks
            )
            page.styled(line)
        page.gap()


def _table(page: Page, drawn: Sequence[Lane]) -> None:
    """Print a row of figures for each network; the last columns go where room is short."""
    page.say(words.SIDE_BY_SIDE, style="bold")
    rows = [
        [f"{number} {spelled(page, lane.main.title)}", *(page.spoken(c) for c in row(lane.main))]
        for number, lane in enumerate(drawn, 1)
    ]
    heads = ["", *(spelled(page, head) for head in ROW_HEADS)]
    widths = [max(cell_len(one[i]) for one in (heads, *rows)) for i in range(len(heads))]
    while len(widths) > 2 and _LEAST_TITLE + sum(w + 2 for w in widths[1:]) > page.width:
        widths.pop()
    room = page.width - sum(width + 2 for width in widths[1:])
    widths[0] = min(widths[0], room)
    for one in (heads, *rows):
        cells = [fitted(spelled(page, c), w) for c, w in zip(one, widths, strict=False)]
        page.styled(Styled("  ".join(cells).rstrip(), style="dim" if one is heads else ""))
