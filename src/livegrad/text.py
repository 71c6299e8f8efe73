"""The form of every sentence that a user reads: the same thought, written in English and in Korean."""

from __future__ import annotations

import os
import string
from dataclasses import dataclass
from typing import Any, Literal, get_args

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True)
class Text:
    """One sentence (or paragraph) in both languages, perhaps with ``{placeholders}``.

    Attributes:
        en: English, written for a reader who is not a native speaker.
        ko: Korean, written by thinking in Korean; the English term once in brackets.

    Example:
        >>> greeting = Text("{n} dead units", "죽은 유닛 {n}개")
        >>> greeting.fill(n=3).say("ko")
        '죽은 유닛 3개'
    """

    en: str
    ko: str

    def say(self, language: Language | None = None) -> str:
        """Return the sentence in ``language``, by default the reader's own (`preferred_language`)."""
        return self.ko if (language or preferred_language()) == "ko" else self.en

    def fill(self, **values: object) -> Text:
        """Return a copy with every placeholder replaced; a value that is a `Text` speaks both languages.

        In Korean a placeholder may name the particle that follows it, which depends on the last sound of the value:
        ``{name:이/가}``, ``{name:을/를}``, ``{name:은/는}``, ``{name:과/와}``, ``{name:으로/로}``.

        Example:
            >>> Text("{f} saturates", "{f:이/가} 포화됩니다").fill(f="tanh").ko
            'tanh가 포화됩니다'
        """
        return Text(
            self.en.format(**{name: _spoken(value, "en") for name, value in values.items()}),
            _KOREAN.format(
                self.ko, **{name: _spoken(value, "ko") for name, value in values.items()}
            ),
        )

    def placeholders(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the names of the placeholders in English and in Korean; they must be equal."""
        return _names_in(self.en), _names_in(self.ko)

    def to_dict(self) -> dict[str, str]:
        """Return ``{"en": ..., "ko": ...}``, the form it has in every JSON file."""
        return {"en": self.en, "ko": self.ko}

    def __str__(self) -> str:
        return self.say()


def same(words: str) -> Text:
    """Return a text that reads alike in both languages: a name, a number, a line of code."""
    return Text(words, words)


def join(parts: tuple[Text, ...] | list[Text], *, between: str = " ") -> Text:
    """Return the parts as one text, in order, with ``between`` between them."""
    return Text(between.join(p.en for p in parts), between.join(p.ko for p in parts))


def preferred_language() -> Language:
    """Return the reader's language: ``LIVEGRAD_LANG`` if set, else the locale's, else English."""
    for variable in ("LIVEGRAD_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            return "ko" if value.lower().startswith("ko") else "en"
    return "en"


class _Korean(string.Formatter):
    """``str.format`` whose format specification may be a pair of Korean particles."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec not in _PARTICLES:
            return super().format_field(value, format_spec)
        closed, opened = format_spec.split("/")
        words = str(value)
        sound = _final_sound(words)
        takes_closed = sound is not None and not (sound == "ㄹ" and closed == "으로")
        return words + (closed if takes_closed else opened)


_PARTICLES = ("이/가", "을/를", "은/는", "과/와", "으로/로")
_KOREAN = _Korean()
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_DIGIT_SOUNDS = {"0": "ㅇ", "1": "ㄹ", "3": "ㅁ", "6": "ㄱ", "7": "ㄹ", "8": "ㄹ"}
_LETTER_SOUNDS = {
    "l": "ㄹ",
    "m": "ㅁ",
    "n": "ㄴ",
    "p": "ㅂ",
    "b": "ㅂ",
    "k": "ㄱ",
    "c": "ㄱ",
    "g": "ㅇ",
    "t": "ㅅ",
}


def _final_sound(words: str) -> str | None:
    """The consonant that closes the last syllable when read aloud in Korean; ``None`` if it ends in a vowel."""
    last = next((letter for letter in reversed(words) if letter.isalnum()), "")
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        return _FINALS[final] if final else None
    return _DIGIT_SOUNDS.get(last) or _LETTER_SOUNDS.get(last.lower())


def _spoken(value: object, language: Language) -> object:
    return value.say(language) if isinstance(value, Text) else value


def _names_in(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)
