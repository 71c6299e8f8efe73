"""Shares of dead and of saturated units, to be expected of Gaussian pre-activations."""

from __future__ import annotations

import functools
import math

import numpy as np

from livegrad.flow.theory.quadrature import Floats
from livegrad.functions import Activation
from livegrad.functions.numbers.backends import NUMPY
from livegrad.functions.properties.sampling import in_float64

__all__ = ["SATURATED_SHARE", "asleep_share", "saturated_below", "saturated_share"]

SATURATED_SHARE = 0.05
"""A bounded function counts as saturated where its slope is under this share of its greatest one."""
_PLACES = np.linspace(-6.0, 6.0, 192)  # an even number: 0, where kinks are, falls between two


def asleep_share(
    activation: Activation,
    variance: float | Floats,
    common: float | Floats,
    inputs: int,
    mean: float = 0.0,
) -> Floats:
    """Return the share of units whose slope is exactly 0 for every input of a batch.

    A unit's pre-activations are taken as equally correlated Gaussians: what they share is drawn first, and
    given it they are independent.

    Args:
        activation: The function.
        variance: Of the pre-activations, in squared input units; a float or any shape.
        common: Their correlation between two inputs, of the same shape; below 0 counts as 0.
        inputs: How many there are.
        mean: Of the pre-activations.

    Returns:
        The share, of the shape of ``variance``.

    Example:
        >>> from livegrad.functions import elementwise
        >>> relu, tanh = elementwise("relu"), elementwise("tanh")
        >>> (
        ...     float(asleep_share(relu, 1.0, 1.0, 32).round(3)),
        ...     float(asleep_share(tanh, 1.0, 1.0, 32)),
        ... )
        (0.5, 0.0)
    """
    variance, common = np.asarray(variance, float), np.clip(common, 0.0, 1.0)
    spans = activation.properties.dead
    if not spans:
        return np.zeros_like(variance)
    middle = mean + np.sqrt(common * variance)[..., None] * _PLACES
    own = np.sqrt(np.maximum((1 - common) * variance, 1e-300))[..., None]
    chance = sum((_below(s.high, middle, own) - _below(s.low, middle, own) for s in spans), 0.0)
    with np.errstate(under="ignore"):
        return (_density() * np.clip(chance, 0.0, 1.0) ** inputs).sum(axis=-1)


def saturated_share(
    activation: Activation, variance: float | Floats, mean: float = 0.0
) -> Floats | None:
    """Return the share of pre-activations at which the slope is nearly 0; None for functions without bounds.

    Args:
        activation: The function.
        variance: Of the pre-activations; a float or any shape.
        mean: Of the pre-activations.

    Example:
        >>> from livegrad.functions import elementwise
        >>> (
        ...     saturated_share(elementwise("tanh"), 1.0).round(2),
        ...     saturated_share(elementwise("relu"), 1.0),
        ... )
        (np.float64(0.03), None)
    """
    limit = saturated_below(activation)
    if limit is None:
        return None
    places = mean + np.sqrt(np.asarray(variance, float))[..., None] * _PLACES
    slope = np.absolute(in_float64(activation, "x")(places.ravel())).reshape(places.shape)
    return np.where(slope < limit, _density(), 0.0).sum(axis=-1)


def saturated_below(activation: Activation) -> float | None:
    """Return the slope below which the activation counts as saturated; None if it has no bounds.

    Example:
        >>> from livegrad.functions import elementwise
        >>> saturated_below(elementwise("sigmoid"))
        0.0125
    """
    return _saturated_below(activation.id, activation.chosen, activation)


@functools.lru_cache(maxsize=128)
def _saturated_below(identifier: str, chosen: object, activation: Activation) -> float | None:
    del identifier, chosen
    if not activation.properties.bounded or not math.isfinite(activation.sup_slope):
        return None
    return SATURATED_SHARE * activation.sup_slope


@functools.cache
def _density() -> Floats:
    weight = np.exp(-0.5 * _PLACES**2)
    return weight / weight.sum()


def _below(end: float, middle: Floats, deviation: Floats) -> Floats:
    if math.isinf(end):
        return np.full_like(middle, 1.0 if end > 0 else 0.0)
    with np.errstate(under="ignore", over="ignore"):
        return np.asarray(NUMPY.normal_cdf((end - middle) / deviation))
