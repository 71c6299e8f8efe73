"""Notebooks to download: the text and the code of their page, and a form that Jupyter opens."""

from __future__ import annotations

import ast
import importlib
import json
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from docs.blocks import ROOT, SITE, blocks

PAGES = [page for page in SITE if "/notebooks/" in page and blocks(page, "python")]
PAGES += [page.replace("/en/", "/ko/") for page in PAGES]


@pytest.fixture(scope="module")
def made() -> Iterator[ModuleType]:
    sys.path.insert(0, str(ROOT / "docs" / "site"))
    try:
        yield importlib.import_module("generate.notebooks")
    finally:
        sys.path.pop(0)


def test_there_are_four_in_each_language() -> None:
    assert len(PAGES) == 8


@pytest.mark.parametrize("page", PAGES)
def test_a_notebook_holds_the_code_of_its_page_in_order(page: str, made: ModuleType) -> None:
    told = made.notebook((ROOT / page).read_text("utf-8"))
    codes = ["".join(cell["source"]) for cell in told["cells"] if cell["cell_type"] == "code"]
    assert codes == [block.strip("\n") for block in blocks(page, "python")]
    for code in codes:
        ast.parse(code)


@pytest.mark.parametrize("page", PAGES)
def test_a_notebook_has_the_form_of_nbformat_4_5(page: str, made: ModuleType) -> None:
    told = json.loads(json.dumps(made.notebook((ROOT / page).read_text("utf-8"))))
    assert (told["nbformat"], told["nbformat_minor"]) == (4, 5)
    names = [cell["id"] for cell in told["cells"]]
    assert len(set(names)) == len(names)
    for cell in told["cells"]:
        wanted = {"cell_type", "id", "metadata", "source"}
        wanted |= {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == wanted
    assert told["cells"][0]["source"][0].startswith("# ")
