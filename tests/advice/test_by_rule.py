"""The guide: which rule speaks when, and what every rule must carry."""

from __future__ import annotations

import itertools
import subprocess
import sys

import pytest

from livegrad.advice.by_rule import guide
from livegrad.advice.rule import ARCHITECTURES, LAYERS, RULES, SYMPTOMS, TASKS
from livegrad.codes import CODES
from livegrad.errors import BadInput
from livegrad.functions import ACTIVATIONS
from livegrad.lab.experiment import EXPERIMENTS
from livegrad.text import Text

SIX = {
    "hidden-default": ("relu",),
    "hidden-dying": ("leaky_relu", "elu"),
    "hidden-recurrent": ("tanh",),
    "output-binary": ("sigmoid",),
    "output-multiclass": ("softmax",),
    "output-regression": ("identity",),
}


def test_the_six_rules_of_the_source_are_there() -> None:
    assert {name: RULES[name].activations for name in SIX} == SIX


@pytest.mark.parametrize("name", list(RULES))
def test_a_rule_carries_all_that_a_reader_needs(name: str) -> None:
    rule = RULES[name]
    assert rule.where
    assert set(rule.where) <= set(LAYERS)
    assert set(rule.activations) | set(rule.against) <= set(ACTIVATIONS)
    assert not set(rule.activations) & set(rule.against)
    assert rule.evidence
    assert set(rule.evidence) <= set(EXPERIMENTS)
    assert set(rule.instead_of) <= set(RULES) - {name}
    for text in (rule.when, rule.says, rule.why, rule.wrong_when, rule.in_pytorch):
        assert isinstance(text, Text)
        assert text.en != text.ko
        assert text.placeholders() == (frozenset(), frozenset())
    assert rule.pytorch


@pytest.mark.parametrize("name", list(RULES))
def test_code_of_a_rule_can_be_read_by_python(name: str) -> None:
    for line in RULES[name].pytorch:
        compile(line, name, "exec")


def test_every_situation_gets_advice() -> None:
    for layer, task, architecture, symptom in itertools.product(
        LAYERS, TASKS, (None, *ARCHITECTURES), (None, *CODES)
    ):
        symptoms = () if symptom is None else (symptom,)
        found = guide(task=task, layer=layer, architecture=architecture, symptoms=symptoms)
        assert found.rules
        assert found.activations
        assert found.sentence.en.startswith("Take")
        assert found.unanswered == symptoms or not found.unanswered


@pytest.mark.parametrize(
    ("asked", "rules"),
    [
        ({}, ("hidden-default",)),
        ({"symptoms": ["dead-units"]}, ("hidden-dying",)),
        ({"symptoms": ["vanishing-gradient"]}, ("hidden-dying",)),
        ({"symptoms": ["sign-locked-gradients"]}, ("hidden-recurrent",)),
        ({"architecture": "rnn"}, ("hidden-recurrent",)),
        ({"layer": "recurrent", "symptoms": ["dead-units"]}, ("hidden-recurrent",)),
        ({"architecture": "rnn", "layer": "output", "task": "regression"}, ("output-regression",)),
        ({"layer": "output", "task": "binary"}, ("output-binary",)),
        ({"layer": "output", "task": "multilabel"}, ("output-binary",)),
        ({"layer": "output", "task": "multiclass"}, ("output-multiclass",)),
    ],
)
def test_which_rule_speaks(asked: dict[str, object], rules: tuple[str, ...]) -> None:
    assert tuple(rule.id for rule in guide(**asked).rules) == rules  # pyrefly: ignore


def test_a_symptom_that_no_rule_knows_is_named() -> None:
    found = guide(symptoms=["saturation", "dead-units"])
    assert found.unanswered == ("saturation",)
    assert "saturation" in found.sentence.en
    assert "saturation" in found.sentence.ko
    assert all(guide(symptoms=[code]).unanswered == () for code in SYMPTOMS)


def test_pytorchs_second_half_is_told() -> None:
    binary, several = RULES["output-binary"], RULES["output-multiclass"]
    for language in ("en", "ko"):
        assert "BCEWithLogitsLoss" in binary.in_pytorch.say(language)
        assert "CrossEntropyLoss" in several.in_pytorch.say(language)
    assert not any("nn.Sigmoid()" in line or "nn.Softmax(" in line for line in binary.pytorch)
    assert not any("nn.Softmax(" in line for line in several.pytorch)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"layer": "output"}, "Say what the network answers: binary"),
        ({"layer": "middle"}, "layer was given as 'middle'"),
        ({"task": "guess"}, "task was given as 'guess'"),
        ({"architecture": "tree"}, "architecture was given as 'tree'"),
        ({"symptoms": ["cough"]}, "A symptom was given as 'cough'"),
    ],
)
def test_what_cannot_be_meant_is_refused(asked: dict[str, object], says: str) -> None:
    with pytest.raises(BadInput) as refused:
        guide(**asked)  # pyrefly: ignore
    assert says in refused.value.text.en
    assert refused.value.text.ko != refused.value.text.en


def test_the_guide_needs_neither_torch_nor_trials() -> None:
    code = (
        "import sys; from livegrad.advice.by_rule import guide; guide(symptoms=['dead-units']);"
        "print(sorted(m for m in sys.modules if m in ('torch', 'livegrad.trials', 'livegrad.lab')))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
