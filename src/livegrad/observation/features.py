"""Running statistics of a network's input, by feature: kept on the device, read when asked for."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import torch

from livegrad.observation.evidence import Data

MOST_FEATURES = 4096


@dataclass(frozen=True)
class Batch:
    """One batch of input, reduced: nothing here holds a sample.

    Attributes:
        samples: How many rows it had.
        axis: The dimension that the features lie on.
        features: How many features.
        count: 0-d: rows, times positions, that were finite; float64.
        bad: 0-d: entries that were NaN or infinite; float64.
        sums: Rows Σx, Σx², least and greatest of the finite rows, of shape (4, features), float64; ``None`` where
            there are more than `MOST_FEATURES`.
    """

    samples: int
    axis: int
    features: int
    count: torch.Tensor
    bad: torch.Tensor
    sums: torch.Tensor | None


@torch.no_grad()
def reduced(x: torch.Tensor) -> Batch | None:
    """Reduce a batch of shape (samples, features), (samples, ..., features) or (samples, channels, height, width).

    Returns ``None`` for what is no batch of numbers: a scalar, an empty, a fake or a complex tensor.
    """
    if not x.is_floating_point() or not x.numel() or not x.dim() or x.is_meta:
        return None
    x = x.detach()
    axis = 1 if x.dim() >= 4 else -1
    rows = x.movedim(axis, -1).flatten(0, -2) if x.dim() > 1 else x[:, None]
    finite = torch.isfinite(rows)
    whole = finite.all(1)
    kept = (
        rows.double().masked_fill(~whole[:, None], 0.0) if rows.shape[1] <= MOST_FEATURES else None
    )
    return Batch(
        samples=x.shape[0],
        axis=axis,
        features=rows.shape[1],
        count=whole.sum().double(),
        bad=(~finite).sum().double(),
        sums=None if kept is None else _sums(kept, ~whole[:, None]),
    )


def _sums(kept: torch.Tensor, left_out: torch.Tensor) -> torch.Tensor:
    """Σx, Σx², least and greatest of each column, rows that are ``left_out`` (0 in ``kept``) not counted."""
    low = kept.masked_fill(left_out, torch.inf).amin(0)
    high = kept.masked_fill(left_out, -torch.inf).amax(0)
    return torch.stack([kept.sum(0), kept.square().sum(0), low, high])


class Features:
    """Sums over the batches seen; one column for each feature (last dimension) or channel (images).

    Args:
        first: The first batch; later ones with another number of features are left out.
    """

    def __init__(self, first: Batch) -> None:
        self.axis, self.features = first.axis, first.features
        self._samples = 0
        self._count = torch.zeros_like(first.count)
        self._sums: torch.Tensor | None = None
        self._bad = torch.zeros_like(first.bad)
        self._bad_since = torch.full_like(first.bad, torch.inf)

    @torch.no_grad()
    def add(self, batch: Batch, step: int) -> None:
        """Take one batch, if it has the features of the first one."""
        if (batch.axis, batch.features) != (self.axis, self.features):
            return
        self._samples += batch.samples
        self._count = self._count + batch.count
        self._bad = self._bad + batch.bad
        since = torch.where(batch.bad > 0, float(step), torch.inf)
        self._bad_since = torch.minimum(self._bad_since, since.to(self._bad_since))
        if batch.sums is not None:
            self._sums = batch.sums if self._sums is None else _both(self._sums, batch.sums)

    def record(self, found: tuple[int, int, int] | None) -> Data:
        """Return the finished record; ``found`` is what a look at the first bad loss gave (inputs, targets, step)."""
        bad, bad_targets, step = found or (0, 0, None)
        count, own_bad, since = torch.stack([self._count, self._bad, self._bad_since]).tolist()
        known = [s for s in (since if own_bad else None, step) if s is not None]
        data = Data(
            samples=self._samples,
            axis=self.axis,
            non_finite=max(bad, int(own_bad)),
            target_non_finite=bad_targets,
            first_non_finite=int(min(known)) if known else None,
        )
        if not count or self._sums is None:
            return data
        sums = self._sums.cpu()
        mean = sums[0] / count
        spread = (sums[1] / count - mean.square()).clamp_min(0).sqrt()
        return dataclasses.replace(
            data,
            mean=tuple(mean.tolist()),
            spread=tuple(spread.tolist()),
            low=tuple(sums[2].tolist()),
            high=tuple(sums[3].tolist()),
        )


def _both(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    ends = torch.minimum(a[2], b[2]), torch.maximum(a[3], b[3])
    return torch.cat([a[:2] + b[:2], torch.stack(ends)])


def first_tensor(given: Any) -> torch.Tensor | None:
    """Return the first floating-point tensor among arguments, looking into lists, tuples and mappings."""
    if isinstance(given, torch.Tensor):
        return given if given.is_floating_point() else None
    inner = given.values() if isinstance(given, dict) else given
    if not isinstance(given, (list, tuple, dict)):
        return None
    return next((found for found in map(first_tensor, inner) if found is not None), None)
