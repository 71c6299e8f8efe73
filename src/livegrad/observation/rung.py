"""One rung of the ladder while it grows: the series of one layer, and which of its units sleep."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import torch

from livegrad.observation.evidence import Layer

ENTRIES = 4096
"""Weights are followed by this many of their entries, evenly spaced: enough for a ratio, constant in memory."""
DEAD_BATCHES = 3
"""A unit is called dead only after it slept in this many measured batches in a row."""

SERIES = (
    "gradient",
    "weight_gradient",
    "update",
    "moved",
    "mean",
    "spread",
    "slope",
    "saturated",
    "asleep",
    "correlation",
)


class Rung:
    """Collects what is seen of one layer, one row for each measured step."""

    def __init__(self, name: str, kind: str, weight: torch.Tensor | None) -> None:
        self.name, self.kind = name, kind
        self.order = 0
        self.fan_in: int | None = None
        self.units: int | None = None
        self.activation: str | None = None
        self.normalised = self.skip = self.is_output = self.constant = False
        self.initial_gain: float | None = None
        self.time_gradient: tuple[float | None, ...] = ()
        self._series: dict[str, list[float | None]] = {name: [] for name in SERIES}
        self.start: torch.Tensor | None = None
        self._asleep_since: np.ndarray | None = None
        self._batches: np.ndarray | None = None
        self._samples: np.ndarray | None = None
        if weight is not None:
            self._remember(weight)

    def describe(self, *, units: int, numel: int) -> None:
        """Take the sizes; the gain needs them, so it is worked out here."""
        if self.units is None:
            self.units, self.fan_in = units, max(1, numel // max(1, units))
            if self._spread is not None:
                self.initial_gain = math.sqrt(self.fan_in) * self._spread

    def add(self, row: dict[str, float | None], length: int) -> None:
        """Append one measured step; ``length`` rows stood before it."""
        for name, values in self._series.items():
            values += [None] * (length - len(values))
            values.append(row.get(name))

    def slept(self, asleep: np.ndarray, step: int, samples: int) -> None:
        """Take which units slept through a measured batch of ``samples``."""
        if self._asleep_since is None or self._asleep_since.shape != asleep.shape:
            self._asleep_since = np.full(asleep.shape, -1)
            self._batches = np.zeros(asleep.shape, int)
            self._samples = np.zeros(asleep.shape, int)
        self._asleep_since = np.where(
            asleep, np.where(self._asleep_since < 0, step, self._asleep_since), -1
        )
        self._batches = np.where(asleep, self._batches + 1, 0)
        self._samples = np.where(asleep, self._samples + samples, 0)

    def layer(self, length: int) -> Layer:
        """Return the finished record."""
        series = {
            name: (*values, *([None] * (length - len(values))))
            for name, values in self._series.items()
        }
        return Layer(
            name=self.name,
            kind=self.kind,
            fan_in=self.fan_in,
            units=self.units,
            activation=self.activation,
            normalised=self.normalised,
            skip=self.skip,
            is_output=self.is_output,
            initial_gain=self.initial_gain,
            constant=self.constant,
            time_gradient=self.time_gradient,
            **self._dead(),
            **series,
        )

    def _dead(self) -> dict[str, int | None]:
        if self._asleep_since is None or self._batches is None or self._samples is None:
            return {}
        gone = self._batches >= DEAD_BATCHES
        return {
            "dead": int(gone.sum()),
            "dead_since": int(self._asleep_since[gone].max()) if gone.any() else None,
            "dead_samples": int(self._samples[gone].min()) if gone.any() else None,
        }

    def _remember(self, weight: torch.Tensor) -> None:
        self.start = entries(weight).float().clone()
        whole = weight.detach().float()
        self._spread = float(whole.std(correction=0)) if whole.numel() > 1 else None
        self.constant = whole.numel() > 1 and bool(whole.amin() == whole.amax())

    _spread: float | None = None


def entries(weight: torch.Tensor) -> torch.Tensor:
    """At most `ENTRIES` of a weight's entries, evenly spaced, as a flat view where the weight is contiguous."""
    flat = weight.detach().flatten()
    stride = math.ceil(flat.numel() / ENTRIES)
    return flat[::stride] if stride > 1 else flat


def log10(value: float) -> float:
    """log₁₀ with ``-inf`` at zero; NaN and infinity pass through."""
    if math.isnan(value) or value == math.inf:
        return value
    return math.log10(value) if value > 0 else -math.inf


def numbers(tensors: Iterable[torch.Tensor]) -> list[float]:
    """Read many 0-d tensors at once: one transfer for each device and kind, not one for each number."""
    tensors = list(tensors)
    if not tensors:
        return []
    by_kind: dict[tuple[torch.device, torch.dtype], list[int]] = {}
    for position, tensor in enumerate(tensors):
        by_kind.setdefault((tensor.device, tensor.dtype), []).append(position)
    found = [0.0] * len(tensors)
    for positions in by_kind.values():
        stacked = torch.stack([tensors[i] for i in positions]).tolist()
        for position, value in zip(positions, stacked, strict=True):
            found[position] = value
    return found
