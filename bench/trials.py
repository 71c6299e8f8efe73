"""How many steps a second small networks make: the engine beside PyTorch's loop and JAX's vmap, on the same work.

    python bench/trials.py [--quick] [--settings a,b,c,d] [--networks 1,12,64] [--rounds 5] [--markdown PATH]

Same data, same initial weights, same minibatches, Adam in float32, one thread; networks in four groups of activations
(one network: SiLU). Rounds are interleaved: each design once, then again. Network-steps per wall-clock second, medians
with the spread of the rounds. What one step costs is counted in multiplications and additions of the layers and set
against the highest rate of fused multiply-adds that this processor shows in the same run. Nothing else should run.
"""

from __future__ import annotations

import argparse
import dataclasses
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import one_thread  # noqa: F401 - before NumPy is loaded

import numpy as np  # isort: skip
from trials_designs import Engine, Jax, Loop, Same

from livegrad.trials import engine
from livegrad.trials.engine import Architecture
from livegrad.trials.task import TASKS

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
        "engine, SiLU": lambda: Engine(of_one(same, "swish")),
    }
    return {k: v for k, v in found.items() if not chosen or k in chosen.split(";")}


def of_one(same: Same, activation: str) -> Same:
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
        f"engine: {engine.name()}; peak taken as {options.peak / 1e9:.0f} Gflop/s, the best of a 512² product\n"
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
