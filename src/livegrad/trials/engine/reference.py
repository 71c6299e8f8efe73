"""Backpropagation from scratch in NumPy: the same training as the native engine, to be read.

One network after another is too slow in Python, so all networks of one activation are carried along a
first axis: h has the shape (networks, samples, units). Nothing else is clever here. The native engine is
tested against this, step for step, and this against PyTorch.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from livegrad.trials.engine.architecture import Architecture
from livegrad.trials.engine.native import Work
from livegrad.trials.engine.population import MEASURES, Population, Samples, Settings, Trace

if TYPE_CHECKING:
    from livegrad.functions import Activation

__all__ = ["Group", "Passed", "train"]

_NORM_EPSILON = 1e-5  # of batch norm, and the momentum of its running averages: PyTorch's
_NORM_MOMENTUM = 0.1


def train(population: Population, samples: Samples, work: Work) -> Trace:
    """Train in NumPy; everything as in `livegrad.trials.engine.train`."""
    networks, layers = len(population), population.architecture.layers
    curve = np.full((networks, len(work.points), 3), np.nan, np.float32)
    flow = np.full((networks, len(work.snapshots), layers, len(MEASURES)), np.nan, np.float32)
    finished, done = True, 0
    for number in range(len(population.activations)):
        members = np.flatnonzero(population.activation_of == number)
        if not len(members):
            continue
        group = Group(population, members, number)
        with np.errstate(all="ignore"):
            for step, _ in enumerate(group.run(samples, work, curve, flow)):
                if work.told is not None and work.told(done + (step + 1) * len(members)) is False:
                    finished = False
                    break
        done += len(work.order) * len(members)
        group.keep()
        if not finished:
            break
    population.steps += len(work.order)
    return Trace(curve, flow, finished=finished)


@dataclass
class Passed:
    """What the forward pass of one layer leaves for the backward pass."""

    before: Any  # what came in, (networks, samples, inputs)
    z: Any = None  # what the activation meets: the pre-activation, after a norm
    slope: Any = None
    by_learned: list[Any] = field(default_factory=list)
    branch: Any = None
    normal: Any = None
    root: Any = None


class Group:
    """The networks of one activation: copies of theirs, until `keep` writes them back.

    Args:
        population: Where they are.
        members: Which of its networks; shape (networks,).
        number: Which of its activations is theirs.
    """

    def __init__(self, population: Population, members: NDArray[np.intp], number: int) -> None:
        self.population, self.members = population, members
        self.architecture: Architecture = population.architecture
        self.activation: Activation = population.activations[number]
        self.weights = population.weights[members]
        self.first: Any = population.first[members] if len(population.first) else None
        self.second: Any = population.second[members] if len(population.second) else None
        self.running = population.running[members]
        self.rates = population.rates[members].astype(self.weights.dtype)[:, None]
        self.arrays = self.views(self.weights)

    def keep(self) -> None:
        """Write back what changed."""
        population, members = self.population, self.members
        population.weights[members] = self.weights
        population.running[members] = self.running
        if self.first is not None:
            population.first[members] = self.first
        if self.second is not None:
            population.second[members] = self.second

    def views(self, rows: Any) -> dict[tuple[str, int], Any]:
        """Return rows of parameters as arrays by name and layer, without copying."""
        return {
            (place.name, place.layer): rows[:, place.start : place.stop].reshape(-1, *place.shape)
            for place in self.architecture.places
        }

    def run(
        self, samples: Samples, work: Work, curve: NDArray[np.float32], flow: NDArray[np.float32]
    ) -> Iterator[None]:
        """Train, step by step."""
        losses = list[Any]()
        for step, rows in enumerate(work.order):
            x, y = samples.inputs[rows], samples.targets[rows]
            if step in work.snapshots:
                shot = work.snapshots.index(step)
                flow[self.members, shot] = self._flow(x, y)
            outputs, passed = self.forward(x, training=True)
            loss, delta = self.loss(outputs, y)
            self._notice(outputs, self.population.steps + step + 1)
            gradient = np.zeros_like(self.weights)
            self.backward(delta, passed, self.views(gradient))
            self.optimize(gradient, self.population.steps + step + 1)
            losses.append(loss)
            if step + 1 in work.points:
                point = work.points.index(step + 1)
                since = step - (work.points[point - 1] if point else 0) + 1
                window = losses[-min(work.loss_window, since) :]
                curve[self.members, point, 0] = np.mean(window, axis=0)
                curve[self.members, point, 1:] = self._scores(samples)
            losses = losses[-work.loss_window :]
            yield

    def _notice(self, outputs: Any, step: int) -> None:
        lost = ~np.isfinite(outputs).all(axis=(1, 2))
        new = self.members[lost & (self.population.diverged[self.members] == 0)]
        self.population.diverged[new] = step

    # ------------------------------------------------------------ forwards

    def forward(self, x: Any, *, training: bool) -> tuple[Any, list[Passed]]:
        """Return outputs (networks, samples, outputs) and what each layer keeps.

        h₀ = x;  z = h·W + b;  f = φ(z);  h = f, or h + α·f with a skip.
        """
        h = np.broadcast_to(x, (len(self.members), *x.shape))
        passed = list[Passed]()
        for layer in range(self.architecture.layers):
            kept = Passed(before=h)
            z = h @ self.arrays["weight", layer] + self.arrays["bias", layer][:, None]
            h = (
                self._activated(z, h, kept, layer, training=training)
                if layer + 1 < self.architecture.layers
                else z
            )
            passed.append(kept)
        return h, passed

    def _activated(self, z: Any, before: Any, kept: Passed, layer: int, *, training: bool) -> Any:
        if self.architecture.norm:
            z = self._normalised(z, kept, layer, training=training)
        kept.z = z
        f, kept.slope, kept.by_learned = self._values(z, layer)
        if not self.architecture.skips(layer):
            return f
        kept.branch = f
        return before + self._branch_scale(layer) * f

    def _branch_scale(self, layer: int) -> Any:
        own = self.arrays.get(("branch", layer))
        return 1.0 if own is None else own[:, None, None]

    def _values(self, z: Any, layer: int) -> tuple[Any, Any, list[Any]]:
        """Return f, f′ and the derivatives by learned parameters, which differ from network to network."""
        f = self.activation
        if not f.learned:
            return f(z, tier="fast"), f.derivative(z, tier="fast"), []
        value, slope = np.empty_like(z), np.empty_like(z)
        by_learned = [np.empty_like(z) for _ in f.learned]
        for k, numbers in enumerate(self.arrays["learned", layer]):
            settings = {**f.settings, **dict(zip(f.learned, map(float, numbers), strict=True))}
            value[k], slope[k] = _at(f, (), settings, z[k]), _at(f, ("x",), settings, z[k])
            for j, name in enumerate(f.learned):
                by_learned[j][k] = _at(f, (name,), settings, z[k])
        return value, slope, by_learned

    def _normalised(self, z: Any, kept: Passed, layer: int, *, training: bool) -> Any:
        """Batch norm: y = γ·(z − μ)/√(σ² + ε) + β, with running averages for scoring."""
        units = self.architecture.sizes[layer + 1]
        start = 2 * sum(self.architecture.sizes[1 : layer + 1])
        means = self.running[:, start : start + units]
        variances = self.running[:, start + units : start + 2 * units]
        if training:
            count = z.shape[1]
            mean, variance = z.mean(axis=1), z.var(axis=1)
            means += _NORM_MOMENTUM * (mean - means)
            unbiased = variance * (count / max(count - 1, 1))
            variances += _NORM_MOMENTUM * (unbiased - variances)
        else:
            mean, variance = means, variances
        kept.root = 1 / np.sqrt(variance + z.dtype.type(_NORM_EPSILON))
        kept.normal = (z - mean[:, None]) * kept.root[:, None]
        return (
            self.arrays["scale", layer][:, None] * kept.normal
            + self.arrays["shift", layer][:, None]
        )

    # ------------------------------------------------------------ backwards

    def loss(self, z: Any, y: Any) -> tuple[Any, Any]:
        """Return each network's loss, (networks,), and ∂L/∂z.

        Cross-entropy: (softmax z − one-hot y)/n. Binary: (σ(z) − y)/n. Squares: 2(z − y)/n.
        """
        samples, outputs = z.shape[1:]
        if self.architecture.loss == "cross-entropy":
            right = y[:, 0].astype(np.intp)
            shifted = z - z.max(axis=-1, keepdims=True)
            total = np.exp(shifted).sum(axis=-1, keepdims=True)
            delta = np.exp(shifted) / total
            loss = np.log(total)[..., 0] - shifted[:, np.arange(samples), right]
            delta[:, np.arange(samples), right] -= 1
            return loss.mean(axis=1), delta / samples
        if self.architecture.loss == "bce":
            loss = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
            return loss.mean(axis=(1, 2)), (_sigmoid(z) - y) / (samples * outputs)
        off = z - y
        return (off**2).mean(axis=(1, 2)), 2 * off / (samples * outputs)

    def backward(
        self,
        delta: Any,
        passed: list[Passed],
        gradient: dict[tuple[str, int], Any],
        seen: list[Any] | None = None,
    ) -> None:
        """Fill the gradient of every parameter by the chain rule, the last layer first.

        δ = ∂L/∂z;  ∂L/∂W = hᵀ·δ;  ∂L/∂b = Σ δ;  ∂L/∂h = δ·Wᵀ;  δ below = ∂L/∂h ⊙ φ′(z).
        """
        for layer in reversed(range(self.architecture.layers)):
            kept, carried = passed[layer], None
            if layer + 1 < self.architecture.layers:
                carried = delta if self.architecture.skips(layer) else None
                delta = self._through_activation(delta, kept, gradient, layer)
            gradient["weight", layer][...] = kept.before.transpose(0, 2, 1) @ delta
            gradient["bias", layer][...] = delta.sum(axis=1)
            if seen is not None:
                seen.insert(0, delta)
            if layer:
                delta = delta @ self.arrays["weight", layer].transpose(0, 2, 1)
                delta = delta if carried is None else delta + carried

    def _through_activation(
        self, delta: Any, kept: Passed, gradient: dict[tuple[str, int], Any], layer: int
    ) -> Any:
        scale = self._branch_scale(layer) if self.architecture.skips(layer) else 1.0
        if ("branch", layer) in gradient:
            gradient["branch", layer][...] = (delta * kept.branch).sum(axis=(1, 2))
        for j, by in enumerate(kept.by_learned):
            gradient["learned", layer][:, j] = (delta * scale * by).sum(axis=(1, 2))
        delta = delta * scale * kept.slope
        if not self.architecture.norm:
            return delta
        along, shift = (delta * kept.normal).sum(axis=1), delta.sum(axis=1)
        gradient["scale", layer][...], gradient["shift", layer][...] = along, shift
        count = delta.shape[1]
        centred = delta - (shift[:, None] + kept.normal * along[:, None]) / count
        return (self.arrays["scale", layer] * kept.root)[:, None] * centred

    # ------------------------------------------------------------ steps

    def optimize(self, gradient: Any, step: int) -> None:
        """Make one step of SGD, momentum, Adam (Kingma and Ba 2015) or AdamW (Loshchilov and Hutter 2019)."""
        settings: Settings = self.population.settings
        w, rates = self.weights, self.rates
        if settings.optimizer == "adamw":
            w *= 1 - rates * settings.weight_decay
        elif settings.weight_decay:
            gradient = gradient + settings.weight_decay * w
        if settings.optimizer == "sgd":
            w -= rates * gradient
        elif settings.optimizer == "momentum":
            self.first = settings.momentum * self.first + gradient
            w -= rates * self.first
        else:
            beta1, beta2 = settings.betas
            self.first = self.first + (1 - beta1) * (gradient - self.first)
            self.second = beta2 * self.second + (1 - beta2) * gradient**2
            root = np.sqrt(self.second) / np.sqrt(1 - beta2**step) + settings.epsilon
            w -= rates / (1 - beta1**step) * (self.first / root)

    # ------------------------------------------------------------ looking

    def _scores(self, samples: Samples) -> Any:
        x, y = samples.held_inputs, samples.held_targets
        if not len(x):
            return np.full((len(self.members), 2), np.nan)
        z, _ = self.forward(x, training=False)
        loss, _ = self.loss(z, y)
        if self.architecture.loss == "cross-entropy":
            right = (z.argmax(axis=-1) == y[:, 0]) & np.isfinite(z).all(axis=-1)
            return np.stack([loss, right.mean(axis=1)], axis=1)
        if self.architecture.loss == "bce":
            right = ((z > 0) == (y > 0.5)) & ~np.isnan(z)
            return np.stack([loss, right.mean(axis=(1, 2))], axis=1)
        return np.stack([loss, ((z - y) ** 2).mean(axis=(1, 2))], axis=1)

    def _flow(self, x: Any, y: Any) -> Any:
        running = self.running.copy()
        outputs, passed = self.forward(x, training=True)
        self.running = running
        gradient, seen = self.views(np.zeros_like(self.weights)), list[Any]()
        self.backward(self.loss(outputs, y)[1], passed, gradient, seen)
        layers = zip(seen, passed, strict=True)
        return np.stack(
            [self._measures(d, k, gradient["weight", n]) for n, (d, k) in enumerate(layers)], axis=1
        )

    def _measures(self, delta: Any, kept: Passed, by_weight: Any) -> Any:
        up, down = (by_weight > 0).sum(axis=1), (by_weight < 0).sum(axis=1)
        locked = ((up + down > 1) & ((up == 0) | (down == 0))).mean(axis=1)
        nothing = np.zeros(len(self.members))
        dead = saturated = nothing
        if kept.slope is not None:
            steepest = self.activation.sup_slope
            limit = 0.05 * (steepest if np.isfinite(steepest) else 1.0)
            dead = (kept.slope == 0).all(axis=1).mean(axis=1)
            saturated = (np.abs(kept.slope) < limit).mean(axis=(1, 2))
        sizes = [np.sqrt((a.astype(np.float64) ** 2).sum(axis=(1, 2))) for a in (delta, by_weight)]
        return np.stack([*sizes, dead, saturated, locked], axis=-1)


def _sigmoid(z: Any) -> Any:
    e = np.exp(-np.abs(z))
    return np.where(z < 0, e, 1) / (1 + e)


def _at(
    activation: Activation, symbols: tuple[str, ...], settings: dict[str, float], z: Any
) -> Any:
    """Compute a derivative with parameters that training changed, its domains notwithstanding."""
    changed = dataclasses.replace(activation, chosen=tuple(sorted(settings.items())))
    return changed._computed(symbols, z, "fast")  # noqa: SLF001
