"""A process that runs a plan of pretended trials against a store, to be killed while it does.

    python writer.py STORE LOG SEEDS TOGETHER [first seed]

Every trial that is run has its key appended to LOG; every key that `Store.add` acknowledged is printed.
"""

from __future__ import annotations

import os
import sys

import numpy as np

from livegrad.trials.store import Store
from livegrad.trials.trial import Curve, Outcome, Recipe, Trial

POINTS = 50  # of a curve: 800 bytes


def plan(seeds: range, *, activations: tuple[str, ...] = ("relu", "tanh")) -> tuple[Trial, ...]:
    return tuple(
        Trial(recipe=Recipe(activation=name), seed=seed, data="moons-1f00")
        for seed in seeds
        for name in activations
    )


def run(trial: Trial, *, points: int = POINTS) -> Outcome:
    """Return an outcome that depends on nothing but the trial, and differs from every other one's."""
    random = np.random.default_rng(int(trial.key[:8], 16))
    train_loss, loss, score = random.random((3, points), np.float32)
    diverged = trial.seed % 7 == 6
    return Outcome(
        trial.key,
        score=np.nan if diverged else float(random.random()),
        loss=np.inf if diverged else float(random.random()),
        diverged_at=trial.seed if diverged else None,
        curve=Curve(40 * np.arange(1, points + 1, dtype=np.int32), train_loss, loss, score),
    )


def main(path: str, log: str, seeds: int, together: int, first: int = 0) -> None:
    ran = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with Store(path) as store:
        todo = store.missing(plan(range(first, first + seeds)))
        for start in range(0, len(todo), together):
            some = todo[start : start + together]
            os.write(ran, "".join(f"{trial.key}\n" for trial in some).encode())
            store.add([(trial, run(trial)) for trial in some], task="moons", engine="pretended")
            os.write(1, "".join(f"{trial.key}\n" for trial in some).encode())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
