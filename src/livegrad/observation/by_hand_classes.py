"""The log-probability of a class written by hand, and that of a distribution over classes."""

from __future__ import annotations

import torch
from torch.nn import functional

from livegrad.observation.by_hand_pair import TINY, Pair, Way, weigh_by_class
from livegrad.observation.graph import operations_before, saved
from livegrad.observation.reading import is_near
from livegrad.observation.replay import Step
from livegrad.observation.replay_steps import Compute

__all__ = ["classes"]

_NORMALISING = ("LogSoftmaxBackward0", "SoftmaxBackward0", "LogsumexpBackward0")

Picked = tuple[Step, int, torch.Tensor, torch.Tensor | None]
"""The operation that picks a class for each row, the axis of the classes, the target, and whether it is surely one."""


def classes(way: Way) -> Pair | None:
    """Return scores or probabilities, and the class that is picked from them for each row."""
    base, value = way.nodes[-1], way.values[-1]
    if not any(s.name in _NORMALISING for s in way.readers):
        base, value = way.before_last("SoftmaxBackward0")
    before = operations_before(base)
    alike = [s for s in way.found.steps if value.dim() > 1 and way.shape_into(s) == value.shape]
    axes = {_axis(s, value.dim()) for s in alike if s.name in _NORMALISING}
    if len(axes) > 1 or not (axes or before[-1:] in (("log_softmax",), ("softmax",))):
        return None
    picked = [p for s in alike if (p := _picked(s, value, axes)) is not None]
    if len(picked) != 1:
        return None
    step, axis, target, sure = picked[0]
    soft = target.is_floating_point()
    weighed = weigh_by_class(way.found, [step], None if soft else target)
    if weighed is None:
        return None
    output, again = value.movedim(axis, 1), _moved(way.found.function(base), axis)
    target = target.movedim(axis, 1) if soft else target
    perfect = (target if soft else _hot(target, output)).clamp_min(TINY).log()
    if not axes and before[-1] == "softmax":
        output, again = output.clamp_min(TINY).log(), _of_logs(again)
    name = "cross_entropy" if axes else "nll_loss"
    weighed = weighed.to(value.device)
    return Pair(
        name, base, output, target, perfect, again, weighed if sure is None else sure & weighed
    )


def _hot(target: torch.Tensor, output: torch.Tensor) -> torch.Tensor:
    count = output.shape[1]
    return functional.one_hot(target.clamp(0, count - 1), count).movedim(-1, 1).to(output.dtype)


def _moved(again: Compute, axis: int) -> Compute:
    def moved(output: torch.Tensor) -> torch.Tensor:
        return again(output.movedim(1, axis))

    return moved


def _of_logs(again: Compute) -> Compute:
    def of_logs(output: torch.Tensor) -> torch.Tensor:
        return again(output.exp())

    return of_logs


def _axis(step: Step, dims: int) -> int:
    dim = step.node.node._saved_dim  # noqa: SLF001 (where autograd keeps it)
    dim = dim[0] if isinstance(dim, tuple) else dim
    return int(dim - (1 << 64) if dim >= 1 << 63 else dim) % dims


def _picked(step: Step, value: torch.Tensor, axes: set[int]) -> Picked | None:
    if step.name == "GatherBackward0":
        return _gathered(step, value, axes)
    if step.name == "IndexBackward0" and value.dim() == 2 and axes <= {1}:
        return _indexed(step, value)
    if step.name in ("NllLossBackward0", "NllLoss2DBackward0"):
        target = saved(step.node.node, "target")
        return None if target is None else (step, 1, target, None)
    return _shared_out(step, value, axes) if step.name == "MulBackward0" else None


def _gathered(step: Step, value: torch.Tensor, axes: set[int]) -> Picked | None:
    """``scores.gather(1, y[:, None])``."""
    index, axis = saved(step.node.node, "index"), _axis(step, value.dim())
    one = index is not None and index.shape[axis] == 1 and axes <= {axis}
    if index is None or not one or index.squeeze(axis).shape != value.select(axis, 0).shape:
        return None
    return step, axis, index.squeeze(axis), None


def _indexed(step: Step, value: torch.Tensor) -> Picked | None:
    """``scores[torch.arange(n), y]``."""
    rows, target = (*step.node.node._saved_indices, None, None)[:2]  # noqa: SLF001 (where autograd keeps them)
    if rows is None or target is None or rows.dtype != torch.long:
        return None
    if not rows.shape == target.shape == value.shape[:1]:
        return None
    every = torch.arange(len(rows), device=rows.device)
    return step, 1, target.to(value.device), (rows == every).all().to(value.device)


def _shared_out(step: Step, value: torch.Tensor, axes: set[int]) -> Picked | None:
    """``one_hot * scores``: a distribution over the classes for each row."""
    shares, axis = step.constant(), next(iter(axes), 1)
    if shares is None or shares.shape != value.shape or shares.dtype == torch.bool:
        return None
    whole = ((shares >= 0) & ((shares.sum(axis, keepdim=True) - 1).abs() < 1e-3)).all()
    if is_near(whole) and not bool(whole):
        return None  # weights, or a mask
    return step, axis, shares.to(value.dtype), whole
