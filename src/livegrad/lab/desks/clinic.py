"""The clinic's side of the server: opens recordings, diagnoses them by the rules of everywhere, follows a file.

On the channel ``clinic``, while a file is followed: ``{at, opened}`` when it has changed, or ``{at, waiting}`` with
why it could not be read just then.
"""

from __future__ import annotations

from pathlib import Path

from livegrad.errors import BadInput
from livegrad.lab.clinic.keeping import CHANNEL, Kept, Pieces, follow, kept_of, opened
from livegrad.lab.clinic.reading import MOST, bundled, read_file, recording_in, started_with
from livegrad.lab.desk import Desk, Given, Visit
from livegrad.text import Text

__all__ = ["DESK"]

_PIECE = 500_000  # characters of one piece
_MOST_PIECES = 2000
_NOT_OURS = Text(
    "A page may open only the recording that the lab was started with: livegrad lab FILE. Or choose a file in the page.",
    "페이지가 스스로 열 수 있는 것은 실험실을 시작할 때 준 기록뿐입니다: livegrad lab FILE. 아니면 페이지에서 파일을 고르세요.",
)
_NOT_FOLLOWED = Text(
    "Only the recording that the lab was started with can be followed. Start it so: livegrad lab FILE",
    "계속 지켜볼 수 있는 것은 실험실을 시작할 때 준 기록뿐입니다. 이렇게 시작하세요: livegrad lab FILE",
)


def _start() -> object:
    return {"most": MOST, "piece": _PIECE}


def _open(visit: Visit, given: Given) -> object:
    path = given.text("recording", most=4096)
    if not started_with(path):
        raise BadInput(_NOT_OURS)
    kept = Kept(recording=recording_in(read_file(path)), name=Path(path).name, path=path)
    return opened(visit, _chosen(kept, given))


def _example(visit: Visit, given: Given) -> object:
    kept = Kept(recording=bundled(), name="digits_sigmoid.json.gz")
    return opened(visit, _chosen(kept, given))


def _take(visit: Visit, given: Given) -> object:
    """Take a piece of a file that was chosen in the page; the last one opens it."""
    pieces = visit.desk.setdefault("clinic.pieces", Pieces())
    whole = pieces.take(
        given.whole("part", low=0, high=_MOST_PIECES),
        given.whole("of", low=1, high=_MOST_PIECES),
        given.text("text", most=_PIECE),
    )
    if whole is None:
        return None
    name = given.text("name", most=300, usual="")
    return opened(visit, _chosen(Kept(recording=recording_in(whole), name=name), given))


def _training(visit: Visit, given: Given) -> object:
    kept = kept_of(visit)
    kept.choose(given.whole("training", low=0, high=10_000))
    return kept.answer()


def _follow(visit: Visit, given: Given) -> object:
    kept = kept_of(visit)
    path = kept.path
    if path is None:
        raise BadInput(_NOT_FOLLOWED)
    on = given.truth("on", usual=True)
    if on:
        visit.begin(CHANNEL, lambda job: follow(job, kept, path))
    else:
        visit.end(CHANNEL)
    return {"on": on}


def _chosen(kept: Kept, given: Given) -> Kept:
    """Return it with the training that an address asked for; one that is not there is the last."""
    wanted = given.whole("training", low=0, high=10_000, usual=0)
    kept.choose(min(wanted, len(kept.recording.trainings) - 1))
    return kept


DESK = Desk(
    id="clinic",
    actions={
        "open": _open,
        "example": _example,
        "take": _take,
        "training": _training,
        "follow": _follow,
    },
    start=_start,
)
