"""Every claim from five base seeds: is its verdict stable, and does it stay the expected one?

python bench/lab_claims.py [--seeds 5] [--quick] [ID …]
"""

from __future__ import annotations

import argparse
import time

import one_thread  # noqa: F401 - before NumPy

from livegrad.lab.experiment import EXPERIMENTS
from livegrad.lab.proving import Proved, prove

SHORT = {"holds": "holds", "holds-if": "holds if", "does-not-hold": "does not hold"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ids", nargs="*", default=list(EXPERIMENTS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one base seed")
    options = parser.parse_args()
    seeds = 1 if options.quick else options.seeds
    print(
        "| claim | verdict | the same from | held in | leading number | s |\n|---|---|---|---|---|---|"
    )
    unstable = 0
    for identifier in options.ids:
        began = time.process_time()
        proved = [prove(identifier, seed=seed) for seed in range(seeds)]
        print(row(identifier, proved, (time.process_time() - began) / seeds), flush=True)
        unstable += len({p.verdict.code for p in proved}) > 1
    print(
        f"\n{len(options.ids)} claims, base seeds 0 … {seeds - 1}; {unstable} with a verdict that changes."
    )


def row(identifier: str, proved: list[Proved], seconds: float) -> str:
    codes = [p.verdict.code for p in proved]
    expected = EXPERIMENTS[identifier].expected
    same = f"{codes.count(expected)} of {len(codes)}"
    held = ", ".join(str(p.facts.share.count) for p in proved)
    first = proved[0].facts.numbers[0]
    values = [p.facts.numbers[0].value for p in proved]
    number = f"{first.name.en}: {min(values):.3g} … {max(values):.3g}"
    verdict = SHORT[expected]
    return f"| {identifier} | {verdict} | {same} | {held} of {len(proved[0].facts.held)} | {number} | {seconds:.1f} |"


if __name__ == "__main__":
    main()
