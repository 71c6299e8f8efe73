"""What DKS and TAT ask of a transformed activation, as numbers that are zero where it is met.

φ̂(z) = γ·(φ(αz + β) + δ) for z ~ N(0, 1). With C the map of correlations and Q that of variances, C′(1) =
E[φ̂′²], C″(1) = E[φ̂″²] and Q′(1) = E[z·φ̂·φ̂′]. DKS (Martens et al. 2021) asks Q(1) = 1, Q′(1) = 1, C(0) = 0,
C′(1) = ζ^(1/depth); TAT for smooth functions (Zhang et al. 2022) Q(1) = Q′(1) = C′(1) = 1, C″(1) = τ/depth.
γ and δ follow in closed form, so that two equations in α and β are left.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.flow.theory.quadrature import Floats, panels
from livegrad.functions import Activation
from livegrad.functions.properties.moments import Elementwise
from livegrad.functions.properties.sampling import in_float64

__all__ = ["Conditions", "Points"]

Method: TypeAlias = Literal["dks", "tat"]

_END = 9.0  # standard deviations; beyond lies 1e-19 of the mass
_PANELS = 14  # between the ends, before joints split them further


@dataclass(frozen=True)
class Points:
    """Candidates, each a row: the scale and the shift of the input.

    Attributes:
        log_scale: ln α, shape (n,).
        shift: β, shape (n,), in units of φ's input.
        branch: Which of the two output shifts that TAT's Q(1) = 1 allows, −1 or 1, shape (n,).
    """

    log_scale: Floats
    shift: Floats
    branch: Floats

    @property
    def scale(self) -> Floats:
        """α, shape (n,)."""
        return np.exp(self.log_scale)

    def __len__(self) -> int:
        return len(self.shift)

    def rows(self, chosen: NDArray[np.bool_ | np.int_]) -> Points:
        """Return some of the points, by index or by mask."""
        return Points(self.log_scale[chosen], self.shift[chosen], self.branch[chosen])

    def moved(self, steps: Floats) -> Points:
        """Return the points moved by steps of shape (n, 2): of ln α, and of β."""
        return Points(self.log_scale + steps[:, 0], self.shift + steps[:, 1], self.branch)

    @classmethod
    def together(cls, *points: Points) -> Points:
        """Return the points of all that are given, in order."""
        return cls(
            np.concatenate([one.log_scale for one in points]),
            np.concatenate([one.shift for one in points]),
            np.concatenate([one.branch for one in points]),
        )


@dataclass(frozen=True)
class Conditions:
    """The equations of one method for one activation and depth.

    Attributes:
        activation: φ.
        method: "dks" or "tat".
        target: ζ^(1/depth) − 1 for DKS, τ/depth for TAT; above 0.
    """

    activation: Activation
    method: Method
    target: float

    @property
    def branches(self) -> tuple[float, ...]:
        """The branches that there are: TAT has two."""
        return (1.0,) if self.method == "dks" else (1.0, -1.0)

    def residuals(self, points: Points) -> Floats:
        """Return how far each point is from meeting the two equations.

        Args:
            points: n candidates.

        Returns:
            Shape (n, 2): of Q′(1) = 1 in units of the target, and the logarithm of the other one's
            quotient. NaN where the function overflows or is constant.
        """
        with np.errstate(all="ignore"):
            z, weight, value, slope, bend = self._at(points)
            mean = _mean(weight, value)
            value = value - mean
            variance, passed = _mean(weight, value**2), _mean(weight, slope**2)
            turned = _mean(weight, value * slope * z)
            if self.method == "dks":
                wanted = (passed / variance - 1) / self.target
                length = turned / variance - 1
            else:
                shift = points.branch[:, None] * np.sqrt(np.maximum(passed - variance, 0))
                wanted = _mean(weight, bend**2) / passed / self.target
                length = (turned + shift * _mean(weight, slope * z)) / passed - 1
            found = np.concatenate([length / self.target, np.log(wanted)], axis=1)
        return np.where(np.isfinite(found), found, np.nan)

    def output(self, points: Points) -> tuple[Floats, Floats]:
        """Return γ and δ, both of shape (n,), that belong to α and β."""
        _, weight, value, slope, _ = self._at(points)
        mean = _mean(weight, value)
        variance, passed = _mean(weight, (value - mean) ** 2), _mean(weight, slope**2)
        if self.method == "dks":
            return 1 / np.sqrt(variance[:, 0]), -mean[:, 0]
        shift = points.branch[:, None] * np.sqrt(np.maximum(passed - variance, 0)) - mean
        return 1 / np.sqrt(passed[:, 0]), shift[:, 0]

    def _at(self, points: Points) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Return z, weights and φ, dφ/dz, d²φ/dz² of αz + β there, all of shape (n, nodes)."""
        scale, shift = points.scale[:, None], points.shift[:, None]
        z, weight = split_nodes((np.array(self._joints) - shift) / scale)
        places = (scale * z + shift).ravel()
        value, slope = (kernel(places).reshape(z.shape) for kernel in self._kernels[:2])
        bend = self._kernels[2](places).reshape(z.shape) if self.method == "tat" else slope
        return z, weight, value, scale * slope, scale**2 * bend

    @functools.cached_property
    def _kernels(self) -> tuple[Elementwise, Elementwise, Elementwise]:
        value, slope, bend = (in_float64(self.activation, *("x",) * n) for n in range(3))
        return value, slope, bend

    @functools.cached_property
    def _joints(self) -> tuple[float, ...]:
        return tuple(seam.at for seam in self.activation.properties.seams)


def split_nodes(joints: Floats) -> tuple[Floats, Floats]:
    """Return nodes and weights for z ~ N(0, 1), each row split at joints of its own.

    Args:
        joints: Shape (n, joints), in standard deviations.

    Returns:
        z and weights, both of shape (n, nodes).

    Example:
        >>> import math
        >>> z, weight = split_nodes(np.array([[0.3]]))
        >>> round(float(weight[z > 0.3].sum()), 12), round(0.5 * math.erfc(0.3 / math.sqrt(2)), 12)
        (0.382088577811, 0.382088577811)
    """
    fixed = np.broadcast_to(np.linspace(-_END, _END, _PANELS + 1), (len(joints), _PANELS + 1))
    return panels(np.concatenate([fixed, np.clip(joints, -_END, _END)], axis=1))


def _mean(weight: Floats, values: Floats) -> Floats:
    return np.sum(weight * values, axis=1, keepdims=True)
