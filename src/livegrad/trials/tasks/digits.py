"""Digits: handwritten numerals of 8 × 8 pixels."""

from __future__ import annotations

from livegrad.text import Text
from livegrad.trials.dataset import Dataset
from livegrad.trials.sampling import bundled
from livegrad.trials.task import Task

__all__ = ["TASK"]


def _make(seed: int, samples: int | None) -> Dataset:
    return bundled("digits", "classes", seed, samples)


TASK = Task(
    id="digits",
    about=Text(
        "Which digit is it? 1797 pictures of 8 × 8 pixels. A linear model gets most of them right, so a difference between activations is small here.",
        "어떤 숫자일까요? 8 × 8 화소 그림 1797장입니다. 선형 모형도 대부분 맞히므로 활성화 함수(activation)의 차이는 작게 나타납니다.",
    ),
    source="Alpaydin and Kaynak 1998, Optical Recognition of Handwritten Digits; test part, by scikit-learn load_digits",
    kind="classes",
    make=_make,
)
