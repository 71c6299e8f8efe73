"""The losses of one training: a value for each step, and the two ends between which it can move.

Values stay on the device until somebody asks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch

from livegrad.observation.constant import Constants
from livegrad.observation.evidence import Loss
from livegrad.observation.rung import numbers
from livegrad.observation.signals import LossCall

__all__ = ["Losses"]

MOST_LOSSES = 20_000
MOST_LEVELS = 256
STABLE_RATIO = 0.02
STEADY_REST = 0.1
"""What is added to the loss may move, near the end, by this share of what there is to learn; more would hide it."""
ENOUGH_COMPARED = 256
"""From so many samples on, the constant's loss is known well enough for a few comparisons to do."""


class Losses:
    """Collects the scalars that backward was called on, and the loss functions called on the way."""

    def __init__(self) -> None:
        self.first_non_finite: int | None = None
        self._values: list[torch.Tensor | float] = []
        self._steps: list[int] = []
        self._constants = Constants()
        self._levels: list[torch.Tensor] = []
        self._followed: list[torch.Tensor] = []
        self._compared = 0

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._values)

    @property
    def compared_enough(self) -> bool:
        """Whether the loss was compared with a constant's on many samples."""
        return self._compared >= ENOUGH_COMPARED

    def add(self, step: int, values: list[torch.Tensor | float]) -> None:
        """Take the losses of one step; of a very long training every second one is forgotten."""
        self._values += values
        self._steps += [step] * len(values)
        if len(self._values) > MOST_LOSSES:
            self._values, self._steps = self._values[::2], self._steps[::2]

    @torch.no_grad()
    def compare(self, values: list[torch.Tensor | float], calls: Sequence[LossCall]) -> None:
        """Compare the loss with that of a constant and of a perfect prediction on the same batch."""
        levels = [self._constants.levels(call) for call in calls]
        known = [level for level in levels if level is not None]
        if len(known) < len(calls):
            return
        scalar = torch.stack(
            [torch.as_tensor(v, dtype=torch.float32, device=calls[0].value.device) for v in values]
        )
        called = torch.stack([call.value.detach().mean().float() for call in calls])
        constant, perfect = (
            torch.stack([level[i].float() for level in known]).mean() for i in (0, 1)
        )
        self._compared += sum(len(call.target) if call.target.dim() else 1 for call in calls)
        seen = [scalar.mean() / called.mean(), constant, perfect]
        rests = [call.rest.float() for call in calls if call.rest is not None]
        kept = self._followed if rests else self._levels
        rest = torch.stack(rests).mean() if rests else torch.zeros_like(constant)
        kept.append(torch.stack([*seen, rest]))
        if len(kept) > MOST_LEVELS:
            kept[:] = kept[::2]

    def record(self) -> Loss | None:
        """Return the finished record, or ``None`` where no loss was seen."""
        if not self._values:
            return None
        held = [v if isinstance(v, torch.Tensor) else torch.tensor(v) for v in self._values]
        by_step: dict[int, list[float]] = {}
        for step, value in zip(self._steps, numbers(held), strict=True):
            by_step.setdefault(step, []).append(value)
        means = {step: sum(v) / len(v) for step, v in by_step.items()}
        constant, perfect = self._ends()
        bad = next((s for s, v in means.items() if not math.isfinite(v)), None)
        return Loss(
            steps=tuple(means),
            values=tuple(means.values()),
            baseline=constant,
            floor=perfect,
            first_non_finite=bad if bad is not None else self.first_non_finite,
        )

    def _ends(self) -> tuple[float | None, float]:
        """(constant, perfect) losses in the unit of the scalar that backward was called on.

        That scalar may be the sum of several losses, or a part of one (accumulation): the ratio to what the loss
        functions returned tells, as long as it is the same at all steps. A loss written by hand was followed up to it.
        """
        return next((e for e in map(_both_ends, (self._followed, self._levels)) if e), (None, 0.0))


def _both_ends(levels: list[torch.Tensor]) -> tuple[float, float] | None:
    """(constant, perfect) losses of what was compared, if that is enough to say."""
    if not levels:
        return None
    rows = torch.stack(levels).double().cpu().numpy()
    rows = rows[np.isfinite(rows).all(1)]
    if not len(rows):
        return None
    low, ratio, high = np.quantile(rows[:, 0], (0.1, 0.5, 0.9))
    if high - low > STABLE_RATIO * abs(ratio):
        return None
    constant, perfect = np.median(rows[:, 1]), np.median(rows[:, 2])
    last = rows[-max(3, len(rows) // 3) :, 3]
    if last.max() - last.min() > STEADY_REST * (constant - perfect):
        return None
    rest = np.median(last)
    return float((constant + rest) * ratio), float((perfect + rest) * ratio)
