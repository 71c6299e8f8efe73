"""Rules of normalisation: by batch, and within each sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from livegrad.flow.model.signal import Floats, Gradient, Signal
from livegrad.flow.model.step import Rule, Step, regrouped, ungrouped

__all__ = ["NORMS"]


def _weights(step: Step, seen: int) -> Floats:
    """How often each pair of the followed samples stands for one of the whole batch; sums to 1."""
    samples = step.samples
    weights = np.full((seen, seen), (1 - 1 / samples) / max(1, seen * (seen - 1)))
    np.fill_diagonal(weights, 1 / (samples * seen))
    return weights


def _row_means(step: Step, same: Floats, other: Floats, positions: int) -> tuple[Floats, float]:
    """Mean of each sample's products with all entries of its channel, and that of all pairs."""
    mixed = (same + (positions - 1) * other) / positions
    weights = _weights(step, len(same))
    rows = (weights * mixed).sum(axis=1) / weights.sum(axis=1)
    return rows, float((weights * mixed).sum())


def _centred(step: Step, same: Floats, other: Floats, positions: int) -> tuple[Floats, Floats]:
    rows, total = _row_means(step, same, other, positions)
    taken = np.add.outer(rows, rows) - total
    return same - taken, other - taken


def _batch_norm(step: Step) -> tuple[Signal, ...]:
    """Divide each channel by its own deviation: strong directions lose, weak ones gain."""
    x = regrouped(step.inputs[0], step.setting("positions"))
    centred, count = _centred(step, x.same, x.other, x.positions), x.positions
    entries = count * len(x.same)
    blocks = _blocks(centred, None, count)
    parts = _normalised(blocks, step.setting("epsilon") * entries)
    scale = step.setting("gamma_square") * entries
    same, other = _joined([part * scale / count for part in parts], count)
    step.kept["x"] = centred
    shift = step.setting("beta_square")
    mean = np.full_like(x.mean, step.setting("beta_mean"))
    return (Signal(same + shift, other + shift, mean, count),)


def _batch_norm_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    """Take out the gradient's mean and its part along the signal, and divide by the deviation."""
    (gradient,) = gradients
    if gradient is None:
        return [None]
    positions = step.setting("positions")
    count = positions["after"]
    same, other = step.kept["x"]
    sent = _centred(step, gradient.same, gradient.other, count)
    entries = count * len(same)
    blocks = _blocks((same, other), sent, count)
    scale = entries * step.setting("gamma_square") * _uneven(step, blocks)
    whole, apart = _joined(_passed(blocks, step.setting("epsilon") * entries), count)
    real = step.setting("inverse")
    if real is not None and np.trace(whole) > 0:
        # What lies along the signal is Σ K∘D/tr K of the gradient; the rest meets the real variances.
        left = np.trace(sent[0]) - float((same * sent[0]).sum()) / max(
            float(np.trace(same)), 1e-300
        )
        scale = real * step.setting("gamma_square") * left / float(np.trace(whole))
    changed = replace(gradient, same=whole * scale, other=apart * scale).settled()
    return [ungrouped(changed.independent(step.inputs[0]), positions)]


@dataclass(frozen=True)
class _Block:
    """Directions of a channel that are alike but for the sample.

    Attributes:
        sizes: Eigenvalues of the signal's covariance there, (B,).
        vectors: Its eigenvectors, (B, B).
        gradient: The gradient's products in these directions, summed over all `times`, (B, B).
        times: How often they are there.
    """

    sizes: Floats
    vectors: Floats
    gradient: Floats
    times: int

    @classmethod
    def of(cls, signal: Floats, gradient: Floats, times: int) -> _Block:
        """Return the block of a covariance, and of a gradient's products."""
        sizes, vectors = np.linalg.eigh(signal)
        return cls(np.clip(sizes, 0, None), vectors, vectors.T @ gradient @ vectors, times)


def _blocks(
    signal: tuple[Floats, Floats], gradient: tuple[Floats, Floats] | None, count: int
) -> list[_Block]:
    """Return the mean over positions, which is one direction, and their contrasts, T − 1 alike."""
    sent = gradient if gradient is not None else (0 * signal[0], 0 * signal[1])
    common = (sent[0] + (count - 1) * sent[1]) / count
    blocks = [_Block.of(signal[0] + (count - 1) * signal[1], common, 1)]
    if count > 1:
        contrast = (sent[0] - sent[1]) * (count - 1) / count
        blocks.append(_Block.of(signal[0] - signal[1], contrast, count - 1))
    return blocks


def _joined(parts: Sequence[Floats], count: int) -> tuple[Floats, Floats]:
    """Return the products at the same position and at two others, summed, from those of the blocks."""
    whole = sum(parts[1:], parts[0])
    apart = (parts[0] * count - whole) / (count - 1) if count > 1 else 0 * whole
    return whole, apart


def _measure(blocks: Sequence[_Block], epsilon: float) -> tuple[Floats, Floats, list[Floats]]:
    """Return places t, their weights Π (1 + 2λt)^−½ dt, and the variances λ/(1 + 2λt) of each block."""
    total = sum(float(block.sizes.sum()) * block.times for block in blocks) + epsilon
    t = np.geomspace(1e-7, 1e7, 600) / max(total, 1e-300)
    widened = [1 + 2 * np.outer(t, block.sizes) for block in blocks]
    logs = [np.log(w).sum(axis=1) * block.times for w, block in zip(widened, blocks, strict=True)]
    with np.errstate(under="ignore"):
        density = np.exp(-0.5 * sum(logs[1:], logs[0]) - epsilon * t)
    spreads = [block.sizes / w for w, block in zip(widened, blocks, strict=True)]
    return t, np.gradient(np.log(t)) * t * density, spreads


