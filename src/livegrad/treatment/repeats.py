"""One cure from several starts: how far the gain reaches, and whether most starts agree. No torch."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence

from livegrad.observation.evidence import Score
from livegrad.treatment import verdict
from livegrad.treatment.proof import Interval, Repeats, Runner, Seeding, Start
from livegrad.treatment.remarks import LOST

SMOOTHED = 20
"""A training's curve is averaged over a 20th of its points before its best is read off."""


def start(seed: int, before: Runner, after: Runner) -> Start:
    """Return the two runs of one seed beside each other."""
    return Start(
        seed=seed,
        before=before.score,
        after=after.score,
        outcome=verdict.outcome(before.score, after.score)
        if after.outcome not in ("failed", "not-applicable")
        else after.outcome,
        needed=before.diagnosis is None or not before.diagnosis.healthy,
    )


def joined(starts: Sequence[Start], seeding: Seeding, lost: Sequence[Runner] = ()) -> Repeats:
    """Return what several starts say together; ``lost``: untreated runs that gave nothing to compare with."""
    pairs = [(s.before, s.after) for s in starts]
    both = [
        (a.value, b.value) for a, b in pairs if a is not None and b is not None and a.kind == b.kind
    ]
    return Repeats(
        starts=tuple(starts),
        improved=sum(s.outcome == "helped" for s in starts),
        needed=sum(s.needed or s.outcome != "no-gain" for s in starts),
        harmed=sum(s.outcome in ("harmed", "failed") for s in starts),
        before=_interval(a for a, _ in both),
        after=_interval(b for _, b in both),
        gain=_interval(b - a for a, b in both),
        seeding=seeding,
        lost=tuple(
            LOST.fill(seed=runner.seed, why=runner.remark) for runner in lost if runner.remark
        ),
    )


def holds(repeats: Repeats, *, at_least: int = 1) -> bool:
    """Whether the cure won on most of the starts that were a contest, and there were ``at_least`` so many starts.

    A start at which the untreated training is healthy and the cure changes nothing is no contest. One start alone has no
    majority; what is recommended on it says so.
    """
    if len(repeats.starts) < at_least:
        return False
    return len(repeats.starts) == 1 or 2 * repeats.improved > repeats.needed


def old_best(before: Runner, after: Runner) -> int | None:
    """Return the step at which ``after`` reached the best that ``before`` ever did; ``None`` where it cannot be told.

    Both curves are smoothed first, for a single lucky batch is no result.
    """
    kind = before.score.kind if before.score is not None else None
    theirs, ours = _curve(before, kind), _curve(after, kind)
    finite = [value for _, value in theirs if math.isfinite(value)]
    if not finite or not ours:
        return None
    return next((step for step, value in ours if value >= max(finite)), None)


def _curve(runner: Runner, kind: str | None) -> list[tuple[int, float]]:
    """(step, score) over the training; minus the loss where the score was only measured at the end."""
    evidence = runner.evidence
    if evidence is None:
        return []
    score: Score | None = evidence.score
    if score is not None and score.kind == kind and len(score.values) > 2:
        return _smooth(list(score.steps), list(score.values))
    if evidence.loss is None or kind in ("accuracy", "r2"):
        return []
    return _smooth(list(evidence.loss.steps), [-v for v in evidence.loss.values])


def _smooth(steps: list[int], values: list[float]) -> list[tuple[int, float]]:
    width = max(1, len(values) // SMOOTHED)
    ends = range(width, len(values) + 1)
    return [(steps[end - 1] + 1, sum(values[end - width : end]) / width) for end in ends]


def _interval(values: Iterable[float]) -> Interval | None:
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return None
    return Interval(median=statistics.median(known), low=min(known), high=max(known))
