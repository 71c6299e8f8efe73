"""What watching costs: total time over 500 steps watched and bare, interleaved in one process, one thread.

    python bench/watching.py [--models mlp12,cnn,transformer,compiled] [--rounds 3] [--steps 525] [--sides …]

Every side trains its own copy of the same network on the same batch. A round goes through the steps in chunks of 50, the sides
taking turns and the order turning round every time, so that a machine that slows down slows all alike. livegrad listens during
its own chunks only, and its clock stands still in between. *total* is the time of all chunks over that of the bare ones, the
measured steps included; its spread is that of the rounds, and *bare-again*, a second bare copy, shows what is noise: on a
machine with other work some 10 %, whatever clock is read. The compiled model runs each side in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import one_thread  # noqa: F401 - before NumPy

# isort: split
import torch
import watching_models
import watching_where
from watching_sides import SIDES, Side

BAR = 1.02
CHUNK = 50
FIRST = 25
"""So long is the first chunk: no chunk then begins or ends at a step that is measured for certain."""
COMPILED = "compiled"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--models", default=",".join([*watching_models.MODELS, COMPILED]))
    parser.add_argument(
        "--sides", default="bare-again,livegrad,livegrad-every,torchmortem,wandb-1000,wandb-100"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=525)
    parser.add_argument("--quick", action="store_true", help="one round of 125 steps")
    parser.add_argument("--alone", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.alone:
        alone(options.alone, options.steps)
        return
    rounds, steps = (1, 125) if options.quick else (options.rounds, options.steps)
    print("| model | side | total, processor | total, wall | least … greatest | measured |")
    print("| --- | --- | --- | --- | --- | --- |")
    for model in options.models.split(","):
        groups = [[""]] if model == COMPILED else apart(options.sides.split(","))
        for sides in groups:
            seen = (
                compiled(rounds, steps)
                if model == COMPILED
                else interleaved(model, sides, rounds, steps)
            )
            for name, row in seen.items():
                print(f"| {model} | {name} | {row} |", flush=True)
    print("\nWhere the time goes when every step is measured, in steps of a bare training:\n")
    print(watching_where.table([m for m in options.models.split(",") if m != COMPILED]))
    print(
        f"\n{rounds} rounds of {steps} steps, one thread, {os.cpu_count()} cores, "
        f"{platform.machine()}, load {os.getloadavg()[0]:.1f}. The bar for livegrad is {BAR}."
    )


def apart(sides: list[str]) -> list[list[str]]:
    """Which sides run beside each other: wandb knows one run for the whole process, so each of its sides runs alone."""
    together = [side for side in sides if not side.startswith("wandb")]
    return [group for group in (together, *([s] for s in sides if s not in together)) if group]


def interleaved(model: str, sides: list[str], rounds: int, steps: int) -> dict[str, str]:
    """Run all sides side by side; return a row of the table for each."""
    names = ["bare", *sides]
    totals: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    measured: dict[str, int] = {}
    for seed in range(rounds):
        copies = {name: SIDES[name](watching_models.make(model, seed=seed)) for name in names}
        for side in copies.values():
            side.warm_up()
        spent = {name: [0.0, 0.0] for name in names}
        for number, length in enumerate(chunks(steps)):
            for name in names if number % 2 else reversed(names):
                processor, wall = copies[name].chunk(length)
                spent[name][0] += processor
                spent[name][1] += wall
        for name, side in copies.items():
            totals[name].append((spent[name][0], spent[name][1]))
            measured[name] = side.measured()
            side.close()
    return {name: row(totals[name], totals["bare"], measured[name]) for name in sides}


def chunks(steps: int) -> list[int]:
    """Lengths of the chunks: a short one first, then `CHUNK` each."""
    return [FIRST] + [CHUNK] * max(1, (steps - FIRST) // CHUNK)


def row(side: list[tuple[float, float]], bare: list[tuple[float, float]], measured: int) -> str:
    """Ratios of totals: the median of the rounds by processor and by wall time, and the range of the first."""
    ratios = sorted(a[0] / b[0] for a, b in zip(side, bare, strict=True))
    wall = statistics.median(a[1] / b[1] for a, b in zip(side, bare, strict=True))
    middle = statistics.median(ratios)
    return f"{middle:.3f} | {wall:.3f} | {ratios[0]:.3f} … {ratios[-1]:.3f} | {measured} steps"


def compiled(rounds: int, steps: int) -> dict[str, str]:
    """The small deep net compiled, bare and watched in processes of their own, taking turns."""
    backend = "inductor" if shutil.which("g++") or shutil.which("clang++") else "aot_eager"
    seen: dict[str, list[tuple[float, float]]] = {"bare": [], "livegrad": []}
    measured = 0
    for number in range(rounds):
        for name in ("bare", "livegrad") if number % 2 else ("livegrad", "bare"):
            command = [sys.executable, str(Path(__file__)), "--alone", f"{name}:{backend}"]
            command += ["--steps", str(steps)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            processor, wall, count = json.loads(done.stdout.splitlines()[-1])
            seen[name].append((processor, wall))
            measured = count if name == "livegrad" else measured
    return {f"livegrad, {backend}": row(seen["livegrad"], seen["bare"], measured)}


def alone(what: str, steps: int) -> None:
    """One side of the compiled model; prints its times and how many steps were measured."""
    name, backend = what.split(":")
    side: Side = SIDES[name](watching_models.make("mlp12", compiler=backend))
    side.warm_up()
    began = time.process_time(), time.perf_counter()
    side.chunk(steps)
    spent = [time.process_time() - began[0], time.perf_counter() - began[1]]
    print(json.dumps([*spent, side.measured()]))


if __name__ == "__main__":
    main()
