"""Looking at a shaped activation again, by other means than those that solved for it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from livegrad.flow.shaping.record import Achieved
from livegrad.flow.theory.quadrature import Floats, gaussian_nodes, hermite
from livegrad.functions import Activation
from livegrad.functions.properties.sampling import in_float64

__all__ = ["Candidate", "achieved"]

_DEGREES = 48  # Hermite polynomials
_BESIDE = (0.5, 2.0)  # variances at which it is seen how strongly 1 is kept


@dataclass(frozen=True)
class Candidate:
    """An activation with its four numbers, before it is known whether they are right.

    Attributes:
        activation: φ.
        input_scale: α.
        input_shift: β.
        output_scale: γ.
        output_shift: δ.
    """

    activation: Activation
    input_scale: float
    input_shift: float
    output_scale: float
    output_shift: float

    def at(self, z: Floats, order: int = 0) -> Floats:
        """Return φ̂ or a derivative of it at z, shape (n,)."""
        found = in_float64(self.activation, *("x",) * order)(
            self.input_scale * z + self.input_shift
        )
        if not order:
            return self.output_scale * (found + self.output_shift)
        return self.output_scale * self.input_scale**order * found

    def nodes(self, *variances: float) -> list[tuple[Floats, Floats]]:
        """Return z ~ N(0, variance) and weights, both of shape (n,), split at φ's joints."""
        seams = self.activation.properties.seams
        joints = [(seam.at - self.input_shift) / self.input_scale for seam in seams]
        z, weight = gaussian_nodes(np.array(variances), joints)
        return [
            (math.sqrt(variance) * z[row], weight[row]) for row, variance in enumerate(variances)
        ]


def achieved(candidate: Candidate, depth: int) -> Achieved:
    """Return what a candidate does to variance and correlation, in one layer and over the depth.

    Args:
        candidate: φ and its four numbers.
        depth: How many layers; 0 leaves out what takes the time.

    Returns:
        The figures; NaN where the function overflows.

    Example:
        >>> from livegrad.functions import elementwise
        >>> relu = Candidate(elementwise("relu"), 1.0, 0.0, math.sqrt(2), 0.0)
        >>> round(achieved(relu, 1).deep_correlation, 6), round(1 / math.pi, 6)
        (0.31831, 0.31831)
    """
    (z, weight), *beside = candidate.nodes(1.0, *_BESIDE)
    with np.errstate(all="ignore"):
        value, slope, bend = (candidate.at(z, order) for order in range(3))
        variance, passed = (float(weight @ one**2) for one in (value, slope))
        lengths = [float(mass @ candidate.at(place) ** 2) for place, mass in beside]
        coefficients = hermite(z, _DEGREES if depth else 1) @ (weight * value)
        smooth = candidate.activation.properties.smoothness > 0
        return Achieved(
            variance=variance,
            length_slope=float(weight @ (value * slope * z)),
            correlation_from_zero=float(coefficients[0] ** 2) / variance,
            correlation_slope=passed / variance,
            correlation_bend=float(weight @ bend**2) / variance if smooth else math.inf,
            deep_correlation=_through(coefficients**2 / variance, depth),
            deep_slope=(passed / variance) ** depth,
            drift=max(abs(q - start) for q, start in zip(lengths, _BESIDE, strict=True)),
        )


def _through(squares: Floats, depth: int) -> float:
    """Return C iterated from 0, by φ̂'s Hermite coefficients: C(c) = Σ aₖ²cᵏ / E[φ̂²] (Daniely et al. 2016)."""
    # What a corner leaves beyond the last degree shrinks at least as fast as the next one.
    shares = np.append(squares, max(0.0, 1 - float(squares.sum())))
    degrees, correlation = np.arange(shares.size), 0.0
    for _ in range(depth):
        correlation = min(1.0, float(shares @ correlation**degrees))
    return correlation
