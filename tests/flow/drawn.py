"""Random networks in plain NumPy, and what their gradients really are: the measured side of the flow tests.

Nothing here is livegrad's: activations, scales, forward and backward pass are written out once more, so that a
mistake of the theory's code cannot stand on both sides. All networks of a kind run as one batch of matrix products.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, expit

Floats = NDArray[np.float64]
CLASSES = 10

_ALPHA, _LAMBDA = 1.6732632423543772, 1.0507009873554805  # SELU's, Klambauer et al. 2017


def _density(z: Floats) -> Floats:
    return np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


def _distribution(z: Floats) -> Floats:
    return 0.5 * (1 + erf(z / math.sqrt(2)))


ACTIVATIONS: dict[str, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "identity": (lambda z: z, np.ones_like),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (expit, lambda z: expit(z) * expit(-z)),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(z.dtype)),
    "selu": (
        lambda z: _LAMBDA * np.where(z > 0, z, _ALPHA * np.expm1(np.minimum(z, 0))),
        lambda z: _LAMBDA * np.where(z > 0, 1, _ALPHA * np.exp(np.minimum(z, 0))),
    ),
    "softplus": (lambda z: np.logaddexp(0, z), expit),
    "gelu": (lambda z: z * _distribution(z), lambda z: _distribution(z) + z * _density(z)),
}
"""f and f′ of each."""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack of equal layers, described without livegrad; scales as in ``livegrad.flow.predict``."""

    name: str
    depth: int
    width: int
    init: str = "pytorch"
    norm: str | None = None
    skip: float | None = None
    norm_first: bool = True
    dropout: float = 0.0
    recurrent: bool = False

    @property
    def settings(self) -> dict[str, object]:
        """What `predict` takes beside the activation."""
        names = ("depth", "width", "init", "norm", "skip", "norm_first", "dropout", "recurrent")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Drawn:
    """What was measured of a set of networks; every array has shape (networks, layers).

    Attributes:
        log10_gradient: Of ∂loss/∂z over the batch, over the last layer's.
        log10_weight_gradient: Of ∂loss/∂W, over the last layer's.
        variance: Mean square of z.
        correlation: Mean cosine of two inputs' z; NaN with one input.
        correlation_square: Mean square of it over the pairs of a batch.
        dead: Share of units whose slope is 0 for every input.
    """

    log10_gradient: Floats
    log10_weight_gradient: Floats
    variance: Floats
    correlation: Floats
    correlation_square: Floats
    dead: Floats


def batch_of(inputs: int, features: int, seed: int = 0) -> tuple[Floats, NDArray[np.int64]]:
    """Return independent inputs of one size, (inputs, features), and their classes, (inputs,)."""
    random = np.random.default_rng(seed)
    x = random.standard_normal((inputs, features))
    x /= np.sqrt((x**2).mean(axis=1, keepdims=True))
    return x, np.arange(inputs) % CLASSES


def draw(
    stack: Stack, batch: tuple[Floats, NDArray[np.int64]], *, networks: int = 128, seed: int = 1
) -> Drawn:
    """Draw networks, run them forwards and backwards in float64, and measure every layer."""
    return _Run(stack, networks, np.random.default_rng(seed)).measured(*batch)


def share_within(values: Floats, low: float, high: float) -> float:
    """Return which share of the values lies between two ends."""
    return float(((values >= low) & (values <= high)).mean())


def error_of_median(values: Floats) -> float:
    """Return the standard error of a median, from a sample that is about normal."""
    return math.sqrt(math.pi / 2) * float(np.std(values)) / math.sqrt(len(values))


@dataclass(frozen=True)
class _Layer:
    """What the way up leaves behind for the way down."""

    weights: Floats
    entering: Floats
    slope: Floats
    inner: Floats  # what enters the activation
    divided: Floats | None  # what a norm on z divided by
    stream: tuple[Floats, Floats | None]  # what enters W behind a norm, and what that divided by
    total: tuple[Floats, Floats | None]  # the sum behind a norm, likewise


