"""How much of the gradient each layer of a network gets at its start: what the steam pipe is drawn from."""

from __future__ import annotations

from typing import Any

import numpy as np

from livegrad.lab import nets
from livegrad.trials.trial import Recipe

__all__ = ["pipe"]

_NETS = 16
_POINTS = 160


def pipe(activation: str, *, depth: int, width: int, init: str, seed: int = 0) -> dict[str, Any]:
    """Measure networks as they are drawn, on moons.

    Args:
        activation: A name, a name with settings or a formula.
        depth: Hidden layers.
        width: Units of each.
        init: One of `livegrad.flow.INITIALISATIONS`.
        seed: The base seed.

    Returns:
        ``gradient``: median over the networks of log10 of the norm of ∂L/∂z over the last hidden layer's, first layer
        first, −inf for exactly 0 (depth); ``low``, ``high``: 5 % and 95 %; ``factors``: of each layer over the one
        after it (depth − 1); ``first``: the first layer's part; ``nets``, ``points``.

    Raises:
        BadInput: The function or the initialisation does not suit.

    Example:
        >>> found = pipe("sigmoid", depth=8, width=8, init="glorot")
        >>> found["gradient"].shape, found["first"] < 0.001
        ((8,), True)
    """
    split = nets.toy("moons", count=_POINTS, seed=seed)
    recipe = Recipe(activation=activation, hidden=(width,) * depth, init=init)
    drawn = nets.draw(recipe, split, [1_000_000 * seed + k for k in range(_NETS)])
    seen = drawn.look(split.train_inputs, split.train_targets)
    measured = seen.log10_gradient[:, :depth]
    with np.errstate(invalid="ignore"):
        measured = measured - measured[:, -1:]
    # a layer that gets exactly nothing in most networks is −inf, whatever the last one gets
    measured = np.where(np.isnan(measured), -np.inf, measured)
    low, middle, high = (
        np.quantile(measured, q, axis=0, method="nearest") for q in (0.05, 0.5, 0.95)
    )
    with np.errstate(invalid="ignore"):
        factors = np.nan_to_num(10 ** (middle[:-1] - middle[1:]), nan=0.0)
    return {
        "gradient": middle,
        "low": low,
        "high": high,
        "factors": factors,
        "first": float(10 ** middle[0]),
        "nets": _NETS,
        "points": len(split.train_inputs),
    }
