"""Lines for a console or a log: cleaned, wrapped, never too wide, plain where that is wanted."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text as Styled

from livegrad.text import Language, Text

WIDEST = 100
_NARROWEST = 24
_LABEL = 13


@dataclass
class Page:
    """Lines on a console: cleaned, wrapped, never too wide."""

    console: Console
    language: Language

    @property
    def width(self) -> int:
        """Return how many columns may be used."""
        return max(_NARROWEST, min(WIDEST, self.console.width))

    @property
    def plain(self) -> bool:
        """Return whether neither colours nor blocks are wanted."""
        return (
            not self.console.is_terminal
            or self.console.no_color
            or self.console.color_system is None
        )

    @property
    def bars(self) -> tuple[str, str]:
        """Return what a filled and a hollow bar is made of."""
        return (
            ("#", "-") if self.plain or "utf" not in self.console.encoding.lower() else ("█", "░")
        )

    def spoken(self, text: Text | str) -> str:
        """Return the text in the reader's language, cleaned."""
        return cleaned(text.say(self.language) if isinstance(text, Text) else text)

    def gap(self) -> None:
        """Print an empty line."""
        self.console.print()

    def heading(self, text: Text) -> None:
        """Print a title with a gap above."""
        self.gap()
        self.say(text, style="bold")

    def say(self, text: Text | str, *, indent: int = 0, style: str = "") -> None:
        """Print a paragraph."""
        self.styled(Styled(self.spoken(text), style=style), indent=indent)

    def labelled(self, label: Text, text: Text | str, *, indent: int = 0) -> None:
        """Print a paragraph behind its label, its lines below each other."""
        spoken = self.spoken(text)
        if not spoken:
            return
        head = set_cell_size(self.spoken(label), _LABEL)
        hanging = indent + _LABEL if self.width - indent - _LABEL >= 24 else indent + 2
        self.styled(Styled.assemble((head, "dim"), spoken), indent=indent, hanging=hanging)

    def styled(self, line: Styled, *, indent: int = 0, hanging: int | None = None) -> None:
        """Print a paragraph; the lines after its first begin at ``hanging``."""
        hanging = indent if hanging is None else hanging
        wrapped = line.wrap(self.console, self.width - indent, overflow="fold")
        for one in wrapped:
            one.rstrip()
        self._put(wrapped[0] if wrapped else line, indent)
        if len(wrapped) > 1:
            rest = Styled(" ").join(wrapped[1:])
            for one in rest.wrap(self.console, self.width - hanging, overflow="fold"):
                self._put(one, hanging)

    def code(self, line: str, *, indent: int = 2) -> None:
        """Print a line of code as it is, never folded."""
        style = "green" if line.startswith("+") else "red" if line.startswith("-") else ""
        self._put(Styled(cleaned(line), style=style), indent)

    def _put(self, line: Styled, indent: int) -> None:
        line.rstrip()
        writable = Styled(" " * indent) + line
        if "utf" not in self.console.encoding.lower():
            coding = self.console.encoding
            writable = Styled(writable.plain.encode(coding, "replace").decode(coding))
        self.console.print(writable, soft_wrap=True, markup=False, highlight=False, emoji=False)


def cleaned(line: str) -> str:
    r"""Return one line without control characters: a module's name cannot steer the terminal.

    Example:
        >>> cleaned("\x1b[31mred\nline")
        '�[31mred line'
    """
    return "".join(_harmless(c) for c in line)


def _harmless(character: str) -> str:
    if character in "\n\r\t":
        return " "
    return "\ufffd" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character


def fitted(cell: str, width: int) -> str:
    """Return the cell exactly ``width`` columns wide, its middle left out where it is too long."""
    if cell_len(cell) <= width:
        return set_cell_size(cell, width)
    head, tail = (width - 1) // 2, width // 2
    end = ""
    for character in reversed(cell):
        if cell_len(character + end) > tail:
            break
        end = character + end
    return set_cell_size(set_cell_size(cell, head) + "…" + end, width)
