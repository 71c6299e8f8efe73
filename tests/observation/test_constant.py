"""Both ends of what can be learned: the best constant prediction, and a perfect one."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional

from livegrad.observation.constant import Constants
from livegrad.observation.pairs import Pairs, sketch
from livegrad.observation.signals import LossCall


def call(name: str, output: torch.Tensor, target: torch.Tensor, **settings) -> LossCall:
    def again(other: torch.Tensor) -> torch.Tensor:
        return getattr(functional, name)(other, target, **settings)

    return LossCall(name, output, target, settings, again(output), again)


def levels(
    name: str, output: torch.Tensor, target: torch.Tensor, **settings
) -> tuple[float, float]:
    found = Constants().levels(call(name, output, target, **settings))
    assert found is not None
    return found[0].item(), found[1].item()


LABELS = torch.tensor([0, 0, 0, 1])
HALVES = torch.tensor([[0.25], [0.75]])
ENTROPY = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))


@pytest.mark.parametrize(
    ("name", "output", "target", "settings", "constant", "perfect"),
    [
        ("cross_entropy", torch.zeros(4, 2), LABELS, {}, ENTROPY, 0.0),
        ("cross_entropy", torch.zeros(4, 2), LABELS, {"reduction": "sum"}, 4 * ENTROPY, 0.0),
        ("cross_entropy", torch.zeros(4, 2, 1), LABELS[:, None], {}, ENTROPY, 0.0),
        ("nll_loss", torch.full((4, 2), -1.0), LABELS, {}, ENTROPY, 0.0),
        (
            "binary_cross_entropy_with_logits",
            torch.zeros(4, 1),
            LABELS[:, None].float(),
            {},
            ENTROPY,
            0.0,
        ),
        ("binary_cross_entropy", torch.full((2, 1), 0.5), HALVES, {}, math.log(2), ENTROPY),
        ("mse_loss", torch.zeros(2, 1), torch.tensor([[1.0], [3.0]]), {}, 1.0, 0.0),
        ("l1_loss", torch.zeros(3, 1), torch.tensor([[0.0], [0.0], [9.0]]), {}, 3.0, 0.0),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_the_levels_are_those_of_the_textbook(name, output, target, settings, constant, perfect):
    found = levels(name, output, target, **settings)
    assert found == pytest.approx((constant, perfect), abs=1e-4)


def test_probabilities_as_targets_cost_their_entropy():
    target = torch.tensor([[0.75, 0.25], [0.25, 0.75]])
    assert levels("cross_entropy", torch.zeros(2, 2), target) == pytest.approx(
        (math.log(2), ENTROPY), abs=1e-4
    )


@pytest.mark.parametrize(
    ("name", "output", "target"),
    [
        ("mse_loss", torch.zeros(()), torch.zeros(())),
        ("poisson_nll_loss", torch.zeros(2), torch.ones(2)),
        ("cross_entropy", torch.zeros(0, 2), torch.zeros(0, dtype=torch.long)),
    ],
)
def test_what_cannot_be_said_is_not_said(name, output, target):
    assert Constants().levels(call(name, output, target)) is None


def test_an_output_that_is_no_number_has_no_level():
    low, _ = Constants().levels(call("mse_loss", torch.full((2, 1), math.nan), torch.zeros(2, 1)))
    assert math.isnan(low)


def test_the_score_of_the_last_evaluation_and_its_chance():
    pairs = Pairs()
    for step, right in ((10, 0), (20, 3)):
        output = torch.zeros(4, 2)
        output[range(4), [*LABELS[:right].tolist(), *(1 - LABELS[right:]).tolist()]] = 1.0
        pairs.add(call("cross_entropy", output, LABELS), step=step, training=False)
    score = pairs.score(20)
    assert (score.value, score.chance, score.source, score.steps) == (
        0.75,
        0.75,
        "evaluation",
        (10, 20),
    )


@pytest.mark.parametrize(
    ("name", "output", "target", "kind"),
    [
        ("cross_entropy", torch.zeros(4, 2), LABELS, "classes"),
        ("cross_entropy", torch.zeros(2, 2), torch.eye(2), "distribution"),
        ("binary_cross_entropy", torch.full((4,), 0.5), LABELS.float(), "binary"),
        ("mse_loss", torch.zeros(2, 1), HALVES, "unit-interval"),
        ("mse_loss", torch.zeros(2, 1), 9 * HALVES, "real"),
    ],
    ids=["classes", "distribution", "binary", "unit", "real"],
)
def test_what_kind_of_target_it_is(name, output, target, kind):
    found = sketch(call(name, output, target), operations=(), in_model=True)
    assert found.record().target == kind
