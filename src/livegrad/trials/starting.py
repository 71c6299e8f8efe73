"""Where networks begin: weights drawn from a seed, the same random numbers for every activation.

Two activations with the same seed start from the same draw, stretched as each one's initialisation says,
and see the same minibatches in the same order. What is left of their difference is the activation.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from livegrad.flow.initialisation import Initialisation, initialisation
from livegrad.trials.engine.architecture import Architecture, Place

if TYPE_CHECKING:
    from livegrad.functions import Activation

__all__ = ["initial_weights", "minibatches"]


def initial_weights(
    architecture: Architecture, activation: Activation, init: str | Initialisation, seeds: list[int]
) -> NDArray[np.float32]:
    """Draw the parameters of one network for each seed.

    Args:
        architecture: Their shape.
        activation: What critical scales depend on, and where learned parameters begin.
        init: A name of `livegrad.flow.INITIALISATIONS`, or scales.
        seeds: One for each network.

    Returns:
        float32 of shape (networks, parameters). The last layer is drawn like the others; norms begin
        at scale 1 and shift 0, ReZero's branches at 0.

    Raises:
        BadInput: No initialisation is called so, or the activation has no critical one.

    Example:
        >>> from livegrad.functions import elementwise
        >>> network = Architecture(sizes=(2, 8, 1), loss="bce")
        >>> initial_weights(network, elementwise("tanh"), "he", [0, 1]).shape
        (2, 33)
    """
    rows = np.zeros((len(seeds), architecture.parameter_count), np.float32)
    randoms = [np.random.default_rng(seed) for seed in seeds]
    for place in architecture.places:
        view = rows[:, place.start : place.stop]
        if place.name in ("weight", "bias"):
            view[...] = _drawn(place, architecture, activation, init, randoms)
        elif place.name == "scale":
            view[...] = 1.0
        elif place.name == "learned":
            view[...] = [activation.settings[name] for name in activation.learned]
    return rows


def _drawn(
    place: Place,
    architecture: Architecture,
    activation: Activation,
    init: str | Initialisation,
    randoms: list[np.random.Generator],
) -> NDArray[np.float64]:
    fan_in, fan_out = architecture.sizes[place.layer], architecture.sizes[place.layer + 1]
    scales = initialisation(init, activation, fan_in=fan_in, fan_out=fan_out)
    even = scales.uniform and not scales.orthogonal
    count = place.stop - place.start
    if even:  # PyTorch's default is uniform, and so are its biases
        drawn = np.stack([random.uniform(-math.sqrt(3), math.sqrt(3), count) for random in randoms])
    else:
        drawn = np.stack([random.standard_normal(count) for random in randoms])
    if place.name == "bias":
        return drawn * scales.bias
    if scales.orthogonal:
        return scales.weight * _orthogonal(drawn.reshape(-1, fan_in, fan_out)).reshape(-1, count)
    return drawn * (scales.weight / math.sqrt(fan_in))


def _orthogonal(drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return matrices with orthonormal rows or columns, as ``nn.init.orthogonal_`` (Saxe et al. 2014)."""
    wide = drawn.shape[1] < drawn.shape[2]
    q, r = np.linalg.qr(drawn.swapaxes(1, 2) if wide else drawn)
    q = q * np.sign(np.diagonal(r, axis1=1, axis2=2))[:, None]
    return q.swapaxes(1, 2) if wide else q


def minibatches(data: str, *, rows: int, batch_size: int, steps: int) -> NDArray[np.int32]:
    """Return the rows of every minibatch: all rows in a new random order, again and again.

    Args:
        data: Fingerprint of the data: the order follows from it.
        rows: How many rows there are.
        batch_size: Rows in a minibatch; at most all.
        steps: How many minibatches.

    Returns:
        int32 of shape (steps, batch). A minibatch may hold the end of one order and the start of the next.

    Example:
        >>> minibatches("some data", rows=5, batch_size=5, steps=2).shape
        (2, 5)
    """
    batch = min(batch_size, rows)
    content = hashlib.sha256(f"{data} {batch} {steps}".encode()).digest()
    random = np.random.default_rng(np.frombuffer(content, np.uint32))
    rounds = -(-steps * batch // rows)
    every = np.concatenate([random.permutation(rows) for _ in range(rounds)])
    return every[: steps * batch].reshape(steps, batch).astype(np.int32)
