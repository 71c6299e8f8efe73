"""Calls of attention, embedding and dropout."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from livegrad.flow.model.reading_torch import Call, Read, number_in, reads
from livegrad.flow.model.tape import Operation
from livegrad.flow.model.weights_torch import with_features

__all__ = ["HIDDEN", "overlaps", "product_read"]

HIDDEN = -1e4
"""A score this low is a mask's, not one that the signal made."""
_ON_SCORES = ("product", "affine", "masked", "softmax", "dropout", "view")


def product_read(call: Call, left: Tensor, right: Tensor) -> Read | None:
    """Read a product of two signals: the scores of attention, or the mean that they weigh."""
    one, two = call.number(left), call.number(right)
    if one is None or two is None or left.dim() != right.dim() or left.dim() < 3:
        return None
    axes = (*call.axes(left)[:-1], call.axes(right)[-1])
    chain = _chain(call, one)
    if "softmax" not in (operation.name for operation in chain):
        return Read("product", (one, two), (axes,), {"inner": left.shape[-1]})
    factor, noise, mask = 1.0, 0.0, None
    for operation in chain:
        factor *= operation.settings.get("factor", 1.0) if operation.name == "affine" else 1.0
        noise = 1 - 1 / operation.settings["factor"] if operation.name == "dropout" else noise
        mask = operation.settings["mask"] if operation.name == "masked" else mask
    inner = chain[-1].settings["inner"]
    settings = {
        **overlaps(left.shape[-2], left.shape[-1], mask, causal=False),
        "sharpness": factor**2 * inner,
        "dropout": noise,
    }
    return Read("weighted", (one, two), (axes,), settings)


def _chain(call: Call, number: int) -> list[Operation]:
    """Return the operations from some scores' product up to a value, the last first; none if it is no such value."""
    found: list[Operation] = []
    while True:
        made = call.tracing.made_by(number)
        if made is None or made.name not in _ON_SCORES:
            return []
        found.append(made)
        if made.name == "product":
            return found
        number = made.inputs[0]


@reads("softmax")
def _softmax(call: Call, result: Tensor) -> Read | None:
    x = call.args[0]
    number, dimension = call.number(x), call.given(1, "dim")
    if number is None or dimension not in (-1, result.dim() - 1) or not _chain(call, number):
        return None
    return Read("softmax", (number,), (call.axes(x),))


@reads("masked_fill")
def _masked(call: Call, result: Tensor) -> Read | None:
    x, mask, value = call.args[0], call.given(1, "mask"), call.given(2, "value")
    number = call.number(x)
    if number is None or call.number(mask) is not None or not number_in(value) <= HIDDEN:
        return None
    allowed = ~mask.detach().bool().expand(result.shape)
    return Read("masked", (number,), (call.axes(x),), {"mask": allowed})


@reads("scaled_dot_product_attention")
def _attention(call: Call, result: Tensor) -> Read | None:
    query, key, value = (call.given(i, n) for i, n in enumerate(("query", "key", "value")))
    numbers = tuple(n for one in (query, key, value) if (n := call.number(one)) is not None)
    scale = call.given(6, "scale", call.kwargs.get("scale"))
    if len(numbers) != 3 or query.dim() != 4:
        return None
    causal, mask = call.given(5, "is_causal", default=False), call.given(3, "attn_mask")
    wanted = 1 / math.sqrt(query.shape[-1]) if scale is None else float(scale)
    settings = {
        **overlaps(query.shape[-2], key.shape[-2], mask, causal=bool(causal)),
        "sharpness": wanted**2 * query.shape[-1],
        "dropout": float(call.given(4, "dropout_p", 0.0)),
    }
    axes = (*call.axes(query)[:-1], call.axes(value)[-1])
    del result
    return Read("attention", numbers, (axes,), settings)


def overlaps(queries: int, keys: int, mask: Any, *, causal: bool) -> dict[str, float]:
    """Return how much two rows of evenly spread attention have in common: Σ_j A_ij·A_i'j.

    Returns:
        ``own``, the mean of a row with itself (1/keys without a mask), and ``shared``, of two
        different rows; both as ``keys``.
    """
    allowed = np.ones((queries, keys))
    if causal:
        allowed = np.tril(allowed)
    if isinstance(mask, Tensor):
        flat = mask.detach().reshape(-1, *mask.shape[-2:])[0].cpu()
        open_ = flat if flat.dtype == torch.bool else torch.isfinite(flat) & (flat > HIDDEN)
        allowed = allowed * np.broadcast_to(open_.double().numpy(), (queries, keys))
    rows = allowed / np.maximum(allowed.sum(axis=1, keepdims=True), 1.0)
    common = rows @ rows.T
    own = float(np.trace(common)) / queries
    pairs = queries * (queries - 1)
    shared = (float(common.sum()) - own * queries) / pairs if pairs else own
    return {"own": own, "shared": shared, "queries": queries, "keys": keys}


@reads("embedding")
def _embedding(call: Call, result: Tensor) -> Read | None:
    number = call.number(call.given(0, "input"))
    if number is None:
        return None
    made = (*call.axes(call.given(0, "input")), *with_features((), 0, result.shape[-1]))
    return Read("embedding", (number,), (made,), {})


@reads("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_dropout")
def _dropout(call: Call, result: Tensor) -> Read | None:
    del result
    x = call.given(0, "input")
    number = call.number(x)
    share, training = call.given(1, "p", 0.5), call.given(2, "training", default=True)
    if number is None or share >= 1 or (call.name == "alpha_dropout" and training):
        return None
    settings = {"factor": 1 / (1 - share) if training else 1.0}
    settings["whole"] = call.name not in ("dropout", "alpha_dropout")
    return Read("dropout", (number,), (call.axes(x),), settings)
