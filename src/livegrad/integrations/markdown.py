"""The findings as Markdown, for the places that show text: TensorBoard, W&B, MLflow, a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.report import sentences, words
from livegrad.report.cases import Case
from livegrad.report.location import place_of
from livegrad.report.outcome import case_outcome, name_of
from livegrad.text import Language, Text, preferred_language

__all__ = ["findings_markdown"]

_SPECIAL = re.compile(r"([\\*_<>|\[\]~])")
_MOST_LEVELS = 4


def findings_markdown(diagnosis: Diagnosis, language: Language | None = None) -> str:
    """Return the outcome in bold, then each finding under its own heading, its consequences below it.

    Args:
        diagnosis: Of one training.
        language: The reader's by default.

    Example:
        >>> from livegrad.observation.evidence import Evidence
        >>> seen = Evidence(model="Net", steps=100)
        >>> state = Text("The loss fell.", "손실이 줄었습니다.")
        >>> learned = Diagnosis(findings=(), learning=True, state=state, evidence=seen)
        >>> print(findings_markdown(learned, "en"))
        **It learns; nothing was found.** The loss fell.
    """
    spoken = language or preferred_language()
    outcome = case_outcome(Case(number=1, name=diagnosis.evidence.model, diagnosis=diagnosis))
    lead = f"**{_said(outcome.headline, spoken)}**"
    if diagnosis.observed:
        lead += f" {_said(diagnosis.state, spoken)}"
    elif outcome.why is not None:
        lead += f" {_said(outcome.why, spoken)}"
    blocks = [lead.strip()]
    for finding in diagnosis.findings:
        blocks += _blocks(finding, diagnosis, spoken)
    return "\n\n".join(blocks)


def _blocks(finding: Finding, diagnosis: Diagnosis, language: Language) -> Iterator[str]:
    severity = words.SEVERITY[finding.severity].say(language)
    place = place_of(finding, diagnosis.evidence)
    yield f"### {severity} · {_said(name_of(finding.code), language)} · {_said(place, language)}"
    labelled = [(words.SEEN, finding.seen)]
    labelled += [(words.WHY, cause) for cause in finding.causes]
    labelled += [(words.HARM, finding.harm), (words.SURE, sentences.sureness(finding))]
    labelled += [(words.DO, finding.advice)]
    lines = [
        f"- **{label.say(language)}:** {_said(text, language)}"
        for label, text in labelled
        if text.say(language)
    ]
    for consequence in finding.consequences:
        lines += _consequence(consequence, language, level=0)
    yield "\n".join(lines)


def _consequence(finding: Finding, language: Language, *, level: int) -> Iterator[str]:
    label, name = words.EXPLAINS.say(language), _said(name_of(finding.code), language)
    place = _said(place_of(finding), language)
    yield f"{'    ' * level}- **{label}:** {name} · {place}. {_said(finding.seen, language)}"
    if level < _MOST_LEVELS:
        for consequence in finding.consequences:
            yield from _consequence(consequence, language, level=level + 1)


def _said(text: Text, language: Language) -> str:
    """What a reader should see as it is: a layer called ``__main__`` must not become bold."""
    pieces = text.say(language).split("`")
    return "`".join(p if i % 2 else _SPECIAL.sub(r"\\\1", p) for i, p in enumerate(pieces))
