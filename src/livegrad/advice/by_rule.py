"""The guide: an activation function for a layer, at once, from rules that say why and where they are wrong.

guide(task="binary", layer="output").sentence
guide(layer="hidden", symptoms=["dead-units"]).activations
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from livegrad.advice.rule import ARCHITECTURES, LAYERS, RULES, TASKS, Rule, Situation
from livegrad.codes import CODES
from livegrad.errors import BadInput
from livegrad.text import Text, join

__all__ = ["Advice", "guide"]

_UNKNOWN = Text(
    "{what} was given as '{given}'; it can be: {choices}.",
    "{what:을/를} '{given:으로/로}' 주었는데, 쓸 수 있는 것은 {choices}입니다.",
)
_LAYER = Text("layer", "층(layer)")
_TASK = Text("task", "과제(task)")
_ARCHITECTURE = Text("architecture", "구조(architecture)")
_SYMPTOM = Text("A symptom", "증상(symptoms)")
_NO_TASK = Text(
    "The output layer follows the task, and none was given. Say what the network answers: {choices}.",
    "출력층은 과제가 정하는데 과제를 주지 않았습니다. 신경망이 무엇에 답하는지 알려 주세요: {choices}.",
)
_NO_RULE = Text(
    "No rule says which activation function helps against {codes}; livegrad.check(build, treat=True) tries cures for it.",
    "{codes}에 어떤 활성화 함수가 듣는지 말하는 규칙은 없습니다. livegrad.check(build, treat=True)가 처방을 시험해 줍니다.",
)


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What the guide says.

    Attributes:
        situation: What was asked.
        rules: The rules that speak, the most telling first; never empty.
        unanswered: Symptoms for which no rule knows an activation function.
    """

    situation: Situation
    rules: tuple[Rule, ...]
    unanswered: tuple[str, ...] = ()

    @property
    def activations(self) -> tuple[str, ...]:
        """What is advised, the first choice first: names of the catalogue."""
        return tuple(dict.fromkeys(name for rule in self.rules for name in rule.activations))

    @property
    def sentence(self) -> Text:
        """The advice with its reason, as one paragraph.

        Example:
            >>> guide(layer="hidden").sentence.en.startswith("Take ReLU")
            True
        """
        said = [part for rule in self.rules for part in (rule.says, rule.why)]
        if self.unanswered:
            said.append(_NO_RULE.fill(codes=", ".join(self.unanswered)))
        return join(said)


def guide(
    *,
    task: str | None = None,
    layer: str = "hidden",
    architecture: str | None = None,
    symptoms: Sequence[str] = (),
) -> Advice:
    """Return which activation function to take, with reasons.

    Args:
        task: What the network answers: ``"binary"``, ``"multilabel"``, ``"multiclass"`` or ``"regression"``;
            needed for the output layer only.
        layer: Where the function stands: ``"hidden"``, ``"recurrent"`` or ``"output"``.
        architecture: ``"mlp"``, ``"cnn"`` or ``"rnn"``; the hidden layers of an ``"rnn"`` are recurrent.
        symptoms: What ails the training: codes of findings, such as ``"dead-units"``.

    Raises:
        BadInput: A word is none of these, or the output layer was asked for without a task.

    Example:
        >>> guide(task="regression", layer="output").activations
        ('identity',)
        >>> guide(architecture="rnn", symptoms=["dead-units"]).rules[0].id
        'hidden-recurrent'
    """
    situation = Situation(
        layer=_read_layer(layer, architecture),
        task=None if task is None else _one_of(_TASK, task, TASKS),
        architecture=architecture,
        symptoms=tuple(_one_of(_SYMPTOM, code, tuple(CODES)) for code in symptoms),
    )
    if situation.layer == "output" and task is None:
        raise BadInput(_NO_TASK.fill(choices=", ".join(TASKS)))
    speaking = [rule for rule in RULES.values() if rule.speaks(situation)]
    silent = {identifier for rule in speaking for identifier in rule.instead_of}
    return Advice(
        situation=situation,
        rules=tuple(rule for rule in speaking if rule.id not in silent),
        unanswered=tuple(code for code in situation.symptoms if not _answered(code, situation)),
    )


def _read_layer(layer: str, architecture: str | None) -> Any:
    found = _one_of(_LAYER, layer, LAYERS)
    if architecture is not None:
        _one_of(_ARCHITECTURE, architecture, ARCHITECTURES)
    return "recurrent" if found == "hidden" and architecture == "rnn" else found


def _one_of(what: Text, given: str, choices: tuple[str, ...]) -> str:
    if given not in choices:
        raise BadInput(_UNKNOWN.fill(what=what, given=given, choices=", ".join(choices)))
    return given


def _answered(code: str, situation: Situation) -> bool:
    """Whether a symptom changes what the rules say."""
    alone = Situation(layer=situation.layer, task=situation.task, symptoms=(code,))
    plain = Situation(layer=situation.layer, task=situation.task)
    return any(rule.speaks(alone) and not rule.speaks(plain) for rule in RULES.values())
