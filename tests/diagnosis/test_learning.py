"""Did it learn? On made-up losses, where the answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from livegrad.diagnosis.engine import diagnose
from livegrad.diagnosis.learning import judge
from livegrad.observation.evidence import Evidence, Loss

STEPS = 400
CHANCE = np.random.default_rng(0)


def evidence(values, baseline=None, **more) -> Evidence:
    values = tuple(float(v) for v in values)
    loss = Loss(steps=tuple(range(len(values))), values=values, baseline=baseline)
    return Evidence(model="Net", steps=len(values), loss=loss, **more)


def curve(start: float, end: float, noise: float = 0.02) -> np.ndarray:
    fall = end + (start - end) * np.exp(-np.arange(STEPS) / 60)
    return fall + noise * CHANCE.standard_normal(STEPS)


@pytest.mark.parametrize(
    ("values", "baseline", "learned"),
    [
        (curve(2.3, 0.1), 2.3, True),
        (curve(2.4, 2.3), 2.3, False),
        (curve(9.0, 1.0), 1.0, False),
        (curve(9.0, 0.3), 1.0, True),
        (curve(2.3, 2.3), None, None),
        (curve(2.3, 0.5), None, True),
        (np.full(STEPS, 0.7), 0.7, False),
        (np.linspace(2.30, 2.15, STEPS), 2.3, True),
        (curve(1.0, 50.0), 1.0, False),
        (1e-4 * np.exp(-np.arange(STEPS) / 50), None, True),
    ],
)
def test_learning_is_what_the_constant_prediction_does_not_reach(values, baseline, learned):
    assert judge(evidence(values, baseline)).learning is learned


def test_a_loss_far_above_a_constants_that_comes_down_all_the_way_has_not_blown_up():
    late = judge(evidence(np.linspace(9.0, 5.0, STEPS), 1.0))
    assert (late.learning, late.diverged) == (False, False)
    stuck = judge(evidence(np.full(STEPS, 5.0) + 0.1 * CHANCE.standard_normal(STEPS), 1.0))
    assert (stuck.learning, stuck.diverged) == (False, True)


def test_numbers_that_end_are_a_divergence():
    values = [2.3] * 10 + [math.nan] * 90
    learned = judge(evidence(values, 2.3))
    assert (learned.learning, learned.diverged) == (False, True)


def test_one_bad_number_that_is_recovered_from_is_none():
    values = curve(2.3, 0.1)
    values[50] = math.inf
    assert judge(evidence(values, 2.3)).learning is True


@pytest.mark.parametrize("values", [[], [1.0], [2.3] * 10])
def test_too_little_to_judge(values):
    assert judge(evidence(values, 2.3)).learning is None


def test_adversaries_are_not_judged_by_their_loss():
    assert judge(evidence(curve(0.7, 0.7), None, adversarial=True)).learning is None


def test_stuck_without_a_reason_is_cause_not_found_and_never_healthy():
    from livegrad.observation.evidence import Layer

    layer = Layer(name="0", kind="Linear", gradient=(0.0,))
    diagnosis = diagnose(evidence(curve(2.3, 2.3), 2.3, layers=(layer,), sampled=(0,)))
    assert diagnosis.findings == ()
    assert diagnosis.cause_unknown
    assert not diagnosis.healthy
