"""How right and how dear the catalogue's functions are: every figure in one run.

    python bench/catalogue.py [--only relu gelu] [--samples 20000] [--rounds 9] [--jobs 1] [--quick]
                              [--json PATH] [--markdown PATH] [--no-cost] [--strict]

Errors are counted in units in the last place (ULP) of the exact value in the format, subnormal
spacing included. The truth is the formula in ball arithmetic (python-flint), 60 digits and more,
checked at 200 places of each row against a second truth from Python's decimal. A cell reads: largest error / 99.9th
percentile / share above 4 ULP. PyTorch and JAX are the libraries' own functions, and their
derivatives the libraries' own backward; "textbook" is the formula as written, in the dtype.
float32 and float64: half random bit patterns, then tails, middle, joints and zeros; 16 bits: every
finite pattern. Cost is forward and backward of float32 on one thread, ours over PyTorch's own, the
median over interleaved rounds.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import multiprocessing
import os
import platform
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]

LIBRARIES = ("numpy", "torch", "python-flint", "jax")
# (functions of vectors have no tiers yet: theirs are called numpy and torch)
OURS = ("numpy exact", "numpy fast", "torch exact", "torch fast")
WAYS = (*OURS, "PyTorch", "JAX", "textbook")
ORDERS = ("value", "derivative")
EXACT_BAR = {"float32": 0.51, "float64": 1.0, "bfloat16": 0.51, "float16": 0.51}
FAST_BAR, SAVED_BAR = 4.0, 1.0
# Over the built-in: where it is right and used as it is, where it is corrected, a formula compiled.
COST_BAR, CORRECTED_BAR, COMPILED_BAR = 1.5, 3.0, 2.0
LARGE = 1_000_000  # elements, from which on the bars hold; below, starting dominates


def main() -> None:
    """Measure, print, write, and with ``--strict`` fail if anything is above its bar."""
    options = _options()
    result = measured(options)
    page = "\n".join(pages(result))
    if options.json:
        Path(options.json).write_text(json.dumps(result, indent=1), encoding="utf-8")
    if options.markdown:
        Path(options.markdown).write_text(page + "\n", encoding="utf-8")
    print(page)
    sys.exit(1 if options.strict and result["exceptions"] else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Errors and costs of the activation functions.")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these functions")
    parser.add_argument("--samples", type=int, default=20_000, help="places in 32 and 64 bits")
    parser.add_argument("--rounds", type=int, default=9, help="interleaved rounds of the timing")
    parser.add_argument("--jobs", type=int, default=1, help="processes for the errors")
    parser.add_argument("--quick", action="store_true", help="400 places, few patterns, no cost")
    parser.add_argument("--no-cost", action="store_true", help="errors only")
    parser.add_argument("--json", metavar="PATH", help="write every figure there")
    parser.add_argument("--markdown", metavar="PATH", help="write the tables there too")
    parser.add_argument("--strict", action="store_true", help="exit code 1 if a bar is missed")
    return parser.parse_args()


# ------------------------------------------------------------ measuring


def measured(options: argparse.Namespace) -> Row:
    """Return every figure of the run."""
    import catalogue_cost
    import catalogue_ulp

    from livegrad.functions import names

    chosen = [name for name in names() if not options.only or name in options.only]
    samples, step = (400, 61) if options.quick else (options.samples, 1)
    rows = list(_spread(catalogue_ulp.rows_of, chosen, samples, step, jobs=options.jobs))
    costs: list[Row] = []
    if not (options.quick or options.no_cost):
        for name in chosen:
            print(f"cost: {name}", file=sys.stderr, flush=True)
            costs += catalogue_cost.rows_of(name, options.rounds)
        costs.append(catalogue_cost.compiled_row(options.rounds))
    return {
        "machine": _machine(),
        "samples": samples,
        "patterns": "every" if step == 1 else f"every {step}th",
        "rounds": options.rounds,
        "ulp": [row for row in rows if "order" in row],
        "vectors": [row for row in rows if "spread" in row],
        "cost": costs,
        "exceptions": list(exceptions(rows, costs)),
    }


def _spread(
    work: Callable[..., list[Row]], names: list[str], samples: int, step: int, *, jobs: int
) -> Iterator[Row]:
    # Fresh processes: torch's threads do not survive a fork.
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=jobs, mp_context=fresh) as pool:
        waiting = [(name, pool.submit(work, name, samples, step)) for name in names]
        for name, future in waiting:
            yield from future.result()
            print(f"errors: {name}", file=sys.stderr, flush=True)


def _machine() -> Row:
    installed = {
        name: importlib.metadata.version(name)
        for name in LIBRARIES
        if importlib.util.find_spec({"python-flint": "flint"}.get(name, name))
    }
    return {
        "python": platform.python_version(),
        **installed,
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


# ------------------------------------------------------------ bars


def exceptions(rows: Iterable[Row], costs: Iterable[Row]) -> Iterator[str]:
    """Yield one line for everything of ours that is above its bar."""
    for row in rows:
        yield from _wrong_in(row)
    for row in costs:
        yield from _dear_in(row)


def _wrong_in(row: Row) -> Iterator[str]:
    where = f"{row['activation']}, {_what(row)}, {row['dtype']}"
    for key in ("unknown", "disagreements"):
        if row.get(key):
            yield f"{where}: {row[key]} places with {key} of the truth"
    for way, cell in row["cells"].items():
        if way.split()[0] not in ("numpy", "torch"):
            continue
        bar = EXACT_BAR[row["dtype"]] if "exact" in way else FAST_BAR
        if "failed" in cell:
            yield f"{where}, {way}: {cell['failed']}"
        elif cell["max"] > bar:
            at = f" at x = {cell['at']:.9g}" if "at" in cell else ""
            yield f"{where}, {way}: {_figure(cell['max'])} ULP{at}; the bar is {bar}"
        if cell.get("special", "ok") != "ok":
            yield f"{where}, {way}: {cell['special']}"
        if cell.get("warnings"):
            yield f"{where}, {way}: warns: {'; '.join(cell['warnings'])}"


def _dear_in(row: Row) -> Iterator[str]:
    if "failed" in row:
        yield f"{row['activation']}: {row['failed']}"
        return
    where = f"{row['activation']}, {row['size']:,} elements"
    bar = CORRECTED_BAR if row.get("corrected") else COST_BAR
    bar = COMPILED_BAR if "compile" in row["activation"] else bar
    if row.get("ratio", 0) > bar and row["size"] >= LARGE:
        yield f"{where}: {row['ratio']:.2f} times the built-in's time; the bar is {bar}"
    if row["saved"] > max(SAVED_BAR, row.get("saved_by_builtin", 0)) + 0.01:
        yield f"{where}: keeps {row['saved']:.2f} times the input for backward"


# ------------------------------------------------------------ drawing


def pages(result: Row) -> Iterator[str]:
    """Yield the lines of all tables, in Markdown."""
    machine = ", ".join(f"{name} {value}" for name, value in result["machine"].items())
    yield f"{machine}; {result['samples']} places, {result['patterns']} 16-bit pattern"
    if "jax" not in result["machine"]:
        yield "JAX is not installed: its column is left out."
    if "python-flint" not in result["machine"]:
        yield "python-flint is not installed: the truth is decimal's, unchecked, and without vectors."
    for dtype in EXACT_BAR:
        for order in (0, 1):
            rows = [row for row in result["ulp"] if (row["dtype"], row["order"]) == (dtype, order)]
            yield from _errors(f"{ORDERS[order].capitalize()}, {dtype}", rows)
    yield from _vectors(result["vectors"])
    yield from _costs(result["cost"], result["rounds"])
    yield from ("", f"## Above the bar: {len(result['exceptions'])}", "")
    yield from (f"- {line}" for line in result["exceptions"])


def _errors(title: str, rows: list[Row]) -> Iterator[str]:
    if not rows:
        return
    ways = [way for way in WAYS if any(way in row["cells"] for row in rows)]
    near = title.startswith("Derivative")
    zero = ["round its zero: ours", "PyTorch"] if near else []
    body = [
        [
            row["activation"],
            *(_cell(row["cells"].get(way)) for way in ways),
            *(_near(row) if near else []),
            _special(row),
        ]
        for row in rows
    ]
    yield from _table(f"{title}: max / p99.9 / above 4 ULP", ["", *ways, *zero, "special"], body)


def _cell(cell: Row | None) -> str:
    if cell is None:
        return "–"
    if "failed" in cell:
        return "fails"
    return f"{_figure(cell['max'])} / {_figure(cell['p999'])} / {cell['above_4']:.1%}"


def _near(row: Row) -> list[str]:
    """Return the largest error round the derivative's own zero: of the worst of ours, and theirs."""
    of = {way: cell.get("near_zero") for way, cell in row["cells"].items()}
    ours = [error for way, error in of.items() if way in OURS and error is not None]
    theirs = of.get("PyTorch")
    return [_figure(max(ours)) if ours else "–", "–" if theirs is None else _figure(theirs)]


