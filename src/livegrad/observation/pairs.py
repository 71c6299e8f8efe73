"""What the (output, target) pairs of the loss calls tell: the score, and how output, loss and target fit.

Everything is kept on the device as small tensors and read rarely, so that a GPU is not made to wait.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from livegrad.observation.evidence import Output, Score
from livegrad.observation.signals import LossCall

MOST_POINTS = 400
MOST_KEPT = 1 << 14
"""Pairs of no more entries than this are put aside as they are…"""
MOST_WAITING = 256
"""…and so many of them before they are counted."""
MOST_PARTS = 512
"""Beyond so many steps and evaluations the older ones are put together."""
LAST_PART = 0.1
"""Without an evaluation of the script's own, the score is that of this last part of the steps."""

_CLASSES = ("cross_entropy", "nll_loss", "multi_margin_loss")
_BINARY = ("binary_cross_entropy", "binary_cross_entropy_with_logits", "soft_margin_loss")
_REAL = ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")


@dataclass
class Part:
    """Sums over some pairs: one training step, or one evaluation pass between two steps."""

    step: int
    training: bool
    kind: str
    sums: list[torch.Tensor] = field(default_factory=list)

    def row(self) -> torch.Tensor:
        """Return the summed row: (n, hits, commonest) or (n, Σy, Σy², Σe², Σe⁴)."""
        return torch.stack(self.sums).sum(0)


