"""The guide's side of the server: a short dialogue that ends in advice with its reasons."""

from __future__ import annotations

from typing import Any

from livegrad.advice.by_rule import guide
from livegrad.advice.rule import LAYERS, SYMPTOMS, TASKS, Rule
from livegrad.lab.desk import Desk, Given, Visit
from livegrad.lab.experiment import EXPERIMENTS

__all__ = ["DESK"]

_NO_SYMPTOM = "none"


def _ask(visit: Visit, given: Given) -> object:  # noqa: ARG001 - every action has this form
    """Return the next question, or the advice where enough was answered."""
    if "layer" not in given:
        return {"asks": "layer", "choices": LAYERS}
    layer = given.choice("layer", LAYERS)
    if layer == "output" and "task" not in given:
        return {"asks": "task", "choices": TASKS}
    if layer == "hidden" and "symptom" not in given:
        return {"asks": "symptom", "choices": (_NO_SYMPTOM, *SYMPTOMS)}
    symptom = given.choice("symptom", (_NO_SYMPTOM, *SYMPTOMS), _NO_SYMPTOM)
    found = guide(
        layer=layer,
        task=given.choice("task", TASKS) if layer == "output" else None,
        symptoms=() if symptom == _NO_SYMPTOM or layer != "hidden" else (symptom,),
    )
    return {"advice": [_told(rule) for rule in found.rules], "hidden": layer != "output"}


def _told(rule: Rule) -> dict[str, Any]:
    kept = ("id", "when", "activations", "against", "says", "why", "wrong_when", "pytorch")
    told = {key: getattr(rule, key) for key in (*kept, "in_pytorch")}
    claims = [EXPERIMENTS[identifier] for identifier in rule.evidence if identifier in EXPERIMENTS]
    return told | {
        "evidence": [
            {"id": claim.id, "claim": claim.claim, "expected": claim.expected} for claim in claims
        ]
    }


DESK = Desk(id="guide", actions={"ask": _ask})
