"""The data sets: scikit-learn's own, and made ones; nothing is downloaded.

`load` gives a `Data`: inputs as a careful user would pass them (columns with mean 0 and variance 1), and ``raw`` as
they come. No data set is used in both parts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import sklearn.datasets
import torch

from trainings import sequences

Task = Literal["classes", "binary", "regression", "labels", "reconstruction"]


@dataclass(frozen=True, kw_only=True)
class Data:
    """Inputs and targets of one task.

    Attributes:
        task: "classes" (targets are indices), "binary" (0 and 1, shape (samples, 1)), "regression" ((samples, outputs),
            variance 1), "labels" (several of them may be 1), "reconstruction" (the input itself, in 0 … 1).
        x: (samples, features), (samples, channels, height, width), (samples, time, features) or, for tokens,
            (samples, time) of integers.
        y: (samples,) or (samples, outputs).
        outputs: Outputs that a network needs.
        raw: Inputs before they were standardised; the same shape as ``x``.
        tokens: Size of the vocabulary; 0 where inputs are real numbers.
    """

    task: Task
    x: torch.Tensor
    y: torch.Tensor
    outputs: int
    raw: torch.Tensor | None = None
    tokens: int = 0


def load(name: str, seed: int) -> Data:
    """Return a data set by its name; made ones depend on the seed."""
    return DATA[name](seed)


def standardised(x: torch.Tensor) -> torch.Tensor:
    """Columns with mean 0 and variance 1; a constant column becomes 0."""
    return (x - x.mean(0)) / x.std(0).clamp_min(1e-6)


def _table(name: str, task: Task) -> Callable[[int], Data]:
    """A table of scikit-learn; ``raw`` are its own units."""

    def read(seed: int) -> Data:
        del seed
        more: dict[str, Any] = {"scaled": False} if name == "diabetes" else {}
        found = getattr(sklearn.datasets, f"load_{name}")(**more)
        raw = torch.tensor(found.data, dtype=torch.float32)
        return _shaped(task, raw, torch.tensor(found.target))

    return read


def _shaped(task: Task, raw: torch.Tensor, y: torch.Tensor) -> Data:
    x = standardised(raw)
    if task == "classes":
        return Data(task=task, x=x, y=y.long(), outputs=int(y.max()) + 1, raw=raw)
    target = y.float().reshape(len(y), -1)
    if task == "regression":
        target = standardised(target)
    return Data(task=task, x=x, y=target, outputs=target.shape[1], raw=raw)


def _images(data: Data) -> Data:
    """Digits as pictures of 1×8×8, grey values around 0; ``raw`` are bytes (0 … 255)."""
    raw = sklearn_pixels(data)
    return replace(
        data, x=((raw / 255 - 0.3) / 0.38).reshape(-1, 1, 8, 8), raw=raw.reshape(-1, 1, 8, 8)
    )


def sklearn_pixels(data: Data) -> torch.Tensor:
    """Grey values 0 … 255 of the digits (the data set has 0 … 16)."""
    if data.raw is None:
        message = "digits have raw pixels"
        raise ValueError(message)
    return data.raw / 16 * 255


def _reconstruction(seed: int) -> Data:
    x = sklearn_pixels(_table("digits", "classes")(seed)) / 255
    return Data(task="reconstruction", x=x, y=x, outputs=64, raw=x * 255)


def _rings(seed: int) -> Data:
    """Two noisy shells in 8 dimensions."""
    chance = torch.Generator().manual_seed(seed)
    direction = torch.randn(600, 8, generator=chance)
    label = torch.arange(600) % 2
    radius = 1 + label[:, None] + 0.15 * torch.randn(600, 1, generator=chance)
    return _shaped("classes", direction / direction.norm(dim=1, keepdim=True) * radius, label)


def _waves(seed: int) -> Data:
    """A smooth surface over two inputs."""
    x = 1.5 * torch.randn(600, 2, generator=torch.Generator().manual_seed(seed))
    return _shaped("regression", x, torch.sin(2 * x[:, 0]) + 0.5 * x[:, 1])


def _tags(seed: int) -> Data:
    """Six labels, each true in about a third of the samples: a band of a random direction."""
    chance = torch.Generator().manual_seed(seed)
    x = torch.randn(600, 12, generator=chance)
    directions = torch.randn(12, 6, generator=chance)
    score = x @ directions / 12**0.5
    return replace(_shaped("labels", x, ((score > 0.2) & (score < 1.5)).float()), task="labels")


def _stripes(seed: int) -> Data:
    """Noisy pictures of 1×10×10 with stripes in one of four directions."""
    chance = torch.Generator().manual_seed(seed)
    label = torch.arange(480) % 4
    angle = label * torch.pi / 4
    place = torch.arange(10.0)
    along = (
        torch.cos(angle)[:, None, None] * place[:, None]
        + torch.sin(angle)[:, None, None] * place[None, :]
    )
    phase = 2 * torch.pi * torch.rand(480, 1, 1, generator=chance)
    noise = torch.randn(480, 10, 10, generator=chance)
    picture = (torch.sin(1.6 * along + phase) + 1.1 * noise).unsqueeze(1)
    return Data(
        task="classes", x=picture, y=label, outputs=4, raw=(picture * 40 + 128).clamp(0, 255)
    )


def _curves(seed: int) -> Data:
    """Smooth curves of 32 points in 0 … 1, made from three numbers each, to be reconstructed."""
    chance = torch.Generator().manual_seed(seed)
    height, phase, beat = torch.rand(3, 500, 1, generator=chance)
    time = torch.linspace(0, 1, 32)
    x = 0.5 + 0.45 * height * torch.sin(2 * torch.pi * ((1 + 2 * beat) * time + phase))
    return Data(task="reconstruction", x=x, y=x, outputs=32, raw=x * 255)


def _spirals(seed: int) -> Data:
    """Three arms of a spiral in the plane."""
    chance = torch.Generator().manual_seed(seed)
    label = torch.arange(600) % 3
    along = torch.rand(600, generator=chance)
    angle = 2 * torch.pi * label / 3 + 4 * along + 0.12 * torch.randn(600, generator=chance)
    x = torch.stack([torch.cos(angle), torch.sin(angle)], 1) * (0.2 + along)[:, None]
    return _shaped("classes", x, label)


def _friedman(seed: int) -> Data:
    x, y = sklearn.datasets.make_friedman1(
        n_samples=600, n_features=10, noise=0.5, random_state=seed
    )
    return _shaped("regression", torch.tensor(x).float(), torch.tensor(y))


def _genres(seed: int) -> Data:
    """Five labels over 16 inputs, each a product of two directions."""
    chance = torch.Generator().manual_seed(seed)
    x = torch.randn(600, 16, generator=chance)
    one, two = torch.randn(2, 16, 5, generator=chance)
    y = ((x @ one) * (x @ two) / 16 > 0.1).float()
    return replace(_shaped("labels", x, y), task="labels")


DATA: dict[str, Callable[[int], Data]] = {
    # the part to tune on
    "digits": _table("digits", "classes"),
    "wine": _table("wine", "classes"),
    "rings": _rings,
    "waves": _waves,
    "tags": _tags,
    "stripes": _stripes,
    "curves": _curves,
    "first-token": lambda seed: Data(task="classes", **sequences.first_token(seed)),
    "average": lambda seed: Data(task="regression", **sequences.average(seed)),
    "topics": lambda seed: Data(task="classes", **sequences.topics(seed)),
    # the part to report on
    "breast-cancer": _table("breast_cancer", "binary"),
    "iris": _table("iris", "classes"),
    "diabetes": _table("diabetes", "regression"),
    "spirals": _spirals,
    "friedman": _friedman,
    "genres": _genres,
    "digit-images": lambda seed: _images(_table("digits", "classes")(seed)),
    "digit-copies": _reconstruction,
    "adding": lambda seed: Data(task="regression", **sequences.adding(seed)),
    "forecast": lambda seed: Data(task="regression", **sequences.forecast(seed)),
    "order": lambda seed: Data(task="classes", **sequences.order(seed)),
    "phrases": lambda seed: Data(task="classes", **sequences.phrases(seed)),
}
"""Name → ``make(seed)``."""
