"""A flow as one HTML file: verdict, ladder, figures, heat map; both languages, nothing loaded."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import get_args

from livegrad import __version__
from livegrad.flow.profile import Colour, FlowProfile, Light
from livegrad.report import flow_words as words
from livegrad.report.flow_facts import Lane, lanes, light_line
from livegrad.report.flow_figures import Axes, axes_of, ladder, legend
from livegrad.report.flow_rows import ROW_HEADS, figures, row
from livegrad.report.frame import Frame
from livegrad.report.markup import both, escape, tag
from livegrad.report.sentences import capital
from livegrad.text import Language, Text, preferred_language

__all__ = ["to_page"]

_COLOURS: tuple[Colour, ...] = get_args(Colour)


def to_page(
    profiles: Sequence[FlowProfile],
    language: Language | None = None,
    *,
    command: str = "",
    sections: Sequence[str] = (),
    title: Text | None = None,
) -> str:
    """Return flows as a page that needs nothing but itself.

    Args:
        profiles: Predictions and measurements; a measurement is drawn into the ladder of the
            prediction of its depth.
        language: Which language it opens in, by default the reader's; the other is in it too.
        command: The command that made it, to be shown; empty to show none.
        sections: More of the page, as HTML.
        title: Of a page without profiles.

    Example:
        >>> from livegrad.flow.profile import LayerFlow, Verdict
        >>> from livegrad.text import same
        >>> one = LayerFlow(name="1", signal_variance=1.0, log10_gradient=0.0)
        >>> verdict = Verdict(code="healthy", text=same("Level."))
        >>> net = FlowProfile(title=same("net"), source="predicted", layers=(one,), verdict=verdict)
        >>> to_page([net], "en").splitlines()[:2]
        ['<!doctype html>', '<html lang="en">']
    """
    drawn = lanes(profiles)
    name = title or (drawn[0].main.title if len(drawn) == 1 else words.FLOW)
    frame = Frame(
        title=name,
        version=__version__,
        skip=words.SKIP,
        kind="flow",
        styles=("page.css", "flow.css"),
    )
    body = "\n".join([*_body(drawn, name), *sections, _repeat(command)])
    return frame.around(body, language or preferred_language())


# ------------------------------------------------------------ parts


def _body(drawn: Sequence[Lane], name: Text) -> list[str]:
    head = tag("h1", both(name))
    if not drawn:
        return [head]
    axes, numbers = axes_of(drawn), count(1)
    if len(drawn) == 1:
        return [_verdict(drawn[0].main, head), *_alone(drawn[0], axes, numbers)]
    cards = "".join(_lane(lane, axes, next(numbers)) for lane in drawn)
    compared = tag("section", tag("h2", both(words.SIDE_BY_SIDE)) + _compared(drawn), class_="card")
    ladders = tag("h2", both(words.LADDER)) + legend(drawn) + tag("div", cards, class_="lanes")
    return [tag("header", head), compared, tag("section", ladders)]


def _alone(lane: Lane, axes: Axes, numbers: count[int]) -> list[str]:
    drawn = tag("h2", both(words.LADDER)) + legend([lane]) + ladder(lane, axes, next(numbers))
    told = tag("h2", both(words.FIGURES)) + _figures(lane.main)
    return [tag("section", drawn, class_="card"), tag("section", told, class_="card")]


def _verdict(profile: FlowProfile, head: str) -> str:
    told = tag("p", both(capital(words.VERDICT[profile.verdict.code])), class_="name")
    told += tag("p", both(profile.verdict.text))
    lamps = _lamps(profile.light)
    signal = tag("div", lamps + tag("p", both(light_line(profile))), class_="signal")
    doubts = "".join(tag("p", both(doubt), class_="trouble") for doubt in profile.verdict.doubts)
    return tag("header", head + told + signal + doubts, class_="verdict")


def _lamps(light: Light | None) -> str:
    """Return three lamps of which one is lit; beside them stands in words which."""
    lit = light.colour if light is not None else None
    lamps = "".join(f'<i class="{c}{" lit" if c == lit else ""}"></i>' for c in _COLOURS)
    return f'<span class="lamps" aria-hidden="true">{lamps}</span>'


def _lane(lane: Lane, axes: Axes, number: int) -> str:
    profile = lane.main
    head = tag("h3", both(profile.title))
    brief = _lamps(profile.light) + tag(
        "strong", both(capital(words.VERDICT[profile.verdict.code]))
    )
    told = tag("p", both(profile.verdict.text), class_="small")
    told += tag("p", both(light_line(profile)), class_="small")
    told += "".join(tag("p", both(doubt), class_="trouble") for doubt in profile.verdict.doubts)
    drawn = ladder(lane, axes, number)
    more = f"<details><summary>{both(words.FIGURES)}</summary>{_figures(profile)}</details>"
    brief = tag("div", brief, class_="brief")
    return tag("article", head + brief + told + drawn + more, class_="card")


def _figures(profile: FlowProfile) -> str:
    rows = "".join(
        f"<dt>{both(fact.label)}</dt><dd>{both(fact.words)}</dd>" for fact in figures(profile)
    )
    return f'<dl class="figures">{rows}</dl>'


def _compared(drawn: Sequence[Lane]) -> str:
    heads = "<td></td>" + "".join(tag("th", both(head), scope="col") for head in ROW_HEADS)
    rows = "".join(
        tag(
            "tr",
            tag("th", both(lane.main.title), scope="row")
            + "".join(tag("td", both(cell)) for cell in row(lane.main)),
        )
        for lane in drawn
    )
    table = f'<table class="compared"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<div class="scroll" tabindex="0">{table}</div>'


def _repeat(command: str) -> str:
    if not command:
        return ""
    return f"<section><h2>{both(words.REPEAT)}</h2><pre>{escape(command)}</pre></section>"
