"""Each compiler that may build the engine asks the processor for its level, and gets the same answer."""

from __future__ import annotations

import ctypes
import importlib.util
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = (
    Path(__file__).parents[2] / "src" / "livegrad" / "trials" / "engine" / "source" / "engine.cpp"
)
LEVELS = {
    3: "avx avx2 bmi1 bmi2 f16c fma abm movbe",
    4: "avx512f avx512bw avx512cd avx512dq avx512vl",
}
"""What Linux calls the instructions that a level adds; v2 is what the library itself is compiled for."""
KERNELS = """
struct Job; struct Activation;
extern "C" {
int train_float(const Job *) { return 0; }
int train_double(const Job *) { return 0; }
int evaluate_float(const Activation *, long, const void *, void *, void *) { return 0; }
int evaluate_double(const Activation *, long, const void *, void *, void *) { return 0; }
}
"""
"""In the place of the real ones, which take minutes to compile."""


def compilers() -> Iterator[tuple[str, list[str]]]:
    for name in ("g++", "clang++"):
        if shutil.which(name):
            yield name, [name, "-march=x86-64-v2"]
    if importlib.util.find_spec("ziglang"):
        yield "ziglang", [sys.executable, "-m", "ziglang", "c++", "-march=x86_64_v2"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "compiler", [one for _, one in compilers()], ids=[n for n, _ in compilers()]
)
def test_the_engine_knows_the_level_of_the_processor(compiler: list[str], tmp_path: Path) -> None:
    if sys.platform != "linux" or platform.machine() != "x86_64":
        pytest.skip("levels are of x86-64, and /proc/cpuinfo, which says what is right, is Linux's")
    cpu = Path("/proc/cpuinfo").read_text("utf-8")
    flags = set(next(line for line in cpu.splitlines() if line.startswith("flags")).split())
    level = 2
    while level < 4 and set(LEVELS[level + 1].split()) <= flags:
        level += 1
    (tmp_path / "kernels.cpp").write_text(KERNELS, encoding="utf-8")
    built = tmp_path / "engine.so"
    command = [*compiler, "-std=c++17", "-O2", "-fPIC", "-shared", "-o", str(built), str(SOURCE)]
    subprocess.run([*command, str(tmp_path / "kernels.cpp")], check=True, timeout=900)
    assert ctypes.CDLL(str(built)).livegrad_level() == level
