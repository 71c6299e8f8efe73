"""Running statistics of a network's input, by feature."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch

from livegrad.observation.evidence import Data

MOST_FEATURES = 4096


class Features:
    """Sums over the batches seen; one column for each feature (last dimension) or channel (images).

    Args:
        x: The first batch, of shape (samples, features), (samples, ..., features) or (samples, channels, height, width).
    """

    def __init__(self, x: torch.Tensor) -> None:
        self.axis = 1 if x.dim() >= 4 else -1
        self.features = x.shape[self.axis] if x.dim() > 1 else 1
        self._samples = self._count = self._bad = 0
        self._bad_step: int | None = None
        self._sum = self._square = np.zeros(self.features)
        self._low, self._high = np.full(self.features, np.inf), np.full(self.features, -np.inf)

    @torch.no_grad()
    def add(self, x: torch.Tensor, step: int) -> None:
        """Take one batch, if it has the features of the first one."""
        x = x.detach()
        if (x.shape[self.axis] if x.dim() > 1 else 1) != self.features:
            return
        rows = x.movedim(self.axis, -1).reshape(-1, self.features) if x.dim() > 1 else x[:, None]
        finite = torch.isfinite(rows)
        bad = rows.numel() - int(finite.sum())
        if bad and self._bad_step is None:
            self._bad_step = step
        self._bad += bad
        self._samples += x.shape[0]
        rows = rows[finite.all(1)].double() if bad else rows.double()
        if len(rows) and self.features <= MOST_FEATURES:
            self._count += len(rows)
            self._sum = self._sum + rows.sum(0).cpu().numpy()
            self._square = self._square + rows.square().sum(0).cpu().numpy()
            self._low = np.minimum(self._low, rows.amin(0).cpu().numpy())
            self._high = np.maximum(self._high, rows.amax(0).cpu().numpy())

    def record(self, found: tuple[int, int, int] | None) -> Data:
        """Return the finished record; ``found`` is what a look at the first bad loss gave (inputs, targets, step)."""
        bad, bad_targets, step = found or (0, 0, None)
        steps = [s for s in (step, self._bad_step) if s is not None]
        data = Data(
            samples=self._samples,
            axis=self.axis,
            non_finite=max(bad, self._bad),
            target_non_finite=bad_targets,
            first_non_finite=min(steps) if steps else None,
        )
        if not self._count:
            return data
        mean = self._sum / self._count
        spread = np.sqrt(np.maximum(self._square / self._count - mean**2, 0))
        return dataclasses.replace(
            data,
            mean=tuple(mean.tolist()),
            spread=tuple(spread.tolist()),
            low=tuple(self._low.tolist()),
            high=tuple(self._high.tolist()),
        )
