"""The mean-field course through residual layers, x ← x + α·f(W·x + b), with or without a norm.

The stream x carries its mean square s, the product p of two inputs' streams, and a mean μ over units, which a
function of positive mean such as ReLU piles up layer by layer: s ← s + α²·E[f²] + 2αμ·E[f]. Backwards the
squared gradient grows by 1 + a with a = α²·σ_w²·E[f′²]/V, V what a norm divides by (Yang & Schoenholz 2017).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from livegrad.flow.network import Network
from livegrad.flow.theory.averages import averages_of
from livegrad.flow.theory.course import Chances, Course, Start, bent
from livegrad.flow.theory.quadrature import Floats

__all__ = ["residual_course"]

_LEAST = 1e-300


@dataclass
class _Stream:
    """What flows past the branches: mean square, product of two inputs, mean over units."""

    square: float
    product: float
    mean: float = 0.0


@dataclass(frozen=True)
class _Block:
    """One layer: what enters its activation, and what its norms divide by."""

    variance: float
    correlation: float
    fed: float
    fed_correlation: float
    divided: float
    after: float = 1.0


def residual_course(network: Network, start: Start) -> Course:
    """Return the mean-field course of a network with skips.

    Its layers are the branches' pre-activations; a plain layer in front of them makes the stream.

    Example:
        >>> from livegrad.functions import elementwise
        >>> network = Network(activation=elementwise("tanh"), depth=3, skip=1.0, norm="layer")
        >>> residual_course(network, Start(features=64)).variance.round(4)
        array([0.3385, 0.3385, 0.3385])
    """
    first = network.scales(start.features)
    square = first.weight**2 * start.mean_square + first.bias**2
    product = first.weight**2 * start.mean_square * start.correlation + first.bias**2
    sizes = _sizes_of(network, start, square)
    blocks, products, _ = _blocks(network, start, _Stream(square, product))
    ends = [
        _blocks(
            network,
            replace(start, correlation=rho),
            _Stream(square, (square - first.bias**2) * rho + first.bias**2),
        )[2]
        for rho in (0.0, 0.5)
    ]
    if network.norm == "batch":  # divided alike for all inputs of a batch
        own = np.array([[block.divided] for block in blocks])
        sizes = replace(sizes, divided=own + 0 * sizes.divided)
    bending = np.array([bent(*pair) for pair in zip(*ends, strict=True)])
    return _course(network, start, blocks, products, sizes, bending)


def _blocks(
    network: Network, start: Start, stream: _Stream
) -> tuple[list[_Block], Floats, list[float]]:
    """Follow the stream through all layers; return also its cosine between two inputs behind each."""
    if not network.norm_first:
        _normalise(stream, network, start)
    scales, averages = network.scales(), averages_of(network.activation)
    branch, kept = network.skip or 0.0, 1 - network.dropout
    blocks, products, cosines = list[_Block](), list[Floats](), list[float]()
    for _ in range(network.depth):
        divided, fed, likeness = _entering(stream, network, start)
        variance = min(scales.weight**2 * fed + scales.bias**2, 1e300)
        c = min(1.0, (scales.weight**2 * fed * likeness + scales.bias**2) / variance)
        means = averages.at(variance)
        terms = averages.pair_terms(variance)
        products.append(terms.quickly(c))
        stream.square += branch**2 * float(means.signal) / kept + 2 * branch * stream.mean * float(
            means.mean
        )
        stream.product += branch**2 * products[-1][0] + 2 * branch * stream.mean * float(means.mean)
        stream.mean += branch * float(means.mean)
        after = 1.0 if network.norm_first else _normalise(stream, network, start)
        blocks.append(_Block(variance, c, fed, likeness, divided, after))
        cosines.append(min(1.0, stream.product / max(stream.square, _LEAST)))
    return blocks, np.array(products), cosines


def _sizes_of(network: Network, start: Start, square: float) -> _Sizes:
    """Follow mean squares alone, for inputs of every size at once."""
    scales, averages = network.scales(), averages_of(network.activation)
    branch, kept = network.skip or 0.0, 1 - network.dropout
    squares = square * np.array(start.sizes or (1.0,))
    means = np.zeros_like(squares)
    apart = 1 - start.correlation
    if network.norm is not None and not network.norm_first:
        squares = np.ones_like(squares)
    rows = []
    for _ in range(network.depth):
        divided = np.ones_like(squares)
        if network.norm is not None and network.norm_first:
            divided = {
                "batch": squares.mean() * apart + 0 * squares,
                "layer": squares - means**2,
                "rms": squares,
            }[network.norm]
        fed = squares if network.norm is None else np.ones_like(squares)
        q = np.minimum(scales.weight**2 * fed + scales.bias**2, 1e300)
        at = averages.at(q)
        grown = branch**2 * at.signal / kept + 2 * branch * means * at.mean
        # Through a norm before the branch nothing comes back along x.
        turned = 0.0 if network.norm is not None and network.norm_first else 1.0
        met = branch * means * (at.mean + turned * at.leaning) + branch**2 * turned * at.turning
        coherent = (squares + met) / (np.sqrt(squares) * np.sqrt(squares + grown))
        apart = 1 - (1 - apart) * squares.mean() / (squares + grown).mean()
        squares, means = squares + grown, means + branch * at.mean
        after = np.ones_like(squares)
        if network.norm is not None and not network.norm_first:
            after = squares - (means**2 if network.norm != "rms" else 0.0)
            means = means / np.sqrt(after) if network.norm == "rms" else np.zeros_like(means)
            squares = np.ones_like(squares)
        rows.append((at.slope, divided, after, coherent))
    slope, divided, after, coherent = (np.array(one) for one in zip(*rows, strict=True))
    return _Sizes(np.maximum(slope, _LEAST), divided, after, coherent)


def _entering(stream: _Stream, network: Network, start: Start) -> tuple[float, float, float]:
    """Return what a norm before the branch divides by, and mean square and cosine of what enters W."""
    square = max(stream.square, _LEAST)
    if network.norm is None or not network.norm_first:
        return 1.0, square, min(1.0, stream.product / square)
    copy = _Stream(stream.square, stream.product, stream.mean)
    divided = _normalise(copy, network, start)
    return divided, copy.square, min(1.0, copy.product / max(copy.square, _LEAST))


def _normalise(stream: _Stream, network: Network, start: Start) -> float:
    """Normalise the stream; return the variance it was divided by."""
    if network.norm is None:
        return 1.0
    if network.norm == "batch":
        divided = max(stream.square - stream.product, 1e-12 * stream.square, _LEAST)
        stream.product = -1 / max(start.batch - 1, 1)
    else:
        mean = stream.mean**2 if network.norm == "layer" else 0.0
        divided = max(stream.square - mean, _LEAST)
        stream.product = (stream.product - mean) / divided
    stream.mean = stream.mean / math.sqrt(divided) if network.norm == "rms" else 0.0
    stream.square = 1.0
    return divided


def _course(
    network: Network,
    start: Start,
    blocks: list[_Block],
    products: Floats,
    sizes: _Sizes,
    bending: Floats,
) -> Course:
    variance, c, fed, fed_correlation = (
        np.array([getattr(block, name) for block in blocks])
        for name in ("variance", "correlation", "fed", "fed_correlation")
    )
    means = averages_of(network.activation).at(variance)
    scales, kept = network.scales(), 1 - network.dropout
    branch = (network.skip or 0.0) ** 2
    slope = np.maximum(means.slope, _LEAST)
    added = branch * scales.weight**2 * slope / kept / sizes.divided.mean(axis=1)
    zero = np.zeros(len(blocks))
    return Course(
        variance=variance,
        output=variance,
        correlation=c,
        output_correlation=c,
        spread=zero,
        log_gain=_log_gain(network, start, sizes),
        gain_slope=zero,
        gain_bend=zero,
        pull=zero,
        bend=zero,
        share=zero,
        chances=_chances(added, means.slope_fourth, products, slope, kept),
        radial=zero + 1,
        turned=zero,
        joint=zero + (1.0 if scales.orthogonal else 0.0),
        fed=fed,
        fed_correlation=fed_correlation,
        means=means,
        nonlinearity=bending,
    )


@dataclass(frozen=True)
class _Sizes:
    """The same for inputs of different size, all of shape (layers, groups).

    Attributes:
        slope: E[f′²].
        divided: What a norm before the branch divides by; 1 without.
        after: What a norm behind the sum divides by; 1 without.
        coherent: By how much the gradient along the stream itself grows from one layer to the one below.
    """

    slope: Floats
    divided: Floats
    after: Floats
    coherent: Floats


def _log_gain(network: Network, start: Start, sizes: _Sizes) -> Floats:
    """Return ln of the factor of the squared gradient from each layer's pre-activation to that of the one below.

    The stream's gradient has a part along the stream x itself, 1/width of it at first. The weights that made
    f(W·x) are met again there, so that it grows coherently: for ReLU δ·x is the same at every layer, and this
    part grows as |x| does on its way up, where the rest grows by 1 + a. Without norms it is soon all.
    """
    layers, groups = sizes.slope.shape
    width, scales = network.width, network.scales()
    lost = {"layer": 2, "rms": 1}.get(network.norm or "", 0) / width
    own = (network.skip or 0.0) ** 2 * scales.weight**2 / (1 - network.dropout)
    added = own * sizes.slope / sizes.divided * (max(1 - lost, 0.05) if network.norm_first else 1.0)
    if network.norm == "batch":
        few = max(start.batch - 1, 3)
        added = added * few / (few - 2) * max(1 - 2 / start.batch, 0.05)
    rest, along = np.ones(groups), np.full(groups, 1 / width)
    logs = np.zeros((layers, groups))
    scale = np.zeros(groups)
    for layer in range(layers - 1, -1, -1):
        behind = np.log(sizes.after[layer])
        logs[layer] = scale - behind + np.log(sizes.slope[layer] * (rest + along))
        a, coherent = added[layer], sizes.coherent[layer] ** 2
        rest, along = rest * (1 + a) + a * along, along * coherent + a * rest / width
        whole = rest + along
        rest, along, scale = rest / whole, along / whole, scale - behind + np.log(whole)
    top = logs.max(axis=1, keepdims=True)
    mean = top[:, 0] + np.log(np.exp(logs - top).mean(axis=1))
    gains = -np.diff(mean)
    # Behind the last layer it would go on as in front of it.
    return np.append(gains, gains[-1] if len(gains) else 0.0)


def _chances(
    added: Floats, slope_fourth: Floats, products: Floats, slope: Floats, kept: float
) -> Chances:
    """Return the chances of |δ + Jᵀδ|²: the cross term strays too, by 4a, though its mean is 0."""
    zero, slope = np.zeros(len(added)), np.maximum(slope, 1e-150)
    own = 3 * slope_fourth / slope**2 / kept - 1
    both = products[:, 3] / slope**2
    whole = (1 + added) ** 2
    return Chances(
        signal_self=zero,
        signal_pair=zero,
        crossed_self=zero,
        crossed_pair=zero,
        slope_self=(4 * added + added**2 * own) / whole,
        slope_pair=added**2 * (both - 1) / whole,
        slope_alike=(4 * added + 2 * added**2 * both) / whole,
        kept=(1 + added * products[:, 1] / slope) / (1 + added),
        grows=(2 * added + added**2 * both) / whole,
    )
