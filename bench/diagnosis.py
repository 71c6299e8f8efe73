"""Sick and healthy trainings, diagnosed by livegrad, torchmortem and torch-audit side by side in one run.

    python bench/diagnosis.py                                the reported part; writes docs/measured/diagnosis.md
    python bench/diagnosis.py --part tune --tools livegrad --json tune.json --cases
    python bench/diagnosis.py --rerun-from tune.json --cases [--only dead] [--full]

The second line trains once and keeps what livegrad saw; the third tries changed rules on it in seconds, without training.
The reported part prints no single training unless ``--cases`` asks for it: it is there to report, not to tune on.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import datetime as dt
import multiprocessing
import os
import platform
import time
from pathlib import Path
from typing import TYPE_CHECKING

import one_thread  # noqa: F401 - before NumPy

# isort: split
import diagnosis_listing
import diagnosis_page
import diagnosis_rows
from diagnosis_rows import Row

if TYPE_CHECKING:
    from trainings.case import Case

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "measured" / "diagnosis.md"
TOOLS = ("bare", "livegrad", "torchmortem", "torch-audit")


def main() -> None:
    options = _options()
    began = time.perf_counter()
    rows = _rows(options)
    if options.json and not options.rerun_from:
        diagnosis_rows.write(options.json, rows)
    tools = [t for t in TOOLS if any(row.answer(t) for row in rows)]
    reported = any(row.part == "report" for row in rows)
    if options.cases or options.full:
        print("\n".join(diagnosis_listing.line(row, full=options.full) for row in rows) + "\n")
    print(diagnosis_page.summary(rows, tools))
    head = _head(rows, time.perf_counter() - began)
    print(f"\n{head}")
    whole = reported and not options.only and set(tools) == set(TOOLS) and not options.rerun_from
    target = options.markdown or (PAGE if whole else None)
    if target:
        text = diagnosis_page.page(rows, tools, diagnosis_page.reasons())
        target.write_text(f"# Diagnosis, measured\n\n{head}\n\n{text}", encoding="utf-8")
        print(f"Written: {target}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Raw)
    parser.add_argument("--part", choices=("tune", "report"), default="report")
    parser.add_argument("--only", default="", metavar="TEXT", help="trainings whose id holds TEXT")
    parser.add_argument("--tools", default=",".join(TOOLS), help=f"some of {','.join(TOOLS)}")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, metavar="PATH", help="keep what was seen and told")
    parser.add_argument("--rerun-from", type=Path, metavar="PATH", help="diagnose it again")
    parser.add_argument("--cases", action="store_true", help="one line for each training")
    parser.add_argument("--full", action="store_true", help="every finding in its own words")
    parser.add_argument("--markdown", type=Path, metavar="PATH", help="write all tables there")
    return parser.parse_args()


class _Raw(argparse.RawDescriptionHelpFormatter):
    """Keeps the examples of the docstring as they stand."""


def _rows(options: argparse.Namespace) -> list[Row]:
    if options.rerun_from:
        kept = diagnosis_rows.read(options.rerun_from)
        return [diagnosis_rows.rediagnosed(row) for row in kept if options.only in row.case]
    from trainings import cases

    wanted = [case.id for case in cases(part=options.part) if options.only in case.id]
    tools = tuple(options.tools.split(","))
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(options.workers, mp_context=context) as pool:
        waiting = [pool.submit(trained, case, tools, options.seed) for case in wanted]
        for number, future in enumerate(concurrent.futures.as_completed(waiting), 1):
            future.result()
            print(f"\r{number} of {len(waiting)}", end="", flush=True)
    print("\r", end="")
    return [future.result() for future in waiting]


def trained(identifier: str, tools: tuple[str, ...], seed: int) -> Row:
    """Train one case once for each tool, in a process of its own kind."""
    import diagnosis_tools
    import torch
    from trainings import cases

    torch.set_num_threads(1)
    case: Case = next(c for c in cases(part=None) if c.id == identifier)
    runs = [
        diagnosis_tools.ask(tool, case.make, case=case.id, truth=case.labels, seed=seed)
        for tool in tools
    ]
    return Row(
        case=case.id,
        part=case.part,
        kind=case.kind,
        data=case.data,
        network=case.network,
        labels=tuple(sorted(case.labels)),
        places={code: tuple(sorted(names)) for code, names in case.places.items()},
        answers=tuple(run.answer for run in runs),
        evidence=next((run.evidence for run in runs if run.evidence is not None), None),
    )


def _head(rows: list[Row], seconds: float) -> str:
    sick = sum(bool(row.labels) for row in rows)
    parts = " and ".join(sorted({row.part for row in rows}))
    return (
        f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}, part {parts}: {sick} sick and "
        f"{len(rows) - sick} healthy trainings, {os.cpu_count()} cores, {platform.machine()}, "
        f"Python {platform.python_version()}, {seconds:.0f} s. `make bench-diagnosis` measures all of it again."
    )


if __name__ == "__main__":
    main()
