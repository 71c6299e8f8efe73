"""Errors of the catalogue, of the libraries' own functions and of the textbook's formula, in ULP."""

from __future__ import annotations

import dataclasses
import functools
import importlib
import importlib.util
import inspect
import math
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import torch
from catalogue_exact import Exact, decimal_truths

from livegrad.functions import ACTIVATIONS, Activation, module_torch
from livegrad.functions.accuracy import ends_of, places, zeros
from livegrad.functions.formula import evaluate
from livegrad.functions.numbers.backends import NUMPY
from livegrad.functions.reference import Truth, definition

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrad.functions import VectorActivation

Numbers: TypeAlias = "NDArray[np.float64]"
Compute: TypeAlias = Callable[[Numbers], Numbers]
"""From exactly representable places to results, both given as float64."""

# Without python-flint the truth comes from decimal, more slowly, and rows of vectors are left out.
HAS_BALLS = importlib.util.find_spec("flint") is not None
balls: Any = importlib.import_module("catalogue_balls") if HAS_BALLS else None
truths: Callable[[Activation, int, Numbers], Exact] = balls.truths if HAS_BALLS else decimal_truths

AROUND_ZERO = 0.35
CHECKED = 200
SPREADS = (1.0, 10.0, 40.0)


@dataclasses.dataclass(frozen=True)
class Format:
    """A float format: bits of the significand, exponents as `math.frexp` counts them."""

    bits: int
    lowest: int
    highest: int


FORMATS = {
    "float32": Format(24, -125, 128),
    "float64": Format(53, -1021, 1024),
    "bfloat16": Format(8, -125, 128),
    "float16": Format(11, -13, 16),
}


def ulps(got: Numbers, exact: Exact, dtype: str) -> Numbers:
    """Return errors in units in the last place of the exact value, as `accuracy.units` counts."""
    form = FORMATS[dtype]
    unit = np.clip(exact.exponent, form.lowest, form.highest) - form.bits
    shift = np.maximum(exact.exponent - unit, -2000)
    high, low = _scaled(exact.high, shift), _scaled(exact.low, shift)
    edge = 2.0**form.bits
    beyond = np.absolute(high) + np.sign(high) * low >= edge - 0.5
    high, low = np.where(beyond, np.copysign(edge, high), high), np.where(beyond, 0.0, low)
    with np.errstate(over="ignore", invalid="ignore"):
        error = np.absolute((_scaled(got, -unit) - high) - low)
    right = beyond & np.isinf(got) & (np.sign(got) == np.sign(high))
    error = np.where(np.isfinite(got), error, np.where(right, 0.0, np.inf))
    return np.where(np.isnan(exact.high), np.nan, error)


def _scaled(x: Numbers, exponent: NDArray[np.int64]) -> Numbers:
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        # In two steps: 2^1074 is no float64.
        half = exponent // 2
        return np.ldexp(np.ldexp(x, half), exponent - half)


def every_pattern(dtype: str, step: int = 1) -> Numbers:
    """Return every finite number of a 16-bit format, or every ``step``-th."""
    bits = torch.arange(-(2**15), 2**15, step, dtype=torch.int32).to(torch.int16)
    x = bits.view(getattr(torch, dtype)).double().numpy()
    return x[np.isfinite(x)]


# ------------------------------------------------------------ who computes


def ways(activation: Activation, dtype: str, order: int) -> dict[str, Compute | None]:
    """Return everything that computes this function in this dtype; None where there is none."""
    numpy = {
        f"numpy {tier}": functools.partial(_ours, activation, dtype, order, tier)
        for tier in tiers(activation)
        if dtype in ("float32", "float64")
    }
    tensors = {
        f"torch {tier}": _with_torch(_our_torch(activation, tier), dtype, order)
        for tier in tiers(activation)
    }
    rivals = {
        "PyTorch": _native(activation, "torch", dtype, order),
        "JAX": _native(activation, "jax", dtype, order),
    }
    textbook = functools.partial(_textbook, activation, dtype, order)
    return {**numpy, **tensors, **rivals, **({"textbook": textbook} if numpy else {})}


