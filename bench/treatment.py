"""Sick and healthy trainings under treatment: what is repaired, by which remedy, and at what price.

    python bench/treatment.py                                the reported part; writes docs/measured/treatment.md
    python bench/treatment.py --part tune --json tune.json --cases [--only dead]

Every training is checked with ``livegrad.check(build, treat=True)`` at its default budget. *Repaired* means that the skill
(1 perfect, 0 the best constant answer) reaches that of the healthy training that was harmed, or closes half of the gap.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import datetime as dt
import multiprocessing
import os
import platform
import time
import warnings
from pathlib import Path

import one_thread  # noqa: F401 - before NumPy

# isort: split
import treatment_page
import treatment_rows
from treatment_rows import Row

PAGE = Path(__file__).resolve().parent.parent / "docs" / "measured" / "treatment.md"


def main() -> None:
    options = _options()
    began = time.perf_counter()
    rows = treatment_rows.read(options.read) if options.read else _rows(options)
    if options.json:
        treatment_rows.write(options.json, rows)
    if options.cases:
        print("\n".join(treatment_page.line(row) for row in rows) + "\n")
    sick = sum(bool(row.labels) for row in rows)
    head = (
        f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}, part {options.part}: {sick} sick and {len(rows) - sick} healthy trainings, "
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"{time.perf_counter() - began:.0f} s. `make bench-treatment` measures all of it again."
    )
    text = treatment_page.page(rows)
    print(f"{head}\n\n{text}")
    if options.part == "report" and not options.only and not options.read:
        PAGE.write_text(f"# Treatment, measured\n\n{head}\n\n{text}\n", encoding="utf-8")
        print(f"Written: {PAGE}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", choices=("tune", "report"), default="report")
    parser.add_argument("--only", default="", metavar="TEXT", help="trainings whose id holds TEXT")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, metavar="PATH", help="keep the rows")
    parser.add_argument("--read", type=Path, metavar="PATH", help="rows of an earlier run")
    parser.add_argument("--cases", action="store_true", help="one line for each training")
    return parser.parse_args()


def _rows(options: argparse.Namespace) -> list[Row]:
    from trainings import cases

    wanted = [case.id for case in cases(part=options.part, only=options.only)]
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(options.workers, mp_context=context) as pool:
        waiting = [pool.submit(one, case, options.seed) for case in wanted]
        for number, future in enumerate(concurrent.futures.as_completed(waiting), 1):
            future.result()
            print(f"\r{number} of {len(waiting)}", end="", flush=True)
    print("\r", end="")
    return [future.result() for future in waiting]


def one(identifier: str, seed: int) -> Row:
    """Treat one training, in a process of its own kind."""
    import torch
    from trainings import cases

    torch.set_num_threads(1)
    case = next(c for c in cases(part=None) if c.id == identifier)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return treatment_rows.treated(case, seed)


if __name__ == "__main__":
    main()
