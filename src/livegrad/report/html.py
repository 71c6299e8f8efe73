"""The report as one HTML file: both languages, nothing loaded, whole without scripts."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from livegrad.report import sections
from livegrad.report.cases import cases
from livegrad.report.facts import Report
from livegrad.report.frame import Frame, write
from livegrad.report.outcome import outcome
from livegrad.text import Language, Text, preferred_language, same

_SKIP = Text("To the report", "보고서로")


def to_html(report: Report, language: Language | None = None) -> str:
    """Return the report as a page that needs nothing but itself.

    Args:
        report: What to draw.
        language: Which language it opens in, by default the reader's; the other is in it too.
    """
    frame = Frame(
        title=same(report.recording.script),
        version=report.recording.versions.get("livegrad", ""),
        skip=_SKIP,
    )
    return frame.around(_body(report), language or preferred_language())


def write_html(report: Report, path: str | Path, language: Language | None = None) -> None:
    """Write the page to ``path``; of existing files only livegrad's own reports are replaced.

    Raises:
        BadInput: The path is a folder or another file, or cannot be written.
    """
    write(to_html(report, language), path)


def _body(report: Report) -> str:
    found, ids = cases(report), count(1)
    parts = [sections.lead(report, outcome(report))]
    parts += [sections.training(case, among=len(found), ids=ids) for case in found]
    return "\n".join([*parts, sections.repeat(report)])
