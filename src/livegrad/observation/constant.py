"""The loss of the best constant prediction, and the loss of a perfect one: the two ends of what can be learned.

A network that stays at the first has learned nothing from its inputs; none can go below the second, which is not 0 where the
targets are probabilities. Both come from the user's own loss call, made again on another output, so that its
weights, reduction, smoothing and the like count as they do in the training.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import torch

from livegrad.observation import pairs
from livegrad.observation.signals import LossCall

MOST_ENTRIES = 1 << 16
_TINY = 1e-7


class Constants:
    """Pooled targets of each loss of a training, and the constants that fit them."""

    def __init__(self) -> None:
        self._pools: dict[tuple[object, ...], tuple[torch.Tensor, float]] = {}

    @torch.no_grad()
    def levels(self, call: LossCall) -> tuple[torch.Tensor, torch.Tensor] | None:
        """Return (constant, perfect) losses for this batch, 0-d; ``None`` where the loss or its shapes are unknown.

        Both are NaN where the output is not finite. No number is read: a device that computes is not made to wait.
        """
        output, target = call.output.detach(), call.target.detach()
        if not output.numel():
            return None
        proposals = _proposals(call.name, output, target)
        if proposals is None:
            return None
        statistic, as_output, perfect = proposals
        pooled = self._pooled(
            (call.name, *output.shape[1:]), statistic, target.shape[0] if target.dim() else 1
        )
        losses = [
            call.again(o.to(output.dtype).expand_as(output)).mean() for o in as_output(pooled)
        ]
        least = torch.stack(losses).amin()
        best = torch.zeros_like(least)
        if call.perfect is not None:
            best = call.again(call.perfect).mean()
            least = torch.where(least > best, least, torch.nan)
        elif perfect is not None:
            hard = ((target == 0) | (target == 1)).all()
            best = torch.where(hard, best, call.again(perfect).mean())
        return torch.where(torch.isfinite(output).all(), least, torch.nan), best

    def _pooled(self, key: tuple[object, ...], statistic: torch.Tensor, count: int) -> torch.Tensor:
        """The mean of the statistic over all batches seen so far, this one among them."""
        total, seen = self._pools.get(key, (torch.zeros_like(statistic), 0.0))
        if total.shape != statistic.shape:
            total, seen = torch.zeros_like(statistic), 0.0
        total, seen = total + count * statistic, seen + count
        self._pools[key] = total, seen
        return total / max(seen, 1.0)


Outputs: TypeAlias = Callable[[torch.Tensor], list[torch.Tensor]]


def _proposals(
    loss: str, output: torch.Tensor, target: torch.Tensor
) -> tuple[torch.Tensor, Outputs, torch.Tensor | None] | None:
    """(statistic of this batch's targets, how it becomes constant outputs, the perfect output or ``None``)."""
    if loss in ("cross_entropy", "nll_loss", "kl_div"):
        return _classes(loss, output, target)
    if (
        target.shape != output.shape
        or not target.dim()
        or not target.numel()
        or target[0].numel() > MOST_ENTRIES
    ):
        return None
    real = target.to(output.dtype)
    mean = real.mean(0, keepdim=True)
    if loss == "binary_cross_entropy_with_logits":
        return (
            mean,
            lambda m: [m.clamp(_TINY, 1 - _TINY).logit(), torch.zeros_like(m)],
            _soft(real, logit=True),
        )
    if loss == "binary_cross_entropy":
        return (
            mean,
            lambda m: [m.clamp(_TINY, 1 - _TINY), torch.full_like(m, 0.5)],
            _soft(real, logit=False),
        )
    if loss in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"):
        middle = real.median(0, keepdim=True).values
        return torch.stack([mean, middle]), list, None
    return None


def _classes(
    loss: str, output: torch.Tensor, target: torch.Tensor
) -> tuple[torch.Tensor, Outputs, torch.Tensor | None] | None:
    axis = 1 if output.dim() > 1 else 0
    shape = [1] * output.dim()
    shape[axis] = -1
    classes = output.shape[axis]
    perfect = None
    if target.is_floating_point():
        if target.shape != output.shape:
            return None
        shares = target.movedim(axis, -1).reshape(-1, classes).mean(0)
        perfect = target.clamp_min(_TINY).log().to(output.dtype)
    else:
        valid = (target >= 0) & (target < classes)
        shares = pairs.shares(target, classes, valid) / valid.sum().clamp_min(1)
    even = torch.full((classes,), 1 / classes, device=output.device)
    return (
        shares.float(),
        lambda s: [p.clamp_min(_TINY).log().reshape(shape) for p in (s, even)],
        perfect if loss != "nll_loss" else None,
    )


def _soft(target: torch.Tensor, *, logit: bool) -> torch.Tensor:
    """The perfect output for targets between 0 and 1 (where all are 0 or 1, it costs nothing at all)."""
    inside = target.clamp(_TINY, 1 - _TINY)
    return inside.logit() if logit else inside
