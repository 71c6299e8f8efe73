"""What is drawn over the plane: each lane's answer, and for the inspector each unit's, with its histogram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab.race.data import RaceData
from livegrad.lab.race.lanes import Lane
from livegrad.lab.race.looking import Look
from livegrad.text import Text

__all__ = ["Histogram", "Looked", "field_of", "inspected"]

Reals: TypeAlias = NDArray[Any]
FINE, COARSE, TILE = 48, 24, 24  # cells along one side
DEEP = 30  # layers: beyond, fields are coarse
MOST_WITH_TILES = 8  # layers: beyond, only the one looked at has tiles
BINS = 40
_UNIT = Text("layer {layer}, unit {unit}", "{layer}층 유닛 {unit}")


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """The pre-activations of one layer, and what slope they meet.

    Attributes:
        edges: Of the bins; shape (41,).
        counts: Pre-activations in each; shape (40,).
        slopes: Mean |f′| in each; NaN in an empty one.
    """

    edges: Reals
    counts: Reals
    slopes: Reals


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What the inspector shows.

    Attributes:
        lane: Which.
        layer: Which is looked at, from 1.
        layers: Whose tiles there are, from 1; shape (m,).
        tiles: What each unit answers over the plane, −1 … 1; shape (m, units, 24, 24).
        histogram: Of the layer looked at.
        unit_names: Of its units.
    """

    lane: int
    layer: int
    layers: NDArray[np.int32]
    tiles: Reals
    histogram: Histogram
    unit_names: tuple[Text, ...]


def field_of(lane: Lane, data: RaceData) -> Reals:
    """Return a lane's answer over the plane, row 0 on top.

    Returns:
        For two classes 2p − 1, for numbers the standardised value up to ±1 (at two deviations), for more classes the number of
        the likeliest; shape (48, 48), or (24, 24) beyond 30 layers.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> field_of(track.lanes[0], track.data).shape
        (48, 48)
    """
    cells = COARSE if lane.plan.depth > DEEP else FINE
    grid = data.grid(cells, lane.plan.scaling)
    outputs = lane.forward(grid).outputs
    with np.errstate(all="ignore"):
        if lane.split.loss == "cross-entropy":
            answer = outputs.argmax(axis=1).astype(np.float32)
        elif lane.split.loss == "bce":
            answer = np.tanh(outputs[:, 0] / 2)
        else:
            answer = np.clip(outputs[:, 0] / 2, -1, 1)
    return answer.reshape(cells, cells)


def inspected(number: int, lane: Lane, data: RaceData, seen: Look, layer: int) -> Looked:
    """Return what the inspector shows of a lane.

    Args:
        number: The lane's.
        lane: The lane.
        data: The points.
        seen: A look on some of them.
        layer: The layer looked at, from 1.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> lane = track.lanes[0]
        >>> inspected(0, lane, track.data, lane.look(), layer=2).tiles.shape
        (6, 8, 24, 24)
    """
    depth = lane.plan.depth
    layer = min(max(layer, 1), depth)
    layers = np.arange(1, depth + 1) if depth <= MOST_WITH_TILES else np.array([layer])
    grid = data.grid(TILE, lane.plan.scaling)
    values = lane.forward(grid).values[layers - 1]
    with np.errstate(all="ignore"):
        tall = np.maximum(np.abs(values).max(axis=1, keepdims=True), 1e-12)
        tiles = (values / tall).transpose(0, 2, 1).reshape(len(layers), -1, TILE, TILE)
    return Looked(
        lane=number,
        layer=layer,
        layers=layers.astype(np.int32),
        tiles=tiles,
        histogram=_histogram(seen.z[layer - 1].ravel(), seen.slopes[layer - 1].ravel()),
        unit_names=tuple(_UNIT.fill(layer=layer, unit=u + 1) for u in range(lane.plan.width)),
    )


def _histogram(z: Reals, slopes: Reals) -> Histogram:
    fine = np.isfinite(z)
    z, slopes = z[fine], np.abs(slopes[fine])
    low, high = (float(z.min()), float(z.max())) if len(z) else (-1.0, 1.0)
    middle, reach = (low + high) / 2, max((high - low) / 2, 1e-3 * max(abs(low), abs(high), 1e-3))
    edges = np.linspace(middle - reach, middle + reach, BINS + 1)
    bins = np.clip(np.searchsorted(edges, z, side="right") - 1, 0, BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    with np.errstate(all="ignore"):
        means = np.bincount(bins, weights=slopes, minlength=BINS) / counts
    return Histogram(edges=edges, counts=counts.astype(np.float32), slopes=means)
