"""Means of products between samples and positions, of real tensors; and what one call does to a gradient."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from livegrad.flow.model.axes import Axes, count, factors
from livegrad.flow.model.signal import Signal, paired

__all__ = ["MOST_SAMPLES", "local_shares", "moments", "rows", "shares_through_graph"]

MOST_SAMPLES = 48
"""Of a larger minibatch theory follows the first samples only; their products cost its square."""


def rows(tensor: Tensor, axes: Axes, samples: int) -> np.ndarray | None:
    """Return a tensor as numbers of shape (B, T, F), float64, at most `MOST_SAMPLES` of the samples.

    Returns:
        None if its dimensions do not hold all samples.
    """
    if count(axes, "sample") != samples:
        return None
    every = list(factors(axes))
    split = tensor.detach().reshape([factor.size for factor in every])
    order = [
        place
        for role in ("sample", "position", "feature")
        for place, factor in enumerate(every)
        if factor.role == role
    ]
    shape = (samples, count(axes, "position"), count(axes, "feature"))
    ordered = split.permute(order).reshape(shape)[:MOST_SAMPLES]
    return ordered.to("cpu", torch.float64).numpy()


def moments(tensor: Tensor, axes: Axes, samples: int, *, total: bool = False) -> Signal:
    """Return the second moments of a tensor.

    Args:
        tensor: Any shape.
        axes: What its dimensions stand for.
        samples: Size of the minibatch.
        total: Sums instead of means.
    """
    with torch._C.DisableTorchFunction(), torch.no_grad():  # noqa: SLF001 (the mode must not see its own looks)
        numbers = rows(tensor, axes, samples)
        if numbers is None:  # shared by all samples
            flat = tensor.detach().to("cpu", torch.float64).reshape(1, 1, -1).numpy()
            numbers = np.repeat(flat, min(samples, MOST_SAMPLES), axis=0)
        return paired(numbers, total=total)


def local_shares(
    func: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    followed: Collection[int],
    copies: dict[int, Tensor],
) -> dict[int, float]:
    """Return which share of a random squared gradient one call hands to each input.

    Args:
        func: The call.
        args: Its arguments.
        kwargs: Its keyword arguments.
        followed: Ids of the tensors asked about.
        copies: What in-place calls have overwritten, by id.

    Returns:
        By id of the tensor; empty where the call has no gradient.
    """
    leaves: dict[int, Tensor] = {}

    def replaced(thing: Any) -> Any:
        if isinstance(thing, Tensor):
            if id(thing) not in followed or not thing.is_floating_point():
                return thing.detach()
            leaf = leaves.setdefault(
                id(thing), copies.get(id(thing), thing).detach().clone().requires_grad_()
            )
            return leaf.clone()
        if isinstance(thing, (list, tuple)) and type(thing) in (list, tuple):
            return type(thing)(replaced(one) for one in thing)
        return thing

    with torch._C.DisableTorchFunction(), torch.enable_grad():  # noqa: SLF001 (asked apart from the run)
        try:
            result = func(*replaced(args), **{key: replaced(one) for key, one in kwargs.items()})
            return _shares_of(result, leaves)
        except RuntimeError:  # it has no gradient, or wants its own storage
            return {}


def _shares_of(result: Any, leaves: dict[int, Tensor]) -> dict[int, float]:
    outputs = [result] if isinstance(result, Tensor) else list(result)
    outputs = [one for one in outputs if isinstance(one, Tensor) and one.grad_fn is not None]
    if not outputs or not leaves:
        return {}
    generator = torch.Generator().manual_seed(0)
    noise = [torch.randn(one.shape, generator=generator).to(one) for one in outputs]
    size = math.fsum(float(one.square().sum()) for one in noise)
    found = torch.autograd.grad(outputs, list(leaves.values()), noise, allow_unused=True)
    return {
        key: 0.0 if gradient is None else float(gradient.double().square().sum()) / size
        for key, gradient in zip(leaves, found, strict=True)
    }


def shares_through_graph(output: Tensor, inputs: Sequence[Tensor]) -> list[float]:
    """Return the shares of a squared gradient that reach some tensors, by autograd's own graph."""
    asking = [tensor for tensor in inputs if tensor.requires_grad]
    if not asking:
        return [0.0 for _ in inputs]
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(output.shape, generator=generator).to(output)
    found = torch.autograd.grad(output, asking, noise, retain_graph=True, allow_unused=True)
    size = float(noise.square().sum())
    by_id = {
        id(t): 0.0 if g is None else float(g.detach().double().square().sum()) / size
        for t, g in zip(asking, found, strict=True)
    }
    return [by_id.get(id(tensor), 0.0) for tensor in inputs]
