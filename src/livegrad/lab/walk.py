"""A unit with two weights on its way to known ones: the least problem in which a path can zigzag.

The unit learns the product t·x from samples x; t lies where one weight must grow and the other shrink. Inputs of
one sign give both weights' gradients one sign on every sample, so the unit cannot go straight there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Walk", "opposed", "walk"]

Reals: TypeAlias = NDArray[Any]
_ARRIVED = 0.1  # of the distance at the start


@dataclass(frozen=True, kw_only=True)
class Walk:
    """How units came to their target, at several rates.

    Attributes:
        steps: After how many steps each was within a tenth of the distance; ∞ if never; shape (rates, starts).
        stretch: The length of the path over the straight distance from its two ends; ∞ for those that
            never arrive; shape (rates, starts).
        trail: Where the first start was after each step; shape (rates, steps + 1, 2).
    """

    steps: Reals
    stretch: Reals
    trail: Reals


def opposed(seeds: Sequence[int]) -> Reals:
    """Return a target for each seed, at distance 1 from the start: one weight up, the other down.

    Example:
        >>> target = opposed([3, 4])
        >>> target.prod(axis=1) < 0
        array([ True,  True])
    """
    found = list[tuple[float, float]]()
    for seed in seeds:
        random = np.random.default_rng([11, seed])
        angle, side = np.deg2rad(random.uniform(20, 70)), random.choice([-1.0, 1.0])
        found.append((side * np.cos(angle), -side * np.sin(angle)))
    return np.array(found)


def walk(
    shape: Callable[[Reals], Reals],
    seeds: Sequence[int],
    *,
    rates: Sequence[float],
    batch: int = 1,
    steps: int = 400,
    optimizer: Literal["sgd", "adam"] = "sgd",
) -> Walk:
    """Train a unit of two weights from 0 for each seed and rate.

    Args:
        shape: What makes the unit's inputs of standard normal numbers, elementwise: an activation function.
        seeds: One for each start: they decide target and samples.
        rates: Learning rates.
        batch: Samples for each step.
        steps: How many steps at most.
        optimizer: Plain SGD, or Adam.

    Example:
        >>> found = walk(np.tanh, [0, 1, 2], rates=(0.3,))
        >>> bool(np.isfinite(found.steps).all() and (found.stretch >= 1).all())
        True
    """
    target = opposed(seeds)
    randoms = [np.random.default_rng([12, seed]) for seed in seeds]
    drawn = np.stack([random.normal(size=(steps, batch, 2)) for random in randoms], axis=1)
    drawn = drawn.astype(np.float32)  # the catalogue is a hundred times slower in float64
    samples = np.asarray(shape(drawn), float)
    moments = np.swapaxes(samples, -1, -2) @ samples / batch
    rate = np.asarray(rates, float)[:, None, None]
    weights = np.zeros((len(rates), len(seeds), 2))
    path, arrived = np.zeros(weights.shape[:2]), np.full(weights.shape[:2], np.inf)
    first, second, trail = np.zeros_like(weights), np.zeros_like(weights), [weights[:, 0].copy()]
    with np.errstate(all="ignore"):  # a rate too great overflows: it never arrives
        for k in range(steps):
            away = weights - target
            gradient = (moments[k] * away[..., None, :]).sum(axis=-1)  # of mean square / 2
            if optimizer == "adam":
                first = 0.9 * first + 0.1 * gradient
                second = 0.999 * second + 0.001 * gradient**2
                mean, square = first / (1 - 0.9 ** (k + 1)), second / (1 - 0.999 ** (k + 1))
                gradient = mean / (np.sqrt(square) + 1e-8)
            move = rate * gradient * np.isinf(arrived)[..., None]
            weights = weights - move
            path += np.linalg.norm(move, axis=-1)
            near = np.linalg.norm(weights - target, axis=-1) < _ARRIVED
            arrived[near & np.isinf(arrived)] = k + 1
            trail.append(weights[:, 0].copy())
        stretch = np.where(np.isinf(arrived), np.inf, path / np.linalg.norm(weights, axis=-1))
    return Walk(steps=arrived, stretch=stretch, trail=np.stack(trail, axis=1))
