"""The practice set as a table; with ``--verify`` each training is run, to see that it learns or that its fault hurts.

Skill is measured eight times in a training. A fault hurts if the sick training misses a tenth or more of the last skill
of its sound origin, or a fifth or more of its mean over the training (it gets there, but late); both as means over the
seeds. A sound training learns if its last skill is 0.6 or more.
"""

from __future__ import annotations

import argparse
import collections
import functools
import statistics
import time
import warnings
from collections.abc import Callable

import torch
from trainings import Case, Made, cases

LOST, LOST_ON_THE_WAY, LEARNED = 0.1, 0.2, 0.6
LOOKS = 8


@functools.cache
def skills(build: Callable[[int], Made], seed: int) -> tuple[float, float, float]:
    """The last skill, the mean skill on the way, and the seconds of the training of one seed."""
    made = build(seed)
    seen: list[float] = []
    looks = {made.steps * (i + 1) // LOOKS - 1 for i in range(LOOKS)}

    def look(step: int, loss: float) -> None:
        del loss
        if step in looks:
            seen.append(made.skill(made.model))

    began = time.process_time()
    made.run(look)
    return seen[-1], statistics.mean(seen), time.process_time() - began


def verify(case: Case, seeds: range) -> tuple[bool, str]:
    """Whether the case is what it says, and the numbers."""
    last, mean, seconds = _means(case.build, seeds)
    if case.origin is None:
        return last >= LEARNED, f"{last:5.2f} {mean:5.2f} {'':26} {seconds:4.1f} s"
    sound, sound_mean, _ = _means(case.origin, seeds)
    lost, late = 1 - last / max(sound, 1e-9), 1 - mean / max(sound_mean, 1e-9)
    numbers = f"{last:5.2f} {mean:5.2f} of {sound:.2f} {sound_mean:.2f}: -{lost:4.0%} -{late:4.0%}"
    return sound >= LEARNED and (lost >= LOST or late >= LOST_ON_THE_WAY), (
        f"{numbers} {seconds:4.1f} s"
    )


def _means(build: Callable[[int], Made], seeds: range) -> tuple[float, ...]:
    runs = [skills(build, seed) for seed in seeds]
    return tuple(statistics.mean(values) for values in zip(*runs, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=["tune", "report"])
    parser.add_argument("--only", default="", help="letters of the ids")
    parser.add_argument("--verify", action="store_true", help="run them")
    parser.add_argument("--seeds", type=int, default=2)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    told = collections.Counter[str]()
    for case in cases(asked.part, only=asked.only):
        line = f"{case.part:6} {case.id:58} {', '.join(sorted(case.labels)) or '-':24}"
        kind = "healthy" if case.healthy else "sick"
        told[kind] += 1
        if asked.verify:
            good, numbers = verify(case, range(asked.seeds))
            word = "" if good else "  LATER" if not case.hurts else "  NO"
            told[f"{kind}, as it says"] += good
            line += f" {numbers}{word}"
        print(line, flush=True)
    print(", ".join(f"{n} {kind}" for kind, n in told.items()))


if __name__ == "__main__":
    main()
