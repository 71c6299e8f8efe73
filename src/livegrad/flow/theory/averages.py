"""Averages of an activation over Gaussian pre-activations, at any variance, from a table made once.

What a layer does to signal and gradient in the limit of great width, and how far a layer of finite width
strays from it, is all in means over z ~ N(0, q): of f², f′², their squares and products, and of products at
two correlated places (Poole et al. 2016, Schoenholz et al. 2017). They are computed on a grid of ln q when
first asked for, and interpolated by cubics: right to 1e-4 of the value, but for functions that swing within a
Gaussian of that width (sine from q = 100 on).
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Final, overload

import numpy as np

from livegrad.flow.theory.quadrature import Floats, gaussian_nodes, hermite, tail_share
from livegrad.functions import Activation
from livegrad.functions.properties.sampling import in_float64

__all__ = ["Averages", "Means", "Pairs", "averages_of"]

_PER_DECADE, _LOWEST, _HIGHEST = (
    8,
    -12,
    12,
)  # decades of q; beyond, what is found at the end goes on
_STEP: Final = math.log(10) / _PER_DECADE
_POINTS: Final = (_HIGHEST - _LOWEST) * _PER_DECADE + 1
_BLOCK: Final = 16  # grid points made at a time
_DEGREES: Final = 64  # Hermite polynomials
_FINE: Final = 100  # points per decade, where a straight line between them will do
_ANGLES: Final = 65  # between the correlations 1 and −1
_NOTHING = 1e-290
# Means of squares and of fourth powers are given as these at most, so that ratios of them stay numbers.
_MOST: Final = np.array([1e120, 1e120, 1e240, 1e240, 1e240, 1e120])
_COLUMNS: Final = 14
_BENT: Final = (10, 11)  # the columns of `Means.bent`


@dataclass(frozen=True)
class Means:
    """Means over z ~ N(0, q); floats, or arrays of the shape of q.

    Attributes:
        signal: E[f²].
        slope: E[f′²].
        signal_fourth: E[f⁴].
        slope_fourth: E[f′⁴].
        crossed: E[f²f′²].
        radial: E[z²f′²]/q.
        turning: E[z·f·f′], signed; for a continuous f it is q·dE[f²]/dq.
        mean: E[f].
        mean_slope: E[f′].
        leaning: E[z·f′], signed: q·E[f″] for a function whose slope does not jump.
        bent: By which share E[f²] changes for each unit of excess kurtosis of z, and of its sixth
            cumulant; shape (…, 2).
        slope_bent: The same of E[f′²].
    """

    signal: Floats
    slope: Floats
    signal_fourth: Floats
    slope_fourth: Floats
    crossed: Floats
    radial: Floats
    turning: Floats
    mean: Floats
    mean_slope: Floats
    leaning: Floats
    bent: Floats
    slope_bent: Floats


@dataclass(frozen=True)
class Pairs:
    """Means over two places u, v ~ N(0, q) with correlation c.

    Attributes:
        signal: E[f(u)·f(v)].
        slope: E[f′(u)·f′(v)].
        squares: E[f(u)²·f(v)²].
        slope_squares: E[f′(u)²·f′(v)²].
        crossed: E[f(u)²·f′(v)²].
    """

    signal: Floats
    slope: Floats
    squares: Floats
    slope_squares: Floats
    crossed: Floats


def averages_of(activation: Activation) -> Averages:
    """Return the averages of an activation, the same object for equal records.

    Example:
        >>> from livegrad.functions import elementwise
        >>> round(averages_of(elementwise("relu")).mean_square(2.0), 6)
        1.0
    """
    return _averages_of(activation.id, activation.chosen, activation)


@functools.lru_cache(maxsize=128)
def _averages_of(identifier: str, chosen: object, activation: Activation) -> Averages:
    del identifier, chosen
    return Averages(activation)


class Averages:
    """The averages of one activation. Get one from `averages_of`.

    Variances may be 0 or infinite; they are then taken as 1e-300 and 1e300. Means of squares are given as
    1e120 at most.
    """

    def __init__(self, activation: Activation) -> None:
        self.activation = activation
        self._joints = tuple(activation.joint_places)
        self._value, self._slope = in_float64(activation), in_float64(activation, "x")
        # Squared Hermite coefficients fall off like a power of k, by how rough the function is.
        rough = min(3.5, activation.properties.smoothness + 2.5)
        self._falls = (rough, max(1.1, rough - 1))
        self._logarithms: dict[int, tuple[tuple[float, ...], ...]] = {}
        self._table = np.full((_POINTS, _COLUMNS), np.nan)
        self._products = np.full((_POINTS, 5, _ANGLES), np.nan)

    # ------------------------------------------------------------ one place

    def at(self, q: float | Floats) -> Means:
        """Return all means at one variance, or at several.

        Args:
            q: Variance of the pre-activations, in squared input units; a float or any shape.
        """
        q = np.clip(np.asarray(q, float), 1e-300, 1e300)
        first, weight = self._cell(q)
        self._fill(first)
        rows = self._table[first[..., None] + np.arange(4)]
        found = (weight[..., None] * rows).sum(axis=-2)
        with np.errstate(over="ignore", under="ignore"):
            sizes = np.exp(found[..., :6])
        sizes = np.where(sizes < _NOTHING, 0.0, np.minimum(sizes, _MOST))
        signal, slope, signal_4, slope_4, crossed, radial = np.moveaxis(sizes, -1, 0)
        turning, mean, mean_slope, leaning = np.moveaxis(found[..., 6:10], -1, 0)
        with np.errstate(invalid="ignore", over="ignore"):
            return Means(
                signal,
                slope,
                signal_4,
                slope_4,
                crossed,
                radial,
                turning * signal,
                mean * np.sqrt(signal),
                mean_slope * np.sqrt(slope),
                leaning * np.sqrt(q) * np.sqrt(slope),
                found[..., 10:12],
                found[..., 12:14],
            )

    @overload
    def mean(self, q: float) -> float: ...
    @overload
    def mean(self, q: Floats) -> Floats: ...
    def mean(self, q: float | Floats) -> float | Floats:
        """Return E[f]."""
        return _like(q, self.at(q).mean)

    @overload
    def mean_square(self, q: float) -> float: ...
    @overload
    def mean_square(self, q: Floats) -> Floats: ...
    def mean_square(self, q: float | Floats) -> float | Floats:
        """Return E[f²]."""
        return _like(q, self.at(q).signal)

    @overload
    def mean_square_slope(self, q: float) -> float: ...
    @overload
    def mean_square_slope(self, q: Floats) -> Floats: ...
    def mean_square_slope(self, q: float | Floats) -> float | Floats:
        """Return E[f′²]."""
        return _like(q, self.at(q).slope)

    def next_square(self, q: float, fourth: float = 0.0, sixth: float = 0.0) -> float:
        """Return E[f²] at one variance, quickly: a recursion asks for it layer after layer.

        Args:
            q: The variance.
            fourth: Excess kurtosis of z, for which the mean is corrected (Edgeworth).
            sixth: Its sixth cumulant.
        """
        place = math.log(min(max(q, 1e-300), 1e300)) / _STEP - _LOWEST * _PER_DECADE
        first = min(max(math.floor(place) - 1, 0), _POINTS - 4)
        if first not in self._logarithms:
            self._fill(np.array([first]))
            columns = self._table[first : first + 4, [0, *_BENT]]
            self._logarithms[first] = tuple(map(tuple, columns.T.tolist()))
        signal, bent_4, bent_6 = self._logarithms[first]
        found = math.exp(min(_cubic(signal, place - first), math.log(_MOST[0])))
        if fourth:
            t = place - first
            found *= 1 + fourth * _cubic(bent_4, t) + sixth * _cubic(bent_6, t)
        return found

    def log_signal_and_slope(self, log_q: Floats) -> tuple[Floats, Floats]:
        """Return the logarithms of E[f²] and E[f′²] at many ln q, quickly.

        They are right to 1e-4, and constant beyond the grid's ends.
        """
        place = (log_q - _LOWEST * math.log(10)) * (_FINE / math.log(10))
        place = np.clip(place, 0.0, len(self._finely) - 1.001)
        low = place.astype(np.int64)
        share = place - low
        signal, slope = self._finely.T
        return (
            signal[low] + share * (signal[low + 1] - signal[low]),
            slope[low] + share * (slope[low + 1] - slope[low]),
        )

    @functools.cached_property
    def _finely(self) -> Floats:
        """Logarithms of E[f²] and E[f′²] on a grid fine enough for straight lines, (points, 2)."""
        log_q = np.arange((_HIGHEST - _LOWEST) * _FINE + 1) / _FINE * math.log(10)
        first, weight = self._cell(np.exp(log_q + _LOWEST * math.log(10)))
        self._fill(first)
        rows = self._table[first[..., None] + np.arange(4), :2]
        return np.asfortranarray((weight[..., None] * rows).sum(axis=1))

    def length_slope(self, q: float) -> float:
        """Return dE[f²]/dq: how much a change of variance is handed on, at σ_w = 1."""
        q = max(q, _NOTHING)
        above, below = self.mean_square(q * math.exp(0.02)), self.mean_square(q * math.exp(-0.02))
        return (above - below) / (q * 2 * math.sinh(0.02))

    # ------------------------------------------------------------ two places

    def pairs(self, q: float | Floats, c: float | Floats) -> Pairs:
        """Return all means over two places.

        Args:
            q: Variance of both, a float or shape (…).
            c: Their correlations, −1 … 1; shape (…) or (…, n) or a float.

        Returns:
            Every mean with the shape of c.
        """
        return self.pair_terms(q).at(np.asarray(c, float))

    def pair_terms(self, q: float | Floats) -> PairTerms:
        """Return what products at some variances need, to be used at many correlations."""
        q = np.asarray(q, float)
        first, weight = self._cell(q)
        self._fill(first, deep=True)
        rows = self._products[first[..., None] + np.arange(4)]
        means = self.at(q)
        fourth = means.signal_fourth, means.slope_fourth
        scales = (means.signal, means.slope, *fourth, np.sqrt(fourth[0]) * np.sqrt(fourth[1]))
        return PairTerms((weight[..., None, None] * rows).sum(axis=-3), np.stack(scales, axis=-1))

    @overload
    def product(self, q: float, c: float) -> float: ...
    @overload
    def product(self, q: float | Floats, c: Floats) -> Floats: ...
    def product(self, q: float | Floats, c: float | Floats) -> float | Floats:
        """Return E[f(u)·f(v)] for u, v ~ N(0, q) with correlation c."""
        return _like(c, self.pairs(q, c).signal)

    @overload
    def slope_product(self, q: float, c: float) -> float: ...
    @overload
    def slope_product(self, q: float | Floats, c: Floats) -> Floats: ...
    def slope_product(self, q: float | Floats, c: float | Floats) -> float | Floats:
        """Return E[f′(u)·f′(v)] for u, v ~ N(0, q) with correlation c."""
        return _like(c, self.pairs(q, c).slope)

    # ------------------------------------------------------------ inside

    def _cell(self, q: Floats) -> tuple[np.ndarray, Floats]:
        """Return the first of four grid points for each variance, and the points' weights."""
        with np.errstate(divide="ignore"):
            place = np.log(np.clip(q, 1e-300, 1e300)) / _STEP - _LOWEST * _PER_DECADE
        first = np.clip(np.floor(place).astype(int) - 1, 0, _POINTS - 4)
        return first, _weights(place - first)

    def _fill(self, first: np.ndarray, *, deep: bool = False) -> None:
        """Compute the blocks of the table that are needed and not there."""
        low, high = int(first.min()), int(first.max()) + 3
        table = self._products[:, 0, 0] if deep else self._table[:, 0]
        for start in range(low - low % _BLOCK, high + 1, _BLOCK):
            if np.isnan(table[start]):
                self._compute(slice(start, min(start + _BLOCK, _POINTS)), deep=deep)

    def _compute(self, points: slice, *, deep: bool) -> None:
        q = np.exp(_STEP * np.arange(points.start, points.stop) + _LOWEST * math.log(10))
        z, weight = gaussian_nodes(q, self._joints)
        places = np.sqrt(q)[:, None] * z
        with np.errstate(all="ignore"):
            f = self._value(places.ravel()).reshape(z.shape)
            s = self._slope(places.ravel()).reshape(z.shape)
            # Fourth powers must not overflow; what grows so fast explodes in any case.
            f, s = (np.clip(np.nan_to_num(one, nan=1e74), -1e74, 1e74) for one in (f, s))
            if deep:
                self._products[points] = _products(z, weight, f, s, self._falls)
            else:
                self._table[points] = _row(z, weight, f, s, places)


