"""Circles: a disk inside a ring."""

from __future__ import annotations

import numpy as np

from livegrad.text import Text
from livegrad.trials.dataset import Dataset
from livegrad.trials.reading import from_arrays
from livegrad.trials.sampling import sample_count
from livegrad.trials.task import Task

__all__ = ["TASK"]

_RADIUS = 5.0
_DISK, _RING = 0.5, 0.7  # of the radius: where the disk ends and the ring begins
_NOISE = 0.4  # deviation; the gap between disk and ring is 1


def _make(seed: int, samples: int | None) -> Dataset:
    generator = np.random.default_rng(seed)
    count = sample_count("circles", samples, usual=500)
    inside = np.arange(count) % 2 == 0
    share = generator.uniform(np.where(inside, 0, _RING), np.where(inside, _DISK, 1))
    angle = generator.uniform(0, 2 * np.pi, count)
    points = (_RADIUS * share)[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    points += generator.normal(0, _NOISE, (count, 2))
    labels = np.where(inside, "inside", "outside")
    return from_arrays(points, labels, features=("x1", "x2"), kind="binary", name="circles")


TASK = Task(
    id="circles",
    about=Text(
        "A disk inside a ring: the boundary is closed, which takes at least three bends.",
        "고리 안에 원판이 있습니다. 경계가 닫힌 곡선이라 적어도 세 번 굽어야 합니다.",
    ),
    source="Radii as in TensorFlow Playground",
    kind="binary",
    make=_make,
)
