"""What one lab allows, and the sentence for each limit that is met."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from livegrad.text import Text

__all__ = [
    "GONE",
    "NOT_ENDED",
    "TOO_MANY_ACTIONS",
    "TOO_MANY_JOBS",
    "TOO_MANY_JOBS_IN_ALL",
    "TOO_MANY_VISITS",
    "TOO_MUCH",
    "Limits",
]

TOO_MUCH = Text(
    "A message of {given} bytes came; the lab takes {most} at most. Give fewer points or a shorter text.",
    "메시지가 {given}바이트인데 {most}바이트까지만 받습니다. 점이나 글을 줄여 주세요.",
)
TOO_MANY_VISITS = Text(
    "{most} pages of this lab are open, and that is the limit. Close one of them, then reload this page.",
    "이 실험실의 페이지가 이미 {most}개 열려 있어 더 열 수 없습니다. 하나를 닫고 이 페이지를 새로 고쳐 주세요.",
)
TOO_MANY_JOBS = Text(
    "{most} things run for this page already, and that is the limit. Stop one of them first.",
    "이 페이지에서 이미 {most}가지가 돌고 있어 더 시작할 수 없습니다. 먼저 하나를 멈춰 주세요.",
)
TOO_MANY_JOBS_IN_ALL = Text(
    "{most} things run in this lab already, and that is the limit for all pages together. Stop one, or close a page.",
    "이 실험실에서 이미 {most}가지가 돌고 있어 더 시작할 수 없습니다. 모든 페이지를 합친 한도입니다. 하나를 멈추거나 페이지를 닫아 주세요.",
)
TOO_MANY_ACTIONS = Text(
    "{most} requests of this page wait for an answer, and that is the limit. Wait a moment and try again.",
    "이 페이지의 요청 {most}개가 아직 답을 기다리고 있어 더 받을 수 없습니다. 잠시 뒤에 다시 해 주세요.",
)
NOT_ENDED = Text(
    "What ran before has not stopped within {seconds} seconds. Wait a moment and try again.",
    "앞에서 돌던 것이 {seconds}초 안에 멈추지 않았습니다. 잠시 뒤에 다시 해 주세요.",
)
GONE = Text(
    "This was stopped before it was done. Start it again.",
    "끝나기 전에 멈췄습니다. 다시 시작해 주세요.",
)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one lab allows.

    Attributes:
        message: Bytes of one message from a page.
        visits: Pages open at the same time.
        jobs_per_visit: Things that run for one page.
        jobs: Things that run for all pages together.
        actions: Requests of one page that wait for their answer.
        threads: Requests of all pages that are worked on at the same time; the others wait their turn.
        patience: Seconds that a cancelled job may take to stop.
        ping: Seconds between two signs of life that a page is asked for, and for the answer to one.

    Example:
        >>> Limits(visits=2).visits
        2
    """

    message: int = 1 << 20
    visits: int = 16
    jobs_per_visit: int = 4
    jobs: int = 8
    actions: int = 32
    threads: int = 8
    patience: float = 10.0
    ping: float = 20.0

    def to_dict(self) -> dict[str, float]:
        """Return the limits by name, as the page gets them.

        Example:
            >>> Limits().to_dict()["message"]
            1048576
        """
        return dataclasses.asdict(self)
