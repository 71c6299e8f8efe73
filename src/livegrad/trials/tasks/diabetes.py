"""Diabetes: how far the disease goes in a year, by ten measurements."""

from __future__ import annotations

from livegrad.text import Text
from livegrad.trials.dataset import Dataset
from livegrad.trials.sampling import bundled
from livegrad.trials.task import Task

__all__ = ["TASK"]


def _make(seed: int, samples: int | None) -> Dataset:
    return bundled("diabetes", "regression", seed, samples)


TASK = Task(
    id="diabetes",
    about=Text(
        "How far does the disease go in one year? 442 patients, ten measurements. Noise is large: no model explains much more than half of the variance.",
        "한 해 동안 병이 얼마나 나빠질까요? 환자 442명, 측정값 열 가지입니다. 잡음이 커서 어떤 모형도 분산의 절반 남짓만 설명합니다.",
    ),
    source="Efron, Hastie, Johnstone and Tibshirani 2004, Least angle regression; by scikit-learn load_diabetes",
    kind="regression",
    make=_make,
)
