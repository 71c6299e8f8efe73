"""The traffic light against what training really does: nets that did not set its thresholds, and those that did.

    python bench/flow_light.py [--set held-out|thresholds] [--optimizers sgd,adam] [--json PATH] [--quick]

Every net of width 64 is predicted from its own first minibatch, then trained for 150 steps of 64 on digits and on two
spirals, which no linear model solves, at six learning rates and two seeds at once. It *trains* if at the best rate the
median training accuracy over seeds is at least 0.94. The thresholds of `livegrad.flow.light` were set on the nets of
``thresholds``; the bars are read on ``held-out``: other activations, other depths.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from flow_shape import BATCH, WIDTH, Optimizer, Task, digits, spirals
from torch import Tensor

from livegrad.errors import BadInput
from livegrad.flow.network import Network
from livegrad.flow.prediction import predict
from livegrad.functions import elementwise

RATES = {"sgd": (3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1), "adam": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)}
SEEDS, STEPS, LOOK_EVERY, TRAINS, ENOUGH = 2, 150, 25, 0.94, 0.97
INITS = ("pytorch", "glorot", "he", "orthogonal", "critical")
SETS = {
    "thresholds": (("tanh", "relu", "gelu", "selu", "sigmoid", "mish"), (4, 10, 24)),
    "held-out": (("elu", "swish", "softsign", "leaky_relu", "softplus", "telu"), (5, 16, 35)),
}
KINDS: tuple[dict[str, Any], ...] = (
    *({"init": init} for init in INITS),
    {"norm": "batch"},
    {"norm": "layer"},
    {"skip": 1.0},
    {"skip": 1.0, "norm": "layer"},
    {"skip": 0.3},
)


def nets(which: str) -> Iterator[dict[str, Any]]:
    """Yield the settings of every net of a set."""
    activations, depths = SETS[which]
    for depth, name, kind in itertools.product(depths, activations, KINDS):
        yield {"network": name, "depth": depth, **kind}


@dataclass
class Copies:
    """One network drawn with several seeds, each at several rates: weights of shape (copies, out, in)."""

    network: Network
    task: Task
    copies: int
    parameters: list[Tensor] = field(default_factory=list)

    def __post_init__(self) -> None:
        draw = torch.Generator().manual_seed(0)
        inputs = self.task.x.shape[1]
        width = self.network.width
        sizes = [(inputs, width)] if self.network.skip is not None else []
        first = width if self.network.skip is not None else inputs
        sizes += [(first if place == 0 else width, width) for place in range(self.network.depth)]
        for before, after in [*sizes, (width, self.task.classes)]:
            for one in drawn(self.network, before, after, draw):
                self.parameters.append(
                    one.repeat(self.copies // SEEDS, 1, 1).float().requires_grad_()
                )

    def forward(self, x: Tensor) -> Tensor:
        """Return scores (copies, samples, classes) of x, (copies, samples, features)."""
        function = self.network.activation
        pairs = _pairs(self.parameters)
        if self.network.skip is not None:
            x = _affine(x, *pairs.pop(0))
        for weight, bias in pairs[:-1]:
            if self.network.skip is None:
                x = function(self.normed(_affine(x, weight, bias)))
            else:
                x = x + self.network.skip * function(_affine(self.normed(x), weight, bias))
        return _affine(x, *pairs[-1])

    def normed(self, z: Tensor) -> Tensor:
        """Normalise, over the batch or over the units."""
        if self.network.norm is None:
            return z
        axis = 1 if self.network.norm == "batch" else 2
        off = z - z.mean(axis, keepdim=True)
        return off / (off.square().mean(axis, keepdim=True) + 1e-5).sqrt()


def drawn(
    network: Network, inputs: int, units: int, draw: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Return weights (seeds, units, inputs) and biases (seeds, 1, units)."""
    scales = network.scales(inputs)
    weights = torch.randn(SEEDS, units, inputs, generator=draw, dtype=torch.float64)
    biases = torch.zeros(SEEDS, 1, units, dtype=torch.float64)
    if scales.name == "pytorch":
        bound = inputs**-0.5
        return weights.uniform_(-bound, bound, generator=draw), biases.uniform_(
            -bound, bound, generator=draw
        )
    if scales.orthogonal:
        left, _, right = torch.linalg.svd(weights, full_matrices=False)
        return scales.weight * (left @ right), biases
    return weights * scales.weight / inputs**0.5, biases.normal_(0, 1, generator=draw) * scales.bias


def _pairs(parameters: list[Tensor]) -> list[tuple[Tensor, Tensor]]:
    return list(zip(parameters[::2], parameters[1::2], strict=True))


