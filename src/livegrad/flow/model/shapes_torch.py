"""Calls that move entries about, cut, join or average them."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from livegrad.flow.model.axes import Axes, Dimension, count, permuted, reshaped, resized
from livegrad.flow.model.reading_torch import Call, Read, reads
from livegrad.flow.model.signal import Signal

__all__: list[str] = []


@reads(
    "view", "reshape", "flatten", "unflatten", "squeeze", "unsqueeze", "contiguous", "clone", "ravel",
    "view_as", "reshape_as", "to", "float", "double", "half", "bfloat16", "type", "type_as", "cpu", "cuda",
    "identity", "_unsafe_view", "requires_grad",
)  # fmt: skip
def _same_order(call: Call, result: Tensor) -> Read | None:
    x = call.args[0]
    number = call.number(x)
    if number is None or not isinstance(result, Tensor) or result.numel() != x.numel():
        return None
    if result is x:
        return Read("view", (number,), alias=number)
    axes = reshaped(call.axes(x), result.shape)
    return None if axes is None else Read("view", (number,), (axes,))


@reads(
    "permute", "transpose", "t", "swapaxes", "swapdims", "movedim", "moveaxis", "get T", "get mT",
    "adjoint",
)  # fmt: skip
def _other_order(call: Call, result: Tensor) -> Read | None:
    del result
    x = call.args[0]
    number = call.number(x)
    if number is None or call.func is None:
        return None
    # The call itself tells where each dimension goes: all sizes of this tensor differ.
    sizes = range(2, 2 + x.dim())
    with torch._C.DisableTorchFunction():  # noqa: SLF001
        moved = call.func(torch.empty(tuple(sizes), device="meta"), *call.args[1:], **call.kwargs)
    order = [size - 2 for size in moved.shape]
    return Read("view", (number,), (permuted(call.axes(x), order),))


@reads("detach", "get data")
def _detached(call: Call, result: Tensor) -> Read | None:
    number = call.number(call.args[0])
    if number is None or not isinstance(result, Tensor):
        return None
    return Read("detached", (number,), (call.tracing.axes(number),))


# ------------------------------------------------------------ parts


@reads("__getitem__", "select", "narrow", "chunk", "split", "unbind", "tensor_split")
def _part(call: Call, result: Any) -> Read | None:
    x = call.args[0]
    number = call.number(x)
    if number is None:
        return None
    if call.name == "__getitem__":
        return _indexed(call, x, number, result)
    place = _dimension_of(call, x)
    parts = [result] if isinstance(result, Tensor) else list(result)
    made: list[Axes] = []
    for part in parts:
        whole = call.axes(x)
        shorter = (*whole[:place], *whole[place + 1 :])
        same = part.dim() == x.dim()
        axes = resized(whole, place, part.shape[place]) if same else shorter
        if axes is None or not _whole(call, axes):
            return None
        made.append(axes)
    if call.name == "select":
        known = _of_stack(call, number, place, call.given(2, "index"))
        if known is not None:
            return known
    return Read("part", (number,), tuple(made))


def _dimension_of(call: Call, x: Tensor) -> int:
    places = {"select": 1, "narrow": 1, "chunk": 2, "split": 2, "tensor_split": 2, "unbind": 1}
    return int(call.given(places[call.name], "dim", 0)) % x.dim()


def _whole(call: Call, axes: Axes) -> bool:
    """Whether all samples are still there."""
    return count(axes, "sample") == call.tracing.samples


def _of_stack(call: Call, number: int, place: int, index: Any) -> Read | None:
    """Return the very value that was stacked, if this takes one out of a stack again."""
    stack = call.tracing.stacks.get(number)
    if stack is None or stack[0] != place or not isinstance(index, int):
        return None
    return Read("view", (number,), alias=stack[1][index])


def _indexed(call: Call, x: Tensor, number: int, result: Tensor) -> Read | None:
    index = _complete(call.args[1], x.dim())
    if index is None:
        return None
    axes: list[Dimension] = []
    place = 0
    for one in index:
        if one is None:
            axes.append(())
            continue
        if isinstance(one, slice):
            cut = resized(call.axes(x), place, len(range(*one.indices(x.shape[place]))))
            if cut is None:
                return None
            axes.append(cut[place])
        place += 1
    known = _taken_from_stack(call, number, index)
    if known is not None:
        return known
    if len(axes) != result.dim() or not _whole(call, tuple(axes)):
        return None
    return Read("part", (number,), (tuple(axes),))


def _complete(index: Any, dimensions: int) -> tuple[Any, ...] | None:
    """Return an index with one entry for each dimension, beside None for new ones; None if it is of another kind."""
    every = index if isinstance(index, tuple) else (index,)
    if not all(one is None or one is Ellipsis or type(one) in (int, slice) for one in every):
        return None
    missing = dimensions - sum(one is not None and one is not Ellipsis for one in every)
    at = every.index(Ellipsis) if Ellipsis in every else len(every)
    return (*every[:at], *[slice(None)] * missing, *every[at + 1 :])


def _taken_from_stack(call: Call, number: int, index: tuple[Any, ...]) -> Read | None:
    chosen = [(place, one) for place, one in enumerate(index) if one != slice(None)]
    if len(chosen) != 1:
        return None
    return _of_stack(call, number, *chosen[0])


# ------------------------------------------------------------ joining


@reads("cat", "concat", "concatenate", "stack")
def _joined(call: Call, result: Tensor) -> Read | None:
    parts = call.given(0, "tensors")
    place = int(call.given(1, "dim", 0)) % result.dim()
    known = [call.number(part) for part in parts]
    found = tuple(number for number in known if number is not None)
    first = next(part for part in parts if call.number(part) is not None)
    axes = _lengthened(call, first, result, place)
    if axes is None or not _whole(call, axes):
        return None
    constants: list[tuple[float, Signal]] = []
    for part, number in zip(parts, known, strict=True):
        if number is None:
            own = call.axes(first) if part.shape == first.shape else None
            own = resized(call.axes(first), place, part.shape[place]) if own is None else own
            if own is None:
                return None
            constant = call.tracing.constant(part, own, part.shape)
            constants.append((part.numel() / result.numel(), constant))
    settings: dict[str, Any] = {
        "shares": tuple(p.numel() / result.numel() for p in parts if call.number(p) is not None),
        "constants": tuple(constants),
        "positions": count(axes, "position") > count(call.axes(first), "position"),
    }
    if call.name == "stack" and not constants:
        settings["stacked"] = place
    return Read("joined", found, (axes,), settings)


def _lengthened(call: Call, first: Tensor, result: Tensor, place: int) -> Axes | None:
    axes = call.axes(first)
    if call.name == "stack":
        axes = (*axes[:place], (), *axes[place:])
    return resized(axes, place, result.shape[place])


@reads("expand", "expand_as", "broadcast_to", "repeat")
def _repeated(call: Call, result: Tensor) -> Read | None:
    x = call.args[0]
    number = call.number(x)
    if number is None or result.dim() < x.dim():
        return None
    axes: Axes | None = (((),) * (result.dim() - x.dim())) + call.axes(x)
    shape = (1,) * (result.dim() - x.dim()) + tuple(x.shape)
    times = 1
    for place, (old, new) in enumerate(zip(shape, result.shape, strict=True)):
        if old == new or axes is None:
            continue
        if old != 1:
            return None
        axes = resized(axes, place, new)
        times *= new
    if axes is None or not _whole(call, axes):
        return None
    return Read("repeated", (number,), (axes,), {"times": times})


# ------------------------------------------------------------ averages


@reads("mean", "sum")
def _averaged(call: Call, result: Tensor) -> Read | None:
    x = call.args[0]
    number, chosen = call.number(x), call.given(1, "dim")
    if number is None or chosen is None:
        return None
    every = {
        place % x.dim() for place in (chosen if isinstance(chosen, (tuple, list)) else (chosen,))
    }
    axes = call.axes(x)
    if any(factor.role != "position" for place in every for factor in axes[place]):
        return None
    keeps = result.dim() == x.dim()
    made = tuple(
        () if place in every else one
        for place, one in enumerate(axes)
        if keeps or place not in every
    )
    window = math.prod(x.shape[place] for place in every)
    factor = 1.0 if call.name == "mean" else float(window)
    return Read("pool", (number,), (made,), {"window": window, "factor": factor})


_POOLS = (
    "avg_pool1d", "avg_pool2d", "avg_pool3d", "adaptive_avg_pool1d", "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
)  # fmt: skip
_HIGHEST = (
    "max_pool1d", "max_pool2d", "max_pool3d", "adaptive_max_pool1d", "adaptive_max_pool2d",
    "adaptive_max_pool3d",
)  # fmt: skip


@reads(*_POOLS, *_HIGHEST)
def _pooled(call: Call, result: Tensor) -> Read | None:
    x = call.given(0, "input")
    number = call.number(x)
    if number is None or not isinstance(result, Tensor) or result.dim() != x.dim():
        return None
    axes: Axes | None = call.axes(x)
    for place in range(2, x.dim()):
        axes = None if axes is None else resized(axes, place, result.shape[place])
    if axes is None:
        return None
    kernel = call.given(1, "kernel_size")
    if "adaptive" in call.name:
        window = math.prod(x.shape[2:]) / max(1, math.prod(result.shape[2:]))
    else:
        window = kernel ** (x.dim() - 2) if isinstance(kernel, int) else math.prod(kernel)
    if call.name in _HIGHEST:
        return Read("max_pool", (number,), (axes,), {"window": max(1, round(window))})
    return Read("pool", (number,), (axes,), {"window": float(window), "factor": 1.0})
