"""TReLU: the negative slope with which a deep net of rectifiers keeps inputs apart (Zhang et al. 2022)."""

from __future__ import annotations

import math

import numpy as np

from livegrad.functions import Activation
from livegrad.functions.properties.sampling import in_float64

__all__ = ["correlation_after", "is_rectifier", "own_slope", "slope_for"]

_CLOSE = 1e-12  # of the slope


def is_rectifier(activation: Activation) -> bool:
    """Tell whether a function is straight on both sides of 0, with slopes 1 and 0 … 1: ReLU and its kin.

    Example:
        >>> from livegrad.functions import elementwise
        >>> [is_rectifier(elementwise(name)) for name in ("prelu", "elu", "hardtanh", "identity")]
        [True, False, False, False]
    """
    if [seam.at for seam in activation.properties.seams] != [0.0]:
        return False
    seam, far = activation.properties.seam_at(0.0), 3.0
    values = in_float64(activation)(np.array([-far, -1.0, 1.0, far]))
    slope = seam.left[1]
    straight = all(
        abs(value - wanted) < 1e-12
        for value, wanted in zip(values, (-far * slope, -slope, 1.0, far), strict=True)
    )
    return straight and seam.left[0] == seam.right[0] == 0 and 0 <= slope < seam.right[1] == 1


def own_slope(activation: Activation) -> float:
    """Return a rectifier's slope on the negative side.

    Example:
        >>> from livegrad.functions import elementwise
        >>> own_slope(elementwise("leaky_relu", alpha=0.1))
        0.1
    """
    return activation.properties.seam_at(0.0).left[1]


def correlation_after(slope: float, depth: int, start: float = 0.0) -> float:
    """Return the correlation of two inputs after a number of layers of leaky rectifiers.

    Args:
        slope: On the negative side, 0 … 1.
        depth: How many layers.
        start: The correlation before them, −1 … 1.

    Returns:
        The correlation, in the limit of great width.

    Example:
        >>> round(correlation_after(0.0, 100), 3), round(correlation_after(0.57, 100), 1)
        (0.996, 0.9)
    """
    strength = (1 - slope) ** 2 / (math.pi * (1 + slope**2))
    correlation = start
    for _ in range(depth):
        root = math.sqrt(max(0.0, 1 - correlation**2))
        correlation += strength * (root - correlation * math.acos(correlation))
        correlation = min(1.0, correlation)
    return correlation


def slope_for(depth: int, correlation: float) -> float:
    """Return the least slope with which unrelated inputs are not more alike than asked, at the end.

    Args:
        depth: How many layers.
        correlation: η, above 0 and below 1.

    Returns:
        The slope, 0 … 1: 0 where ReLU itself keeps below η.

    Example:
        >>> [round(slope_for(depth, 0.9), 2) for depth in (10, 20, 50, 100, 500)]
        [0.0, 0.18, 0.43, 0.57, 0.79]
    """
    low, high = 0.0, 1.0
    if correlation_after(low, depth) <= correlation:
        return low
    at_low, at_high = correlation_after(low, depth) - correlation, -correlation
    while high - low > _CLOSE:
        # The chord, kept from sticking to one end (the Illinois rule), falls back to halves.
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        middle = middle if low < middle < high else (low + high) / 2
        excess = correlation_after(middle, depth) - correlation
        if excess > 0:
            low, at_low, at_high = middle, excess, at_high / 2
        else:
            high, at_high, at_low = middle, excess, at_low / 2
        if excess == 0:
            return middle
    return high
