"""How many steps a second small networks make: the engine beside PyTorch's loop and JAX's vmap, on the same work.

    python bench/trials.py [--quick] [--settings a,b,c,d] [--networks 1,12,64] [--rounds 5] [--markdown PATH]

Same data, same initial weights, same minibatches, Adam in float32, one thread; networks in four groups of activations
(one network: SiLU). Rounds are interleaved: each design once, then again. Network-steps per wall-clock second, medians
with the spread of the rounds. What one step costs is counted in multiplications and additions of the layers and set
against the highest rate of fused multiply-adds that this processor shows in the same run. Nothing else should run.
"""

from __future__ import annotations

import os

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from livegrad.functions import elementwise
from livegrad.trials.engine import Architecture, Population, Samples, Work, name, train
from livegrad.trials.task import TASKS

RATE = 1e-3
ACTIVATIONS = ("relu", "tanh", "swish", "elu")


@dataclass(frozen=True)
class Setting:
    """One shape of network and its data."""

    sizes: tuple[int, ...]
    batch: int
    task: str
    jax_bar: float
    loop_bar: float


SETTINGS = {
    "a": Setting((2, 8, 8, 1), 32, "moons", 10.0, 900.0),
    "b": Setting((10, 64, 64, 64, 3), 64, "ten", 2.4, 14.0),
    "c": Setting((64, 128, 128, 10), 128, "digits", 1.9, 5.0),
    "d": Setting((2, *(16,) * 30, 1), 64, "spiral", 7.5, 55.0),
}


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


def data_of(name: str) -> tuple[Any, Any]:
    """Return standardised inputs and targets: points in the plane, all 64 pixels, or ten principal components."""
    data = TASKS["digits" if name == "ten" else name].make(0, None)
    x, y = np.asarray(data.inputs, np.float64), np.asarray(data.targets)
    if name == "digits":  # with the three pixels that are blank in every picture
        x = np.concatenate([x, np.zeros((len(x), 64 - x.shape[1]))], axis=1)
    spread = x.std(axis=0)
    x = (x - x.mean(axis=0)) / np.where(spread == 0, 1, spread)
    if name == "ten":
        _, _, axes = np.linalg.svd(x, full_matrices=False)
        x, y = x @ axes[:10].T, y % 3
    return x, y


def prepared(setting: Setting, networks: int) -> Same:
    loss = "bce" if setting.sizes[-1] == 1 else "cross-entropy"
    architecture = Architecture(sizes=setting.sizes, loss=loss)
    x, y = data_of(setting.task)
    random = np.random.default_rng(1)
    weights = np.zeros((networks, architecture.parameter_count), np.float32)
    for place in architecture.places:
        scale = np.sqrt(1.6 / place.shape[0]) if place.name == "weight" else 0.01
        drawn = random.standard_normal((networks, place.stop - place.start)) * scale
        weights[:, place.start : place.stop] = drawn
    quarter = networks // len(ACTIVATIONS)
    groups = (
        (("swish", range(networks)),)
        if quarter == 0
        else tuple((a, range(i * quarter, (i + 1) * quarter)) for i, a in enumerate(ACTIVATIONS))
    )
    return Same(
        architecture,
        np.ascontiguousarray(x, np.float32),
        np.ascontiguousarray(np.reshape(y, (len(x), -1)), np.float32),
        weights,
        groups,
        setting.batch,
    )


# ------------------------------------------------------------ designs: each returns run(order) and weights()


