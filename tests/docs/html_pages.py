"""What a built page holds that tests ask for: its links, what it loads, its anchors."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


class Page(HTMLParser):
    """One HTML file, read for its addresses.

    Attributes:
        anchors: Every id in it.
        links: Where its links lead.
        loaded: What the browser fetches to draw it.
    """

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.anchors = set[str]()
        self.links = list[str]()
        self.loaded = list[str]()
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.anchors.add(found["id"] or "")
        if tag == "a" and found.get("href"):
            self.links.append(found["href"] or "")
        address = found.get(LOADED.get(tag, ""))
        if address and found.get("rel") not in ("search", "index", "next", "prev"):
            self.loaded.append(address)
