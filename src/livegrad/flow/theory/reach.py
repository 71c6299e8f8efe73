"""How far signal and gradient reach: depth scales, underflow, and networks that are born dead."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from livegrad.flow.birth import born_dead
from livegrad.flow.network import Network
from livegrad.flow.profile import LayerFlow, Scales
from livegrad.flow.theory.averages import Averages, averages_of
from livegrad.flow.theory.course import Course, Start
from livegrad.flow.verdict import ALIKE, DECADES

__all__ = ["born_dead_of", "scales_of", "underflow_of"]

_DEEPEST = 1000
_SETTLED = 1e-7
_CRITICAL = 1e-9
_PATIENCE, _MARGINAL = 200, 0.97
# The smallest positive number of each format, subnormal ones included.
_SMALLEST = (("float16", 2.0**-24), ("bfloat16", 2.0**-133), ("float32", 2.0**-149))
_RELU = ("relu",)
_RARE = 1e-6


def scales_of(network: Network, course: Course) -> Scales:
    """Return the depth scales of a network, in layers.

    Args:
        network: Any; with a norm or a skip, only the gradient's scale and the trainable depth are given.
        course: Its mean-field course.
    """
    if network.norm is not None or network.skip is not None:
        chi = float(course.log_gain[-1])
        return Scales(gradient=_scale(chi / 2), trainable_depth=_on_and_on(course, network))
    walk = _Further(network, course)
    return Scales(
        signal=walk.signal(),
        correlation=walk.correlation(),
        gradient=_scale(walk.log_gain() / 2),
        trainable_depth=walk.trainable(),
    )


def _scale(rate: float) -> float:
    """Return over how many layers something changes by e that changes by a rate per layer."""
    return math.inf if abs(rate) < _CRITICAL else 1 / abs(rate)


def _on_and_on(course: Course, network: Network) -> int | None:
    """Return the greatest depth within bounds, where layers beyond the course go on as its last one does."""
    power, layers = 0.0, len(course.log_gain)
    rate = float(course.log_gain[-1]) / (2 * math.log(10))
    alike = np.diff(course.correlation[-2:]).sum()
    for layer in range(1, _DEEPEST + 1):
        inside = layer <= layers
        power += float(course.log_gain[layer - 1]) / (2 * math.log(10)) if inside else rate
        c = course.correlation[min(layer, layers) - 1] + max(alike, 0.0) * max(layer - layers, 0)
        # With a skip inputs may grow alike in what they share, and still be told apart.
        if c >= ALIKE and network.skip is None:
            return layer - 1
        if abs(power) > DECADES:
            return layer
    return None


class _Further:
    """The course of a plain network, followed to its fixed point or 1,000 layers, with nothing left to chance."""

    def __init__(self, network: Network, course: Course) -> None:
        scales = network.scales()
        self.weight, self.bias = scales.weight**2 / (1 - network.dropout), scales.bias**2
        self.kept = 1 - network.dropout
        self.averages: Averages = averages_of(network.activation)
        self.course = course
        self.q = self._last_variance()

    def _next(self, q: float) -> float:
        return min(self.weight * self.averages.next_square(q) + self.bias, 1e300)

    def _variances(self) -> Iterator[float]:
        yield from map(float, self.course.variance)
        q = float(self.course.variance[-1])
        while True:
            q = self._next(q)
            yield q

    def _last_variance(self) -> float:
        q = before = float(self.course.variance[-1])
        for _ in range(_DEEPEST):
            q, before = self._next(q), q
            if abs(q - before) <= _SETTLED * q:
                break
        return q

    def log_gain(self) -> float:
        """Return ln χ where the variance has settled."""
        slope = self.averages.mean_square_slope(self.q)
        return math.log(max(self.weight * slope, 1e-300))

    def signal(self) -> float | None:
        """Return ξ_q."""
        pull = self.weight * self.averages.length_slope(self.q)
        settled = abs(self._next(self.q) - self.q) <= 1e-4 * self.q
        return -1 / math.log(pull) if settled and 1e-12 < pull < 1 - _CRITICAL else None

    def correlation(self) -> float | None:
        """Return ξ_c, from the slope of the correlation's map at the fixed point that draws."""
        if self.q < 1e-290 or abs(self._next(self.q) - self.q) > 1e-4 * self.q:
            return None
        terms, weight = self.averages.pair_terms(self.q), self.weight * self.kept
        c, step = float(self.course.correlation[-1]), 1.0
        for _ in range(_PATIENCE):
            c, before = min(1.0, (weight * float(terms.quickly(c)[0]) + self.bias) / self.q), c
            step = abs(c - before)
            if step < _SETTLED:
                break
        slope = weight * float(terms.quickly(c)[1])
        if step > 10 * _SETTLED and slope > _MARGINAL:
            return (
                math.inf
            )  # it creeps towards 1 by a power of depth, as ReLU's does, and has no scale
        return -1 / math.log(slope) if 1e-12 < slope < 1 - 1e-6 else None

    def trainable(self) -> int | None:
        """Return the greatest depth within bounds, None beyond 1,000."""
        variances = np.array(self._until_settled())
        gains = self.weight * self.averages.mean_square_slope(variances[:-1])
        powers = np.cumsum(np.log10(np.maximum(gains, 1e-300))) / 2
        beyond = np.flatnonzero(np.abs(powers) > DECADES)
        last = int(beyond[0]) + 1 if len(beyond) else len(powers)
        terms, weight = self.averages.pair_terms(variances[:last]), self.weight * self.kept
        c = float(self.course.correlation[0])
        for layer in range(last):
            if c >= ALIKE:
                return layer
            if layer + 1 < last:
                product = weight * float(terms[layer].quickly(c)[0])
                c = min(1.0, (product + self.bias) / max(float(variances[layer + 1]), 1e-300))
        if len(beyond):
            return last
        return None if last >= _DEEPEST else self._settled(last, float(powers[-1]), c)

    def _until_settled(self) -> list[float]:
        """Return the variances, layer by layer, until they no longer change."""
        found = list[float]()
        for q in self._variances():
            found.append(q)
            settled = len(found) > 1 and abs(q - found[-2]) <= _SETTLED * found[-2]
            if settled or len(found) > _DEEPEST:
                break
        return found

    def _settled(self, depth: int, power: float, c: float) -> int | None:
        """Follow the correlation alone, at a variance that no longer changes."""
        rate, weight = self.log_gain() / (2 * math.log(10)), self.weight * self.kept
        terms = self.averages.pair_terms(self.q)
        for layer in range(depth + 1, _DEEPEST + 1):
            power += rate
            before = c
            c = min(1.0, (weight * float(terms.quickly(c)[0]) + self.bias) / max(self.q, 1e-300))
            if abs(power) > DECADES or c >= ALIKE:
                return layer if c < ALIKE else layer - 1
            if abs(c - before) < 1e-12:
                rest = (math.copysign(DECADES, rate) - power) / rate if rate else math.inf
                return layer + math.ceil(rest) if layer + rest <= _DEEPEST else None
        return None