class Pairs:
    """Collects the loss calls of one training."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._heads: set[tuple[str, tuple[int, ...]]] = set()
        self._kept: list[tuple[str, torch.Tensor, torch.Tensor, dict[str, Any], int]] = []

    def add(self, call: LossCall, *, step: int, training: bool) -> None:
        """Take one loss call into the score."""
        self._catch_up()
        self._take(
            call.name, call.output.detach(), call.target.detach(), call.settings, step, training
        )

    def add_later(self, call: LossCall, *, step: int) -> None:
        """Take one loss call of the training into the score, small ones when there is time: not in the middle of a step."""
        output, target = call.output.detach(), call.target.detach()
        if output.numel() + target.numel() > MOST_KEPT:
            self.add(call, step=step, training=True)
            return
        self._kept.append((call.name, output.clone(), target.clone(), call.settings, step))
        if len(self._kept) > MOST_WAITING:
            self._catch_up()

    def _catch_up(self) -> None:
        """Take what was put off."""
        waiting = list(self._kept)
        self._kept.clear()
        for name, output, target, settings, step in waiting:
            self._take(name, output, target, settings, step, True)

    @torch.no_grad()
    def _take(
        self,
        name: str,
        output: torch.Tensor,
        target: torch.Tensor,
        settings: dict[str, Any],
        step: int,
        training: bool,  # noqa: FBT001 (inside only)
    ) -> None:
        found = _sums(name, output, target, settings)
        if found is None:
            return
        kind, row = found
        last = self._parts[-1] if self._parts else None
        if last is None or (last.step, last.training, last.kind) != (step, training, kind):
            last = Part(step, training, kind)
            self._parts = _thinned(self._parts)
            self._parts.append(last)
        last.sums.append(row)
        if len(last.sums) > 64:
            last.sums = [torch.stack(last.sums).sum(0)]
        if training:
            self._heads.add((name, tuple(output.shape[1:])))

    def knows(self, call: LossCall) -> bool:
        """Whether a loss of this name and output shape was trained on (evaluation pairs are told apart by it)."""
        self._catch_up()
        return (call.name, tuple(call.output.shape[1:])) in self._heads

    def score(self, steps: int) -> Score | None:
        """Return the score after ``steps`` optimizer steps, or ``None`` where no pair was understood."""
        self._catch_up()
        evaluations = [p for p in self._parts if not p.training]
        parts = evaluations or [p for p in self._parts if p.training]
        if not parts:
            return None
        kind = parts[-1].kind
        parts = [p for p in parts if p.kind == kind]
        rows = list(torch.stack([p.row() for p in parts]).cpu().numpy())
        final = rows[-1:] if evaluations else _last_part(parts, rows, steps)
        value, error = _value(kind, np.sum(final, axis=0))
        curve = _thin([(p.step, _value(kind, row)[0]) for p, row in zip(parts, rows, strict=True)])
        return Score(
            kind=kind,
            value=value,
            chance=_chance(kind, np.sum(rows, axis=0)),
            spread=max(2 * error, _wobble(kind, parts, rows, steps, evaluated=bool(evaluations))),
            source="evaluation" if evaluations else "training",
            samples=int(np.sum(final, axis=0)[0]),
            steps=tuple(s for s, _ in curve),
            values=tuple(v for _, v in curve),
        )


def _thinned(parts: list[Part]) -> list[Part]:
    """Of a very long training two neighbouring steps of the older half become one, and every second evaluation goes."""
    if len(parts) < MOST_PARTS:
        return parts
    half = len(parts) // 4 * 2
    kept: list[Part] = []
    for a, b in zip(parts[:half:2], parts[1:half:2], strict=True):
        if a.training != b.training or a.kind != b.kind:
            kept += [a, b]
        elif b.training:
            kept.append(Part(b.step, True, b.kind, [torch.stack([a.row(), b.row()]).sum(0)]))
        else:
            kept.append(b)
    return kept + parts[half:]


@dataclass(frozen=True)
class Sketch:
    """The (output, loss, target) triple of one call; its numbers are still on the device.

    Attributes:
        known: What shapes and names tell.
        loss: Name of the loss function.
        floating: Whether the targets are floating-point numbers.
        flat: Whether the targets have one dimension or none.
        numbers: Least and greatest output and target, and as 0 or 1: whether rows of the output sum to 1, whether the
            targets are all 0 or 1, at most 1, within 0 … 1, and rows that sum to 1.
    """

    known: Output
    loss: str
    floating: bool
    flat: bool
    numbers: torch.Tensor

    def record(self) -> Output:
        """Return the finished record; the numbers are read here."""
        low, high, least, greatest, sums, binary, small, inside, shares = self.numbers.tolist()
        kind = self._target_kind(bool(binary), bool(small), bool(inside), bool(shares))
        return dataclasses.replace(
            self.known,
            target=kind,
            low=_or_none(low),
            high=_or_none(high),
            target_low=_or_none(least),
            target_high=_or_none(greatest),
            rows_sum_to_one=bool(sums) if self.known.rows_sum_to_one is not None else None,
            target_rows_sum_to_one=None if self.flat else bool(shares),
        )

    def _target_kind(self, *seen: bool) -> str:
        binary, small, inside, shares = seen
        if not self.floating:
            return "binary" if small and self.loss not in _CLASSES else "classes"
        if binary:
            return "binary" if self.flat or self.loss not in _CLASSES else "distribution"
        if inside and shares and not self.flat:
            return "distribution"
        return "unit-interval" if inside else "real"


@torch.no_grad()
def sketch(
    call: LossCall,
    *,
    operations: tuple[str, ...],
    in_model: bool,
    by_hand: tuple[str, ...] | None = None,
) -> Sketch:
    """Return the (output, loss, target) triple of one call, no number of it read yet.

    Args:
        call: The loss function's call.
        operations: What `livegrad.observation.graph.operations_before` found before it.
        in_model: Whether the last of them ran inside the model.
        by_hand: Of a loss written by hand: the operations with the loss's own first function, where that is known.
    """
    output, target = call.output.detach(), call.target.detach()
    differ = output.shape != target.shape and call.name in (*_REAL, *_BINARY)
    known = Output(
        loss=call.name if by_hand is None else "custom",
        like=None if by_hand is None else call.name,
        operations=operations,
        in_model=in_model,
        units=_units(call.name, output),
        rows_sum_to_one=False if output.dim() > 1 and output.shape[1] > 1 else None,
        shapes_differ=(str(tuple(output.shape)), str(tuple(target.shape))) if differ else None,
    )
    seen = [*_ends(output), *_ends(target), _sums_to_one(output), *_kind_of(target)]
    numbers = torch.stack([n.to(output.device).double() for n in seen])
    return Sketch(known, call.name, target.is_floating_point(), target.dim() < 2, numbers)


def _ends(values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(least, greatest); NaN where there is nothing."""
    nothing = torch.full((), torch.nan, device=values.device)
    return (values.amin(), values.amax()) if values.numel() else (nothing, nothing)


def _sums_to_one(values: torch.Tensor) -> torch.Tensor:
    """Whether every row sums to 1 and nothing is negative."""
    if values.dim() < 2:
        return torch.zeros((), device=values.device)
    return ((values.float().sum(1) - 1).abs() < 1e-3).all() & (values >= 0).all()