@dataclass(frozen=True)
class PairTerms:
    """Products of two places at some variances, on a grid of the angle arccos c.

    Attributes:
        products: The five of `Pairs` over their scales, (…, 5, angles).
        scales: (…, 5).
    """

    products: Floats
    scales: Floats

    def __getitem__(self, place: int) -> PairTerms:
        """Return the terms at one of the variances."""
        return PairTerms(self.products[place], self.scales[place])

    def quickly(self, c: float) -> Floats:
        """Return the five products at one correlation, shape (5,); of the terms at one variance."""
        place = math.acos(min(1.0, max(-1.0, c))) * ((_ANGLES - 1) / math.pi)
        first = min(max(int(place) - 1, 0), _ANGLES - 4)
        t = place - first
        r, s, u = t - 1, t - 2, t - 3
        weight = (-r * s * u / 6, t * s * u / 2, -t * r * u / 2, t * r * s / 6)
        return self.scales * (self.products[:, first : first + 4] @ weight)

    def at(self, c: Floats) -> Pairs:
        """Return the products at correlations c, of the variances' shape (…) or (…, n)."""
        each = c.ndim <= self.products.ndim - 2
        many = c[..., None] if each else c
        place = np.arccos(np.clip(many, -1.0, 1.0)) * ((_ANGLES - 1) / math.pi)
        first = np.clip(place.astype(int) - 1, 0, _ANGLES - 4)
        weight = _weights(place - first)
        nodes = (first[..., None] + np.arange(4))[..., None, :, :]
        rows = np.take_along_axis(self.products[..., None, :], nodes, axis=-1)
        with np.errstate(invalid="ignore", over="ignore"):
            found = self.scales[..., None] * (rows * weight[..., None, :, :]).sum(axis=-1)
        return Pairs(*np.moveaxis(found[..., 0] if each else found, -1 if each else -2, 0))


