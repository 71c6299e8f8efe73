"""Every claim of the source material runs to the verdict it is known for, and can be read in both languages."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from lab.proofs import proved

from livegrad.errors import BadInput
from livegrad.lab.experiment import EXPERIMENTS, Cancelled, Experiment, Run
from livegrad.lab.frame import encoded
from livegrad.lab.proving import prove
from livegrad.text import Text

CLAIMS = [
    "linear-collapse",
    "straight-stays-straight",
    "linear-boundary-fails",
    "bending-space",
    "expressivity",
    "image-nonlinear",
    "step-cannot-learn",
    "deep-sigmoid-fails",
    "sigmoid-vanishing",
    "tanh-still-saturates",
    "frozen-early-layers",
    "zigzag",
    "input-centring",
    "zero-centred-converges",
    "relu-gradient-survival",
    "relu-no-saturation",
    "relu-ignores-negatives",
    "relu-nearly-linear",
    "relu-sparsity",
    "relu-cheap",
    "relu-faster-convergence",
    "relu-best",
    "dying-relu",
    "dying-causes",
    "dying-cures",
    "prelu-learns",
    "elu-noise",
    "elu-smooth",
    "derivative-comparison",
    "derivative-is-speed",
    "gradient-flow-decides",
    "output-reshaping",
    "sigmoid-as-probability",
    "softmax-as-probability",
    "rnn-tanh",
]

TIMED = ("relu-cheap",)
"""What they measure is time: another test at the same moment would be in it."""


@pytest.fixture(
    scope="module",
    params=[pytest.param(one, marks=pytest.mark.alone) if one in TIMED else one for one in CLAIMS],
)
def identifier(request: pytest.FixtureRequest) -> str:
    """A claim; of a module, so that all tests of one claim follow each other."""
    return request.param


def texts_in(value: Any) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for one in dataclasses.fields(value):
            yield from texts_in(getattr(value, one.name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item)


def test_every_claim_has_its_experiment() -> None:
    assert set(CLAIMS) <= set(EXPERIMENTS)


@pytest.mark.slow
def test_the_measurement_gives_the_verdict_it_is_known_for(identifier: str) -> None:
    assert proved(identifier).verdict.code == EXPERIMENTS[identifier].expected


@pytest.mark.slow
def test_a_verdict_rests_on_paired_starts_and_says_how_many(identifier: str) -> None:
    found = proved(identifier)
    facts = found.facts
    assert facts.held.dtype == bool
    assert len(facts.held) >= 8
    assert len(facts.numbers) >= 2
    assert facts.figures
    assert found.right in {answer.id for answer in EXPERIMENTS[identifier].question.answers}
    assert len({number.id for number in facts.numbers}) == len(facts.numbers)
    for number in facts.numbers:
        ends = number.low is None or number.high is None or number.low <= number.high
        assert ends, number.id
        assert number.n >= 1


@pytest.mark.slow
def test_everything_is_said_in_both_languages(identifier: str) -> None:
    experiment, found = EXPERIMENTS[identifier], proved(identifier)
    for text in texts_in((experiment, found)):
        assert text.en.strip()
        assert text.ko.strip()
        assert not re.search(r"{\w", text.en + text.ko), f"not filled: {text}"
    for text in (experiment.claim, experiment.about, experiment.question.text, found.verdict.text):
        assert re.search("[가-힣]", text.ko), f"not Korean: {text.ko}"


@pytest.mark.slow
def test_figures_are_small_and_can_travel(identifier: str) -> None:
    figures = proved(identifier).facts.figures
    assert len({figure.id for figure in figures}) == len(figures)
    assert len(encoded(figures)) < 400_000


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS.keys())
def test_controls_refuse_what_they_do_not_allow(experiment: Experiment) -> None:
    for control in experiment.controls:
        assert control.read(control.usual) == control.usual
        with pytest.raises(BadInput):
            control.read("no such choice" if control.choices else (control.high or 0) * 2 + 1e9)


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS.keys())
def test_what_to_read_next_exists(experiment: Experiment) -> None:
    assert set(experiment.after) <= set(EXPERIMENTS)
    assert experiment.id not in experiment.after
    assert 2 <= len(experiment.question.answers) <= 4
    assert set(experiment.sources.split()) <= set("ABCD")


@pytest.mark.parametrize(
    "identifier", ["dying-cures", "relu-faster-convergence", "deep-sigmoid-fails"]
)
def test_a_run_nobody_waits_for_ends(identifier: str) -> None:
    def gone(*_: object) -> None:
        raise Cancelled

    experiment = EXPERIMENTS[identifier]
    with pytest.raises(Cancelled):
        experiment.run(Run(settings=experiment.settings(), told=gone))


def test_the_same_base_seed_gives_the_same_numbers() -> None:
    first, again = prove("sigmoid-vanishing", seed=3), prove("sigmoid-vanishing", seed=3)
    other = prove("sigmoid-vanishing", seed=4)
    values = [[number.value for number in p.facts.numbers] for p in (first, again, other)]
    assert values[0] == values[1] != values[2]
    assert np.array_equal(first.facts.held, again.facts.held)
