"""Whether `livegrad.flow.shape` brings deep plain nets to life: training accuracy on digits and two spirals.

    python bench/flow_shape.py [--quick] [--only tanh,relu] [--peer PYTHON]

Plain fully connected nets of width 64 and 50 or 100 activations, no skips, no normalisation, batches of 64, float32. Each
cell is the median and the least training accuracy of three seeds, at the learning rate of a stated grid whose median is
best; all rates and seeds of a cell train as one net, by batched matrix products. A cell stops early once every seed of one
rate is above 0.98. Inputs are normalised as DKS and TAT ask (each sample of mean square 1, its size kept by a constant
feature), for all nets alike. The columns "He" and "default" are the same function unshaped with He's and with PyTorch's own
initialisation. ``--peer`` names a Python that has the `dks` package: its
numbers are then set beside ours, and trained where they differ.

No linear model solves the spirals, which the bench prints beside: an accuracy there is the deep part's own.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from livegrad.flow.shaping import Shaped, shape
from livegrad.flow.shaping.inputs import normalised
from livegrad.functions import elementwise

NAMES = ("tanh", "sigmoid", "gelu", "swish", "softplus", "selu", "elu", "relu", "leaky_relu")
WIDTH, BATCH, SEEDS, BAR, ENOUGH = 64, 64, 3, 0.95, 0.98
SAME = 1e-4  # relatively: the peer's numbers are ours, and training them again says nothing
STEPS = {"digits": 200, "spirals": 300}
LOOK_EVERY = 50
RATES = {"sgd": (3e-4, 1e-3, 3e-3, 1e-2), "adam": (1e-4, 3e-4, 1e-3, 3e-3)}
PEER_NAMES = {"gelu": "gelu_exact", "relu": "leaky_relu"}
PEER = """
import json, sys, time
from dks.base import activation_transform as dks
name, method, depth = sys.argv[1], sys.argv[2].upper(), int(sys.argv[3])
def through(c, layer):
    for _ in range(depth):
        c = layer(c)
    return c
functions = {"subnet_max_func": through}
if name != "leaky_relu":
    functions = {"max_slope_func": lambda c: c**depth, "max_curv_func": lambda c: c * depth}