def _normalised(blocks: Sequence[_Block], epsilon: float) -> list[Floats]:
    """Return E[x·xᵀ/x·x] for Gaussian x, block by block, summed over alike directions."""
    _, steps, spreads = _measure(blocks, epsilon)
    return [
        (block.vectors * (steps @ a)) @ block.vectors.T * block.times
        for block, a in zip(blocks, spreads, strict=True)
    ]


def _passed(blocks: Sequence[_Block], epsilon: float) -> list[Floats]:
    """Return E[P·D·P/x·x] for P = 1 − x·xᵀ/x·x and Gaussian x, block by block.

    With 1/(x·x)ⁿ written as an integral over exp(−t·x·x), every mean is one of a Gaussian of the
    variances a = λ/(1 + 2λt): E[1/x·x] = ∫ Π (1 + 2λt)^−½ dt, and so on. A channel's variance strays,
    the more so the fewer directions it has, and what lies along the strongest ones is taken out most.
    """
    t, steps, spreads = _measure(blocks, epsilon)
    along = [a @ np.diagonal(block.gradient) for a, block in zip(spreads, blocks, strict=True)]
    common = sum(along[1:], along[0])
    found = []
    for block, a in zip(blocks, spreads, strict=True):
        once = (steps * t) @ a
        twice = np.einsum("t,tk,tl->kl", steps * t**2, a, a, optimize=True)
        kept = block.gradient * (steps.sum() - once[:, None] - once + twice)
        kept += np.diag(block.times * ((steps * t**2 / 2 * common) @ a))
        found.append(block.vectors @ kept @ block.vectors.T)
    return found


def _uneven(step: Step, blocks: Sequence[_Block]) -> float:
    """Of N random channels the covariance is an estimate; its directions are fewer by 1/N."""
    squares = sum(float((block.sizes**2).sum()) * block.times for block in blocks)
    whole = sum(float(block.sizes.sum()) * block.times for block in blocks)
    share, maker = squares / max(whole**2, 1e-300), step.maker
    if maker is None or "parameter" not in maker.operation.settings:
        return 1.0
    fan_in = float(maker.operation.settings["parameter"].fan_in)
    fewer = share * (1 + 1 / fan_in) + 1 / fan_in
    return (1 - fewer) / (1 - 2 * fewer) * (1 - 2 * share) / (1 - share) if fewer < 0.2 else 1.0


def _sample_norm(step: Step) -> tuple[Signal, ...]:
    (x,) = step.inputs
    features, positions = step.setting("group_features"), step.setting("group_positions")
    crossed = np.outer(x.mean, x.mean)
    same, other = x.same, x.other
    if step.setting("centred"):
        # Mean product of two entries of one group: the same channel, or two different ones.
        channel = (x.same + (positions - 1) * x.other) / positions
        apart = channel if positions > 1 else x.other
        same, other = (
            one - (inside + (features - 1) * crossed) / features
            for one, inside in ((x.same, channel), (x.other, apart))
        )
    size = np.sqrt(np.clip(np.diagonal(same), 0, None) + step.setting("epsilon"))
    step.kept["size"] = np.outer(size, size)
    scale = step.setting("gamma_square") / step.kept["size"]
    shift = step.setting("beta_square")
    mean = np.full_like(x.mean, step.setting("beta_mean"))
    if not step.setting("centred"):
        mean = mean + x.mean / size
    step.kept["made"] = Signal(same * scale + shift, other * scale + shift, mean, x.positions)
    return (step.kept["made"],)


def _sample_norm_back(step: Step, gradients: Sequence[Gradient | None]) -> list[Gradient | None]:
    (gradient,) = gradients
    if gradient is None:
        return [None]
    features, positions = step.setting("group_features"), step.setting("group_positions")
    # The part along the normalised signal is taken out, and that along the mean.
    rest = gradient.same - gradient.parallel(step.kept["made"], step.entries_made)
    left = step.setting("gamma_square") / step.kept["size"]
    if step.setting("centred"):
        left = left * (1 - 1 / (features * positions))
    # One sample's variance strays from the mean one, and its inverse is larger on average.
    loose = step.inputs[0].loose / positions
    left = left * (1 + loose)
    changed = replace(
        gradient,
        same=rest,
        spread=gradient.spread + loose * _in_step(step, gradient),
        along=np.zeros_like(gradient.along),
        stray=np.zeros_like(gradient.stray),
    )
    return [changed.times(left)]


def _in_step(step: Step, gradient: Gradient) -> float:
    """How far the samples' variances stray together: 1 for one sample, or for samples all alike."""
    sizes = np.diagonal(gradient.same)
    cosines = step.inputs[0].same / step.kept["size"]
    total = float(sizes.sum())
    if not total > 0:
        return 0.0
    pairs = float((np.outer(sizes, sizes) * np.clip(cosines, -1, 1) ** 2).sum())
    return pairs / total**2 / step.inputs[0].positions


NORMS: dict[str, Rule] = {
    "batch_norm": Rule(_batch_norm, _batch_norm_back),
    "sample_norm": Rule(_sample_norm, _sample_norm_back),
}
"""By the operation's name."""
