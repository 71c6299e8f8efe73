"""The form of one part of the page's server side, and what a visitor's visit offers it.

The page asks ``{"id": 7, "do": "race.open", "with": {...}}`` and gets one answer with that id; what changes while
something runs is shown on channels, of which only the newest frame travels. One file in `desks` is one desk;
its actions are plain functions that run in a thread of their own::

    def _open(visit: Visit, given: Given) -> object:
        depth = given.whole("depth", low=1, high=100)
        visit.begin("race", lambda job: job.show("race", measured(depth)))
        return {"depth": depth}


    DESK = Desk(id="race", actions={"open": _open})

An action raises `BadInput` for what it cannot do; the page shows the sentence.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from livegrad.errors import BadInput
from livegrad.lab.cancelled import Cancelled
from livegrad.registry import Registry
from livegrad.text import Text

__all__ = ["DESKS", "Desk", "Given", "Job", "Visit"]

_MISSING = Text(
    "'{name}' is missing from what the page asked. Reload the page.",
    "페이지의 요청에 '{name}' 값이 없습니다. 페이지를 새로 고쳐 주세요.",
)
_NUMBER = Text(
    "'{name}' is {given}; it must be a number from {low} to {high}.",
    "'{name}' 값이 {given}입니다. {low}에서 {high}까지의 수여야 합니다.",
)
_ONE_OF = Text(
    "'{name}' is '{given}'; it can be: {choices}.",
    "'{name}' 값이 '{given}'입니다. 쓸 수 있는 값은 {choices}입니다.",
)
_TEXT = Text(
    "'{name}' must be text of at most {most} characters; it has {count}.",
    "'{name}' 값은 {most}자까지의 글이어야 하는데 {count}자입니다.",
)
_LIST = Text(
    "'{name}' must be a list of at most {most}; it has {count}.",
    "'{name}' 값은 {most}개까지의 목록이어야 하는데 {count}개입니다.",
)


@dataclass(frozen=True)
class Given:
    """What the page sent with a request, read strictly.

    Example:
        >>> Given({"depth": 6}).whole("depth", low=1, high=100)
        6
    """

    values: Mapping[str, Any] = field(default_factory=dict)

    def __contains__(self, name: object) -> bool:
        return name in self.values

    def number(self, name: str, *, low: float, high: float, usual: float | None = None) -> float:
        """Return a number between two bounds; ``usual`` if it was not sent."""
        value = self.values.get(name, usual)
        if value is None:
            raise BadInput(_MISSING.fill(name=name))
        fine = (
            isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
        )
        if not fine:
            raise BadInput(_NUMBER.fill(name=name, given=value, low=f"{low:g}", high=f"{high:g}"))
        return float(value)

    def whole(self, name: str, *, low: int, high: int, usual: int | None = None) -> int:
        """Return a whole number between two bounds."""
        value = self.number(name, low=low, high=high, usual=usual)
        if value != round(value):
            raise BadInput(_NUMBER.fill(name=name, given=value, low=low, high=high))
        return round(value)

    def choice(self, name: str, choices: tuple[str, ...], usual: str | None = None) -> str:
        """Return one of some words."""
        value = self.values.get(name, usual)
        if value is None:
            raise BadInput(_MISSING.fill(name=name))
        if value not in choices:
            raise BadInput(_ONE_OF.fill(name=name, given=value, choices=", ".join(choices)))
        return str(value)

    def text(self, name: str, *, most: int, usual: str | None = None) -> str:
        """Return text up to a length."""
        value = self.values.get(name, usual)
        if value is None:
            raise BadInput(_MISSING.fill(name=name))
        if not isinstance(value, str) or len(value) > most:
            count = len(value) if isinstance(value, str) else 0
            raise BadInput(_TEXT.fill(name=name, most=most, count=count))
        return value

    def truth(self, name: str, *, usual: bool = False) -> bool:
        """Return whether something is so."""
        return bool(self.values.get(name, usual))

    def items(self, name: str, *, most: int) -> list[Any]:
        """Return a list up to a length; empty if it was not sent."""
        value = self.values.get(name, [])
        if not isinstance(value, list) or len(value) > most:
            count = len(value) if isinstance(value, list) else 0
            raise BadInput(_LIST.fill(name=name, most=most, count=count))
        return value

    def record(self, name: str) -> Given:
        """Return what stands in brackets of its own."""
        value = self.values.get(name, {})
        return Given(value if isinstance(value, dict) else {})


class Visit(Protocol):
    """One open page.

    Attributes:
        desk: What each desk remembers of this page, by the desk's id; gone with the page.
    """

    desk: dict[str, Any]

    def show(self, channel: str, value: object) -> None:
        """Send a value on a channel; an older one that has not travelled yet is dropped. Any thread.

        The value is written as bytes when it travels, so it must not be changed afterwards.
        """

    def begin(self, name: str, run: Callable[[Job], None]) -> Job:
        """Run something in a thread of its own; an older job of that name is cancelled first.

        Raises:
            BadInput: Too many jobs run already.
        """

    def end(self, name: str) -> None:
        """Cancel the job of that name and wait until it is gone; nothing happens if there is none."""


@dataclass(kw_only=True)
class Job:
    """Something that runs for one visit.

    Attributes:
        name: Of the job.
        visit: Whom it shows things to.
        cancelled: Set when nobody waits for it any more.
    """

    name: str
    visit: Visit
    cancelled: threading.Event = field(default_factory=threading.Event)

    def show(self, channel: str, value: object) -> None:
        """Send a value on a channel, unless the job was cancelled."""
        if not self.cancelled.is_set():
            self.visit.show(channel, value)

    def stop_if_cancelled(self) -> None:
        """Raise `Cancelled` if nobody waits for it any more."""
        if self.cancelled.is_set():
            raise Cancelled


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One part of the page's server side.

    Attributes:
        id: Also the file's name (underscores for hyphens).
        actions: By name; each takes the visit and what was sent, and returns the answer.
        start: What a view of the page stands on, given when it opens as the answer to ``<id>.preset``; quick to
            make and small. None for nothing.
    """

    id: str
    actions: Mapping[str, Callable[[Visit, Given], object]]
    start: Callable[[], object] | None = None


DESKS: Registry[Desk] = Registry("livegrad.lab.desks", "DESK", Text("desk", "창구(desk)"))
"""All desks by id."""