def tiers(activation: Activation) -> tuple[str, ...]:
    return ("exact", "fast") if _takes(activation.__call__, "tier") else ("fast",)


def _takes(function: Any, keyword: str) -> bool:
    return keyword in inspect.signature(function).parameters


def _chosen(function: Any, tier: str) -> dict[str, str]:
    return {"tier": tier} if _takes(function, "tier") else {}


def _ours(activation: Activation, dtype: str, order: int, tier: str, x: Numbers) -> Numbers:
    function: Any = activation.derivative if order else activation.__call__
    return np.asarray(function(x.astype(dtype), **_chosen(function, tier)), np.float64)


def _our_torch(activation: Activation, tier: str) -> Callable[[Any], Any]:
    # A module would hold learned parameters in float32 and draw random ones.
    if tier == "fast" and not (activation.learned or activation.drawn):
        return activation.module(tier="fast")
    return functools.partial(activation, tier="exact" if tier == "exact" else "fast")


def _with_torch(function: Callable[[Any], Any], dtype: str, order: int) -> Compute:
    def compute(x: Numbers) -> Numbers:
        tensor = torch.tensor(x).to(getattr(torch, dtype)).requires_grad_(bool(order))
        y = function(tensor)
        if order:
            (y,) = torch.autograd.grad(y, tensor, torch.ones_like(y))
        return y.detach().double().numpy()

    return compute


def native_of(activation: Any, library: str) -> Callable[..., Any] | None:
    """Return a library's own function with the record's parameters, or None."""
    for native in getattr(activation, "natives", ()):
        if native.path.split(".")[0] != library or importlib.util.find_spec(library) is None:
            continue
        module, _, name = native.path.rpartition(".")
        function: Any = getattr(importlib.import_module(module), name)
        if library == "torch":
            return module_torch.native_of(activation)
        settings = activation.settings
        keywords = {
            keyword: settings.get(value, value) if isinstance(value, str) else value
            for keyword, value in native.keywords
        }
        return functools.partial(function, **keywords)
    return None


def _native(activation: Activation, library: str, dtype: str, order: int) -> Compute | None:
    function = native_of(activation, library)
    if function is None:
        return None
    return (_with_torch if library == "torch" else _with_jax)(function, dtype, order)


def _with_jax(function: Callable[[Any], Any], dtype: str, order: int) -> Compute:
    jax: Any = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)

    def compute(x: Numbers) -> Numbers:
        array = jax.numpy.asarray(x).astype(dtype)
        if not order:
            return np.asarray(function(array).astype("float64"))
        y, pull = jax.vjp(function, array)
        return np.asarray(pull(jax.numpy.ones_like(y))[0].astype("float64"))

    return compute


def _textbook(activation: Activation, dtype: str, order: int, x: Numbers) -> Numbers:
    tree = definition(activation, order)
    given = x.astype(dtype)
    with np.errstate(all="ignore"):
        value = evaluate(tree, TEXTBOOK, {**activation.settings, "x": given})
    return np.asarray(TEXTBOOK.full(value, given), np.float64)


TEXTBOOK = dataclasses.replace(
    NUMPY,
    sigmoid=lambda x: 1 / (1 + np.exp(-x)),
    softplus=lambda x: np.log(1 + np.exp(x)),
    normal_cdf=lambda x: 0.5 * (1 + NUMPY.erf(x * 0.5**0.5)),
)
"""NumPy without our care: the formula as a textbook has it."""


# ------------------------------------------------------------ rows of the tables


