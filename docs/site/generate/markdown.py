"""Markdown as the pages need it: sentences of entries, tables, raw HTML, links that stay inside the site."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[3]
_CODE = re.compile(r"(`[^`\n]+`)")
_SPECIAL = re.compile(r"([\\*_\[\]<>|$#])")
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")


def plain(words: str) -> str:
    """Return words that Markdown shows as they are; `code` between backticks stays code."""
    parts = _CODE.split(words)
    told = [part if place % 2 else _SPECIAL.sub(r"\\\1", part) for place, part in enumerate(parts)]
    return "".join(told).replace("\n", " ")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells that are Markdown already."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def raw(html: str) -> str:
    """Return HTML that goes into the page as it is, and not into its search."""
    fence = "````"
    return f":::{{container}} no-search\n{fence}{{raw}} html\n{html}\n{fence}\n:::\n"


def contents(pages: Iterable[str], *, caption: str = "", hidden: bool = True) -> str:
    """Return the list of pages below this one."""
    options = [f":caption: {caption}"] if caption else []
    options += [":hidden:"] if hidden else [":maxdepth: 1"]
    return "\n".join(["```{toctree}", *options, "", *pages, "```", ""])


def inside(text: str, origin: Path, pages: dict[Path, str]) -> str:
    """Return a file of the project as text for the site.

    A link to a file that is a page here leads to that page; pictures are taken along; of other files of the project the
    name is told, since the site is read without them.

    Args:
        text: Markdown.
        origin: The file that it stands in; links are relative to it.
        pages: Which page each file has become, such as ``/measured/lab``.
    """

    def changed(found: re.Match[str]) -> str:
        picture, words, address = found.groups()
        if re.match(r"[a-z]+:|#", address):
            return found[0]
        name, _, place = address.partition("#")
        file = (origin.parent / name).resolve()
        if picture:
            return f"![{words}](/{file.relative_to(ROOT).as_posix()})"
        if file in pages:
            return f"[{words}]({pages[file]}.md{'#' + place if place else ''})"
        told = os.path.relpath(file, ROOT)
        return words if told in words else f"{words} (`{told}`)"

    return _LINK.sub(changed, text)
