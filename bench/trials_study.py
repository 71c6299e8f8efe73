"""A real study on bundled data, and how much memory many networks take.

    python bench/trials_study.py [--data iris,wine,breast-cancer] [--seeds 32] [--networks 10000]

Twelve activations, two hidden layers of 64, a learning rate searched for each, all processors. Then 4 activations × 32 seeds ×
100 epochs on 250 points, 2-8-8-8-1, from the call to the verdict; and the memory of one population.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from livegrad.trials import compare
from livegrad.trials.plan import Plan
from livegrad.trials.running import run
from livegrad.trials.task import TASKS


def studied(name: str, seeds: int) -> float:
    """Print one study; return its seconds."""
    began = time.perf_counter()
    found = compare(TASKS.find(name).make(0, None), seeds=seeds)
    seconds = time.perf_counter() - began
    print(f"## {name}: {seconds:.1f} s, {found.network_steps:,} network-steps\n")
    print(found.conclusion.en + "\n")
    print(
        f"| rank | activation | {found.measure} | 95 % interval | successes | rate |\n|"
        + "---|" * 6
    )
    for place, candidate in zip(found.ranking.places, found.candidates, strict=True):
        rank = f"{place.rank_low}–{place.rank_high}"
        scored = f"{place.mean:.4f} | {place.low:.4f} … {place.high:.4f}"
        print(
            f"| {rank} | {place.name} | {scored} | {place.success.share:.2f} | {candidate.recipe.lr:g} |"
        )
    print()
    return seconds


def verdict_at_once() -> None:
    """Time 128 small networks from call to verdict."""
    data = TASKS.find("moons").make(0, 250)
    taken = list[float]()
    for _ in range(5):
        began = time.perf_counter()
        compare(
            data,
            activations=("relu", "tanh", "gelu", "elu"),
            hidden=(8, 8, 8),
            seeds=32,
            steps=1900,
            batch_size=10,
            lr=0.01,
        )
        taken.append(time.perf_counter() - began)
    print(
        f"4 activations × 32 seeds × 100 epochs, 2-8-8-8-1, 250 points, from call to verdict: median {np.median(taken):.2f} s "
        f"({min(taken):.2f} … {max(taken):.2f})\n"
    )


def memory(networks: int) -> None:
    """Print how much the largest resident set grows for one population."""
    split = TASKS.find("digits").make(0, None).split()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    plan = Plan(
        activations=("relu", "tanh"),
        hidden=((64, 64),),
        rates=(1e-3,),
        seeds=networks // 2,
        steps=2,
    )
    began = time.perf_counter()
    count = sum(len(part) for part in run(plan.trials(plan.recipes(), split.fingerprint), split))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"{count:,} networks of 61-64-64-10 (8,778 parameters each), 2 steps: {grown:.0f} MB more, {time.perf_counter() - began:.1f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default="iris,wine,breast-cancer")
    parser.add_argument("--seeds", type=int, default=32)
    parser.add_argument("--networks", type=int, default=10_000)
    options = parser.parse_args()
    print("# A real study\n")
    total = sum(studied(name, options.seeds) for name in options.data.split(","))
    print(f"All together: {total:.0f} s\n")
    verdict_at_once()
    memory(options.networks)


if __name__ == "__main__":
    main()
