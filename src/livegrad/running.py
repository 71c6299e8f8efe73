"""``livegrad run``: the script in a process of its own, its diagnosis, and the race of the cures.

This side imports no torch: it starts processes, reads what they saw, and decides.
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from livegrad.child import JOURNAL, Outcome, Plan
from livegrad.diagnosis.engine import diagnose
from livegrad.diagnosis.finding import Diagnosis
from livegrad.errors import BadInput, CouldNotObserve, Interrupted, LivegradError
from livegrad.observation.evidence import Evidence, Recording
from livegrad.observation.files import FOLDER, Shelf, Written, left_over, read_log, unheard
from livegrad.observation.script import INTERRUPTED, check_script
from livegrad.records import from_jsonable, to_jsonable
from livegrad.text import Language, Text
from livegrad.treatment import verdict
from livegrad.treatment.prescription import prescribe
from livegrad.treatment.proof import Prescription, Proof, Runner
from livegrad.treatment.remarks import (
    NOT_APPLIED,
    ONE_SEED,
    OUT_OF_BUDGET,
    SCRIPT_FAILED,
)

START = "import sys; sys.path[:1] = []; from livegrad.child import main; main()"
"""What the child runs: the working folder must not shadow any module while livegrad itself is imported."""
LEAST_BUDGET = 90.0
"""Seconds for all treated runs, however short the script is."""
GRACE = 60.0
"""A treated run may take so many seconds longer than its budget before it is stopped."""

_NOTHING_CAME_BACK = Text(
    "'{script}' ended (code {code}) without handing back what was seen; it may have been killed or have called os._exit. "
    "Run it by itself first: python {script}",
    "'{script}'이 관찰 결과를 남기지 않고 끝났습니다(코드 {code}). 강제로 종료되었거나 os._exit를 불렀을 수 있습니다. 먼저 혼자 실행해 "
    "보세요: python {script}",
)
_TOO_EARLY = Text(
    "Interrupted before the script began.", "스크립트가 시작되기 전에 중단되었습니다."
)
_LEFT_OVER = Text(
    "An earlier treatment was cut off; your own run's files still lie in '{folder}'. Put them back where they belong (or "
    "remove the folder), then run again.",
    "지난 치료가 중간에 끊겨 원래 실행의 파일이 아직 '{folder}'에 있습니다. 제자리에 돌려놓거나 폴더를 지운 뒤 다시 실행해 주세요.",
)
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


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the user asked for.

    Attributes:
        script: Path or module name.
        arguments: For the script.
        is_module: ``run -m``.
        treat: Whether to look for a cure.
        budget: Seconds for all treated runs; ``None``: ten times the script's own time, at least 90.
        seed: For torch, NumPy and random.
        language: For what is said while it runs.
        record: Where what was seen until now is written while the first run lasts.
    """

    script: str
    arguments: tuple[str, ...] = ()
    is_module: bool = False
    treat: bool = False
    budget: float | None = None
    seed: int = 0
    language: Language = "en"
    record: str | None = None


@dataclass
class Progress:
    """Called as the work goes on; replace what you want to hear.

    Attributes:
        diagnosed: After the first run: the recording and its diagnoses.
        race_begins: Before each treated run: the prescription, its number, how many there are.
        race_ended: After each treated run.
    """

    diagnosed: Callable[[Recording, tuple[Diagnosis, ...]], None] = field(default=lambda *_: None)
    race_begins: Callable[[Prescription, int, int], None] = field(default=lambda *_: None)
    race_ended: Callable[[Runner], None] = field(default=lambda *_: None)


@dataclass(frozen=True)
class Result:
    """Everything that came of it."""

    recording: Recording
    diagnoses: tuple[Diagnosis, ...]
    proof: Proof | None


def run(request: Request, progress: Progress | None = None) -> Result:
    """Run the script, diagnose it, and treat it if asked to.

    Raises:
        BadInput: No such script, or not valid Python.
        CouldNotObserve: The process ended without telling what it saw.
    """
    try:
        return _run(request, progress or Progress())
    except _Lost as lost:
        raise lost.error from None


def _run(request: Request, progress: Progress) -> Result:
    if not request.is_module:
        check_script(request.script)
    aside = left_over() if request.treat else None
    if aside is not None:
        raise BadInput(_LEFT_OVER.fill(folder=aside))
    with tempfile.TemporaryDirectory(prefix="livegrad-") as folder:
        began = time.time()
        originals = Path(folder) / "originals" if request.treat else None
        outcome, written = _start(_plan(request, originals), Path(folder))
        if request.treat:
            written = (*written, *unheard(began, written))
        recording = outcome.recording
        diagnoses = tuple(diagnose(evidence) for evidence in recording.trainings)
        progress.diagnosed(recording, diagnoses)
        ill = [d for d in diagnoses if prescribe(d)]
        treatable = request.treat and ill and not recording.interrupted
        proof = None
        if treatable:
            proof = _Race(request, outcome, written, ill[0], Path(folder), progress).run()
    return Result(recording, diagnoses, proof)


def _plan(request: Request, originals: Path | None) -> Plan:
    return Plan(
        script=request.script,
        arguments=request.arguments,
        is_module=request.is_module,
        seed=request.seed,
        language=request.language,
        originals=str(originals) if originals else None,
        record=request.record,
    )


