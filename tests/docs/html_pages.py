"""What a built page holds that tests ask for: its links, what it loads, its anchors.

Read by regular expressions: Sphinx writes every attribute in double quotes, and a parser takes minutes for figures.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

_ANCHOR = re.compile(r'\sid="([^"]+)"')
_LINK = re.compile(r'<a\s[^>]*?href="([^"]*)"')
_LOADED = re.compile(r"<(?:script|img|link|iframe|source)\s[^>]*>")
_ADDRESS = re.compile(r'\s(?:src|href)="([^"]*)"')
_NAMED = re.compile(r'rel="(?:search|index|next|prev|canonical)"')  # said, not fetched


class Page:
    """One HTML file, read for its addresses.

    Attributes:
        anchors: Every id in it.
        links: Where its links lead.
        loaded: What the browser fetches to draw it.
    """

    def __init__(self, file: Path) -> None:
        text = file.read_text("utf-8")
        self.anchors = {html.unescape(one) for one in _ANCHOR.findall(text)}
        self.links = [html.unescape(one) for one in _LINK.findall(text)]
        tags = [tag for tag in _LOADED.findall(text) if not _NAMED.search(tag)]
        self.loaded = [html.unescape(one) for tag in tags for one in _ADDRESS.findall(tag)]
