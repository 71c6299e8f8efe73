"""What remedies for the signal through depth ask of a network before anything else: is it one plain chain?"""

from __future__ import annotations

import itertools
import math
import statistics

from livegrad import functions
from livegrad.diagnosis import ladder
from livegrad.observation.evidence import Evidence, Layer

_HIDDEN = {"Softsign": "softsign"}
"""Modules that compute with several operations, so that the graph does not name them; with their catalogue ids."""
_NO_FUNCTION = ("Sequential", "ModuleList", "Identity", "Flatten")
DRAWABLE = ("Linear", "Conv1d", "Conv2d", "Conv3d")
WIDENED = 3.0
"""Inputs that go together widen a layer's outputs too, but hardly by more than this."""
ALIKE = 2.0
"""One factor stands in front of all activations where what is measured at each differs by no more than this."""


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


def widening(evidence: Evidence) -> float:
    """Return how many times wider the hidden activations' inputs are than their layers' weights make them; 1 where not known.

    ``tanh(20 * layer(x))``: what stands between layer and activation multiplies. The weights' own part is known where what enters
    the layer is: the data, or outputs of a function that is bounded by 1 (then the factor is the least that it can be).
    """
    found = [
        spread / (layer.initial_gain * size)
        for before, layer in itertools.pairwise((None, *ladder.hidden(evidence)))
        if layer is not None
        and layer.kind in DRAWABLE
        and layer.activation
        and not layer.normalised
        if (spread := ladder.start(layer.spread)) and layer.initial_gain
        if (size := _size_in_front(evidence, before))
    ]
    if not found or min(found) < WIDENED or max(found) > ALIKE * min(found):
        return 1.0
    return statistics.median(found)


def _size_in_front(evidence: Evidence, before: Layer | None) -> float | None:
    """The root mean square of what enters a layer, or a bound of it; ``before`` is the hidden layer in front of it."""
    if before is None:
        return input_size(evidence)
    if before.activation is None:
        return None
    low, high = functions.elementwise(before.activation).properties.range
    return 1.0 if max(-low.value, high.value) <= 1.0 else None


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
