"""Means under a Gaussian signal, by quadrature that is split where a function jumps.

Averages are integrals over z ~ N(0, variance), computed piece by piece between the joints: unsplit
Gauss–Hermite quadrature is wrong by per cents wherever a slope jumps (8 % for hardtanh with 128
nodes).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.text import Text

__all__ = ["gaussian_density", "gaussian_mean"]

Elementwise: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]

_NODES = 24  # per panel; doubling them changes no mean of the catalogue by more than 1e-14
_WIDTHS = (
    13.0,
    20.0,
    30.0,
    38.0,
)  # standard deviations: beyond 13 lies 1e-38 of the mass, beyond 38 none
_NEGLIGIBLE = 1e-16  # share of a mean that the outermost deviation may hold
_BAD_VARIANCE = Text(
    "variance = {value} is no variance: it must be a finite number of at least 0. Try "
    "variance=1.0.",
    "variance = {value:은/는} 분산(variance)이 될 수 없습니다. 0 이상의 유한한 수여야 합니다. "
    "variance=1.0부터 시도해 보세요.",
)


def gaussian_mean(function: Elementwise, variance: float, joints: Iterable[float] = ()) -> float:
    """Mean of a function of a Gaussian number.

    Args:
        function: Elementwise, from shape (n,) to shape (n,), float64.
        variance: Variance of z ~ N(0, variance), in squared units of the input; 0 gives
            ``function(0)``.
        joints: Where the function or a slope of it jumps, in units of the input.

    Returns:
        E[function(z)], right to about 1e-14 for functions smooth between the joints. inf where the
        function overflows within the reach of the Gaussian.

    Raises:
        BadInput: The variance is negative or not finite.

    Example:
        >>> round(gaussian_mean(np.square, 4.0), 10)
        4.0
    """
    _check(variance)
    if variance == 0:
        return float(function(np.zeros(1))[0])
    mean = 0.0
    for width in _WIDTHS:
        # What grows exponentially has its mass farther out than the Gaussian itself.
        mean, outermost = _integral(function, math.sqrt(variance), tuple(joints), width)
        if not outermost > _NEGLIGIBLE * abs(mean):
            break
    return mean


def gaussian_density(place: float, variance: float) -> float:
    """Return the density of N(0, variance) at a place, in 1 / units of the input.

    Example:
        >>> round(gaussian_density(0.0, 1.0), 6)
        0.398942
    """
    _check(variance)
    if variance == 0:
        return math.inf if place == 0 else 0.0
    return math.exp(-(place**2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)


def _check(variance: float) -> None:
    if not (math.isfinite(variance) and variance >= 0):
        raise BadInput(_BAD_VARIANCE.fill(value=variance))


def _integral(
    function: Elementwise, deviation: float, joints: tuple[float, ...], width: float
) -> tuple[float, float]:
    """Return the mean over ±width deviations, and how much its outermost deviation adds."""
    z, weight = _quadrature(deviation, joints, width)
    values = function(z)
    with np.errstate(invalid="ignore", over="ignore"):
        shares = weight * values
    outer = np.absolute(z) > (width - 1) * deviation
    return float(np.sum(shares)), float(np.sum(np.absolute(shares[outer])))


@functools.lru_cache(maxsize=64)
def _quadrature(
    deviation: float, joints: tuple[float, ...], width: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return nodes and weights, both of shape (n,), of Gauss–Legendre panels between all edges."""
    node, weight = _legendre()
    edges = _edges(deviation, joints, width)
    half, middle = np.diff(edges)[:, None] / 2, (edges[:-1, None] + edges[1:, None]) / 2
    z = (middle + half * node).ravel()
    with np.errstate(under="ignore"):
        density = np.exp(-0.5 * (z / deviation) ** 2) / (deviation * math.sqrt(2 * math.pi))
        return z, (half * weight).ravel() * density


@functools.cache
def _legendre() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    return node, weight


def _edges(deviation: float, joints: tuple[float, ...], width: float) -> NDArray[np.float64]:
    end = width * deviation
    # Two scales meet here: the Gaussian's own, and that of the function, which lives near 0 and its
    # joints.
    widths = np.concatenate(
        [
            deviation * np.array([0.5, 1, 2, 3, 4, 6, 8, 10, 13, 18, 25, 31]),
            2.0 ** np.arange(-11, 11),
        ]
    )
    around = [centre + sign * widths for centre in (0.0, *joints) for sign in (-1.0, 1.0)]
    edges = np.concatenate([*around, [-end, 0.0, end], joints])
    return np.unique(edges[np.absolute(edges) <= end])