class _Run:
    def __init__(self, stack: Stack, networks: int, random: np.random.Generator) -> None:
        self.stack, self.networks, self.random = stack, networks, random
        self.function, self.slope = ACTIVATIONS[stack.name]
        self.same: dict[int, tuple[Floats, Floats]] = {}

    # ------------------------------------------------------------ weights

    def weights(self, units: int, inputs: int) -> tuple[Floats, Floats]:
        """Draw weights, (networks, inputs, units), and biases, (networks, 1, units)."""
        shape, biases = (self.networks, inputs, units), np.zeros((self.networks, 1, units))
        if self.stack.init == "pytorch":
            end = 1 / math.sqrt(inputs)
            return self.random.uniform(-end, end, shape), self.random.uniform(
                -end, end, biases.shape
            )
        if self.stack.init == "orthogonal":
            tall = self.random.standard_normal((self.networks, max(shape[1:]), min(shape[1:])))
            q, r = np.linalg.qr(tall)
            q = q * np.sign(np.diagonal(r, axis1=1, axis2=2))[:, None, :]
            return (q if inputs >= units else q.swapaxes(1, 2)), biases
        variance = {"he": 2 / inputs, "lecun": 1 / inputs, "glorot": 2 / (inputs + units)}
        return self.random.standard_normal(shape) * math.sqrt(variance[self.stack.init]), biases

    # ------------------------------------------------------------ the way up

    def normalised(self, values: Floats) -> tuple[Floats, Floats | None]:
        """Return values behind the stack's norm, and what they were divided by."""
        kind = self.stack.norm
        if kind is None:
            return values, None
        axis = 1 if kind == "batch" else 2
        centred = values if kind == "rms" else values - values.mean(axis=axis, keepdims=True)
        divided = np.sqrt((centred**2).mean(axis=axis, keepdims=True))
        return centred / divided, divided

    def up(self, stream: Floats, x: Floats) -> tuple[Floats, Floats, _Layer]:
        """Return the next stream, z, and what is needed on the way down."""
        stack = self.stack
        before = stack.skip is not None and stack.norm_first
        entering, divided_stream = self.normalised(stream) if before else (stream, None)
        weights, biases = self.drawn(entering.shape[2])
        z = entering @ weights + biases
        if stack.recurrent and stream is not x:
            z = z + self.driven(x.shape[1:])
        inner, divided = self.normalised(z) if stack.skip is None else (z, None)
        out, slope = self.function(inner), self.slope(inner)
        if stack.dropout:
            kept = (self.random.random(out.shape) >= stack.dropout) / (1 - stack.dropout)
            out, slope = out * kept, slope * kept
        total, divided_total = out, None
        if stack.skip is not None:
            total = stream + stack.skip * out
            if not stack.norm_first:
                total, divided_total = self.normalised(total)
        kept_for_later = _Layer(
            weights,
            entering,
            slope,
            inner,
            divided,
            (entering, divided_stream),
            (total, divided_total),
        )
        return total, z, kept_for_later

    def drawn(self, inputs: int) -> tuple[Floats, Floats]:
        """Return a layer's weights: the same at every step of a recurrent network."""
        if not self.stack.recurrent:
            return self.weights(self.stack.width, inputs)
        if inputs not in self.same:
            self.same[inputs] = self.weights(self.stack.width, inputs)
        return self.same[inputs]

    def driven(self, shape: tuple[int, int]) -> Floats:
        """Return what a step's own input adds: new inputs, through the weights of the first step."""
        x = self.random.standard_normal((self.networks, *shape))
        x /= np.sqrt((x**2).mean(axis=2, keepdims=True))
        weights, _ = self.same[-1]
        return x @ weights

    # ------------------------------------------------------------ the way down

    def through_norm(self, gradient: Floats, values: Floats, divided: Floats | None) -> Floats:
        """Return the gradient before a norm from that behind it."""
        if divided is None:
            return gradient
        axis = 1 if self.stack.norm == "batch" else 2
        along = values * (gradient * values).mean(axis=axis, keepdims=True)
        level = 0.0 if self.stack.norm == "rms" else gradient.mean(axis=axis, keepdims=True)
        return (gradient - level - along) / divided

    def down(self, gradient: Floats, layer: _Layer) -> tuple[Floats, Floats]:
        """Return the gradient of the stream below, and of z."""
        skip = self.stack.skip
        gradient = self.through_norm(gradient, *layer.total)
        inner = gradient * layer.slope * (1.0 if skip is None else skip)
        delta = self.through_norm(inner, layer.inner, layer.divided)
        below = self.through_norm(delta @ layer.weights.swapaxes(1, 2), *layer.stream)
        return (below if skip is None else gradient + below), delta

    # ------------------------------------------------------------ the whole

    def measured(self, x: Floats, y: NDArray[np.int64]) -> Drawn:
        """Measure all layers."""
        given = np.broadcast_to(x, (self.networks, *x.shape))
        stream = given
        if self.stack.recurrent:
            self.same[-1] = self.weights(self.stack.width, x.shape[1])
        if self.stack.skip is not None:
            weights, biases = self.weights(self.stack.width, x.shape[1])
            stream = given @ weights + biases
            if not self.stack.norm_first:
                stream, _ = self.normalised(stream)
        layers, rows = [], []
        for _ in range(self.stack.depth):
            stream, z, layer = self.up(stream, given)
            layers.append(layer)
            asleep = (layer.slope == 0).all(axis=1).mean(axis=1)
            rows.append(((z**2).mean(axis=(1, 2)), *_cosines(z), asleep))
        gradients, of_weights = self.gradients(y, layers)
        columns = (np.stack(one, axis=1) for one in zip(*rows, strict=True))
        return Drawn(gradients, of_weights, *columns)

    def gradients(self, y: NDArray[np.int64], layers: list[_Layer]) -> tuple[Floats, Floats]:
        """Return log₁₀ of both gradients at every layer, under cross-entropy of a linear readout.

        The readout's scores are taken as small: softmax is level then, and its gradient the classes' shares
        less the target. Where the signal explodes a loss in its saturated part would say something else.
        """
        weights, _ = self.weights(CLASSES, self.stack.width)
        delta = (1 / CLASSES - np.eye(CLASSES)[y]) / len(y)
        gradient = delta @ weights.swapaxes(1, 2)
        lost = np.zeros(self.networks)
        found, of_weights = [], []
        for layer in reversed(layers):
            gradient, delta = self.down(gradient, layer)
            with np.errstate(divide="ignore"):
                found.append(np.log10(_norms(delta)) + lost)
                outer = layer.entering.swapaxes(1, 2) @ delta
                of_weights.append(np.log10(_norms(outer)) + lost)
            # Only ratios count: each network's gradient is kept near 1, so that nothing underflows.
            size = np.maximum(_norms(gradient), 1e-300)
            gradient, lost = gradient / size[:, None, None], lost + np.log10(size)
        both = (np.stack(one[::-1], axis=1) for one in (found, of_weights))
        first, second = (one - one[:, -1:] for one in both)
        return first, second


def _norms(values: Floats) -> Floats:
    return np.sqrt((values**2).sum(axis=(1, 2)))


def _cosines(z: Floats) -> tuple[Floats, Floats]:
    """Return mean and mean square of the cosine over the pairs of a batch."""
    count = z.shape[1]
    if count < 2:
        return np.full(len(z), np.nan), np.full(len(z), np.nan)
    unit = z / np.maximum(np.linalg.norm(z, axis=2, keepdims=True), 1e-300)
    cosine = unit @ unit.swapaxes(1, 2)
    pairs = count * (count - 1)
    own = np.einsum("nss->ns", cosine)
    mean = (cosine.sum(axis=(1, 2)) - own.sum(axis=1)) / pairs
    return mean, ((cosine**2).sum(axis=(1, 2)) - (own**2).sum(axis=1)) / pairs
