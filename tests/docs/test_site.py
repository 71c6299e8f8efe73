"""The built documentation: two languages of the same pages, no broken link, nothing fetched, Korean that is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import pytest
from docs.blocks import ROOT
from docs.html_pages import Page

from livegrad.advice.rule import RULES as GUIDE
from livegrad.codes import CODES
from livegrad.functions import ACTIVATIONS
from livegrad.lab.experiment import EXPERIMENTS
from livegrad.treatment.prescription import REMEDIES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.alone, pytest.mark.slow]

MACHINES = (
    "genindex",
    "search",
    "py-modindex",
)  # pages of Sphinx, which need not be in the reading order
_NOT_WORDS = re.compile(r"<(pre|code|script|style|svg|math)\b.*?</\1>", re.DOTALL)
HEAVIEST = 2_000_000  # bytes of one page: figures of a whole chapter stand in it


@cache
def pages(folder: Path) -> dict[Path, Page]:
    return {file.resolve(): Page(file) for file in sorted(folder.glob("[ek][no]/**/*.html"))}


def names(site: Path, language: str) -> set[str]:
    return {
        file.relative_to(site / language).as_posix() for file in (site / language).rglob("*.html")
    }


def test_both_languages_have_the_same_pages(site: Path) -> None:
    assert names(site, "en") == names(site, "ko")
    assert len(names(site, "en")) > 100


def test_every_entry_is_there_in_both_languages(site: Path) -> None:
    for language in ("en", "ko"):
        found = names(site, language)
        assert {f"functions/{name}.html" for name in ACTIVATIONS} <= found
        assert {f"findings/{code}.html" for code in CODES} <= found
        assert {f"remedies/{name}.html" for name in REMEDIES} <= found
        course = set[str]().union(
            *(
                page.anchors
                for file, page in pages(site).items()
                if f"/{language}/course/" in str(file)
            )
        )
        assert set(EXPERIMENTS) <= course
        guide = (site / language / "guide.html").read_text("utf-8")
        assert guide.count("<section") == 1 + len(GUIDE)


def broken(site: Path) -> Iterator[str]:
    known = pages(site)
    for file, page in known.items():
        for address in (*page.links, *page.loaded):
            if re.match(r"[a-z]+:", address):
                continue
            path, _, anchor = unquote(address).partition("#")
            target = (file.parent / path.split("?")[0]).resolve() if path else file
            if not target.exists():
                yield f"{file.relative_to(site.resolve())} → {address}"
            elif anchor and target in known and anchor not in known[target].anchors:
                yield f"{file.relative_to(site.resolve())} → {address} (no such place)"


def test_no_link_within_the_site_is_broken(site: Path) -> None:
    assert list(broken(site)) == []


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    for file, page in pages(site).items():
        assert [one for one in page.loaded if re.match(r"(?!data:)[a-z]+:|//", one)] == [], file
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import )[\"']?(https?:)?//", sheet.read_text("utf-8")), sheet


def test_every_sentence_is_filled(site: Path) -> None:
    for file in pages(site):
        text = re.sub(_NOT_WORDS, "", file.read_text("utf-8"))
        assert re.findall(r"\{[a-z_]+\}", re.sub(r"<[^>]*>", "", text)) == [], file


def test_every_measurement_is_listed_with_its_date_and_its_command(site: Path) -> None:
    files = sorted((ROOT / "docs" / "measured").glob("*.md"))
    for language in ("en", "ko"):
        told = (site / language / "measured" / "index.html").read_text("utf-8")
        rows = re.findall(r"<tr class.*?</tr>", told, re.DOTALL)
        for file in files:
            row = next(row for row in rows if f'href="{file.stem}.html"' in row)
            assert re.search(r"20\d\d-\d\d-\d\d", row), file
            assert re.search(r"make bench-|python bench/", re.sub(r"<[^>]*>", "", row)), file


def test_no_page_is_heavy(site: Path) -> None:
    assert [file for file in pages(site) if file.stat().st_size > HEAVIEST] == []


def test_a_claim_that_ran_shows_its_figure_and_its_verdict(site: Path) -> None:
    for language, verdict in (("en", "Verdict: holds if"), ("ko", "판정: 조건부")):
        told = (site / language / "course" / "vanishing.html").read_text("utf-8")
        assert verdict in told
        assert '<figure class="lg-drawing"><svg role="img" aria-label="' in told


@pytest.fixture(scope="module")
def reader(browser: str) -> Iterator[Browser]:
    """A browser that reaches no network: pages come from their folder."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND"]
        )
        yield opened
        opened.close()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("기울기", "course/vanishing.html"),  # stands there as 기울기가, 기울기는, 기울기를
        ("기울기를", "course/vanishing.html"),
        ("유닛", "findings/dead-units.html"),
        ("층", "course/vanishing.html"),
        ("시그모이드 기울기", "course/vanishing.html"),
        ("leaky_relu", "functions/leaky_relu.html"),
    ],
)
def test_search_finds_korean_words_whatever_particle_they_carry(
    site: Path, reader: Browser, asked: str, found: str
) -> None:
    page = reader.new_page()
    complaints = list[str]()
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((site / "ko" / "search.html").as_uri() + f"?q={quote(asked)}")
    page.wait_for_selector(f"#search-results a[href*='{found}']", timeout=60_000)
    page.close()
    assert complaints == []


@pytest.mark.parametrize(
    ("asked", "first", "said"),
    [
        ("기울기 소실", "course/vanishing.html", r"찾은 페이지는 \d+개입니다\."),
        ("기울기", "course/", r"찾은 페이지는 \d+개입니다\."),
        ("없는말", None, r"찾은 페이지가 없습니다\."),
    ],
)
def test_search_counts_in_korean_and_puts_what_teaches_first(
    site: Path, reader: Browser, asked: str, first: str | None, said: str
) -> None:
    page = reader.new_page()
    page.goto((site / "ko" / "search.html").as_uri() + f"?q={quote(asked)}")
    page.wait_for_function(
        "document.querySelector('#search-results .search-summary')?.innerText", timeout=60_000
    )
    summary = page.inner_text("#search-results .search-summary")
    found = page.eval_on_selector_all(
        "#search-results li a", "all => all.map(a => a.getAttribute('href'))"
    )
    page.close()
    assert re.match(said, summary)
    if first is None:
        assert found == []
    else:
        assert first in found[0]
