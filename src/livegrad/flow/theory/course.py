"""The mean-field course of a signal through equal layers, and what each layer adds to it by chance.

For a layer z = W·x + b, x = f(z of the layer below), with weights of variance σ_w²/fan-in and biases of
variance σ_b² (Poole et al. 2016, Schoenholz et al. 2017; with norms Yang et al. 2019):

    q ← σ_w²·E[f²] + σ_b²                variance of the pre-activations
    q·c ← σ_w²·E[f(u)·f(v)] + σ_b²       their correlation between two inputs
    χ = σ_w²·E[f′²]                      by which the squared gradient changes, backwards

A layer of finite width takes its averages over its units only. How far they stray is in the fourth moments;
`livegrad.flow.theory.straying` adds it up. Correlations stray as well: of two inputs that start unlike, some pairs of
a batch grow alike and some do not, so the correlation is carried as mean and variance over pairs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np

from livegrad.flow.network import Network
from livegrad.flow.theory.averages import Averages, Means, PairTerms, averages_of
from livegrad.flow.theory.quadrature import Floats

__all__ = ["Chances", "Course", "Start", "course_of"]

_NUDGE = 0.05  # of ln q, for slopes and bends of what depends on it
_LEAST = 1e-12


@dataclass(frozen=True, kw_only=True)
class Start:
    """What enters the network.

    Attributes:
        mean_square: Of the inputs' entries, over batch and features.
        correlation: Mean correlation between two inputs (their cosine), −1 … 1.
        spread: Variance of that correlation over the pairs of the batch.
        features: How many entries an input has.
        batch: How many inputs.
        sizes: Mean square of each input over the mean of all, in groups of equal number; empty where
            inputs are of one size.
        likeness: Mean cosine between the gradients of two inputs at the network's output.
        likeness_squared: Mean square of it.
    """

    mean_square: float = 1.0
    correlation: float = 0.0
    spread: float = 0.0
    features: int
    batch: int = 32
    sizes: tuple[float, ...] = ()
    likeness: float = 0.0
    likeness_squared: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Chances:
    """Relative variances and covariances of one layer's sums over its units, times their number.

    For one input (self) and between two of the batch (pair), each of shape (layers,).

    Attributes:
        signal_self: Of Σ f².
        signal_pair: Between two inputs.
        crossed_self: Between Σ f² and Σ f′²·u², u the gradient that arrives.
        crossed_pair: The same between two inputs.
        slope_self: Of Σ f′²·u².
        slope_pair: Between two inputs whose gradients u are at right angles.
        slope_alike: What is added to it, times the squared cosine of their gradients.
        kept: Root mean square over pairs of E[f′(u)·f′(v)]/E[f′²]: how alike gradients stay.
        grows: By how much the squared likeness grows by chance, times the width.
        strayed_signal, strayed_crossed: With a norm, `signal_self` and `crossed_self`.
    """

    signal_self: Floats
    signal_pair: Floats
    crossed_self: Floats
    crossed_pair: Floats
    slope_self: Floats
    slope_pair: Floats
    slope_alike: Floats
    kept: Floats
    grows: Floats
    strayed_signal: Floats | float = 0.0
    strayed_crossed: Floats | float = 0.0


@dataclass(frozen=True, kw_only=True)
class Course:
    """The mean-field course through all layers; every array has shape (layers,).

    Attributes:
        variance: Of what enters the activation.
        output: Of the layer's own output W·x + b, before a norm.
        correlation: Between two inputs, of what enters the activation.
        output_correlation: The same of the layer's own output.
        spread: Variance of that correlation over the pairs of a batch.
        log_gain: ln of the factor of the squared gradient from the next layer's output to this one's.
        gain_slope, gain_bend: Its first and second derivative by ln `variance`.
        pull, bend: First and second derivative of the next layer's ln variance by this one's.
        share: Which share of the next layer's variance comes from the signal, not from biases.
        chances: What strays.
        radial, turned, joint: T, K and X of `livegrad.flow.theory.straying`, for weights met both ways.
        fed: Mean square of what enters the layer's weights, per input of a unit.
        fed_correlation: The cosine between two inputs there.
        means: The averages at `variance`.
        nonlinearity: How far each layer's x is from a linear function of the input, 0 … 1: by how much
            the cosine of two inputs halfway between unlike and the same lies under the middle.
    """

    variance: Floats
    output: Floats
    correlation: Floats
    output_correlation: Floats
    spread: Floats
    log_gain: Floats
    gain_slope: Floats
    gain_bend: Floats
    pull: Floats
    bend: Floats
    share: Floats
    chances: Chances
    radial: Floats
    turned: Floats
    joint: Floats
    fed: Floats
    fed_correlation: Floats
    means: Means
    nonlinearity: Floats

    def until(self, depth: int) -> Course:
        """Return the course of the first layers alone: without skips, what is above does not change it."""
        return _cut(self, depth)


def _cut(record: Any, depth: int) -> Any:
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    cut = {
        name: value[:depth] if isinstance(value, np.ndarray) else value
        for name, value in values.items()
    }
    inner = {name: _cut(value, depth) for name, value in values.items() if is_dataclass(value)}
    return replace(record, **{**cut, **inner})


def course_of(network: Network, start: Start, *, correlation: bool = True) -> Course:
    """Return the mean-field course of a network.

    Args:
        network: Without skips.
        start: What enters.
        correlation: Whether correlations are followed; if not, they stay as they enter.

    Example:
        >>> from livegrad.functions import elementwise
        >>> network = Network(activation=elementwise("relu"), depth=3, init="he")
        >>> course_of(network, Start(features=64)).variance
        array([2., 2., 2.])
    """
    averages = averages_of(network.activation)
    layers = _Layers(network, start, averages)
    variance = layers.variances()
    means = averages.at(variance)
    if not correlation:
        return layers.course(variance, layers.unfollowed(means), means, np.zeros(len(variance)))
    terms = averages.pair_terms(variance)
    along = layers.correlations(variance, terms, means)
    return layers.course(variance, along, means, layers.bending(terms, means))


class _Layers:
    """The layers of one network, on their way to a course."""

    def __init__(self, network: Network, start: Start, averages: Averages) -> None:
        self.network, self.start, self.averages = network, start, averages
        self.inner, self.first = network.scales(), network.scales(start.features)
        self.kept = 1 - network.dropout
        # In a recurrent network every step is driven by an input of its own.
        self.drive = self.first.weight**2 * start.mean_square if network.recurrent else 0.0

    # ------------------------------------------------------------ variance

    @property
    def start_variance(self) -> float:
        entering = self.start.mean_square
        if self.first.orthogonal:  # norms are kept, over another number of units
            entering *= min(1.0, self.start.features / self.network.width)
        return self.first.weight**2 * entering + self.first.bias**2

    def variances(self) -> Floats:
        """Return q of all layers."""
        if self.network.norm is not None:
            return np.ones(self.network.depth)
        found, q = [self.start_variance], self.start_variance
        weight, bias = self.inner.weight**2 / self.kept, self.inner.bias**2
        for layer in range(self.network.depth - 1):
            if self.inner.uniform:
                signal = self.averages.next_square(q, *_cumulants(self.bias_variance(layer) / q))
            else:
                signal = self.averages.next_square(q)
            q = min(weight * signal + bias + self.drive, 1e300)
            found.append(q)
        return np.array(found)

    def bias_variance(self, layer: int) -> float:
        return (self.first if layer == 0 else self.inner).bias ** 2

    # ------------------------------------------------------------ correlation

    def correlations(
        self, variance: Floats, terms: PairTerms, means: Means
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Return c, its variance over pairs, the mixed products (layers, 5), and c after f."""
        start, weight = self.start, self.inner.weight**2
        biased = self.first.bias**2
        c = (self.start_variance - biased) * start.correlation + biased
        c = min(1.0, c / self.start_variance)
        spread = start.spread * ((self.start_variance - biased) / self.start_variance) ** 2
        if self.network.norm == "batch":
            c, spread = -1 / max(start.batch - 1, 1), min(spread / max(1 - c, 0.05) ** 2, 0.5)
        outputs = self._outputs(means)
        found, spreads, fed = list[float](), list[float](), list[float]()
        mixed = list[Floats]()
        for layer in range(self.network.depth):
            found.append(c)
            spreads.append(spread)
            here, strays = _mixed(terms[layer], c, spread)
            mixed.append(here)
            signal = float(means.signal[layer]) / self.kept
            fed.append(here[0] / signal if signal > 0 else 1.0)
            if layer + 1 == self.network.depth:
                break
            if self.network.norm == "batch":
                spread = self._spread_behind_batch_norm(strays, spread, signal, here)
                continue
            added = self.inner.bias**2 + self.drive * start.correlation
            c, spread = _passed(
                strays,
                weight / max(outputs[layer + 1], 1e-150),
                added / max(outputs[layer + 1], 1e-150),
                signal,
                here,
                width=self.network.width * self.network.kernel,
                loss=self._linear_part(here, variance[layer], signal),
            )
        return np.array(found), np.array(spreads), np.array(mixed), np.array(fed)

    def bending(self, terms: PairTerms, means: Means) -> Floats:
        """Return how far every layer's x is from a linear function of the input."""
        outputs, signals = self._outputs(means), np.asarray(means.signal) / self.kept
        biased = self.first.bias**2
        cosines = [
            (self.start_variance - biased) / self.start_variance * rho
            + biased / self.start_variance
            for rho in (0.0, 0.5)
        ]
        found = []
        for layer in range(self.network.depth):
            if self.network.norm == "batch":
                cosines = [(c - cosines[0]) / max(1 - cosines[0], _LEAST) for c in cosines]
            after = [float(terms[layer].quickly(c)[0]) for c in cosines]
            unlike, halfway = (one / max(float(signals[layer]), 1e-300) for one in after)
            found.append(bent(unlike, halfway))
            if layer + 1 < self.network.depth:
                added = (self.inner.bias**2, self.inner.bias**2 + self.drive / 2)
                weight, q = self.inner.weight**2, max(float(outputs[layer + 1]), 1e-300)
                cosines = [
                    min(1.0, (weight * x + more) / q) for x, more in zip(after, added, strict=True)
                ]
        return np.array(found)

    def unfollowed(self, means: Means) -> tuple[Floats, Floats, Floats, Floats]:
        """Return what `correlations` does, for inputs that have nothing in common."""
        ones = np.ones(self.network.depth)
        products = (means.mean**2, means.mean_slope**2, means.signal**2, means.slope**2)
        products = (*products, means.signal * means.slope)
        alike = means.mean**2 / np.maximum(means.signal, 1e-300)
        return 0 * ones, 0 * ones, np.stack(products, axis=1), alike

    def _linear_part(self, products: Floats, variance: float, signal: float) -> float:
        """Return what orthogonal weights take from the chances of a correlation: inner products are kept."""
        if not self.inner.orthogonal or not signal > 0:
            return 0.0
        return float((variance * products[1] / signal) ** 2)

    def _spread_behind_batch_norm(
        self, strays: _Strays, spread: float, signal: float, products: Floats
    ) -> float:
        """Return the variance over pairs of the next layer's correlation behind its norm.

        The norm takes the mean over the batch away and makes every unit one size, which draws the
        eigenvalues of the correlations together by 1 − 2/(batch − 1).
        """
        high, low = strays.high, strays.low
        if high <= low:
            return (1 - high**2) ** 2 / self.network.width
        apart = max(signal - products[0], 1e-12 * signal, 1e-300)
        steep = (strays.above - strays.below) / (high - low) / apart
        drawn = 1 - 2 / max(self.start.batch - 1, 2)
        own = ((1 - high**2) ** 2 + (1 - low**2) ** 2) / 2
        return float(min((steep * drawn) ** 2 * spread + own / self.network.width, 0.5))

    def _outputs(self, means: Means) -> Floats:
        """Return the variance of each layer's own output."""
        signal = np.asarray(means.signal)[:-1] / self.kept
        after = self.inner.weight**2 * signal + self.inner.bias**2 + self.drive
        return np.concatenate([[self.start_variance], after])

    # ------------------------------------------------------------ the whole

    def course(
        self,
        variance: Floats,
        along: tuple[Floats, Floats, Floats, Floats],
        means: Means,
        nonlinearity: Floats,
    ) -> Course:
        """Put the arrays together."""
        likeness, spread, products, fed_correlation = along
        up, down = (self.averages.at(variance * math.exp(side * _NUDGE)) for side in (1, -1))
        outputs = self._outputs(means)
        gains = [self._log_gain(each, outputs, products) for each in (means, up, down)]
        next_logs = [self._next_log(each) for each in (means, up, down)]
        signal = np.asarray(means.signal) / self.kept
        whole = self.inner.weight**2 * signal + self.inner.bias**2 + self.drive
        loose = self.network.norm is None
        biases = np.full(len(variance), self.inner.bias**2 + self.drive)
        biases[0] = self.first.bias**2
        own = 1 - biases / np.maximum(variance, 1e-300)
        slope = np.maximum(means.slope, 1e-300)
        turned = (means.turning / np.maximum(means.signal, 1e-300)) ** 2
        turned = turned * means.signal / np.maximum(variance * slope, 1e-300)
        entering = np.concatenate([[self.start.mean_square], signal[:-1]])
        chances = self._chances(means, products, likeness)
        return Course(
            variance=variance,
            output=outputs,
            correlation=likeness,
            output_correlation=self._output_correlation(products, means),
            spread=spread,
            log_gain=gains[0] + self._strayed_norm(chances, means, spread),
            gain_slope=(gains[1] - gains[2]) / (2 * _NUDGE) * loose,
            gain_bend=(gains[1] + gains[2] - 2 * gains[0]) / _NUDGE**2 * loose,
            pull=(next_logs[1] - next_logs[2]) / (2 * _NUDGE) * loose,
            bend=(next_logs[1] + next_logs[2] - 2 * next_logs[0]) / _NUDGE**2 * loose,
            share=self.inner.weight**2 * signal / np.maximum(whole, 1e-300),
            chances=chances,
            # A norm takes the part along its input away, and nothing is left that is met both ways.
            radial=(1 + own * (means.radial / slope - 1)) * loose,
            turned=own * turned * loose,
            joint=means.crossed / np.maximum(means.signal * slope, 1e-300),
            fed=entering,
            fed_correlation=np.concatenate([[self.start.correlation], fed_correlation[:-1]]),
            means=means,
            nonlinearity=nonlinearity,
        )

    def _log_gain(self, means: Means, outputs: Floats, products: Floats) -> Floats:
        slope = np.asarray(means.slope) / self.kept
        if self.inner.uniform and self.network.norm is None:
            biases = [self.bias_variance(layer) for layer in range(len(slope))]
            corrected = [
                _cumulants(b / max(q, 1e-300)) for b, q in zip(biases, outputs, strict=True)
            ]
            slope = slope * (1 + (np.array(corrected) * means.slope_bent).sum(axis=1))
        with np.errstate(divide="ignore"):
            gain = np.log(self.inner.weight**2 * np.maximum(slope, 1e-300))
        return gain + self._norm_gain(means, outputs, products)

    def _norm_gain(self, means: Means, outputs: Floats, products: Floats) -> Floats | float:
        """Return ln of what a norm's backward pass does to the squared gradient."""
        if self.network.norm is None:
            return 0.0
        slope = np.maximum(means.slope, 1e-300)
        around = np.asarray(means.radial / slope)
        if self.network.norm != "batch":
            # What arrives is at right angles to f(z), because the norm above made it so.
            around = around - means.turning**2 / np.maximum(means.signal * slope, 1e-300)
            # A layer norm takes one direction from the gradient, and one unit's worth from the variance.
            return np.log(np.maximum(1 - around / self.network.width, 0.05)) - np.log(outputs)
        batch = self.start.batch
        apart = np.maximum(1 - self._output_correlation(products, means), _LEAST)
        # The norm above has taken the mean over the batch away already; different slopes bring it back.
        lost = 1 - means.mean_slope**2 / slope + around
        return np.log(np.maximum(1 - lost / batch, 0.05)) - np.log(outputs * apart)

    def _strayed_norm(self, chances: Chances, means: Means, spread: Floats) -> Floats | float:
        """Return by what ln gain changes because what a norm divides by strays: 1/x is convex."""
        if self.network.norm is None:
            return 0.0
        if self.network.norm != "batch":
            return (chances.strayed_signal - chances.strayed_crossed) / self.network.width
        # Over a batch it is a sum of squares along few directions, of which the inverse is larger; and what
        # comes out lies on a sphere of as many dimensions, whose tails are shorter than a Gaussian's.
        directions = np.maximum(1 / (1 / max(self.start.batch - 1, 1) + spread), 2.2)
        kurtosis = -6 / (directions + 2)
        tails = np.log(np.maximum(1 + kurtosis * means.slope_bent[:, 0], 0.2))
        return tails - np.log(1 - 2 / directions)

    def _output_correlation(self, products: Floats, means: Means) -> Floats:
        """Return the correlation of each layer's own output, before a batch norm."""
        start = self.first.bias**2
        first = (
            (self.start_variance - start) * self.start.correlation + start
        ) / self.start_variance
        shared = self.inner.bias**2 + self.drive * self.start.correlation
        after = self.inner.weight**2 * products[:-1, 0] + shared
        after = after / np.maximum(self._outputs(means)[1:], 1e-150)
        return np.concatenate([[first], np.minimum(after, 1.0)])

    def _next_log(self, means: Means) -> Floats:
        signal = self.inner.weight**2 * np.asarray(means.signal) / self.kept
        return np.log(np.maximum(signal + self.inner.bias**2 + self.drive, 1e-300))

    def _chances(self, means: Means, products: Floats, likeness: Floats) -> Chances:
        signal, slope = (np.maximum(one, 1e-150) for one in (means.signal, means.slope))
        _, _, squares, slope_squares, crossed = products.T
        both = slope_squares / slope**2
        kept_norms = 1.0 if self.inner.orthogonal else 0.0
        chances = Chances(
            signal_self=means.signal_fourth / signal**2 / self.kept - 1,
            signal_pair=squares / signal**2 - 1,
            crossed_self=means.crossed / (signal * slope) / self.kept - 1,
            crossed_pair=crossed / (signal * slope) - 1,
            # Orthogonal weights keep norms, and inner products: what they would stray by falls away.
            slope_self=3 * means.slope_fourth / slope**2 / self.kept - 1 - 2 * kept_norms,
            slope_pair=both - 1,
            slope_alike=2 * both - 2 * kept_norms,
            kept=products[:, 1] / slope * self.kept,
            grows=np.maximum(both - kept_norms, 0.0),
        )
        normed = self.network.norm in ("layer", "rms")
        if self.inner.orthogonal or normed:
            chances = _on_a_sphere(chances, means, likeness)
        return _divided(chances, likeness, orthogonal=self.inner.orthogonal) if normed else chances


