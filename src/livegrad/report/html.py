"""The report as one HTML file: both languages, nothing loaded, whole without scripts."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from itertools import count
from pathlib import Path

from livegrad.errors import BadInput
from livegrad.report import sections
from livegrad.report.cases import cases
from livegrad.report.facts import Report
from livegrad.report.markup import both, escape
from livegrad.report.outcome import outcome
from livegrad.text import Language, Text, preferred_language

GENERATOR = '<meta name="generator" content="livegrad'
"""By this an own report is known, and may be replaced."""

_HEAD_BYTES = 2048
_FOREIGN = Text(
    "'{path}' exists and is not a livegrad report. livegrad replaces only its own reports. "
    "Give another file name.",
    "'{path}' 파일이 이미 있는데 livegrad의 보고서가 아닙니다. "
    "livegrad는 자기 보고서만 덮어씁니다. 다른 파일 이름을 주세요.",
)
_FOLDER = Text(
    "'{path}' is a folder. A report is one file. Give a file name, such as '{path}/report.html'.",
    "'{path}'는 폴더입니다. 보고서는 파일 하나입니다. '{path}/report.html'처럼 파일 이름을 주세요.",
)
_NO_FOLDER = Text(
    "There is no folder '{folder}' for the report '{path}'. Make the folder, or name another place with --report.",
    "보고서 {path:을/를} 쓸 '{folder}' 폴더가 없습니다. 폴더를 만들거나 --report로 다른 곳을 정해 주세요.",
)
_NOT_WRITTEN = Text(
    "'{path}' could not be written: {reason}. The folder must exist and be writable. "
    "Give another file name.",
    "'{path}' 파일을 쓰지 못했습니다: {reason}. 쓸 수 있는 폴더가 있어야 합니다. "
    "다른 파일 이름을 주세요.",
)
_TITLE = Text("livegrad: {script}", "livegrad: {script}")
_SKIP = Text("To the report", "보고서로")
_LANGUAGE = Text("language · 언어", "language · 언어")
_THEME = Text("light or dark", "밝게 또는 어둡게")
_MARK = (
    '<svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">'
    '<path class="rail" d="M3.5 1v18M16.5 1v18M3.5 4h13"/>'
    '<path class="rung" d="M3.5 8.5h9M3.5 12.5h6M3.5 16.5h3"/></svg>'
)
_HALF = (
    '<svg viewBox="0 0 14 14" aria-hidden="true" focusable="false">'
    '<circle cx="7" cy="7" r="6" fill="none" stroke="currentColor" stroke-width="1.5"/>'
    '<path d="M7 1a6 6 0 0 0 0 12z" fill="currentColor"/></svg>'
)


def to_html(report: Report, language: Language | None = None) -> str:
    """Return the report as a page that needs nothing but itself.

    Args:
        report: What to draw.
        language: Which language it opens in, by default the reader's; the other is in it too.
    """
    opening = language or preferred_language()
    style, script = _data("page.css"), _data("page.js")
    title = _TITLE.fill(script=report.recording.script)
    return f"""<!doctype html>
<html lang="{opening}">
<head>
<meta charset="utf-8">
{GENERATOR} {escape(report.recording.versions.get("livegrad", ""))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_policy(script)}">
<meta name="color-scheme" content="light dark">
<title>{escape(title.say(opening))}</title>
<link rel="icon" href="data:,">
<style>
{style}</style>
</head>
<body>
{_bar()}
<main id="report">
{_body(report)}
</main>
<script>{script}</script>
</body>
</html>
"""


def write_html(report: Report, path: str | Path, language: Language | None = None) -> None:
    """Write the page to ``path``; of existing files only livegrad's own reports are replaced.

    Raises:
        BadInput: The path is a folder or another file, or cannot be written.
    """
    page = to_html(report, language)
    require_replaceable(path)
    try:
        Path(path).write_text(page, encoding="utf-8", errors="xmlcharrefreplace")
    except OSError as error:
        raise BadInput(_NOT_WRITTEN.fill(path=path, reason=error.strerror or error)) from error


def require_replaceable(path: str | Path) -> None:
    """Raise `BadInput` if ``path`` may not be written: a folder, or a file that livegrad did not write.

    Asked before a long run, so that its result is not lost for want of a place.
    """
    file = Path(path)
    try:
        if file.is_dir():
            raise BadInput(_FOLDER.fill(path=path))
        if file.exists() and not is_own_report(file):
            raise BadInput(_FOREIGN.fill(path=path))
        if not file.parent.is_dir():
            raise BadInput(_NO_FOLDER.fill(path=path, folder=file.parent))
    except OSError as error:
        raise BadInput(_NOT_WRITTEN.fill(path=path, reason=error.strerror or error)) from error


def is_own_report(file: Path) -> bool:
    """Return whether a file is a report that livegrad wrote."""
    with file.open("rb") as opened:
        return GENERATOR.encode() in opened.read(_HEAD_BYTES)


def _body(report: Report) -> str:
    found, ids = cases(report), count(1)
    parts = [sections.lead(report, outcome(report))]
    parts += [sections.training(case, among=len(found), ids=ids) for case in found]
    return "\n".join([*parts, sections.repeat(report)])


def _bar() -> str:
    languages = "".join(
        f'<button type="button" data-lang="{code}" aria-label="{name}">{short}</button>'
        for code, short, name in (("ko", "한", "한국어"), ("en", "EN", "English"))
    )
    return (
        f'<a class="skip" href="#report">{both(_SKIP)}</a>'
        f'<div class="top"><span class="mark">{_MARK}livegrad</span>'
        '<span class="needs-script" hidden>'
        f'<span class="group" role="group" aria-label="{_LANGUAGE.en}">{languages}</span>'
        f'<button type="button" id="theme"><span class="unseen">{both(_THEME)}</span>'
        f"{_HALF}</button>"
        "</span></div>"
    )


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = f"style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'"
    return f"default-src 'none'; {allowed}"


def _data(name: str) -> str:
    return resources.files("livegrad.report").joinpath(name).read_text(encoding="utf-8")
