"""Predicted against measured: the gradient of random networks, and how long predicting takes.

    python bench/flow_prediction.py [--quick] [--widths 64,256] [--depths 10,30,100] [--networks 64] [--json PATH]

For each activation, initialisation, depth and width, 64 networks are drawn in float64 and run forwards and backwards on
32 standardised digits; the prediction is given the same minibatch and nothing of the networks. The error is that of
log₁₀ |∂loss/∂z| at the first layer over the last, against the median of the networks; the band is right if 90 % of the
single networks lie within. Then the same with norms and skips, and the time that one prediction takes, beside which
nothing else should run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import torch
from flow_networks import digits, measure

from livegrad.flow import predict
from livegrad.flow.network import Network
from livegrad.flow.verdict import class_of
from livegrad.functions import elementwise

NAMES = (
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "swish",
    "softplus",
    "mish",
    "softsign",
    "hardswish",
)
INITS = ("pytorch", "glorot", "he", "lecun", "orthogonal")
ERROR_BARS = {64: 0.10, 256: 0.05}
BAND_BAR, AGREEMENT_BAR = (0.85, 0.95), 0.97
TIME_BARS = {"variance and χ": 5.0, "with correlation and band": 30.0}
STACKS: dict[str, dict[str, Any]] = {
    "batch norm": {"norm": "batch"},
    "layer norm": {"norm": "layer"},
    "RMS norm": {"norm": "rms"},
    "residual": {"skip": 1.0},
    "residual × 0.3": {"skip": 0.3},
    "residual, pre-norm (layer)": {"skip": 1.0, "norm": "layer"},
    "residual, post-norm (layer)": {"skip": 1.0, "norm": "layer", "norm_first": False},
    "residual, pre-norm (batch)": {"skip": 1.0, "norm": "batch"},
}


def row_of(name: str, settings: dict[str, Any], networks: int, seed: int) -> dict[str, Any]:
    """Measure and predict one kind of network."""
    x, y = digits()
    stack = Network(activation=elementwise(name), **settings)
    found = measure(stack, x, y, networks=networks, seed=seed)
    profile = predict(name, (x, y), **settings)
    first, last = profile.layers[0], profile.layers[-1]
    gradients = found.log10_gradient[:, 0]
    middle, c = float(np.median(gradients)), float(np.median(found.correlation[:, -1]))
    low, high = first.band or (first.log10_gradient, first.log10_gradient)
    return {
        "activation": name,
        **settings,
        "measured": middle,
        "spread": float(gradients.std()),
        "predicted": first.log10_gradient,
        "error": first.log10_gradient - middle,
        "band": [low, high],
        "covered": float(((gradients >= low) & (gradients <= high)).mean()),
        "class": class_of(middle, None if stack.skip is not None else c),
        "verdict": profile.verdict.code,
        "correlation": [c, last.correlation],
        "doubts": len(profile.verdict.doubts),
    }


def pairs(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield a row for every activation, initialisation, depth and width."""
    seed = 0
    for width in options.widths:
        for init in INITS:
            for name in options.names:
                for depth in options.depths:
                    seed += 1  # networks of their own for every row: their luck must not add up
                    settings = {"depth": depth, "width": width, "init": init}
                    yield row_of(name, settings, options.networks, seed)


