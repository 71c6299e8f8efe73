"""The lab's pages: who gets which answer, before anything is asked over the line.

`application` is an ASGI application; `livegrad.lab.server` serves it. Nothing asks anything of the internet, and the
page's policy forbids it to do so.
"""

from __future__ import annotations

import functools
import json
import os
import threading
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Any, TypeAlias
from urllib.parse import urlencode

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

import livegrad
from livegrad.lab import assets
from livegrad.lab import limits as words
from livegrad.lab.alone import onward, preferred, sentence
from livegrad.lab.connection import Connection
from livegrad.lab.desk import DESKS, Desk
from livegrad.lab.gate import NO_TOKEN, WRONG_HOST, Gate
from livegrad.lab.limits import Limits
from livegrad.lab.visit import FAULT, Places
from livegrad.lab.vocabulary import WORDS, Words
from livegrad.text import Language, Text, preferred_language

__all__ = ["Lab", "application"]

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]

_NO_PAGE = Text(
    "The files of the page are missing from this installation. Install livegrad again: pip install --force-reinstall "
    "'livegrad[lab]'",
    "설치된 livegrad에 페이지 파일이 없습니다. 다시 설치해 주세요: pip install --force-reinstall 'livegrad[lab]'",
)
_NO_FILE = Text("There is no such file in the lab.", "실험실에 그런 파일이 없습니다.")


@dataclass(kw_only=True)
class Lab:
    """One lab: what it serves, to whom, and how much.

    Attributes:
        gate: Who may come in.
        limits: How much at the same time.
        desks: Who answers; all of `livegrad.lab.desks` by default.
        words: What the page says; all of `livegrad.lab.words` by default.
        page: The folder of the page's files.
        language: Of the page, if it was asked for; else the browser's.
        recording: Path of a recording that the page opens.
        visits: How many pages are open.
        asked: Set when the first page has been given.

    Example:
        >>> from pathlib import Path
        >>> lab = Lab(gate=Gate(port=80), desks={}, words={}, recording="run.json")
        >>> json.loads(lab.start("ko"))["language"]
        'ko'
    """

    gate: Gate
    limits: Limits = field(default_factory=Limits)
    desks: Mapping[str, Desk] = field(default_factory=lambda: DESKS)
    words: Mapping[str, Words] = field(default_factory=lambda: WORDS)
    page: Traversable = field(default_factory=assets.folder)
    language: Language | None = None
    recording: str | None = None
    visits: int = 0
    asked: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.places = Places(self.limits.jobs)
        self._lock = threading.Lock()
        if self.recording is not None:
            from livegrad.lab.clinic.reading import allow

            allow(self.recording)

    def load(self) -> dict[str, Any]:
        """Return what every page starts from; made once, and the same for all."""
        with self._lock:
            return self._common

    @functools.cached_property
    def _common(self) -> dict[str, Any]:
        return assets.start_of(self.words.values()) | {
            "version": livegrad.__version__,
            "limits": self.limits.to_dict(),
            "recording": self.recording,
        }

    def start(self, language: Language) -> str:
        """Return what a page starts from, as JSON."""
        told = self.load() | {"language": language}
        return json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def application(lab: Lab) -> Application:
    """Return a lab as an ASGI application.

    Example:
        >>> application(Lab(gate=Gate(port=80), desks={}, words={}))  # doctest: +ELLIPSIS
        <function application.<locals>.guarded at ...>
    """
    threads = anyio.CapacityLimiter(lab.limits.threads)
    inner = Starlette(
        routes=[
            Route("/", functools.partial(_page, lab)),
            Route("/page/{path:path}", functools.partial(_file, lab)),
            WebSocketRoute("/live", functools.partial(_live, lab, threads)),
        ],
        exception_handlers={404: _not_found, 500: _failed},
    )

    async def guarded(scope: Message, receive: Receive, send: Send) -> None:
        await _guard(lab.gate, inner, (scope, receive, send))

    return guarded


# ------------------------------------------------------------ requests


