"""The guide's rules against measurement: is their first choice among the best of a study on the data?

    python bench/guide.py                          # the reported data sets; docs/measured/guide.md keeps what it prints
    python bench/guide.py --part tune              # those on which the rules for data were revised
    python bench/guide.py --rates 3e-4,1e-3,3e-3,1e-2   # every function at each of these, judged by its best
    python bench/guide.py --splits 1               # all seeds on one split, as studies were made before
    python bench/guide.py --seeds 32 --steps 2000  # sharper, and slower
    python bench/guide.py --part tune --only "moons;iris"

The rules see what a person knows before training: task, features, samples, depth. A study then trains what they name
beside the usual twelve, from paired seeds on several splits, each with a learning rate of its own, and says who cannot be
told from the best.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from livegrad.advice.advice import Advice
from livegrad.advice.by_measurement import candidates, measured, situation_of_data
from livegrad.advice.by_rule import advise
from livegrad.trials.comparing import study
from livegrad.trials.comparison import Comparison
from livegrad.trials.dataset import Dataset
from livegrad.trials.plan import Plan
from livegrad.trials.reading import from_arrays
from livegrad.trials.statistics import Difference, Place
from livegrad.trials.task import TASKS


def task(name: str, samples: int | None = None) -> Callable[[], Dataset]:
    return lambda: TASKS.find(name).make(0, samples)


def wave() -> Dataset:
    """A noisy curve of one number: 300 samples of sin 3x."""
    rng = np.random.default_rng(0)
    x = rng.uniform(-2, 2, (300, 1))
    return numbers("wave", x, np.sin(3 * x[:, 0]) + 0.1 * rng.normal(size=300))


def ripples() -> Dataset:
    """A noisy surface of two numbers: 1,000 samples of sin 2x · cos 2y."""
    rng = np.random.default_rng(1)
    x = rng.uniform(-2, 2, (1000, 2))
    return numbers(
        "ripples", x, np.sin(2 * x[:, 0]) * np.cos(2 * x[:, 1]) + 0.1 * rng.normal(size=1000)
    )


def checkerboard() -> Dataset:
    """Four by four fields, two colours, 1,000 points."""
    x = np.random.default_rng(2).uniform(0, 4, (1000, 2))
    return classes("checkerboard", x, np.floor(x).sum(axis=1).astype(int) % 2)


def made(name: str, kind: str, **how: Any) -> Callable[[], Dataset]:
    """One of scikit-learn's makers; swiss_roll's number is how far along the roll a point lies."""

    def make() -> Dataset:
        import sklearn.datasets

        inputs, targets = getattr(sklearn.datasets, f"make_{name}")(**how, random_state=0)
        return (numbers if kind == "numbers" else classes)(name, inputs, targets)

    return make


def column(name: str, target: str) -> Callable[[], Dataset]:
    """A column of one of scikit-learn's tables, to be told from the others; its own target is left out."""

    def make() -> Dataset:
        import sklearn.datasets

        table = getattr(sklearn.datasets, f"load_{name}")()
        at = list(table.feature_names).index(target)
        return numbers(target, np.delete(table.data, at, axis=1), table.data[:, at])

    return make


def halves(name: str, question: Callable[[Any], Any]) -> Callable[[], Dataset]:
    """One of scikit-learn's tables with a question of yes or no about its target."""

    def make() -> Dataset:
        import sklearn.datasets

        table = getattr(sklearn.datasets, f"load_{name}")()
        return classes(name, table.data, np.asarray(question(table.target)).astype(int))

    return make


def numbers(name: str, inputs: Any, targets: Any) -> Dataset:
    return from_arrays(inputs, targets, kind="regression", name=name)


def classes(name: str, inputs: Any, targets: Any) -> Dataset:
    return from_arrays(inputs, np.asarray([f"c{int(one)}" for one in targets]), name=name)


@dataclass(frozen=True)
class Measured:
    """What a study says of the rules' first choice: its place at its best rate, and who may be the best."""

    advice: Advice
    first: str
    agrees: bool
    best: tuple[str, ...]
    means: dict[str, float]
    behind: Difference
    seconds: float

    @property
    def share(self) -> float:
        """How often a blind choice would be among the best."""
        return len(self.best) / len(self.means)


def searched(data: Dataset, seeds: int, steps: int, **how: Any) -> Measured:
    """As `livegrad guide DATA` does: each candidate at the rate that was found for it before."""
    found = measured(data, seeds=seeds, steps=steps, **how)
    return judged(found.advice, found.comparison)


def at_rates(
    data: Dataset, seeds: int, steps: int, rates: tuple[float, ...], **how: Any
) -> Measured:
    """Each candidate at every rate, and judged by the best of them: no choice of a rate can be unlucky."""
    advice = advise(situation_of_data(data))
    plan = Plan(activations=candidates(advice), rates=rates, seeds=seeds, steps=steps)
    return judged(advice, study(plan, data, **how))


def judged(advice: Advice, comparison: Comparison) -> Measured:
    first, means, places = advice.choices[0].name, dict[str, float](), dict[str, Place]()
    for (
        place
    ) in comparison.ranking.places:  # the best mean first, so the first of a name is its best rate
        name = place.name.split(" · ")[0]
        means.setdefault(name, place.mean)
        places.setdefault(name, place)
    best = tuple(dict.fromkeys(name.split(" · ")[0] for name in comparison.ranking.best))
    return Measured(
        advice, first, first in best, best, means, places[first].behind_best, comparison.seconds
    )


