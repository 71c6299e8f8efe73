"""The race of the cures of a script: every run starts from the same files, in a fresh process.

A script cannot be stopped after a quarter of its steps and still be scored as it scores itself, so every run goes the
whole way; the winner is proven from other starts by shifting the seeds (`livegrad.observation.seed_watch`).
"""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from livegrad.child import JOURNAL, Outcome
from livegrad.diagnosis.engine import diagnose
from livegrad.diagnosis.finding import Diagnosis
from livegrad.observation.evidence import Evidence
from livegrad.observation.files import FOLDER, Shelf, Written, read_log
from livegrad.starting import Lost, plan, start
from livegrad.text import Text
from livegrad.treatment import repeats, verdict
from livegrad.treatment.budget import Budget
from livegrad.treatment.prescription import prescribe
from livegrad.treatment.proof import Prescription, Proof, Repeats, Runner, Start
from livegrad.treatment.race import Race, Stopped
from livegrad.treatment.remarks import NOT_APPLIED, SCRIPT_FAILED
from livegrad.treatment.settling import settled

if TYPE_CHECKING:
    from livegrad.running import Progress, Request

LEAST_BUDGET = 90.0
"""Seconds for all treated runs, however short the script is."""
GRACE = 60.0
"""A treated run may take so many seconds longer than its budget before it is stopped."""

_KEPT = Text(
    "The script writes {count} file(s) ({names}). Your own run's stay in place; those of the treated runs are in {folder}/.",
    "스크립트가 파일 {count}개({names})를 씁니다. 원래 실행의 파일은 제자리에 두고, 치료한 실행의 파일은 {folder}/에 두었습니다.",
)
_NOT_RESET = Text(
    "No copy from before your run could be made of {names} (too large, or written by another process): treated runs may not have "
    "found them as your run did.",
    "{names:은/는} 너무 크거나 다른 프로세스가 쓴 파일이라 실행 전의 내용을 복사하지 못했습니다. 치료한 실행은 원래 실행과 다른 내용을 "
    "보았을 수 있습니다.",
)
_STOPPED = Text("The race was interrupted.", "경주가 중단되었습니다.")


