"""The guide: which rule speaks when, and what every rule must carry."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from livegrad.advice.by_rule import guide
from livegrad.advice.pairs import LOSSES, fit_of
from livegrad.advice.rule import ANSWERS, RULES, SYMPTOMS
from livegrad.advice.situation import (
    ARCHITECTURES,
    DEVICES,
    LAYERS,
    NORMS,
    PRECISIONS,
    TASKS,
    Situation,
)
from livegrad.codes import CODES
from livegrad.errors import BadInput
from livegrad.functions import ACTIVATIONS
from livegrad.lab.experiment import EXPERIMENTS
from livegrad.text import Text

ROOT = Path(__file__).parents[2]
SIX = {
    "hidden-default": ("relu",),
    "hidden-dying": ("leaky_relu", "elu"),
    "hidden-recurrent": ("tanh",),
    "output-binary": ("sigmoid",),
    "output-multiclass": ("softmax",),
    "output-regression": ("identity",),
}
YEAR = re.compile(r"\b(19|20)\d\d\b|^PyTorch 2 documentation")


def test_the_six_rules_of_the_source_are_there() -> None:
    assert {name: RULES[name].activations for name in SIX} == SIX


@pytest.mark.parametrize("name", list(RULES))
def test_a_rule_carries_all_that_a_reader_needs(name: str) -> None:
    rule = RULES[name]
    assert rule.where
    assert set(rule.where) <= set(LAYERS)
    assert rule.answers in ANSWERS
    assert rule.activations
    assert set(rule.activations) | set(rule.against) | set(rule.avoids) <= set(ACTIVATIONS)
    assert not set(rule.activations) & (set(rule.against) | set(rule.avoids))
    assert rule.evidence
    assert set(rule.evidence) <= set(EXPERIMENTS)
    assert set(rule.instead_of) <= set(RULES) - {name}
    for text in (rule.when, rule.says, rule.why, rule.wrong_when, rule.in_pytorch):
        assert isinstance(text, Text)
        assert text.en != text.ko
        assert re.search("[가-힣]", text.ko)
        assert not re.search("[가-힣]", text.en)
        assert text.placeholders() == (frozenset(), frozenset())
    assert rule.pytorch


@pytest.mark.parametrize("name", list(RULES))
def test_a_source_can_be_looked_up(name: str) -> None:
    for source in RULES[name].sources:
        if source.startswith("docs/"):
            assert (ROOT / source).is_file(), source
        else:
            assert YEAR.search(source), source


@pytest.mark.parametrize("name", list(RULES))
def test_code_of_a_rule_can_be_read_by_python(name: str) -> None:
    for line in RULES[name].pytorch:
        compile(line, name, "exec")


WORDS = [
    *itertools.product(LAYERS, TASKS, (None,), (None, *CODES), (None,), (None,)),
    *itertools.product(LAYERS, ("regression",), ARCHITECTURES, (None,), PRECISIONS, NORMS),
]


def test_every_situation_gets_advice() -> None:
    names = ("layer", "task", "architecture", "symptom", "precision", "norm")
    for words in WORDS:
        asked = dict(zip(names, words, strict=True))
        symptom = asked.pop("symptom")
        symptoms = () if symptom is None else (symptom,)
        found = guide(**asked, symptoms=symptoms)  # pyrefly: ignore
        assert found.rules
        assert found.activations
        assert not set(found.activations) & {one.name for one in found.avoided}
        assert found.sentence.en.startswith("Take")
        assert found.unanswered == symptoms or not found.unanswered


@pytest.mark.parametrize(
    ("asked", "rules"),
    [
        ({}, ("hidden-default",)),
        ({"symptoms": ["dead-units"]}, ("hidden-dying",)),
        ({"symptoms": ["vanishing-gradient"]}, ("hidden-dying",)),
        ({"symptoms": ["sign-locked-gradients"]}, ("hidden-recurrent",)),
        ({"symptoms": ["saturation"]}, ("hidden-saturation",)),
        ({"symptoms": ["exploding-gradient"]}, ("hidden-explosion",)),
        ({"symptoms": ["signal-collapse"]}, ("hidden-collapse",)),
        ({"symptoms": ["linear-collapse"]}, ("hidden-linear",)),
        ({"symptoms": ["arithmetic-death"]}, ("hidden-low-precision",)),
        ({"symptoms": ["bad-initialization"]}, ("hidden-initialisation",)),
        ({"depth": 2}, ("hidden-default",)),
        ({"depth": 8}, ("hidden-initialisation",)),
        ({"depth": 50}, ("hidden-deep-plain",)),
        ({"depth": 50, "skip": True}, ("hidden-residual",)),
        ({"depth": 50, "norm": "batch"}, ("hidden-batch-norm",)),
        ({"depth": 5, "norm": "batch"}, ("hidden-default",)),
        ({"norm": "layer"}, ("hidden-layer-norm",)),
        ({"device": "mobile"}, ("hidden-deployment",)),
        ({"features": 2}, ("hidden-few-inputs",)),
        ({"task": "regression", "samples": 300, "features": 2}, ("hidden-few-inputs",)),
        ({"task": "binary", "samples": 300, "features": 20}, ("hidden-few-samples",)),
        ({"task": "binary", "samples": 3000, "features": 20}, ("hidden-default",)),
        ({"layer": "block"}, ("hidden-block",)),
        ({"architecture": "transformer"}, ("hidden-block",)),
        ({"architecture": "rnn"}, ("hidden-recurrent",)),
        ({"architecture": "rnn", "symptoms": ["vanishing-gradient"]}, ("recurrent-long",)),
        ({"architecture": "rnn", "precision": "bfloat16"}, ("recurrent-low-precision",)),
        ({"layer": "recurrent", "symptoms": ["dead-units"]}, ("hidden-recurrent",)),
        ({"architecture": "rnn", "layer": "output", "task": "regression"}, ("output-regression",)),
        ({"layer": "output", "task": "binary"}, ("output-binary",)),
        ({"layer": "output", "task": "multilabel"}, ("output-binary",)),
        ({"layer": "output", "task": "multiclass"}, ("output-multiclass",)),
        ({"layer": "output", "task": "ordinal"}, ("output-ordinal",)),
        ({"layer": "output", "task": "positive"}, ("output-positive",)),
        ({"layer": "output", "task": "fraction"}, ("output-fraction",)),
        ({"layer": "output", "loss": "NLLLoss"}, ("output-log-probabilities",)),
        ({"layer": "output", "loss": "BCELoss"}, ("output-bce",)),
        (
            {"layer": "output", "task": "multiclass", "symptoms": ["wrong-output-activation"]},
            ("output-wrong", "output-multiclass"),
        ),
    ],
)
def test_which_rule_speaks(asked: dict[str, object], rules: tuple[str, ...]) -> None:
    assert tuple(rule.id for rule in guide(**asked).rules) == rules  # pyrefly: ignore


def test_what_is_seen_comes_before_what_is_planned() -> None:
    found = guide(symptoms=["dead-units"], device="mobile")
    assert [rule.id for rule in found.rules] == ["hidden-dying", "hidden-deployment"]
    assert found.activations[:2] == ("leaky_relu", "elu")
    assert found.choices[0].reasons == (RULES["hidden-dying"].why,)
    assert [choice.rank for choice in found.choices] == list(range(1, len(found.choices) + 1))


def test_what_a_rule_avoids_is_no_choice_of_another() -> None:
    plain, rounded = guide(depth=50), guide(depth=50, precision="bfloat16")
    assert plain.activations[0] == "tanh"
    assert "tanh" not in rounded.activations
    assert {one.name: one.rule for one in rounded.avoided}["tanh"] == "hidden-low-precision"


def test_depth_asks_the_theory_of_flow() -> None:
    said = [text.en for text in guide(depth=50).numbers_of("hidden-deep-plain")]
    by_start = {line.split(":")[0]: line for line in said}
    assert by_start["tanh, critical"].endswith("Expected to train.")
    assert by_start["relu, pytorch"].endswith("Not expected to train.")
    assert "10^-19.3" in by_start["relu, pytorch"]
    assert "0.43" in said[-1]


def test_low_precision_asks_where_gradients_round_to_zero() -> None:
    said = " ".join(
        text.en for text in guide(precision="bfloat16").numbers_of("hidden-low-precision")
    )
    assert "x = 3.47" in said
    assert "x = 6.25" in said
    assert "x = 4.51" in guide(precision="float16", architecture="rnn").text.en


def test_every_number_is_said_in_both_languages() -> None:
    asked = ({"depth": 8}, {"depth": 20, "norm": "batch"}, {"norm": "rms"}, {"symptoms": ["signal-collapse"]},
             {"depth": 20, "skip": True}, {"symptoms": ["exploding-gradient"]})  # fmt: skip
    for one in asked:
        found = guide(**one)  # pyrefly: ignore
        assert any(texts for _, texts in found.numbers), one
        for text in (text for _, texts in found.numbers for text in texts):
            assert text.en != text.ko
            assert "{" not in text.en + text.ko


def test_a_symptom_that_no_rule_knows_is_named() -> None:
    found = guide(symptoms=["stale-gradients", "dead-units"])
    assert found.unanswered == ("stale-gradients",)
    assert "stale-gradients" in found.sentence.en
    assert "stale-gradients" in found.sentence.ko
    assert all(guide(symptoms=[code]).unanswered == () for code in SYMPTOMS)


def test_pytorchs_second_half_is_told() -> None:
    binary, several = RULES["output-binary"], RULES["output-multiclass"]
    for language in ("en", "ko"):
        assert "BCEWithLogitsLoss" in binary.in_pytorch.say(language)
        assert "CrossEntropyLoss" in several.in_pytorch.say(language)
    assert not any("nn.Sigmoid()" in line or "nn.Softmax(" in line for line in binary.pytorch)
    assert not any("nn.Softmax(" in line for line in several.pytorch)


@pytest.mark.parametrize("loss", list(LOSSES))
def test_every_loss_is_pytorchs_and_says_how_the_model_ends(loss: str) -> None:
    nn = pytest.importorskip("torch.nn")
    assert hasattr(nn, loss)
    assert set(LOSSES[loss].tasks) <= set(TASKS)
    for task in TASKS:
        said = fit_of(loss, task)
        assert ("does not fit" in said.en) == (task not in LOSSES[loss].tasks)
        assert "{" not in said.en + said.ko


def test_an_output_is_asked_for_its_loss() -> None:
    found = guide(layer="output", task="multiclass", loss="MSELoss")
    assert found.pair is not None
    assert "Take CrossEntropyLoss / NLLLoss" in found.pair.en
    assert found.pair.en in found.sentence.en
    assert (
        guide(layer="output", task="positive", loss="MSELoss").say("en").endswith("nn.Softplus().")
    )


def test_advice_is_said_and_written_in_both_languages() -> None:
    found = guide(symptoms=["dead-units"])
    rule = RULES["hidden-dying"]
    assert found.say("en").startswith("In this order: leaky_relu, elu.\n" + rule.says.en)
    assert rule.wrong_when.ko in found.say("ko")
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert [one["name"] for one in told["choices"]] == ["leaky_relu", "elu"]
    assert told["rules"][0]["why"] == {"en": rule.why.en, "ko": rule.why.ko}
    assert told["situation"]["symptoms"] == ["dead-units"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"layer": "output"}, "Say what the network answers: binary"),
        ({"layer": "middle"}, "layer was given as 'middle'"),
        ({"task": "guess"}, "task was given as 'guess'"),
        ({"architecture": "tree"}, "architecture was given as 'tree'"),
        ({"symptoms": ["cough"]}, "A symptom was given as 'cough'"),
        ({"symptoms": "dead-units"}, "symptoms=['dead-units']"),
        ({"loss": "Hinge"}, "loss was given as 'Hinge'"),
        ({"norm": "group"}, "norm was given as 'group'"),
        ({"precision": "int8"}, "precision was given as 'int8'"),
        ({"device": "toaster"}, "device was given as 'toaster'"),
        ({"depth": 0}, "depth was given as 0"),
        ({"features": 2.5}, "features was given as 2.5"),
        ({"samples": True}, "samples was given as True"),
    ],
)
def test_what_cannot_be_meant_is_refused(asked: dict[str, object], says: str) -> None:
    with pytest.raises(BadInput) as refused:
        guide(**asked)  # pyrefly: ignore
    assert says in refused.value.text.en
    assert refused.value.text.ko != refused.value.text.en


def test_choices_of_a_word_are_all_named() -> None:
    with pytest.raises(BadInput) as refused:
        guide(device="toaster")
    assert all(name in refused.value.text.en for name in DEVICES)
    assert all(guide(norm=name).rules for name in NORMS)


def test_a_situation_knows_whether_layers_are_plain() -> None:
    assert Situation().plain
    assert Situation(norm="none").plain
    assert not Situation(norm="rms").plain
    assert not Situation(skip=True).plain


def test_the_guide_needs_neither_torch_nor_trials() -> None:
    code = (
        "import sys; from livegrad.advice.by_rule import guide; guide(symptoms=['dead-units']);"
        "print(sorted(m for m in sys.modules if m in ('torch', 'livegrad.trials', 'livegrad.lab')));"
        "guide(depth=20, precision='bfloat16'); print('torch' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["[]", "False"]
