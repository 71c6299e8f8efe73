"""The files of the page, and the page itself with what it starts from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from livegrad.lab.vocabulary import Words

__all__ = ["Asset", "asset", "folder", "started"]

MARKER = b"<!-- start -->"
_KINDS = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".html": "text/html; charset=utf-8",
}


@dataclass(frozen=True)
class Asset:
    """One file.

    Attributes:
        content: Its bytes.
        kind: Its media type.
    """

    content: bytes
    kind: str

    @property
    def tag(self) -> str:
        """Return the ETag: it changes when the bytes do."""
        return f'"{hashlib.blake2b(self.content, digest_size=12).hexdigest()}"'


def folder() -> Traversable:
    """Return where the page's files are."""
    return resources.files("livegrad.lab") / "page"


def asset(within: Traversable, path: str) -> Asset | None:
    """Return a file of the page; None if there is no such file, or it is none of the page's.

    Args:
        within: The page's folder.
        path: Below it, parts divided by ``/``.

    Example:
        >>> asset(folder(), "../server.py") is None
        True
    """
    parts = path.split("/")
    kind = _KINDS.get("." + parts[-1].rpartition(".")[2])
    if kind is None or any(not _fine(part) for part in parts):
        return None
    file = within
    for part in parts:
        file = file / part
    try:
        return Asset(file.read_bytes(), kind)
    except OSError:
        return None


def started(page: bytes, start: str) -> bytes:
    r"""Return the page with what it starts from in the place of ``<!-- start -->``.

    Args:
        page: HTML.
        start: JSON.

    Example:
        >>> started(b"<!-- start -->", '{"at": "</script>"}').decode()
        '<script type="application/json" id="start">{"at": "\\u003c/script>"}</script>'
    """
    # "<" is only ever within a string of JSON, where it may be written so; </script> and <!-- then end nothing.
    told = start.replace("<", "\\u003c").encode()
    return page.replace(
        MARKER, b'<script type="application/json" id="start">' + told + b"</script>", 1
    )


def start_of(words: Iterable[Words]) -> dict[str, Any]:
    """Return what every page starts from: all words."""
    return {
        "words": {
            part.id: {key: text.to_dict() for key, text in part.texts.items()} for part in words
        },
        "desks": {},  # the page puts there what each desk's ``preset`` answers
    }


def _fine(part: str) -> bool:
    """Whether a part of a path is a plain name."""
    return bool(part) and not part.startswith(".") and not set(part) & set('\\:\0"<>|?*')
