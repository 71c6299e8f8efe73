"""The greatest curvature of a loss: how steep its steepest valley is, and so how small steps must be.

Gradient descent is stable only for rates below 2 / λ_max, the greatest eigenvalue of the loss's second
derivative (Hessian). It is found by power iteration; a product with the Hessian is the difference of two gradients.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab.nets import Nets

__all__ = ["gradient", "greatest_curvature"]

Reals: TypeAlias = NDArray[Any]
_DISTANCE = 1e-4  # of the two gradients, in float64: its error is far below the percent asked for


def gradient(nets: Nets, x: Reals, y: Reals) -> Reals:
    """Return ∂L/∂w for weights and biases, in the order of the networks' parameters.

    Args:
        nets: Without norms and learned parameters.
        x: Shape (samples, features).
        y: Targets.

    Returns:
        Shape (networks, parameters).

    Example:
        >>> from livegrad.lab.nets import draw, toy
        >>> from livegrad.trials.trial import Recipe
        >>> split = toy("moons", count=100)
        >>> nets = draw(Recipe(activation="tanh", hidden=(8,)), split, range(3))
        >>> gradient(nets, split.train_inputs, split.train_targets).shape
        (3, 33)
    """
    seen = nets.look(x, y)
    found = np.zeros_like(nets.weights)
    for place in nets.architecture.places:
        whole = seen.by_weight if place.name == "weight" else [d.sum(axis=1) for d in seen.deltas]
        found[:, place.start : place.stop] = whole[place.layer].reshape(len(nets), -1)
    return found


def greatest_curvature(nets: Nets, x: Reals, y: Reals, *, rounds: int = 12) -> Reals:
    """Return λ_max of the loss's Hessian, by power iteration.

    Args:
        nets: At the point that is asked about, best in float64.
        x: Shape (samples, features).
        y: Targets.
        rounds: Of power iteration; the value comes out slightly small, never large.

    Returns:
        The eigenvalue of the greatest size, in loss per square of weight; shape (networks,).

    Example:
        >>> from livegrad.lab.nets import draw, toy
        >>> from livegrad.trials.trial import Recipe
        >>> split = toy("moons", count=100)
        >>> nets = draw(Recipe(activation="tanh", hidden=(8,)), split, range(3), dtype=np.float64)
        >>> greatest_curvature(nets, split.train_inputs, split.train_targets) > 0
        array([ True,  True,  True])
    """
    nets = replace(nets, weights=nets.weights.astype(np.float64))
    direction = np.random.default_rng(0).normal(size=nets.weights.shape)
    curvature = np.zeros(len(nets))
    for _ in range(rounds):
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        ahead, behind = (
            gradient(replace(nets, weights=nets.weights + sign * _DISTANCE * direction), x, y)
            for sign in (1, -1)
        )
        product = (ahead - behind) / (2 * _DISTANCE)
        curvature = np.einsum("np,np->n", direction, product)
        direction = product
    return curvature
