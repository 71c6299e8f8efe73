"""The edge of chaos: weight and bias scales at which depth neither kills nor blows up the gradient.

In a wide network of random weights, with standard deviation σ_w / √fan-in and biases of standard
deviation σ_b, the variance of the pre-activations goes from layer to layer as
Q(q) = σ_w²·E[f(√q z)²] + σ_b², the length map of Poole et al. 2016, and the squared gradient grows
by χ = σ_w²·E[f′(√q z)²] per layer (Schoenholz et al. 2017). Critical means χ = 1 where Q(q) = q.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from livegrad.functions.properties.moments import gaussian_density

if TYPE_CHECKING:
    from livegrad.functions.properties import Properties

__all__ = ["CriticalPoint", "FixedVariance", "critical", "critical_without_bias", "fixed_variances"]

Stability = Literal["stable", "neutral", "unstable"]
_VARIANCES = np.geomspace(1e-6, 1e6, 97)  # where fixed points of the length map are looked for
_NEAR = 1e-7  # a slope of the length map this close to 1 decides nothing by itself
_STEP = 1e-2  # then the map is looked at this far beside its fixed point, relatively


@dataclass(frozen=True)
class FixedVariance:
    """A variance that the length map hands on unchanged.

    Attributes:
        variance: q* = Q(q*), in squared input units.
        slope: Q′(q*), dimensionless: below 1 the layers are drawn towards q*.
        stability: What that means: "neutral" if nearby variances stay where they are, too.
        gradient: χ at q*: by which factor the squared gradient grows per layer, backwards.
    """

    variance: float
    slope: float
    stability: Stability
    gradient: float


@dataclass(frozen=True)
class CriticalPoint:
    """Scales of weights and biases on the edge of chaos.

    Attributes:
        weight_deviation: σ_w: weights have standard deviation σ_w / √fan-in.
        bias_deviation: σ_b, in units of the pre-activation.
        fixed: The critical fixed point q*, where χ = 1.
        others: All other fixed points at the same scales, rising.
    """

    weight_deviation: float
    bias_deviation: float
    fixed: FixedVariance
    others: tuple[FixedVariance, ...] = ()

    @property
    def unique(self) -> bool:
        """Whether every signal meets the same q*: no other fixed point is there."""
        return not self.others

    @property
    def bistable(self) -> bool:
        """Whether it depends on the first layer's variance which of several ends it comes to."""
        return sum(one.stability == "stable" for one in (self.fixed, *self.others)) > 1


def critical(properties: Properties, variance: float) -> CriticalPoint | None:
    """Return the scales at which a given q* is a critical fixed point.

    Args:
        properties: Of the activation.
        variance: q*, above 0, in squared input units.

    Returns:
        The point; None if no slope passes, or if σ_b² would have to be negative.

    Raises:
        BadInput: The variance is negative or not finite.

    Example:
        >>> from livegrad.functions import elementwise
        >>> round(critical(elementwise("tanh").properties, 1.0).weight_deviation, 4)
        1.4674
    """
    passed, signal = properties.mean_square_slope(variance), properties.mean_square(variance)
    if not (passed > 0 and math.isfinite(passed) and math.isfinite(signal)):
        return None
    bias = variance - signal / passed
    if bias < -1e-12 * variance:
        return None
    # ReLU leaves 1e-16 here, of which the square root would still be a visible bias.
    bias = bias if bias > 1e-12 * variance else 0.0
    return _point(properties, 1 / passed, bias, variance)


def critical_without_bias(properties: Properties) -> tuple[CriticalPoint, ...]:
    """Return the critical points with σ_b = 0, by rising q*.

    A function that goes through 0 with a slope has one at q* = 0, the classic one: σ_w = 1 / |f′(0)|,
    where a corner counts with both its slopes. One that is straight on both sides of 0 is critical at every variance alike,
    and q* = 1 stands for all.

    Args:
        properties: Of the activation.

    Returns:
        Perhaps none.

    Example:
        >>> from livegrad.functions import elementwise
        >>> [
        ...     round(point.weight_deviation, 4)
        ...     for point in critical_without_bias(elementwise("relu").properties)
        ... ]
        [1.4142]
    """
    excess = _excess(properties)
    sizes = np.array([excess(variance) for variance in _VARIANCES])
    sizes = np.where(np.absolute(sizes) <= 1e-10, 0.0, sizes)
    if not sizes.any():
        scale = properties.mean_square_slope(1.0)
        return (_point(properties, 1 / scale, 0.0, 1.0),) if scale > 0 else ()
    found = [*_at_zero(properties), *_roots(excess, sizes)]
    return tuple(
        _point(properties, 1 / _passed(properties, variance), 0.0, variance) for variance in found
    )


