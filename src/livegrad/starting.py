"""A script in a process of its own: what to run goes in as a plan, what was seen comes back.

This side imports no torch.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from livegrad.child import JOURNAL, Outcome, Plan
from livegrad.errors import BadInput, CouldNotObserve, Interrupted, LivegradError
from livegrad.observation.files import Written, read_log
from livegrad.observation.script import INTERRUPTED
from livegrad.records import from_jsonable, to_jsonable
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.running import Request

START = "import sys; sys.path[:1] = []; from livegrad.child import main; main()"
"""What the child runs: the working folder must not shadow any module while livegrad itself is imported."""

_NOTHING_CAME_BACK = Text(
    "'{script}' ended (code {code}) without handing back what was seen; it may have been killed or have called os._exit. "
    "Run it by itself first: python {script}",
    "'{script}'이 관찰 결과를 남기지 않고 끝났습니다(코드 {code}). 강제로 종료되었거나 os._exit를 불렀을 수 있습니다. 먼저 혼자 실행해 "
    "보세요: python {script}",
)
_STOPPED = Text(
    "'{script}' ran longer than {seconds:.0f} s and was stopped: it may hang, or wait for input. Run it by itself first: python {script}",
    "'{script:이/가}' {seconds:.0f}초가 넘도록 끝나지 않아 멈추었습니다. 어딘가에 걸렸거나 입력을 기다리는지도 모릅니다. 먼저 혼자 실행해 보세요: python {script}",
)
_TOO_EARLY = Text(
    "Interrupted before the script began.", "스크립트가 시작되기 전에 중단되었습니다."
)


def plan(request: Request, originals: Path | None) -> Plan:
    """Return the plan of an untreated run."""
    return Plan(
        script=request.script,
        arguments=request.arguments,
        is_module=request.is_module,
        seed=request.seed,
        language=request.language,
        originals=str(originals) if originals else None,
        record=request.record,
    )


def start(
    plan: Plan, folder: Path, *, quiet: bool = False, seconds: float | None = None
) -> tuple[Outcome, tuple[Written, ...]]:
    """Run one plan in a fresh process; Ctrl-C goes to the script, and we wait for its last words."""
    plan_path, target, log = (folder / n for n in ("plan.json", "outcome.json", JOURNAL))
    plan_path.write_text(json.dumps(to_jsonable(plan)), encoding="utf-8")
    for stale in (target, log):
        stale.unlink(missing_ok=True)
    environment = os.environ | {"PYTHONHASHSEED": os.environ.get("PYTHONHASHSEED", "0")}
    silent = subprocess.DEVNULL if quiet else None
    process, stopped = None, False
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
        code, stopped = -signal.SIGKILL, True
    finally:
        if process is not None and process.poll() is None:
            process.kill()
            process.wait()
        for number, handler in before.items():
            signal.signal(number, handler)
    written = read_log(log)
    if not target.exists():
        if code in (-signal.SIGINT, INTERRUPTED):
            raise Lost(Interrupted(_TOO_EARLY), written)
        said = _STOPPED if stopped else _NOTHING_CAME_BACK
        why = said.fill(script=plan.script, code=code, seconds=seconds or 0)
        raise Lost(CouldNotObserve(why), written)
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


class Lost(Exception):
    """A process that ended without an outcome; what it had written until then is known all the same."""

    def __init__(self, error: LivegradError, written: tuple[Written, ...]) -> None:
        super().__init__(error)
        self.error, self.written = error, written