def underflow_of(layers: Sequence[LayerFlow], start: Start) -> tuple[tuple[str, int], ...]:
    """Return from which depth on the first layer's gradient is exactly 0 in each format.

    Taken is a loss averaged over the batch, whose gradient has entries of about 1/(batch·√width) at the last
    layer, the largest of them four times that. Deeper networks than this one go on as its last layers do.

    Args:
        layers: The ladder.
        start: For the size of the batch.
    """
    powers = [layer.log10_gradient for layer in layers]
    entry = math.log10(4 / (start.batch * math.sqrt(layers[0].width)))
    if len(powers) < 2 or not math.isfinite(powers[0]):
        return ()
    down = -powers[0]
    rate = down / (len(powers) - 1)
    found = []
    for dtype, smallest in _SMALLEST:
        needed = entry - math.log10(smallest / 2)
        depth = next(
            (len(powers) - i for i in reversed(range(len(powers))) if -powers[i] > needed), None
        )
        if depth is None and rate > 0:
            depth = math.ceil(needed / rate) + 1
        if depth is not None and depth <= _DEEPEST:
            found.append((dtype, depth))
    return tuple(found)


def born_dead_of(network: Network) -> tuple[float, float] | None:
    """Return the bounds of the probability that a ReLU network is constant from the start."""
    plain = network.norm is None and network.skip is None and not network.recurrent
    if network.activation.id not in _RELU or not plain or network.scales().bias:
        return None
    chance = born_dead(network.width, network.depth)
    return (chance.lower, chance.upper) if chance.upper > _RARE else None
