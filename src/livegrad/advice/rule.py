"""The form of a rule of the guide: what to take where, why, on what evidence, and where it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from livegrad.registry import Registry
from livegrad.text import Text

__all__ = [
    "ARCHITECTURES",
    "LAYERS",
    "RULES",
    "SYMPTOMS",
    "TASKS",
    "Rule",
    "Situation",
]

Layer: TypeAlias = Literal["hidden", "recurrent", "output"]

LAYERS = ("hidden", "recurrent", "output")
"""Where the layer stands."""
TASKS = ("binary", "multilabel", "multiclass", "regression")
"""What the network answers: yes or no, several times yes or no, one of several classes, numbers."""
ARCHITECTURES = ("mlp", "cnn", "rnn")
"""What kind of network it is; the layers of an ``rnn`` are recurrent."""
SYMPTOMS = ("dead-units", "vanishing-gradient", "sign-locked-gradients")
"""The codes of findings for which a rule knows an activation function."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What a rule is asked about.

    Attributes:
        layer: One of `LAYERS`.
        task: One of `TASKS`, or None where it is not known.
        architecture: One of `ARCHITECTURES`, or None.
        symptoms: Codes of findings.

    Example:
        >>> Situation(layer="hidden", symptoms=("dead-units",)).has("dead-units", "saturation")
        True
    """

    layer: Layer = "hidden"
    task: str | None = None
    architecture: str | None = None
    symptoms: tuple[str, ...] = ()

    def has(self, *codes: str) -> bool:
        """Return whether one of these findings is among the symptoms.

        Example:
            >>> Situation().has("dead-units")
            False
        """
        return any(code in self.symptoms for code in codes)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        id: As in the table of claims; also the file's name (underscores for hyphens).
        where: On which layers it speaks: ids of `LAYERS`.
        fits: Whether it speaks in a situation on those layers.
        when: The situation, in a few words.
        activations: What it advises, the first choice first: names of the catalogue.
        against: What to race it against.
        says: The advice, as one sentence.
        why: The reason.
        evidence: Ids of the claims that carry or bound it.
        wrong_when: Where it is wrong.
        pytorch: Lines of code to copy.
        in_pytorch: What PyTorch does or needs, as one or two sentences.
        instead_of: Ids of rules that are silent where this one speaks.
    """

    id: str
    where: tuple[Layer, ...]
    fits: Callable[[Situation], bool]
    when: Text
    activations: tuple[str, ...]
    against: tuple[str, ...]
    says: Text
    why: Text
    evidence: tuple[str, ...]
    wrong_when: Text
    pytorch: tuple[str, ...]
    in_pytorch: Text
    instead_of: tuple[str, ...] = ()

    def speaks(self, situation: Situation) -> bool:
        """Return whether the rule has something to say.

        Example:
            >>> RULES["hidden-default"].speaks(Situation(layer="output", task="binary"))
            False
        """
        return situation.layer in self.where and self.fits(situation)


RULES: Registry[Rule] = Registry("livegrad.advice.rules", "RULE", Text("rule", "규칙(rule)"))
"""All rules by id."""
