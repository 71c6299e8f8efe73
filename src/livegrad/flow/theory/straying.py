"""How far networks of finite width stray from the mean-field course: median and spread of the gradient.

Let F be the squared norm of ∂loss/∂z over a batch of B inputs. From a layer to the one below it F changes by
χ times a chance of order 1/width, so that ln F strays like a random walk. Four effects add up; each was
derived from Gaussian weights and found again in simulated networks:

1. **Chance.** Var(ln F) grows per layer by p·v_self + (1 − p)·v_pair over the width, with
   v_self = 3·E[f′⁴]/E[f′²]² − 1 for one input (5 for ReLU; Hanin 2018) and
   v_pair = E[f′(u)²·f′(v)²]/E[f′²]²·(1 + 2r²) − 1 between two inputs whose gradients have cosine r.
   The forward pass strays too: a variance q that is off changes χ in all layers above (`ahead`), and a
   median of ln F lies half its variance below ln of the mean.
2. **The batch narrows.** Every input's gradient strays on its own, and the largest come to rule the sum:
   the participation p = Σ_s F_s²/F², which is 1/B at the loss, grows to 1 like a logistic.
3. **Gradients grow alike.** A product of random matrices sends everything into fewer directions: the mean
   squared cosine R of two inputs' gradients grows by about 1/width per layer, and shrinks where the inputs
   meet different slopes.
4. **The same weights both ways.** W meets x forwards and δ backwards. Wᵀδ is independent of x but for its part
   along x, which is (z·δ)/|x|². The share s of the squared gradient there follows
   s = (r·K + (1 − r)·(T − K)/n) / (1 + (r − 1/n)·(X − 1)) with K = E[z·f·f′]²/(E[f²]·q·E[f′²]),
   T = E[z²f′²]/(q·E[f′²]), X = E[f²f′²]/(E[f²]·E[f′²]), r the share one layer above and n the width; by which
   χ is multiplied with 1 + X·(s − 1/n). This is where "gradient independence" fails, most where K ≥ 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from livegrad.flow.theory.course import Course, Start
from livegrad.flow.theory.quadrature import Floats

__all__ = ["Straying", "stray"]

_LEAST = 1e-300


@dataclass(frozen=True, kw_only=True)
class Straying:
    """ln F of every layer over that of the last, over random networks; arrays of shape (layers,).

    Attributes:
        median: Its median.
        variance: Its variance over networks.
        participation: p, 1/batch … 1.
        likeness: The mean cosine between two inputs' gradients.
        alike: R, the mean squared cosine between two inputs' gradients.
        tie: By what ln F changes in each layer because the same weights are met both ways.
        drift: By what the median of ln q lies off its mean-field value.
        wander: Variance of ln q of one input over networks, of what enters the activation.
        unsteady: By how many units of ln F second-order terms change the first layer's median: large
            where a straight line does not describe what a changed variance leads to.
    """

    median: Floats
    variance: Floats
    participation: Floats
    likeness: Floats
    alike: Floats
    tie: Floats
    drift: Floats
    wander: Floats
    unsteady: float


def stray(course: Course, start: Start, *, width: int, orthogonal: bool) -> Straying:
    """Return how networks of some width stray from a course.

    Args:
        course: Of all layers.
        start: What enters; its batch and the gradients' likeness at the loss are used.
        width: Units whose sums stray independently.
        orthogonal: Whether weights keep norms.
    """
    return _Walk(course, start, width, orthogonal=orthogonal).result()


class _Walk:
    """The walk from the last layer down to the first."""

    def __init__(self, course: Course, start: Start, width: int, *, orthogonal: bool) -> None:
        self.course, self.start, self.width, self.orthogonal = course, start, width, orthogonal
        layers = len(course.variance)
        self.participation, self.alike = np.zeros(layers), np.zeros(layers)
        self.variance, self.own, self.coloured = (
            np.zeros(layers),
            np.zeros(layers),
            np.zeros(layers),
        )
        self.tied = np.full(layers, 1 / width)
        self.ahead = np.zeros(layers + 1)
        self.weights = _group_weights(course, start)

    def result(self) -> Straying:
        self._descend()
        signal, shift = self._forward(self.participation)
        alone, moved = self._forward(np.ones(len(signal)))
        course = self.course
        joint = course.joint - (1.0 if self.orthogonal else 0.0)
        tie = np.log(np.maximum(1 + joint * (self.tied - 1 / self.width), 1e-3))
        second = course.gain_slope * shift + 0.5 * course.gain_bend * signal
        gain = course.log_gain + second - 0.5 * self.own + self.coloured + tie
        gain[-1] = 0.0
        second[-1] = 0.0
        down = np.cumsum(gain[::-1])[::-1]
        wandering = np.cumsum(self.variance[::-1])[::-1] + self.ahead[:-1] ** 2 * signal
        return Straying(
            median=down + self.weights[1],
            variance=wandering,
            participation=self.participation,
            likeness=self._likeness(),
            alike=self.alike,
            tie=tie,
            drift=shift,
            wander=alone,
            unsteady=float(
                np.abs(course.gain_slope * moved + 0.5 * course.gain_bend * alone)[:-1].sum()
            ),
        )

    def _descend(self) -> None:
        """Follow participation, likeness, the tie and the sensitivity from the last layer down."""
        course, chances, n = self.course, self.course.chances, self.width
        kept, grows = chances.kept**2, chances.grows
        batch, p, alike, tied = (
            self.start.batch,
            1 / self.start.batch,
            self.start.likeness_squared,
            1 / n,
        )
        last = len(course.variance) - 1
        for layer in range(last, -1, -1):
            if layer < last:
                own, pair = self._backward_chances(layer, alike)
                ahead = self.ahead[layer + 1] * course.share[layer]
                ours, pairs = self._with_forward(layer, ahead)
                self.own[layer] = (p * own + (1 - p) * pair) / n
                self.coloured[layer] = 0.5 * (1 - p) * (ours - pairs) / n
                self.variance[layer] = max((p * (own + ours) + (1 - p) * (pair + pairs)) / n, 0.0)
                tied = self.tied[layer] = self._tie(layer + 1, tied)
                tied = tied / max(1 - 1 / n + tied, 1e-12)
                p = _narrowed(p, max(own + ours - pair - pairs, 0.0) / n, batch)
                self.ahead[layer] = (
                    course.gain_slope[layer] + course.pull[layer] * self.ahead[layer + 1]
                )
            alike *= kept[layer]
            alike = min(max(alike + grows[layer] * _grown(alike) / n, 0.0), 1.0)
            p = max(p, self.weights[0][layer] / batch) if batch > 1 else 1.0
            p = min(p, 1.0)
            self.participation[layer], self.alike[layer] = p, alike

    def _backward_chances(self, layer: int, alike: float) -> tuple[float, float]:
        chances = self.course.chances
        pair = chances.slope_pair[layer] + chances.slope_alike[layer] * alike
        return float(chances.slope_self[layer]), float(pair)

    def _with_forward(self, layer: int, ahead: float) -> tuple[float, float]:
        """Return what the strayed signal of a layer adds through all layers above it."""
        chances = self.course.chances
        own = 2 * ahead * chances.crossed_self[layer] + ahead**2 * chances.signal_self[layer]
        pair = 2 * ahead * chances.crossed_pair[layer] + ahead**2 * chances.signal_pair[layer]
        return float(own), float(pair)

    def _tie(self, above: int, share: float) -> float:
        course, n = self.course, self.width
        turned, radial, joint = course.turned[above], course.radial[above], course.joint[above]
        part = share * turned + (1 - share) * max(radial - turned, 0.0) / n
        return float(min(part / max(1 + (share - 1 / n) * (joint - 1), 0.1), 1.0))

    def _forward(self, p: Floats) -> tuple[Floats, Floats]:
        """Return variance and mean shift of ln q, layer by layer, at some participation."""
        course, chances = self.course, self.course.chances
        layers = len(course.variance)
        signal, shift = np.zeros(layers), np.zeros(layers)
        chance = (p * chances.signal_self + (1 - p) * chances.signal_pair) / self.width
        chance = np.maximum(chance * course.share**2, 0.0)
        for layer in range(layers - 1):
            pull = course.pull[layer]
            signal[layer + 1] = pull**2 * signal[layer] + chance[layer]
            moved = pull * shift[layer] + 0.5 * course.bend[layer] * signal[layer]
            shift[layer + 1] = moved - 0.5 * chance[layer]
        loose = bool(np.any(course.pull))
        return signal * loose, shift * loose

    def _likeness(self) -> Floats:
        """Return the signed cosine, which chance does not move on average."""
        kept = np.minimum(self.course.chances.kept, 1.0)
        return np.asarray(self.start.likeness * np.cumprod(kept[::-1])[::-1], float)


def _group_weights(course: Course, start: Start) -> tuple[Floats, Floats]:
    """Return B·Σ of squared shares of F, and ln of F's mean over that of the mean size, for inputs of unlike size.

    An input that enters larger meets other slopes on its way, for as long as the layers remember it.
    """
    layers = len(course.variance)
    if not start.sizes or not np.any(course.pull):
        return np.ones(layers), np.zeros(layers)
    off = np.log(np.array(start.sizes))[:, None]
    memory = np.cumprod(np.concatenate([[1.0], course.pull[:-1]]))
    moved = off * memory
    changed = course.gain_slope * moved + 0.5 * course.gain_bend * moved**2
    changed[:, -1] = 0.0
    logs = np.cumsum(changed[:, ::-1], axis=1)[:, ::-1]
    top = logs.max(axis=0)
    shares = np.exp(logs - top)
    mean = top + np.log(shares.mean(axis=0))
    shares /= shares.sum(axis=0)
    return (shares**2).sum(axis=0) * len(start.sizes), mean


def _narrowed(p: float, apart: float, batch: int) -> float:
    """Return the participation after one more layer in which inputs stray apart by some variance.

    With weights w_s = F_s/F, E[Σ w²] grows by v·(p + 3p² − 4·Σ w³) (Itô); the third moment is closed as
    that of a Dirichlet distribution with the same p.
    """
    if batch < 2 or p >= 1:
        return 1.0
    spread = (1 - p) / max(p * batch - 1, 1e-9)
    third = p * (spread + 2) / (spread * batch + 2)
    return float(min(max(p + apart * (p + 3 * p * p - 4 * third), 1 / batch), 1.0))


def _grown(alike: float) -> float:
    """Return by how much R grows per layer, times the width, under Gaussian weights.

    1 + R + 6R² − 8·tr Γ³ (Itô for R = tr Γ² of the normalised Gram matrix Γ), with tr Γ³ = 4R²/(3 + R²), as
    for eigenvalues that fall off geometrically.
    """
    return 1 + alike + 6 * alike**2 - 32 * alike**2 / (3 + alike**2)


def decades(log_square: Floats) -> Floats:
    """Return ln of a square as log₁₀ of its root.

    Example:
        >>> decades(np.log(np.array([1.0, 100.0])))
        array([0., 1.])
    """
    return log_square / (2 * math.log(10))