dks._get_activations_params([name], method=method, **functions)
began = time.perf_counter()
found = dks._get_activations_params([name], method=method, **functions)[name]
print(json.dumps({**{key: float(v) for key, v in found.items()}, "seconds": time.perf_counter() - began}))
"""


@dataclass(frozen=True)
class Task:
    """Data to learn by heart: inputs of shape (n, features), labels of shape (n,)."""

    name: str
    x: Tensor
    y: Tensor
    classes: int

    @classmethod
    def of(cls, name: str, x: np.ndarray, y: np.ndarray) -> Task:
        """Return the data, centred, scaled and normalised."""
        ready = normalised((x - x.mean(0)) / x.std())
        return cls(
            name, torch.tensor(ready, dtype=torch.float32), torch.tensor(y), int(y.max()) + 1
        )


def digits() -> Task:
    found: Any = load_digits()
    return Task.of("digits", found.data, found.target)


def spirals(points: int = 1200, turns: float = 1.5) -> Task:
    draw = np.random.default_rng(0)
    y = np.arange(points) % 2
    along = np.sqrt(draw.uniform(0.02, 1, points))
    angle = 2 * math.pi * turns * along + math.pi * y
    x = along[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return Task.of("spirals", x + draw.normal(0, 0.01, x.shape), y)


@dataclass(frozen=True)
class Net:
    """A function to use and how weights are drawn."""

    function: Callable[[Tensor], Tensor]
    start: str  # "orthogonal", "he" or "default"

    def weights(self, task: Task, depth: int, copies: int) -> tuple[list[Tensor], list[Tensor]]:
        """Return weights of shape (copies, out, in) and biases (copies, out, 1); copies of a seed are equal."""
        sizes = [task.x.shape[1], *[WIDTH] * depth, task.classes]
        weights: list[Tensor] = []
        biases: list[Tensor] = []
        draw = torch.Generator().manual_seed(0)
        for inputs, outputs in itertools.pairwise(sizes):
            seeds = torch.randn(SEEDS, outputs, inputs, generator=draw, dtype=torch.float64)
            biased = torch.zeros(SEEDS, outputs, 1, dtype=torch.float64)
            if self.start == "orthogonal":
                left, _, right = torch.linalg.svd(seeds, full_matrices=False)
                seeds = left @ right * max(1.0, math.sqrt(outputs / inputs))
            elif self.start == "he":
                seeds *= math.sqrt(2 / inputs)
            else:
                bound = 1 / math.sqrt(inputs)
                seeds.uniform_(-bound, bound, generator=draw)
                biased.uniform_(-bound, bound, generator=draw)
            repeat = (copies // SEEDS, 1, 1)
            weights.append(seeds.repeat(repeat).float().requires_grad_())
            biases.append(biased.repeat(repeat).float().requires_grad_())
        return weights, biases

    def forward(self, x: Tensor, weights: list[Tensor], biases: list[Tensor]) -> Tensor:
        """Return scores of shape (copies, classes, samples) for x of shape (copies, features, samples)."""
        for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
            x = self.function(torch.baddbmm(bias, weight, x))
        return torch.baddbmm(biases[-1], weights[-1], x)


@dataclass(frozen=True)
class Cell:
    """What one net reached: at its best rate, over the seeds."""

    median: float
    least: float
    rate: float
    steps: int

    def __str__(self) -> str:
        return f"{self.median:.3f} ({self.least:.3f}, lr {self.rate:g}, {self.steps})"


def train(net: Net, task: Task, depth: int, optimizer: str) -> Cell:
    """Train all rates and seeds at once, and return the best rate's accuracies."""
    rates = RATES[optimizer]
    copies = len(rates) * SEEDS
    weights, biases = net.weights(task, depth, copies)
    rate = torch.tensor([value for value in rates for _ in range(SEEDS)])[:, None, None]
    step = Optimizer(optimizer, [*weights, *biases], rate)
    draw = torch.Generator().manual_seed(1)
    best = Cell(0.0, 0.0, math.nan, 0)
    for steps in range(1, STEPS[task.name] + 1):
        rows = torch.randint(len(task.x), (BATCH,), generator=draw)
        scores = net.forward(task.x[rows].T.expand(copies, -1, -1), weights, biases)
        target = task.y[rows].expand(copies, -1)
        loss = torch.nn.functional.cross_entropy(scores, target, reduction="none").mean(1).sum()
        step.take(torch.autograd.grad(loss, [*weights, *biases]))
        if steps % LOOK_EVERY == 0:
            with torch.no_grad():
                scores = net.forward(task.x.T.expand(copies, -1, -1), weights, biases)
            best = best_of(scores, task, rates, steps)
            if best.least >= ENOUGH:
                break
    return best


def best_of(scores: Tensor, task: Task, rates: tuple[float, ...], steps: int) -> Cell:
    """Return the accuracies at the rate whose median is best; numbers that are not finite are wrong."""
    right = (scores.argmax(1) == task.y) & scores.isfinite().all(1)
    shares = right.float().mean(1).reshape(len(rates), SEEDS).tolist()
    rows = [
        (statistics.median(row), min(row), rate) for row, rate in zip(shares, rates, strict=True)
    ]
    return Cell(*max(rows), steps)


class Optimizer:
    """SGD with momentum 0.9, or Adam, with a rate for each copy: shape (copies, 1, 1)."""

    def __init__(self, kind: str, parameters: list[Tensor], rate: Tensor) -> None:
        self.kind, self.parameters, self.rate, self.steps = kind, parameters, rate, 0
        self.first = [torch.zeros_like(one) for one in parameters]
        self.second = [torch.zeros_like(one) for one in parameters]

    @torch.no_grad()
    def take(self, gradients: tuple[Tensor, ...]) -> None:
        """Take one step."""
        self.steps += 1
        for index, gradient in enumerate(gradients):
            first, second = self.first[index], self.second[index]
            if self.kind == "sgd":
                move = first.mul_(0.9).add_(gradient)
            else:
                first.lerp_(gradient, 0.1)
                second.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
                size = (second / (1 - 0.999**self.steps)).sqrt_().add_(1e-8)
                move = first / size / (1 - 0.9**self.steps)
            self.parameters[index].sub_(self.rate * move)


