"""Pages whose Python is run while the site is built: what each block gave stands below it.

All ```` ```python ```` blocks of a page under ``start/`` or ``notebooks/`` share one namespace, top to bottom, as in a
notebook. A block that fails ends the build.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from generate.markdown import raw
from generate.site import Site
from livegrad.text import Language

FOLDERS = ("start", "notebooks")
BLOCK = re.compile(r"^```python\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
"""A block of Python in a page, its code as the group."""


def run_pages(site: Site) -> None:
    """Run the code of every page written by hand under `FOLDERS`, and put what it gave below it."""
    for folder in FOLDERS:
        for file in sorted((site.folder / folder).glob("*.md")):
            text = file.read_text("utf-8")
            if BLOCK.search(text):
                file.write_text(_ran(text, file.stem, site.language), encoding="utf-8")


def _ran(text: str, name: str, language: Language) -> str:
    space: dict[str, object] = {"__name__": name}
    with _somewhere(language):
        return BLOCK.sub(lambda found: found[0] + _shown(*run_block(found[1], space)), text)


def run_block(code: str, space: dict[str, object]) -> tuple[str, object]:
    """Run one block as a notebook would; return what it printed and the value of its last line, if it is one."""
    tree = ast.parse(code)
    last = tree.body[-1] if tree.body else None
    tree.body = tree.body[:-1] if isinstance(last, ast.Expr) else tree.body
    printed = io.StringIO()
    value = None
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(tree, str(space["__name__"]), "exec"), space)  # noqa: S102 - our own pages
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "last line", "eval"), space)  # noqa: S307
    return printed.getvalue(), value


def _shown(printed: str, value: object) -> str:
    parts = [f"\n```text\n{printed.rstrip()}\n```\n"] if printed.strip() else []
    html = getattr(value, "_repr_html_", None)
    if html is not None:
        parts.append("\n" + raw(f'<div class="lg-output">{html()}</div>'))
    elif value is not None:
        parts.append(f"\n```text\n{value!r}\n```\n")
    return "".join(parts)


@contextlib.contextmanager
def _somewhere(language: Language) -> Iterator[None]:
    """Run in an empty folder, in one language."""
    before = os.environ.get("LIVEGRAD_LANG")
    os.environ["LIVEGRAD_LANG"] = language
    try:
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(Path(folder)):
            yield
    finally:
        os.environ.pop("LIVEGRAD_LANG")
        if before is not None:
            os.environ["LIVEGRAD_LANG"] = before
