"""``livegrad.check``: build, train, diagnose, treat and prove, inside this process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livegrad.diagnosis.engine import diagnose
from livegrad.diagnosis.finding import Diagnosis
from livegrad.errors import CouldNotObserve
from livegrad.observation.evidence import Evidence, Score
from livegrad.text import Text
from livegrad.treatment import verdict
from livegrad.treatment.prescription import prescribe
from livegrad.treatment.proof import Prescription, Proof, Runner
from livegrad.treatment.remarks import NOT_APPLIED, ONE_SEED, OUT_OF_BUDGET

if TYPE_CHECKING:
    from torch import nn

    from livegrad.observation.training import Training
    from livegrad.treatment.surgery import Patient

_NO_STEP = Text(
    "The training took no optimizer step, so nothing could be observed. Does its optimizer hold the model's parameters?",
    "학습에서 옵티마이저의 스텝이 하나도 없어 관찰할 수 없었습니다. 옵티마이저가 모델의 매개변수를 갖고 있나요?",
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
    budget: float | None = None,
    told: Callable[[Runner], None] | None = None,
) -> Checkup:
    """Train what ``build`` gives, say what ails it, and, if asked, cure it and prove the cure.

    Args:
        build: ``build(seed)`` returns a fresh `Training`; without an argument, torch, NumPy and random are seeded.
        treat: Whether to look for a cure: each one trains a fresh network from the same seed.
        seed: The seed of all runs.
        budget: Seconds for all treated runs; ``None``: ten times the untreated run, at least 30.
        told: Called with each treated run as it ends.

    Raises:
        BadBuild: ``build`` returned something other than a `Training`.
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
    began = time.perf_counter()
    evidence, score, _, _ = _trained(build, seed, None)
    seconds = time.perf_counter() - began
    diagnosis = diagnose(evidence)
    prescriptions = prescribe(diagnosis)
    if not treat or not prescriptions:
        return Checkup(diagnosis, prescriptions)
    before = Runner(
        prescription=None,
        outcome="untreated",
        score=score,
        evidence=evidence,
        diagnosis=diagnosis,
        seconds=seconds,
    )
    limit = budget if budget is not None else max(30.0, 10 * seconds)
    proof, models = _raced(build, seed, before, prescriptions, limit, told or (lambda _: None))
    after = proof.after
    treated = None
    if after is not None and after.score is not None:
        treated = Treated(models[proof.races.index(after)], after.score, after.changes)
    return Checkup(diagnosis, prescriptions, proof, treated)


def _raced(
    build: Callable[..., Training],
    seed: int,
    before: Runner,
    prescriptions: tuple[Prescription, ...],
    budget: float,
    told: Callable[[Runner], None],
) -> tuple[Proof, list[nn.Module]]:
    """Try each prescription on a fresh network until one cures or the budget is spent."""
    began = time.perf_counter()
    races: list[Runner] = []
    models: list[nn.Module] = []
    remarks: tuple[Text, ...] = ()
    for prescription in prescriptions:
        spent = time.perf_counter() - began
        if races and spent + before.seconds > budget:
            remarks = (OUT_OF_BUDGET.fill(count=len(prescriptions) - len(races), seconds=budget),)
            break
        runner, model = _runner(build, seed, before, prescription)
        told(runner)
        races.append(runner)
        models.append(model)
        if verdict.cured(runner):
            break
    proof = Proof(
        before=before,
        races=tuple(races),
        after=verdict.best(races),
        remarks=(*remarks, ONE_SEED.fill(seed=seed)),
        seconds=time.perf_counter() - began,
    )
    return proof, models


def _runner(
    build: Callable[..., Training], seed: int, before: Runner, prescription: Prescription
) -> tuple[Runner, nn.Module]:
    began = time.perf_counter()
    evidence, score, model, changes = _trained(build, seed, prescription)
    runner = Runner(
        prescription=prescription,
        outcome=verdict.outcome(before.score, score),
        score=score,
        evidence=evidence,
        diagnosis=diagnose(evidence),
        seconds=time.perf_counter() - began,
        changes=changes if isinstance(changes, tuple) else (),
    )
    if not isinstance(changes, tuple):
        runner = replace(runner, outcome="not-applicable", remark=NOT_APPLIED.fill(why=changes))
    return runner, model


def _trained(
    build: Callable[..., Training], seed: int, prescription: Prescription | None
) -> tuple[Evidence, Score | None, nn.Module, tuple[str, ...] | Exception]:
    """Build, treat if asked, train under watch: (evidence, score, model, changes or why there are none)."""
    from livegrad.observation.recorder import Recorder
    from livegrad.observation.training import built
    from livegrad.treatment.surgery import Patient

    training = built(build, seed)
    patient = Patient((("", training.model),), training.optimizer)
    changes: tuple[str, ...] | Exception = ()
    recorder = Recorder(models=(("", training.model),)).attach()
    recorder.cases[0].origins.training_made(training.made_at)
    try:
        if prescription is not None:
            changes = _operated(prescription, patient)
        training.run()
        score = _given_score(training)
    finally:
        patient.close()  # first what was wrapped last
        recorder.detach()
    seen = recorder.evidence()
    if not seen:
        raise CouldNotObserve(_NO_STEP)
    return seen[0], score or verdict.score_of(seen[0]), training.model, changes


def _operated(prescription: Prescription, patient: Patient) -> tuple[str, ...] | Exception:
    from livegrad.treatment.surgeon import operate

    try:
        return operate(prescription, patient)
    except Exception as error:  # noqa: BLE001 (a failed operation is a result of the race)
        return error


def _given_score(training: Training) -> Score | None:
    """The user's own score of the trained model, if there is one."""
    if training.score is None:
        return None
    import torch

    training.model.eval()
    with torch.no_grad():
        value = float(training.score(training.model))
    return Score(kind="given", value=value, spread=0.0, source="evaluation", samples=0)