def peer_net(python: str, name: str, shaped: Shaped) -> tuple[Net, str] | None:
    """Return the net with the peer's numbers and how long they took; None if it cannot."""
    peer_name = PEER_NAMES.get(name, name)
    command = [python, "-W", "ignore", "-c", PEER, peer_name, shaped.method, str(shaped.depth)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        return None
    found = json.loads(answer.stdout.splitlines()[-1])
    slope = found.get("negative_slope")
    f = elementwise(name) if slope is None else elementwise("leaky_relu", alpha=slope)
    inner = f.module(tier="native")
    scale, shift = found.get("input_scale", 1.0), found.get("input_shift", 0.0)
    outer, lift = found["output_scale"], found.get("output_shift", 0.0)
    # Of an odd function's two mirrored solutions either may have been found.
    close = abs(abs(scale) / shaped.input_scale - 1), abs(outer / shaped.output_scale - 1)
    said = f"{found['seconds'] * 1e3:.0f} ms, " + ("same" if max(close) < SAME else "other")
    net = Net(lambda x: outer * (inner(scale * x + shift) + lift), "orthogonal")
    return net, f"{said} numbers"


@dataclass
class Bench:
    """What is trained, and what came of it."""

    options: argparse.Namespace
    rows: list[tuple[str, Cell]] = field(default_factory=list)

    def run(self, task: Task) -> None:
        """Print the table of one task."""
        x, y = task.x.numpy(), task.y.numpy()
        linear = LogisticRegression(max_iter=3000).fit(x, y).score(x, y)
        print(f"\n## {task.name}: {len(x)} samples, logistic regression {linear:.3f}\n")
        columns = ["activation", "depth", "optimizer", "method, ms", "shaped", *self.others()]
        print("| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|", flush=True)
        for name in self.options.only.split(","):
            for depth in map(int, self.options.depths.split(",")):
                self.pair(task, name, depth)

    def others(self) -> list[str]:
        """Return the columns beside the shaped net's."""
        plain = [] if self.options.no_baselines else ["He", "default"]
        return [*plain, *(["dks"] if self.options.peer else [])]

    def pair(self, task: Task, name: str, depth: int) -> None:
        """Train one function at one depth with each optimizer, beside its rivals."""
        shape(name, depth)  # what an activation knows of itself is found out once
        began = time.perf_counter()
        shaped = shape(name, depth)
        said = f"{shaped.method}, {(time.perf_counter() - began) * 1e3:.0f}"
        nets = {"shaped": Net(shaped.module(tier="native"), "orthogonal")}
        if not self.options.no_baselines:
            for start in ("He", "default"):
                nets[start] = Net(elementwise(name).module(tier="native"), start.lower())
        peer = peer_net(self.options.peer, name, shaped) if self.options.peer else None
        if peer:
            said += f" (dks {peer[1]})"
            nets |= {"dks": peer[0]} if peer[1].endswith("other numbers") else {}
        for optimizer in self.options.optimizers.split(","):
            cells = {label: train(net, task, depth, optimizer) for label, net in nets.items()}
            place = f"{name} | {depth} | {optimizer}"
            self.rows.append((f"{task.name}: {place}", cells["shaped"]))
            missing = "as shaped" if peer else "cannot"
            shown = " | ".join(str(cells.get(one, missing)) for one in ("shaped", *self.others()))
            print(f"| {place} | {said} | {shown} |", flush=True)

    def total(self) -> None:
        """Print how many cells reach the bar, and which do not."""
        reached = [cell.median >= BAR for _, cell in self.rows]
        print(f"\n{sum(reached)} of {len(reached)} cells reach {BAR}")
        for (place, cell), well in zip(self.rows, reached, strict=True):
            if not well:
                print(f"missed: {place}: {cell}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="50 layers, spirals, SGD, no rivals")
    parser.add_argument("--only", default=",".join(NAMES))
    parser.add_argument("--depths", default="50,100")
    parser.add_argument("--tasks", default="digits,spirals")
    parser.add_argument("--optimizers", default="sgd,adam")
    parser.add_argument("--no-baselines", action="store_true")
    parser.add_argument("--peer", default="", help="a Python that has the dks package")
    options = parser.parse_args()
    if options.quick:
        options.depths, options.tasks, options.optimizers = "50", "spirals", "sgd"
        options.no_baselines = True
    torch.set_num_threads(1)
    print(f"SGD (momentum 0.9): lr of {RATES['sgd']}; Adam: lr of {RATES['adam']}")
    print(f"batches of {BATCH}, at most {STEPS} steps, {SEEDS} seeds")
    print("cells: median (least, learning rate, steps) of training accuracy")
    bench = Bench(options)
    for name in options.tasks.split(","):
        bench.run({"digits": digits, "spirals": spirals}[name]())
    bench.total()


if __name__ == "__main__":
    main()
