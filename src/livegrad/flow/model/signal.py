"""What theory carries along a network: means of products between samples, forwards and backwards.

A signal of B samples, T positions (tokens, pixels, time steps) and F features is three things: the mean
product of two samples at the same position, (B, B), that at different positions, (B, B), and the mean of the
entries, (B,). The diagonal of the first is q of each sample. Gradients are the same, as sums over everything
instead of means, because a gradient's norm is what is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "Gradient", "Signal", "collected", "common_share", "paired"]

Floats = NDArray[np.float64]


_NOTHING = 1e-140  # a mean square whose square is still a float64


@dataclass(frozen=True)
class Signal:
    """A tensor's second moments.

    Attributes:
        same: Mean over positions and features of x_s·x_t at the same position, (B, B).
        other: The same at two different positions, (B, B); equal to `same` where there is one.
        mean: Mean over positions and features, (B,).
        positions: T.
        loose: Relative variance over random networks of one sample's mean square, at one position.
    """

    same: Floats
    other: Floats
    mean: Floats
    positions: int = 1
    loose: float = 0.0

    @property
    def square(self) -> float:
        """Mean square over everything: q."""
        return float(np.trace(self.same)) / len(self.same)

    @property
    def inverse(self) -> Floats:
        """1/q of each sample, 0 for a signal of nothing, (B,)."""
        sizes = np.diagonal(self.same)
        return np.where(sizes > _NOTHING, 1 / np.clip(sizes, _NOTHING, None), 0.0)

    @property
    def crossed_inverse(self) -> Floats:
        """1/(q_s·q_t), (B, B)."""
        return np.outer(self.inverse, self.inverse)

    @property
    def correlation(self) -> float | None:
        """Mean cosine between two different samples; None for a batch of one or a zero signal."""
        samples = len(self.same)
        sizes = np.sqrt(np.diagonal(self.same))
        if samples < 2 or not (sizes > 0).all() or not np.isfinite(sizes).all():
            return None
        cosines = self.same / np.outer(sizes, sizes)
        return float((cosines.sum() - samples) / (samples * (samples - 1)))


Weights: TypeAlias = tuple[str, ...]
"""What tells some weights from all others."""
Path: TypeAlias = tuple[Weights, ...]
"""Through which weights, in rising order."""
_FAINT = 1e-4  # a share of the squared norm that is not worth following


@dataclass(frozen=True)
class Gradient:
    """∂loss/∂x of one tensor, as sums of products.

    A gradient is not independent of the signal that it meets: a layer sends x·δ on as it came, however
    small x grows, so the part of δ along x may come to outweigh all else. `along` and `stray` follow it.

    Both matrices, `stray` and the square of `along` are to be multiplied by e**logarithm: a hundred
    layers of sigmoids pass the range of float64.

    Attributes:
        same: Σ over positions of δ_s·δ_t at the same position, (B, B).
        other: Σ over pairs of different positions, over T − 1, (B, B); 0 where there is one.
        along: Mean over random networks of the inner product x_s·δ_s, (B,).
        stray: Its covariance over random networks, (B, B).
        logarithm: Natural logarithm of the common scale.
        spread: Variance over random networks of the logarithm of the squared norm.
        paths: By the weights that it came through, which share of the squared norm came that way with
            no random factor of its own. Where the same weights are used again and again, different
            ways through the same ones add up with their signs. Weights used once lead to nothing.
    """

    same: Floats
    other: Floats
    along: Floats
    stray: Floats
    logarithm: float = 0.0
    spread: float = 0.0
    paths: Mapping[Path, float] = field(default_factory=dict)

    @property
    def log_square(self) -> float:
        """Natural logarithm of the squared norm over the batch; −inf for none."""
        total = float(np.trace(self.same))
        return math.log(total) + self.logarithm if total > 0 else -math.inf

    def settled(self) -> Gradient:
        """Return the same with the greatest entry of `same` at 1."""
        size = float(np.absolute(self.same).max(initial=0.0))
        return self.scaled(math.log(size)) if 0 < size < math.inf else self

    def scaled(self, logarithm: float) -> Gradient:
        """Return the same gradient, its common scale greater by e**logarithm, its numbers smaller."""
        factor = math.exp(-logarithm)
        return replace(
            self,
            same=self.same * factor,
            other=self.other * factor,
            along=self.along * math.sqrt(factor),
            stray=self.stray * factor,
            logarithm=self.logarithm + logarithm,
        )

    def times(self, same: Floats | float, other: Floats | float | None = None) -> Gradient:
        """Return it multiplied, entry by entry; `other` as `same` where nothing else is said.

        The inner product with the signal stays: whatever scales x on its way scales δ back.
        """
        second = same if other is None else other
        return replace(self, same=self.same * same, other=self.other * second).settled()

    def blurred(self, share: float) -> Gradient:
        """Return the same gradient, of which only a share has met no random factor."""
        kept = {path: part * share for path, part in self.paths.items()}
        return replace(self, paths={path: part for path, part in kept.items() if part > _FAINT})

    def through(self, weights: Weights, *, tied: bool) -> Gradient:
        """Return the same gradient after a layer.

        Args:
            weights: What tells its weights from others.
            tied: Whether other layers have the same ones. Behind weights of its own it is a vector
                like no other, however it came there.
        """
        if not tied:
            return replace(self, paths={(weights,): 1.0})
        return replace(
            self, paths={tuple(sorted((*path, weights))): part for path, part in self.paths.items()}
        )

    def parallel(self, signal: Signal, entries: int, through: Floats | None = None) -> Floats:
        """Return which part of `same` lies along the signal.

        Args:
            signal: The tensor's own moments.
            entries: Positions times features of one sample.
            through: Mean products, (B, B), of what becomes of the signal where the gradient passes;
                without it, the signal's own.
        """
        products = np.outer(self.along, self.along) + self.stray
        found = _along(products, signal, entries)
        # A part is no longer than the whole; rounding and approximations may say otherwise.
        whole, part = np.diagonal(self.same), np.diagonal(found)
        kept = np.sqrt(np.clip(whole / np.maximum(part, np.maximum(whole, 1e-300)), 0.0, 1.0))
        passed = found if through is None else products * through * signal.crossed_inverse / entries
        return passed * np.outer(kept, kept)

    def independent(self, signal: Signal) -> Gradient:
        """Return the same gradient, taken as independent of its signal."""
        return replace(self, along=np.zeros_like(self.along), stray=self.same * signal.same)


def _along(products: Floats, signal: Signal, entries: int) -> Floats:
    return products * signal.same * signal.crossed_inverse / entries


def collected(
    gradients: list[Gradient],
    signal: Signal | None = None,
    entries: int = 1,
    *,
    apart: bool = False,
) -> Gradient:
    """Return the sum of what several consumers send back.

    What they send is uncorrelated but for the parts along the signal, which add up with their signs.
    The spreads are weighed by the shares; what two ways have in common is the smaller spread, since
    one of them is the shortcut of the other.

    Args:
        gradients: One for each consumer.
        signal: What they all read; without it nothing is taken as common.
        entries: Positions times features of one sample.
        apart: Whether they are gradients of different entries of one tensor.
    """
    if len(gradients) == 1:
        return gradients[0]
    logs = [gradient.log_square for gradient in gradients]
    if max(logs) == -math.inf:
        return gradients[0]
    top = max(one.logarithm for one, log in zip(gradients, logs, strict=True) if log > -math.inf)
    aligned = [gradient.scaled(min(top - gradient.logarithm, 700.0)) for gradient in gradients]
    along = np.sum([one.along for one in aligned], axis=0)
    same = np.sum([one.same for one in aligned], axis=0)
    paths, gain = _met(aligned, apart=apart)
    if gain > 1 + _FAINT:
        same = same * gain
    elif signal is not None:
        crossed = np.outer(along, along) - np.sum(
            [np.outer(g.along, g.along) for g in aligned], axis=0
        )
        same = same + _along(crossed, signal, entries)
    shares = np.exp(np.array(logs) - max(logs))
    shares /= shares.sum()
    spreads = np.array([gradient.spread for gradient in gradients])
    return Gradient(
        same,
        np.sum([one.other for one in aligned], axis=0),
        along,
        np.sum([one.stray for one in aligned], axis=0),
        top,
        float(shares @ np.minimum.outer(spreads, spreads) @ shares),
        paths,
    ).settled()


def _met(gradients: list[Gradient], *, apart: bool) -> tuple[dict[Path, float], float]:
    """Return the paths of a sum, and by which factor it exceeds the sum of the squares.

    What came through the same weights is one vector, up to a factor: amplitudes add up.
    """
    sizes = [float(np.trace(gradient.same)) for gradient in gradients]
    roots: dict[Path, float] = {}
    blurred = sum(sizes)
    for gradient, size in zip(gradients, sizes, strict=True):
        for path, part in gradient.paths.items():
            before, own = roots.get(path, 0.0), math.sqrt(part * size)
            roots[path] = math.hypot(before, own) if apart else before + own
            blurred -= part * size
    whole = sum(root**2 for root in roots.values()) + max(blurred, 0.0)
    if not whole > 0:
        return {}, 1.0
    return {path: root**2 / whole for path, root in roots.items()}, whole / sum(sizes)


def paired(rows: Floats, *, total: bool = False) -> Signal:
    """Return the moments of numbers of shape (B, T, F).

    Args:
        rows: The numbers; float64.
        total: Whether `same` and `other` are sums over the positions and features, as gradients want
            them, instead of means.

    Example:
        >>> paired(np.ones((2, 3, 4))).other
        array([[1., 1.],
               [1., 1.]])
    """
    samples, positions, features = rows.shape
    flat = rows.reshape(samples, -1)
    same = flat @ flat.T
    other = same
    if positions > 1:
        joined = rows.sum(axis=1)
        other = (joined @ joined.T - same) / (positions - 1)
    elif total:
        other = np.zeros_like(same)
    scale = 1.0 if total else 1.0 / (positions * features)
    return Signal(same * scale, other * scale, flat.mean(axis=1), positions)


def common_share(signal: Signal, samples: int) -> float:
    """Return the mean correlation, about their mean, of two different entries of one unit.

    Args:
        signal: Of the unit's layer.
        samples: Size of the minibatch.
    """
    mean = float(signal.mean.mean())
    variance = max(signal.square - mean**2, 1e-300)
    return min(max(_mean_product(signal, samples) - mean**2, 0.0) / variance, 1.0)


def _mean_product(signal: Signal, samples: int) -> float:
    """Return the mean product of two different entries of one unit."""
    seen, positions = len(signal.same), signal.positions
    off = (signal.same.sum() - np.trace(signal.same)) / max(1, seen * (seen - 1))
    total = samples * positions
    if total == 1:
        return 0.0
    within = np.trace(signal.other) / seen * (positions - 1)
    apart = (signal.other.sum() - np.trace(signal.other)) / max(1, seen * (seen - 1))
    return float((within + (samples - 1) * (off + (positions - 1) * apart)) / (total - 1))
