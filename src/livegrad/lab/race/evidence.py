"""A lane's past as the evidence that the rules of `livegrad.diagnosis` read: the same record a PyTorch training leaves."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab.nets import columns
from livegrad.lab.race.lanes import Lane
from livegrad.lab.race.observing import Kept
from livegrad.observation.evidence import (
    Data,
    Evidence,
    Layer,
    Loss,
    Optimizer,
    Output,
    Score,
    Segment,
    Series,
)

__all__ = ["evidence_of"]

Reals: TypeAlias = NDArray[Any]
DEAD_LOOKS = 3
"""A unit is called dead only after it slept in this many kept looks in a row, as in `livegrad.observation`."""
_NAMES = {"sgd": "SGD", "momentum": "SGD", "adam": "Adam", "adamw": "AdamW"}
_LOSSES = {
    "bce": "binary_cross_entropy_with_logits",
    "cross-entropy": "cross_entropy",
    "mse": "mse_loss",
}
_TARGETS = {"bce": "binary", "cross-entropy": "classes", "mse": "real"}
_LATE = 5  # points of the curve from which the score's own noise is read


def evidence_of(lane: Lane) -> Evidence:
    """Return what was seen of a lane's shown network.

    Layers are called by their numbers, ``"1"`` first, the readout last.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(Setup(own=({"activation": "tanh"},)))
        >>> track.advance(2)
        >>> evidence_of(track.lanes[0]).sampled
        (0, 19, 38)
    """
    depth = lane.plan.depth
    curve, at = lane.history.curve[:, 0], lane.history.at
    kept = list(lane.kept)
    per_epoch = _per_epoch(lane)
    return Evidence(
        model="Sequential",
        steps=lane.state.steps,
        sampled=tuple(look.step for look in kept),
        layers=tuple(_layer(lane, n, kept) for n in range(depth + 1)),
        linear_runs=_linear(lane),
        loss=_loss(lane, at * per_epoch, curve[:, 0]),
        score=_score(lane, at * per_epoch, curve[:, 2]),
        output=_output(lane),
        data=_data(lane),
        optimizer=Optimizer(
            name=_NAMES[lane.plan.optimizer],
            rate=lane.plan.lr,
            last_rate=lane.plan.lr,
            momentum=0.9 if lane.plan.optimizer == "momentum" else None,
            parameters=2 * (depth + 1),
        ),
        parts=(("", "Sequential"),),
    )


def _per_epoch(lane: Lane) -> int:
    last = lane.history.last
    return lane.state.steps // last[0] if last and last[0] else 1


def _layer(lane: Lane, n: int, kept: list[Kept]) -> Layer:
    sizes, depth = lane.nets.architecture.sizes, lane.plan.depth
    hidden = n < depth
    start = lane.looker.array(lane.nets.weights[0], "weight", n)
    dead, since, samples = _dead(n, kept) if hidden else (None, None, None)
    series: dict[str, Any] = {
        name: tuple(_seen(getattr(look, name)[n]) for look in kept)
        for name in ("gradient", "weight_gradient", "update", "moved", "one_signed", "input_offset")
    }
    for name in ("mean", "spread", "slope", "correlation") if hidden else ():
        series[name] = tuple(_seen(getattr(look, name)[n]) for look in kept)
    return Layer(
        name=str(n + 1),
        kind="Linear",
        fan_in=sizes[n],
        units=sizes[n + 1],
        activation=lane.nets.activation.id if hidden and not _is_identity(lane) else None,
        normalised=hidden and lane.plan.norm is not None,
        skip=lane.nets.architecture.skips(n),
        is_output=not hidden,
        initial_gain=float(math.sqrt(sizes[n]) * start.std()),
        initial_mean=float(sizes[n] * start.mean()),
        dtype="float32",
        rows=kept[-1].samples if kept else None,
        constant=start.size > 1 and bool(start.min() == start.max()),
        saturated=_saturated(n, kept) if hidden else (),
        asleep=tuple(float(look.asleep[n].mean()) for look in kept) if hidden else (),
        dead=dead,
        dead_since=since,
        dead_samples=samples,
        **series,
    )


def _is_identity(lane: Lane) -> bool:
    return lane.nets.activation.id == "identity"


def _saturated(n: int, kept: list[Kept]) -> Series:
    shares = [look.saturated for look in kept]
    return tuple(_seen(share[n]) for share in shares if share is not None)


def _dead(n: int, kept: list[Kept]) -> tuple[int | None, int | None, int | None]:
    """Units asleep in the last looks, the first step of the latest such sleep, points they slept through."""
    asleep = np.array([look.asleep[n] for look in kept])
    if len(asleep) < DEAD_LOOKS:
        return None, None, None
    gone = asleep[-DEAD_LOOKS:].all(axis=0)
    if not gone.any():
        return 0, None, None
    awake = len(asleep) - np.argmax(~asleep[::-1], axis=0)  # one past the last look awake
    since = np.where(asleep.all(axis=0), 0, awake)[gone].max()
    samples = sum(look.samples for look in kept[since:])
    return int(gone.sum()), kept[since].step, samples


def _seen(value: Any) -> float | None:
    number = float(value)
    return None if math.isnan(number) else number


def _linear(lane: Lane) -> tuple[Segment, ...]:
    if not _is_identity(lane) or lane.plan.norm or lane.plan.skip:
        return ()
    names = tuple(str(n + 1) for n in range(lane.plan.depth + 1))
    return (Segment(layers=names, widths=lane.nets.architecture.sizes, whole=True),)


def _loss(lane: Lane, steps: Reals, values: Reals) -> Loss:
    lost = np.flatnonzero(~np.isfinite(values))
    return Loss(
        steps=tuple(int(step) for step in steps),
        values=tuple(float(v) for v in values),
        baseline=_baseline(lane),
        first_non_finite=int(lane.state.diverged[0]) - 1 if lane.diverged and len(lost) else None,
    )


def _baseline(lane: Lane) -> float:
    """The loss of the best constant answer."""
    y = columns(lane.split.train_targets)
    if lane.split.loss == "mse":
        return float(y.var(axis=0).mean())
    shares = np.unique(y[:, 0], return_counts=True)[1] / len(y)
    return float(-(shares * np.log(shares)).sum())


def _score(lane: Lane, steps: Reals, values: Reals) -> Score:
    y = columns(lane.split.validation_targets)
    accuracy = lane.split.kind != "regression"
    last = float(values[-1])
    late = values[-_LATE:][np.isfinite(values[-_LATE:])]
    error = math.sqrt(max(last * (1 - last), 0.0) / len(y)) if accuracy else 0.0
    middle = float(np.median(late)) if len(late) else 0.0
    wander = 1.4826 * float(np.median(np.abs(late - middle))) if len(late) else 0.0
    commonest = float((np.unique(y[:, 0], return_counts=True)[1] / len(y)).max())
    return Score(
        kind="accuracy" if accuracy else "r2",
        value=last,
        spread=max(2 * error, wander),
        source="evaluation",
        samples=len(y),
        chance=commonest if accuracy else 0.0,
        steps=tuple(int(step) for step in steps),
        values=tuple(float(v) for v in values),
    )


def _output(lane: Lane) -> Output:
    loss, y = lane.split.loss, columns(lane.split.train_targets)
    return Output(
        loss=_LOSSES[loss],
        units=lane.nets.architecture.sizes[-1],
        target=_TARGETS[loss],
        target_low=float(y.min()),
        target_high=float(y.max()),
    )


def _data(lane: Lane) -> Data:
    x = lane.split.train_inputs.astype(np.float64)
    return Data(
        samples=len(x),
        mean=tuple(x.mean(axis=0).tolist()),
        spread=tuple(x.std(axis=0).tolist()),
        low=tuple(x.min(axis=0).tolist()),
        high=tuple(x.max(axis=0).tolist()),
    )
