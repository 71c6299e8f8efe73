"""The line between one page and the lab: questions with one answer each, and channels.

::

    page → lab    text     {"id": 7, "do": "race.open", "with": {…}}       a question to a desk
                           {"ack": 12}                                      frame 12 has arrived
    lab → page    frames   {"re": 7, "value": …} or {"re": 7, "error": Text}
                           {"channel": "race", "n": 12, "value": …}
                           {"re": null, "error": Text}                      to what could not be read

Frames are those of `livegrad.lab.frame`. Answers come in the order in which they are ready. A channel has one frame on
its way and sends the next after ``ack``; what was shown in between is dropped, but for the newest.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import anyio
import anyio.to_thread
from starlette.websockets import WebSocket, WebSocketDisconnect

from livegrad.errors import BadInput, LivegradError
from livegrad.lab import limits as words
from livegrad.lab.cancelled import Cancelled
from livegrad.lab.desk import Desk, Given, Visit
from livegrad.lab.limits import Limits
from livegrad.lab.visit import FAULT, OpenPage, Places
from livegrad.text import Text

__all__ = ["Connection"]

_UNREAD = Text(
    "A message could not be read: it must be JSON with id, do and with, or with ack. Reload the page.",
    "읽을 수 없는 메시지입니다. id, do, with가 있거나 ack가 있는 JSON이어야 합니다. 페이지를 새로 고쳐 주세요.",
)
_UNKNOWN = Text(
    "The lab knows nothing called '{name}'. Reload the page: it may be older than the lab.",
    "실험실에 '{name}'이라는 것이 없습니다. 페이지가 실험실보다 오래되었을 수 있으니 새로 고쳐 주세요.",
)


_FAREWELL = 0.2  # seconds for a frame on its way when the page has gone


class Connection:
    """One page's line.

    Args:
        socket: Accepted already.
        desks: Who answers, by id.
        limits: What a page may do.
        places: How many jobs may run in the whole lab.
        threads: How many questions of all pages are worked on at the same time.
    """

    def __init__(
        self,
        socket: WebSocket,
        *,
        desks: Mapping[str, Desk],
        limits: Limits,
        places: Places,
        threads: anyio.CapacityLimiter,
    ) -> None:
        self._socket, self._desks, self._limits, self._threads = socket, desks, limits, threads
        self._wanted = asyncio.Event()
        loop = asyncio.get_running_loop()
        self.page = OpenPage(places, limits, functools.partial(_wake, loop, self._wanted))
        self._sending = asyncio.Lock()
        self._asked = set[asyncio.Task[None]]()

    async def run(self) -> None:
        """Serve the page until it goes; then free all that it held."""
        showing = asyncio.create_task(self._show())
        try:
            await self._hear()
        finally:
            self.page.close()
            self._wanted.set()
            # Both end by themselves; a task that is cancelled keeps its frames in a cycle now and then, and with
            # them all that the page held until the collector comes by.
            await asyncio.wait({showing}, timeout=_FAREWELL)
            showing.cancel()

    async def _hear(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            problem = self._heard(message.get("text"), message.get("bytes"))
            if problem is not None:
                await self._send(problem)

    def _heard(self, text: str | None, other: bytes | None) -> bytes | None:
        """Act on a message; return a frame if it cannot be acted on."""
        size = len(text.encode()) if text is not None else len(other or b"")
        if size > self._limits.message:
            return _refused(
                None, words.TOO_MUCH.fill(given=f"{size:,}", most=f"{self._limits.message:,}")
            )
        said = _read(text)
        if said is None:
            return _refused(None, _UNREAD)
        if "ack" in said:
            self.page.channels.acknowledged(said["ack"])
            return None
        number, name, given = said.get("id"), said["do"], Given(said.get("with", {}))
        if len(self._asked) >= self._limits.actions:
            return _refused(number, words.TOO_MANY_ACTIONS.fill(most=self._limits.actions))
        task = asyncio.create_task(self._answer(number, name, given))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)
        return None

    async def _answer(self, number: object, name: str, given: Given) -> None:
        frame = await anyio.to_thread.run_sync(
            _answered,
            self._desks,
            self.page,
            number,
            name,
            given,
            limiter=self._threads,
            abandon_on_cancel=True,
        )
        await self._send(frame)

    async def _show(self) -> None:
        """Send what is shown, as soon as it may travel."""
        from livegrad.lab.frame import encoded

        while not self.page.closed:
            await self._wanted.wait()
            self._wanted.clear()
            while (taken := self.page.channels.next()) is not None:
                channel, number, value = taken
                try:
                    frame = encoded({"channel": channel, "n": number, "value": value})
                except Exception:  # noqa: BLE001 - a desk showed what is no value: the line lives on
                    traceback.print_exc(file=sys.stderr)
                    self.page.channels.acknowledged(number)
                    continue
                del taken, value
                await self._send(frame)

    async def _send(self, frame: bytes) -> None:
        # One at a time: the next one waits while the page's side of the line is full.
        async with self._sending:
            with contextlib.suppress(
                WebSocketDisconnect, RuntimeError
            ):  # it has gone: `_hear` learns of it
                await self._socket.send_bytes(frame)


def _answered(
    desks: Mapping[str, Desk], page: OpenPage, number: object, name: str, given: Given
) -> bytes:
    """Carry out what was asked, in a thread; return the answer as a frame."""
    from livegrad.lab.frame import encoded

    try:
        if page.closed:  # nobody waits for what waited its turn
            raise Cancelled  # noqa: TRY301 - answered like any other
        desk, _, action = name.partition(".")
        act = _action(desks, desk, action)
        if act is None:
            raise BadInput(_UNKNOWN.fill(name=name[:80]))  # noqa: TRY301 - answered like any other
        return encoded({"re": number, "value": act(page, given)})
    except LivegradError as error:
        return _refused(number, error.text)
    except Cancelled:
        return _refused(number, words.GONE)
    except Exception:  # noqa: BLE001 - whatever it is, the line lives on
        if not page.closed:
            traceback.print_exc(file=sys.stderr)
        return _refused(number, FAULT)


def _action(
    desks: Mapping[str, Desk], desk: str, action: str
) -> Callable[[Visit, Given], object] | None:
    """What carries it out; ``preset`` is what a desk's view stands on, whatever the desk."""
    if desk not in desks:
        return None
    start = desks[desk].start
    if action == "preset":
        return lambda _visit, _given: start() if start is not None else None
    return desks[desk].actions.get(action)


def _refused(number: object, text: Text) -> bytes:
    from livegrad.lab.frame import (
        encoded,
    )  # brings NumPy along: the first page need not wait for it

    return encoded({"re": number, "error": text})


def _read(text: str | None) -> dict[str, Any] | None:
    """Return a message of the page; None if it is none."""
    try:
        said = json.loads(text or "")
        if "\\ud" in (text or "").lower():  # half a character could not be sent back
            json.dumps(said, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    if isinstance(said.get("ack"), int):
        return said
    fine = (
        isinstance(said.get("do"), str)
        and isinstance(said.get("id"), int | str)
        and isinstance(said.get("with", {}), dict)
        and "ack" not in said
    )
    return said if fine else None


def _wake(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    with contextlib.suppress(RuntimeError):  # the lab has been closed
        loop.call_soon_threadsafe(event.set)
