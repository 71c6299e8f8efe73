"""Strings by the thousand: none hangs, crashes, or reaches anything but arithmetic.

In processes of their own: what listens to Python there cannot be taken away again.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parents[2] / "bench"
PREPARE = "import fuzz_formulas as bench\n"


def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
    # Without coverage: measuring which lines ran makes seconds of a second.
    plain = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=BENCH,
        env=plain,
        capture_output=True,
        text=True,
        check=False,
    )


def said(script: str) -> list[str]:
    finished = ran("-c", PREPARE + script)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.split()


def test_no_string_hangs_crashes_or_escapes() -> None:
    script = """
bench.LONGEST_SECONDS = 10  # what hangs takes for ever; a second, on a busy core, is no hang
found = bench.fuzz(5000, 1)
print(*(f"{name}={count}" for name, count in found.kinds.items()))
assert not found.failures, found.failures[:20]
"""
    counts = {
        name: int(count)
        for name, count in (pair.split("=") for pair in said("import warnings; warnings.simplefilter('error')\n" + script))
    }  # fmt: skip
    assert sum(counts.values()) == 5000
    assert counts["activation"] > 300
    assert set(counts) <= {"activation", "BadInput", "UnknownName", "catalogue"}


def test_the_strings_repeat_with_their_seed() -> None:
    script = "print(*(hash(tuple(bench.formulas(200, seed))) for seed in (3, 3, 4)))"
    first, again, other = said(script)
    assert first == again != other


def test_an_escape_would_be_noticed() -> None:
    script = """
bench.activation = lambda text, **_: eval("None")
failures = bench.fuzz(10).failures
print(len(failures), all("compile" in reason for _, reason in failures))
"""
    assert said(script) == ["10", "True"]


def test_a_crash_would_be_noticed() -> None:
    script = """
def crash(text, **_):
    if text != "x * beta + a * λ":
        raise KeyError(text)

bench.activation = crash
failures = bench.fuzz(10).failures
print(len(failures), all("KeyError" in reason for _, reason in failures))
"""
    assert said(script) == ["10", "True"]
