"""From the text of a file to a recording, or to one sentence that says why not."""

from __future__ import annotations

import gzip
import json
from importlib import resources
from pathlib import Path
from typing import Any

from livegrad.errors import BadInput
from livegrad.observation.evidence import SCHEMA_VERSION, Recording
from livegrad.records import from_jsonable
from livegrad.text import Text

__all__ = ["MOST", "allow", "broken", "bundled", "read_file", "recording_in", "started_with"]

MOST = 64_000_000
"""Characters of a recording."""
_TOO_LARGE = Text(
    "The file has {given} MB; recordings of up to {most} MB are opened here. livegrad run still reports on it in the terminal.",
    "파일이 {given}MB인데, 여기서는 {most}MB까지의 기록을 엽니다. 터미널에서는 livegrad run의 보고서를 볼 수 있습니다.",
)
_NO_TEXT = Text(
    "The file is empty. If a training is still running, wait until it has ended; else record again: livegrad run --record FILE "
    "train.py",
    "파일이 비어 있습니다. 학습이 아직 돌고 있으면 끝날 때까지 기다리고, 아니면 다시 기록하세요: livegrad run --record FILE train.py",
)
_NO_JSON = Text(
    "The file cannot be read: it is no JSON, or it was cut off at line {line}, column {column}. Record again: livegrad run "
    "--record FILE train.py",
    "파일을 읽을 수 없습니다. JSON이 아니거나 {line}번째 줄 {column}번째 글자에서 끊겼습니다. 다시 기록하세요: livegrad run --record FILE train.py",
)
_NO_RECORDING = Text(
    "This is JSON, but no recording of a training. Choose the file that livegrad run --record FILE wrote.",
    "JSON 파일이지만 학습 기록이 아닙니다. livegrad run --record FILE로 만든 파일을 고르세요.",
)
_NEWER = Text(
    "The recording was written by a newer livegrad (format {given}; this one reads {own}). Update: pip install -U livegrad",
    "더 새로운 livegrad가 쓴 기록입니다(형식 {given}, 여기서 읽는 형식은 {own}). 업데이트하세요: pip install -U livegrad",
)
_OLDER = Text(
    "The recording was written by an older livegrad (format {given}; this one reads {own}). Record again: livegrad run --record "
    "FILE train.py",
    "더 오래된 livegrad가 쓴 기록입니다(형식 {given}, 여기서 읽는 형식은 {own}). 다시 기록하세요: livegrad run --record FILE train.py",
)
_BROKEN = Text(
    "The recording is damaged: a part of it has not the form of a recording ({reason}). Record again: livegrad run --record FILE "
    "train.py",
    "기록이 손상되었습니다. 기록의 형식에 맞지 않는 곳이 있습니다({reason}). 다시 기록하세요: livegrad run --record FILE train.py",
)
_NO_TRAINING = Text(
    "In '{script}' no optimizer took a step, so there is nothing to look at. Run a script that trains.",
    "'{script}'에서는 옵티마이저가 한 걸음도 내딛지 않아 볼 것이 없습니다. 학습하는 스크립트를 실행하세요.",
)
_NO_FILE = Text(
    "The recording '{path}' cannot be opened: {reason}. Check the path, or choose the file in the page.",
    "기록 '{path:을/를}' 열 수 없습니다: {reason}. 경로를 확인하거나 페이지에서 파일을 고르세요.",
)


def recording_in(text: str) -> Recording:
    """Return the recording that a text holds; a report of ``--json`` holds one too.

    Args:
        text: JSON as ``livegrad run --record FILE`` writes it.

    Raises:
        BadInput: It is empty, no JSON, something else, of another format, damaged, or holds no training.

    Example:
        >>> recording_in("[1, 2]")
        Traceback (most recent call last):
        ...
        livegrad.errors.BadInput: This is JSON, but no recording of a training. Choose the file that livegrad run --record FILE wrote.
    """
    if len(text) > MOST:
        raise BadInput(_TOO_LARGE.fill(given=round(len(text) / 1e6), most=MOST // 1_000_000))
    value = _json(text)
    if "recording" in value and isinstance(value["recording"], dict):
        value = value["recording"]
    version = value.get("schema_version")
    if not {"script", "trainings"} <= value.keys() or type(version) is not int:
        raise BadInput(_NO_RECORDING)
    if version != SCHEMA_VERSION:
        told = _NEWER if version > SCHEMA_VERSION else _OLDER
        raise BadInput(told.fill(given=version, own=SCHEMA_VERSION))
    try:
        found = from_jsonable(Recording, value)
    except (TypeError, ValueError, KeyError, AttributeError) as problem:
        raise BadInput(_BROKEN.fill(reason=_short(problem))) from None
    if not found.trainings:
        raise BadInput(_NO_TRAINING.fill(script=found.script))
    return found


def broken(problem: Exception) -> BadInput:
    """Return what is said of a recording that a diagnosis could not be drawn from.

    Example:
        >>> "damaged" in str(broken(TypeError("no number")))
        True
    """
    return BadInput(_BROKEN.fill(reason=_short(problem)))


def read_file(path: str) -> str:
    """Return the text of a recording's file, gzip or plain.

    Raises:
        BadInput: It cannot be opened, or is too large.

    Example:
        >>> read_file("/none.json")
        Traceback (most recent call last):
        ...
        livegrad.errors.BadInput: The recording '/none.json' cannot be opened: No such file or directory. Check the path, or choose the file in the page.
    """
    try:
        with open(path, "rb") as file:
            raw = file.read(MOST + 1)
        if raw[:2] == b"\x1f\x8b":
            with gzip.open(path) as packed:
                raw = packed.read(MOST + 1)
    except (OSError, EOFError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise BadInput(_NO_FILE.fill(path=path, reason=reason)) from None
    if len(raw) > MOST:
        size = round(max(Path(path).stat().st_size, MOST + 1) / 1e6)
        raise BadInput(_TOO_LARGE.fill(given=size, most=MOST // 1_000_000))
    return raw.decode("utf-8", errors="replace")


def bundled() -> Recording:
    """Return the recording that comes with the lab: ten sigmoid layers on digits.

    Example:
        >>> bundled().trainings[0].layers[0].activation
        'sigmoid'
    """
    file = resources.files("livegrad.lab") / "recordings" / "digits_sigmoid.json.gz"
    return recording_in(gzip.decompress(file.read_bytes()).decode())


_allowed = set[str]()


def allow(path: str) -> None:
    """Let pages open a file: the one that a lab was started with.

    Args:
        path: Absolute.

    Example:
        >>> allow("/home/someone/run.json")
        >>> started_with("/home/someone/run.json")
        True
    """
    _allowed.add(path)


def started_with(path: str) -> bool:
    """Return whether a lab was started with that file: no page may open any other.

    Args:
        path: Absolute, as the page got it.

    Example:
        >>> started_with("/etc/passwd")
        False
    """
    return path in _allowed


def _json(text: str) -> dict[str, Any]:
    if not text.strip():
        raise BadInput(_NO_TEXT)
    try:
        value = json.loads(text)
    except json.JSONDecodeError as problem:
        raise BadInput(_NO_JSON.fill(line=problem.lineno, column=problem.colno)) from None
    except RecursionError as problem:
        raise broken(problem) from None
    if not isinstance(value, dict):
        raise BadInput(_NO_RECORDING)
    return value


def _short(problem: Exception) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0][:120]
