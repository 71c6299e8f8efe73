"""Straight cuts between two classes: the best one in the plane, and fitted ones in any number of dimensions."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["best_cut", "fitted_cuts", "shares"]

Reals: TypeAlias = NDArray[Any]
_RIDGE = 1e-3  # keeps the weights finite where the classes can be told apart without a fault
_ROUNDS = 25  # of Newton's method; the step is halved where it would be too long


def best_cut(
    points: Reals, labels: Reals, *, angles: int = 180
) -> tuple[tuple[float, float, float], float]:
    """Return the straight line that tells most points of the plane right, and their share.

    Every direction is tried, ``angles`` of them over half a turn, and for each one every threshold.

    Args:
        points: Shape (n, 2).
        labels: 0 or 1; shape (n,).
        angles: How many directions are tried.

    Returns:
        The line ``(a, b, c)``: a·x + b·y = c, and the share of points told right, at least ½.

    Example:
        >>> best_cut(np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([0, 1]))[1]
        1.0
    """
    turned = np.pi * np.arange(angles) / angles
    along = np.stack([np.cos(turned), np.sin(turned)])
    places = np.asarray(points, float) @ along
    order = places.argsort(axis=0)
    ranked = np.take_along_axis(places, order, axis=0)
    ones = np.vstack([np.zeros((1, angles)), np.cumsum(np.asarray(labels)[order] > 0.5, axis=0)])
    count = len(places)
    below = np.arange(count + 1)[:, None]
    right = (below - ones) + (ones[-1] - ones)  # class 0 below the line, class 1 above
    right = np.maximum(right, count - right)
    allowed = np.ones_like(right, bool)
    allowed[1:-1] = ranked[1:] > ranked[:-1]  # no line runs between points at one place
    right = np.where(allowed, right, 0)
    at, angle = np.unravel_index(right.argmax(), right.shape)
    column = ranked[:, angle]
    ends = np.concatenate([[column[0] - 1], column, [column[-1] + 1]])
    threshold = (ends[at] + ends[at + 1]) / 2
    line = (float(along[0, angle]), float(along[1, angle]), float(threshold))
    return line, float(right[at, angle] / count)


def fitted_cuts(features: Reals, labels: Reals) -> tuple[Reals, Reals]:
    """Fit one flat cut per network: logistic regression, by Newton's method.

    Args:
        features: Shape (networks, samples, units).
        labels: 0 or 1; shape (samples,).

    Returns:
        Weights (networks, units) and thresholds (networks,): class 1 is where weights·x > threshold.

    Example:
        >>> weights, thresholds = fitted_cuts(np.array([[[0.0], [1.0]]]), np.array([0, 1]))
        >>> shares(np.array([[[0.0], [1.0]]]), np.array([0, 1]), weights, thresholds)
        array([1.])
    """
    x = np.asarray(features, float)
    middle, spread = x.mean(axis=1, keepdims=True), x.std(axis=1, keepdims=True)
    spread = np.where(spread > 1e-12, spread, 1.0)
    ones = np.ones((*x.shape[:2], 1))
    scaled = np.concatenate([(x - middle) / spread, ones], axis=2)
    weights = _logistic(scaled, np.asarray(labels, float))
    flat = weights[:, :-1] / spread[:, 0]
    return flat, (flat * middle[:, 0]).sum(axis=1) - weights[:, -1]


def shares(features: Reals, labels: Reals, weights: Reals, thresholds: Reals) -> Reals:
    """Return which share of the samples each network's cut tells right; shape (networks,).

    Args:
        features: Shape (networks, samples, units).
        labels: 0 or 1; shape (samples,).
        weights: Shape (networks, units).
        thresholds: Shape (networks,).

    Example:
        >>> shares(np.array([[[0.0], [2.0]]]), np.array([0, 0]), np.array([[1.0]]), np.array([1.0]))
        array([0.5])
    """
    side = np.einsum("nsu,nu->ns", np.asarray(features, float), weights) > thresholds[:, None]
    return (side == (np.asarray(labels) > 0.5)).mean(axis=1)


def _logistic(x: Reals, y: Reals) -> Reals:
    weights = np.zeros((len(x), x.shape[2]))
    ridge = _RIDGE * np.eye(x.shape[2])
    ridge[-1, -1] = 1e-9  # the threshold may lie anywhere
    for _ in range(_ROUNDS):
        z = np.clip(np.einsum("nsu,nu->ns", x, weights), -30, 30)
        p = 1 / (1 + np.exp(-z))
        slope = np.einsum("nsu,ns->nu", x, p - y) / x.shape[1] + weights @ ridge
        bend = np.einsum("nsu,ns,nsv->nuv", x, p * (1 - p), x, optimize=True) / x.shape[1] + ridge
        step = np.linalg.solve(bend, slope[:, :, None])[:, :, 0]
        length = np.abs(step).max(axis=1, keepdims=True)
        weights -= step * np.minimum(1.0, 4.0 / np.maximum(length, 1e-12))
        if length.max() < 1e-6:
            break
    return weights