def _affine(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.baddbmm(bias, x, weight.transpose(1, 2))


def trained(network: Network, task: Task, optimizer: str) -> float:
    """Return the training accuracy at the best rate: the median over seeds."""
    rates = RATES[optimizer]
    copies = len(rates) * SEEDS
    net = Copies(network, task, copies)
    rate = torch.tensor([value for value in rates for _ in range(SEEDS)])[:, None, None]
    step = Optimizer(optimizer, net.parameters, rate)
    order, best = torch.Generator().manual_seed(1), 0.0
    for steps in range(1, STEPS + 1):
        rows = torch.randint(len(task.x), (BATCH,), generator=order)
        scores = net.forward(task.x[rows].expand(copies, -1, -1)).transpose(1, 2)
        target = task.y[rows].expand(copies, -1)
        losses = torch.nn.functional.cross_entropy(scores, target, reduction="none").mean(1)
        step.take(torch.autograd.grad(losses.sum(), net.parameters))
        if steps % LOOK_EVERY == 0:
            best = accuracy(net, task)
            if best >= ENOUGH:
                break
    return best


@torch.no_grad()
def accuracy(net: Copies, task: Task) -> float:
    scores = net.forward(task.x.expand(net.copies, -1, -1))
    right = (scores.argmax(2) == task.y) & scores.isfinite().all(2)
    shares = right.float().mean(1).reshape(-1, SEEDS).tolist()
    return max(statistics.median(row) for row in shares)


def row_of(settings: dict[str, Any], task: Task, optimizers: list[str]) -> dict[str, Any] | None:
    """Return prediction and outcome of one net; None if it has no such initialisation."""
    name = settings["network"]
    try:
        profile = predict(
            **settings, width=WIDTH, batch=(task.x[:BATCH].numpy(), task.y[:BATCH].numpy())
        )
    except BadInput:
        return None
    network = Network(
        activation=elementwise(name),
        width=WIDTH,
        **{k: v for k, v in settings.items() if k != "network"},
    )
    return {
        **settings,
        "task": task.name,
        "power": profile.layers[0].log10_gradient,
        "weight power": profile.layers[0].log10_weight_gradient,
        "correlations": [layer.correlation for layer in profile.layers],
        "variances": [layer.signal_variance for layer in profile.layers],
        "nonlinearity": profile.nonlinearity,
        "verdict": profile.verdict.code,
        "light": profile.light.colour if profile.light else None,
        **{optimizer: trained(network, task, optimizer) for optimizer in optimizers},
    }


def table(rows: list[dict[str, Any]], optimizer: str) -> Iterator[str]:
    """Yield the light against the outcome, as markdown."""
    yield f"| light, for {optimizer} | nets | train | share |"
    yield "|---|---|---|---|"
    for colour in ("green", "amber", "red"):
        chosen = [row for row in rows if row["light"] == colour]
        train = sum(row[optimizer] >= TRAINS for row in chosen)
        share = f"{train / len(chosen):.3f}" if chosen else "–"
        yield f"| {colour} | {len(chosen)} | {train} | {share} |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", choices=sorted(SETS), default="held-out")
    parser.add_argument("--optimizers", default="sgd,adam")
    parser.add_argument("--tasks", default="digits,spirals")
    parser.add_argument("--json", default="")
    parser.add_argument("--quick", action="store_true", help="every seventh net")
    options = parser.parse_args()
    torch.set_num_threads(1)
    optimizers = options.optimizers.split(",")
    tasks = [{"digits": digits, "spirals": spirals}[name]() for name in options.tasks.split(",")]
    chosen = list(nets(options.set))[:: 7 if options.quick else 1]
    rows = []
    for settings, task in itertools.product(chosen, tasks):
        row = row_of(settings, task, optimizers)
        if row is not None:
            rows.append(row)
            reached = ", ".join(f"{one} {row[one]:.3f}" for one in optimizers)
            print(
                f"{task.name} {settings}: {row['light']}, {row['power']:.2f}, {reached}", flush=True
            )
        if options.json:
            with open(options.json, "w", encoding="utf-8") as file:
                json.dump(rows, file)
    for optimizer in optimizers:
        print("\n".join(table(rows, optimizer)))
        for row in rows:
            if (row["light"], row[optimizer] >= TRAINS) in (("red", True), ("green", False)):
                print(
                    f"wrong: {row['task']} { ({k: row[k] for k in ('network', 'depth', *KINDS[0], 'norm', 'skip') if k in row}) }: {row['light']}, {row[optimizer]:.3f}"
                )


if __name__ == "__main__":
    main()
