"""A diagnosis as plain words: what ``print(diagnosis)`` gives, and what a failed test says."""

from __future__ import annotations

import io
from collections.abc import Iterable

from rich.console import Console

from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.report.cases import Case
from livegrad.report.clipping import clipping_in_words
from livegrad.report.finding_lines import put_findings
from livegrad.report.ladder import climb
from livegrad.report.lines import WIDEST, Page
from livegrad.report.outcome import case_outcome
from livegrad.report.sentences import ladder_in_words
from livegrad.text import Language, preferred_language

__all__ = ["diagnosis_words", "finding_words"]


def diagnosis_words(diagnosis: Diagnosis, language: Language | None = None) -> str:
    """Return a diagnosis as plain text: the outcome, the state of the loss, the findings, the gradient.

    Args:
        diagnosis: Of one training.
        language: The reader's by default.

    Example:
        >>> from livegrad.observation.evidence import Evidence
        >>> from livegrad.text import Text
        >>> unseen = Diagnosis(
        ...     findings=(),
        ...     learning=None,
        ...     state=Text("", ""),
        ...     evidence=Evidence(model="Net", steps=0),
        ... )
        >>> diagnosis_words(unseen, "en")
        'Nothing could be observed.'
    """
    page = _page(language)
    case = Case(number=1, name=diagnosis.evidence.model, diagnosis=diagnosis)
    page.say(case_outcome(case).headline)
    if diagnosis.state.en:
        page.say(diagnosis.state)
    if diagnosis.findings:
        page.gap()
        put_findings(page, diagnosis.findings, diagnosis.evidence)
    told = [clipping_in_words(diagnosis.evidence)]
    ladder = climb(diagnosis.evidence)
    told += [ladder_in_words(ladder)] if ladder.rungs and ladder.seen else []
    if any(told):
        page.gap()
    for text in filter(None, told):
        page.say(text)
    return _written(page)


def finding_words(
    findings: Iterable[Finding], diagnosis: Diagnosis, language: Language | None = None
) -> str:
    """Return findings of a diagnosis as plain text, as the terminal's report has them.

    Example:
        >>> from livegrad.observation.evidence import Evidence
        >>> from livegrad.text import same
        >>> found = Finding(
        ...     code="saturation",
        ...     severity="note",
        ...     place="0",
        ...     seen=same("flat"),
        ...     harm=same(""),
        ...     advice=same(""),
        ... )
        >>> seen = Evidence(model="Net", steps=9)
        >>> whole = Diagnosis(findings=(found,), learning=True, state=same(""), evidence=seen)
        >>> finding_words([found], whole, "en").splitlines()[0]
        'NOTE  saturation · 0'
    """
    page = _page(language)
    put_findings(page, findings, diagnosis.evidence)
    return _written(page)


def _page(language: Language | None) -> Page:
    console = Console(
        file=io.StringIO(), width=WIDEST, no_color=True, force_terminal=False, legacy_windows=False
    )
    return Page(console, language or preferred_language())


def _written(page: Page) -> str:
    file = page.console.file
    return file.getvalue().strip("\n") if isinstance(file, io.StringIO) else ""
