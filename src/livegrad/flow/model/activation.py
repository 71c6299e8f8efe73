"""What an activation does to a signal that is Gaussian about a mean, sample by sample and pair by pair."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np

from livegrad.flow.model.signal import Floats, Signal
from livegrad.flow.theory.quadrature import gaussian_nodes, hermite, tail_share
from livegrad.functions import Activation
from livegrad.functions.properties.sampling import in_float64

__all__ = ["Passage", "passage"]

_DEGREES = 64  # Hermite polynomials
_PAIRED = 4  # of the functions, those that pairs of samples are asked about
_STEP = 0.5  # of the grid of ln q
_KNOTS = 6  # of it that each interpolation takes
_CENTRED = 1e-3  # a squared mean below this share of the mean square is none


@dataclass(frozen=True)
class Passage:
    """What comes of one signal at one activation.

    Attributes:
        signal: The output's moments.
        slopes: E[f′(u_s)·f′(u_t)] at the same position, (B, B).
        slopes_apart: The same at two different positions.
        crossed: E[f·f′ at s times f·f′ at t], (B, B): what a gradient along f becomes.
        turned: E[u·f·f′]/E[f²], (B,): what becomes of its inner product with the signal.
        steady: E[f′]²/E[f′²]: which share of a squared gradient meets the mean slope.
        uneven: E[f⁴]/E[f²]² − E[f²f′²]/(E[f²]·E[f′²]): N times by how much the inverse of a sample's
            mean square is larger on average, seen by a gradient that passes the same units.
        squares: E[f′(u_s)²·f′(u_t)²] at the same position.
        squares_apart: The same at two different positions.
    """

    signal: Signal
    slopes: Floats
    slopes_apart: Floats
    crossed: Floats
    turned: Floats
    steady: float
    uneven: float
    squares: Floats
    squares_apart: Floats


@dataclass(frozen=True)
class _Terms:
    """Hermite coefficients of f, f′, f′², f·f′ and f², (B, 5, degrees), with their mean squares."""

    coefficients: Floats
    sizes: Floats
    falls: tuple[float, ...]

    def products(self, c: Floats) -> Floats:
        """Return E[g(u_s)·g(u_t)] of the first four, for all pairs with correlations c, (4, B, B)."""
        a = np.moveaxis(self.coefficients[:, :_PAIRED], 0, 2)  # (4, degrees, B)
        found = np.zeros((_PAIRED, *c.shape))
        for degree in reversed(range(_DEGREES)):
            found *= c
            found += a[:, degree, :, None] * a[:, degree, None, :]
        rest = np.sqrt(np.clip(self.sizes[:, :_PAIRED].T - (a * a).sum(axis=1), 0, None))
        tails = np.stack([tail_share(c, fall, _DEGREES) for fall in self.falls[:_PAIRED]])
        return found + rest[:, :, None] * rest[:, None, :] * tails


def passage(activation: Activation, signal: Signal) -> Passage:
    """Return what an activation makes of a signal.

    Args:
        activation: The function.
        signal: Its input; taken as Gaussian about its mean.
    """
    square = np.diagonal(signal.same)
    mean = np.where((signal.mean**2 <= _CENTRED * square).all(), 0.0, signal.mean)
    variance = np.clip(square - mean**2, 1e-300, 1e300)
    terms, output_mean = _terms(activation, mean, variance)
    shifts, deviations = np.outer(mean, mean), np.sqrt(variance)
    scale = np.outer(deviations, deviations)
    same, apart = (
        np.clip((one - shifts) / scale, -1.0, 1.0) for one in (signal.same, signal.other)
    )
    np.fill_diagonal(same, 1.0)
    value, slope, square, crossed = terms.products(same)
    apart_value, apart_slope, apart_square = (
        terms.products(apart)[:3] if signal.positions > 1 else (value, slope, square)
    )
    made = Signal(value, apart_value, output_mean, signal.positions)
    along = terms.coefficients[:, 3]
    turned = (mean * along[:, 0] + deviations * along[:, 1]) / np.diagonal(value)
    uneven = _uneven(terms.sizes, np.diagonal(crossed))
    return Passage(
        signal=made,
        slopes=slope,
        slopes_apart=apart_slope,
        crossed=crossed,
        turned=np.nan_to_num(turned),
        steady=_steady(terms),
        uneven=uneven,
        squares=square,
        squares_apart=apart_square,
    )


def _steady(terms: _Terms) -> float:
    slope, square = terms.coefficients[:, 1, 0], terms.sizes[:, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = float(np.mean(slope * np.absolute(slope) / square))
    return min(1.0, max(found, 0.0)) if math.isfinite(found) else 0.0


def _uneven(sizes: Floats, crossed: Floats) -> float:
    signal, slope, fourth = sizes[:, 0], sizes[:, 1], sizes[:, 4]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = float(np.mean(fourth / signal**2 - crossed / (signal * slope)))
    return max(found, 0.0) if math.isfinite(found) else 0.0


def _terms(activation: Activation, mean: Floats, variance: Floats) -> tuple[_Terms, Floats]:
    """Return the terms at every sample, interpolated between variances on a fixed grid.

    The samples of one layer have means that are one share of their deviations.
    """
    share = float((mean / np.sqrt(variance)).mean())
    places = np.log(variance) / _STEP
    first = np.floor(places).astype(int) - _KNOTS // 2 + 1
    low, high = int(first.min()), int(first.max()) + _KNOTS
    found = [_at(activation, place, share) for place in range(low, high)]
    weights = _lagrange(places - first)
    rows = first[:, None] - low + np.arange(_KNOTS)
    coefficients, sizes, means = (
        np.einsum("bk,bk...->b...", weights, np.stack([one[part] for one in found])[rows])
        for part in range(3)
    )
    rough = min(3.5, activation.properties.smoothness + 2.5)
    falls = (rough, max(1.1, rough - 1), max(1.1, rough - 1), rough, rough)
    return _Terms(coefficients, np.clip(sizes, 0.0, None), falls), means


def _lagrange(places: Floats) -> Floats:
    """Return the weights of the points 0, 1, 2, … at each place, (places, points)."""
    gaps = places[:, None] - np.arange(_KNOTS)
    weights = np.ones_like(gaps)
    for mine in range(_KNOTS):
        for other in range(_KNOTS):
            if mine != other:
                weights[:, mine] *= gaps[:, other] / (mine - other)
    return weights


@functools.lru_cache(maxsize=2048)
def _at(activation: Activation, place: int, share: float) -> tuple[Floats, Floats, Floats]:
    """Return the coefficients, (5, degrees), mean squares, (5,), and mean at one point of the grid."""
    variance = math.exp(place * _STEP)
    deviation = math.sqrt(variance)
    joints = [one - share * deviation for one in activation.joint_places]
    z, weight = gaussian_nodes(np.array([variance]), joints)
    z, weight = z[0], weight[0]
    places = deviation * (share + z)
    with np.errstate(all="ignore"):
        value, slope = in_float64(activation)(places), in_float64(activation, "x")(places)
        value, slope = (np.nan_to_num(one, nan=0.0, posinf=1e150) for one in (value, slope))
    functions = np.stack([value, slope, slope * slope, value * slope, value * value])
    coefficients = (functions * weight) @ hermite(z, _DEGREES).T
    return coefficients, (functions**2) @ weight, np.array(weight @ value)