async def _guard(gate: Gate, inner: Application, call: tuple[Message, Receive, Send]) -> None:
    """Turn away what comes under a foreign name; put the policy on every answer."""
    scope, receive, send = call
    hosts = [value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"host"]
    host = hosts[0] if len(hosts) == 1 else None  # two of them are a trick

    async def with_policy(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_headers(gate, host)]
        await send(message)

    if gate.knows(host):
        await inner(scope, receive, with_policy)
    elif scope["type"] == "http":
        await sentence(WRONG_HOST, 403)(scope, receive, with_policy)
    else:
        await receive()
        await send({"type": "websocket.close", "code": 1008})  # before it is accepted: 403


def _headers(gate: Gate, host: str | None) -> list[tuple[bytes, bytes]]:
    policy = gate.policy(host if host is not None and gate.knows(host) else "localhost")
    told = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
    }
    return [(name.encode(), value.encode()) for name, value in told.items()]


async def _page(lab: Lab, request: Request) -> Response:
    gate = lab.gate
    token, cookie = request.query_params.get("token"), request.cookies.get(gate.cookie)
    if not gate.lets_in(token=token, cookie=cookie):
        return sentence(NO_TOKEN, 403, _language(lab, request))
    if token and gate.lets_in(token=token) and request.query_params.get("embed") != "1":
        rest = urlencode([(k, v) for k, v in request.query_params.multi_items() if k != "token"])
        there = f"/?{rest}" if rest else "/"
        # A browser that follows a link from another site does not show a strict cookie to where a redirect leads; a
        # page that opens the next one by itself is our own.
        foreign = request.headers.get("sec-fetch-site") == "cross-site"
        answer = onward(there) if foreign else RedirectResponse(there, 303)
        answer.set_cookie(gate.cookie, gate.token, httponly=True, samesite="strict", path="/")
        answer.headers["cache-control"] = "no-store"
        return answer
    language = _language(lab, request)
    found = assets.asset(lab.page, "index.html")
    if found is None:
        return sentence(_NO_PAGE, 500, language)
    start = await anyio.to_thread.run_sync(lab.start, language)
    whole = assets.started(found.content, start).replace(
        b'<html lang="en">', f'<html lang="{language}">'.encode(), 1
    )
    given = BackgroundTask(lab.asked.set)
    return Response(
        whole, media_type="text/html", headers={"cache-control": "no-store"}, background=given
    )


async def _file(lab: Lab, request: Request) -> Response:
    found = assets.asset(lab.page, request.path_params["path"])
    if found is None:
        return sentence(_NO_FILE, 404, _language(lab, request))
    headers = {"etag": found.tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == found.tag:
        return Response(status_code=304, headers=headers)
    return Response(found.content, headers=headers | {"content-type": found.kind})


async def _live(lab: Lab, threads: anyio.CapacityLimiter, socket: WebSocket) -> None:
    gate, headers = lab.gate, socket.headers
    own = gate.is_own(headers.get("origin"), headers.get("host"))
    token, cookie = socket.query_params.get("token"), socket.cookies.get(gate.cookie)
    if not own or not gate.lets_in(token=token, cookie=cookie):
        await socket.close(1008)  # before it is accepted: 403
        return
    await socket.accept()
    if lab.visits >= lab.limits.visits:
        from livegrad.lab.frame import encoded

        text = words.TOO_MANY_VISITS.fill(most=lab.limits.visits)
        await socket.send_bytes(encoded({"re": None, "error": text}))
        await socket.close(1013)
        return
    lab.visits += 1
    try:
        line = Connection(
            socket,
            desks=lab.desks,
            limits=lab.limits,
            places=lab.places,
            threads=threads,
        )
        await line.run()
    finally:
        lab.visits -= 1


async def _not_found(request: Request, _: Exception) -> Response:
    del request
    return sentence(_NO_FILE, 404)


async def _failed(request: Request, _: Exception) -> Response:
    del request
    return sentence(FAULT, 500)


def _language(lab: Lab, request: Request) -> Language:
    """Return the language that was asked for, else that of ``LIVEGRAD_LANG``, the browser, the machine."""
    if lab.language is not None:
        return lab.language
    if os.environ.get("LIVEGRAD_LANG"):
        return preferred_language()
    return preferred(request.headers.get("accept-language", "")) or preferred_language()
