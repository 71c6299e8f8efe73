"""Numbers of many layers at once.

What makes a measured step of a deep, narrow net slow is not arithmetic but the number of calls. So small samples of what was
seen are kept until the step is over; those of one shape are stacked and reduced together, at the price of one layer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

import torch

__all__ = ["Block", "few_rows", "reduced", "together"]

FEW_ENTRIES = 1 << 12
"""A sample has about so many entries: a share is then known to 1 %, which no rule needs better."""
FEWEST_ROWS = 32


@dataclass(frozen=True)
class Block:
    """One quantity of several layers.

    Attributes:
        keys: The layers.
        name: Of the quantity.
        values: Of shape (layers,).
    """

    keys: tuple[int, ...]
    name: str
    values: torch.Tensor


def few_rows(x: torch.Tensor) -> torch.Tensor:
    """A copy of some samples of ``x`` (samples, ...) as rows (samples, features), not more than about `FEW_ENTRIES`.

    Of a large sample evenly spaced features are taken, by a step that shares no factor with its size and so meets all
    channels and places alike.

    Example:
        >>> few_rows(torch.zeros(128, 64, 32, 32)).shape
        torch.Size([32, 128])
    """
    rows = x.reshape(x.shape[0], -1) if x.dim() > 1 else x[:, None]
    features = rows.shape[1]
    rows = rows[: max(FEWEST_ROWS, FEW_ENTRIES // max(1, features))]
    step = rows.numel() // FEW_ENTRIES
    if step > 1:
        while math.gcd(step, features) > 1:
            step += 1
        rows = rows[:, ::step]
    return rows.clone()


def together(
    tensors: Mapping[int, torch.Tensor],
    reduce: Callable[[torch.Tensor], Mapping[str, torch.Tensor]],
    kinds: Mapping[int, Hashable] | None = None,
) -> list[Block]:
    """Reduce tensors of one shape (and kind, if ``kinds`` tells) with one call.

    Args:
        tensors: By layer.
        reduce: Takes a stack of shape (layers, ...), gives quantities of shape (layers,) by name.
        kinds: Layers of different kinds are not put together.

    Example:
        >>> rows = {1: torch.ones(2), 2: torch.zeros(2)}
        >>> together(rows, lambda stack: {"sum": stack.sum(1)})[0].values
        tensor([2., 0.])
    """
    groups: dict[Hashable, list[int]] = {}
    for key, tensor in tensors.items():
        kind = kinds[key] if kinds is not None else None
        groups.setdefault((tensor.shape, tensor.dtype, tensor.device, kind), []).append(key)
    found: list[Block] = []
    for keys in groups.values():
        stack = torch.stack([tensors[key] for key in keys])
        found += [Block(tuple(keys), name, v) for name, v in reduce(stack).items()]
    return found


def reduced(keys: list[int], name: str, values: list[torch.Tensor]) -> list[Block]:
    """The blocks of 0-d tensors that are known already, one for each device and dtype."""
    return [
        Block(block.keys, name, block.values)
        for block in together(dict(zip(keys, values, strict=True)), lambda stack: {name: stack})
    ]