def bent(unlike: float, halfway: float) -> float:
    """Return how far from linear a network is, from the cosines it gives to two pairs of inputs.

    Args:
        unlike: Of inputs whose cosine was 0.
        halfway: Of inputs whose cosine was ½.

    Example:
        >>> bent(0.0, 0.5), bent(0.2, 0.6)
        (0.0, 0.0)
    """
    apart = max(1 - unlike, _LEAST)
    return min(1.0, max(0.0, round(1 - 2 * (halfway - unlike) / apart, 12)))


def _on_a_sphere(chances: Chances, means: Means, likeness: Floats) -> Chances:
    """Return the chances where |z|² is fixed: what goes with it linearly does not stray."""
    along = 2 * means.turning / np.maximum(means.signal, 1e-300)
    slope_along = means.radial / np.maximum(means.slope, 1e-300) - 1
    return replace(
        chances,
        signal_self=chances.signal_self - along**2 / 2,
        signal_pair=chances.signal_pair - (along * likeness) ** 2 / 2,
        crossed_self=chances.crossed_self - along * slope_along / 2,
        crossed_pair=chances.crossed_pair - along * slope_along / 2 * likeness**2,
    )


def _divided(chances: Chances, likeness: Floats, *, orthogonal: bool) -> Chances:
    """Return the chances where the next norm divides by |W·f|²: the gradient strays against it, at once."""
    drawn = 0.0 if orthogonal else 2.0  # |W·x|² strays by itself, unless W keeps norms
    return replace(
        chances,
        strayed_signal=chances.signal_self + drawn,
        strayed_crossed=chances.crossed_self,
        slope_self=chances.slope_self + chances.signal_self - 2 * chances.crossed_self + drawn,
        slope_pair=chances.slope_pair
        + chances.signal_pair
        - 2 * chances.crossed_pair
        + drawn * likeness**2,
    )


