"""Every page of the documentation in a browser without a network: it takes less than a second's work, and asks nobody."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
from docs.blocks import ROOT

pytestmark = [pytest.mark.alone, pytest.mark.slow]


@pytest.fixture(scope="module")
def bench(browser: str) -> Any:
    """`bench/docs_pages.py`, which opens them; asked for only where there is a browser."""
    assert browser
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "bench"))
        yield importlib.import_module("docs_pages")


def test_every_page_is_drawn_in_time_and_asks_nobody(site: Path, bench: Any) -> None:
    """By the time that the page's own thread works: what the clock says of a shared machine is for `make bench-docs`."""
    with bench.browser() as reader:
        found = list(bench.opened(reader, site))
    assert len(found) > 200
    assert [one for one in found if one.processor > bench.BAR] == []
    assert [one for one in found if one.left or one.missing or one.said] == []


def test_a_page_that_asks_is_noticed(bench: Any, tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "page.html").write_text(
        "<script src='https://example.org/a.js'></script><script src='gone.js'></script>",
        encoding="utf-8",
    )
    with bench.browser() as reader:
        (found,) = bench.opened(reader, tmp_path)
    assert found.left == ("https://example.org/a.js",)
    assert len(found.missing) == 1
    assert found.said
