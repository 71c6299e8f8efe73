"""One rung of the ladder while it grows: the series of one layer, and which of its units sleep."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

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
    "lost",
    "one_signed",
    "input_offset",
    "correlation",
)


@dataclass(frozen=True)
class _Sleep:
    """For each unit: the step since which it sleeps, and through how many batches and samples."""

    since: np.ndarray
    batches: np.ndarray
    samples: np.ndarray


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
        self.initial_mean: float | None = None
        self.dtype: str | None = None
        self.rows: int | None = None
        self.time_gradient: tuple[float | None, ...] = ()
        self._series: dict[str, list[float | None]] = {name: [] for name in SERIES}
        self.start: torch.Tensor | None = None
        self._sleep: _Sleep | None = None
        self._spread: float | None = None
        self._mean = 0.0
        if weight is not None:
            self._remember(weight)

    def describe(self, *, units: int, numel: int) -> None:
        """Take the sizes; the gain needs them, so it is worked out here."""
        if self.units is None:
            self.units, self.fan_in = units, max(1, numel // max(1, units))
            if self._spread is not None:
                self.initial_gain = math.sqrt(self.fan_in) * self._spread
                self.initial_mean = self.fan_in * self._mean

    def add(self, row: dict[str, float | None], length: int) -> None:
        """Append one measured step; ``length`` rows stood before it."""
        for name, values in self._series.items():
            values.extend([None] * (length - len(values)))
            values.append(row.get(name))

    def slept(self, asleep: np.ndarray, step: int, samples: int) -> None:
        """Take which units slept through a measured batch of ``samples``."""
        sleep = self._sleep
        if sleep is None or sleep.since.shape != asleep.shape:
            sleep = _Sleep(*(np.zeros(asleep.shape, int) for _ in range(3)))
        self._sleep = _Sleep(
            since=np.where(asleep, np.where(sleep.batches > 0, sleep.since, step), -1),
            batches=np.where(asleep, sleep.batches + 1, 0),
            samples=np.where(asleep, sleep.samples + samples, 0),
        )

    def layer(self, length: int) -> Layer:
        """Return the finished record."""
        series = {
            name: (*values, *([None] * (length - len(values))))
            for name, values in self._series.items()
        }
        dead, since, samples = self._dead()
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
            initial_mean=self.initial_mean,
            dtype=self.dtype,
            rows=self.rows,
            constant=self.constant,
            time_gradient=self.time_gradient,
            dead=dead,
            dead_since=since,
            dead_samples=samples,
            **series,
        )

    def _dead(self) -> tuple[int | None, int | None, int | None]:
        """(dead units, first step of the latest death, samples they all slept through)."""
        sleep = self._sleep
        if sleep is None:
            return None, None, None
        gone = sleep.batches >= DEAD_BATCHES
        if not gone.any():
            return 0, None, None
        return int(gone.sum()), int(sleep.since[gone].max()), int(sleep.samples[gone].min())

    def _remember(self, weight: torch.Tensor) -> None:
        self.start = wide(entries(weight)).clone()
        whole = wide(weight.detach())
        self._spread = float(whole.std(correction=0)) if whole.numel() > 1 else None
        self._mean = float(whole.mean()) if whole.numel() > 1 else 0.0
        self.constant = whole.numel() > 1 and bool(whole.amin() == whole.amax())


def entries(weight: torch.Tensor) -> torch.Tensor:
    """At most `ENTRIES` of a weight's entries, evenly spaced, as a flat view where the weight is contiguous."""
    flat = weight.detach().flatten()
    stride = math.ceil(flat.numel() / ENTRIES)
    return flat[::stride] if stride > 1 else flat


def wide(tensor: torch.Tensor) -> torch.Tensor:
    """The tensor in float32 or more, real: sums over 16 bits lose what they are asked for, complex numbers are pairs."""
    if tensor.is_complex():
        return torch.view_as_real(tensor.resolve_conj())
    return tensor.float() if tensor.dtype in (torch.float16, torch.bfloat16) else tensor


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