def _start(
    plan: Plan, folder: Path, *, quiet: bool = False, seconds: float | None = None
) -> tuple[Outcome, tuple[Written, ...]]:
    """Run one plan in a fresh process; Ctrl-C goes to the script, and we wait for its last words."""
    plan_path, target, log = (folder / n for n in ("plan.json", "outcome.json", JOURNAL))
    plan_path.write_text(json.dumps(to_jsonable(plan)), encoding="utf-8")
    for stale in (target, log):
        stale.unlink(missing_ok=True)
    environment = os.environ | {"PYTHONHASHSEED": os.environ.get("PYTHONHASHSEED", "0")}
    silent = subprocess.DEVNULL if quiet else None
    process = None
    before = {s: signal.signal(s, h) for s, h in _HANDLERS.items()}
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", START, str(plan_path)],
            env=environment,
            stdout=silent,
            stderr=silent,
            stdin=silent,
        )
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        code = -signal.SIGKILL
    finally:
        if process is not None and process.poll() is None:
            process.kill()
            process.wait()
        for number, handler in before.items():
            signal.signal(number, handler)
    written = read_log(log)
    if not target.exists():
        interrupted = code in (-signal.SIGINT, INTERRUPTED)
        error = (
            Interrupted(_TOO_EARLY)
            if interrupted
            else CouldNotObserve(_NOTHING_CAME_BACK.fill(script=plan.script, code=code))
        )
        raise _Lost(error, written)
    outcome = from_jsonable(Outcome, json.loads(target.read_text(encoding="utf-8")))
    if outcome.refused is not None:
        raise BadInput(Text(outcome.refused.en, outcome.refused.ko))
    return outcome, written


def _wait_on(number: int, frame: object) -> None:
    """On Ctrl-C: the script gets it too, and we wait for its last words."""
    del number, frame


def _leave(number: int, frame: object) -> None:
    """On a request to end: unwind, so that the child ends and the user's files are put back."""
    del frame
    sys.exit(128 + number)


_HANDLERS = {
    signal.SIGINT: _wait_on,
    signal.SIGTERM: _leave,
} | ({signal.SIGHUP: _leave} if hasattr(signal, "SIGHUP") else {})


class _Lost(Exception):
    """A process that ended without an outcome; what it had written until then is known all the same."""

    def __init__(self, error: LivegradError, written: tuple[Written, ...]) -> None:
        super().__init__(error)
        self.error, self.written = error, written


@dataclass(frozen=True)
class _Race:
    """The treated runs of one training: each starts from the same files, the same seed, in a fresh process."""

    request: Request
    first: Outcome
    written: tuple[Written, ...]
    ill: Diagnosis
    folder: Path
    progress: Progress

    def run(self) -> Proof:
        """Run the script again with each prescription until one cures, the budget is spent, or none is left."""
        began = time.monotonic()
        seconds = self.first.recording.seconds
        budget = self.request.budget or max(LEAST_BUDGET, 10 * seconds)
        prescriptions = prescribe(self.ill)
        keep = Path(FOLDER)
        shelf = Shelf(self.written, keep)
        races: list[Runner] = []
        remarks = list(_remarks(self.written, keep))
        for number, prescription in enumerate(prescriptions, 1):
            left = budget - (time.monotonic() - began)
            if left < seconds and races:
                untried = len(prescriptions) - len(races)
                remarks.append(OUT_OF_BUDGET.fill(count=untried, seconds=budget))
                break
            self.progress.race_begins(prescription, number, len(prescriptions))
            log = self.folder / JOURNAL
            log.unlink(missing_ok=True)
            try:
                shelf.begin()
                runner = self._treated(prescription, left, self.folder / f"originals-{number}")
            finally:
                shelf.end(f"{number}-{prescription.remedy}", read_log(log))
            self.progress.race_ended(runner)
            races.append(runner)
            if runner.evidence is not None and runner.evidence.interrupted:
                remarks.append(_STOPPED)
                break
            if verdict.cured(runner):
                break
        shelf.clear()
        remarks.append(ONE_SEED.fill(seed=self.request.seed))
        return Proof(
            before=self._before(),
            training=self._position(),
            races=tuple(races),
            after=verdict.best(races),
            remarks=tuple(remarks),
            seconds=time.monotonic() - began,
        )

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
        )

    def _treated(self, prescription: Prescription, left: float, originals: Path) -> Runner:
        """One treated run and its verdict."""
        ill = self.ill.evidence
        order = ill.optimizer.order if ill.optimizer is not None else 0
        plan = dataclasses.replace(
            _plan(self.request, originals), prescription=prescription, order=order
        )
        patience = max(left, 2 * self.first.recording.seconds) + GRACE
        try:
            outcome, _ = _start(plan, self.folder, quiet=True, seconds=patience)
        except _Lost as lost:
            return Runner(prescription=prescription, outcome="failed", remark=lost.error.text)
        if outcome.changes is None:
            why = outcome.problem or "the optimizer was not made"
            return Runner(
                prescription=prescription,
                outcome="not-applicable",
                seconds=outcome.recording.seconds,
                remark=NOT_APPLIED.fill(why=why),
            )
        return self._judged(prescription, outcome)

    def _judged(self, prescription: Prescription, outcome: Outcome) -> Runner:
        first, recording = self.first.recording, outcome.recording
        position = self._position()
        evidence: Evidence | None = None
        if position < len(recording.trainings):
            evidence = recording.trainings[position]
        score = verdict.score_of(evidence) if evidence is not None else None
        failed = recording.error is not None and first.error is None
        return Runner(
            prescription=prescription,
            outcome="failed" if failed else verdict.outcome(self._before().score, score),
            score=score,
            evidence=evidence,
            diagnosis=diagnose(evidence) if evidence is not None else None,
            seconds=recording.seconds,
            changes=outcome.changes or (),
            remark=SCRIPT_FAILED.fill(why=recording.error) if failed else None,
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
