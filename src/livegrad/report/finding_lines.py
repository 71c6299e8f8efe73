"""Findings as lines of a terminal or a log: each with what it explains below it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text as Styled

from livegrad.codes import Severity
from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.report import sentences, words
from livegrad.report.lines import Page
from livegrad.report.location import place_of
from livegrad.report.outcome import meaning_of, name_of
from livegrad.text import Language, preferred_language

__all__ = ["print_finding", "put_findings"]

_STYLE: dict[Severity, str] = {"error": "bold red", "warning": "bold yellow", "note": "bold"}
_DEEPEST, _MOST = 8, 9


def print_finding(
    finding: Finding,
    *,
    console: Console,
    language: Language | None = None,
    evidence: Evidence | None = None,
) -> None:
    """Print one finding as soon as it is certain, while the training still runs.

    Args:
        finding: What was found.
        console: Where to.
        language: The reader's by default.
        evidence: What it was drawn from, for the line of code.
    """
    page = Page(console, language or preferred_language())
    _head(page, finding, evidence, indent=0)
    page.say(finding.seen, indent=2)


def put_findings(page: Page, findings: Iterable[Finding], evidence: Evidence) -> None:
    """Put findings on a page, the causes first, each with all that is known of it."""
    for finding in findings:
        _whole(page, finding, evidence)


def _whole(page: Page, finding: Finding, evidence: Evidence) -> None:
    _head(page, finding, evidence, indent=0)
    meaning = meaning_of(finding.code)
    if meaning is not None:
        page.say(meaning, indent=2, style="dim")
    page.labelled(words.SEEN, finding.seen, indent=2)
    for cause in finding.causes:
        page.labelled(words.WHY, cause, indent=2)
    page.labelled(words.HARM, finding.harm, indent=2)
    page.labelled(words.SURE, sentences.sureness(finding), indent=2)
    page.labelled(words.DO, finding.advice, indent=2)
    for consequence in finding.consequences:
        _consequence(page, consequence, evidence, indent=2)


def _consequence(page: Page, finding: Finding, evidence: Evidence, *, indent: int) -> None:
    before = f"{words.EXPLAINS.say(page.language)}: "
    _head(page, finding, evidence, indent=indent, before=before)
    page.say(finding.seen, indent=indent + 2)
    for consequence in finding.consequences[:_MOST] if indent < _DEEPEST else ():
        _consequence(page, consequence, evidence, indent=indent + 2)


def _head(
    page: Page, finding: Finding, evidence: Evidence | None, *, indent: int, before: str = ""
) -> None:
    severity = page.spoken(words.SEVERITY[finding.severity])
    name, place = page.spoken(name_of(finding.code)), page.spoken(place_of(finding, evidence))
    style = _STYLE[finding.severity]
    line = Styled.assemble(
        before, (severity.upper() if not before else severity, style), "  ", (name, "bold")
    )
    page.styled(line + Styled(f" · {place}" if place else ""), indent=indent, hanging=indent + 2)
