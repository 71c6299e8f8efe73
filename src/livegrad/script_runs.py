"""One run of a script for its race: in a fresh process, from the same files, and judged against another run."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from livegrad.child import JOURNAL, Outcome
from livegrad.diagnosis.engine import diagnose
from livegrad.diagnosis.finding import Diagnosis
from livegrad.observation.evidence import Evidence
from livegrad.observation.files import Shelf, read_log
from livegrad.starting import Lost, plan, start
from livegrad.treatment import verdict
from livegrad.treatment.budget import Budget
from livegrad.treatment.memory import Memory
from livegrad.treatment.proof import Prescription, Runner
from livegrad.treatment.rate_range import unjudged
from livegrad.treatment.remarks import NOT_APPLIED, SCRIPT_FAILED

if TYPE_CHECKING:
    from livegrad.running import Progress, Request

GRACE = 60.0
"""A treated run may take so many seconds longer than its budget before it is stopped."""


@dataclass
class ScriptRuns:
    """Runs a script again and again; what the runs write is kept apart.

    Attributes:
        request: What the user asked for.
        first: What the first, untreated run handed back.
        ill: The diagnosis that is treated.
        position: Which training of the script that is.
        shelf: Keeps the files of the runs apart.
        memory: What an interrupted race found.
        budget: For everything.
        folder: For plans and outcomes.
        progress: Is told of every run that ended.
        count: How many runs there were.
    """

    request: Request
    first: Outcome
    ill: Diagnosis
    position: int
    shelf: Shelf
    memory: Memory
    budget: Budget
    folder: Path
    progress: Progress
    count: int = 0

    def one(
        self,
        prescription: Prescription | None,
        offset: int,
        against: Runner | None,
        share: float = 1.0,
    ) -> Runner:
        """Run in a process of its own, its files kept apart, and judge it against another.

        Args:
            prescription: What is applied; ``None``: nothing.
            offset: What is added to every seed.
            against: The run that it is judged against, of the same offset and share; ``None``: none.
            share: Of the training's steps; what the script does afterwards is left out of a short run.
        """
        self.count += 1
        seed = self.request.seed + offset
        recalled = self.memory.recall(prescription, seed, share)
        if recalled is not None:
            self.progress.race_ended(recalled)
            return recalled
        log = self.folder / JOURNAL
        log.unlink(missing_ok=True)
        name = f"{self.count}-{prescription.remedy if prescription else 'nothing'}"
        try:
            self.shelf.begin()
            runner = unjudged(self._started(prescription, seed, against, share))
        finally:
            self.shelf.end(name + (f"-seed-{seed}" if offset else ""), read_log(log))
        if runner.evidence is None or not runner.evidence.interrupted:
            self.memory.keep(runner)
        self.progress.race_ended(runner)
        return runner

    def _started(
        self, prescription: Prescription | None, seed: int, against: Runner | None, share: float
    ) -> Runner:
        ill = self.ill.evidence
        planned = dataclasses.replace(
            plan(self.request, self.folder / f"originals-{self.count}"),
            prescription=prescription,
            order=ill.optimizer.order if ill.optimizer is not None else 0,
            offset=seed - self.request.seed,
            steps=round(share * ill.steps) if share < 1 else None,
            control=ill.steps if share == 1 and prescription is not None else None,
        )
        left = self.budget.seconds - self.budget.spent
        patience = max(left, 2 * self.first.recording.seconds) + GRACE
        try:
            outcome, _ = start(planned, self.folder, quiet=True, seconds=patience)
        except Lost as lost:
            return Runner(
                prescription=prescription,
                outcome="failed",
                remark=lost.error.text,
                seed=seed,
                share=share,
            )
        if prescription is not None and outcome.changes is None:
            return Runner(
                prescription=prescription,
                outcome="not-applicable",
                seconds=outcome.recording.seconds,
                remark=NOT_APPLIED.fill(why=outcome.problem or "the optimizer was not made"),
                seed=seed,
                share=share,
            )
        return self._judged(prescription, outcome, against, share)

    def _judged(
        self,
        prescription: Prescription | None,
        outcome: Outcome,
        against: Runner | None,
        share: float,
    ) -> Runner:
        first, recording = self.first.recording, outcome.recording
        position = self.position
        evidence: Evidence | None = None
        if position < len(recording.trainings):
            evidence = recording.trainings[position]
        beside = against.score if against is not None else None
        score = verdict.score_of(evidence, beside=beside) if evidence is not None else None
        failed = recording.error is not None and first.error is None
        judged = verdict.outcome(against.score, score) if against is not None else "untreated"
        return Runner(
            prescription=prescription,
            outcome="failed" if failed else judged,
            score=score,
            evidence=evidence,
            diagnosis=diagnose(evidence) if evidence is not None else None,
            seconds=recording.seconds,
            changes=outcome.changes or (),
            remark=SCRIPT_FAILED.fill(why=recording.error) if failed else None,
            seed=recording.seed,
            share=share,
            against=against.score if against is not None and share < 1 else None,
            whole=outcome.whole,
            linear=outcome.linear,
        )
