"""Random networks, many at once, and what their gradients really are: the measured side of the flow bench.

All networks of a kind run as one batch of matrix products in float64; the gradients are worked out by hand, layer by
layer, so that a hundred layers of 256 units fit into memory. The loss is cross-entropy over ten classes of a linear readout.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import Tensor

from livegrad.flow.network import Network

CLASSES = 10
DTYPE = torch.float64


@dataclass(frozen=True)
class Measured:
    """What was measured of a set of networks; arrays of shape (networks, layers).

    Attributes:
        log10_gradient: Of ∂loss/∂z, the layer's own output, over the last layer's.
        variance: Mean square of z.
        correlation: Mean cosine between two inputs' z.
    """

    log10_gradient: np.ndarray
    variance: np.ndarray
    correlation: np.ndarray


def digits(count: int = 32, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Return standardised digits and their classes, chosen at random."""
    x, y = load_digits(return_X_y=True)
    x = (x - x.mean(0)) / np.where(x.std(0) > 0, x.std(0), 1.0)
    chosen = np.random.default_rng(seed).permutation(len(x))[:count]
    return torch.tensor(x[chosen], dtype=DTYPE), torch.tensor(y[chosen])


def measure(
    network: Network, x: Tensor, y: Tensor, *, networks: int = 64, seed: int = 0
) -> Measured:
    """Draw networks and measure signal and gradient of each."""
    return _Drawn(network, x, y, networks, seed).measured()


