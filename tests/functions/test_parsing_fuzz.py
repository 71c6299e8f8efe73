"""Strings by the thousand: none hangs, crashes, or reaches anything but arithmetic."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).resolve().parents[2] / "bench" / "fuzz_formulas.py"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz_formulas", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_no_string_hangs_crashes_or_escapes(bench: ModuleType) -> None:
    outcome = bench.fuzz(5000, seed=1)
    assert outcome.failures == []
    assert outcome.kinds["activation"] > 300
    assert set(outcome.kinds) <= {"activation", "BadInput", "UnknownName", "catalogue"}


def test_the_strings_repeat_with_their_seed(bench: ModuleType) -> None:
    assert list(bench.formulas(200, 3)) == list(bench.formulas(200, 3))
    assert list(bench.formulas(200, 3)) != list(bench.formulas(200, 4))


def test_an_escape_would_be_noticed(bench: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "activation", lambda text, **_: eval("None", {}) or text)  # noqa: S307
    failures = bench.fuzz(10).failures
    assert len(failures) == 10
    assert "compile" in failures[0][1]


def test_a_crash_would_be_noticed(bench: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(text: str, **_: float) -> None:
        if text != "x * beta + a * λ":
            raise KeyError(text)

    monkeypatch.setattr(bench, "activation", crash)
    assert all("KeyError" in reason for _, reason in bench.fuzz(10).failures)
