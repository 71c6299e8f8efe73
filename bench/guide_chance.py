"""How often does a study see a difference where there is none?

    python bench/guide_chance.py                # 60 studies for each way to part the data
    python bench/guide_chance.py --studies 200

The targets are coins that know nothing of the inputs, so on new samples every network is right half of the time, whatever its
activation. A study that calls one of six worse is wrong; at 95 % confidence that may happen to one study in twenty.
"""

from __future__ import annotations

import argparse

import numpy as np

from livegrad.trials import compare
from livegrad.trials.dataset import Dataset
from livegrad.trials.reading import from_arrays

NAMES = ("identity", "relu", "tanh", "sigmoid", "gelu", "elu")
WAYS: tuple[tuple[int, float | None], ...] = ((1, None), (8, None), (16, None), (16, 0.25))


def coins(seed: int, samples: int) -> Dataset:
    random = np.random.default_rng(seed)
    return from_arrays(random.normal(size=(samples, 4)), random.integers(0, 2, samples) > 0)


def wrong(samples: int, splits: int, validation: float | None, studies: int) -> int:
    """Count the studies that see a difference."""
    given = {"hidden": (8,), "seeds": 16, "steps": 100, "lr": 0.02, "batch_size": 16}
    how = {"splits": splits, "validation": validation}
    found = (compare(coins(k, samples), activations=NAMES, **how, **given) for k in range(studies))
    return sum(len(one.ranking.best) < len(NAMES) for one in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=60)
    given = parser.parse_args()
    print("| samples | splits | judged by | studies that see a difference |\n|---|---|---|---|")
    for samples in (60, 200):
        for splits, share in WAYS:
            judged = f"a share of {share or 0.25}" if splits == 1 or share else "each part in turn"
            count = wrong(samples, splits, share, given.studies)
            print(f"| {samples} | {splits} | {judged} | {count} of {given.studies} |", flush=True)


if __name__ == "__main__":
    main()
