"""Small populations and data for the tests of the engine, and the same networks in PyTorch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from livegrad.functions import elementwise
from livegrad.trials.engine import Architecture, Population, Samples, Settings


def samples(
    architecture: Architecture, *, rows: int = 60, dtype: Any = np.float64, seed: int = 1
) -> Samples:
    random = np.random.default_rng(seed)
    x = random.standard_normal((rows, architecture.sizes[0])).astype(dtype)
    outputs = architecture.sizes[-1]
    if architecture.loss == "cross-entropy":
        y = random.integers(0, outputs, (rows, 1)).astype(dtype)
    elif architecture.loss == "bce":
        y = (random.random((rows, outputs)) < 0.5).astype(dtype)
    else:
        y = random.standard_normal((rows, outputs)).astype(dtype)
    held = rows // 4
    return Samples(inputs=x[held:], targets=y[held:], held_inputs=x[:held], held_targets=y[:held])


def order(data: Samples, *, steps: int, batch: int, seed: int = 2) -> Any:
    return (
        np.random.default_rng(seed).integers(0, len(data.inputs), (steps, batch)).astype(np.int32)
    )


def population(
    architecture: Architecture,
    activations: Sequence[str] = ("tanh",),
    *,
    networks: int = 3,
    dtype: Any = np.float64,
    rate: float = 0.01,
    settings: Settings | None = None,
    seed: int = 0,
) -> Population:
    found = [elementwise(name) for name in activations]
    random = np.random.default_rng(seed)
    weights = np.zeros((networks, architecture.parameter_count), dtype)
    for place in architecture.places:
        drawn = random.standard_normal((networks, place.stop - place.start))
        if place.name == "weight":
            drawn *= np.sqrt(1.6 / place.shape[0])
        elif place.name == "learned":
            drawn = np.tile([found[0].settings[name] for name in found[0].learned], (networks, 1))
        else:
            drawn = 0.1 * drawn + (place.name == "scale")
        weights[:, place.start : place.stop] = drawn
    return Population(
        architecture=architecture,
        activations=found,
        activation_of=(np.arange(networks) % len(found)).astype(np.int32),
        rates=np.linspace(rate, 1.5 * rate, networks),
        weights=weights,
        settings=settings or Settings(),
    )


class Twin:
    """One network of a population in PyTorch, trained by PyTorch's own loop."""

    def __init__(self, one: Population, k: int) -> None:
        import torch

        self.torch, self.population, self.k = torch, one, k
        dtype = torch.float64 if one.weights.dtype == np.float64 else torch.float32
        self.dtype = dtype
        self.parts = {}
        for place in one.architecture.places:
            values = one.weights[k, place.start : place.stop].reshape(place.shape).copy()
            self.parts[place.name, place.layer] = torch.tensor(
                values, dtype=dtype, requires_grad=True
            )
        self.norms = {
            layer: torch.nn.BatchNorm1d(
                one.architecture.sizes[layer + 1], affine=False, dtype=dtype
            )
            for layer in one.architecture.hidden
            if one.architecture.norm
        }
        self.activation = one.activations[one.activation_of[k]]
        self.optimizer = self._optimizer(float(one.rates[k]))

    def _optimizer(self, rate: float) -> Any:
        settings, optim, parameters = (
            self.population.settings,
            self.torch.optim,
            list(self.parts.values()),
        )
        decay = settings.weight_decay
        match settings.optimizer:
            case "adam":
                return optim.Adam(parameters, lr=rate, weight_decay=decay)
            case "adamw":
                return optim.AdamW(parameters, lr=rate, weight_decay=decay)
            case kind:
                momentum = 0.9 if kind == "momentum" else 0.0
                return optim.SGD(parameters, lr=rate, momentum=momentum, weight_decay=decay)

    def forward(self, x: Any) -> Any:
        functional, h = self.torch.nn.functional, x
        architecture = self.population.architecture
        for layer in range(architecture.layers):
            z = h @ self.parts["weight", layer] + self.parts["bias", layer]
            if layer + 1 == architecture.layers:
                return z
            if architecture.norm:
                z = self.norms[layer](z) * self.parts["scale", layer] + self.parts["shift", layer]
            if self.activation.learned:
                f = functional.prelu(z, self.parts["learned", layer])
            else:
                f = {
                    "tanh": self.torch.tanh,
                    "relu": self.torch.relu,
                    "gelu": functional.gelu,
                    "swish": functional.silu,
                    "elu": functional.elu,
                    "sigmoid": self.torch.sigmoid,
                    "softplus": functional.softplus,
                }[self.activation.id](z)
            if architecture.skips(layer):
                f = h + (self.parts["branch", layer] * f if architecture.skip == "rezero" else f)
            h = f
        return h

    def loss(self, z: Any, y: Any) -> Any:
        functional = self.torch.nn.functional
        match self.population.architecture.loss:
            case "cross-entropy":
                return functional.cross_entropy(z, y[:, 0].long())
            case "bce":
                return functional.binary_cross_entropy_with_logits(z, y)
            case _:
                return functional.mse_loss(z, y)

    def train(self, data: Samples, rows: Any) -> Any:
        x, y = (self.torch.tensor(a, dtype=self.dtype) for a in (data.inputs, data.targets))
        for batch in rows:
            self.optimizer.zero_grad()
            self.loss(self.forward(x[batch]), y[batch]).backward()
            self.optimizer.step()
        return self.weights()

    def weights(self) -> Any:
        return np.concatenate([part.detach().numpy().reshape(-1) for part in self.parts.values()])
