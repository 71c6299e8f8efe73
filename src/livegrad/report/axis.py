"""Axes: a range, and the few round numbers that are written beside it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass

from livegrad.quantity import number

_FARTHEST = 1e150
_DECADES = (1, 2, 3, 5, 10, 20, 50, 100, 200)


@dataclass(frozen=True)
class Axis:
    """A range of numbers along one side of a chart.

    Attributes:
        low: Its least number; on a logarithmic axis the exponent of ten.
        high: Its greatest, above `low`.
        ticks: The numbers to write, ascending, within the range.
        log: Whether the numbers are exponents of ten.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False

    def share(self, value: float) -> float:
        """Return where ``value`` lies, 0 at the low end to 1; the edge for what is outside."""
        if math.isnan(value):
            return 0.0
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    def label(self, tick: float) -> str:
        """Return how a tick is written in plain text."""
        if not self.log:
            written = number(tick)
            return (
                written.rstrip("0").rstrip(".")
                if "." in written and "e" not in written
                else written
            )
        return f"1e{tick:.0f}" if tick else "1"


def decades(
    values: Iterable[float], *, most: int = 5, least_span: float = 2.0, limit: float = 60.0
) -> Axis:
    """Return a logarithmic axis that holds the finite ``values`` (exponents) and 0, the last layer.

    Example:
        >>> decades([-6.9, -3.1, 0.0]).ticks
        (-6, -4, -2, 0)
    """
    finite = [max(-limit, min(limit, v)) for v in values if math.isfinite(v)]
    low, high = min([0.0, *finite]), max([0.0, *finite])
    room = 0.15 if math.floor(low) > low - 0.15 else 0.0
    low = min(math.floor(low) - 3 * room, high - least_span)
    high = high + 0.02 * (high - low)
    step = next((s for s in _DECADES if (high - low) / s <= most), _DECADES[-1])
    first, last = math.ceil(low / step), math.floor(high / step)
    return Axis(low, high, tuple(step * i for i in range(first, last + 1)), log=True)


def round_numbers(low: float, high: float, *, most: int = 5) -> Axis:
    """Return a linear axis with at most about ``most`` round numbers on it.

    Example:
        >>> round_numbers(0, 20).ticks
        (0, 5, 10, 15, 20)
    """
    low, high = (min(_FARTHEST, max(-_FARTHEST, end)) for end in (low, high))
    if not high > low:
        low, high = low - 0.5 * max(1e-9, abs(low)), low + 0.5 * max(1e-9, abs(low))
        low, high = (low, high) if high > low else (0.0, 1.0)
    raw = (high - low) / most
    leading = 10.0 ** math.floor(math.log10(raw)) if raw > 0 else 1.0
    step = next(leading * s for s in (1, 2, 2.5, 5, 10, 20) if leading * s >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    ticks = itertools.takewhile(
        lambda t: t <= high + 1e-9 * step, (step * i for i in itertools.count(first))
    )
    return Axis(
        low,
        high,
        tuple(int(t) if t == int(t) else round(t, 12) for t in itertools.islice(ticks, 12)),
    )
