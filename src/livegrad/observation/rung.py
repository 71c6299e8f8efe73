"""One rung of the ladder while it grows: the series of one layer, and which of its units sleep."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from livegrad.observation.evidence import LOG10_OF_ZERO, Layer

ENTRIES = 4096
"""Weights are followed by this many of their entries, evenly spaced: enough for a ratio, constant in memory."""
DEAD_BATCHES = 3
"""A unit is called dead only after it slept in this many measured batches in a row…"""
FAR_BATCHES, FAR_SAMPLES, FAR_SHARE = 2, 64, 0.95
"""…or, with at least this share of its layer, in so many batches of so many samples, the last when the training was twice as long
as at the first: single units that fire on rare inputs sleep through two batches by chance, a whole layer does not."""

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
    "time_span",
)


@dataclass(frozen=True)
class _Sleep:
    """For each unit: the step since which it sleeps, and through how many batches and samples."""

    since: np.ndarray
    batches: np.ndarray
    samples: np.ndarray
    last: int = 0

    @property
    def gone(self) -> np.ndarray:
        """Which units slept long enough to be called dead."""
        far = (self.samples >= FAR_SAMPLES) & (2 * self.since <= self.last)
        far &= self.batches >= FAR_BATCHES
        near = self.batches >= DEAD_BATCHES
        return near | far if (near | far).mean() >= FAR_SHARE else near

    @property
    def any(self) -> bool:
        """Whether any unit sleeps."""
        return bool(self.batches.any())


class Rung:
    """Collects what is seen of one layer, one row for each measured step."""

    def __init__(self, name: str, kind: str, weight: torch.Tensor | None) -> None:
        self.name, self.kind = name, kind
        self.order: int | None = None
        self.fan_in: int | None = None
        self.units: int | None = None
        self.activation: str | None = None
        self.normalised = self.skip = self.is_output = False
        self.dtype: str | None = None
        self.rows: int | None = None
        self.time_gradient: tuple[float | None, ...] = ()
        self._series: dict[str, list[float | None]] = {name: [] for name in SERIES}
        self.start: torch.Tensor | None = None
        self._sleep: _Sleep | None = None
        self._initial: torch.Tensor | None = None
        if weight is not None:
            self._remember(weight)

    def describe(self, *, units: int, numel: int) -> None:
        """Take the sizes, the first time."""
        if self.units is None:
            self.units, self.fan_in = units, max(1, numel // max(1, units))

    def put(self, row: Mapping[str, float | None], position: int) -> None:
        """Set what was seen at the measured step of that position; what it does not name stays."""
        for name, value in row.items():
            values = self._series[name]
            values.extend([None] * (position + 1 - len(values)))
            values[position] = value

    def keep(self, positions: list[int], length: int) -> None:
        """Forget all but these positions of the first ``length``."""
        for values in self._series.values():
            values.extend([None] * (length - len(values)))
            values[:] = [values[i] for i in positions]

    def take_time(self, norms: list[list[float]], position: int) -> None:
        """Take the norms of ∂loss/∂z by time step, the first time step first, of the measured step of that position."""
        norms_now = tuple(log10(v) for v in norms[0])
        finite = all(math.isfinite(v) or v == -math.inf for v in norms_now)
        if finite or not self.time_gradient:
            self.time_gradient = norms_now
        if len(norms_now) > 2 and finite:
            ends = [max(v, LOG10_OF_ZERO) for v in (norms_now[0], norms_now[-1])]
            self.put({"time_span": ends[0] - ends[1]}, position)

    def slept(self, flags: list[float], step: int, samples: int) -> None:
        """Take which units slept (1) through a measured batch of ``samples``."""
        sleep = self._sleep
        if sleep is not None and len(flags) == len(sleep.since) and not (any(flags) or sleep.any):
            return  # all awake, as before
        asleep = np.array(flags) > 0
        if sleep is None or sleep.since.shape != asleep.shape:
            since, batches, slept = (np.zeros(asleep.shape, int) for _ in range(3))
            sleep = _Sleep(since, batches, slept)
        self._sleep = _Sleep(
            since=np.where(asleep, np.where(sleep.batches > 0, sleep.since, step), -1),
            batches=np.where(asleep, sleep.batches + 1, 0),
            samples=np.where(asleep, sleep.samples + samples, 0),
            last=step,
        )

    def layer(self, length: int) -> Layer:
        """Return the finished record."""
        series = {
            name: (*values, *([None] * (length - len(values))))
            for name, values in self._series.items()
        }
        dead, since, samples = self._dead()
        gain, mean, constant = self._at_start()
        return Layer(
            name=self.name,
            kind=self.kind,
            fan_in=self.fan_in,
            units=self.units,
            activation=self.activation,
            normalised=self.normalised,
            skip=self.skip,
            is_output=self.is_output,
            initial_gain=gain,
            initial_mean=mean,
            dtype=self.dtype,
            rows=self.rows,
            constant=constant,
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
        gone = sleep.gone
        if not gone.any():
            return 0, None, None
        return int(gone.sum()), int(sleep.since[gone].max()), int(sleep.samples[gone].min())

    def dead_units(self) -> tuple[int, ...]:
        """Return which units slept in each of the last measured batches."""
        if self._sleep is None:
            return ()
        return tuple(np.flatnonzero(self._sleep.gone).tolist())

    def _at_start(self) -> tuple[float | None, float | None, bool]:
        """(gain, mean answer to ones, whether all weights were equal) before the first step."""
        if self._initial is None or self.fan_in is None:
            return None, None, False
        spread, mean, low, high = self._initial.tolist()
        return math.sqrt(self.fan_in) * spread, self.fan_in * mean, low == high

    @torch.no_grad()
    def _remember(self, weight: torch.Tensor) -> None:
        self.start = wide(entries(weight)).clone()
        whole = wide(local(weight.detach()))
        if whole.numel() > 1:
            ends, mean = torch.aminmax(whole), whole.mean()
            # Two passes: PyTorch's one pass over both takes ten times as long.
            spread = torch.linalg.vector_norm(whole - mean) / math.sqrt(whole.numel())
            self._initial = torch.stack([spread, mean, *ends])


def entries(weight: torch.Tensor) -> torch.Tensor:
    """At most `ENTRIES` of a weight's entries, evenly spaced, as a flat view where the weight is contiguous."""
    flat = local(weight.detach()).flatten()
    stride = math.ceil(flat.numel() / ENTRIES)
    return flat[::stride] if stride > 1 else flat


def local(tensor: torch.Tensor) -> torch.Tensor:
    """The part of a tensor that this process holds: of a sharded one (FSDP) its shard, so that no process waits for another."""
    return tensor.to_local() if type(tensor).__name__ == "DTensor" else tensor  # pyrefly: ignore (DTensor's own method)


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
