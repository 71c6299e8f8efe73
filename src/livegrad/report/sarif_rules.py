"""The rules of a SARIF log: what each code means, why it hurts, and where it is told from what looks alike."""

from __future__ import annotations

import re
from typing import Any

from livegrad.codes import CODES
from livegrad.diagnosis.engine import RULES
from livegrad.report.outcome import meaning_of, name_of
from livegrad.text import Language, Text

__all__ = ["descriptors", "help_uri", "position_of"]

_LOOKS_ALIKE = Text("What looks alike and is not this:", "비슷해 보여도 이것이 아닌 것:")
_REFERENCE = Text("Reference:", "참고 문헌:")
_PAPER = re.compile(r"arXiv:(\d{4}\.\d{4,5})")
_THREAD = re.compile(r"\b([\w.-]+/[\w.-]+)#(\d+)")


def descriptors(met: tuple[str, ...], language: Language) -> list[dict[str, Any]]:
    """Return one descriptor for each code that a rule or a finding has.

    Args:
        met: Codes of the findings; those without a rule are described by their words alone.
        language: Of the texts.

    Example:
        >>> descriptors((), "en")[0]["id"] in CODES
        True
    """
    return [_descriptor(code, language) for code in _codes(met)]


def position_of(code: str, met: tuple[str, ...]) -> int:
    """Return where the descriptor of a code stands among `descriptors`.

    Example:
        >>> position_of(next(iter(RULES)), ())
        0
    """
    return _codes(met).index(code)


def help_uri(reference: str) -> str | None:
    """Return the address of the first paper or thread that a rule refers to, if it names one.

    Example:
        >>> help_uri("Hanin 2018 (arXiv:1801.03744).")
        'https://arxiv.org/abs/1801.03744'
    """
    paper, thread = _PAPER.search(reference), _THREAD.search(reference)
    if paper:
        return f"https://arxiv.org/abs/{paper[1]}"
    return f"https://github.com/{thread[1]}/issues/{thread[2]}" if thread else None


def _codes(met: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys([*(code for code in RULES if code in CODES), *met]))


def _descriptor(code: str, language: Language) -> dict[str, Any]:
    meaning = meaning_of(code)
    short = (meaning.say(language) if meaning else "") or code
    described: dict[str, Any] = {
        "id": code,
        "name": "".join(word.capitalize() for word in code.split("-")) or "Finding",
        "shortDescription": {"text": short[:1].upper() + short[1:] + "."},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["training", "pytorch"]},
    }
    if code not in RULES:
        return described
    rule = RULES[code]
    title, about = name_of(code).say(language), rule.about.say(language)
    alike, false_alarms = _LOOKS_ALIKE.say(language), rule.false_alarms.say(language)
    source = f"{_REFERENCE.say(language)} {rule.reference}"
    described["fullDescription"] = {"text": about}
    described["help"] = {
        "text": "\n\n".join((about, f"{alike} {false_alarms}", source)),
        "markdown": f"**{title}**\n\n{about}\n\n**{alike}** {false_alarms}\n\n{source}",
    }
    address = help_uri(rule.reference)
    return described | ({"helpUri": address} if address else {})
