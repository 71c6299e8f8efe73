"""What a function costs: time of forward and backward, and what is kept for backward."""

from __future__ import annotations

import functools
import math
import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import catalogue_ulp as ulp
import torch

from livegrad.functions import ACTIVATIONS, Activation, VectorActivation, elementwise

if TYPE_CHECKING:
    from torch import Tensor

Function = Callable[["Tensor"], "Tensor"]

SIZES = (10_000, 1_000_000, 10_000_000)
WIDTH = 100  # of the rows that vector functions take
FORMULA = "x * sigmoid(beta * x)"
LASTING = 0.02  # seconds that one timing lasts at least


def rows_of(name: str, rounds: int, sizes: tuple[int, ...] = SIZES) -> list[dict[str, Any]]:
    """Return one row for each size; without a built-in to compare with, nanoseconds alone."""
    activation = ACTIVATIONS[name]
    torch.set_num_threads(1)
    if isinstance(activation, Activation):
        # In evaluation, where nothing is drawn at random; for all others that makes no difference.
        ours, rival = activation.module(tier="fast").eval(), ulp.native_of(activation, "torch")
        corrected = not ulp.hands_over(activation, "float32")
        rows = [_row(name, ours, rival, (size,), rounds) for size in sizes]
        return [{**row, "corrected": corrected} for row in rows]
    rival = _along_rows(activation)
    shapes = [(size // WIDTH, WIDTH) for size in sizes]
    rows = [_row(name, activation.module(), rival, shape, rounds) for shape in shapes]
    return [{**row, "corrected": True} for row in rows]


def _along_rows(activation: VectorActivation) -> Function | None:
    """Return PyTorch's own function of rows, which its functional name calls."""
    for name in activation.aliases.torch:
        function = getattr(torch.nn.functional, name.lower(), None)
        if function is not None and name.islower():
            return functools.partial(function, dim=-1)
    return None


def compiled_row(rounds: int, size: int = 1_000_000) -> dict[str, Any]:
    """Return the row of a user's formula, compiled, beside PyTorch's SiLU as it is."""
    name = f"{FORMULA}, torch.compile, over SiLU"
    try:
        ours = torch.compile(elementwise(FORMULA, beta=1.5).module(), fullgraph=True)
        return _row(name, ours, torch.nn.functional.silu, (size,), rounds)
    except Exception as error:  # noqa: BLE001 - no compiler here, or a formula it cannot take
        return {"activation": name, "failed": f"{type(error).__name__}: {error}"[:200]}


def _row(
    name: str, ours: Function, rival: Function | None, shape: tuple[int, ...], rounds: int
) -> dict[str, Any]:
    size = math.prod(shape)
    given = torch.randn(shape, generator=torch.Generator().manual_seed(0)).requires_grad_()
    cotangent = torch.randn(ours(given).shape, generator=torch.Generator().manual_seed(1))
    row = {"activation": name, "size": size, "saved": saved(ours, given)}
    if rival is None:
        seconds = [_seconds(ours, given, cotangent) for _ in range(rounds)]
        return {**row, "nanoseconds": statistics.median(seconds) / size * 1e9}
    _seconds(ours, given, cotangent), _seconds(rival, given, cotangent)  # warm
    pairs = [
        (_seconds(ours, given, cotangent), _seconds(rival, given, cotangent)) for _ in range(rounds)
    ]
    low, middle, high = statistics.quantiles((mine / its for mine, its in pairs), n=4)
    return {
        **row,
        "nanoseconds": statistics.median(mine for mine, _ in pairs) / size * 1e9,
        "ratio": middle,
        "quartiles": [low, high],
        "saved_by_builtin": saved(rival, given),
    }


def _seconds(function: Function, given: Tensor, cotangent: Tensor) -> float:
    """Return seconds for one forward and backward."""
    times, began = 0, time.perf_counter()
    while (lasted := time.perf_counter() - began) < LASTING or not times:
        given.grad = None
        function(given).backward(cotangent)
        times += 1
    return lasted / times


def saved(function: Function, given: Tensor) -> float:
    """Return the bytes kept for backward over the bytes of the input, each storage once."""
    kept: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        result = function(given)  # alive until counted, so that no storage is used twice
        total = sum(kept.values())
    del result
    return total / (given.numel() * given.element_size())