Parts = dict[str, Callable[[], Dataset]]

TUNE: Parts = {
    "iris": task("iris"),
    "wine": task("wine"),
    "breast-cancer": task("breast-cancer"),
    "digits": task("digits"),
    "blobs": task("blobs"),
    "moons": task("moons"),
    "circles": task("circles"),
    "xor": task("xor"),
    "spiral": task("spiral"),
    "diabetes": task("diabetes"),
    "two-sample-regression, 400 samples": task("two-sample-regression", 400),
    "wave": wave,
    "friedman-1": made("friedman1", "numbers", n_samples=500, noise=1.0),
}
"""On these the first rules for data were measured, and revised."""

REPORT: Parts = {
    "checkerboard": checkerboard,
    "ripples": ripples,
    "rings of three": made("gaussian_quantiles", "classes", n_samples=1000, n_features=2),
    "swiss roll": made("swiss_roll", "numbers", n_samples=1000, noise=0.5),
    "wine: alcohol": column("wine", "alcohol"),
    "breast cancer: mean smoothness": column("breast_cancer", "mean smoothness"),
    "diabetes: above the median": halves("diabetes", lambda y: y > np.median(y)),
    "hastie": made("hastie_10_2", "classes", n_samples=800),
    "friedman-2": made("friedman2", "numbers", n_samples=600, noise=50.0),
    "friedman-3": made("friedman3", "numbers", n_samples=600, noise=0.1),
    "clusters, 900": made("classification", "classes", n_samples=900, n_features=20, n_informative=8, n_classes=4),
    "clusters, 3000": made("classification", "classes", n_samples=3000, n_features=20, n_informative=8, n_classes=4),
    "digits: odd or even": halves("digits", lambda y: y % 2),
    "friedman-1, 3000": made("friedman1", "numbers", n_samples=3000, noise=1.0),
}  # fmt: skip
"""Data sets that nobody had looked at when the rules were revised: the reported ones."""

HEAD = (
    "| data | samples × features | the rules say | their first choice | best mean | first choice behind the best | cannot be told from the best | agree |\n"
    "|---|---|---|---|---|---|---|---|"
)


def row(name: str, found: Measured) -> str:
    facts, behind = found.advice.situation, found.behind
    best = next(iter(found.means))
    gap = f"{behind.mean:.4f} ({behind.low:.4f} … {behind.high:.4f}), p {behind.p_value:.3f}"
    tied = f"{len(found.best)} of {len(found.means)}: {', '.join(found.best)}"
    rules = ", ".join(rule.id for rule in found.advice.rules)
    return (
        f"| {name} | {facts.samples} × {facts.features} | {rules} | {found.first}: {found.means[found.first]:.4f} | "
        f"{best}: {found.means[best]:.4f} | {'–' if best == found.first else gap} | {tied} | {'yes' if found.agrees else '**no**'} |"
    )


def sums(found: dict[str, Measured]) -> list[str]:
    """What the table says as a whole, beside choices made without rules."""
    count, all_found = len(found), list(found.values())
    agreed = sum(one.agrees for one in all_found)
    blind = sum(one.share for one in all_found)
    tied = sum(len(one.best) for one in all_found) / count
    tried = sum(len(one.means) for one in all_found) / count
    names = set.intersection(*(set(one.means) for one in all_found))
    always = {name: sum(name in one.best for one in all_found) for name in names}
    told = ", ".join(
        f"{name} {n}" for name, n in sorted(always.items(), key=lambda p: (-p[1], p[0]))
    )
    return [
        f"The rules' first choice is among the best on {agreed} of {count} data sets (asked: seven of eight).",
        f"A candidate drawn blindly would be on {blind:.1f} of {count}; {tied:.1f} of {tried:.1f} candidates are tied on average.",
        f"Always the same function would be on: {told}.",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=16)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--splits", type=int, default=16)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--part", choices=("report", "tune"), default="report")
    parser.add_argument(
        "--rates", default="", help="between commas: each candidate is judged by its best of these"
    )
    parser.add_argument("--only", default="", help="names between ;")
    parser.add_argument("--json", default=None, help="keep what was found in this file")
    given = parser.parse_args()
    data = REPORT if given.part == "report" else TUNE
    chosen = [name for name in given.only.split(";") if name] or list(data)
    print(
        f"{dt.date.today()}, {platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}; "  # noqa: DTZ011
        f"64-64 units, He's initialisation, Adam, rates {given.rates or 'searched'}, {given.steps} steps, {given.seeds} paired seeds on {given.splits} splits, batch 64\n"
    )
    print(HEAD)
    found, rates = dict[str, Measured](), tuple(float(one) for one in given.rates.split(",") if one)
    began = time.perf_counter()
    for name in chosen:
        asked = (data[name](), given.seeds, given.steps)
        how = {"workers": given.workers, "splits": given.splits}
        found[name] = at_rates(*asked, rates, **how) if rates else searched(*asked, **how)
        print(row(name, found[name]), flush=True)
    print()
    print("\n".join(sums(found)))
    print(f"\n{time.perf_counter() - began:.0f} s in all.")
    if given.json:
        told = {
            name: {"first": one.first, "agrees": one.agrees, "best": one.best, "means": one.means}
            for name, one in found.items()
        }
        Path(given.json).write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
