"""An experiment carried out from its settings to its verdict: the same for page, terminal and test."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from livegrad.lab.experiment import EXPERIMENTS, Facts, Run, Setting, Verdict
from livegrad.lab.figure import Figure

__all__ = ["Proved", "prove"]


@dataclass(frozen=True, kw_only=True)
class Proved:
    """An experiment and what came of it.

    Attributes:
        id: Of the experiment.
        facts: What was measured.
        verdict: What it says of the claim.
        right: Which answer to the question was right, by its id.
        seconds: How long it took.
    """

    id: str
    facts: Facts
    verdict: Verdict
    right: str
    seconds: float


def prove(
    identifier: str,
    settings: Mapping[str, Setting] | None = None,
    *,
    seed: int = 0,
    told: Callable[[float, Sequence[Figure]], None] | None = None,
    workers: int = 1,
) -> Proved:
    """Run an experiment and judge what it measured.

    Args:
        identifier: The claim's id.
        settings: For its controls; where it stands at first for the others.
        seed: The base seed.
        told: Called with the share done and what can be drawn already.
        workers: Threads for the engine.

    Raises:
        BadInput: No claim is called so, a setting is not allowed, or a library is missing.

    Example:
        >>> prove("sigmoid-vanishing").verdict.code
        'holds-if'
    """
    experiment = EXPERIMENTS.find(identifier)
    began = time.perf_counter()
    run = Run(settings=experiment.settings(settings), seed=seed, told=told, workers=workers)
    facts = experiment.run(run)
    return Proved(
        id=identifier,
        facts=facts,
        verdict=experiment.verdict(facts),
        right=experiment.question.right(facts),
        seconds=time.perf_counter() - began,
    )
