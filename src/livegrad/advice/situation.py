"""What the guide is asked about: where the layer stands, what the network answers, and what is known of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from livegrad.advice.pairs import LOSSES
from livegrad.codes import CODES
from livegrad.errors import BadInput
from livegrad.text import Text, same

__all__ = [
    "ARCHITECTURES",
    "DEVICES",
    "LAYERS",
    "NORMS",
    "PRECISIONS",
    "TASKS",
    "Situation",
    "situation_of",
]

Layer: TypeAlias = Literal["hidden", "recurrent", "block", "output"]

LAYERS: tuple[Layer, ...] = ("hidden", "recurrent", "block", "output")
"""Where the layer stands; a ``block`` is the feed-forward part of a transformer."""
TASKS = ("binary", "multilabel", "multiclass", "ordinal", "regression", "positive", "fraction")
"""What the network answers: yes or no, several times yes or no, one of several classes, one of several steps in order, any
number, a number above 0, a number between 0 and 1."""
ARCHITECTURES = ("mlp", "cnn", "rnn", "transformer")
"""What kind of network it is; the hidden layers of an ``rnn`` are recurrent, those of a ``transformer`` stand in blocks."""
NORMS = ("none", "batch", "layer", "rms")
"""What normalises the pre-activations."""
PRECISIONS = ("float32", "bfloat16", "float16")
"""In which numbers the activation is computed."""
DEVICES = ("gpu", "cpu", "mobile")
"""Where the trained network will run; ``mobile`` stands for small chips and whole numbers of 8 bits."""

_PLACES: Mapping[str, Layer] = {"rnn": "recurrent", "transformer": "block"}
_UNKNOWN = Text(
    "{what} was given as '{given}'; it can be: {choices}.",
    "{what:을/를} '{given:으로/로}' 주었는데, 쓸 수 있는 것은 {choices}입니다.",
)
_NO_COUNT = Text(
    "{what} was given as {given}; it must be a whole number of at least 1, as in {what}=20.",
    "{what:을/를} {given:으로/로} 주었는데, 1 이상의 정수여야 합니다. {what}=20처럼 적어 주세요.",
)
_ONE_CODE = Text(
    "symptoms was given as the word '{given}'; it must be a list, as in symptoms=['{given}'].",
    "symptoms에 낱말 '{given}' 하나를 주었는데, symptoms=['{given}']처럼 목록이어야 합니다.",
)
_NO_TASK = Text(
    "The output layer follows the task, and none was given. Say what the network answers: {choices}.",
    "출력층은 과제가 정하는데 과제를 주지 않았습니다. 신경망이 무엇에 답하는지 알려 주세요: {choices}.",
)
_NAMES = {
    "layer": Text("layer", "층(layer)"),
    "task": Text("task", "과제(task)"),
    "architecture": Text("architecture", "구조(architecture)"),
    "loss": Text("loss", "손실(loss)"),
    "norm": Text("norm", "정규화(norm)"),
    "precision": Text("precision", "정밀도(precision)"),
    "device": Text("device", "장치(device)"),
}
_SYMPTOM = Text("A symptom", "증상(symptoms)")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "layer": LAYERS,
    "task": TASKS,
    "architecture": ARCHITECTURES,
    "loss": tuple(LOSSES),
    "norm": NORMS,
    "precision": PRECISIONS,
    "device": DEVICES,
}
_COUNTS = ("depth", "width", "features", "samples")


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What a rule is asked about; None stands for what is not known.

    Attributes:
        layer: One of `LAYERS`.
        task: One of `TASKS`.
        architecture: One of `ARCHITECTURES`.
        symptoms: Codes of findings.
        loss: Name of PyTorch's loss, one of `pairs.LOSSES`.
        depth: Hidden layers one after the other.
        width: Units in each of them.
        norm: One of `NORMS`.
        skip: Whether layers are bridged by residual connections.
        precision: One of `PRECISIONS`.
        device: One of `DEVICES`.
        features: Numbers that the network gets for one sample.
        samples: How many there are to learn from.

    Example:
        >>> Situation(layer="hidden", symptoms=("dead-units",)).has("dead-units", "saturation")
        True
    """

    layer: Layer = "hidden"
    task: str | None = None
    architecture: str | None = None
    symptoms: tuple[str, ...] = ()
    loss: str | None = None
    depth: int | None = None
    width: int | None = None
    norm: str | None = None
    skip: bool = False
    precision: str | None = None
    device: str | None = None
    features: int | None = None
    samples: int | None = None

    def has(self, *codes: str) -> bool:
        """Return whether one of these findings is among the symptoms.

        Example:
            >>> Situation().has("dead-units")
            False
        """
        return any(code in self.symptoms for code in codes)

    @property
    def plain(self) -> bool:
        """Whether nothing but the activation stands between layers: no norm, no skip.

        Example:
            >>> Situation(norm="layer").plain
            False
        """
        return not self.skip and self.norm in (None, "none")


def situation_of(given: Mapping[str, Any]) -> Situation:
    """Return the situation that these words and numbers describe.

    Args:
        given: By the names of `Situation`'s attributes; what is missing or None is not known.

    Raises:
        BadInput: A word is none that there is, a number is no count, or the output layer was asked for without a task.

    Example:
        >>> situation_of({"architecture": "rnn"}).layer
        'recurrent'
        >>> situation_of({"layer": "output", "loss": "CrossEntropyLoss"}).task
        'multiclass'
    """
    known = {name: value for name, value in given.items() if value is not None}
    for name, choices in _CHOICES.items():
        if name in known:
            _one_of(_NAMES[name], known[name], choices)
    for name in _COUNTS:
        if name in known:
            _count(name, known[name])
    symptoms = known.get("symptoms", ())
    if isinstance(symptoms, str):
        raise BadInput(_ONE_CODE.fill(given=symptoms))
    for code in symptoms:
        _one_of(_SYMPTOM, code, tuple(CODES))
    known |= {"symptoms": tuple(symptoms), "skip": bool(known.get("skip", False))}
    if known.get("layer", "hidden") == "hidden":
        known["layer"] = _PLACES.get(str(known.get("architecture")), "hidden")
    if "task" not in known and "loss" in known:
        known["task"] = LOSSES[known["loss"]].tasks[0]
    if known["layer"] == "output" and "task" not in known:
        raise BadInput(_NO_TASK.fill(choices=", ".join(TASKS)))
    return Situation(**known)


def _one_of(what: Text, given: object, choices: tuple[str, ...]) -> None:
    if given not in choices:
        raise BadInput(_UNKNOWN.fill(what=what, given=given, choices=", ".join(choices)))


def _count(name: str, given: object) -> None:
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise BadInput(_NO_COUNT.fill(what=same(name), given=repr(given)))
