"""The process in which a user's script runs while it is watched: started by `livegrad.starting`, never by hand.

It reads a plan (JSON) from the path in its first argument, runs the script, and writes what was seen beside it. Whatever
the script does to itself, the process that started this one goes on.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from livegrad.errors import BadInput
from livegrad.observation.evidence import Recording, Score
from livegrad.observation.files import Written
from livegrad.records import from_jsonable, to_jsonable
from livegrad.text import Language, Text
from livegrad.treatment.proof import Prescription

if TYPE_CHECKING:
    from livegrad.observation.case import Case
    from livegrad.observation.evidence import Evidence
    from livegrad.observation.recorder import Recorder
    from livegrad.treatment.control import Control

_NO_TORCH = Text(
    "PyTorch is not installed for {python}, so there is nothing to watch. Install it there (pip install torch), or run livegrad "
    "from the environment in which the script runs.",
    "{python}에는 PyTorch가 설치되어 있지 않아 지켜볼 것이 없습니다. 거기에 설치하거나(pip install torch), 스크립트가 도는 환경의 "
    "livegrad를 쓰세요.",
)
JOURNAL = "journal.jsonl"
LIVE_SECONDS = 2.0
"""The recording is written so often while the script runs, or more rarely where writing takes over 2 % of the time."""
LIVE_SHARE = 0.02
LIVE_AT = (8, 64, 256, 1024)
"""Certain findings are looked for after so many steps while the script still runs."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to run, and how.

    Attributes:
        script: Path or module.
        arguments: For the script.
        is_module: Whether ``script`` follows ``-m``.
        seed: For torch, NumPy and random before the first line.
        language: For findings that are told while the script runs.
        prescription: To be applied when the optimizer is made.
        order: Which optimizer of the script that is.
        originals: Folder for copies of files before they are overwritten; ``None``: keep no copies.
        record: Where what was seen until now is written every few seconds, for the lab to follow.
        offset: Is added to every seed, ours and the script's own: another start of the same training.
        steps: After so many steps of that optimizer the run ends; ``None``: it goes the whole way.
        control: How many steps it makes on the whole way, where the trained network is to be scored without its bends.
    """

    script: str
    arguments: tuple[str, ...] = ()
    is_module: bool = False
    seed: int = 0
    language: Language = "en"
    prescription: Prescription | None = None
    order: int = 0
    originals: str | None = None
    record: str | None = None
    offset: int = 0
    steps: int | None = None
    control: int | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the process hands back.

    Attributes:
        recording: What was watched.
        written: Files that the script wrote.
        changes: The applied prescription as Python lines; ``None`` if nothing was applied.
        problem: Why the prescription could not be applied.
        refused: Why the script was not run at all, as bad input.
        whole, linear: Scores of the trained network as it is, and with straight hidden activations, where that was asked for.
    """

    recording: Recording
    written: tuple[Written, ...] = ()
    changes: tuple[str, ...] | None = None
    problem: str | None = None
    refused: Text | None = None
    whole: Score | None = None
    linear: Score | None = None


def main() -> None:
    """Run the plan, write the outcome, and exit as the script did."""
    plan_path = Path(sys.argv[1])
    plan = from_jsonable(Plan, json.loads(plan_path.read_text(encoding="utf-8")))
    try:
        _require_torch()
        outcome = _run(plan, plan_path.with_name(JOURNAL))
    except BadInput as error:
        outcome = Outcome(recording=Recording(script=plan.script), refused=error.text)
    target = plan_path.with_name("outcome.json")
    target.write_text(json.dumps(to_jsonable(outcome)), encoding="utf-8")
    sys.stdout.flush()
    sys.exit(outcome.recording.exit_code)


def _require_torch() -> None:
    if importlib.util.find_spec("torch") is None:
        raise BadInput(_NO_TORCH.fill(python=sys.executable))


