"""Spiral: two arms wound around each other."""

from __future__ import annotations

import numpy as np

from livegrad.text import Text
from livegrad.trials.dataset import Dataset
from livegrad.trials.reading import from_arrays
from livegrad.trials.sampling import sample_count
from livegrad.trials.task import Task

__all__ = ["TASK"]

_RADIUS = 5.0
_TURNS = 1.75  # of each arm
_NOISE = 0.25  # samples are moved by up to this much along each axis; the arms lie about 1.4 apart


def _make(seed: int, samples: int | None) -> Dataset:
    generator = np.random.default_rng(seed)
    count = sample_count("spiral", samples, usual=500)
    first = np.arange(count) % 2 == 0
    along = (np.arange(count) // 2) / ((count + 1) // 2)  # 0 at the centre, towards 1 at the end
    angle = 2 * np.pi * (_TURNS * along + np.where(first, 0.0, 0.5))
    points = (_RADIUS * along)[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    points += generator.uniform(-_NOISE, _NOISE, (count, 2))
    labels = np.where(first, "first", "second")
    return from_arrays(points, labels, features=("x1", "x2"), kind="binary", name="spiral")


TASK = Task(
    id="spiral",
    about=Text(
        "Two arms of 1.75 turns wound around each other: the boundary bends many times, so depth and a living gradient pay.",
        "1.75바퀴씩 서로 감긴 팔 두 개입니다. 경계가 여러 번 굽으므로 깊이와 살아 있는 기울기(gradient)가 값을 합니다.",
    ),
    source="Lang and Witbrock 1988, Learning to tell two spirals apart; turns and radius as in TensorFlow Playground",
    kind="binary",
    make=_make,
)