def _cubic(values: tuple[float, ...], t: float) -> float:
    """Return a cubic through four points 0 … 3; a straight line beyond them."""
    a, b, c, d = values
    if t < 0:
        return a + t * (b - a)
    r, s, u = t - 1, t - 2, t - 3
    if u > 0:
        return d + u * (d - c)
    return -a * r * s * u / 6 + b * t * s * u / 2 - c * t * r * u / 2 + d * t * r * s / 6


def _weights(place: Floats) -> Floats:
    """Return the weights of cubic interpolation between points 0 … 3; a straight line beyond them."""
    t = np.clip(place, 0.0, 3.0)
    inside = np.stack(
        [
            -(t - 1) * (t - 2) * (t - 3) / 6,
            t * (t - 2) * (t - 3) / 2,
            -t * (t - 1) * (t - 3) / 2,
            t * (t - 1) * (t - 2) / 6,
        ],
        axis=-1,
    )
    beyond = (place - t)[..., None]
    ends = np.where(beyond < 0, np.array([-1.0, 1.0, 0.0, 0.0]), np.array([0.0, 0.0, -1.0, 1.0]))
    return inside + beyond * ends


def _row(z: Floats, weight: Floats, f: Floats, s: Floats, places: Floats) -> Floats:
    """Return the columns of the table: six logarithms, then ratios."""

    def mean(values: Floats) -> Floats:
        return (weight * values).sum(axis=1)

    f2, s2 = f * f, s * s
    sizes = [mean(f2), mean(s2), mean(f2 * f2), mean(s2 * s2), mean(f2 * s2), mean(z * z * s2)]
    sizes = [np.clip(np.nan_to_num(one, nan=math.inf), 1e-300, 1e300) for one in sizes]
    ratios = [
        mean(places * f * s) / sizes[0],
        mean(f) / np.sqrt(sizes[0]),
        mean(s) / np.sqrt(sizes[1]),
        mean(z * s) / np.sqrt(sizes[1]),
    ]
    polynomials = hermite(z, 7)
    for values, size in ((f2, sizes[0]), (s2, sizes[1])):
        # The terms of Edgeworth's series: E[g·He₄]/4!, E[g·He₆]/6!, as shares of E[g].
        ratios += [
            mean(values * polynomials[k]) / math.sqrt(math.factorial(k)) / size for k in (4, 6)
        ]
    return np.stack([*map(np.log, sizes), *(_ratio(one) for one in ratios)], axis=1)


