"""Gaussian quadrature at many variances at once, split where a function or a slope of it jumps.

`livegrad.functions.properties.moments` integrates one function at one variance to 14 digits; a prediction
needs a dozen averages at a hundred variances within milliseconds, and is content with ten digits.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "gaussian_nodes", "hermite", "panels", "tail_share"]

Floats: TypeAlias = NDArray[np.float64]

_NODES = 10  # Gauss–Legendre nodes for each panel
# Edges in standard deviations of the Gaussian, and in units of the input, where functions bend.
_DEVIATIONS = (0.4, 0.8, 1.2, 1.7, 2.3, 3, 4, 5, 6, 7.5, 9, 12, 16, 22, 30, 38)
_INPUTS = (0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 9, 14, 20, 30)


def gaussian_nodes(variances: Floats, joints: Sequence[float] = ()) -> tuple[Floats, Floats]:
    """Return where to look at a function and with which weight, for z ~ N(0, 1).

    Args:
        variances: q, shape (n,), above 0: the function will be taken at √q·z.
        joints: Where the function or a slope of it jumps, in units of its input.

    Returns:
        z and weights, both of shape (n, nodes); the weights of a row add up to 1.

    Example:
        >>> z, weight = gaussian_nodes(np.array([1.0, 4.0]))
        >>> np.round((weight * z**4).sum(axis=1), 9)
        array([3., 3.])
    """
    deviation = np.sqrt(variances)[:, None]
    bends = np.array([sign * place for place in _INPUTS for sign in (-1, 1)] + list(joints))
    end = _DEVIATIONS[-1]
    fixed = np.array([0.0, *(sign * place for place in _DEVIATIONS for sign in (-1, 1))])
    edges = np.concatenate(
        [
            np.broadcast_to(fixed, (len(variances), fixed.size)),
            np.clip(bends / deviation, -end, end),
        ],
        axis=1,
    )
    return panels(edges)


def panels(edges: Floats) -> tuple[Floats, Floats]:
    """Return Gauss–Legendre nodes between all edges, weighted with the density of N(0, 1).

    Args:
        edges: Shape (n, edges), in standard deviations and in any order; equal ones give empty panels.

    Returns:
        z and weights, both of shape (n, nodes).

    Example:
        >>> z, weight = panels(np.array([[0.0, -6.0, -3.0, 3.0, 6.0]]))
        >>> round(float(weight[z > 0].sum()), 6)
        0.5
    """
    edges = np.sort(edges, axis=1)
    node, weight = _legendre()
    half = np.diff(edges, axis=1)[:, :, None] / 2
    z = (edges[:, :-1, None] + half + half * node).reshape(len(edges), half.shape[1] * _NODES)
    with np.errstate(under="ignore"):
        density = np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    return z, (half * weight).reshape(z.shape) * density


@functools.cache
def _legendre() -> tuple[Floats, Floats]:
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    return node, weight


def hermite(z: Floats, count: int) -> Floats:
    """Return the orthonormal Hermite polynomials He_k(z)/√k!.

    Args:
        z: Places, any shape.
        count: How many, from degree 0.

    Returns:
        Shape (count, *z.shape).

    Example:
        >>> hermite(np.array([2.0]), 3).ravel().round(6)
        array([1.     , 2.     , 2.12132])
    """
    found = np.empty((count, *z.shape))
    found[0] = 1.0
    if count > 1:
        found[1] = z
    for k in range(2, count):
        found[k] = (z * found[k - 1] - math.sqrt(k - 1) * found[k - 2]) / math.sqrt(k)
    return found


def tail_share(c: Floats, exponent: float, degrees: int) -> Floats:
    """Return what is left behind the first Hermite coefficients, as a share of its value at c = 1.

    The squared coefficients of a function with a corner fall off like a power of k; what is cut off
    behind the last one that is computed is known at c = 1, and this is how it shrinks with c.

    Args:
        c: Correlations, any shape; below 0 the terms cancel, and 0 is returned.
        exponent: With which power the squared coefficients fall off, above 1.
        degrees: How many coefficients are computed.

    Example:
        >>> tail_share(np.array([1.0, 0.0, -1.0]), 2.5, 64)
        array([1., 0., 0.])
    """
    places, shares = _tails(exponent)
    with np.errstate(divide="ignore", invalid="ignore"):
        y = -(degrees - 0.5) * np.log(np.clip(c, 0.0, 1.0))
        found = np.interp(np.log10(np.maximum(y, 1e-12)), places, shares, left=1.0, right=0.0)
    return np.where(c > 0, found, 0.0)


@functools.cache
def _tails(exponent: float) -> tuple[Floats, Floats]:
    """Return log₁₀ y, rising, and Σ k^−exponent·c^k over k ≥ n as a share of its sum at c = 1.

    Here y = −(n − ½)·ln c, and the sum is taken as an integral, so that n is in y alone.
    """
    places = np.linspace(-9, 2, 221)
    t = np.geomspace(1, 1e7, 4000)
    middle = np.sqrt(t[1:] * t[:-1])
    with np.errstate(under="ignore"):
        decay = np.exp(-np.outer(10.0**places, middle))
    # ∫ t^−p over each cell is exact; only the exponential is taken in its middle.
    cell = t[:-1] ** (1 - exponent) - t[1:] ** (1 - exponent)
    return places, decay @ cell / cell.sum()
