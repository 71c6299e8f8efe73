"""What a page has open: a recording, where it comes from, and the pieces of one that is still on its way."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import Any

from livegrad.errors import BadInput
from livegrad.lab.clinic.case import case, summary
from livegrad.lab.clinic.reading import MOST, read_file, recording_in
from livegrad.lab.desk import Job, Visit
from livegrad.observation.evidence import Recording
from livegrad.text import Text

__all__ = ["CHANNEL", "Kept", "Pieces", "follow", "kept_of", "opened"]

CHANNEL = "clinic"
_EVERY = 0.5  # seconds between two looks at a file that is followed
_NONE = Text(
    "No recording is open on this page. Open one first.",
    "이 페이지에 열린 기록이 없습니다. 먼저 기록을 여세요.",
)
_NOT_THAT = Text(
    "The recording has no training {given}; it has {count}. Choose another.",
    "기록에 {given}번 학습이 없습니다. 모두 {count}개이니 다른 것을 고르세요.",
)
_ORDER = Text(
    "Piece {given} of the file came where piece {wanted} was due. Choose the file again.",
    "파일의 {wanted}번째 조각이 올 차례에 {given}번째가 왔습니다. 파일을 다시 고르세요.",
)
_TOO_LARGE = Text(
    "The file is larger than {most} MB; recordings of up to {most} MB are opened here. Choose a smaller one.",
    "파일이 {most}MB보다 큽니다. 여기서는 {most}MB까지 엽니다. 더 작은 파일을 고르세요.",
)


@dataclass(kw_only=True)
class Kept:
    """A recording that is open.

    Attributes:
        recording: What it holds.
        name: Of its file.
        path: Where it lies, if it can be followed.
        training: Which of its trainings is looked at, from 0.
    """

    recording: Recording
    name: str
    path: str | None = None
    training: int = 0

    def answer(self) -> dict[str, Any]:
        """Return what the page needs: the recording in few words, and the training looked at."""
        chosen = self.recording.trainings[min(self.training, len(self.recording.trainings) - 1)]
        return {
            **summary(self.recording, self.name),
            "training": self.training,
            "follows": self.path is not None,
            "case": case(chosen),
        }

    def choose(self, training: int) -> None:
        """Look at another training, from 0.

        Raises:
            BadInput: There is no such training.
        """
        count = len(self.recording.trainings)
        if training >= count:
            raise BadInput(_NOT_THAT.fill(given=training + 1, count=count))
        self.training = training


@dataclass(kw_only=True)
class Pieces:
    """A file on its way, in pieces.

    Example:
        >>> pieces = Pieces()
        >>> pieces.take(0, 2, "{"), pieces.take(1, 2, "}")
        (None, '{}')
    """

    texts: list[str] = field(default_factory=list)
    length: int = 0

    def take(self, part: int, of: int, text: str) -> str | None:
        """Take a piece; return the whole when it is the last one.

        Raises:
            BadInput: It came out of turn, or the file is too large.
        """
        if part == 0:
            self._forget()
        if part != len(self.texts):
            raise BadInput(_ORDER.fill(given=part + 1, wanted=len(self.texts) + 1))
        self.texts.append(text)
        self.length += len(text)
        if self.length > MOST:
            self._forget()
            raise BadInput(_TOO_LARGE.fill(most=MOST // 1_000_000))
        if part + 1 < of:
            return None
        whole = "".join(self.texts)
        self._forget()
        return whole

    def _forget(self) -> None:
        self.texts, self.length = list[str](), 0


def kept_of(visit: Visit) -> Kept:
    """Return what the page has open.

    Raises:
        BadInput: Nothing.

    Example:
        >>> from types import SimpleNamespace
        >>> kept_of(SimpleNamespace(desk={}))
        Traceback (most recent call last):
        ...
        livegrad.errors.BadInput: No recording is open on this page. Open one first.
    """
    kept = visit.desk.get("clinic")
    if not isinstance(kept, Kept):
        raise BadInput(_NONE)
    return kept


def opened(visit: Visit, kept: Kept) -> dict[str, Any]:
    """Remember what is open now, and return what the page needs; the old one stays if this one is damaged.

    Args:
        visit: The page.
        kept: What it opens.

    Example:
        >>> from types import SimpleNamespace
        >>> from livegrad.lab.clinic.reading import bundled
        >>> page = SimpleNamespace(desk={}, end=lambda name: None)
        >>> opened(page, Kept(recording=bundled(), name="run.json"))["name"]
        'run.json'
    """
    answer = kept.answer()
    visit.end(CHANNEL)
    visit.desk["clinic"] = kept
    return answer


def follow(job: Job, kept: Kept, path: str) -> None:
    """Look at a file again and again, and show what it holds whenever it has changed.

    A file that is away, empty or half written is waited for: only the state is shown then.

    Args:
        job: That runs it; looked at before every look at the file.
        kept: What is open; it takes each new recording.
        path: The file.

    Raises:
        Cancelled: Nobody waits any more.

    Example:
        >>> from livegrad.lab.clinic.reading import bundled
        >>> job = Job(name="clinic", visit=None)
        >>> job.cancelled.set()
        >>> follow(job, Kept(recording=bundled(), name="run.json"), "run.json")
        Traceback (most recent call last):
        ...
        livegrad.lab.cancelled.Cancelled
    """
    seen = _mark(path)
    while True:
        job.stop_if_cancelled()
        now = _mark(path)
        if now != seen:
            seen = now
            job.show(CHANNEL, _looked(kept, path))
        job.cancelled.wait(_EVERY)


def _looked(kept: Kept, path: str) -> dict[str, Any]:
    at = time.strftime("%H:%M:%S")
    try:
        kept.recording = recording_in(read_file(path))
        return {"at": at, "opened": kept.answer()}
    except BadInput as problem:  # half written, or away for the moment
        return {"at": at, "waiting": problem.text}


def _mark(path: str) -> tuple[int, int] | None:
    """Return what changes when a file does; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
