"""One training of one start, treated or not, the whole way or a part of it, under watch."""

from __future__ import annotations

import contextlib
import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrad.diagnosis.engine import diagnose
from livegrad.errors import CouldNotObserve
from livegrad.observation.evidence import Evidence, Score
from livegrad.text import Text
from livegrad.treatment import verdict
from livegrad.treatment.proof import Prescription, Runner
from livegrad.treatment.remarks import NOT_APPLIED, TRAINING_FAILED

if TYPE_CHECKING:
    from torch import nn

    from livegrad.observation.recorder import Recorder
    from livegrad.observation.training import Training
    from livegrad.treatment.surgery import Patient

LEAST_STEPS = 40
"""A run shorter than this says nothing of a training."""

_NO_STEP = Text(
    "The training took no optimizer step, so nothing could be observed. Does its optimizer hold the model's parameters?",
    "학습에서 옵티마이저의 스텝이 하나도 없어 관찰할 수 없었습니다. 옵티마이저가 모델의 매개변수를 갖고 있나요?",
)


@dataclass(frozen=True)
class Trial:
    """What came of one run: its record, and the network that it left."""

    runner: Runner
    model: nn.Module


def can_be_short(steps: int, share: float) -> bool:
    """Whether a part of so many steps is long enough to tell one training from another."""
    return steps * share >= LEAST_STEPS


def untreated(build: Callable[..., Training], seed: int, *, share: float = 1.0) -> Trial:
    """Train as it is.

    Raises:
        BadBuild: ``build`` returned something other than a `Training`.
        CouldNotObserve: No optimizer step was taken.
    """
    began = time.perf_counter()
    run = _Run(build, seed, share)
    try:
        run.train()
    finally:
        run.close()
    evidence = run.evidence()
    if evidence is None:
        raise CouldNotObserve(_NO_STEP)
    runner = Runner(
        prescription=None,
        outcome="untreated",
        score=run.score or verdict.score_of(evidence),
        evidence=evidence,
        diagnosis=diagnose(evidence),
        seconds=time.perf_counter() - began,
        share=share,
        seed=seed,
    )
    return Trial(runner, run.training.model)


def treated(
    build: Callable[..., Training],
    seed: int,
    prescription: Prescription,
    before: Runner,
    *,
    share: float = 1.0,
    kept: bool = False,
) -> Trial:
    """Train with a prescription and judge it against ``before``, the untreated run of the same seed and share.

    Whatever the prescription breaks is a result: the runner tells it. ``kept``: the network is asked for afterwards, so it is
    copied with the cure's own hooks.
    """
    began = time.perf_counter()
    run = _Run(build, seed, share)
    changes: tuple[str, ...] | None = None
    model = run.training.model
    try:
        try:
            changes = run.operate(prescription)
        except Exception as error:  # noqa: BLE001 (a failed operation is a result of the race)
            remark = NOT_APPLIED.fill(why=error)
        else:
            remark = run.train_in_spite(controlled=share == 1)
            if kept:
                model = run.copied()
    finally:
        run.close()
    evidence = run.evidence()
    score = run.score
    if score is None and evidence is not None:
        score = verdict.score_of(evidence, beside=before.score)
    outcome = verdict.outcome(before.score, score)
    if remark is not None:
        outcome, score = ("failed" if changes is not None else "not-applicable"), None
    runner = Runner(
        prescription=prescription,
        outcome=outcome,
        score=score,
        evidence=evidence,
        diagnosis=diagnose(evidence) if evidence is not None else None,
        seconds=time.perf_counter() - began,
        changes=changes or (),
        remark=remark,
        share=share,
        seed=seed,
        against=before.score if share < 1 else None,
        whole=run.whole,
        linear=run.linear,
    )
    return Trial(runner, model)


class _Run:
    """A fresh training with a recorder on it; `close` takes everything back."""

    def __init__(self, build: Callable[..., Training], seed: int, share: float) -> None:
        from livegrad.observation.recorder import Recorder
        from livegrad.observation.training import built
        from livegrad.treatment.surgery import Patient

        self.training = built(build, seed)
        if share < 1:
            self.training.steps = max(1, round(self.training.steps * share))
        self.patient: Patient = Patient((("", self.training.model),), self.training.optimizer)
        self._recorder: Recorder = Recorder(models=(("", self.training.model),)).attach()
        self._recorder.cases[0].origins.training_made(self.training.made_at)
        self.score: Score | None = None
        self.whole: Score | None = None
        self.linear: Score | None = None

    def operate(self, prescription: Prescription) -> tuple[str, ...]:
        """Apply a prescription."""
        from livegrad.treatment.surgeon import operate

        return operate(prescription, self.patient)

    def train(self) -> None:
        """Train, then take the user's own score."""
        self.training.run()
        self.score = given_score(self.training)

    def train_in_spite(self, *, controlled: bool) -> Text | None:
        """Train; return why it failed, if it did. ``controlled``: also score the network without its bends."""
        from livegrad.treatment.linearised import scores

        try:
            self.train()
        except Exception as error:  # noqa: BLE001 (a training that a cure breaks is a result of the race)
            return TRAINING_FAILED.fill(why=f"{type(error).__name__}: {error}")
        if controlled:
            with contextlib.suppress(
                Exception
            ):  # a control that cannot be done is no failure of the cure
                self.whole, self.linear = scores(self.training)
        return None

    def copied(self) -> nn.Module:
        """Return a copy of the network with the cure's own hooks, which the network itself loses on `close`."""
        try:
            return copy.deepcopy(self.training.model)
        except Exception:  # noqa: BLE001 (some networks cannot be copied: then it is the network itself)
            return self.training.model

    def close(self) -> None:
        """Take back what was wrapped last first."""
        self.patient.close()
        self._recorder.detach()

    def evidence(self) -> Evidence | None:
        """What was seen, after `close`."""
        seen = self._recorder.evidence()
        return seen[0] if seen else None


def given_score(training: Training) -> Score | None:
    """Return the user's own score of the trained model, if there is one."""
    if training.score is None:
        return None
    import torch

    training.model.eval()
    with torch.no_grad():
        value = float(training.score(training.model))
    return Score(kind="given", value=value, spread=0.0, source="evaluation", samples=0)