def _ratio(found: Floats) -> Floats:
    """Return a ratio of means; 0 where they overflow."""
    return np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0)


def _products(
    z: Floats, weight: Floats, f: Floats, s: Floats, falls: tuple[float, float]
) -> Floats:
    """Return the five products over their scales at all angles, (points, 5, angles).

    With Hermite coefficients a_k of f and b_k of g, E[f(u)·g(v)] = Σ a_k·b_k·c^k (Mehler).
    """
    polynomials = hermite(z, _DEGREES)
    functions = np.stack([f, s, f * f, s * s])
    coefficients = np.einsum("knz,snz->nsk", polynomials, functions * weight, optimize=True)
    norms = np.sqrt(np.einsum("snz,snz->ns", functions * weight, functions))
    norms = np.where((norms > 0) & np.isfinite(norms), norms, math.inf)
    a = np.nan_to_num(coefficients / norms[..., None])
    crossed = np.einsum("nz,nz,nz->n", weight, functions[2], functions[3]) / (
        norms[:, 2] * norms[:, 3]
    )
    whole = np.concatenate(
        [(norms < math.inf).astype(float), np.nan_to_num(crossed)[:, None]], axis=1
    )
    series = np.concatenate([a * a, a[:, 2:3] * a[:, 3:]], axis=1)
    c = np.cos(np.linspace(0, math.pi, _ANGLES))
    rest = (whole - series.sum(axis=2))[..., None]
    of_value, of_slope = (tail_share(c, fall, _DEGREES) for fall in falls)
    tails = np.stack([of_value, of_slope, of_value, of_slope, of_slope])
    return series @ c ** np.arange(_DEGREES)[:, None] + rest * tails


def _like(given: float | Floats, found: Floats) -> float | Floats:
    return found if isinstance(given, np.ndarray) else float(found)
