"""Who is recommended: the best of the race that most starts confirm, and what is to be said of it. No torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from livegrad import quantity
from livegrad.text import Text
from livegrad.treatment import repeats, verdict
from livegrad.treatment.budget import Budget
from livegrad.treatment.proof import Proof, Repeats, Runner
from livegrad.treatment.remarks import (
    FEWER_SEEDS,
    HARMED,
    LINEAR_PATH,
    ONE_SEED,
    PICKED,
    ROLLED_BACK,
    SEEDS_OF_OURS,
    SEEDS_OF_THE_SCRIPT,
)

SEEDS = 3
"""Starts that a cure is proven on."""


def settled(
    proof: Proof,
    finished: Sequence[Runner],
    *,
    repeated: Callable[[Runner], Repeats],
    seeds: int,
    budget: Budget,
) -> Proof:
    """Return the proof with who is recommended, from how many starts, when the old best was reached, and remarks.

    The best of the race is run from other seeds; what most of them do not confirm is rolled back, and the next best
    takes its place, if it is confirmed by at least one start more than the race's own.

    Args:
        proof: The race so far.
        finished: The treated runs that went the whole way.
        repeated: Runs one of them beside nothing from several seeds.
        seeds: From how many, if the budget allows.
        budget: What it was run under.
    """
    standing, remarks = list(finished), list(proof.remarks)
    after, found = verdict.best(standing), None
    while after is not None:
        found = repeated(after)
        by_chance = len(found.starts) == 1 and _is_chance(proof.before, after, len(finished))
        if not by_chance and repeats.holds(
            found, at_least=1 if len(standing) == len(finished) else 2
        ):
            break
        remarks.append(_picked(after, len(finished)) if by_chance else _rolled_back(after, found))
        standing = [r for r in standing if r is not after]
        after, found = verdict.best(standing), None
    step, ran = None, after.evidence if after is not None else None
    if after is not None:
        step = repeats.old_best(proof.before, after)
    return replace(
        proof,
        after=after,
        repeats=found,
        remarks=(*remarks, *_said(proof.before.seed or 0, after, found, seeds, budget)),
        old_best_step=step,
        old_best_seconds=ran.seconds * step / ran.steps if ran is not None and step else None,
        seconds=budget.spent,
    )


def _said(
    seed: int, after: Runner | None, found: Repeats | None, seeds: int, budget: Budget
) -> list[Text]:
    if after is None or found is None:
        return [ONE_SEED.fill(seed=seed)]
    count = len(found.starts)
    remarks: list[Text] = []
    if count == 1:
        remarks.append(ONE_SEED.fill(seed=seed))
    elif found.seeding != "build":
        remarks.append(SEEDS_OF_OURS if found.seeding == "ours" else SEEDS_OF_THE_SCRIPT)
    if count + len(found.lost) < seeds:
        remarks.append(FEWER_SEEDS.fill(count=count, wanted=seeds, seconds=budget.seconds))
    remarks += found.lost
    if found.harmed:
        remarks.append(HARMED.fill(count=found.harmed, all=count))
    if _may_be_linear(after):
        values = [quantity.score(s.value if s else None) for s in (after.linear, after.whole)]
        remarks.append(LINEAR_PATH.fill(linear=values[0], whole=values[1]))
    return remarks


def _is_chance(before: Runner, after: Runner, tries: int) -> bool:
    """Whether the best of so many would often be as good if none of them changed anything; other starts would tell."""
    return verdict.outcome(before.score, after.score, tries=tries) != "helped"


def _picked(runner: Runner, tries: int) -> Text:
    title = runner.prescription.title if runner.prescription is not None else ""
    return PICKED.fill(title=title, count=tries)


def _rolled_back(runner: Runner, found: Repeats) -> Text:
    title = runner.prescription.title if runner.prescription is not None else ""
    return ROLLED_BACK.fill(
        title=title, seed=found.starts[0].seed, improved=found.improved, count=found.needed
    )


def _may_be_linear(runner: Runner) -> bool:
    """Whether the network is not clearly better than itself without its bends."""
    if runner.whole is None or runner.linear is None:
        return False
    return verdict.outcome(runner.linear, runner.whole) != "helped"
