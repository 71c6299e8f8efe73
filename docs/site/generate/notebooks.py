"""Pages under ``notebooks/`` as notebooks to download: the same text and code, without what it gave.

Their source is the page, since Markdown can be reviewed and a notebook's JSON cannot.
"""

from __future__ import annotations

import hashlib
import json
import re

from generate.running import BLOCK
from generate.site import Site
from livegrad.text import Text

_TAKE = Text(
    "{{download}}`Download this notebook <{name}.ipynb>`; it needs `pip install '.[examples]'` in livegrad's folder.",
    "{{download}}`노트북으로 내려받기 <{name}.ipynb>`. livegrad 폴더에서 `pip install '.[examples]'`를 해 두면 됩니다.",
)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def write(site: Site) -> None:
    """Put the notebook beside each page, and a link to it below its title."""
    for file in sorted((site.folder / "notebooks").glob("*.md")):
        text = file.read_text("utf-8")
        if not BLOCK.search(text):
            continue
        content = json.dumps(notebook(text), ensure_ascii=False, indent=1)
        file.with_suffix(".ipynb").write_text(content + "\n", encoding="utf-8")
        title, _, rest = text.partition("\n")
        link = site.say(_TAKE.fill(name=file.stem))
        file.write_text(f"{title}\n\n{link}\n{rest}", encoding="utf-8")


def notebook(text: str) -> dict[str, object]:
    """Return a page as a notebook, format 4.5: words and blocks of Python in turn."""
    parts = BLOCK.split(text)  # words, code, words, code … words
    cells = [
        _cell(part.strip("\n"), code=bool(k % 2)) for k, part in enumerate(parts) if part.strip()
    ]
    return {
        "cells": [cell | {"id": f"{k}-{cell['id']}"} for k, cell in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(content: str, *, code: bool) -> dict[str, object]:
    told = content if code else _LINK.sub(r"\1", content)  # its links lead to pages of the site
    cell: dict[str, object] = {
        "cell_type": "code" if code else "markdown",
        "id": hashlib.sha256(told.encode()).hexdigest()[:8],
        "metadata": dict[str, object](),
        "source": told.splitlines(keepends=True),
    }
    return cell | {"execution_count": None, "outputs": list[object]()} if code else cell
