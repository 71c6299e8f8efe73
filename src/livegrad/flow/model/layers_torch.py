"""Calls of layers with weights: linear maps and convolutions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import Tensor

from livegrad.flow.model.attention_torch import product_read
from livegrad.flow.model.axes import Axes, axes_of, layered
from livegrad.flow.model.reading_torch import Call, Read, reads
from livegrad.flow.model.weights_torch import parameter_of, seen, with_features

__all__: list[str] = []


def _linear_read(
    call: Call, x: Tensor, weight: Tensor, bias: Tensor | None, result: Tensor, *, units_first: bool
) -> Read | None:
    number = call.number(x)
    if number is None or call.number(weight) is not None or weight.dim() != 2:
        return None
    axes = layered(call.axes(x), {x.dim() - 1})
    if axes is None:
        return None
    parameter = parameter_of(call, weight, bias, units_first=units_first)
    settings = {"parameter": parameter, "positions": seen(call.axes(x), axes)}
    made = with_features(axes, result.dim() - 1, result.shape[-1])
    return Read("linear", (number,), (made,), settings, layer="Linear")


@reads("linear")
def _linear(call: Call, result: Tensor) -> Read | None:
    weight, bias = call.given(1, "weight"), call.given(2, "bias")
    return _linear_read(call, call.given(0, "input"), weight, bias, result, units_first=True)


@reads("addmm", "baddbmm")
def _addmm(call: Call, result: Tensor) -> Read | None:
    bias, x, weight = call.args[:3]
    if call.name == "baddbmm":  # scores with a mask added
        return None if call.number(bias) is not None else product_read(call, x, weight)
    if call.number(bias) is not None:
        return None
    return _linear_read(call, x, weight, bias, result, units_first=False)


@reads("matmul", "mm", "bmm")
def _matmul(call: Call, result: Tensor) -> Read | None:
    left, right = call.args[0], call.given(1, "other", call.kwargs.get("mat2"))
    if call.number(left) is None:
        return None
    if call.number(right) is None:
        return _linear_read(call, left, right, None, result, units_first=False)
    return product_read(call, left, right)


@reads("conv1d", "conv2d", "conv3d")
def _convolution(call: Call, result: Tensor) -> Read | None:
    x, weight, bias = (call.given(i, name) for i, name in enumerate(("input", "weight", "bias")))
    stride, padding, dilation = (
        _each(call.given(place, name, usual), weight.dim() - 2)
        for place, name, usual in ((3, "stride", 1), (4, "padding", 0), (5, "dilation", 1))
    )
    number = call.number(x)
    if number is None or call.number(weight) is not None or x.dim() != weight.dim():
        return None
    axes = layered(call.axes(x), {1})
    if axes is None or not all(len(dimension) <= 1 for dimension in axes):
        return None
    if padding == ("same",):
        padding = tuple(d * (k - 1) / 2 for k, d in zip(weight.shape[2:], dilation, strict=True))
    taps = [
        _taps(*one)
        for one in zip(
            x.shape[2:], result.shape[2:], weight.shape[2:], stride, padding, dilation, strict=True
        )
    ]
    share = math.prod(float(one.mean()) for one in taps)
    pairs = math.prod(float((one**2).mean()) for one in taps)
    settings = {
        "parameter": parameter_of(call, weight, bias, units_first=True),
        "positions": seen(call.axes(x), axes),
        "valid": share,
        "valid_pairs": pairs,
        "channels": x.shape[1],
    }
    made = _resized_positions(axes, result.shape)
    return Read("convolution", (number,), (made,), settings, layer=f"Conv{weight.dim() - 2}d")


def _resized_positions(axes: Axes, shape: Sequence[int]) -> Axes:
    fresh = axes_of(shape, 0, 1)
    return (axes[0], *fresh[1:])


def _each(value: Any, dimensions: int) -> tuple[Any, ...]:
    if value == "valid":
        value = 0
    if isinstance(value, str):
        return (value,)
    every = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    return every * dimensions if len(every) == 1 else every


def _taps(
    inputs: int, outputs: int, kernel: int, stride: int, padding: float, dilation: int
) -> np.ndarray:
    """Return for each tap of a kernel, along one dimension, the share of outputs that it lies inside for."""
    places = (
        np.arange(outputs)[:, None] * stride - math.floor(padding) + np.arange(kernel) * dilation
    )
    return ((places >= 0) & (places < inputs)).mean(axis=0)


@reads("conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
def _transposed(call: Call, result: Tensor) -> Read | None:
    x, weight, bias = (call.given(i, name) for i, name in enumerate(("input", "weight", "bias")))
    number = call.number(x)
    if number is None or call.number(weight) is not None or x.dim() != weight.dim():
        return None
    axes = layered(call.axes(x), {1})
    if axes is None:
        return None
    plain = parameter_of(call, weight.transpose(0, 1), bias, units_first=True)
    settings = {
        "parameter": plain,
        "positions": seen(call.axes(x), axes),
        # Each output is met by kernel/stride taps only: as many as inputs there are per output.
        "valid": min(1.0, math.prod(x.shape[2:]) / math.prod(result.shape[2:])),
        "valid_pairs": min(1.0, math.prod(x.shape[2:]) / math.prod(result.shape[2:])),
        "channels": x.shape[1],
    }
    made = _resized_positions(axes, result.shape)
    kind = f"ConvTranspose{weight.dim() - 2}d"
    return Read("convolution", (number,), (made,), settings, layer=kind)
