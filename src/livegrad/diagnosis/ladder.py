"""Readings of the ladder that several rules share: how a quantity stands, layer by layer, early and late."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence

from livegrad.observation.evidence import Evidence, Layer, Series
from livegrad.text import Text

FLOOR = -46.0
"""Stands for a gradient that is exactly zero: just under float32's smallest number, 10⁻⁴⁵."""
EARLY = 5
"""A value first seen after so many measured steps does not tell how the network started."""


def early(series: Series) -> float | None:
    """The first measured value: the network as it started, before a step could change or break it."""
    known = _known(series[:EARLY])
    return known[0] if known else None


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


def span(evidence: Evidence, *, at_start: bool) -> float | None:
    """log₁₀ of the gradient ∂loss/∂z at the first layer over that at the last; ``None`` if either is unknown."""
    read = early if at_start else late
    known = [g for g in (read(layer.gradient) for layer in evidence.layers) if g is not None]
    return known[0] - known[-1] if len(known) > 1 else None


def time_span(layer: Layer) -> float | None:
    """log₁₀ of the gradient at the first time step over that at the last, and ``None`` without time."""
    known = _known(layer.time_gradient)
    return known[0] - known[-1] if len(known) > 2 else None


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


def main_activation(layers: Sequence[Layer]) -> str | None:
    """The activation that most of the layers have."""
    known = [layer.activation for layer in layers if layer.activation]
    return statistics.mode(known) if known else None


def share(value: float) -> str:
    """A share in per cent, with as many digits as it deserves."""
    return f"{100 * value:.0f} %"


def times(value: float) -> str:
    """A factor with two significant digits."""
    return f"{value:.2g}"


def one_in(decades: float) -> Text:
    """``10**decades`` as a fraction in words, for decades below 0."""
    if decades <= FLOOR + 1:
        return Text("nothing", "전혀 없음")
    number = 10**-decades
    return Text(f"1 part in {_large(number, _ENGLISH)}", f"{_large(number, _KOREAN)}분의 1")


_ENGLISH = ((1e9, " billion"), (1e6, " million"), (1e3, ",000"))
_KOREAN = ((1e8, "억"), (1e4, "만"))


def _large(number: float, units: tuple[tuple[float, str], ...]) -> str:
    """A large number in words, to about two digits; beyond the words as a power of ten."""
    if number >= 1e12:
        return f"10^{math.log10(number):.0f}"
    for size, word in units:
        if number >= size:
            return f"{number / size:.0f}{word}"
    return f"{number:.0f}"


def _known(series: Series) -> list[float]:
    """Values that were seen; an exact zero becomes `FLOOR`, NaN and infinity are left out."""
    known = [FLOOR if v == -math.inf else v for v in series if v is not None]
    return [v for v in known if math.isfinite(v)]


def _median(values: list[float]) -> float | None:
    return statistics.median(values) if values else None
