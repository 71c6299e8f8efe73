"""The share of starts in which a claim held never contradicts the verdict: both are read side by side."""

from __future__ import annotations

import numpy as np
import pytest
from lab.proofs import proved

from livegrad.lab.experiment import EXPERIMENTS, Facts, Number
from livegrad.lab.proving import Proved
from livegrad.text import same

FAST: list[tuple[str, dict[str, float | str]]] = [
    ("sigmoid-vanishing", {}),
    ("sigmoid-vanishing", {"scale": 0.3}),
    ("sigmoid-vanishing", {"scale": 250}),
    ("relu-no-saturation", {}),
    ("relu-no-saturation", {"activation": "leaky_relu(alpha=0.2)"}),
    ("relu-no-saturation", {"activation": "tanh"}),
    ("relu-nearly-linear", {}),
    ("relu-nearly-linear", {"activation": "tanh"}),
    ("relu-ignores-negatives", {}),
    ("relu-ignores-negatives", {"width": 1.0}),
    ("relu-ignores-negatives", {"width": 4.0}),
    ("relu-sparsity", {"depth": 1}),
    ("relu-sparsity", {"depth": 1, "slope": 0.1}),
    ("relu-sparsity", {"depth": 1, "bias": -3.0}),
    ("zigzag", {}),
    ("zigzag", {"batch": 1}),
    ("zigzag", {"activation": "tanh"}),
    ("straight-stays-straight", {}),
    ("straight-stays-straight", {"activation": "tanh"}),
    ("elu-smooth", {}),
    ("elu-smooth", {"alpha": 0.5}),
    ("output-reshaping", {}),
    ("output-reshaping", {"activation": "identity", "depth": 2}),
    ("tanh-still-saturates", {"scale": 1.0, "depth": 2}),
]
"""Usual and other settings of the quick experiments: together they reach every verdict."""


def agree(found: Proved) -> bool:
    """Whether the share of starts is one that the verdict's word allows."""
    share, code = found.facts.share, found.verdict.code
    return share.low > 0.5 if code == "holds" else code == "holds-if" or share.high < 0.5


@pytest.mark.parametrize(("claim", "settings"), FAST)
def test_the_share_of_starts_agrees_with_the_verdict(
    claim: str, settings: dict[str, float | str]
) -> None:
    found = proved(claim, *settings.items())
    assert agree(found), (found.verdict.code, found.facts.share)


@pytest.mark.slow
@pytest.mark.parametrize(
    "claim",
    [
        pytest.param(claim, marks=pytest.mark.alone) if claim == "relu-cheap" else claim
        for claim in sorted(EXPERIMENTS)
    ],  # what that one measures is time
)
def test_it_agrees_at_the_usual_settings_of_every_claim(claim: str) -> None:
    found = proved(claim, seed=1)
    assert agree(found), (found.verdict.code, found.facts.share)


def test_quick_settings_reach_every_verdict() -> None:
    claims = ("relu-no-saturation", "relu-ignores-negatives")
    codes = {proved(claim, *given.items()).verdict.code for claim, given in FAST if claim in claims}
    assert codes == {"holds", "holds-if", "does-not-hold"}


@pytest.mark.parametrize(
    ("claim", "share_of_all"),
    [
        ("sigmoid-vanishing", "quarter"),
        ("frozen-early-layers", "both"),
        ("step-cannot-learn", "behind"),
    ],
)
@pytest.mark.parametrize("whole", [0.0, 1.0])
def test_one_half_of_a_sentence_is_not_the_whole(
    claim: str, share_of_all: str, whole: float
) -> None:
    """Every start held, by the half that is counted; whether the whole holds is another number."""
    facts = proved(claim).facts
    numbers = tuple(
        n
        if n.id != share_of_all
        else Number(id=n.id, name=n.name, value=whole, explanation=same("-"))
        for n in facts.numbers
    )
    judged = Facts(
        held=np.ones_like(facts.held), numbers=numbers, figures=(), settings=facts.settings
    )
    assert EXPERIMENTS[claim].verdict(judged).code == ("holds" if whole else "holds-if")
