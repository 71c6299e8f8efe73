"""Evidence as named numbers over steps, the form that every experiment tracker draws as lines.

======================================= =====================================================================
livegrad/loss                           mean of the losses since the measured step before
livegrad/score                          accuracy, R² or what the score is
livegrad/learning_rate                  of the first parameter group
livegrad/gradient/<layer>               log10 of ∂loss/∂z, z the layer's pre-activation: the error signal
livegrad/weight_gradient/<layer>        log10 of ∂loss/∂W: what the optimizer gets
livegrad/update/<layer>                 size of one optimizer step, as a share of the weights
livegrad/asleep/<layer>                 share of the units without any slope in this batch
livegrad/saturated/<layer>              share of the outputs on a flat end (bounded functions only)
livegrad/lost/<layer>                   share of the slopes that the number format rounds to 0
livegrad/all_gradients/before_clipping  log10 of the norm of all gradients together, as backward left them
livegrad/all_gradients/after_clipping   the same as the optimizer got them
======================================= =====================================================================

A gradient that is exactly zero is written as 10⁻⁴⁶ (−46), just under float32's smallest number: in a chart it lies
at the bottom, where minus infinity would leave a gap. What overflowed is NaN.
"""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from livegrad.diagnosis.ladder import FLOOR
from livegrad.observation.evidence import Evidence, Loss, Series

__all__ = ["LADDER", "PREFIX", "Number", "numbers"]

PREFIX = "livegrad"
LADDER = ("gradient", "weight_gradient", "update", "asleep", "saturated", "lost")
"""The numbers that each layer has, by their names in `livegrad.observation.evidence.Layer`."""
MOST_MARKS = 200
"""Where nothing but the loss was seen, it is told in at most so many means."""


class Number(NamedTuple):
    """One point of one line.

    Attributes:
        name: Such as "livegrad/gradient/encoder.0".
        step: Optimizer step of the watch, from 0.
        value: Never infinite; NaN where it overflowed.
    """

    name: str
    step: int
    value: float


def numbers(evidence: Evidence, *, after: int = -1, prefix: str = PREFIX) -> Iterator[Number]:
    """Yield the numbers of a training, line after line, each in order of its steps.

    Args:
        evidence: What was seen, now or at the end.
        after: Only steps beyond this one (what was told already).
        prefix: First part of every name.

    Example:
        >>> from livegrad.observation.evidence import Layer
        >>> layer = Layer(name="0", kind="Linear", gradient=(-1.5, float("-inf")))
        >>> seen = Evidence(model="Net", steps=3, sampled=(0, 2), layers=(layer,))
        >>> [tuple(number) for number in numbers(seen)]
        [('livegrad/gradient/0', 0, -1.5), ('livegrad/gradient/0', 2, -46.0)]
    """
    for name, steps, values in _lines(evidence):
        for step, value in zip(steps, values, strict=False):
            if value is not None and step > after:
                yield Number(f"{prefix}/{name}", step, _drawable(value))


def _lines(evidence: Evidence) -> Iterator[tuple[str, Sequence[int], Series]]:
    if evidence.loss is not None:
        marks = evidence.sampled or _even(evidence.loss.steps)
        yield "loss", marks, tuple(_means(evidence.loss, marks))
    if evidence.score is not None:
        yield "score", evidence.score.steps, evidence.score.values
    if evidence.optimizer is not None:
        yield "learning_rate", evidence.sampled, evidence.optimizer.rates
    if evidence.clipping is not None:
        for when in ("before", "after"):
            name = f"all_gradients/{when}_clipping"
            yield name, evidence.sampled, getattr(evidence.clipping, when)
    for kind, (place, layer) in itertools.product(LADDER, enumerate(evidence.layers, 1)):
        yield f"{kind}/{layer.name or f'#{place}'}", evidence.sampled, getattr(layer, kind)


def _even(steps: Sequence[int]) -> Sequence[int]:
    """At most `MOST_MARKS` of the steps, evenly spread, the last one among them."""
    return steps[:: -max(1, math.ceil(len(steps) / MOST_MARKS))][::-1]


def _means(loss: Loss, marks: Iterable[int]) -> Iterator[float | None]:
    """For each mark, the mean of the losses since the mark before."""
    begin = 0
    for mark in marks:
        end = bisect.bisect_right(loss.steps, mark, begin)
        span = loss.values[begin:end]
        yield sum(span) / len(span) if span else None
        begin = end


def _drawable(value: float) -> float:
    if value == -math.inf:
        return FLOOR
    return value if math.isfinite(value) else math.nan