def rows_of(name: str, samples: int, step: int) -> list[dict[str, Any]]:
    """Return all rows of one activation; ``step`` thins the 16-bit patterns."""
    warnings.filterwarnings("ignore", category=UserWarning)
    torch.set_num_threads(1)
    activation = ACTIVATIONS[name]
    if not isinstance(activation, Activation):
        return vector_rows(activation, max(samples // 100, 20)) if HAS_BALLS else []
    rows: list[dict[str, Any]] = []
    for dtype in FORMATS:
        sixteen = dtype in ("bfloat16", "float16")
        x = every_pattern(dtype, step) if sixteen else _places(activation, dtype, samples)
        rows += [_row(activation, dtype, order, x) for order in (0, 1)]
    return rows


def _places(activation: Activation, dtype: str, samples: int) -> Numbers:
    return places(activation, dtype, samples=samples).astype(np.float64)


def _row(activation: Activation, dtype: str, order: int, x: Numbers) -> dict[str, Any]:
    exact = truths(activation, order, x)
    zero = np.array(zeros(activation, 1) if order else [])
    near = np.any(np.absolute(x[:, None] - zero) < AROUND_ZERO, axis=1)
    cells = {
        way: _cell(compute, x, exact, dtype, near)
        for way, compute in ways(activation, dtype, order).items()
        if compute is not None
    }
    for way, compute in ways(activation, dtype, order).items():
        if way.split()[0] in ("numpy", "torch") and compute and "failed" not in cells[way]:
            cells[way]["special"] = _special(
                compute,
                activation,
                order,
                dtype,
                nan_may_vanish=way == "torch fast" and hands_over(activation, dtype),
            )
    return {
        "activation": activation.id,
        "dtype": dtype,
        "order": order,
        "places": int(np.isfinite(exact.high).sum()),
        "unknown": int(np.isnan(exact.high).sum()),
        "disagreements": _disagreements(activation, order, x),
        "cells": cells,
    }


def _cell(
    compute: Compute, x: Numbers, exact: Exact, dtype: str, near: NDArray[np.bool_]
) -> dict[str, Any]:
    try:
        with warnings.catch_warnings(record=True) as raised:
            warnings.simplefilter("always")
            got = compute(x)
    except Exception as error:  # noqa: BLE001 - a rival that cannot compute is a result too
        return {"failed": f"{type(error).__name__}: {error}"}
    errors = ulps(got, exact, dtype)
    worst = int(np.nanargmax(errors))
    return {
        **summed(errors),
        "at": x[worst],
        "got": got[worst],
        "expected": float(np.ldexp(exact.high[worst], min(exact.exponent[worst], 1030))),
        "near_zero": float(np.nanmax(errors[near])) if near.any() else None,
        "warnings": sorted({str(one.message) for one in raised}),
    }


def summed(errors: Numbers) -> dict[str, float]:
    known = errors[~np.isnan(errors)]
    # Of infinite errors no percentile between can be had, so the higher neighbour is taken.
    return {
        "max": float(known.max()),
        "p999": float(np.percentile(known, 99.9, method="higher")),
        "above_4": float(np.mean(known > 4)),
    }


def hands_over(activation: Activation, dtype: str) -> bool:
    """Tell whether the fast tier is PyTorch's own function here.

    Then its gradient at NaN is PyTorch's too, which for functions of pieces is a number; the value
    there is NaN, and so is whatever loss the gradient comes from.
    """
    return any(
        native.path.startswith("torch.") and native.lean and dtype in native.right
        for native in activation.natives
    )


def _special(
    compute: Compute, activation: Activation, order: int, dtype: str, *, nan_may_vanish: bool
) -> str:
    """Return ok, or what is wrong at ±inf, NaN, ±0 and among subnormal numbers."""
    form = FORMATS[dtype]
    tiny = [math.ldexp(1.0, form.lowest - place) for place in (1, 2, form.bits)]
    small = np.array([0.0, -0.0, *tiny, *(-place for place in tiny)])
    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        got = compute(np.array([-math.inf, math.inf, math.nan]))
        close = ulps(compute(small), truths(activation, order, small), dtype)
    wrong = [
        f"{end} gives {value:g}, not {limit:g}"
        for end, value, limit in zip(("-inf", "inf"), got, ends_of(activation, order), strict=False)  # type: ignore[arg-type]
        if not (math.isnan(limit) or value == limit or abs(value / (limit or 1) - 1) < 0.01)
    ]
    nan_stays = np.isnan(got[2]) or (order and nan_may_vanish)
    wrong += [] if nan_stays else [f"NaN gives {got[2]:g}"]
    wrong += [] if np.nanmax(close) <= 4 else [f"{np.nanmax(close):.2g} ULP at ±0 or subnormals"]
    return "; ".join([*wrong, *sorted({str(one.message) for one in raised})]) or "ok"


def _disagreements(activation: Activation, order: int, x: Numbers) -> int:
    """Return at how many of some places the two truths differ beyond their 38th digit."""
    if not HAS_BALLS:
        return 0
    truth, ball = Truth(activation, order), balls.Ball(activation, order)
    some = np.random.default_rng(0).choice(x, CHECKED).tolist()
    return sum(not _agree(truth(place), ball(place)) for place in some)


def _agree(one: Any, other: Any) -> bool:
    if one.is_nan():
        return not other.is_finite()
    size = other.abs_upper()
    if size < 1e-300 or size > 1e300:
        exponent = one.adjusted() if one else -(10**6)
        return bool(abs(exponent) > 300 or (balls.arb(str(one)) - other).abs_upper() < 1e-38 * size)
    return bool((balls.arb(str(one)) - other).abs_upper() < 1e-38 * size)


# ------------------------------------------------------------ functions of vectors


def vector_rows(activation: VectorActivation, count: int) -> list[dict[str, Any]]:
    """Return rows for scores N(0, s²), 12 in a row: outputs and Jacobians."""
    rows: list[dict[str, Any]] = []
    for dtype in ("float32", "float64"):
        for spread in SPREADS:
            scores = np.random.default_rng(0).normal(0, spread, (count, 12)).astype(dtype)
            rows.append(_vector_row(activation, dtype, spread, scores))
    return rows


def _vector_row(
    activation: VectorActivation, dtype: str, spread: float, scores: NDArray[np.floating]
) -> dict[str, Any]:
    wide = scores.astype(np.float64)
    cells: dict[str, Any] = {}
    for what, exact, some in (
        ("outputs", balls.vector_truth(activation, wide), scores),
        ("jacobian", balls.vector_truth(activation, wide[:20], slopes=True), scores[:20]),
    ):
        for way, function in _vector_ways(activation, what).items():
            got = np.asarray(function(some), np.float64).ravel()
            cells[f"{way} {what}"] = summed(ulps(got, exact, dtype))
    return {
        "activation": activation.id,
        "dtype": dtype,
        "spread": spread,
        "places": int(scores.size),
        "cells": cells,
    }


def _vector_ways(activation: VectorActivation, what: str) -> dict[str, Callable[[Any], Any]]:
    function: Any = activation.__call__ if what == "outputs" else activation.jacobian
    ours = ("exact", "fast") if _takes(function, "tier") else ("",)
    ways: dict[str, Callable[[Any], Any]] = {
        f"numpy {tier}".strip(): functools.partial(function, **_chosen(function, tier))
        for tier in ours
    }
    ways["torch"] = _through_tensors(function)
    rival = native_of(activation, "torch") or _OF_ROWS.get(activation.id)
    if rival is not None:
        slopes = torch.func.vmap(torch.func.jacrev(rival))
        ways["PyTorch"] = _through_tensors(rival if what == "outputs" else slopes)
    return ways


def _through_tensors(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: function(torch.tensor(x)).detach().numpy()  # type: ignore[no-any-return]


_OF_ROWS: dict[str, Callable[[Any], Any]] = {
    "softmax": functools.partial(torch.softmax, dim=-1),
    "log_softmax": functools.partial(torch.log_softmax, dim=-1),
}