def _cumulants(share: float) -> tuple[float, float]:
    """Return excess kurtosis and sixth cumulant of z, of whose variance a share is evenly spread."""
    return -1.2 * share**2, 48 / 7 * share**3


@dataclass(frozen=True)
class _Strays:
    """Two correlations that stand for those of all pairs, and E[f(u)·f(v)] at both."""

    high: float
    low: float
    above: float
    below: float


def _mixed(terms: PairTerms, c: float, spread: float) -> tuple[Floats, _Strays]:
    """Return the products over pairs whose correlation strays, by two points of equal weight.

    Returns:
        The five means (of the second one the root of the mean square), and the two points.
    """
    off = min(1 - c, 1 + c, math.sqrt(max(spread, 0.0)))
    high, low = terms.quickly(c + off), terms.quickly(c - off)
    mixed = (high + low) / 2
    mixed[1] = math.sqrt((high[1] ** 2 + low[1] ** 2) / 2)
    return mixed, _Strays(c + off, c - off, float(high[0]), float(low[0]))


def _passed(
    strays: _Strays,
    weight: float,
    added: float,
    signal: float,
    mixed: Floats,
    *,
    width: int,
    loss: float,
) -> tuple[float, float]:
    """Return mean and variance over pairs of the next layer's correlation."""
    after = [min(1.0, max(-1.0, weight * one + added)) for one in (strays.above, strays.below)]
    c, square = sum(after) / 2, (after[0] ** 2 + after[1] ** 2) / 2
    # A correlation over finitely many units strays by (1 − c²)²/n, as a sample's does, where f is straight.
    squares = strays.high**2, strays.low**2
    own = ((1 - squares[0]) ** 2 + (1 - squares[1]) ** 2) / 2
    product = (strays.above**2 + strays.below**2) / 2
    excess = (float(mixed[2]) - product) / max(signal, 1e-150) ** 2
    straight = 1 + (squares[0] + squares[1]) / 2
    chance = max(excess / straight - loss, 0.0) * (weight * signal) ** 2 * own / width
    return c, min(max(square + chance - c * c, 0.0), max(1 - c * c, 0.0))
