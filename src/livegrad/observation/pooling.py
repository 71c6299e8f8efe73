"""The records that several processes made of one thing, made one."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias, TypeVar

from livegrad.observation.evidence import Data, Loss, Output, Score

__all__ = [
    "data_of",
    "known",
    "log_rms",
    "log_sum",
    "loss_of",
    "mean",
    "of_known",
    "output_of",
    "rms",
    "score_of",
]

Numbers: TypeAlias = Sequence[float]
T = TypeVar("T")
N = TypeVar("N", bound=float)


def known(records: Iterable[T | None]) -> list[T]:
    """Return those that there are."""
    return [record for record in records if record is not None]


def loss_of(records: list[Loss]) -> Loss | None:
    """Return the mean loss of each step: what all processes together trained."""
    if not records:
        return None
    by_step: dict[int, list[float]] = {}
    for record in records:
        for step, value in zip(record.steps, record.values, strict=True):
            by_step.setdefault(step, []).append(value)
    steps = tuple(sorted(by_step))
    return Loss(
        steps=steps,
        values=tuple(mean(by_step[step]) for step in steps),
        baseline=of_known(mean, (r.baseline for r in records)),
        floor=mean([r.floor for r in records]),
        first_non_finite=of_known(min, (r.first_non_finite for r in records)),
    )


def score_of(records: list[Score]) -> Score | None:
    """Return the scores weighted by how many predictions each was computed from; the first one's curve."""
    if not records:
        return None
    alike = [s for s in records if (s.kind, s.source) == (records[0].kind, records[0].source)]
    samples = sum(s.samples for s in alike)
    shares = _shares([s.samples for s in alike])
    return dataclasses.replace(
        alike[0],
        value=sum(w * s.value for w, s in zip(shares, alike, strict=True)),
        spread=math.sqrt(sum((w * s.spread) ** 2 for w, s in zip(shares, alike, strict=True))),
        samples=samples,
        chance=of_known(mean, (s.chance for s in alike)),
    )


def output_of(records: list[Output]) -> Output | None:
    """Return the range over all processes."""
    if not records:
        return None
    sums = known(r.rows_sum_to_one for r in records)
    return dataclasses.replace(
        records[0],
        low=of_known(min, (r.low for r in records)),
        high=of_known(max, (r.high for r in records)),
        target_low=of_known(min, (r.target_low for r in records)),
        target_high=of_known(max, (r.target_high for r in records)),
        rows_sum_to_one=all(sums) if sums else None,
    )


def data_of(records: list[Data]) -> Data | None:
    """Return the statistics pooled by samples, where the features are the same."""
    if not records:
        return None
    alike = [d for d in records if len(d.mean) == len(records[0].mean)]
    shares = _shares([d.samples for d in alike])
    columns = list(zip(*(zip(d.mean, d.spread, strict=True) for d in alike), strict=True))
    means = [sum(w * m for w, (m, _) in zip(shares, column, strict=True)) for column in columns]
    squares = [
        sum(w * (s * s + m * m) for w, (m, s) in zip(shares, column, strict=True))
        for column in columns
    ]
    return dataclasses.replace(
        records[0],
        samples=sum(d.samples for d in alike),
        mean=tuple(means),
        spread=tuple(math.sqrt(max(q - m * m, 0.0)) for q, m in zip(squares, means, strict=True)),
        low=tuple(map(min, zip(*(d.low for d in alike), strict=True))),
        high=tuple(map(max, zip(*(d.high for d in alike), strict=True))),
        non_finite=sum(d.non_finite for d in records),
        target_non_finite=sum(d.target_non_finite for d in records),
        first_non_finite=of_known(min, (d.first_non_finite for d in records)),
    )


def _shares(counts: list[int]) -> list[float]:
    total = sum(counts)
    return [c / total if total else 1 / len(counts) for c in counts]


def of_known(join: Callable[[list[N]], N], values: Iterable[N | None]) -> N | None:
    """Return ``join`` of what is known of ``values``, or ``None``."""
    found = known(values)
    return join(found) if found else None


def mean(values: Numbers) -> float:
    """Return the mean."""
    return sum(values) / len(values)


def rms(values: Numbers) -> float:
    """Return the root of the mean square."""
    return math.sqrt(mean([v * v for v in values]))


def log_sum(values: Numbers) -> float:
    """Return log₁₀ of the norm of a vector whose parts have these log₁₀ norms.

    Example:
        >>> round(10 ** log_sum([math.log10(3), math.log10(4)]), 6)
        5.0
    """
    top = max(values)
    if any(math.isnan(v) for v in values):
        return math.nan
    if not math.isfinite(top):
        return top
    return top + 0.5 * math.log10(sum(10 ** (2 * (v - top)) for v in values))


def log_rms(values: Numbers) -> float:
    """Return log₁₀ of the root mean square of numbers given as log₁₀."""
    return log_sum(values) - 0.5 * math.log10(len(values))
