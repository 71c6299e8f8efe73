"""``livegrad run``: the script in a process of its own, its diagnosis, and the race of the cures.

This side imports no torch: it starts processes, reads what they saw, and decides.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from livegrad.diagnosis.engine import diagnose
from livegrad.diagnosis.finding import Diagnosis
from livegrad.errors import BadInput
from livegrad.observation.evidence import Recording
from livegrad.observation.files import left_over, unheard
from livegrad.observation.script import check_script
from livegrad.script_race import ScriptRace
from livegrad.starting import Lost, plan, start
from livegrad.text import Language, Text
from livegrad.treatment.prescription import prescribe
from livegrad.treatment.proof import Prescription, Proof, Runner
from livegrad.treatment.settling import SEEDS

_LEFT_OVER = Text(
    "An earlier treatment was cut off; your own run's files still lie in '{folder}'. Put them back where they belong (or "
    "remove the folder), then run again.",
    "지난 치료가 중간에 끊겨 원래 실행의 파일이 아직 '{folder}'에 있습니다. 제자리에 돌려놓거나 폴더를 지운 뒤 다시 실행해 주세요.",
)


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
        seeds: From how many starts a cure is proven, as far as the budget goes.
        language: For what is said while it runs.
        record: Where what was seen until now is written while the first run lasts.
    """

    script: str
    arguments: tuple[str, ...] = ()
    is_module: bool = False
    treat: bool = False
    budget: float | None = None
    seed: int = 0
    seeds: int = SEEDS
    language: Language = "en"
    record: str | None = None


@dataclass
class Progress:
    """Called as the work goes on; replace what you want to hear.

    Attributes:
        diagnosed: After the first run: the recording and its diagnoses.
        race_opens: Before the first treated run: how many seconds all of them together may take.
        race_begins: Before each treated run: the prescription, its number, how many there are.
        race_ended: After each run of the race and of the proof.
        proof_begins: Before each run from another seed: what is run, and the seed.
    """

    diagnosed: Callable[[Recording, tuple[Diagnosis, ...]], None] = field(default=lambda *_: None)
    race_opens: Callable[[float], None] = field(default=lambda *_: None)
    race_begins: Callable[[Prescription, int, int], None] = field(default=lambda *_: None)
    race_ended: Callable[[Runner], None] = field(default=lambda *_: None)
    proof_begins: Callable[[Prescription | None, int], None] = field(default=lambda *_: None)


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
    except Lost as lost:
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
        outcome, written = start(plan(request, originals), Path(folder))
        if request.treat:
            written = (*written, *unheard(began, written))
        recording = outcome.recording
        diagnoses = tuple(diagnose(evidence) for evidence in recording.trainings)
        progress.diagnosed(recording, diagnoses)
        ill = [d for d in diagnoses if prescribe(d)]
        treatable = request.treat and ill and not recording.interrupted
        proof = None
        if treatable:
            proof = ScriptRace(request, outcome, written, ill[0], Path(folder), progress).run()
    return Result(recording, diagnoses, proof)
