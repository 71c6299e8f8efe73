"""Every page of measurements says when, on what, and how to measure it again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docs.blocks import ROOT

PAGES = sorted((ROOT / "docs" / "measured").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_a_title_a_date_a_machine_and_a_command(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.startswith("# ")
    assert re.search(r"20\d\d-\d\d-\d\d", text), "no date"
    assert re.search(r"\bcores?\b|x86", text), "no machine"
    assert re.search(r"`(make bench-[a-z]+|python bench/[a-z_]+\.py)", text), "no command"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_says_to_run_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for script in re.findall(r"python (bench/[a-z_]+\.py)", text):
        assert (ROOT / script).exists(), script
    for target in re.findall(r"make (bench-[a-z]+)", text):
        assert f"\n{target}:" in makefile, target
