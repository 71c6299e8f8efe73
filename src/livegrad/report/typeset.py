r"""Reads the LaTeX that formulas write into boxes, which a terminal and a page can draw.

Only the part of LaTeX that `livegrad.functions` writes is known: fractions, roots, brackets, cases,
scripts, names and signs. So whatever has a ``.latex()`` can be shown, without a LaTeX at hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

__all__ = ["Box", "Cases", "Fence", "Fraction", "Root", "Row", "Script", "Sign", "boxes"]

Kind: TypeAlias = Literal["letter", "name", "number", "operator", "relation", "open", "text"]

_TOKENS = re.compile(
    r"\\[A-Za-z]+\*?|\\.|\s+|\d+(?:\.\d+)?(?:e[+-]?\d+)?|[{}^_&]|.", flags=re.DOTALL
)
_GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "theta": "θ",
    "lambda": "λ",
    "mu": "μ",
    "omega": "ω",
    "sigma": "σ",
    "tau": "τ",
    "varphi": "φ",
    "phi": "φ",
    "Phi": "Φ",
    "Delta": "Δ",
    "pi": "π",
}
_NAMES = ("sin", "cos", "tan", "tanh", "arctan", "ln", "exp", "max", "min", "log")
_SIGNS: dict[str, tuple[str, Kind]] = {
    "le": ("≤", "relation"),
    "ge": ("≥", "relation"),
    "in": ("∈", "relation"),
    "ldots": ("…", "relation"),
    "infty": ("∞", "number"),
    "cdot": ("·", "operator"),
    ",": ("·", "operator"),
    "sum": ("Σ", "operator"),
    "lfloor": ("⌊", "open"),
    "rfloor": ("⌋", "open"),
    "|": ("‖", "open"),
}


@dataclass(frozen=True)
class Sign:
    """One letter, name, number or operator.

    Attributes:
        text: As it is printed.
        kind: What it is; "name" is upright, "letter" slanted.
    """

    text: str
    kind: Kind


@dataclass(frozen=True)
class Fraction:
    """A fraction with a bar."""

    top: Row
    bottom: Row


@dataclass(frozen=True)
class Root:
    """A square root."""

    body: Row


@dataclass(frozen=True)
class Fence:
    """A part in brackets or bars."""

    left: str
    body: Row
    right: str


@dataclass(frozen=True)
class Script:
    """A part with something raised or lowered beside it; an absent one is ``None``."""

    base: Box
    lower: Row | None = None
    upper: Row | None = None


@dataclass(frozen=True)
class Cases:
    """A brace with rows: what holds, and where. The first row whose condition holds counts."""

    rows: tuple[tuple[Row, Row], ...]


@dataclass(frozen=True)
class Row:
    """Boxes side by side."""

    parts: tuple[Box, ...] = ()


Box: TypeAlias = Sign | Fraction | Root | Fence | Script | Cases | Row


def boxes(latex: str) -> Row:
    r"""Return the boxes of a formula in LaTeX.

    Example:
        >>> boxes(r"x \le \frac{1}{2}").parts[1:]
        (Sign(text='≤', kind='relation'), Fraction(top=Row(parts=(Sign(text='1', kind='number'),)), bottom=Row(parts=(Sign(text='2', kind='number'),))))
    """
    return _Reader(latex).row(until=())


class _Reader:
    """Goes through the pieces once, from left to right."""

    def __init__(self, latex: str) -> None:
        self.pieces = [piece for piece in _TOKENS.findall(latex) if not piece.isspace()]
        self.place = 0

    def row(self, until: tuple[str, ...]) -> Row:
        parts: list[Box] = []
        while self.place < len(self.pieces) and self.pieces[self.place] not in until:
            piece = self._next()
            if piece in "^_":
                parts.append(self._script(parts.pop() if parts else Row(), piece))
            else:
                parts.append(self._box(piece))
        return Row(tuple(parts))

    def _next(self) -> str:
        self.place += 1
        return self.pieces[self.place - 1]

    def _group(self) -> Row:
        piece = self._next()
        if piece != "{":
            return Row((self._box(piece),))
        row = self.row(until=("}",))
        self.place += 1
        return row

    def _script(self, base: Box, sign: str) -> Script:
        script = base if isinstance(base, Script) else Script(base)
        added = self._group()
        return replace(script, upper=added) if sign == "^" else replace(script, lower=added)

    def _box(self, piece: str) -> Box:
        if piece == "{":
            self.place -= 1
            return self._group()
        if not piece.startswith("\\"):
            return _plain(piece)
        return self._command(piece[1:])

    def _command(self, name: str) -> Box:
        match name:
            case "frac" | "tfrac":
                return Fraction(self._group(), self._group())
            case "sqrt":
                return Root(self._group())
            case "left":
                return self._fence()
            case "begin":
                return self._cases()
            case "mathrm" | "operatorname" | "operatorname*" | "mathbf":
                return Sign(self._word(), "name")
            case "text":
                return Sign(self._word(), "text")
        if name in _SIGNS:
            return Sign(*_SIGNS[name])
        return Sign(_GREEK.get(name, name), "name" if name in _NAMES else "letter")

    def _word(self) -> str:
        self.place += 1  # the opening brace
        letters = []
        while (piece := self._next()) != "}":
            letters.append(piece)
        return "".join(letters)

    def _fence(self) -> Fence:
        left = self._edge()
        body = self.row(until=("\\right",))
        self.place += 1
        return Fence(left, body, self._edge())

    def _edge(self) -> str:
        piece = self._next()
        return _SIGNS[piece[1:]][0] if piece.startswith("\\") else piece

    def _cases(self) -> Cases:
        self._word()
        rows = []
        while self.pieces[self.place - 1] != "\\end":
            body = self.row(until=("&", "\\\\", "\\end"))
            condition = Row()
            if self._next() == "&":
                condition = self.row(until=("\\\\", "\\end"))
                self.place += 1
            rows.append((body, condition))
        self._word()
        return Cases(tuple(_flattened(rows)))


def _plain(piece: str) -> Sign:
    if piece[0].isdigit():
        return Sign(piece, "number")
    if piece in "+-/*":
        return Sign("−" if piece == "-" else piece, "operator")
    if piece in "=<>,":
        return Sign(piece, "relation")
    return Sign(piece, "open" if piece in "()[]|" else "letter")


def _flattened(rows: list[tuple[Row, Row]]) -> list[tuple[Row, Row]]:
    """Return rows without cases inside cases: the inner ones stand where the outer row stood."""
    flat: list[tuple[Row, Row]] = []
    for body, condition in rows:
        match body.parts, condition.parts:
            case (Cases(rows=inner),), (Sign(kind="text"),):
                flat += inner
            case _:
                flat.append((body, condition))
    return flat