class _Drawn:
    def __init__(self, network: Network, x: Tensor, y: Tensor, count: int, seed: int) -> None:
        self.network, self.x, self.y, self.count = network, x, y, count
        self.random = torch.Generator().manual_seed(seed)
        self.layers: list[tuple[Tensor, Tensor, Tensor]] = []  # weights, slopes, before the norm
        self.norms: list[tuple[Tensor, Tensor] | None] = []

    def weights(self, units: int, inputs: int) -> tuple[Tensor, Tensor]:
        """Draw weights (networks, units, inputs) and biases (networks, 1, units)."""
        scales = self.network.scales(inputs)
        shape = (self.count, units, inputs)
        if scales.name == "pytorch":
            bound = 1 / math.sqrt(inputs)
            even = (
                torch.rand(size, generator=self.random, dtype=DTYPE)
                for size in (shape, (self.count, 1, units))
            )
            return tuple((one * 2 - 1) * bound for one in even)  # type: ignore[return-value]
        biases = (
            torch.randn((self.count, 1, units), generator=self.random, dtype=DTYPE) * scales.bias
        )
        drawn = torch.randn(shape, generator=self.random, dtype=DTYPE)
        if not scales.orthogonal:
            return drawn * (scales.weight / math.sqrt(inputs)), biases
        tall = drawn if units >= inputs else drawn.transpose(1, 2)
        q, r = torch.linalg.qr(tall)
        q = q * torch.sign(torch.diagonal(r, dim1=1, dim2=2)).unsqueeze(1)
        return scales.weight * (q if units >= inputs else q.transpose(1, 2)), biases

    def measured(self) -> Measured:
        stem, stream = None, self.x.expand(self.count, *self.x.shape)
        if self.network.skip is not None:
            stem = self.weights(self.network.width, stream.shape[2])
            stream = torch.baddbmm(stem[1], stream, stem[0].transpose(1, 2))
            if not self.network.norm_first:
                stream, _ = self.normalised(stream)
        signals, blocks = list[tuple[Tensor, Tensor]](), list[dict[str, Any]]()
        for _ in range(self.network.depth):
            stream, z, block = self.forward(stream)
            signals.append((float_mean(z**2), _cosine(z)))
            blocks.append(block)
        gradients = self.backward(stream, blocks)
        found = torch.stack(gradients, dim=1)
        return Measured(
            (found - found[:, -1:]).numpy(),
            torch.stack([one[0] for one in signals], dim=1).numpy(),
            torch.stack([one[1] for one in signals], dim=1).numpy(),
        )

    # ------------------------------------------------------------ one layer

    def forward(self, stream: Tensor) -> tuple[Tensor, Tensor, dict[str, Any]]:
        network = self.network
        weights, biases = self.weights(network.width, stream.shape[2])
        block: dict[str, Any] = {"weights": weights}
        before = network.skip is not None and network.norm_first
        x, block["entering"] = self.normalised(stream) if before else (stream, None)
        block["x"] = x
        z = torch.baddbmm(biases, x, weights.transpose(1, 2))
        inner, block["inner"] = self.normalised(z) if network.skip is None else (z, None)
        block["inner value"] = inner
        block["slope"] = network.activation.derivative(inner)
        out = network.activation(inner)
        if network.skip is not None:
            out = stream + network.skip * out
            block["sum value"] = None
            if not network.norm_first:
                out, block["sum"] = self.normalised(out)
                block["sum value"] = out
        return out, z, block

    def normalised(self, values: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return values behind the norm and what they were divided by."""
        kind = self.network.norm
        if kind is None:
            return values, None
        axis = 1 if kind == "batch" else 2
        mean = 0.0 if kind == "rms" else values.mean(axis, keepdim=True)
        divided = ((values - mean) ** 2).mean(axis, keepdim=True).sqrt()
        return (values - mean) / divided, divided

    def through_norm(self, gradient: Tensor, value: Tensor, divided: Tensor | None) -> Tensor:
        """Return the gradient before a norm from that behind it."""
        if divided is None:
            return gradient
        axis = 1 if self.network.norm == "batch" else 2
        along = (gradient * value).mean(axis, keepdim=True)
        mean = 0.0 if self.network.norm == "rms" else gradient.mean(axis, keepdim=True)
        return (gradient - mean - value * along) / divided

    def backward(self, stream: Tensor, blocks: list[dict[str, Any]]) -> list[Tensor]:
        weights, biases = self.weights(CLASSES, self.network.width)
        output = torch.baddbmm(biases, stream, weights.transpose(1, 2))
        delta = torch.softmax(output, dim=2)
        delta[:, torch.arange(len(self.y)), self.y] -= 1
        gradient = torch.bmm(delta / len(self.y), weights)
        found, lost = list[Tensor](), torch.zeros(self.count, dtype=DTYPE)
        for block in reversed(blocks):
            gradient, delta = self.layer_backward(gradient, block)
            found.append(delta.pow(2).sum((1, 2)).log10() / 2 + lost)
            # Only ratios count: each network's gradient is kept near 1, so that nothing underflows.
            size = gradient.pow(2).sum((1, 2), keepdim=True).sqrt()
            size = torch.where((size > 0) & torch.isfinite(size), size, torch.ones_like(size))
            gradient, lost = gradient / size, lost + size.flatten().log10()
        return found[::-1]

    def layer_backward(self, gradient: Tensor, block: dict[str, Any]) -> tuple[Tensor, Tensor]:
        """Return the gradient of the layer's input, and of its own output."""
        skip = self.network.skip
        if skip is not None and not self.network.norm_first:
            gradient = self.through_norm(gradient, block["sum value"], block.get("sum"))
        inner = gradient * block["slope"] * (1.0 if skip is None else skip)
        delta = self.through_norm(inner, block["inner value"], block["inner"])
        below = torch.bmm(delta, block["weights"])
        if skip is None:
            return below, delta
        return gradient + self.through_norm(below, block["x"], block["entering"]), delta


def float_mean(values: Tensor) -> Tensor:
    """Return the mean of each network's entries."""
    return values.mean((1, 2))


def _cosine(z: Tensor) -> Tensor:
    unit = z / z.norm(dim=2, keepdim=True).clamp_min(1e-300)
    count = z.shape[1]
    return (unit.sum(1).pow(2).sum(1) - count) / (count * (count - 1))
