"""What all generators share: where pages go, in which language, and what was computed for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from livegrad.lab.proving import Proved
from livegrad.text import Language, Text


@dataclass(frozen=True, kw_only=True)
class Site:
    """One language of the site while it is written.

    Attributes:
        folder: Where its sources go.
        language: Of its words.
        proved: What came of each claim that was run, by its id.
        drawings: Each figure of a claim as SVG in this language, by ``claim/figure``.
    """

    folder: Path
    language: Language
    proved: Mapping[str, Proved]
    drawings: Mapping[str, str]

    def say(self, text: Text) -> str:
        """Return a sentence in the language of the site."""
        return text.say(self.language)

    def write(self, page: str, *parts: str) -> None:
        """Write one page, such as ``functions/relu``."""
        file = self.folder / f"{page}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n\n".join(part.strip("\n") for part in parts) + "\n", encoding="utf-8")

    def hand_written(self, page: str) -> str:
        """Return what somebody wrote for a page that is completed here; empty where nobody did."""
        file = self.folder / f"{page}.md"
        return file.read_text("utf-8") if file.exists() else ""
