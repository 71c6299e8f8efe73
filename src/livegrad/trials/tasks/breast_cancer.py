"""Breast cancer: benign or malignant, by thirty measurements of cell nuclei."""

from __future__ import annotations

from livegrad.text import Text
from livegrad.trials.dataset import Dataset
from livegrad.trials.sampling import bundled
from livegrad.trials.task import Task

__all__ = ["TASK"]


def _make(seed: int, samples: int | None) -> Dataset:
    return bundled("breast_cancer", "binary", seed, samples)


TASK = Task(
    id="breast-cancer",
    about=Text(
        "Is the tumour benign or malignant? 569 samples, 30 measurements of cell nuclei, many of which say the same.",
        "종양이 양성일까요, 악성일까요? 표본 569개, 세포핵의 측정값 30가지이고 서로 닮은 것이 많습니다.",
    ),
    source="Street, Wolberg and Mangasarian 1993, Nuclear feature extraction for breast tumor diagnosis; by scikit-learn load_breast_cancer",
    kind="binary",
    make=_make,
)
