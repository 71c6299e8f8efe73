"""Shares of dead and of saturated units, to be expected of Gaussian pre-activations."""

from __future__ import annotations

import functools
import math

import numpy as np

from livegrad.flow.quadrature import Floats
from livegrad.functions import Activation
from livegrad.functions.numbers.backends import NUMPY
from livegrad.functions.properties.sampling import in_float64

__all__ = ["SATURATED_SHARE", "asleep_share", "saturated_below", "saturated_share"]

SATURATED_SHARE = 0.05
"""A bounded function counts as saturated where its slope is under this share of its greatest one."""
_PLACES = np.linspace(-8.0, 8.0, 641)


def asleep_share(
    activation: Activation, variance: float, common: float, inputs: int, mean: float = 0.0
) -> float:
    """Return the share of units whose slope is exactly 0 for every input of a batch.

    A unit's pre-activations are taken as equally correlated Gaussians: what they share is drawn first, and
    given it they are independent.

    Args:
        activation: The function.
        variance: Of the pre-activations, in squared input units.
        common: Their correlation between two inputs; below 0 counts as 0.
        inputs: How many there are.
        mean: Of the pre-activations.

    Example:
        >>> from livegrad.functions import elementwise
        >>> (
        ...     round(asleep_share(elementwise("relu"), 1.0, 1.0, 32), 3),
        ...     asleep_share(elementwise("tanh"), 1.0, 1.0, 32),
        ... )
        (0.5, 0.0)
    """
    spans = activation.properties.dead
    if not spans or not math.isfinite(variance):
        return 0.0
    common = min(max(common, 0.0), 1.0)
    weight = _density()
    middle = mean + math.sqrt(common * variance) * _PLACES
    own = math.sqrt(max((1 - common) * variance, 1e-300))
    chance = sum((_below(s.high, middle, own) - _below(s.low, middle, own) for s in spans), 0.0)
    with np.errstate(under="ignore"):
        return float((weight * np.clip(chance, 0.0, 1.0) ** inputs).sum())


def saturated_share(activation: Activation, variance: float, mean: float = 0.0) -> float | None:
    """Return the share of pre-activations at which the slope is nearly 0; None for functions without bounds.

    Example:
        >>> from livegrad.functions import elementwise
        >>> round(saturated_share(elementwise("tanh"), 1.0), 2)
        0.03
    """
    limit = saturated_below(activation)
    if limit is None:
        return None
    slope = np.absolute(in_float64(activation, "x")(mean + math.sqrt(variance) * _PLACES))
    return float(_density()[slope < limit].sum())


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


def _below(end: float, middle: Floats, deviation: float) -> Floats:
    if math.isinf(end):
        return np.full_like(middle, 1.0 if end > 0 else 0.0)
    with np.errstate(under="ignore", over="ignore"):
        return np.asarray(NUMPY.normal_cdf((end - middle) / deviation))
