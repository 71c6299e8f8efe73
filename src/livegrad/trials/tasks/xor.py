"""XOR: a square whose opposite corners are of one class."""

from __future__ import annotations

import numpy as np

from livegrad.text import Text
from livegrad.trials.dataset import Dataset
from livegrad.trials.reading import from_arrays
from livegrad.trials.sampling import sample_count
from livegrad.trials.task import Task

__all__ = ["TASK"]

_HALF = 5.0  # half the side of the square
_GAP = 0.3  # samples keep away from the border between the classes


def _make(seed: int, samples: int | None) -> Dataset:
    generator = np.random.default_rng(seed)
    count = sample_count("xor", samples, usual=500)
    quarter = np.arange(count) % 4  # as many in each
    sign = np.stack([np.where(quarter < 2, 1, -1), np.where(quarter % 2 == 0, 1, -1)], axis=1)
    points = sign * generator.uniform(_GAP, _HALF + _GAP, (count, 2))
    labels = np.where(sign.prod(axis=1) > 0, "same", "different")
    return from_arrays(points, labels, features=("x1", "x2"), kind="binary", name="xor")


TASK = Task(
    id="xor",
    about=Text(
        "Do both coordinates have the same sign? No straight line tells; it is the oldest proof that a network needs bends.",
        "두 좌표의 부호가 같을까요? 직선 하나로는 가릴 수 없습니다. 신경망에 굽힘이 필요하다는 가장 오래된 증거입니다.",
    ),
    source="Minsky and Papert 1969, Perceptrons; square and gap as in TensorFlow Playground",
    kind="binary",
    make=_make,
)
