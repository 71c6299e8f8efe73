"""Wine: three growers told by thirteen chemical measurements."""

from __future__ import annotations

from livegrad.text import Text
from livegrad.trials.dataset import Dataset
from livegrad.trials.sampling import bundled
from livegrad.trials.task import Task

__all__ = ["TASK"]


def _make(seed: int, samples: int | None) -> Dataset:
    return bundled("wine", "classes", seed, samples)


TASK = Task(
    id="wine",
    about=Text(
        "Which grower does the wine come from? 178 samples, 13 measurements whose scales differ a thousandfold before they are standardised.",
        "어느 재배자의 와인일까요? 표본 178개, 측정값 13가지입니다. 표준화하기 전에는 측정값의 크기가 천 배씩 다릅니다.",
    ),
    source="Aeberhard and Forina 1991, Wine; by scikit-learn load_wine",
    kind="classes",
    make=_make,
)
