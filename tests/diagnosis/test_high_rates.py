"""Steps that leap: what is tried first follows from how the loss went before."""

from __future__ import annotations

import math

import pytest

from livegrad.diagnosis.engine import RULES
from livegrad.diagnosis.learning import judge
from livegrad.observation.evidence import Evidence, Layer, Loss, Optimizer

WELL = (10.0, 6.0, 3.0, 1.0, 0.9, 1.1)
AT_ONCE = (10.0, 9.0, 40.0, 900.0)


def first_remedy(kind: str, before: tuple[float, ...]) -> str:
    values = (*before, *(math.nan,) * 60)
    evidence = Evidence(
        model="Net",
        steps=len(values),
        sampled=(0, 1, 2),
        layers=(Layer(name="0", kind=kind, update=(0.6, 0.5, math.nan)),),
        loss=Loss(steps=tuple(range(len(values))), values=values, baseline=1.0),
        optimizer=Optimizer(name="SGD", rate=0.1),
    )
    (found,) = RULES["learning-rate-too-high"].look(evidence, judge(evidence))
    assert set(found.remedies) >= {"lower-rate", "clip-gradients"}
    return found.remedies[0]


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_a_recurrent_network_that_went_well_and_then_leaped_gets_its_gradients_clipped(kind):
    assert first_remedy(kind, WELL) == "clip-gradients"


@pytest.mark.parametrize(
    ("kind", "before"), [("RNN", AT_ONCE), ("Linear", WELL), ("Linear", AT_ONCE)]
)
def test_what_leaps_from_the_start_or_has_no_cliffs_gets_a_lower_rate(kind, before):
    assert first_remedy(kind, before) == "lower-rate"
