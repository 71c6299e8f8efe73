"""A diagnosis, or a watch at work, in a notebook: words, and the gradient ladder as a drawing without scripts.

A notebook's theme is not the system's: the card takes the colour of the text around it, and its own colours can be told
from a white and from a black ground alike.
"""

from __future__ import annotations

from collections.abc import Iterable

from livegrad import quantity
from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.report import sentences, words
from livegrad.report.cases import Case
from livegrad.report.clipping import clipping_in_words
from livegrad.report.figures import shortened
from livegrad.report.ladder import Butterfly, Rung, climb, side_by_side, thinned
from livegrad.report.location import place_of
from livegrad.report.markup import escape, tag
from livegrad.report.outcome import case_outcome, name_of
from livegrad.text import Language, Text, preferred_language

__all__ = ["card", "watch_card"]

MOST_ROWS = 24
_ROW, _BARS, _NUMBERS = 18, 320, 72
_LETTER = 7.5
_STYLE = """<style>
.lg-diagnosis { max-width: 46em; font-size: 14px; line-height: 1.5; color: inherit; }
.lg-diagnosis:lang(ko) { word-break: keep-all; overflow-wrap: anywhere; }
.lg-diagnosis p { margin: .3em 0; }
.lg-diagnosis .lg-head { font-size: 1.15em; font-weight: 600; }
.lg-diagnosis .lg-dim { opacity: .75; }
.lg-diagnosis ul { list-style: none; margin: .5em 0; padding: 0; }
.lg-diagnosis li { margin: .5em 0; padding: .1em 0 .1em .8em; border-left: 4px solid #7a8590; }
.lg-diagnosis li.lg-error { border-color: #d33f34; }
.lg-diagnosis li.lg-warning { border-color: #d9822b; }
.lg-diagnosis li li { border-left-width: 2px; }
.lg-diagnosis code { font-size: .92em; background: none; color: inherit; }
.lg-diagnosis svg { max-width: 100%; height: auto; font: 12px system-ui, sans-serif; color: inherit; }
.lg-diagnosis svg text { fill: currentColor; }
.lg-diagnosis svg .lg-alive { fill: #149482; }
.lg-diagnosis svg .lg-still { fill: currentColor; fill-opacity: .12; stroke: currentColor; stroke-opacity: .6; }
.lg-diagnosis svg .lg-broken { fill: none; stroke: #d33f34; stroke-dasharray: 3 3; }
.lg-diagnosis svg .lg-grid { stroke: currentColor; stroke-opacity: .15; }
</style>"""


def card(diagnosis: Diagnosis, language: Language | None = None) -> str:
    """Return a diagnosis as HTML in one language: the outcome, the findings, the ladder.

    Args:
        diagnosis: Of one training.
        language: The reader's by default.

    Example:
        >>> from livegrad.observation.evidence import Evidence
        >>> unseen = Diagnosis(
        ...     findings=(),
        ...     learning=None,
        ...     state=Text("", ""),
        ...     evidence=Evidence(model="Net", steps=0),
        ... )
        >>> "Nothing could be observed." in card(unseen, "en")
        True
    """
    spoken = language or preferred_language()
    case = Case(number=1, name=diagnosis.evidence.model, diagnosis=diagnosis)
    parts = [_said(case_outcome(case).headline, spoken, "lg-head")]
    parts.append(_said(diagnosis.state, spoken, "lg-dim"))
    parts.append(_list(diagnosis.findings, diagnosis, spoken))
    pair = side_by_side(climb(diagnosis.evidence), None)
    if pair.rows and pair.before.seen:
        told = sentences.ladder_in_words(pair.before)
        drawn = _ladder(pair, told.say(spoken))
        parts.append(tag("div", drawn) + _said(told, spoken, "lg-dim"))
    parts.append(_said(clipping_in_words(diagnosis.evidence), spoken, "lg-dim"))
    return tag("div", _STYLE + "".join(parts), class_="lg-diagnosis", lang=spoken)


