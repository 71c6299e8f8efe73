"""Did it help? The one place where a treated run is judged against the untreated one."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from livegrad.observation.evidence import Evidence, Score
from livegrad.treatment.proof import Outcome, Runner

LEAST_GAIN = 0.005
"""A gain smaller than this is no cure, however small the spread (accuracy and R² in their own units)."""


CHANCE = 0.025
"""How often chance alone makes one treated run better by more than the spread (two standard errors, one side)."""


def outcome(before: Score | None, after: Score | None, *, tries: int = 1) -> Outcome:
    """Return whether ``after`` is better than ``before`` by more than the spread of both.

    Args:
        before: Of the untreated training.
        after: Of the treated one.
        tries: Out of how many treated runs this one was picked as the best: the spread is widened so that chance still
            makes the best of them a winner as rarely as it does one (Bonferroni).
    """
    if after is None or not math.isfinite(after.value):
        return "failed"
    if before is None or not math.isfinite(before.value):
        return "helped"
    normal = statistics.NormalDist()
    wider = normal.inv_cdf(1 - CHANCE / tries) / normal.inv_cdf(1 - CHANCE)
    spread = wider * max(_finite(before.spread), _finite(after.spread))
    least = LEAST_GAIN if before.kind != "minus-loss" else 0.02 * abs(before.value)
    gain = after.value - before.value
    if gain > max(spread, least):
        return "helped"
    return "harmed" if gain < -max(spread, least) else "no-gain"


def best(runners: tuple[Runner, ...] | list[Runner]) -> Runner | None:
    """Return the runner that helped most, of those that went the whole way, or ``None``."""
    helped = [r for r in runners if r.outcome == "helped" and r.score is not None and r.share == 1]
    return max(helped, key=lambda r: r.score.value if r.score else -math.inf, default=None)


def cured(runner: Runner) -> bool:
    """Whether a runner helped and its own diagnosis is clean, so that no further remedy is needed."""
    healthy = runner.diagnosis is not None and runner.diagnosis.healthy
    return runner.outcome == "helped" and healthy and runner.share == 1


def learned_well(runner: Runner) -> bool:
    """Whether a cured training learned most of what its data hold, so that no other cure can be much better.

    Told from the loss, between the best constant answer and a perfect one; where that is not known, a cure is taken for what
    it is.
    """
    # Here, for it brings NumPy, which a report does without.
    from livegrad.diagnosis.learning import WELL_LEARNED, judge

    skill = judge(runner.evidence).skill if runner.evidence is not None else None
    return skill is None or skill >= WELL_LEARNED


def ranked(runners: Sequence[Runner]) -> list[Runner]:
    """Return the runners, best first: who is clearly beaten by fewer others; their own order among equals."""
    ran = [r for r in runners if r.outcome not in ("failed", "not-applicable")]

    def beaten(runner: Runner) -> int:
        if runner.outcome in ("failed", "not-applicable"):
            return len(runners)
        return sum(outcome(runner.score, other.score) == "helped" for other in ran)

    return sorted(runners, key=beaten)


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0


def score_of(evidence: Evidence, *, beside: Score | None = None) -> Score | None:
    """Return the score of a training: its own, or minus the loss of its last tenth where no pair was understood.

    Args:
        evidence: What was seen of it.
        beside: What it is compared with. One measure stands on both sides: where that is minus a loss, so is this, though a
            cure (of shapes that broadcast, say) may have made the pairs understood; another kind gives ``None``.
    """
    if evidence.score is not None and (beside is None or beside.kind == evidence.score.kind):
        return evidence.score
    if beside is not None and beside.kind != "minus-loss":
        return None
    loss = evidence.loss
    if loss is None or not loss.values:
        return None
    last = loss.values[-max(3, len(loss.values) // 10) :]
    finite = [v for v in last if math.isfinite(v)]
    if len(finite) < len(last):
        return Score(kind="minus-loss", value=-math.inf, spread=0.0, source="training", samples=0)
    return Score(
        kind="minus-loss",
        value=-statistics.fmean(finite),
        spread=statistics.pstdev(finite),
        source="training",
        samples=len(finite),
        steps=loss.steps,
        values=tuple(-v for v in loss.values),
    )
