"""The benchmark's own arithmetic: vectorised errors as the library counts them, and its bars."""

from __future__ import annotations

import importlib
import math
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from livegrad.functions import elementwise
from livegrad.functions.accuracy import units

pytest.importorskip("flint")
pytest.importorskip("torch")

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(BENCH))
    return importlib.import_module


def exact_of(bench: Any, numbers: list[Decimal]) -> Any:
    balls: ModuleType = bench("catalogue_balls")
    balls.context.prec = 2000
    return balls.split([balls.arb(str(number)) for number in numbers])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_errors_of_many_numbers_at_once_are_those_of_one_by_one(bench: Any, dtype: str) -> None:
    generator, limits = np.random.default_rng(0), np.finfo(dtype)
    got = generator.integers(0, 2**limits.bits, 300, dtype=np.uint64, endpoint=False)
    got = got.astype(f"u{limits.bits // 8}").view(dtype).astype(np.float64)
    got[:4] = [0.0, limits.max, np.inf, limits.smallest_subnormal]
    usual = generator.choice([0.0, 0.3, -2.7, 1e9], 300)
    exact = [
        Decimal(float(value)) * (1 + Decimal(float(error)) * Decimal(float(limits.eps)))
        if np.isfinite(value)
        else Decimal("1e400")
        for value, error in zip(got, usual, strict=True)
    ]
    together = bench("catalogue_ulp").ulps(got, exact_of(bench, exact), dtype)
    for error, value, number in zip(together, got.tolist(), exact, strict=True):
        expected = units(value, number, dtype)
        assert error == pytest.approx(expected, rel=1e-9, abs=1e-9), (value, number)


def test_without_flint_the_truth_is_the_same(bench: Any) -> None:
    f, x = elementwise("gelu"), np.array([-30.0, -1e-300, 0.0, 0.7, 1e300, -90.0])
    for order in (0, 1):
        ours = bench("catalogue_exact").decimal_truths(f, order, x)
        theirs = bench("catalogue_balls").truths(f, order, x)
        assert np.array_equal(ours.high, theirs.high)
        assert np.array_equal(ours.exponent, theirs.exponent)
        np.testing.assert_allclose(ours.low, theirs.low, rtol=0, atol=1e-26)


def test_every_pattern_of_sixteen_bits_comes_once(bench: Any) -> None:
    x = bench("catalogue_ulp").every_pattern("bfloat16")
    assert len(x) == 2**16 - 2 * 2**7
    assert np.absolute(x).max() == float.fromhex("0x1.fep127")
    assert len(np.unique(x)) == len(x) - 1  # 0 and −0


def test_rows_tell_the_right_from_the_wrong(bench: Any) -> None:
    rows = bench("catalogue_ulp").rows_of("swish", 100, 997)
    assert {(row["dtype"], row["order"]) for row in rows} == {
        (dtype, order)
        for dtype in ("float32", "float64", "bfloat16", "float16")
        for order in (0, 1)
    }
    for row in rows:
        assert row["unknown"] == row["disagreements"] == 0
        for way, cell in row["cells"].items():
            if way.startswith(("numpy", "torch")):
                assert cell["max"] < 4
                assert (cell["special"], cell["warnings"]) == ("ok", [])
    assert not list(bench("catalogue").exceptions(rows, []))


def test_what_is_above_a_bar_is_named_with_its_figure(bench: Any) -> None:
    cell = {"max": 0.6, "p999": 0.5, "above_4": 0.0, "at": 1.5}
    row = {"activation": "relu", "dtype": "float32", "order": 1}
    cost = {"activation": "relu", "size": 1_000_000, "ratio": 1.7, "saved": 2.0}
    bars = bench("catalogue").exceptions
    (line,) = bars([{**row, "cells": {"numpy exact": cell, "numpy fast": cell}}], [])
    assert line == "relu, derivative, float32, numpy exact: 0.60 ULP at x = 1.5; the bar is 0.51"
    assert len(list(bars([], [cost]))) == 2
    assert not list(bars([], [{**cost, "ratio": 1.4, "saved": 1.0}]))
    assert not list(bars([], [{**cost, "ratio": 2.9, "saved": 1.0, "corrected": True}]))


def test_the_builtins_column_takes_our_parameters(bench: Any) -> None:
    torch = pytest.importorskip("torch")
    native = bench("catalogue_ulp").native_of(elementwise("hardshrink", threshold=2.0), "torch")
    assert native(torch.tensor([1.0, 3.0])).tolist() == [0.0, 3.0]
    assert bench("catalogue_ulp").native_of(elementwise("bent_identity"), "torch") is None


def test_what_is_kept_for_backward_is_counted_once(bench: Any) -> None:
    torch = pytest.importorskip("torch")
    given = torch.ones(1000, requires_grad=True)
    saved = bench("catalogue_cost").saved
    assert saved(lambda x: x + 1, given) == 0
    assert saved(lambda x: x * x, given) == 1
    assert saved(lambda x: x.exp() * x.sin(), given) == pytest.approx(3)


def test_figures_are_short(bench: Any) -> None:
    figure = bench("catalogue")._figure
    assert [figure(error) for error in (0.5, 37.2, 16777216.0, math.inf)] == [
        "0.50",
        "37",
        "2e7",
        "inf",
    ]
