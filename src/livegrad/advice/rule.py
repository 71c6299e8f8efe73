"""The form of a rule of the guide: what to take where, why, on what evidence, and where it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from livegrad.advice.situation import Layer, Situation
from livegrad.registry import Registry
from livegrad.text import Text

__all__ = ["ANSWERS", "RULES", "SYMPTOMS", "Rule"]

Answered: TypeAlias = Literal[
    "loss", "symptom", "depth", "norm", "architecture", "precision", "device", "data", "layer"
]

ANSWERS: tuple[Answered, ...] = (
    "loss", "symptom", "depth", "norm", "architecture", "precision", "device", "data", "layer",
)  # fmt: skip
"""What of a situation a rule may answer, the most telling first: what leaves no choice or was seen to fail, then what the
network is, then what only rules some functions out or makes them dearer, then habits. In this order rules speak, and their
choices are ranked."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        id: As in the table of claims, for those that come from there; also the file's name (underscores for hyphens).
        where: On which layers it speaks: ids of `situation.LAYERS`.
        fits: Whether it speaks in a situation on those layers.
        answers: What of the situation makes it speak; see `ANSWERS`.
        when: The situation, in a few words.
        activations: What it advises, the first choice first: names of the catalogue.
        against: What to race it against.
        avoids: What it advises against, even where another rule names it.
        says: The advice, as one sentence.
        why: The reason.
        evidence: Ids of the claims that carry or bound it; the lab measures them.
        sources: Papers and measured tables that carry it: author, year, title; or a file below ``docs/measured``.
        wrong_when: Where it is wrong.
        pytorch: Lines of code to copy.
        in_pytorch: What PyTorch does or needs, as one or two sentences.
        instead_of: Ids of rules that are silent where this one speaks.
        numbers: What it computes for a situation, sentence by sentence; None if nothing.
    """

    id: str
    where: tuple[Layer, ...]
    fits: Callable[[Situation], bool]
    answers: Answered
    when: Text
    activations: tuple[str, ...]
    against: tuple[str, ...]
    says: Text
    why: Text
    evidence: tuple[str, ...]
    wrong_when: Text
    pytorch: tuple[str, ...]
    in_pytorch: Text
    avoids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    instead_of: tuple[str, ...] = ()
    numbers: Callable[[Situation], tuple[Text, ...]] | None = None

    def speaks(self, situation: Situation) -> bool:
        """Return whether the rule has something to say.

        Example:
            >>> RULES["hidden-default"].speaks(Situation(layer="output", task="binary"))
            False
        """
        return situation.layer in self.where and self.fits(situation)


RULES: Registry[Rule] = Registry("livegrad.advice.rules", "RULE", Text("rule", "규칙(rule)"))
"""All rules by id."""

SYMPTOMS = (
    "dead-units",
    "vanishing-gradient",
    "sign-locked-gradients",
    "saturation",
    "exploding-gradient",
    "signal-collapse",
    "linear-collapse",
    "arithmetic-death",
    "bad-initialization",
)
"""The codes of findings for which a rule of hidden layers knows an activation function."""
