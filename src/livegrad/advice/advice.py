"""What the guide says: ranked choices, the rules that carry them, what to avoid, numbers, and what it cannot answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from livegrad.advice.rule import Rule
from livegrad.advice.situation import Situation
from livegrad.records import to_jsonable
from livegrad.text import Language, Text, join

__all__ = ["Advice", "Avoided", "Choice"]

SCHEMA = 1
_NO_RULE = Text(
    "No rule says which activation function helps against {codes}; livegrad.check(build, treat=True) tries cures for it.",
    "{codes}에 어떤 활성화 함수가 듣는지 말하는 규칙은 없습니다. livegrad.check(build, treat=True)가 처방을 시험해 줍니다.",
)
_CHOICES = Text("In this order: {names}.", "고르는 순서: {names}.")
_AVOID = Text("Avoid: {names}.", "피할 것: {names}.")
_WRONG = Text("Where it is wrong: {text}", "틀리는 경우: {text}")
_TOLD = ("id", "answers", "when", "activations", "against", "avoids", "says", "why", "evidence",
         "sources", "wrong_when", "pytorch", "in_pytorch")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An activation function that is advised.

    Attributes:
        rank: From 1, the first choice.
        name: In the catalogue.
        rules: Ids of the rules that name it, the most telling first.
        reasons: Why, one for each of them.
    """

    rank: int
    name: str
    rules: tuple[str, ...]
    reasons: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class Avoided:
    """An activation function that is advised against.

    Attributes:
        name: In the catalogue.
        rule: Id of the rule that says so.
        why: Its reason.
    """

    name: str
    rule: str
    why: Text


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What the guide says.

    Attributes:
        situation: What was asked.
        rules: The rules that speak, the most telling first; never empty.
        choices: What is advised, the first choice first; never empty.
        avoided: What is advised against.
        numbers: By a rule's id, what it computed for this situation.
        pair: Whether the loss fits the task, and how the model ends for it; None where no loss was given.
        unanswered: Symptoms for which no rule knows an activation function.
    """

    situation: Situation
    rules: tuple[Rule, ...]
    choices: tuple[Choice, ...]
    avoided: tuple[Avoided, ...] = ()
    numbers: tuple[tuple[str, tuple[Text, ...]], ...] = ()
    pair: Text | None = None
    unanswered: tuple[str, ...] = ()

    @property
    def activations(self) -> tuple[str, ...]:
        """What is advised, the first choice first: names of the catalogue."""
        return tuple(choice.name for choice in self.choices)

    @property
    def not_answered(self) -> Text | None:
        """What to do about the symptoms that no rule answers; None if there are none."""
        return _NO_RULE.fill(codes=", ".join(self.unanswered)) if self.unanswered else None

    @property
    def sentence(self) -> Text:
        """The advice with its reason, as one paragraph.

        Example:
            >>> from livegrad.advice.by_rule import guide
            >>> guide(layer="hidden").sentence.en.startswith("Take ReLU")
            True
        """
        said = [part for rule in self.rules for part in (rule.says, rule.why)]
        return join([*said, *(text for text in (self.pair, self.not_answered) if text)])

    @property
    def text(self) -> Text:
        """All of it, a line for each rule's advice, its numbers and where it is wrong.

        Example:
            >>> from livegrad.advice.by_rule import guide
            >>> guide(layer="hidden").text.en.splitlines()[0]
            'In this order: relu.'
        """
        lines = [_CHOICES.fill(names=", ".join(self.activations))]
        if self.avoided:
            lines.append(_AVOID.fill(names=", ".join(one.name for one in self.avoided)))
        for rule in self.rules:
            lines += [join([rule.says, rule.why]), *self.numbers_of(rule.id)]
            lines.append(_WRONG.fill(text=rule.wrong_when))
        lines += [text for text in (self.pair, self.not_answered) if text]
        return join(lines, between="\n")

    def numbers_of(self, rule: str) -> tuple[Text, ...]:
        """Return what a rule computed for this situation.

        Example:
            >>> from livegrad.advice.by_rule import guide
            >>> guide(layer="hidden").numbers_of("hidden-default")
            ()
        """
        return dict(self.numbers).get(rule, ())

    def say(self, language: Language | None = None) -> str:
        """Return `text` in ``language``, by default the reader's own.

        Example:
            >>> from livegrad.advice.by_rule import guide
            >>> guide(layer="output", task="regression").say("ko").splitlines()[0]
            '고르는 순서: identity.'
        """
        return self.text.say(language)

    def __str__(self) -> str:
        return self.say()

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as what ``json`` can write, both languages in it.

        Example:
            >>> from livegrad.advice.by_rule import guide
            >>> guide(layer="hidden").to_dict()["choices"][0]["name"]
            'relu'
        """
        return {
            "schema_version": SCHEMA,
            "situation": to_jsonable(self.situation),
            "choices": to_jsonable(self.choices),
            "avoided": to_jsonable(self.avoided),
            "rules": [
                {name: to_jsonable(getattr(rule, name)) for name in _TOLD}
                | {"numbers": to_jsonable(self.numbers_of(rule.id))}
                for rule in self.rules
            ],
            "pair": to_jsonable(self.pair),
            "unanswered": list(self.unanswered),
            "sentence": self.sentence.to_dict(),
        }