class Engine:
    """This project's."""

    def __init__(
        self, same: Same, *, workers: int = 1, kernel: str = "auto", formula: str = ""
    ) -> None:
        from livegrad import activation

        order = [name for name, _ in same.groups]
        of = np.concatenate([np.full(len(m), order.index(a), np.int32) for a, m in same.groups])
        self.population = Population(
            architecture=same.architecture,
            activations=[activation(formula) if formula else elementwise(a) for a in order],
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
        train(
            self.population,
            self.samples,
            Work(order=order, workers=self.workers, kernel=self.kernel),
        )

    def weights(self) -> Any:
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
        for model, optimizer in self.trained:
            for rows in self.torch.from_numpy(order).long():
                optimizer.zero_grad()
                self.loss(model(self.x[rows]), self.y[rows]).backward()
                optimizer.step()

    def weights(self) -> Any:
        parts = [p.detach().numpy() for p in self.trained[0][0].parameters()]
        return np.concatenate([(p.T if p.ndim == 2 else p).reshape(-1) for p in parts])[None]


class Jax:
    """vmap over networks, jit, and a scan over the steps; one program for each activation."""

    def __init__(self, same: Same) -> None:
        import jax
        import jax.numpy as jnp

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
                m = each(lambda a, b: 0.9 * a + 0.1 * b, m, g)
                v = each(lambda a, b: 0.999 * a + 0.001 * b * b, v, g)
                rate, root = RATE / (1 - 0.9**t), 1 / jnp.sqrt(1 - 0.999**t)
                p = each(lambda a, b, c: a - rate * b / (jnp.sqrt(c) * root + 1e-8), p, m, v)
                return (p, m, v, t), None

            return jax.jit(lambda c, order: jax.lax.scan(step, c, order)[0], donate_argnums=0)

        self.parts = []
        for activation, members in same.groups:
            arrays = [jnp.asarray(a) for a in same.arrays(members)]
            p = list(zip(arrays[::2], arrays[1::2], strict=True))
            m, v = each(jnp.zeros_like, p), each(jnp.zeros_like, p)
            self.parts.append([program(functions[activation]), (p, m, v, jnp.float32(0))])

    def run(self, order: Any) -> None:
        for part in self.parts:
            part[1] = part[0](part[1], order)
        self.jax.block_until_ready([part[1] for part in self.parts])

    def weights(self) -> Any:
        rows = []
        for _, (p, *_rest) in self.parts:
            count = len(p[0][0])
            rows.append(
                np.concatenate(
                    [np.asarray(a).reshape(count, -1) for pair in p for a in pair], axis=1
                )
            )
        return np.concatenate(rows)


# ------------------------------------------------------------ timing


def designs(same: Same, chosen: str) -> dict[str, Callable[[], Any]]:
    found: dict[str, Callable[[], Any]] = {
        "engine": lambda: Engine(same),
        "PyTorch loop, Adam": lambda: Loop(same, fused=False),
        "PyTorch loop, fused": lambda: Loop(same, fused=True),
        "JAX vmap": lambda: Jax(same),
        "engine, lanes": lambda: Engine(same, kernel="lanes"),
        "engine, single": lambda: Engine(same, kernel="single"),
        "engine, 2 workers": lambda: Engine(same, workers=2),
        "engine, formula of SiLU": lambda: Engine(same, formula="x * sigmoid(x)"),
        "engine, SiLU": lambda: Engine(dataclass_with(same, "swish")),
    }
    return {k: v for k, v in found.items() if not chosen or k in chosen.split(";")}


def dataclass_with(same: Same, activation: str) -> Same:
    import dataclasses

    return dataclasses.replace(same, groups=((activation, range(len(same.weights))),))


def checked(made: dict[str, Any], same: Same) -> None:
    """See that all designs do the same work."""
    order = same.order(15, 5)
    for one in made.values():
        one.run(order)
    ours = made["engine"].weights()
    for label, one in made.items():
        theirs = one.weights()
        if "SiLU" in label:
            continue
        off = float(np.abs(ours[: len(theirs)] - theirs).max())
        moved = float(np.abs(ours - same.weights).max())
        if off > 0.02 * moved:
            print(
                f"**{label} does not do the same work: weights differ by {off:.1e} after moving {moved:.1e}**"
            )


def timed(
    made: dict[str, Any], same: Same, networks: int, rounds: int, seconds: float
) -> dict[str, list[float]]:
    steps = {}
    for label, one in made.items():
        few = same.order(4, 6)
        one.run(few)
        began = time.perf_counter()
        one.run(few)
        steps[label] = int(min(max(seconds / ((time.perf_counter() - began) / 4), 4), 20_000))
        if label == "JAX vmap":
            one.run(same.order(steps[label], 7))  # compiled for this number of steps
    rates: dict[str, list[float]] = {label: [] for label in made}
    for number in range(rounds):
        for label, one in made.items():
            order = same.order(steps[label], 10 + number)
            began = time.perf_counter()
            one.run(order)
            count = 1 if "loop" in label else networks
            rates[label].append(count * steps[label] / (time.perf_counter() - began))
    return rates


def peak() -> float:
    """Return multiply-adds per second that a product of matrices in the cache reaches, twice over, in float32."""
    import torch

    torch.set_num_threads(1)
    a = torch.randn(512, 512)
    best = 0.0
    for _ in range(30):
        began = time.perf_counter()
        torch.mm(a, a)
        best = max(best, 2 * 512**3 / (time.perf_counter() - began))
    return best


def table(letter: str, networks: int, options: argparse.Namespace) -> Iterator[str]:
    setting = SETTINGS[letter]
    same = prepared(setting, networks)
    made = {label: make() for label, make in designs(same, options.designs).items()}
    checked(made, same)
    rates = timed(made, same, networks, options.rounds, options.seconds)
    middle = {label: statistics.median(found) for label, found in rates.items()}
    flops = same.architecture.operations(setting.batch)
    shape = (
        "-".join(map(str, setting.sizes))
        if len(setting.sizes) < 8
        else f"{setting.sizes[0]}-16×30-1"
    )
    yield f"### {letter}: {shape}, batch {setting.batch}, {networks} networks\n"
    yield "| design | network-steps/s: median (least … greatest) | of peak | engine is faster by |"
    yield "|---|---|---|---|"
    for label, found in rates.items():
        share = middle[label] * flops / options.peak
        times = middle["engine"] / middle[label]
        yield f"| {label} | {middle[label]:,.0f} ({min(found):,.0f} … {max(found):,.0f}) | {share:.0%} | {times:.2f} |"
    if networks == 64 and "JAX vmap" in middle and "PyTorch loop, fused" in middle:
        jax, loop = (
            middle["engine"] / middle["JAX vmap"],
            middle["engine"] / middle["PyTorch loop, fused"],
        )
        yield f"\nbars: JAX ≥ {setting.jax_bar} ({jax:.1f}), fused loop ≥ {setting.loop_bar} ({loop:.0f})"
    yield ""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--settings", default="a,b,c,d")
    parser.add_argument("--networks", default="1,12,64")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.2)
    parser.add_argument("--designs", default="", help="separated by ;")
    parser.add_argument("--markdown", default="")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 3, 0.05
    options.peak = peak()
    lines = [
        f"engine: {name()}; peak taken as {options.peak / 1e9:.0f} Gflop/s, the best of a 512² product\n"
    ]
    print(lines[0])
    for letter in options.settings.split(","):
        for networks in map(int, options.networks.split(",")):
            for line in table(letter, networks, options):
                print(line, flush=True)
                lines.append(line)
    if options.markdown:
        with open(options.markdown, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))


if __name__ == "__main__":
    main()
