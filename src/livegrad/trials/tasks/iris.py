"""Iris: three species told by four lengths."""

from __future__ import annotations

from livegrad.text import Text
from livegrad.trials.dataset import Dataset
from livegrad.trials.sampling import bundled
from livegrad.trials.task import Task

__all__ = ["TASK"]


def _make(seed: int, samples: int | None) -> Dataset:
    return bundled("iris", "classes", seed, samples)


TASK = Task(
    id="iris",
    about=Text(
        "Which species is the flower? 150 samples, four lengths in cm; two of the species overlap a little.",
        "어떤 종의 꽃일까요? 표본 150개, cm로 잰 길이 네 가지입니다. 두 종은 조금 겹칩니다.",
    ),
    source="Fisher 1936, The use of multiple measurements in taxonomic problems; by scikit-learn load_iris",
    kind="classes",
    make=_make,
)
