"""Two samples: the smallest regression there is, as done by hand on a blackboard."""

from __future__ import annotations

import numpy as np

from livegrad.text import Text
from livegrad.trials.dataset import Dataset
from livegrad.trials.sampling import sample_count
from livegrad.trials.task import Task

__all__ = ["TASK"]

_WEIGHTS = np.array([[1.0, -2.0], [1.0, 5.0]])
_BIAS = np.array([-3.0, 0.0])


def _make(seed: int, samples: int | None) -> Dataset:
    """Points of the plane, and what a 2-2-1 network of sigmoids makes of them."""
    generator = np.random.default_rng(seed)
    count = sample_count("two-sample-regression", samples, usual=2, least=2)
    inputs = generator.uniform(-2, 2, (count, 2))
    hidden = 1 / (1 + np.exp(-(inputs @ _WEIGHTS.T + _BIAS)))
    targets = hidden @ np.array([[1.0], [3.0]])
    return Dataset(
        name="two-sample-regression",
        inputs=inputs.astype(np.float32),
        targets=targets.astype(np.float32),
        kind="regression",
        features=("x1", "x2"),
    )


TASK = Task(
    id="two-sample-regression",
    about=Text(
        "Two inputs, one output, two samples: a step can be followed by hand. Every network can hit both "
        "targets, so whether it does, and how fast, shows the training alone.",
        "입력 둘, 출력 하나, 표본 둘이라 한 걸음씩 손으로 따라갈 수 있습니다. 어떤 신경망이든 두 목표값을 맞힐 수 "
        "있으므로, 맞히는지와 얼마나 빠른지는 학습만을 보여 줍니다.",
    ),
    source="A 2-2-1 network of sigmoids with the weights of a worked textbook example",
    kind="regression",
    make=_make,
)
