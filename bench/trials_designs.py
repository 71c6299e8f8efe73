"""The designs that are timed: the engine, PyTorch one network after another, JAX all at once. Same work for all."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from livegrad.functions import elementwise
from livegrad.trials.engine import Architecture, Population, Samples, Work, train

RATE = 1e-3


@dataclass(frozen=True)
class Same:
    """What every design is given."""

    architecture: Architecture
    x: Any
    y: Any
    weights: Any
    groups: tuple[tuple[str, range], ...]
    batch: int

    def order(self, steps: int, seed: int) -> Any:
        """Return rows of minibatches."""
        return (
            np.random.default_rng(seed)
            .integers(0, len(self.x), (steps, self.batch))
            .astype(np.int32)
        )

    def arrays(self, members: range) -> list[Any]:
        """Return weights and biases of some networks, each with a first axis of networks."""
        rows = self.weights[members.start : members.stop]
        return [
            rows[:, p.start : p.stop].reshape(-1, *p.shape).copy() for p in self.architecture.places
        ]


class Engine:
    """This project's."""

    def __init__(
        self, same: Same, *, workers: int = 1, kernel: str = "auto", formula: str = ""
    ) -> None:
        order = [name for name, _ in same.groups]
        of = np.concatenate([np.full(len(m), order.index(a), np.int32) for a, m in same.groups])
        self.population = Population(
            architecture=same.architecture,
            activations=[elementwise(formula or a) for a in order],
            activation_of=of,
            rates=np.full(len(same.weights), RATE),
            weights=same.weights.copy(),
        )
        nothing = same.x[:0], same.y[:0]
        self.samples = Samples(
            inputs=same.x, targets=same.y, held_inputs=nothing[0], held_targets=nothing[1]
        )
        self.workers, self.kernel = workers, kernel

    def run(self, order: Any) -> None:
        """Train on these minibatches."""
        train(
            self.population,
            self.samples,
            Work(order=order, workers=self.workers, kernel=self.kernel),
        )

    def weights(self) -> Any:
        """Return all parameters, a row for each network."""
        return self.population.weights


class Loop:
    """One PyTorch network after another."""

    def __init__(self, same: Same, *, fused: bool) -> None:
        import torch

        torch.set_num_threads(1)
        self.torch, self.same = torch, same
        modules = {
            "relu": torch.nn.ReLU,
            "tanh": torch.nn.Tanh,
            "swish": torch.nn.SiLU,
            "elu": torch.nn.ELU,
        }
        self.trained = []
        for activation, members in same.groups[:1]:
            layers: list[Any] = []
            arrays = same.arrays(range(members.start, members.start + 1))
            for weight, bias in zip(arrays[::2], arrays[1::2], strict=True):
                linear = torch.nn.Linear(*weight.shape[1:])
                with torch.no_grad():
                    linear.weight.copy_(torch.from_numpy(weight[0].T.copy()))
                    linear.bias.copy_(torch.from_numpy(bias[0]))
                layers += [linear, modules[activation]()]
            model = torch.nn.Sequential(*layers[:-1])
            self.trained.append((model, torch.optim.Adam(model.parameters(), lr=RATE, fused=fused)))
        self.x, self.y = torch.from_numpy(same.x), torch.from_numpy(same.y)
        if same.architecture.loss == "bce":
            self.loss: Callable[..., Any] = torch.nn.functional.binary_cross_entropy_with_logits
        else:
            self.y, self.loss = self.y[:, 0].long(), torch.nn.functional.cross_entropy

    def run(self, order: Any) -> None:
        """Train on these minibatches."""
        for model, optimizer in self.trained:
            for rows in self.torch.from_numpy(order).long():
                optimizer.zero_grad()
                self.loss(model(self.x[rows]), self.y[rows]).backward()
                optimizer.step()

    def weights(self) -> Any:
        """Return all parameters, a row for each network."""
        parts = [p.detach().numpy() for p in self.trained[0][0].parameters()]
        return np.concatenate([(p.T if p.ndim == 2 else p).reshape(-1) for p in parts])[None]


def _smoothed(old: Any, new: Any) -> Any:
    return 0.9 * old + 0.1 * new


def _squared(old: Any, new: Any) -> Any:
    return 0.999 * old + 0.001 * new * new


def _moved(rate: Any, root: Any, old: Any, mean: Any, square: Any) -> Any:
    return old - rate * mean / (square**0.5 * root + 1e-8)


class Jax:
    """vmap over networks, jit, and a scan over the steps; one program for each activation."""

    def __init__(self, same: Same) -> None:
        jax, jnp = map(importlib.import_module, ("jax", "jax.numpy"))  # an extra: peers
        self.jax, self.same = jax, same
        functions = {"relu": jax.nn.relu, "tanh": jnp.tanh, "swish": jax.nn.silu, "elu": jax.nn.elu}
        x, y = jnp.asarray(same.x), jnp.asarray(same.y)
        each = jax.tree_util.tree_map

        def program(f: Any) -> Any:
            def loss(parameters: Any, inputs: Any, targets: Any) -> Any:
                h = inputs
                for weight, bias in parameters[:-1]:
                    h = f(h @ weight + bias)
                z = h @ parameters[-1][0] + parameters[-1][1]
                if same.architecture.loss == "bce":
                    return jnp.mean(jnp.logaddexp(0.0, z) - targets * z)
                chances = jax.nn.log_softmax(z)
                return -jnp.mean(jnp.take_along_axis(chances, targets.astype(jnp.int32), 1))

            gradients = jax.vmap(jax.grad(loss), in_axes=(0, None, None))

            def step(carry: Any, rows: Any) -> Any:
                p, m, v, t = carry
                g, t = gradients(p, x[rows], y[rows]), t + 1
                m = each(_smoothed, m, g)
                v = each(_squared, v, g)
                rate, root = RATE / (1 - 0.9**t), 1 / jnp.sqrt(1 - 0.999**t)
                p = each(functools.partial(_moved, rate, root), p, m, v)
                return (p, m, v, t), None

            def steps(carry: Any, order: Any) -> Any:
                return jax.lax.scan(step, carry, order)[0]

            return jax.jit(steps, donate_argnums=0)

        self.parts = []
        for activation, members in same.groups:
            arrays = [jnp.asarray(a) for a in same.arrays(members)]
            p = list(zip(arrays[::2], arrays[1::2], strict=True))
            m, v = each(jnp.zeros_like, p), each(jnp.zeros_like, p)
            self.parts.append([program(functions[activation]), (p, m, v, jnp.float32(0))])

    def run(self, order: Any) -> None:
        """Train on these minibatches."""
        for part in self.parts:
            part[1] = part[0](part[1], order)
        self.jax.block_until_ready([part[1] for part in self.parts])

    def weights(self) -> Any:
        """Return all parameters, a row for each network."""
        rows = []
        for _, (p, *_rest) in self.parts:
            count = len(p[0][0])
            rows.append(
                np.concatenate(
                    [np.asarray(a).reshape(count, -1) for pair in p for a in pair], axis=1
                )
            )
        return np.concatenate(rows)