def _kind_of(target: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Whether all are 0 or 1, at most 1, within 0 … 1, and rows that sum to 1."""
    binary = ((target == 0) | (target == 1)).all()
    inside = ((target >= 0) & (target <= 1)).all()
    return binary, (target <= 1).all(), inside, _sums_to_one(target)


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value


def _units(loss: str, output: torch.Tensor) -> int:
    """Size of the class dimension for a loss over classes (a single sample has it first), else of the last one."""
    if loss in (*_CLASSES, "kl_div"):
        return int(output.shape[1 if output.dim() > 1 else 0]) if output.dim() else 1
    return int(output.shape[-1]) if output.dim() > 1 else 1


def _sums(
    loss: str, output: torch.Tensor, target: torch.Tensor, settings: dict[str, object]
) -> tuple[str, torch.Tensor] | None:
    if loss in (*_CLASSES, "kl_div"):
        return _class_sums(output, target, settings)
    if loss in _BINARY and bool(target.dtype == torch.bool or not target.is_floating_point()):
        target = target.float()
    if loss in _BINARY and output.shape == target.shape:
        return _binary_sums(loss, output, target)
    if loss in _REAL and output.numel() == target.numel():
        return "r2", _real_sums(output.reshape(target.shape), target)
    return None


def _class_sums(
    output: torch.Tensor, target: torch.Tensor, settings: dict[str, object]
) -> tuple[str, torch.Tensor] | None:
    if output.dim() == 1:
        output, target = output[None], target[None]
    if target.is_floating_point():
        if target.shape != output.shape:
            return None
        # A single unit can only name class 0, whatever the column of yes and no beside it says.
        target = target.argmax(1) if target.shape[1] > 1 else (target[:, 0] > 0.5).long()
    counted = torch.ne(target, int(str(settings.get("ignore_index", -100))))
    hits = (torch.eq(output.argmax(1), target) & counted).sum()
    common = shares(target, max(2, output.shape[1]), counted).amax()
    return "accuracy", torch.stack([counted.sum(), hits, common]).double()


def shares(target: torch.Tensor, classes: int, counted: torch.Tensor) -> torch.Tensor:
    """Return how many of the ``counted`` targets name each class, of shape (classes,); nothing is read on the way."""
    found = torch.zeros(classes, device=target.device)
    places = target.clamp(0, classes - 1).flatten()
    return found.scatter_add_(0, places, counted.flatten().to(found.dtype))


def _binary_sums(loss: str, output: torch.Tensor, target: torch.Tensor) -> tuple[str, torch.Tensor]:
    threshold = 0.5 if loss == "binary_cross_entropy" else 0.0
    hits = (torch.gt(output, threshold) ^ torch.le(target, 0.5)).sum()
    count = torch.full_like(hits, target.numel())
    ones = torch.gt(target, 0.5).sum()
    return "accuracy", torch.stack([count, hits, torch.maximum(ones, count - ones)]).double()


def _real_sums(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    y, e = target.double().flatten(), (target - output).double().flatten().square()
    return torch.stack(
        [
            torch.tensor(float(y.numel()), device=y.device).double(),
            y.sum(),
            (y * y).sum(),
            e.sum(),
            (e * e).sum(),
        ]
    )


def _value(kind: str, row: np.ndarray) -> tuple[float, float]:
    """(score, standard error) of one row of sums."""
    n = max(1.0, float(row[0]))
    if kind == "accuracy":
        p = float(row[1]) / n
        smoothed = (row[1] + 1) / (n + 2)
        return p, float(np.sqrt(smoothed * (1 - smoothed) / n))
    mean, second = row[1] / n, row[2] / n
    variance = float(max(second - mean * mean, 1e-300))
    error = float(row[3]) / n
    sd = (
        math.sqrt(max(float(row[4]) / n - error * error, 0.0) / n)
        if math.isfinite(float(row[4]))
        else math.inf
    )
    return 1 - error / variance, sd / variance


def _chance(kind: str, row: np.ndarray) -> float:
    """What naming the commonest class of each batch would score; 0 for R²."""
    return float(row[2] / max(1.0, row[0])) if kind == "accuracy" else 0.0


def _last_part(parts: list[Part], rows: list[np.ndarray], steps: int) -> list[np.ndarray]:
    chosen = [r for p, r in zip(parts, rows, strict=True) if p.step >= steps * (1 - LAST_PART)]
    return chosen or rows[-1:]


def _wobble(
    kind: str, parts: list[Part], rows: list[np.ndarray], steps: int, *, evaluated: bool
) -> float:
    """How far the score moves by itself near the end: over the last five evaluations, or five blocks of the last tenth.

    From the median absolute deviation, so that one wild epoch (R² has no lower end) does not hide a real gain.
    """
    if evaluated:
        last = [_value(kind, row)[0] for row in rows[-5:]]
    else:
        final = _last_part(parts, rows, steps)
        blocks = [b for b in np.array_split(np.array(final), 5) if len(b)]
        last = [_value(kind, np.sum(block, axis=0))[0] for block in blocks]
    finite = np.array([v for v in last if math.isfinite(v)])
    return float(1.4826 * np.median(np.abs(finite - np.median(finite)))) if len(finite) > 1 else 0.0


def _thin(points: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """At most `MOST_POINTS` of the points, evenly, the last one among them."""
    if len(points) <= MOST_POINTS:
        return points
    chosen = np.unique(np.linspace(0, len(points) - 1, MOST_POINTS).round().astype(int))
    return [points[i] for i in chosen]