@dataclass
class ScriptRace:
    """The treated runs of one training of a script.

    Attributes:
        request: What the user asked for.
        first: What the first, untreated run handed back.
        written: The files that it wrote.
        ill: The diagnosis that is treated.
        folder: For plans, outcomes and copies.
        progress: Who is told.
        runs: How many runs there were.
    """

    request: Request
    first: Outcome
    written: tuple[Written, ...]
    ill: Diagnosis
    folder: Path
    progress: Progress
    runs: int = 0
    _shelf: Shelf = field(init=False)
    _budget: Budget = field(init=False)
    _prescriptions: tuple[Prescription, ...] = ()
    _stopped: bool = False

    def run(self) -> Proof:
        """Race, prove the winner from other starts, and put the user's files back."""
        seconds = self.first.recording.seconds
        self._budget = Budget(self.request.budget, one=seconds, least=LEAST_BUDGET)
        self._shelf = Shelf(self.written, Path(FOLDER))
        self._prescriptions = prescribe(self.ill)
        race = Race(
            before=self._before(),
            run_one=lambda prescription, _: self._raced(prescription),
            budget=self._budget,
            kept=2 * (self.request.seeds - 1),
            shares=(),
        )
        race.run(self._prescriptions)
        self._stopped = race.stopped
        remarks = [*_remarks(self.written, Path(FOLDER)), *race.remarks]
        proof = settled(
            Proof(
                before=self._before(),
                training=self._position(),
                races=tuple(race.finished),
                remarks=tuple(remarks),
            ),
            race.finished,
            repeated=self._repeated,
            seeds=self.request.seeds,
            budget=self._budget,
        )
        self._shelf.clear()
        stopped = (_STOPPED,) if self._stopped else ()
        return dataclasses.replace(proof, remarks=(*proof.remarks, *stopped), runs=self.runs)

    def _position(self) -> int:
        """Which training of the script is treated."""
        trainings = self.first.recording.trainings
        return next(i for i, evidence in enumerate(trainings) if evidence is self.ill.evidence)

    def _before(self) -> Runner:
        return Runner(
            prescription=None,
            outcome="untreated",
            score=verdict.score_of(self.ill.evidence),
            evidence=self.ill.evidence,
            diagnosis=self.ill,
            seconds=self.first.recording.seconds,
            seed=self.request.seed,
        )

    def _raced(self, prescription: Prescription | None) -> Runner:
        """One run of the race, from the user's own start."""
        if prescription is None:
            return self._before()
        number = self.runs + 1
        self.progress.race_begins(prescription, number, max(number, len(self._prescriptions)))
        runner = self._ran(prescription, 0, self._before())
        if runner.evidence is not None and runner.evidence.interrupted:
            raise Stopped(runner)
        return runner

    def _repeated(self, winner: Runner) -> Repeats:
        """The winner beside nothing from other starts, as far as the budget goes."""
        starts = [repeats.start(self.request.seed, self._before(), winner)]
        for offset in range(1, self.request.seeds):
            found = (
                None if self._stopped or not self._budget.allows(2) else self._start(winner, offset)
            )
            if found is None:
                break
            starts.append(found)
        seeds_itself = self.first.recording.seeds_itself
        return repeats.joined(starts, "script" if seeds_itself else "ours")

    def _start(self, winner: Runner, offset: int) -> Start | None:
        """Both runs from one other start; ``None`` where the user interrupted them."""
        runners = []
        for prescription in (None, winner.prescription):
            self.progress.proof_begins(prescription, self.request.seed + offset)
            against = runners[0] if runners else None
            runners.append(self._ran(prescription, offset, against))
            if runners[-1].evidence is not None and runners[-1].evidence.interrupted:
                self._stopped = True
                return None
        return repeats.start(self.request.seed + offset, *runners)

    def _ran(
        self, prescription: Prescription | None, offset: int, against: Runner | None
    ) -> Runner:
        """One run in a process of its own, its files kept apart; judged against another."""
        self.runs += 1
        log = self.folder / JOURNAL
        log.unlink(missing_ok=True)
        name = f"{self.runs}-{prescription.remedy if prescription else 'nothing'}"
        try:
            self._shelf.begin()
            runner = self._started(prescription, offset, against)
        finally:
            self._shelf.end(
                name + (f"-seed-{self.request.seed + offset}" if offset else ""), read_log(log)
            )
        self.progress.race_ended(runner)
        return runner

    def _started(
        self, prescription: Prescription | None, offset: int, against: Runner | None
    ) -> Runner:
        seed = self.request.seed + offset
        ill = self.ill.evidence
        planned = dataclasses.replace(
            plan(self.request, self.folder / f"originals-{self.runs}"),
            prescription=prescription,
            order=ill.optimizer.order if ill.optimizer is not None else 0,
            offset=offset,
        )
        left = self._budget.seconds - self._budget.spent
        patience = max(left, 2 * self.first.recording.seconds) + GRACE
        try:
            outcome, _ = start(planned, self.folder, quiet=True, seconds=patience)
        except Lost as lost:
            return Runner(
                prescription=prescription, outcome="failed", remark=lost.error.text, seed=seed
            )
        if prescription is not None and outcome.changes is None:
            return Runner(
                prescription=prescription,
                outcome="not-applicable",
                seconds=outcome.recording.seconds,
                remark=NOT_APPLIED.fill(why=outcome.problem or "the optimizer was not made"),
                seed=seed,
            )
        return self._judged(prescription, outcome, against)

    def _judged(
        self, prescription: Prescription | None, outcome: Outcome, against: Runner | None
    ) -> Runner:
        first, recording = self.first.recording, outcome.recording
        position = self._position()
        evidence: Evidence | None = None
        if position < len(recording.trainings):
            evidence = recording.trainings[position]
        score = verdict.score_of(evidence) if evidence is not None else None
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
        )


def _remarks(written: tuple[Written, ...], keep: Path) -> tuple[Text, ...]:
    files = [w for w in written if not w.folder]
    if not files:
        return ()
    names = ", ".join(os.path.relpath(w.path) for w in files[:5]) + (" …" if len(files) > 5 else "")
    remarks = [_KEPT.fill(count=len(files), names=names, folder=keep)]
    large = [os.path.relpath(w.path) for w in files if w.existed and w.original is None]
    if large:
        remarks.append(_NOT_RESET.fill(names=", ".join(large)))
    return tuple(remarks)
