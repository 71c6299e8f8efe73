"""The guide's side of the server."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any, cast

import pytest

import livegrad
from livegrad.advice.rule import SYMPTOMS
from livegrad.advice.situation import LAYERS, TASKS
from livegrad.errors import BadInput
from livegrad.functions import ACTIVATIONS
from livegrad.lab.desk import DESKS, Given, Visit
from livegrad.lab.desks.guide import CONTEXTS, choices_of
from livegrad.lab.experiment import EXPERIMENTS
from livegrad.lab.frame import encoded
from livegrad.lab.words.guide import WORDS

NOBODY = cast("Visit", None)


def _ask(**given: str) -> dict[str, Any]:
    found = DESKS["guide"].actions["ask"](NOBODY, Given(given))
    assert isinstance(found, dict)
    return found


def test_the_dialogue_asks_what_is_open() -> None:
    assert _ask() == {"asks": "layer", "choices": LAYERS}
    assert _ask(layer="output") == {"asks": "task", "choices": TASKS}
    assert _ask(layer="hidden") == {"asks": "symptom", "choices": ("none", *SYMPTOMS)}
    assert _ask(layer="hidden", symptom="none") == {"asks": "context", "choices": tuple(CONTEXTS)}
    assert "advice" in _ask(layer="block")


def test_every_answer_has_its_words() -> None:
    contexts = tuple(name.replace("none", "context-none") for name in CONTEXTS)
    for choice in (*LAYERS, *TASKS, "none", *SYMPTOMS, *contexts):
        assert choice in WORDS.texts
        assert f"{choice}-about" in WORDS.texts


def test_the_page_offers_the_same_answers() -> None:
    page = Path(livegrad.__file__).parent / "lab" / "page" / "views" / "guide-state.js"
    written = page.read_text("utf-8")
    for question in ("layer", "task", "symptom", "context"):
        listed = ", ".join(f'"{choice}"' for choice in choices_of(question, "hidden"))
        assert f"{question}: [{listed}]" in written
    through_time = ", ".join(f'"{choice}"' for choice in choices_of("symptom", "recurrent"))
    assert f"THROUGH_TIME = [{through_time}]" in written


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        ({"layer": "hidden", "symptom": "none", "context": "none"}, "hidden-default"),
        ({"layer": "hidden", "symptom": "none", "context": "many-layers"}, "hidden-deep-plain"),
        ({"layer": "hidden", "symptom": "none", "context": "batch-norm"}, "hidden-batch-norm"),
        ({"layer": "hidden", "symptom": "none", "context": "mobile"}, "hidden-deployment"),
        ({"layer": "hidden", "symptom": "dead-units"}, "hidden-dying"),
        ({"layer": "hidden", "symptom": "sign-locked-gradients"}, "hidden-recurrent"),
        ({"layer": "recurrent", "symptom": "none"}, "hidden-recurrent"),
        ({"layer": "recurrent", "symptom": "vanishing-gradient"}, "recurrent-long"),
        ({"layer": "block"}, "hidden-block"),
        ({"layer": "output", "task": "multiclass"}, "output-multiclass"),
    ],
)
def test_answers_end_in_advice(answers: dict[str, str], rule: str) -> None:
    (told,) = _ask(**answers)["advice"]
    assert told["id"] == rule
    assert all(one["claim"] == EXPERIMENTS[one["id"]].claim for one in told["evidence"])
    assert len(told["evidence"]) >= 1
    assert set(told["lanes"]) <= set(ACTIVATIONS) - {"swiglu", "softmax"}
    assert encoded(told)


def test_numbers_are_computed_for_the_answers() -> None:
    (told,) = _ask(layer="hidden", symptom="none", context="many-layers")["advice"]
    assert any("tanh, critical" in text.en for text in told["numbers"])


def test_every_way_through_the_dialogue_ends() -> None:
    for layer, task, context in itertools.product(LAYERS, TASKS, CONTEXTS):
        for symptom in choices_of("symptom", layer):
            assert _ask(layer=layer, task=task, symptom=symptom, context=context)["advice"]


def test_an_answer_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput):
        _ask(layer="cellar")
    with pytest.raises(BadInput):
        _ask(layer="recurrent", symptom="dead-units")