def _run(plan: Plan, log: Path) -> Outcome:
    import torch

    from livegrad import __version__, functions
    from livegrad.observation import script, seeding, signals
    from livegrad.observation.files import Journal
    from livegrad.observation.recorder import Recorder
    from livegrad.observation.seed_watch import SeedWatch
    from livegrad.observation.short_run import Enough, ShortRun
    from livegrad.treatment.surgeon import Surgeon

    seeds = SeedWatch(plan.offset)
    namespace: dict[str, object] = {}
    keep = _Keeper(plan)

    def stepped() -> None:
        keep(recorder.evidence)

    recorder = Recorder(
        namespace=namespace,
        measured=_teller(plan),
        stepped=stepped if keep.paths else None,
    )
    surgeon = Surgeon(plan.prescription, plan.order, recorder) if plan.prescription else None
    control = _control(plan, recorder)
    journal = Journal(
        Path(plan.originals) if plan.originals else None,
        log,
        None if plan.is_module else plan.script,
        ours=keep.paths,
    )
    seeding.seed_everything(plan.seed + plan.offset)

    functions.names()  # the catalogue is read now, not in the middle of the first step

    def ready(script_namespace: dict[str, object]) -> None:
        recorder.look_up_names_in(script_namespace)
        recorder.attach()
        if surgeon is not None:
            signals.listen(surgeon)
        if control is not None:
            signals.listen(control)
        if plan.steps is not None:
            signals.listen(ShortRun(plan.order, plan.steps))
        seeds.begin()
        journal.start()

    gc.collect()
    gc.freeze()  # what was imported until now need not be searched for garbage again and again
    began = time.perf_counter()
    ending = script.run(
        plan.script,
        plan.arguments,
        is_module=plan.is_module,
        ready=ready,
        cut_short=(Enough,),
    )
    seconds = time.perf_counter() - began
    written = journal.stop()
    whole, linear = _scores(control) if not (ending.error or ending.interrupted) else (None, None)
    for case in recorder.cases:
        case.interrupted = ending.interrupted
    recorder.detach()
    recording = Recording(
        script=plan.script,
        arguments=plan.arguments,
        trainings=recorder.evidence(),
        seed=plan.seed + plan.offset,
        seconds=seconds,
        exit_code=ending.exit_code,
        error=ending.error,
        interrupted=ending.interrupted,
        seeds_itself=seeds.heard,
        optimizers=recorder.optimizers_made,
        failure=recorder.failure,
        files=tuple(
            os.path.relpath(w.path) for w in written if not w.folder and os.path.exists(w.path)
        ),
        versions={
            "livegrad": __version__,
            "torch": torch.__version__,
            "python": platform.python_version(),
        },
    )
    return Outcome(
        recording=recording,
        written=written,
        changes=surgeon.changes if surgeon else None,
        problem=surgeon.error if surgeon else None,
        whole=whole,
        linear=linear,
    )


def _control(plan: Plan, recorder: Recorder) -> Control | None:
    """Who keeps the last batches, where the trained network is to be scored without its bends."""
    if plan.control is None:
        return None
    from livegrad.treatment.control import Control

    return Control(plan.order, plan.control, recorder)


def _scores(control: Control | None) -> tuple[Score | None, Score | None]:
    """Both scores; a control that cannot be done is no failure of the cure."""
    if control is not None:
        with contextlib.suppress(Exception):
            return control.scores()
    return None, None


class _Keeper:
    """Writes what was seen until now, whole or not at all, so that the lab can follow a training."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._began = self._last = time.perf_counter()
        self._pause = LIVE_SECONDS
        self.paths = () if plan.record is None else (plan.record, f"{plan.record}.part")

    def __call__(self, seen: Callable[[], tuple[Evidence, ...]]) -> None:
        now = time.perf_counter()
        if not self.paths or now - self._last < self._pause:
            return
        target, part = self.paths
        recording = Recording(
            script=self._plan.script,
            arguments=self._plan.arguments,
            trainings=seen(),
            seed=self._plan.seed,
            seconds=now - self._began,
        )
        with contextlib.suppress(OSError):  # a full disk must not end a training
            Path(part).write_text(json.dumps(to_jsonable(recording)), encoding="utf-8")
            os.replace(part, target)
        self._last = time.perf_counter()
        self._pause = max(LIVE_SECONDS, (self._last - now) / LIVE_SHARE)


def _teller(plan: Plan) -> Callable[[Case], None] | None:
    """A callback that tells certain findings once, on standard error, while the script runs."""
    if plan.prescription is not None:
        return None
    told: set[tuple[str, str]] = set()

    def measured(case: Case) -> None:
        from livegrad.diagnosis.engine import diagnose

        if not any(case.steps >= at and ("at", f"{id(case)} {at}") not in told for at in LIVE_AT):
            return
        told.update(("at", f"{id(case)} {at}") for at in LIVE_AT if case.steps >= at)
        for finding in diagnose(case.evidence()).findings:
            key = (finding.code, finding.place)
            if finding.confidence == "certain" and finding.severity != "note" and key not in told:
                told.add(key)
                print(  # noqa: T201
                    f"livegrad · {finding.code} · {finding.place}: {finding.seen.say(plan.language)}",
                    file=sys.stderr,
                    flush=True,
                )

    return measured


if __name__ == "__main__":
    main()
