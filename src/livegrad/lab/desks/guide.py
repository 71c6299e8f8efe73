"""The guide's side of the server: a short dialogue that ends in advice with its reasons."""

from __future__ import annotations

from typing import Any

from livegrad.advice.by_rule import advise
from livegrad.advice.rule import SYMPTOMS, Rule
from livegrad.advice.situation import LAYERS, TASKS, situation_of
from livegrad.functions import ACTIVATIONS, Activation
from livegrad.lab.desk import Desk, Given, Visit
from livegrad.lab.experiment import EXPERIMENTS
from livegrad.text import Text

__all__ = ["CONTEXTS", "DESK", "choices_of"]

_NONE = "none"
_THROUGH_TIME = ("vanishing-gradient", "exploding-gradient")

CONTEXTS: dict[str, dict[str, Any]] = {
    _NONE: {},
    "several-layers": {"depth": 8},
    "many-layers": {"depth": 50},
    "batch-norm": {"norm": "batch", "depth": 20},
    "layer-norm": {"norm": "layer", "depth": 10},
    "residual": {"skip": True, "norm": "layer", "depth": 50},
    "low-precision": {"precision": "bfloat16"},
    "mobile": {"device": "mobile"},
    "few-inputs": {"features": 2},
    "few-samples": {"samples": 300},
}
"""What may be known of a network whose training shows nothing yet, as a situation."""


def choices_of(question: str, layer: str) -> tuple[str, ...]:
    """Return what a question may be answered with.

    Example:
        >>> choices_of("symptom", "recurrent")
        ('none', 'vanishing-gradient', 'exploding-gradient')
    """
    if question == "symptom":
        return (_NONE, *(_THROUGH_TIME if layer == "recurrent" else SYMPTOMS))
    return {"layer": LAYERS, "task": TASKS, "context": tuple(CONTEXTS)}[question]


def _ask(visit: Visit, given: Given) -> object:  # noqa: ARG001 - every action has this form
    """Return the next question, or the advice where enough was answered."""
    answers = dict[str, str]()
    question: str | None = "layer"
    while question is not None:
        choices = choices_of(question, answers.get("layer", ""))
        if question not in given:
            return {"asks": question, "choices": choices}
        answers[question] = given.choice(question, choices)
        question = _next(answers)
    found = advise(situation_of(_facts(answers)))
    told = [_told(rule, found.numbers_of(rule.id)) for rule in found.rules]
    return {"advice": told, "hidden": answers["layer"] != "output"}


def _next(answers: dict[str, str]) -> str | None:
    layer = answers["layer"]
    if layer == "output":
        return None if "task" in answers else "task"
    if layer == "block":
        return None
    if "symptom" not in answers:
        return "symptom"
    plain = layer == "hidden" and answers["symptom"] == _NONE
    return "context" if plain and "context" not in answers else None


def _facts(answers: dict[str, str]) -> dict[str, Any]:
    symptom = answers.get("symptom", _NONE)
    return {
        "layer": answers["layer"],
        "task": answers.get("task"),
        "symptoms": () if symptom == _NONE else (symptom,),
        **CONTEXTS[answers.get("context", _NONE)],
    }


def _told(rule: Rule, numbers: tuple[Text, ...]) -> dict[str, Any]:
    kept = ("id", "when", "activations", "against", "says", "why", "wrong_when", "pytorch")
    told = {key: getattr(rule, key) for key in (*kept, "in_pytorch", "sources")}
    claims = [EXPERIMENTS[identifier] for identifier in rule.evidence if identifier in EXPERIMENTS]
    lanes = (*rule.activations, *rule.against)
    return told | {
        "numbers": numbers,
        "lanes": [name for name in lanes if isinstance(ACTIVATIONS[name], Activation)],
        "evidence": [
            {"id": claim.id, "claim": claim.claim, "expected": claim.expected} for claim in claims
        ],
    }


DESK = Desk(id="guide", actions={"ask": _ask})
