"""The guide's side of the server."""

from __future__ import annotations

import itertools
from typing import Any, cast

import pytest

from livegrad.advice.rule import LAYERS, SYMPTOMS, TASKS
from livegrad.errors import BadInput
from livegrad.lab.desk import DESKS, Given, Visit
from livegrad.lab.experiment import EXPERIMENTS
from livegrad.lab.frame import encoded
from livegrad.lab.words.guide import WORDS

NOBODY = cast("Visit", None)


def _ask(**given: str) -> dict[str, Any]:
    found = DESKS["guide"].actions["ask"](NOBODY, Given(given))
    assert isinstance(found, dict)
    return found


def test_the_dialogue_asks_for_the_layer_first() -> None:
    assert _ask() == {"asks": "layer", "choices": LAYERS}
    assert _ask(layer="output") == {"asks": "task", "choices": TASKS}
    assert _ask(layer="hidden") == {"asks": "symptom", "choices": ("none", *SYMPTOMS)}


def test_every_answer_has_its_words() -> None:
    for choice in (*LAYERS, *TASKS, "none", *SYMPTOMS):
        assert choice in WORDS.texts
        assert f"{choice}-about" in WORDS.texts


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        ({"layer": "hidden", "symptom": "none"}, "hidden-default"),
        ({"layer": "hidden", "symptom": "dead-units"}, "hidden-dying"),
        ({"layer": "hidden", "symptom": "sign-locked-gradients"}, "hidden-recurrent"),
        ({"layer": "recurrent"}, "hidden-recurrent"),
        ({"layer": "output", "task": "multiclass"}, "output-multiclass"),
    ],
)
def test_answers_end_in_advice(answers: dict[str, str], rule: str) -> None:
    (told,) = _ask(**answers)["advice"]
    assert told["id"] == rule
    assert all(one["claim"] == EXPERIMENTS[one["id"]].claim for one in told["evidence"])
    assert len(told["evidence"]) >= 2
    assert encoded(told)


def test_every_way_through_the_dialogue_ends() -> None:
    for layer, task, symptom in itertools.product(LAYERS, TASKS, ("none", *SYMPTOMS)):
        assert _ask(layer=layer, task=task, symptom=symptom)["advice"]


def test_an_answer_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput):
        _ask(layer="cellar")
