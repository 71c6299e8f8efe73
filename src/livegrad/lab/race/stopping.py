"""Why a lane stopped: which layer overflowed first, after which step, and what to try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from livegrad import quantity
from livegrad.lab.race.cures import Cure, lower_rate
from livegrad.lab.race.groups import lane_of, stepped
from livegrad.lab.race.lanes import Lane, State
from livegrad.lab.race.looking import Look
from livegrad.lab.race.observing import weight_norms
from livegrad.lab.race.track import Track
from livegrad.text import Text

__all__ = ["Stopped", "stopped_of"]

MOST_TRIED, TRIED_LONGER = 40, 10
"""For how many epochs a smaller rate is tried at most, and for how many beyond the epoch that was lost."""
FACTORS = (0.1, 0.01, 1e-3, 1e-4, 1e-5)
_CAUSE = Text(
    "Layer {layer} overflowed first, in epoch {epoch}. One step before, rate × gradient ({step}) was {times} the size of the weights "
    "of layer {worst} ({weights}).",
    "{epoch}에폭에 {layer}층이 가장 먼저 넘쳤습니다. 한 걸음 전에 학습률 × 기울기({step})가 {worst}층 가중치({weights})의 {times}였습니다.",
)
_READOUT = Text(
    "The readout overflowed first, in epoch {epoch}. One step before, rate × gradient ({step}) was {times} the size of the weights of "
    "layer {worst} ({weights}).",
    "{epoch}에폭에 출력층이 가장 먼저 넘쳤습니다. 한 걸음 전에 학습률 × 기울기({step})가 {worst}층 가중치({weights})의 {times}였습니다.",
)


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """Why a lane stopped.

    Attributes:
        epoch: In which epoch.
        layer: Which layer overflowed first, from 1; one more than the hidden layers for the readout.
        cause: As a sentence.
        cure: A smaller rate, which was tried: with it the shown network gets past that epoch.
        numbers: Rate, gradient, size of the weights and their ratio at the layer that leapt the furthest.
    """

    epoch: int
    layer: int
    cause: Text
    cure: Cure
    numbers: Mapping[str, float]


def stopped_of(track: Track, lane: Lane) -> Stopped | None:
    """Return why a lane stopped, by making its last steps once more; None if it goes on.

    Example:
        >>> from livegrad.lab.race.setup import Setup
        >>> track = Track(Setup(own=({"activation": "x*x", "lr": 1e3},)))
        >>> track.advance(2)
        >>> stopped_of(track, track.lanes[0]).epoch
        1
    """
    if lane.lost is None:
        return None
    epoch, before = lane.lost
    step = int(
        lane.state.diverged[0]
    )  # its loss was no number: the weights from the step before made it so
    batches = track.per_epoch
    first = before.steps // batches
    order = np.concatenate([track.order(first + k) for k in range(epoch - first)])
    made = step - 1 - before.steps
    fell = stepped(lane, before, order[:made])
    layer = _overflowed(lane, fell, order[made])
    lane_before, leap = fell, made
    if made > 0:
        leap = made - 1
        lane_before = stepped(lane, before, order[:leap])
    numbers, worst = _leap(lane, lane_before, order[leap])
    template = _READOUT if layer > lane.plan.depth else _CAUSE
    cause = template.fill(
        layer=layer,
        epoch=epoch,
        step=quantity.number(numbers["step"]),
        times=_times(numbers["ratio"]),
        worst=worst,
        weights=quantity.number(numbers["weights"]),
    )
    return Stopped(
        epoch=epoch, layer=layer, cause=cause, cure=_tamed(track, lane, epoch), numbers=numbers
    )


def _tamed(track: Track, lane: Lane, epoch: int) -> Cure:
    """The greatest part of the rate with which the shown network gets past the epoch in which it was lost."""
    setup = track.setup
    orders = [track.order(k) for k in range(min(epoch, MOST_TRIED) + TRIED_LONGER)]
    for factor in FACTORS:
        plan = replace(lane.plan, lr=float(f"{lane.plan.lr * factor:.3g}"))
        tried = lane_of(plan, track.data, setup.seeds[:1], setup.batch)
        if not stepped(tried, tried.state, np.concatenate(orders)).diverged[0]:
            return lower_rate(lane.plan.lr, factor)
    return lower_rate(lane.plan.lr, FACTORS[-1])


def _look(lane: Lane, state: State, rows: Any) -> Look:
    x, y = lane.split.train_inputs[rows], lane.split.train_targets[rows]
    return lane.looker.look(state.weights[0], state.running[0], x, y)


def _overflowed(lane: Lane, state: State, rows: Any) -> int:
    """The first layer whose pre-activations or outputs are no finite numbers."""
    seen = _look(lane, state, rows)
    finite = np.isfinite(seen.z).all(axis=(1, 2)) & np.isfinite(seen.values).all(axis=(1, 2))
    return int(np.argmin(finite)) + 1 if not finite.all() else lane.plan.depth + 1


def _leap(lane: Lane, state: State, rows: Any) -> tuple[dict[str, float], int]:
    """Rate × gradient beside the weights, at the layer where it is the most."""
    with np.errstate(all="ignore"):
        slopes = weight_norms(_look(lane, state, rows))
        sizes = lane.looker.sizes(state.weights[0])
        ratios = lane.plan.lr * slopes / np.maximum(sizes, 1e-30)
    worst = int(np.nanargmax(np.where(np.isnan(ratios), -1.0, ratios)))
    numbers = {
        "rate": lane.plan.lr,
        "gradient": float(slopes[worst]),
        "step": float(lane.plan.lr * slopes[worst]),
        "weights": float(sizes[worst]),
        "ratio": float(ratios[worst]),
    }
    return numbers, worst + 1


def _times(ratio: float) -> Text:
    if not np.isfinite(ratio) or ratio <= 0:
        return Text("many times", "여러 배")
    if ratio >= 2:
        return quantity.times(float(np.log10(ratio)))
    return Text("{n} times", "{n}배").fill(n=quantity.number(ratio))
