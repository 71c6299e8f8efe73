"""One trial: a network with everything that decides how it is trained, and what became of it."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Curve", "Outcome", "Recipe", "Trial"]

Optimizer: TypeAlias = Literal["sgd", "momentum", "adam", "adamw"]
Skip: TypeAlias = Literal["residual", "rezero"]
Loss: TypeAlias = Literal["mse", "bce", "cross-entropy"]
"""Mean squared error, binary cross-entropy on logits, cross-entropy on logits."""

_VERSION = 1  # of what a key stands for: raised when the same recipe would train otherwise


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """All that decides how a network is trained, but for the data and the seed.

    Attributes:
        activation: A name of the catalogue, perhaps with parameters as in ``elu(alpha=0.5)``, or a formula.
        hidden: Units of each hidden layer.
        init: How weights are drawn: a name of `livegrad.flow.INITIALISATIONS`.
        lr: Learning rate.
        optimizer: How steps are made. ``momentum`` is SGD with momentum 0.9.
        weight_decay: For ``adamw`` decoupled, otherwise added to the gradient.
        batch_size: Samples in each step.
        steps: How many steps.
        norm: ``"batch"`` for batch normalisation of every hidden pre-activation.
        skip: ``"residual"`` adds a layer's input to its output where widths agree; ``"rezero"`` scales the
            branch by a learned number that starts at 0.
    """

    activation: str
    hidden: tuple[int, ...] = (64, 64)
    init: str = "he"
    lr: float = 1e-3
    optimizer: Optimizer = "adam"
    weight_decay: float = 0.0
    batch_size: int = 64
    steps: int = 2000
    norm: Literal["batch"] | None = None
    skip: Skip | None = None

    def __post_init__(self) -> None:
        # equal recipes are written alike: 1 and 1.0, a list and a tuple
        object.__setattr__(self, "hidden", tuple(int(units) for units in self.hidden))
        object.__setattr__(self, "lr", float(self.lr))
        object.__setattr__(self, "weight_decay", float(self.weight_decay))


def _written(recipe: Recipe) -> dict[str, object]:
    """Return the settings that are not the usual ones, so that a setting added later changes no key."""
    values = {field.name: (getattr(recipe, field.name), field.default) for field in fields(recipe)}
    return {name: value for name, (value, usual) in values.items() if value != usual}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A recipe on given data, from a given seed.

    Attributes:
        recipe: How it is trained.
        seed: What initial weights are drawn from. The order of the minibatches follows from the data and
            the recipe's batch size and steps, and is the same for all seeds.
        data: Fingerprint of the data, targets and split.
    """

    recipe: Recipe
    seed: int
    data: str

    @functools.cached_property
    def key(self) -> str:
        """A name made of the content: equal trials have equal keys, on every machine."""
        content = [
            _VERSION,
            {"recipe": _written(self.recipe), "seed": self.seed, "data": self.data},
        ]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Curve:
    """How a training went, at some of its steps.

    Attributes:
        steps: After how many steps, rising; shape (points,).
        train_loss: Mean loss of the minibatches since the point before.
        loss: Loss on the validation part.
        score: Accuracy there, or R² for regression.
    """

    steps: NDArray[np.int32]
    train_loss: NDArray[np.float32]
    loss: NDArray[np.float32]
    score: NDArray[np.float32]


@dataclass(frozen=True)
class Outcome:
    """What became of a trial.

    Attributes:
        key: `Trial.key`.
        score: At the end: accuracy, or R² for regression, on the validation part; NaN if it diverged.
        loss: Loss there.
        diverged_at: The first step whose loss was no finite number; None if all were.
        curve: How it went.
    """

    key: str
    score: float
    loss: float
    diverged_at: int | None
    curve: Curve
