"""The words of the page: entries with both languages, which the page switches between by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from livegrad.registry import Registry
from livegrad.text import Text

__all__ = ["WORDS", "Words"]


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words of one part of the page.

    Attributes:
        id: Of the part; also the file's name.
        texts: By key; the page asks for ``race.run`` as ``say("race.run")``. A text may have placeholders.
    """

    id: str
    texts: Mapping[str, Text]


WORDS: Registry[Words] = Registry("livegrad.lab.words", "WORDS", Text("words", "낱말"))
"""All words by part."""
