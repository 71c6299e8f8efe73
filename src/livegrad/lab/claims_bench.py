"""Claims proved for a page: one of which only the newest wish counts, or many one after the other."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from livegrad.errors import BadInput
from livegrad.lab.desk import Job
from livegrad.lab.experiment import EXPERIMENTS, Cancelled, Setting
from livegrad.lab.figure import Figure
from livegrad.lab.proving import Proved, prove

__all__ = ["Bench", "Task", "Wanted", "many", "work"]

_WORKERS = max(1, min(8, (os.cpu_count() or 2) - 1))


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One run as the page wants it.

    Attributes:
        turn: Grows with every wish of the page.
        id: Of the claim.
        settings: A value for each of its controls.
        seed: The base seed.
    """

    turn: int
    id: str
    settings: Mapping[str, Setting]
    seed: int


class Bench:
    """What one page wants proved: a newer wish takes the place of an older one, and one thread serves them all.

    Example:
        >>> bench = Bench()
        >>> older = Wanted(turn=1, id="zigzag", settings={}, seed=0)
        >>> newer = Wanted(turn=2, id="zigzag", settings={}, seed=1)
        >>> bench.wish(older), bench.wish(newer), bench.wants(older), bench.wants(newer)
        (True, False, False, True)
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: Wanted | None = None
        self._last = -1
        self._busy = False

    def wish(self, wanted: Wanted) -> bool:
        """Want this instead of what was wanted; True if somebody has to start working."""
        with self._lock:
            if wanted.turn < self._last:  # a newer wish has overtaken this one on the way
                return False
            self._newest, self._last = wanted, wanted.turn
            begins, self._busy = not self._busy, True
            return begins

    def forget(self) -> None:
        """Want nothing any more."""
        with self._lock:
            self._newest = None

    def next(self, done: Wanted | None) -> Wanted | None:
        """Return what is wanted now; None, and nobody works any more, if that is done."""
        with self._lock:
            if self._newest is None or self._newest is done:
                self._busy = False
                return None
            return self._newest

    def wants(self, wanted: Wanted) -> bool:
        """Whether this is still what is wanted."""
        return self._newest is wanted

    def leave(self) -> None:
        """Let somebody else work."""
        with self._lock:
            self._busy = False


def work(bench: Bench, job: Job) -> None:
    """Prove what is wanted, the newest wish first, until nothing is wanted any more.

    Args:
        bench: What the page wants.
        job: Shows how far it is, and what came of it.

    Raises:
        Cancelled: The page has gone.

    Example:
        >>> from livegrad.lab.limits import Limits
        >>> from livegrad.lab.visit import OpenPage, Places
        >>> page = OpenPage(Places(1), Limits(), woken=lambda: None)
        >>> work(Bench(), Job(name="claim", visit=page))  # nothing is wanted
        >>> page.channels.next()
    """
    done: Wanted | None = None
    try:
        while (wanted := bench.next(done)) is not None:
            done = wanted
            try:
                _prove_one(bench, job, wanted)
            except Cancelled:
                job.stop_if_cancelled()  # the page has gone; else it wants something newer
            except BadInput as error:
                job.show("claim", {"turn": wanted.turn, "id": wanted.id, "error": error.text})
    except BaseException:
        bench.leave()
        raise


def _prove_one(bench: Bench, job: Job, wanted: Wanted) -> None:
    about = {"turn": wanted.turn, "id": wanted.id}

    def told(share: float, figures: Sequence[Figure]) -> None:
        job.stop_if_cancelled()
        if not bench.wants(wanted):
            raise Cancelled
        job.show("claim", {**about, "share": share})
        if figures:
            job.show("claim.figures", {**about, "figures": tuple(figures)})

    told(0.0, ())
    proved = prove(wanted.id, wanted.settings, seed=wanted.seed, told=told, workers=_WORKERS)
    if not bench.wants(wanted):
        raise Cancelled
    experiment = EXPERIMENTS[wanted.id]
    job.show(
        "claim",
        {
            **about,
            "share": 1.0,
            "proved": proved,
            "held": proved.facts.share,
            "usual": dict(wanted.settings) == experiment.settings(),
            "expected": experiment.expected,
        },
    )


Task: TypeAlias = tuple[str, Mapping[str, Setting], int]
"""A claim's id, its settings and a base seed."""


def many(channel: str, turn: int, tasks: Sequence[Task], job: Job) -> None:
    """Prove claims one after the other; after each all that is known is shown, as only the newest frame travels.

    Args:
        channel: Where it is shown.
        turn: Of the page's wish.
        tasks: Claim, settings and base seed of each.
        job: Shows it.

    Raises:
        Cancelled: The page has gone, or has stopped it.

    Example:
        >>> from livegrad.lab.limits import Limits
        >>> from livegrad.lab.visit import OpenPage, Places
        >>> page = OpenPage(Places(1), Limits(), woken=lambda: None)
        >>> many("claims", 1, [], Job(name="claims", visit=page))
        >>> page.channels.next()[2]["of"]
        0
    """
    done = list[dict[str, Any]]()

    def show(now: str | None, part: float) -> None:
        job.show(
            channel,
            {
                "turn": turn,
                "id": tasks[0][0] if tasks else None,
                "of": len(tasks),
                "done": list(done),
                "now": now,
                "part": part,
                "share": (len(done) + part) / max(1, len(tasks)),
            },
        )

    for name, settings, seed in tasks:
        job.stop_if_cancelled()
        show(name, 0.0)
        done.append(_outcome(job, name, settings, seed, partial(show, name)))
    show(None, 0.0)


def _outcome(
    job: Job, name: str, settings: Mapping[str, Setting], seed: int, told: Callable[[float], None]
) -> dict[str, Any]:
    def heard(share: float, figures: Sequence[Figure]) -> None:
        del figures
        job.stop_if_cancelled()
        told(share)

    try:
        proved = prove(name, settings, seed=seed, told=heard, workers=_WORKERS)
    except BadInput as error:  # such as a library that is missing: the other claims still run
        return {"id": name, "seed": seed, "error": error.text}
    return _told_briefly(proved)


def _told_briefly(proved: Proved) -> dict[str, Any]:
    return {
        "id": proved.id,
        "seed": proved.facts.seed,
        "code": proved.verdict.code,
        "text": proved.verdict.text,
        "held": proved.facts.share,
        "right": proved.right,
        "number": proved.facts.numbers[0] if proved.facts.numbers else None,
        "seconds": proved.seconds,
    }
