"""Many networks of one shape in training: their parameters, their optimizers' state, what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.trials.engine.architecture import Architecture
from livegrad.trials.trial import Optimizer

if TYPE_CHECKING:
    from livegrad.functions import Activation

__all__ = ["MEASURES", "Population", "Samples", "Settings", "Trace"]

Reals: TypeAlias = NDArray[Any]
"""float32 or float64."""

MEASURES = ("gradient", "weight_gradient", "dead", "saturated", "sign_locked")
"""What a snapshot of flow holds for each layer: ‖∂L/∂z‖ and ‖∂L/∂W‖ over the minibatch, the share of
units without slope on every sample, of slopes below a twentieth of the steepest, and of units whose
incoming weights' gradients all have one sign."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How steps are made: the optimizer's numbers, equal for all networks but for the rate.

    Attributes:
        optimizer: Which.
        momentum: Of ``momentum``.
        betas: Of Adam.
        epsilon: Of Adam.
        weight_decay: Decoupled for ``adamw``, else added to the gradient.
    """

    optimizer: Optimizer = "adam"
    momentum: float = 0.9
    betas: tuple[float, float] = (0.9, 0.999)
    epsilon: float = 1e-8
    weight_decay: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Samples:
    """What is learned from, and what was held back.

    Attributes:
        inputs: Shape (rows, features).
        targets: Shape (rows, columns): numbers, 0 and 1, or class numbers.
        held_inputs: The same of the part that is only scored; may have no rows.
        held_targets: Likewise.
    """

    inputs: Reals
    targets: Reals
    held_inputs: Reals
    held_targets: Reals


@dataclass(kw_only=True)
class Population:
    """Networks in training. `livegrad.trials.engine.train` changes the arrays in place.

    Attributes:
        architecture: Their shape.
        activations: The activations that occur; all with equally many learned parameters.
        activation_of: Which of them each network has; shape (networks,).
        rates: Learning rate of each; shape (networks,).
        weights: All parameters, a row for each network, in the order of `Architecture.places`.
        settings: The optimizer.
        first: Averages of the gradient; empty for plain SGD.
        second: Averages of its square; empty but for Adam.
        running: Batch norm's running mean and variance, layer by layer.
        diverged: Step at which a loss was first no finite number, from 1; 0: never.
        steps: Steps made so far.
    """

    architecture: Architecture
    activations: Sequence[Activation]
    activation_of: NDArray[np.int32]
    rates: NDArray[np.float64]
    weights: Reals
    settings: Settings = field(default_factory=Settings)
    first: Reals = field(init=False)
    second: Reals = field(init=False)
    running: Reals = field(init=False)
    diverged: NDArray[np.int32] = field(init=False)
    steps: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        optimizer, dtype = self.settings.optimizer, self.weights.dtype
        nothing = np.zeros((0, 0), dtype)
        self.first = nothing if optimizer == "sgd" else np.zeros_like(self.weights)
        self.second = nothing if optimizer in ("sgd", "momentum") else np.zeros_like(self.weights)
        self.running = np.zeros((len(self), self.architecture.statistics_count), dtype)
        start = 0
        for units in self.architecture.sizes[1:-1] if self.architecture.norm else ():
            self.running[:, start + units : start + 2 * units] = 1.0
            start += 2 * units
        self.diverged = np.zeros(len(self), np.int32)

    def __len__(self) -> int:
        return len(self.weights)


@dataclass(frozen=True)
class Trace:
    """What was taken down while networks trained.

    Attributes:
        curve: Training loss, loss on what was held back, and accuracy there (mean square for ``mse``);
            shape (networks, points, 3).
        flow: Snapshots, the last axis as `MEASURES`; shape (networks, snapshots, layers, 5).
        finished: Whether all steps were made; False if it was cancelled.
    """

    curve: NDArray[np.float32]
    flow: NDArray[np.float32]
    finished: bool
