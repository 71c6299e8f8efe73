"""The shape of a small network, and where each of its parameters lies in one row of numbers."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from livegrad.trials.trial import Loss, Skip

__all__ = ["Architecture", "Place"]


@dataclass(frozen=True)
class Place:
    """Where one array of parameters lies in a network's row.

    Attributes:
        name: ``"weight"``, ``"bias"``, ``"scale"``, ``"shift"`` (of a norm), ``"learned"`` (of an
            activation) or ``"branch"`` (ReZero's α).
        layer: Of which layer, from 0.
        start: First number.
        shape: Of the array, in row-major order; a weight is (inputs, outputs).
    """

    name: str
    layer: int
    start: int
    shape: tuple[int, ...]

    @property
    def stop(self) -> int:
        """One past the last number."""
        return self.start + math.prod(self.shape)


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """A multilayer perceptron: z = h·W + b, perhaps a norm, the activation, perhaps a skip.

    Attributes:
        sizes: Inputs, units of each hidden layer, outputs.
        loss: What the outputs are compared with the targets by.
        norm: Batch normalisation of every hidden pre-activation, or none.
        skip: Which skips, where a layer is as wide as the one before.
        learned: How many learned numbers the activation has, for each layer.

    Example:
        >>> network = Architecture(sizes=(2, 8, 1), loss="bce")
        >>> network.parameter_count, [(p.name, p.layer, p.shape) for p in network.places]
        (33, [('weight', 0, (2, 8)), ('bias', 0, (8,)), ('weight', 1, (8, 1)), ('bias', 1, (1,))])
    """

    sizes: tuple[int, ...]
    loss: Loss
    norm: Literal["batch"] | None = None
    skip: Skip | None = None
    learned: int = 0

    @property
    def layers(self) -> int:
        """How many layers of weights."""
        return len(self.sizes) - 1

    @property
    def hidden(self) -> range:
        """Numbers of the hidden layers, from 0; layer ``l`` has ``sizes[l + 1]`` units."""
        return range(self.layers - 1)

    @property
    def statistics_count(self) -> int:
        """How many running averages batch norm keeps: mean and variance of each hidden unit."""
        return 2 * sum(self.sizes[1:-1]) if self.norm else 0

    @property
    def target_columns(self) -> int:
        """Columns of the targets: class numbers take one."""
        return 1 if self.loss == "cross-entropy" else self.sizes[-1]

    def skips(self, layer: int) -> bool:
        """Whether a layer adds its input to its output."""
        return (
            self.skip is not None
            and 1 <= layer < self.layers - 1
            and self.sizes[layer] == self.sizes[layer + 1]
        )

    @property
    def parameter_count(self) -> int:
        """Numbers in a network's row."""
        return self.places[-1].stop

    @functools.cached_property
    def places(self) -> tuple[Place, ...]:
        """Where everything lies, in order; the engine's `parameter_count` counts the same."""
        found = list[Place]()
        for name, layer, shape in self._arrays():
            start = found[-1].stop if found else 0
            found.append(Place(name, layer, start, shape))
        return tuple(found)

    def _arrays(self) -> Iterator[tuple[str, int, tuple[int, ...]]]:
        for layer in range(self.layers):
            inputs, outputs = self.sizes[layer], self.sizes[layer + 1]
            yield "weight", layer, (inputs, outputs)
            yield "bias", layer, (outputs,)
        for layer in self.hidden if self.norm else ():
            yield "scale", layer, (self.sizes[layer + 1],)
            yield "shift", layer, (self.sizes[layer + 1],)
        for layer in self.hidden if self.learned else ():
            yield "learned", layer, (self.learned,)
        for layer in self.hidden if self.skip == "rezero" else ():
            if self.skips(layer):
                yield "branch", layer, ()

    def operations(self, batch: int) -> int:
        """Multiplications and additions of one step of one network, activations not counted."""
        pairs = zip(self.sizes[:-1], self.sizes[1:], strict=True)
        return sum(2 * batch * i * o * (3 if layer else 2) for layer, (i, o) in enumerate(pairs))
