"""The first step of reading a formula: text into numbers, names and signs."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from livegrad.errors import BadInput
from livegrad.text import Text

LONGEST = 1000  # characters; the longest formula of the catalogue takes 120
_SHOWN = 24  # characters of the formula that a message quotes on either side of a place
_TOO_LONG = Text(
    "The formula has {count} characters, and at most {most} are read. Write it shorter, for "
    "example with the functions that livegrad knows.",
    "수식이 {count}자인데, {most}자까지만 읽습니다. livegrad가 아는 함수를 써서 줄여 주세요.",
)
_STRANGE = Text(
    "In the formula “{excerpt}” the sign '{sign}' means nothing. Formulas are made of numbers, x, "
    "names, + - * / ** ( ) , | | and, in where(...), < > <= >=; leave the sign out.",
    "수식 “{excerpt}”에서 기호 '{sign}'에는 뜻이 없습니다. 수식에는 수, x, 이름, + - * / ** ( ) , | | "
    "그리고 where(...) 안에서 < > <= >= 만 쓸 수 있으니, 그 기호를 빼 주세요.",
)

_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SIGNS = re.compile(r"\*\*|<=|>=|[-+*/^(),|<>]")
# What people paste from papers, and what we write for it.
_SPELLINGS = str.maketrans({"−": "-", "×": "*", "·": "*", "÷": "/", "≤": "<=", "≥": ">="})


@dataclass(frozen=True)
class Token:
    """One word of a formula.

    Attributes:
        kind: What it is; the end of the formula is one too.
        text: As written, signs in one spelling.
        place: Where it begins, in characters from 0.
    """

    kind: Literal["number", "name", "sign", "end"]
    text: str
    place: int


def tokens(formula: str) -> tuple[str, tuple[Token, ...]]:
    """Split a formula into its words.

    Args:
        formula: The text; at most `LONGEST` characters.

    Returns:
        The text in one spelling of the signs, in which the places count; and the words, the end
        last.

    Raises:
        BadInput: The text is too long, or holds a sign that means nothing.

    Example:
        >>> [token.text for token in tokens("2*x")[1]]
        ['2', '*', 'x', '']
    """
    if len(formula) > LONGEST:
        raise BadInput(_TOO_LONG.fill(count=len(formula), most=LONGEST))
    text = formula.translate(_SPELLINGS)
    found, place = list[Token](), 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        token = _token_at(text, place)
        found.append(token)
        place += len(token.text)
    return text, tuple(_one_spelling(token) for token in [*found, Token("end", "", len(text))])


def excerpt(text: str, place: int) -> str:
    """Return the part of a formula around a place, with a mark before it.

    Example:
        >>> excerpt("x + (2", 4)
        'x + ▸(2'
    """
    low, high = max(place - _SHOWN, 0), place + _SHOWN
    before = ("…" if low else "") + text[low:place]
    shown = before + "▸" + text[place:high] + ("…" if high < len(text) else "")
    return "".join(sign if sign.isprintable() else "?" for sign in shown)


def _token_at(text: str, place: int) -> Token:
    if number := _NUMBER.match(text, place):
        return Token("number", number[0], place)
    if sign := _SIGNS.match(text, place):
        return Token("sign", sign[0], place)
    end = place
    # Not by a regular expression: what may stand in a Python name, a keyword argument, decides.
    while end < len(text) and ("_" + text[end]).isidentifier() and text[place].isidentifier():
        end += 1
    if end == place:
        raise BadInput(_STRANGE.fill(excerpt=excerpt(text, place), sign=_visible(text[place])))
    return Token("name", text[place:end], place)


def _one_spelling(token: Token) -> Token:
    if token.kind == "name":  # Python spells the names of keyword arguments so
        return Token("name", unicodedata.normalize("NFKC", token.text), token.place)
    return Token(token.kind, "**", token.place) if token.text == "^" else token


def _visible(sign: str) -> str:
    return sign if sign.isprintable() else f"U+{ord(sign):04X}"
