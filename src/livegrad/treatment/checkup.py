"""``livegrad.check``: build, train, diagnose, treat and prove, inside this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from livegrad.diagnosis.finding import Diagnosis
from livegrad.errors import BadInput
from livegrad.observation.evidence import Score
from livegrad.text import Text
from livegrad.treatment import trial
from livegrad.treatment.budget import Budget
from livegrad.treatment.elsewhere import place_of
from livegrad.treatment.prescription import prescribe
from livegrad.treatment.proof import Prescription, Proof, Runner
from livegrad.treatment.proving import Treatment
from livegrad.treatment.settling import SEEDS

if TYPE_CHECKING:
    from torch import nn

    from livegrad.observation.training import Training


_NO_WORKERS = Text(
    "workers={given}: at least one training runs at a time. Give 1 or more.",
    "workers={given}: 학습은 한 번에 하나 이상 돌아야 합니다. 1 이상을 주세요.",
)


@dataclass(frozen=True)
class Treated:
    """The cured training.

    Attributes:
        model: The trained, treated network.
        score: Its score.
        changes: What was changed, as Python lines to copy.
    """

    model: nn.Module
    score: Score
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Checkup:
    """Everything that `check` found out.

    Attributes:
        diagnosis: What ails the training.
        prescriptions: What may cure it, best first; empty for a healthy training.
        proof: The race; ``None`` without treatment, or where nothing was to be treated.
        treated: The cured training; ``None`` where nothing helped.
    """

    diagnosis: Diagnosis
    prescriptions: tuple[Prescription, ...]
    proof: Proof | None = None
    treated: Treated | None = None


def check(
    build: Callable[..., Training],
    *,
    treat: bool = False,
    seed: int = 0,
    seeds: int = SEEDS,
    budget: float | None = None,
    workers: int = 1,
    told: Callable[[Runner], None] | None = None,
) -> Checkup:
    """Train what ``build`` gives, say what ails it, and, if asked, cure it and prove the cure.

    The prescriptions race from one seed (`livegrad.treatment.race`); the winner is trained again from others, beside
    the untreated training, and is recommended only if it wins on most of them.

    Args:
        build: ``build(seed)`` returns a fresh `Training`; without an argument, torch, NumPy and random are seeded.
        treat: Whether to look for a cure: each one trains a fresh network from the same seed.
        seed: The seed of the race; the proof goes on with the seeds after it.
        seeds: From how many seeds the winner is proven, as far as the budget goes.
        budget: Seconds for all treated runs; ``None``: ten times the untreated run, at least 30.
        workers: How many trainings at once, each in a process of its own: for trainings of more than some ten seconds, on
            processors that are free. ``build`` must then stand at the top level of a file.
        told: Called with each run as it ends; `Runner.share` and `Runner.seed` say which it was.

    Raises:
        BadBuild: ``build`` returned something other than a `Training`.
        BadInput: ``workers`` is less than 1, or other processes cannot find ``build``.
        CouldNotObserve: No optimizer step was taken.

    Example:
        >>> import torch
        >>> from livegrad import Training
        >>> def build(seed):
        ...     torch.manual_seed(seed)
        ...     model = torch.nn.Linear(2, 1)
        ...     x = torch.randn(64, 2)
        ...     optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        ...     return Training(
        ...         model, torch.nn.MSELoss(), optimizer, [(x, x.sum(1, keepdim=True))], 60
        ...     )
        >>> check(build).diagnosis.healthy
        True
    """
    if workers < 1:
        raise BadInput(_NO_WORKERS.fill(given=workers))
    if treat and workers > 1:
        place_of(build, workers)  # a mistake is told before anything is trained
    first = trial.untreated(build, seed).runner
    diagnosis = cast("Diagnosis", first.diagnosis)  # what was observed has one
    prescriptions = prescribe(diagnosis)
    if not treat or not prescriptions:
        return Checkup(diagnosis, prescriptions)
    treatment = Treatment(
        build, first, seeds, Budget(budget, one=first.seconds), told or (lambda _: None), workers
    )
    proof = treatment.proven(prescriptions)
    after = proof.after
    treated = None
    if after is not None and after.score is not None:
        treated = Treated(treatment.model_of(after), after.score, after.changes)
    return Checkup(diagnosis, prescriptions, proof, treated)
