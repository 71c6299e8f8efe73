"""The frame of every page: head, languages, light or dark, and how an own page is known and replaced."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from livegrad.errors import BadInput
from livegrad.report.markup import both, escape
from livegrad.text import Language, Text

__all__ = ["GENERATOR", "Frame", "is_own_page", "require_replaceable", "write"]

GENERATOR = '<meta name="generator" content="livegrad'
"""By this an own page is known, and may be replaced."""

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
    "There is no folder '{folder}' for the report '{path}'. Make the folder, or name another place.",
    "보고서 {path:을/를} 쓸 '{folder}' 폴더가 없습니다. 폴더를 만들거나 다른 곳을 정해 주세요.",
)
_NOT_WRITTEN = Text(
    "'{path}' could not be written: {reason}. The folder must exist and be writable. "
    "Give another file name.",
    "'{path}' 파일을 쓰지 못했습니다: {reason}. 쓸 수 있는 폴더가 있어야 합니다. "
    "다른 파일 이름을 주세요.",
)
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


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands around the body of a page.

    Attributes:
        title: Of the window, without the project's name.
        version: The livegrad that wrote it.
        skip: The link that leads past the bar.
        place: Id of the main part.
        kind: Its class; empty for none.
        styles: Files of this package, in order.
        scripts: Likewise; ``page.js`` switches language and theme.
    """

    title: Text
    version: str
    skip: Text
    place: str = "report"
    kind: str = ""
    styles: Sequence[str] = ("page.css",)
    scripts: Sequence[str] = ("page.js",)

    def around(self, body: str, language: Language) -> str:
        """Return the whole page, which opens in a language and holds both."""
        style, script = ("".join(map(_file, names)) for names in (self.styles, self.scripts))
        kind = f' class="{self.kind}"' if self.kind else ""
        return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
{GENERATOR} {escape(self.version)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_policy(script)}">
<meta name="color-scheme" content="light dark">
<title>livegrad: {escape(self.title.say(language))}</title>
<link rel="icon" href="data:,">
<style>
{style}</style>
</head>
<body id="top">
{self._bar()}
<main{kind} id="{self.place}">
{body}
</main>
<script>{script}</script>
</body>
</html>
"""

    def _bar(self) -> str:
        languages = "".join(
            f'<button type="button" data-lang="{code}" aria-label="{name}">{short}</button>'
            for code, short, name in (("ko", "한", "한국어"), ("en", "EN", "English"))
        )
        return (
            f'<a class="skip" href="#{self.place}">{both(self.skip)}</a>'
            f'<div class="top"><span class="mark">{_MARK}livegrad</span>'
            '<span class="needs-script" hidden>'
            f'<span class="group" role="group" aria-label="{_LANGUAGE.en}">{languages}</span>'
            f'<button type="button" id="theme"><span class="unseen">{both(_THEME)}</span>'
            f"{_HALF}</button>"
            "</span></div>"
        )


def write(page: str, path: str | Path) -> None:
    """Write a page; of existing files only livegrad's own are replaced.

    Raises:
        BadInput: The path is a folder or a file of someone else, or cannot be written.
    """
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
        if file.exists() and not is_own_page(file):
            raise BadInput(_FOREIGN.fill(path=path))
        if not file.parent.is_dir():
            raise BadInput(_NO_FOLDER.fill(path=path, folder=file.parent))
    except OSError as error:
        raise BadInput(_NOT_WRITTEN.fill(path=path, reason=error.strerror or error)) from error


def is_own_page(file: Path) -> bool:
    """Return whether a file is a page that livegrad wrote."""
    with file.open("rb") as opened:
        return GENERATOR.encode() in opened.read(_HEAD_BYTES)


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = f"style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'"
    return f"default-src 'none'; {allowed}"


def _file(name: str) -> str:
    return resources.files("livegrad.report").joinpath(name).read_text(encoding="utf-8")