def fixed_variances(
    properties: Properties, weight_variance: float, bias_variance: float
) -> tuple[FixedVariance, ...]:
    """Return the isolated fixed points of the length map, rising, each with its stability.

    Args:
        properties: Of the activation.
        weight_variance: σ_w².
        bias_variance: σ_b².

    Returns:
        Those between 1e-6 and 1e6, and 0 if it is one. Empty where every variance is fixed, as for
        ReLU at σ_w² = 2.

    Example:
        >>> from livegrad.functions import elementwise
        >>> [point.stability for point in fixed_variances(elementwise("tanh").properties, 2.0, 0.0)]
        ['unstable', 'stable']
    """
    step = _step(properties, weight_variance, bias_variance)
    steps = weight_variance * properties.mean_squares(_VARIANCES) + bias_variance - _VARIANCES
    # Of what every variance keeps, rounding makes crossings: they are none.
    steps = np.where(np.absolute(steps) <= 1e-12 * _VARIANCES, 0.0, steps)
    starts_at_zero = bias_variance == 0 and properties.mean_square(0.0) == 0
    found = [0.0] if starts_at_zero and np.any(steps) else []
    found += _roots(step, steps)
    return tuple(_fixed(properties, weight_variance, bias_variance, place) for place in found)


def _point(
    properties: Properties, weight_variance: float, bias_variance: float, variance: float
) -> CriticalPoint:
    fixed = _fixed(properties, weight_variance, bias_variance, variance)
    all_fixed = fixed_variances(properties, weight_variance, bias_variance)
    others = tuple(one for one in all_fixed if not _alike(one.variance, variance))
    return CriticalPoint(math.sqrt(weight_variance), math.sqrt(bias_variance), fixed, others)


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-5 * max(one, other)


def _fixed(
    properties: Properties, weight_variance: float, bias_variance: float, variance: float
) -> FixedVariance:
    step = _step(properties, weight_variance, bias_variance)
    gradient = weight_variance * _passed(properties, variance)
    # At 0 a function through 0 is as good as straight on both sides, and then the two agree.
    slope = weight_variance * properties.length_slope(variance) if variance else gradient
    return FixedVariance(variance, slope, _stability(step, slope, variance), gradient)


def _stability(step: Callable[[float], float], slope: float, variance: float) -> Stability:
    if not abs(slope - 1) <= _NEAR:
        return "stable" if slope < 1 else "unstable"
    # The slope leaves it open: do the variances beside it come nearer or go away?
    above, below = variance * (1 + _STEP) or 1e-4, variance * (1 - _STEP)
    pulls = [step(above)] + ([-step(below)] if variance else [])
    if all(abs(pull) <= 1e-12 * above for pull in pulls):
        return "neutral"
    return "stable" if all(pull < 0 for pull in pulls) else "unstable"


def _step(
    properties: Properties, weight_variance: float, bias_variance: float
) -> Callable[[float], float]:
    """Return Q(q) − q as a function of q."""
    return lambda q: weight_variance * properties.mean_square(q) + bias_variance - q


def _excess(properties: Properties) -> Callable[[float], float]:
    """Return 1 − E[f²] / (q·E[f′²]): its zeros are critical without a bias."""

    def excess(variance: float) -> float:
        passed = variance * properties.mean_square_slope(variance)
        signal = properties.mean_square(variance)
        return 1 - signal / passed if passed > 0 and math.isfinite(signal) else math.nan

    return excess


def _at_zero(properties: Properties) -> list[float]:
    seam = properties.seam_at(0.0)
    through = seam.left[0] == seam.right[0] == 0
    return [0.0] if through and 0 < _passed(properties, 0.0) < math.inf else []


def _passed(properties: Properties, variance: float) -> float:
    """Return E[f′²], at variance 0 its limit: the mean of both sides' squared slopes."""
    if variance:
        return properties.mean_square_slope(variance)
    seam = properties.seam_at(0.0)
    return (seam.left[1] ** 2 + seam.right[1] ** 2) / 2


def _roots(function: Callable[[float], float], sizes: NDArray[np.float64]) -> list[float]:
    signs = np.sign(sizes)
    cells = np.flatnonzero(signs[:-1] * signs[1:] < 0)
    bisected = functools.partial(_bisected, function)
    return [bisected(math.log(_VARIANCES[i]), math.log(_VARIANCES[i + 1])) for i in cells]


def _bisected(function: Callable[[float], float], low: float, high: float) -> float:
    rising = function(math.exp(high)) > 0
    for _ in range(44):
        middle = (low + high) / 2
        low, high = (low, middle) if (function(math.exp(middle)) > 0) == rising else (middle, high)
    return math.exp((low + high) / 2)


def jumps_share(place: float, variance: float) -> float:
    """Return a/(2q)·density(a): by how much a unit jump of f² at ``a`` adds to the length map's slope.

    Example:
        >>> jumps_share(0.0, 1.0)
        0.0
    """
    return place / (2 * variance) * gaussian_density(place, variance)
