"""Moons: two half circles that reach into each other."""

from __future__ import annotations

import numpy as np

from livegrad.text import Text
from livegrad.trials.dataset import Dataset
from livegrad.trials.reading import from_arrays
from livegrad.trials.sampling import sample_count
from livegrad.trials.task import Task

__all__ = ["TASK"]

_NOISE = 0.15  # deviation; the moons lie about 0.5 apart


def _make(seed: int, samples: int | None) -> Dataset:
    generator = np.random.default_rng(seed)
    count = sample_count("moons", samples, usual=500)
    angle = generator.uniform(0, np.pi, count)
    upper = np.arange(count) % 2 == 0
    x1 = np.where(upper, np.cos(angle), 1 - np.cos(angle))
    x2 = np.where(upper, np.sin(angle), 0.5 - np.sin(angle))
    points = np.stack([x1, x2], axis=1) + generator.normal(0, _NOISE, (count, 2))
    labels = np.where(upper, "upper", "lower")
    return from_arrays(points, labels, features=("x1", "x2"), kind="binary", name="moons")


TASK = Task(
    id="moons",
    about=Text(
        "Two half circles that reach into each other: no straight line parts them; a line with two bends does.",
        "서로 파고든 반원 두 개입니다. 직선으로는 나눌 수 없고, 두 번 꺾인 선이면 됩니다.",
    ),
    source="Geometry of scikit-learn make_moons",
    kind="binary",
    make=_make,
)
