"""Readings of the ladder that several rules share: how a quantity stands, layer by layer, early and late."""

from __future__ import annotations

import functools
import itertools
import math
import statistics
from collections.abc import Sequence

import numpy as np

from livegrad import functions as activations
from livegrad import quantity
from livegrad.observation.evidence import LOG10_OF_ZERO, Evidence, Layer, Series
from livegrad.text import Text

FLOOR = LOG10_OF_ZERO
NOTHING = -37.0
"""So many decades below the last layer's, a float32 gradient has underflowed or is about to."""
_NOTHING = Text("nothing", "0")
FAR_LEFT = -30.0
DEEP = 12
"""More hidden layers than this in a row are more than weights of the right gain alone carry a signal through."""
EARLY = 5
"""A value first seen after so many measured steps does not tell how the network started."""


def start(series: Series) -> float | None:
    """The first measured value: the network before a step could change or break it."""
    known = _known(series[:EARLY])
    return known[0] if known else None


def early(series: Series) -> float | None:
    """Median of the first five measured values: the network as it starts, without one batch's whims."""
    return _median(_known(series[:EARLY]))


def late(series: Series) -> float | None:
    """Median of the last third of the measured values: the network as it is stuck."""
    known = _known(series)
    return _median(known[-max(1, len(known) // 3) :])


def last(series: Series) -> float | None:
    """The last finite value."""
    known = _known(series)
    return known[-1] if known else None


def hidden(evidence: Evidence) -> tuple[Layer, ...]:
    """The layers below the output."""
    return tuple(layer for layer in evidence.layers if not layer.is_output)


def is_deep(evidence: Evidence) -> bool:
    """Whether a remedy must do more for the signal than draw weights: `DEEP` plain layers and more."""
    return len([x for x in hidden(evidence) if not x.skip]) > DEEP


def span(evidence: Evidence, *, at_start: bool) -> float | None:
    """log₁₀ of the gradient ∂loss/∂z at the first layer over that at the last; ``None`` if either is unknown."""
    read = early if at_start else late
    known = [g for g in (read(layer.gradient) for layer in evidence.layers) if g is not None]
    return known[0] - known[-1] if len(known) > 1 else None


def is_cut(evidence: Evidence) -> bool:
    """Whether, late on, a layer off every bypass gets a gradient of exactly 0 while the last one still gets some.

    The network has then become a constant, or what lies above it no longer depends on it.
    """
    known = [(x, late(x.gradient)) for x in evidence.layers if not x.time_gradient]
    grads = [(x, g) for x, g in known if g is not None]
    if len(grads) < 2 or grads[-1][1] <= FLOOR:
        return False
    return any(g <= FLOOR for x, g in grads[:-1] if not x.skip)


def first_span(evidence: Evidence) -> float | None:
    """The same at the very first step, before anything could overflow."""
    known = [g for g in (start(layer.gradient) for layer in evidence.layers) if g is not None]
    return known[0] - known[-1] if len(known) > 1 else None


def time_span(layer: Layer) -> float | None:
    """log₁₀ of the gradient at the first time step over that at the last, and ``None`` without time."""
    known = _known(layer.time_gradient)
    return known[0] - known[-1] if len(known) > 2 else None


def share_of_steps(evidence: Evidence, is_so: Sequence[bool | None]) -> float:
    """Share of the training's steps during which something held, each measured step standing for those up to the next.

    Args:
        evidence: Of the training.
        is_so: For each sampled step whether it held; ``None`` where that was not seen.
    """
    seen = [(s, b) for s, b in zip(evidence.sampled, is_so, strict=False) if b is not None]
    if not seen:
        return 0.0
    ends = [*(s for s, _ in seen[1:]), evidence.steps]
    whole = sum(end - step for (step, _), end in zip(seen, ends, strict=True))
    held = sum(end - step for (step, b), end in zip(seen, ends, strict=True) if b)
    return held / whole if whole else 0.0


def spans(evidence: Evidence) -> list[float | None]:
    """`span` at each sampled step."""
    known = [x for x in evidence.layers if early(x.gradient) is not None]
    if len(known) < 2:
        return []
    rows = zip(known[0].gradient, known[-1].gradient, strict=False)
    return [
        max(a, FLOOR) - max(b, FLOOR)
        if a is not None and b is not None and math.isfinite(max(a, b, FLOOR))
        else None
        for a, b in rows
    ]


def time_factor(layer: Layer) -> float | None:
    """Median factor by which the gradient changes from one time step to the one before it."""
    known = [v for v in layer.time_gradient if v is not None and v > FLOOR and math.isfinite(v)]
    steps = [earlier - later for earlier, later in itertools.pairwise(known)]
    return 10 ** statistics.median(steps) if len(steps) > 1 else None


def factor(evidence: Evidence, *, at_start: bool) -> float | None:
    """Median factor by which ∂loss/∂z changes from one layer to the one below it."""
    read = early if at_start else late
    known = [
        g
        for g in (read(layer.gradient) for layer in evidence.layers)
        if g is not None and g > FLOOR
    ]
    steps = [below - above for below, above in itertools.pairwise(known)]
    return 10 ** statistics.median(steps) if steps else None


@functools.cache
def is_flat(activation: str) -> bool:
    """Whether the function is exactly flat somewhere, so that a unit there gets no gradient at all (ReLU, hard tanh)."""
    return float(activations.elementwise(activation).derivative(np.array(FAR_LEFT))) == 0.0


def main_activation(layers: Sequence[Layer]) -> str | None:
    """The activation that most of the layers have."""
    known = [layer.activation for layer in layers if layer.activation]
    return statistics.mode(known) if known else None


def called(name: str) -> Text:
    """Return how a layer is called in a sentence: a bare number, as `nn.Sequential` gives it, is no name.

    Example:
        >>> called("4"), called("encoder.fc").en
        (Text(en='layer 4', ko='4번 층'), 'encoder.fc')
    """
    return Text(f"layer {name}", f"{name}번 층") if name.isdecimal() else Text(name, name)


def share(value: float) -> str:
    """A share in per cent, with as many digits as it deserves."""
    return quantity.percent(value)


def times(value: float) -> str:
    """A factor or a size with two significant digits, of either sign."""
    if not value or not math.isfinite(value):
        return quantity.number(value)
    return ("−" if value < 0 else "") + quantity.power(math.log10(abs(value)))


def one_in(decades: float) -> Text:
    """``10**decades`` as a fraction in words; what float32 could not even hold is nothing."""
    return _NOTHING if decades <= NOTHING else quantity.one_part_in(decades)


def _known(series: Series) -> list[float]:
    """Values that were seen; an exact zero becomes `FLOOR`, NaN and infinity are left out."""
    known = [FLOOR if v == -math.inf else v for v in series if v is not None]
    return [v for v in known if math.isfinite(v)]


def _median(values: list[float]) -> float | None:
    return statistics.median(values) if values else None
