"""The page: one file, both languages, safe, accessible, and alive in a browser."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import pytest
from report import specimens
from report.browsing import opened

from livegrad.errors import BadInput
from livegrad.report.html import to_html, write_html

VOID = {"meta", "link", "br", "path", "rect", "circle"}
TEXT_TOKENS = ("ink", "ink-2", "ink-3", "alive-ink", "alert")
GROUND_TOKENS = ("paper", "panel", "sunk")


class Page(HTMLParser):
    """What a page holds: its nesting, headings, named images, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.named: list[str] = []
        self.ids: list[str] = []
        self.loads: list[str] = []
        self.tags: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.named += [given.get("aria-labelledby") or ""] if given.get("role") == "img" else []
        self.loads += [
            v or ""
            for k, v in attrs
            if k in ("src", "href", "action", "srcset", "data", "xlink:href")
        ]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("name", specimens.ALL)
def test_every_page_is_whole_self_contained_and_in_order(name: str) -> None:
    text = to_html(specimens.ALL[name](), "en")
    page = Page(text)
    assert page.open == []
    assert page.headings[0] == 1
    assert all(b <= a + 1 for a, b in zip(page.headings, page.headings[1:], strict=False)), (
        page.headings
    )
    assert len(page.ids) == len(set(page.ids))
    assert set(page.named) <= set(page.ids)
    assert all(load.startswith(("#", "data:,")) for load in page.loads)
    assert page.tags.count("script") == 1
    assert not re.search(r"https?:|@import|url\(", text)
    assert len(text) < 150_000


def test_names_cannot_become_markup() -> None:
    text = to_html(specimens.hostile(), "ko")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert not {"\x00", "\x1b", "\u202e"} & set(text)


def test_both_languages_are_in_the_page() -> None:
    text = to_html(specimens.cured(), "ko")
    assert '<html lang="ko">' in text
    assert "It did not learn. Now it does." in text
    assert "배우지 못하던 신경망이 이제 배웁니다." in text


def test_text_is_readable_on_every_ground() -> None:
    css = resources.files("livegrad.report").joinpath("page.css").read_text(encoding="utf-8")
    tokens = dict(re.findall(r"--([\w-]+): light-dark\(([^)]+)\)", css))
    for side in (0, 1):
        for ink in TEXT_TOKENS:
            for ground in GROUND_TOKENS:
                one, other = (tokens[t].split(",")[side].strip() for t in (ink, ground))
                assert contrast(one, other) >= 4.5, (ink, ground, side)


def contrast(one: str, other: str) -> float:
    low, high = sorted(luminance(c) for c in (one, other))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_only_an_own_report_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    write_html(specimens.sick(), file, "en")
    write_html(specimens.healthy(), file, "en")
    assert "It learns; nothing was found." in file.read_text(encoding="utf-8")
    thesis = tmp_path / "thesis.html"
    thesis.write_text("<h1>years of work</h1>", encoding="utf-8")
    with pytest.raises(BadInput, match=r"thesis\.html"):
        write_html(specimens.sick(), thesis, "en")
    assert thesis.read_text(encoding="utf-8") == "<h1>years of work</h1>"
    with pytest.raises(BadInput):
        write_html(specimens.sick(), tmp_path)
    with pytest.raises(BadInput):
        write_html(specimens.sick(), tmp_path / "nowhere" / "report.html")


@pytest.mark.parametrize(("name", "language"), [("cured", "ko"), ("hostile", "en")])
def test_the_page_lives_in_a_browser_without_a_network(
    browser: str, name: str, language: str, tmp_path: Path
) -> None:
    file = tmp_path / "report.html"
    write_html(specimens.ALL[name](), file, "en" if language == "ko" else "ko")
    shown = opened(browser, f"{file.as_uri()}?lang={language}&theme=dark", tmp_path)
    assert f'<html lang="{language}" data-theme="dark">' in shown
    assert re.search(f'data-lang="{language}"[^>]*aria-pressed="true"', shown)
    assert shown.count("<script") == 1
    assert shown.count("<svg") == to_html(specimens.ALL[name]()).count("<svg")


def test_drawing_needs_no_torch() -> None:
    asked = "import sys, livegrad.report.html, livegrad.report.terminal, livegrad.report.as_json; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert not {"torch", "numpy"} & set(ran.stdout.split())
