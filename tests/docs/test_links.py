"""Links between the project's own files, as they are read on a code host: the file is there, and so is the heading."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
from docs.blocks import ROOT

FOLDERS = ("docs", "examples", "bench", "src")
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *(page for each in FOLDERS for page in (ROOT / each).rglob("*.md")))
    if "docs/site" not in path.as_posix()  # Sphinx resolves those, and a broken one ends the build
)  # fmt: skip
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")


@cache
def headings(file: Path) -> frozenset[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    seen = Counter[str]()
    anchors = set[str]()
    for title in re.findall(r"^#+ (.*)$", _FENCE.sub("", file.read_text("utf-8")), re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")
        anchors.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return frozenset(anchors)


def links(page: str) -> list[str]:
    text = _CODE.sub("", _FENCE.sub("", (ROOT / page).read_text("utf-8")))
    return [unquote(one) for one in _LINK.findall(text) if not re.match(r"[a-z]+:", one)]


def test_the_readme_has_links_to_follow() -> None:
    assert len(links("README.md")) > 15
    assert "run-watch-or-check" in headings(ROOT / "docs" / "handbook.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_of_the_project_leads_somewhere(page: str) -> None:
    for address in links(page):
        name, _, place = address.partition("#")
        file = (ROOT / page).parent / name if name else ROOT / page
        assert file.exists(), f"{page} → {address}"
        if place and file.suffix == ".md":
            assert place in headings(file), f"{page} → {address} (no such heading)"


@pytest.mark.parametrize("page", [page for page in PAGES if page.endswith(".ko.md")])
def test_a_korean_page_leads_to_korean_ones(page: str) -> None:
    own = page.replace(".ko.md", ".md").rpartition("/")[2]
    for address in links(page):
        name = address.partition("#")[0]
        if name.endswith(".md") and not name.endswith(".ko.md") and Path(name).name != own:
            korean = (ROOT / page).parent / f"{name.removesuffix('.md')}.ko.md"
            assert not korean.exists(), f"{page} → {address}, though {korean.name} is there"
