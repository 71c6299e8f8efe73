"""What a race has found until it is interrupted, so that the next one goes on from there.

Nothing is written while a race runs; on Ctrl-C its finished runs go into one JSON file in the working folder. They are
taken up again only by the same training: the key is the source (of the build function, or the script with its arguments),
the versions, and every loss of the untreated run, which is always trained anew. So whatever changes the training, a number
in a closure or the data, changes the key. A training that is not the same twice (some GPU kernels) simply begins anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from livegrad.observation.files import FOLDER
from livegrad.records import from_jsonable, to_jsonable
from livegrad.treatment.proof import Prescription, Runner
from livegrad.treatment.race import key_of

FILE = Path(FOLDER) / "interrupted-race.json"


class Memory:
    """The finished runs of one race.

    Args:
        source: What the training is made by, as text.
        first: The untreated run.
    """

    def __init__(self, source: str, first: Runner) -> None:
        self._key = _key(source, first)
        self._runs: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(FILE.read_text(encoding="utf-8"))
            if kept["key"] == self._key:
                self._runs = dict(kept["runs"])

    def recall(self, prescription: Prescription | None, seed: int, share: float) -> Runner | None:
        """Return a run that was finished before the interruption, if it was."""
        found = self._runs.get(name_of(prescription, seed, share))
        return None if found is None else from_jsonable(Runner, found)

    def keep(self, runner: Runner) -> None:
        """Remember a finished run."""
        name = name_of(runner.prescription, runner.seed or 0, runner.share)
        self._runs[name] = to_jsonable(runner)

    def save(self) -> None:
        """Write what is remembered; a folder that cannot be written to loses it."""
        with contextlib.suppress(OSError):
            FILE.parent.mkdir(exist_ok=True)
            told = json.dumps({"key": self._key, "runs": self._runs}, ensure_ascii=False)
            FILE.write_text(told, encoding="utf-8")

    def forget(self) -> None:
        """The race came to its end: remove the file, and its folder where that is empty."""
        with contextlib.suppress(OSError):
            FILE.unlink()
            FILE.parent.rmdir()


def name_of(prescription: Prescription | None, seed: int, share: float) -> str:
    """Return what tells one run of a race from another."""
    return f"seed {seed} · {share:g} · {key_of(prescription)}"


def source_of(build: Callable[..., Any]) -> str:
    """Return the text of a build function; empty where there is none to read."""
    try:
        return inspect.getsource(build)
    except (OSError, TypeError):
        return ""


def _key(source: str, first: Runner) -> str:
    loss = first.evidence.loss if first.evidence is not None else None
    versions = [importlib.metadata.version(name) for name in ("livegrad", "torch")]
    told = json.dumps([source, versions, to_jsonable(loss), first.seed])
    return hashlib.sha256(told.encode()).hexdigest()
