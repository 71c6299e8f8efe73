"""Dead and saturated shares over time as facts: layer × sampled step."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from livegrad.observation.evidence import Evidence, Layer, Series

MOST_STEPS = 48
"""More sampled steps than this are drawn in as many spans, each showing its greatest share."""

Kind: TypeAlias = Literal["asleep", "saturated"]
KINDS: tuple[Kind, ...] = ("asleep", "saturated")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One layer's shares, one for each column; ``None`` where it was not seen."""

    name: str
    cells: tuple[float | None, ...]
    dead: int | None = None
    units: int | None = None


@dataclass(frozen=True, kw_only=True)
class Strip:
    """One kind of share for all layers that have it.

    Attributes:
        kind: "asleep": units with slope zero for the whole batch; "saturated": entries on a flat
            end.
        rows: One for each layer, the first layer first.
        steps: The first step of each column.
        peak: The greatest share of all.
    """

    kind: Kind
    rows: tuple[Row, ...]
    steps: tuple[int, ...]
    peak: float


def strips(evidence: Evidence, *, kinds: tuple[Kind, ...] = KINDS) -> tuple[Strip, ...]:
    """Return the kinds of share of which anything was above zero."""
    return tuple(s for kind in kinds if (s := strip(evidence, kind)) is not None and s.peak > 0)


def strip(evidence: Evidence, kind: Kind) -> Strip | None:
    """Return one kind of share by layer and time, or ``None`` where it was not seen."""
    spans = _spans(len(evidence.sampled))
    rows = tuple(
        _row(place, layer, kind, spans)
        for place, layer in enumerate(evidence.layers, 1)
        if any(_usable(value) is not None for value in _series(layer, kind))
    )
    peak = max((cell for row in rows for cell in row.cells if cell is not None), default=None)
    if peak is None:
        return None
    return Strip(
        kind=kind, rows=rows, steps=tuple(evidence.sampled[first] for first, _ in spans), peak=peak
    )


def _series(layer: Layer, kind: Kind) -> Series:
    return layer.asleep if kind == "asleep" else layer.saturated


def _spans(count: int) -> list[tuple[int, int]]:
    columns = min(count, MOST_STEPS)
    cuts = [round(i * count / columns) for i in range(columns + 1)] if columns else []
    return list(itertools.pairwise(cuts))


def _row(place: int, layer: Layer, kind: Kind, spans: list[tuple[int, int]]) -> Row:
    series = _series(layer, kind)
    return Row(
        name=layer.name or f"#{place}",
        cells=tuple(_greatest(series[first:last]) for first, last in spans),
        dead=layer.dead if kind == "asleep" else None,
        units=layer.units,
    )


def _greatest(values: Series) -> float | None:
    usable = [u for value in values if (u := _usable(value)) is not None]
    return max(usable, default=None)


def _usable(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else min(1.0, max(0.0, value))