def watch_card(lines: Iterable[Text], language: Language | None = None) -> str:
    """Return what a watch saw until now (`livegrad.report.watch_state`) as HTML in one language.

    Example:
        >>> from livegrad.report.watch_state import watch_lines
        >>> "is watching Net" in watch_card(watch_lines("Net", None, attached=True), "en")
        True
    """
    spoken = language or preferred_language()
    head, *rest = lines
    parts = [_said(head, spoken, "lg-head"), *(_said(line, spoken, "") for line in rest)]
    return tag("div", _STYLE + "".join(parts), class_="lg-diagnosis", lang=spoken)


def _said(text: Text | None, spoken: Language, kind: str) -> str:
    said = "" if text is None else text.say(spoken)
    return tag("p", escape(said), class_=kind) if said else ""


def _list(findings: Iterable[Finding], diagnosis: Diagnosis, spoken: Language) -> str:
    items = "".join(_finding(f, diagnosis, spoken) for f in findings)
    return tag("ul", items) if items else ""


def _finding(finding: Finding, diagnosis: Diagnosis, spoken: Language) -> str:
    severity = words.SEVERITY[finding.severity].say(spoken)
    name = tag("strong", escape(name_of(finding.code).say(spoken)))
    place = escape(place_of(finding, diagnosis.evidence).say(spoken))
    parts = [tag("p", f"{escape(severity)} {name} · {place}"), _said(finding.seen, spoken, "")]
    parts += [_said(cause, spoken, "") for cause in finding.causes]
    parts.append(_said(finding.harm, spoken, "lg-dim"))
    do = f"{words.DO.say(spoken)}: {finding.advice.say(spoken)}" if finding.advice.en else ""
    parts.append(tag("p", escape(do)) if do else "")
    below = "".join(_consequence(f, spoken) for f in finding.consequences)
    if below:
        head = tag("p", escape(words.EXPLAINS.say(spoken)), class_="lg-dim")
        parts.append(head + tag("ul", below))
    return tag("li", "".join(parts), class_=f"lg-{finding.severity}")


def _consequence(finding: Finding, spoken: Language) -> str:
    name = tag("strong", escape(name_of(finding.code).say(spoken)))
    head = tag("p", f"{name} · {escape(place_of(finding).say(spoken))}")
    return tag("li", head + _said(finding.seen, spoken, "lg-dim"), class_=f"lg-{finding.severity}")


def _ladder(pair: Butterfly, label: str) -> str:
    """The ladder with its names and numbers in one drawing: bars are ∂loss/∂z, numbers ∂loss/∂W."""
    rows = [pair.rows[i].before for i in thinned(len(pair.rows), MOST_ROWS)]
    left = 12 + round(_LETTER * max(len(shortened(rung.name)) for rung in rows if rung is not None))
    width, height = left + _BARS + _NUMBERS, _ROW * (len(rows) + 1)
    marks = [_text(left, 13, "∂loss/∂z"), _text(width - 4, 13, "∂loss/∂W", anchor="end")]
    for tick in pair.axis.ticks:
        x = f"{left + _BARS * pair.axis.share(tick):.1f}"
        marks.append(f'<path class="lg-grid" d="M{x} {_ROW}V{height}"/>')
    for place, rung in enumerate(rows, 1):
        if rung is not None:
            marks += _rung(rung, pair, place * _ROW, left)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg {size} role="img" aria-label="{escape(label)}">{"".join(marks)}</svg>'


def _rung(rung: Rung, pair: Butterfly, top: int, left: int) -> list[str]:
    share = {"zero": 0.0, "overflow": 1.0}.get(rung.state, pair.axis.share(rung.height or 0.0))
    look = "broken" if rung.state == "overflow" else "still" if rung.moves is False else "alive"
    bar = (
        f'<rect class="lg-{look}" x="{left}" y="{top + 4}" height="11" '
        f'width="{max(1.5, _BARS * share):.1f}"/>'
    )
    return [
        _text(left - 8, top + 14, shortened(rung.name), anchor="end"),
        *([] if rung.state == "unseen" else [bar]),
        _text(left + _BARS + _NUMBERS - 4, top + 14, quantity.power(rung.weight), anchor="end"),
    ]


def _text(x: float, y: float, said: str, *, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(said)}</text>'
