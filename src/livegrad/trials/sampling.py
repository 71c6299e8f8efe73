"""How many samples a task makes, and how those of scikit-learn's data sets are drawn."""

from __future__ import annotations

from typing import Any

import numpy as np

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.dataset import Dataset
from livegrad.trials.reading import from_arrays
from livegrad.trials.reading_target import FEWEST_ROWS
from livegrad.trials.splitting import Kind

__all__ = ["bundled", "sample_count"]

_NO_LIBRARY = Text(
    "The task '{task}' takes its data from scikit-learn, which is not installed. Install it: "
    "pip install scikit-learn",
    "과제 '{task}'의 데이터는 scikit-learn에 들어 있는데 설치되어 있지 않습니다. 설치하세요: "
    "pip install scikit-learn",
)
_COUNT = Text(
    "The task '{task}' was asked for {samples} samples; it gives {least} to {most}. Ask for that many, or "
    "leave the number out.",
    "과제 '{task}'에 표본 {samples}개를 달라고 했습니다. {least}개부터 {most}개까지 줄 수 있습니다. 그만큼 달라고 "
    "하거나 수를 빼 주세요.",
)
_MOST = 1_000_000


def sample_count(
    task: str, samples: int | None, *, usual: int, least: int = FEWEST_ROWS, most: int = _MOST
) -> int:
    """Return how many samples to make.

    Args:
        task: Id of the task, for the message.
        samples: What was asked for; None for ``usual``.
        usual: How many are usual.
        least: The fewest that make sense.
        most: The most that there are.

    Raises:
        BadInput: Fewer or more than can be had, or no whole number.

    Example:
        >>> sample_count("moons", None, usual=500), sample_count("moons", 60, usual=500)
        (500, 60)
    """
    if samples is None:
        return usual
    if not isinstance(samples, int | np.integer) or not least <= samples <= most:
        raise BadInput(_COUNT.fill(task=task, samples=samples, least=least, most=most))
    return int(samples)


def bundled(task: str, kind: Kind, seed: int, samples: int | None) -> Dataset:
    """Return a data set of scikit-learn, all of it or a random part in which classes keep their shares.

    Args:
        task: Name of the data set, as in ``sklearn.datasets.load_iris``.
        kind: What is to be told.
        seed: What a part is drawn from; all samples come in their own order.
        samples: How many; None for all.

    Raises:
        BadInput: scikit-learn is missing, or does not have that many.

    Example:
        >>> bundled("iris", "classes", 0, 60).inputs.shape
        (60, 4)
    """
    try:
        from sklearn import datasets
    except ImportError as error:
        raise BadInput(_NO_LIBRARY.fill(task=task)) from error
    found: Any = getattr(datasets, f"load_{task}")()
    available = len(found.target)
    count = sample_count(task, samples, usual=available, most=available)
    rows = np.arange(available)
    if count < available:
        rows = _part(found.target, kind, np.random.default_rng(seed), count)
    names = found.get("target_names")
    targets = found.target if kind == "regression" else np.array(names)[found.target].astype(str)
    return from_arrays(
        found.data[rows],
        targets[rows],
        features=[str(name) for name in found.feature_names],
        kind=kind,
        name=task,
    )


def _part(targets: Any, kind: Kind, generator: np.random.Generator, count: int) -> Any:
    """Row numbers of a random part: every class at evenly spread places of a shuffled list."""
    shuffled = generator.permutation(len(targets))
    if kind == "regression":
        return shuffled[:count]
    by_class = shuffled[np.argsort(targets[shuffled], kind="stable")]
    return by_class[np.linspace(0, len(by_class) - 1, count).round().astype(int)]
