"""The race of the cures of a script: every run starts from the same files, in a fresh process.

Where a script takes long, the short runs of the race end in the middle of its training (`livegrad.observation.short_run`);
what it would have done afterwards is left out. The winner is proven from other starts by shifting the seeds
(`livegrad.observation.seed_watch`). What an interrupted race found is taken up by the next (`livegrad.treatment.memory`).
"""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from livegrad.child import Outcome
from livegrad.diagnosis.finding import Diagnosis
from livegrad.observation.files import FOLDER, Shelf, Written
from livegrad.script_runs import ScriptRuns
from livegrad.text import Text
from livegrad.treatment import repeats, trial, verdict
from livegrad.treatment.budget import Budget
from livegrad.treatment.memory import FILE, Memory
from livegrad.treatment.prescription import last_resort, prescribe
from livegrad.treatment.proof import Prescription, Proof, Repeats, Runner, Start
from livegrad.treatment.race import SHARES, Race, Stopped
from livegrad.treatment.settling import settled

if TYPE_CHECKING:
    from livegrad.running import Progress, Request

LONG = 20.0
"""Seconds: in a shorter script, starting Python and reading the data take most of the time, and short runs save little."""
LEAST_BUDGET = 90.0
"""Seconds for all treated runs, however short the script is."""

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
_STOPPED = Text(
    "The race was interrupted. Its finished runs are kept in {file}; the same command goes on from there.",
    "경주가 중단되었습니다. 끝난 실행은 {file}에 남겨 두었고, 같은 명령을 다시 실행하면 이어서 합니다.",
)


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
    """

    request: Request
    first: Outcome
    written: tuple[Written, ...]
    ill: Diagnosis
    folder: Path
    progress: Progress
    _budget: Budget = field(init=False)
    _runs: ScriptRuns = field(init=False)
    _prescriptions: tuple[Prescription, ...] = ()
    _stopped: bool = False
    _short: dict[float, Runner] = field(default_factory=dict)

    def run(self) -> Proof:
        """Race, prove the winner from other starts, and put the user's files back."""
        seconds = self.first.recording.seconds
        self._budget = Budget(self.request.budget, one=seconds, least=LEAST_BUDGET)
        self.progress.race_opens(self._budget.seconds)
        self._prescriptions = prescribe(self.ill)
        shelf, memory = Shelf(self.written, Path(FOLDER)), Memory(self._source(), self._before())
        self._runs = ScriptRuns(
            request=self.request,
            first=self.first,
            ill=self.ill,
            position=self._position(),
            shelf=shelf,
            memory=memory,
            budget=self._budget,
            folder=self.folder,
            progress=self.progress,
        )
        try:
            proof = self._proven()
        except BaseException:
            memory.save()
            raise
        shelf.clear()
        if not self._stopped:
            memory.forget()
            return proof
        memory.save()
        return dataclasses.replace(proof, remarks=(*proof.remarks, _STOPPED.fill(file=FILE)))

    def _proven(self) -> Proof:
        steps, seconds = self.ill.evidence.steps, self.first.recording.seconds
        race = Race(
            before=self._before(),
            run_one=self._raced,
            resort=last_resort(self.ill),
            budget=self._budget,
            kept=2 * (self.request.seeds - 1),
            shares=tuple(s for s in SHARES if seconds > LONG and trial.can_be_short(steps, s)),
        )
        race.run(self._prescriptions)
        self._stopped = race.stopped
        proof = Proof(
            before=self._before(),
            training=self._position(),
            races=(*race.finished, *race.left),
            remarks=(*_remarks(self.written, Path(FOLDER)), *race.remarks),
        )
        proof = settled(
            proof,
            race.finished,
            repeated=self._repeated,
            seeds=self.request.seeds,
            budget=self._budget,
        )
        return dataclasses.replace(proof, runs=self._runs.count)

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

    def _source(self) -> str:
        """The script and its arguments, as far as there is a file to read."""
        given = self.request
        text = Path(given.script).read_text("utf-8", "replace") if not given.is_module else ""
        return "\n".join((given.script, *given.arguments, text))

    def _raced(self, prescription: Prescription | None, share: float) -> Runner:
        """One run of the race, from the user's own start."""
        if share == 1 and prescription is None:
            return self._before()
        if prescription is not None:
            number = self._runs.count + 1
            self.progress.race_begins(prescription, number, max(number, len(self._prescriptions)))
        against = self._before() if share == 1 else self._short.get(share)
        runner = self._runs.one(prescription, 0, against, share)
        if prescription is None:
            self._short[share] = runner
        if runner.evidence is not None and runner.evidence.interrupted:
            raise Stopped(runner)
        return runner

    def _repeated(self, winner: Runner) -> Repeats:
        """The winner beside nothing from other starts, as far as the budget goes."""
        starts, lost = [repeats.start(self.request.seed, self._before(), winner)], list[Runner]()
        for offset in range(1, self.request.seeds):
            found = (
                None if self._stopped or not self._budget.allows(2) else self._start(winner, offset)
            )
            if found is None:
                break
            if isinstance(found, Runner):
                lost.append(found)
            else:
                starts.append(found)
        seeds_itself = self.first.recording.seeds_itself
        return repeats.joined(starts, "script" if seeds_itself else "ours", lost)

    def _start(self, winner: Runner, offset: int) -> Start | Runner | None:
        """Both runs from one other start; the untreated one alone where it was lost; ``None`` where the user interrupted them."""
        runners = []
        for prescription in (None, winner.prescription):
            self.progress.proof_begins(prescription, self.request.seed + offset)
            against = runners[0] if runners else None
            runners.append(self._runs.one(prescription, offset, against))
            if runners[-1].evidence is not None and runners[-1].evidence.interrupted:
                self._stopped = True
                return None
            if prescription is None and runners[-1].outcome == "failed":
                return runners[-1]
        return repeats.start(self.request.seed + offset, *runners)


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
