"""Whether probabilities can be believed: clouds whose true probabilities are known, and calibration curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.trials.splitting import Split

__all__ = ["Clouds", "calibration_error", "clouds", "reliability"]

Reals: TypeAlias = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Clouds:
    """Overlapping round clouds of points, one for each class.

    Attributes:
        split: The data: few to learn from, many to judge by.
        truth: The true probability of each class at each point held back; shape (held, classes).
    """

    split: Split
    truth: Reals


def clouds(classes: int, *, count: int, held: int, distance: float, seed: int) -> Clouds:
    """Return normal clouds of deviation 1 around the corners of a regular polygon.

    Of such clouds Bayes' rule gives the probability of every class exactly: softmax of x·μ, as all the
    centres μ are equally far out.

    Args:
        classes: Number of clouds, at least 2.
        count: Points to learn from.
        held: Points to judge by.
        distance: How far the centres lie from the middle, in deviations.
        seed: Of the draw.

    Example:
        >>> clouds(3, count=30, held=50, distance=1.5, seed=0).truth.shape
        (50, 3)
    """
    generator = np.random.default_rng(seed)
    angles = 2 * np.pi * np.arange(classes) / classes
    centres = distance * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    labels = generator.integers(0, classes, count + held)
    labels[:classes] = np.arange(classes)  # none is missing from what is learned
    points = centres[labels] + generator.standard_normal((count + held, 2))
    likely = np.exp(points[count:] @ centres.T)
    inputs = points.astype(np.float32)
    split = Split(
        train_inputs=inputs[:count].copy(),
        validation_inputs=inputs[count:].copy(),
        train_targets=labels[:count].copy(),
        validation_targets=labels[count:].copy(),
        kind="binary" if classes == 2 else "classes",
        outputs=1 if classes == 2 else classes,
        loss="bce" if classes == 2 else "cross-entropy",
        features=("x1", "x2"),
        target_mean=np.zeros(1),
        target_deviation=np.ones(1),
        remarks=(),
        fingerprint=f"clouds {classes} {count} {held} {distance} {seed}",
    )
    return Clouds(split=split, truth=likely / likely.sum(axis=1, keepdims=True))


def reliability(stated: Reals, happened: Reals, *, bins: int = 10) -> tuple[Reals, Reals, Reals]:
    """Return, for bins of equal width, the mean stated probability, how often it happened, and the count.

    Args:
        stated: Probabilities 0 … 1; shape (n,).
        happened: 1 where it came true; shape (n,).
        bins: Into how many parts 0 … 1 is cut.

    Returns:
        Three arrays of shape (bins,); empty bins are NaN, NaN, 0.

    Example:
        >>> reliability(np.array([0.2, 0.2, 0.9]), np.array([0, 1, 1]), bins=2)[1]
        array([0.5, 1. ])
    """
    place = np.clip((np.asarray(stated) * bins).astype(int), 0, bins - 1)
    counts = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        means = np.bincount(place, weights=stated, minlength=bins) / counts
        shares = np.bincount(place, weights=happened, minlength=bins) / counts
    return means, shares, counts


def calibration_error(stated: Reals, happened: Reals, *, bins: int = 10) -> float:
    """Return how far stated probabilities are from what happens, on average over the points.

    The expected calibration error of Guo et al. 2017, "On Calibration of Modern Neural Networks". With few
    points it cannot be 0: each bin's share has an error of its own.

    Args:
        stated: Probabilities 0 … 1; shape (n,).
        happened: 1 where it came true; shape (n,).
        bins: Into how many parts 0 … 1 is cut.

    Example:
        >>> calibration_error(np.array([0.5, 0.5]), np.array([0, 1]))
        0.0
    """
    means, shares, counts = reliability(stated, happened, bins=bins)
    filled = counts > 0
    gaps = np.abs(means[filled] - shares[filled])
    return float((gaps * counts[filled]).sum() / counts.sum())
