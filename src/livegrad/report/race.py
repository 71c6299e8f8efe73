"""The race as facts: the untreated run and every treated one, on one axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

from livegrad.records import to_jsonable
from livegrad.report.axis import Axis, round_numbers
from livegrad.text import Text
from livegrad.treatment.proof import Outcome, Proof, Runner

UNTREATED = Text("nothing (as it is)", "그대로")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One run.

    Attributes:
        title: The remedy in a few words.
        code: The finding it answers; empty for the untreated run.
        score: Its score; ``None`` where it failed.
        spread: How far that may move by chance.
        gain: Score minus the untreated run's after the same steps, where both measure the same.
        seconds: Wall time.
        outcome: As recorded.
        kept: Whether this is the cure that is recommended.
        remark: What else is to be said.
    """

    title: Text
    code: str
    score: float | None
    spread: float | None
    gain: float | None
    seconds: float
    outcome: Outcome
    kept: bool
    remark: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Race:
    """All runs: the untreated one first, then in the order they were run.

    Attributes:
        rows: The runs.
        axis: Of the scores; ``None`` where no run has one.
        kind: What the score is ("accuracy", "r2", …).
    """

    rows: tuple[Row, ...]
    axis: Axis | None
    kind: str | None


def race(proof: Proof) -> Race:
    """Return the race of a proof."""
    rows = (
        row(proof.before),
        *(row(r, before=proof.before, kept=_same(r, proof.after)) for r in proof.races),
    )
    scores = [r.score for r in (proof.before, *proof.races) if r.score is not None]
    kind = scores[0].kind if scores else None
    return Race(rows=rows, axis=_axis(rows, kind), kind=kind)


def row(runner: Runner, *, before: Runner | None = None, kept: bool = False) -> Row:
    """Return one run as a row; ``before`` is the untreated run that its gain is counted from."""
    score = runner.score
    return Row(
        title=runner.prescription.title if runner.prescription else UNTREATED,
        code=runner.prescription.code if runner.prescription else "",
        score=score.value if score else None,
        spread=score.spread if score else None,
        gain=_gain(runner, before),
        seconds=runner.seconds,
        outcome=runner.outcome,
        kept=kept,
        remark=runner.remark,
    )


def _same(one: Runner, other: Runner | None) -> bool:
    """Return whether they are one run, also after a journey through a file; NaN equals NaN here."""
    return one is other or (other is not None and to_jsonable(one) == to_jsonable(other))


def _gain(runner: Runner, before: Runner | None) -> float | None:
    """A short run's gain counts from the untreated training after the same steps."""
    base = runner.against or (before.score if before is not None and runner.share == 1 else None)
    if base is None or runner.score is None or base.kind != runner.score.kind:
        return None
    difference = runner.score.value - base.value
    return difference if math.isfinite(difference) else None


def _axis(rows: tuple[Row, ...], kind: str | None) -> Axis | None:
    values = [r.score for r in rows if r.score is not None and math.isfinite(r.score)]
    if not values:
        return None
    if kind == "accuracy":
        return Axis(0.0, 1.0, (0.0, 0.5, 1.0))
    low, high = min(values), max(values)
    if kind == "r2":
        return Axis(0.0, 1.0, (0.0, 0.5, 1.0)) if low >= 0 else Axis(-1.0, 1.0, (-1.0, 0.0, 1.0))
    pad = 0.1 * (high - low) or 0.5
    return round_numbers(low - pad, high + pad, most=2)
