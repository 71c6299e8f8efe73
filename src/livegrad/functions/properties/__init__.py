"""What can be said of a whole activation: range, symmetry, slopes, fixed points, moments, gains.

    f.properties.range                 (low, high), each with its place and whether it is attained
    f.properties.highest_slope         sup f′, likewise
    f.properties.forward_gain(1.0)     1/√E[f²]
    f.properties.critical(1.0)         σ_w and σ_b on the edge of chaos

Everything follows from the declaration; nothing is typed in. Each part is computed when it is first
asked for, and `KNOWN` tells how.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import NoGain
from livegrad.functions.properties import criticality
from livegrad.functions.properties.criticality import CriticalPoint
from livegrad.functions.properties.crossing import zeros
from livegrad.functions.properties.deaths import Death, deaths
from livegrad.functions.properties.moments import gaussian_density, gaussian_mean
from livegrad.functions.properties.sampling import Span, flat_pieces, in_float64
from livegrad.functions.properties.search import Bound, Known, highest, last_above, lowest
from livegrad.functions.properties.smoothness import Seam, seam_at, seams
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.functions.record import Activation, Kink

__all__ = ["KNOWN", "FixedPoints", "Properties"]

Monotone = Literal[
    "strictly increasing", "increasing", "constant", "decreasing", "strictly decreasing"
]
Parity = Literal["odd", "even"]

KNOWN: Mapping[str, Known] = {
    "limits": "declared",
    "kinks": "computed",
    "seams": "computed",
    "smoothness": "computed",
    "deaths": "computed",
    "range": "searched",
    "bounded": "searched",
    "parity": "searched",
    "monotone": "searched",
    "highest_slope": "searched",
    "lowest_slope": "searched",
    "steepest_slope": "searched",
    "sharpest_bend": "searched",
    "fixed_points": "searched",
    "dead": "searched",
    "saturation": "searched",
    "zero_centred": "integrated",
    "mean": "integrated",
    "mean_square": "integrated",
    "mean_square_slope": "integrated",
    "mean_bend": "integrated",
    "variance": "integrated",
    "forward_gain": "integrated",
    "backward_gain": "integrated",
    "critical": "integrated",
    "critical_without_bias": "integrated",
}
"""How each property is known. `livegrad.functions.proof.prove` encloses the searched bounds."""

_NO_FORWARD = Text(
    "'{activation}' sends every signal of variance {variance:g} to 0, so no scale of the weights "
    "can keep it alive. Choose another activation.",
    "'{activation:은/는}' 분산이 {variance:g}인 신호를 모두 0으로 보냅니다. 가중치를 어떻게 키워도 "
    "신호를 살릴 수 없으니 다른 활성화 함수(activation)를 고르세요.",
)
_NO_BACKWARD = Text(
    "'{activation}' has slope 0 for nearly every signal of variance {variance:g}, so no scale of "
    "the weights can keep a gradient alive. Choose another activation.",
    "'{activation:은/는}' 분산이 {variance:g}인 신호의 거의 어디서나 기울기(slope)가 0입니다. "
    "가중치를 어떻게 키워도 기울기를 살릴 수 없으니 다른 활성화 함수(activation)를 고르세요.",
)


@dataclass(frozen=True)
class FixedPoints:
    """Where f(x) = x.

    Attributes:
        points: The isolated ones, rising: of infinitely many, the 64 nearest to 0.
        spans: Intervals of them, ends included where those are finite: for ReLU x ≥ 0.
    """

    points: tuple[float, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Properties:
    """What follows from an activation's declaration, part by part, when it is first asked for.

    Attributes:
        activation: The record that it is all computed from.

    Example:
        >>> from livegrad.functions import elementwise
        >>> properties = elementwise("tanh").properties
        >>> properties.parity, properties.monotone, properties.highest_slope.value
        ('odd', 'strictly increasing', 1.0)
    """

    activation: Activation = field(repr=False)

    # ------------------------------------------------------------ shape

    @functools.cached_property
    def range(self) -> tuple[Bound, Bound]:
        """Infimum and supremum of f, in output units."""
        return lowest(self._value, self._places), highest(self._value, self._places)

    @property
    def bounded(self) -> bool:
        """Whether outputs stay between two numbers."""
        return all(math.isfinite(end.value) for end in self.range)

    @property
    def limits(self) -> tuple[float, float]:
        """Limits at −∞ and at +∞, as declared; NaN where there is none."""
        return self.activation.limits

    @property
    def kinks(self) -> tuple[Kink, ...]:
        """The joints at which f or f′ jumps."""
        return self.activation.kinks

    @functools.cached_property
    def parity(self) -> Parity | None:
        """Whether f(−x) is −f(x), "odd", or f(x), "even"."""
        x = np.concatenate([np.geomspace(1e-6, 1e6, 800), np.linspace(0.01, 12, 1200)])
        right, left = self._value(x), self._value(-x)
        slack = 1e-11 * (np.absolute(right) + np.absolute(left))
        with np.errstate(invalid="ignore"):
            odd, even = np.absolute(right + left) <= slack, np.absolute(right - left) <= slack
        if odd.all() and self._value(np.zeros(1))[0] == 0:
            return "odd"
        return "even" if even.all() else None

    @functools.cached_property
    def monotone(self) -> Monotone | None:
        """Whether f only rises or only falls; "strictly" if it is level on no interval."""
        jumps = [kink.jump for kink in self.kinks]
        slack = 1e-12 * max(1.0, min(self.steepest_slope.value, 1e300))
        rises = self.lowest_slope.value >= -slack and min(jumps, default=0.0) >= 0
        falls = self.highest_slope.value <= slack and max(jumps, default=0.0) <= 0
        if rises and falls:
            return "constant"
        if rises:
            return "increasing" if self.dead else "strictly increasing"
        if falls:
            return "decreasing" if self.dead else "strictly decreasing"
        return None

    @functools.cached_property
    def zero_centred(self) -> bool:
        """Whether E[f(z)] = 0 for z ~ N(0, 1): not every such function is odd, SELU is not."""
        return abs(self.mean(1.0)) <= 1e-12 * math.sqrt(self.mean_square(1.0))

    @functools.cached_property
    def seams(self) -> tuple[Seam, ...]:
        """Every place where pieces meet, with the first derivative that jumps there."""
        return tuple(seam_at(self.activation, place) for place in self._places)

    @property
    def smoothness(self) -> float:
        """How often f can be differentiated everywhere with a continuous result.

        −1: f jumps; 0: f′ jumps; 1: f″ jumps; inf: no jump up to the fourth derivative.
        """
        return min((seam.order for seam in self.seams), default=math.inf)

    # ------------------------------------------------------------ slopes

    @functools.cached_property
    def highest_slope(self) -> Bound:
        """The supremum of f′ off the kinks, dimensionless."""
        return highest(self._slope, self._places)

    @functools.cached_property
    def lowest_slope(self) -> Bound:
        """The infimum of f′ off the kinks, dimensionless."""
        return lowest(self._slope, self._places)

    @functools.cached_property
    def steepest_slope(self) -> Bound:
        """The supremum of |f′| off the kinks; the Lipschitz constant, if f does not jump."""
        return highest(lambda z: np.absolute(self._slope(z)), self._places)

    @functools.cached_property
    def sharpest_bend(self) -> Bound:
        """The supremum of |f″|, in 1 / input units; infinite if f or f′ jumps, at the first kink."""
        if self.kinks:
            return Bound(math.inf, self.kinks[0].at, attained=False)
        bend = in_float64(self.activation, "x", "x")
        return highest(lambda z: np.absolute(bend(z)), self._places)

    @functools.cached_property
    def dead(self) -> tuple[Span, ...]:
        """The open intervals on which f′ is exactly 0: no gradient passes there, in any dtype."""
        pieces = flat_pieces(self._slope, self._places)
        return tuple(span for span, slope in pieces if slope == 0)

    def saturation(self, share: float = 0.01) -> tuple[float | None, float | None]:
        """Return the places beyond which |f′| stays small.

        Args:
            share: What counts as small, as a share of the supremum of |f′|.

        Returns:
            The right end of the left tail and the left end of the right one, in units of the
            input. None on a side where |f′| does not stay below, or has no supremum.

        Example:
            >>> from livegrad.functions import elementwise
            >>> elementwise("hardtanh").properties.saturation()
            (-1.0, 1.0)
        """
        top = self.steepest_slope.value
        if not 0 < top < math.inf:
            return None, None
        left, right = (
            last_above(lambda z: np.absolute(self._slope(z)), share * top, self._places, side)
            for side in (-1, 1)
        )
        return left, right

    def seam_at(self, place: float) -> Seam:
        """Return f and its derivatives on both sides of a place, in units of the input."""
        return seam_at(self.activation, place)

    # ------------------------------------------------------------ fixed points

    @functools.cached_property
    def fixed_points(self) -> FixedPoints:
        """Where f hands x on unchanged, on [−1e9, 1e9]."""

        def gap(x: NDArray[np.float64]) -> NDArray[np.float64]:
            return self._value(x) - x

        spans = tuple(span for span, rest in flat_pieces(gap, self._places) if rest == 0)
        points = zeros(gap, self._places, noise=4 * np.finfo(float).eps)
        isolated = (point for point in points if not any(point in span for span in spans))
        return FixedPoints(tuple(isolated), spans)

    # ------------------------------------------------------------ moments

    def mean(self, variance: float) -> float:
        """Return E[f(z)] for z ~ N(0, variance), in output units."""
        return gaussian_mean(self._value, variance, self._places)

    def mean_square(self, variance: float) -> float:
        """Return E[f(z)²] for z ~ N(0, variance), in squared output units."""
        return gaussian_mean(_squared(self._value), variance, self._places)

    def mean_square_slope(self, variance: float) -> float:
        """Return E[f′(z)²] for z ~ N(0, variance), off the kinks; dimensionless."""
        return gaussian_mean(_squared(self._slope), variance, self._places)

    def variance(self, variance: float) -> float:
        """Return Var f(z) for z ~ N(0, variance), in squared output units."""
        mean = self.mean(variance)
        return gaussian_mean(lambda z: (self._value(z) - mean) ** 2, variance, self._places)

    def mean_bend(self, variance: float) -> float:
        """Return E[f″(z)] for z ~ N(0, variance), in 1 / input units.

        A corner counts with its whole turn and a jump with its rise, so that Stein's identity
        E[f″] = E[z·f′]/variance holds for every f. At variance 0 a corner at 0 makes it infinite.
        """
        bend = in_float64(self.activation, "x", "x")
        smooth = gaussian_mean(bend, variance, self._places)
        for kink in self.kinks:
            density = gaussian_density(kink.at, variance)
            turn = kink.right - kink.left
            smooth += turn * density if turn else 0.0
            smooth += kink.jump * kink.at * density / variance if kink.jump and variance else 0.0
        return smooth

    def forward_gain(self, variance: float = 1.0) -> float:
        """Return the weight scale that hands the signal on at the size it came in.

        Args:
            variance: Of the pre-activations, in squared input units; above 0.

        Returns:
            1/√(E[f²]/variance), dimensionless. For ReLU it is √2 at every variance.

        Raises:
            NoGain: Every signal comes out as 0.
            BadInput: The variance is negative or not finite.
        """
        signal = self.mean_square(variance)
        if not signal > 0 or variance == 0:
            raise NoGain(_NO_FORWARD.fill(activation=self.activation.id, variance=variance))
        return math.sqrt(variance / signal)

    def backward_gain(self, variance: float = 1.0) -> float:
        """Return the weight scale that hands the gradient back at the size it came in.

        Args:
            variance: Of the pre-activations, in squared input units; at least 0.

        Returns:
            1/√E[f′²], dimensionless.

        Raises:
            NoGain: No slope passes.
            BadInput: The variance is negative or not finite.
        """
        passed = self.mean_square_slope(variance)
        if not passed > 0:
            raise NoGain(_NO_BACKWARD.fill(activation=self.activation.id, variance=variance))
        return 1 / math.sqrt(passed)

    # ------------------------------------------------------------ the edge of chaos

    def critical(self, variance: float = 1.0) -> CriticalPoint | None:
        """Return σ_w and σ_b for which this variance is a fixed point on the edge of chaos.

        Args:
            variance: q*, in squared input units; above 0.

        Returns:
            The point, with the stability of q*; None if σ_b² would have to be negative.

        Raises:
            BadInput: The variance is negative or not finite.
        """
        return criticality.critical(self, variance)

    @functools.cached_property
    def critical_without_bias(self) -> tuple[CriticalPoint, ...]:
        """The points on the edge of chaos with σ_b = 0, by rising q*; perhaps none."""
        return criticality.critical_without_bias(self)

    def length_slope(self, variance: float) -> float:
        """Return d E[f(√q z)²] / dq at q = variance above 0: the length map's slope at σ_w = 1."""
        smooth = gaussian_mean(
            lambda z: z * self._value(z) * self._slope(z) / variance, variance, self._places
        )
        rises = (
            seam_at(self.activation, kink.at).rise_of_square
            * criticality.jumps_share(kink.at, variance)
            for kink in self.kinks
            if kink.jump
        )
        return smooth + sum(rises)

    def mean_squares(self, variances: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return E[f²] at several variances, shape (n,) to shape (n,); remembered."""
        return np.array([self._remembered(float(variance)) for variance in variances])

    # ------------------------------------------------------------ arithmetic

    @functools.cached_property
    def deaths(self) -> tuple[Death, ...]:
        """Where our gradient is exactly 0 although the true slope is not, for each dtype and side."""
        return deaths(self.activation)

    def native_deaths(self) -> tuple[Death, ...]:
        """Return the same for PyTorch's own gradients, of all declared natives; imports torch."""
        from livegrad.functions.properties.death_torch import native_deaths

        return native_deaths(self.activation)

    # ------------------------------------------------------------ inside

    @functools.cached_property
    def _places(self) -> tuple[float, ...]:
        return seams(self.activation)

    @functools.cached_property
    def _value(self) -> Any:
        return in_float64(self.activation)

    @functools.cached_property
    def _slope(self) -> Any:
        return in_float64(self.activation, "x")

    @functools.cached_property
    def _known_squares(self) -> dict[float, float]:
        return {}

    def _remembered(self, variance: float) -> float:
        if variance not in self._known_squares:
            self._known_squares[variance] = self.mean_square(variance)
        return self._known_squares[variance]


def _squared(function: Any) -> Any:
    def squared(z: NDArray[np.float64]) -> NDArray[np.float64]:
        with np.errstate(over="ignore", under="ignore"):
            return function(z) ** 2

    return squared
