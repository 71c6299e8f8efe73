"""What remedies for the signal through depth ask of a network before anything else: is it one plain chain?"""

from __future__ import annotations

import math

from livegrad.diagnosis import ladder
from livegrad.observation.evidence import Evidence

_HIDDEN = {"Softsign": "softsign"}
"""Modules that compute with several operations, so that the graph does not name them; with their catalogue ids."""
_NO_FUNCTION = ("Sequential", "ModuleList", "Identity", "Flatten")
DRAWABLE = ("Linear", "Conv1d", "Conv2d", "Conv3d")


def activation_of(evidence: Evidence) -> str | None:
    """Return the one activation of a plain chain, and ``None`` for any other network.

    Plain: every layer stands once, off every bypass, without normalisation, and all hidden ones have the same function.
    """
    inner = ladder.hidden(evidence)
    seen = ladder.main_activation(inner)
    plain = (
        all(x.kind in DRAWABLE and "#" not in x.name and not x.skip for x in evidence.layers)
        and all(x.activation == seen and not x.normalised for x in inner)
        and len(inner) == len(evidence.layers) - 1
    )
    return (seen or _by_module(evidence)) if plain else None


def _by_module(evidence: Evidence) -> str | None:
    """The function of the network's activation modules, where they are all of one kind that autograd's graph hides."""
    kinds = {kind for _, kind in evidence.parts} - {*DRAWABLE, *_NO_FUNCTION}
    kinds.discard(evidence.model)
    return _HIDDEN.get(kinds.pop()) if len(kinds) == 1 and not evidence.linear_runs else None


def width_of(evidence: Evidence) -> int:
    """Return the median number of units of the hidden layers."""
    units = sorted(x.units or 1 for x in ladder.hidden(evidence))
    return units[len(units) // 2] if units else 1


def input_size(evidence: Evidence) -> float | None:
    """Return the root mean square of what enters the first layer, where its inputs are the data's own features."""
    data, first = evidence.data, evidence.layers[0]
    if data is None or not data.mean or data.normalised or first.kind != "Linear":
        return None
    if len(data.mean) != first.fan_in:
        return None
    squares = [m * m + s * s for m, s in zip(data.mean, data.spread, strict=True)]
    return math.sqrt(sum(squares) / len(squares)) or None


def square_layers(evidence: Evidence) -> list[str]:
    """Return the linear layers with as many outputs as inputs whose activation stands behind them in the same ``Sequential``."""
    kinds = dict(evidence.parts)
    return [
        x.name
        for x in ladder.hidden(evidence)
        if x.kind == "Linear"
        and x.units == x.fan_in
        and x.activation
        and not x.skip
        and x.name.rpartition(".")[2].isdigit()
        and kinds.get(x.name.rpartition(".")[0]) == "Sequential"
    ]