def stacks(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield a row for every norm and skip."""
    for seed, (label, settings) in enumerate(STACKS.items()):
        for name in options.stacked:
            for depth in (20, 50):
                whole = {"depth": depth, "width": 64, **settings}
                yield {**row_of(name, whole, options.networks, 1000 + seed), "stack": label}


# ------------------------------------------------------------ tables


def shown(row: dict[str, Any]) -> str:
    """Return one row of a table."""
    low, high = row["band"]
    verdict = row["verdict"] + (
        "" if row["verdict"] in ("cannot-say", row["class"]) else " ≠ " + row["class"]
    )
    said = (row.get("stack") or row["init"], row["depth"], row["width"])
    numbers = f"{row['measured']:.2f} ± {row['spread']:.2f} | {row['predicted']:.2f} | {low:.2f} … {high:.2f}"
    c = " / ".join(f"{value:.3f}" for value in row["correlation"])
    return (
        f"| {row['activation']} | {said[0]} | {said[1]} | {said[2]} | {numbers} | {row['error']:+.3f} "
        f"| {row['covered']:.2f} | {c} | {verdict} |"
    )


HEAD = (
    "| activation | kind | depth | width | measured (median ± sd) | predicted | band | error | in band | c measured / "
    "predicted | verdict |\n|" + "---|" * 11
)


def summary(rows: list[dict[str, Any]], width: int) -> Iterator[str]:
    """Yield the bars of one width."""
    ours = [row for row in rows if row["width"] == width]
    for depth in sorted({row["depth"] for row in ours}):
        here = [row for row in ours if row["depth"] == depth]
        errors = [abs(row["error"]) for row in here]
        covered = statistics.mean(row["covered"] for row in here)
        sure = [row for row in here if row["verdict"] != "cannot-say"]
        agree = (
            statistics.mean(row["verdict"] == row["class"] for row in sure)
            if sure
            else float("nan")
        )
        bar = f" (bar {ERROR_BARS[width]:.2f})" if depth == 100 and width in ERROR_BARS else ""
        yield (
            f"- width {width}, depth {depth}, {len(here)} kinds: median |error| {statistics.median(errors):.3f}{bar}, "
            f"90th percentile {np.percentile(errors, 90):.3f}, largest {max(errors):.2f}; single networks in the band "
            f"{covered:.3f} (bar {BAND_BAR[0]} … {BAND_BAR[1]}); class agrees {agree:.3f} of {len(sure)} (bar "
            f"{AGREEMENT_BAR}), {len(here) - len(sure)} cannot be said"
        )


def times(rounds: int) -> Iterator[str]:
    """Yield how long one prediction of 100 layers takes, once the activation is known."""
    ways: dict[str, dict[str, Any]] = {
        "variance and χ": {"correlation": False, "band": False},
        "with correlation and band": {},
    }
    yield "| 100 layers of 64, ms: median (least … greatest) | " + " | ".join(ways) + " |"
    yield "|---|" + "---|" * len(ways)
    for name, init in (
        ("tanh", "he"),
        ("relu", "he"),
        ("sigmoid", "pytorch"),
        ("selu", "glorot"),
        ("gelu", "he"),
    ):
        cells = list[str]()
        for settings in ways.values():
            taken = list[float]()
            for _ in range(rounds):
                began = time.perf_counter()
                predict(name, depth=100, width=64, init=init, **settings)
                taken.append((time.perf_counter() - began) * 1e3)
            first, taken = taken[0], sorted(taken[1:])
            cells.append(
                f"{statistics.median(taken):.1f} ({taken[0]:.1f} … {taken[-1]:.1f}), first {first:.0f}"
            )
        yield f"| {name}, {init} | " + " | ".join(cells) + " |"
    yield "bars: " + ", ".join(f"{name} ≤ {bar} ms" for name, bar in TIME_BARS.items())


def printed(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Print rows as they come."""
    print(HEAD)
    kept = []
    for row in rows:
        kept.append(row)
        print(shown(row), flush=True)
    return kept


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--quick", action="store_true", help="width 64, depth 100, four activations, 16 networks"
    )
    parser.add_argument("--widths", default="64,256")
    parser.add_argument("--depths", default="10,30,100")
    parser.add_argument("--names", default=",".join(NAMES))
    parser.add_argument("--networks", type=int, default=64)
    parser.add_argument("--no-stacks", action="store_true")
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    if options.quick:
        options.widths, options.depths, options.names, options.networks = (
            "64",
            "100",
            "tanh,relu,gelu,selu",
            16,
        )
    options.widths = [int(one) for one in options.widths.split(",")]
    options.depths = [int(one) for one in options.depths.split(",")]
    options.names = options.names.split(",")
    options.stacked = [
        name for name in ("relu", "tanh", "sigmoid", "gelu", "selu") if name in options.names
    ]
    torch.set_num_threads(2)
    print("## Time\n")
    print("\n".join(times(11)))
    print("\n## Plain networks\n")
    plain = printed(pairs(options))
    stacked: list[dict[str, Any]] = []
    if not options.no_stacks:
        print("\n## Norms and skips\n")
        stacked = printed(stacks(options))
    print("\n## Summary\n")
    for width in options.widths:
        print("\n".join(summary(plain, width)))
    for label in dict.fromkeys(row["stack"] for row in stacked):
        print(f"- {label}:")
        print(
            "\n".join(
                "  " + line for line in summary([r for r in stacked if r["stack"] == label], 64)
            )
        )
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"plain": plain, "stacked": stacked}, file)


if __name__ == "__main__":
    main()
