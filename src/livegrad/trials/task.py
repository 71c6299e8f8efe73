"""A bundled data set: made anew from a seed, or brought along by scikit-learn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from livegrad.registry import Registry
from livegrad.text import Text
from livegrad.trials.dataset import Dataset
from livegrad.trials.splitting import Kind

__all__ = ["TASKS", "Task"]


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something to learn.

    Attributes:
        id: Also the file's name (underscores for hyphens).
        about: What is to be learned, and what makes it hard.
        source: Where it comes from.
        kind: What is to be told.
        make: Makes the data from a seed and a number of samples; None for as many as are usual. Raises
            `BadInput` if that many cannot be had, or a library is missing.
    """

    id: str
    about: Text
    source: str
    kind: Kind
    make: Callable[[int, int | None], Dataset]


TASKS: Registry[Task] = Registry("livegrad.trials.tasks", "TASK", Text("task", "과제(task)"))
"""All tasks by id; ``TASKS.find(name)`` names the nearest one if there is none."""
