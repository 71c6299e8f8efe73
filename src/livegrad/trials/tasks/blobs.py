"""Blobs: three round clouds."""

from __future__ import annotations

import numpy as np

from livegrad.text import Text
from livegrad.trials.dataset import Dataset
from livegrad.trials.reading import from_arrays
from livegrad.trials.sampling import sample_count
from livegrad.trials.task import Task

__all__ = ["TASK"]

_DISTANCE = 3.0  # of each centre from the middle, in deviations of a cloud


def _make(seed: int, samples: int | None) -> Dataset:
    generator = np.random.default_rng(seed)
    count = sample_count("blobs", samples, usual=300)
    cloud = np.arange(count) % 3
    angle = 2 * np.pi * cloud / 3
    points = _DISTANCE * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    points += generator.normal(0, 1, (count, 2))
    labels = np.array(["top", "right", "left"])[cloud]
    return from_arrays(points, labels, features=("x1", "x2"), kind="classes", name="blobs")


TASK = Task(
    id="blobs",
    about=Text(
        "Three round clouds that touch: straight lines part them, so a network needs no bend, and must not be harmed by one.",
        "맞닿은 둥근 구름 세 개입니다. 직선으로 나뉘므로 굽힘이 필요 없고, 굽힘이 해가 되어서도 안 됩니다.",
    ),
    source="Three normal distributions, centres on an equilateral triangle",
    kind="classes",
    make=_make,
)
