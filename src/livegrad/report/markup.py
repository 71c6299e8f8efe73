"""Small pieces of HTML: escaped text, and text in both languages."""

from __future__ import annotations

import html
import re
import unicodedata

from livegrad.text import LANGUAGES, Text

_PERCENT = re.compile(" %")
_DERIVATIVE = re.compile("∂loss/∂[zW]")


def escape(words: str) -> str:
    """Return text that is safe between tags and in quoted attributes."""
    return html.escape("".join(_printable(c) for c in words), quote=True)


def both(text: Text) -> str:
    """Return the text in both languages, each in its own span; in one where they read alike."""
    if text.en == text.ko:
        return _unbroken(escape(text.en))
    return "".join(
        f'<span lang="{one}">{_unbroken(escape(text.say(one)))}</span>' for one in LANGUAGES
    )


def tag(name: str, inner: str, **attributes: str) -> str:
    """Return an element: ``class_`` is class, ``aria_label`` aria-label, empty ones left out."""
    written = "".join(f' {_attribute(key)}="{value}"' for key, value in attributes.items() if value)
    return f"<{name}{written}>{inner}</{name}>"


def _unbroken(escaped: str) -> str:
    """Keep ∂loss/∂z on one line, and a percent sign with its number and its particle."""
    return _DERIVATIVE.sub(
        r'<span class="whole">\g<0></span>', _PERCENT.sub("&nbsp;%\u2060", escaped)
    )


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _printable(character: str) -> str:
    if character in "\n\t":
        return character
    return "\ufffd" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character