def _special(row: Row) -> str:
    bad = [
        way
        for way, cell in row["cells"].items()
        if cell.get("special", "ok") != "ok" or (way in OURS and cell.get("warnings"))
    ]
    return f"not ok: {', '.join(bad)}" if bad else "ok"


def _vectors(rows: list[Row]) -> Iterator[str]:
    if not rows:
        return
    ways = list(dict.fromkeys(way for row in rows for way in row["cells"]))
    body = [
        [
            f"{row['activation']} {row['dtype']}",
            f"{row['spread']:g}",
            *(_figure(row["cells"][way]["max"]) if way in row["cells"] else "–" for way in ways),
        ]
        for row in rows
    ]
    yield from _table("Functions of vectors: max ULP, scores N(0, s²)", ["", "s", *ways], body)


def _costs(rows: list[Row], rounds: int) -> Iterator[str]:
    if not rows:
        return
    body = [
        [row["activation"], row["failed"], "", "", "", ""]
        if "failed" in row
        else [
            row["activation"],
            f"{row['size']:,}",
            f"{row['nanoseconds']:.2f}",
            _ratio(row),
            f"{row['saved']:.2f}",
            f"{row['saved_by_builtin']:.2f}" if "saved_by_builtin" in row else "–",
        ]
        for row in rows
    ]
    title = f"Forward and backward, float32, one thread, {rounds} interleaved rounds"
    head = ["", "elements", "ns each", "over the built-in (quartiles)", "kept", "built-in keeps"]
    yield from _table(title, head, body)


def _ratio(row: Row) -> str:
    if "ratio" not in row:
        return "–"
    low, high = row["quartiles"]
    return f"{row['ratio']:.2f} ({low:.2f} … {high:.2f})"


def _table(title: str, head: list[str], body: list[list[str]]) -> Iterator[str]:
    yield from ("", f"## {title}", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|")
    yield from (f"| {' | '.join(row)} |" for row in body)


def _what(row: Row) -> str:
    return ORDERS[row["order"]] if "order" in row else f"scores N(0, {row['spread']:g}²)"


def _figure(error: float) -> str:
    """Return an error in few signs: 0.5, 37, 2e7, inf."""
    if error < 10:
        return f"{error:.2f}"
    return f"{error:.0f}" if error < 1000 else f"{error:.0e}".replace("e+0", "e").replace("+", "")


if __name__ == "__main__":
    main()
