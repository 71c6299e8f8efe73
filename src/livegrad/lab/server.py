"""The lab's server: for this machine only, unless told otherwise.

serve()                                  opens the page and stays until Ctrl-C
application(Lab(gate=Gate(port=8765)))   the same as an ASGI application, see `livegrad.lab.site`
"""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib.util
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from livegrad.errors import BadInput
from livegrad.lab.gate import LOOPBACK, Gate, checked_origin
from livegrad.lab.limits import Limits
from livegrad.text import Language, Text

if TYPE_CHECKING:
    import uvicorn

    from livegrad.lab.site import Application, Lab

__all__ = ["PORT", "bound", "serve", "server_for"]

PORT = 8765
"""Where the lab listens, if it is free."""

_TRIED = 100
_NO_PORT = "0 … 65535"
_TAKEN = Text(
    "Port {port} is taken by another program. The next free one is {free}: livegrad lab --port {free}",
    "포트(port) {port}번은 다른 프로그램이 쓰고 있습니다. 다음 빈 포트는 {free}번입니다: livegrad lab --port {free}",
)
_NOT_BOUND = Text(
    "The lab cannot listen on '{host}', port {port}: {reason}. Leave --host out, or give an address of this machine.",
    "'{host}' 주소의 포트(port) {port}번을 쓸 수 없습니다: {reason}. --host를 빼거나 이 컴퓨터의 주소를 주세요.",
)
_NO_EXTRA = Text(
    "The lab needs packages that are not installed ({missing}). Run: pip install 'livegrad[lab]'. Without them, livegrad "
    "claims runs the same experiments in the terminal.",
    "실험실에 필요한 패키지({missing})가 설치되어 있지 않습니다. 실행하세요: pip install 'livegrad[lab]'. 없이도 livegrad claims로 "
    "같은 실험을 터미널에서 볼 수 있습니다.",
)


def bound(host: str = LOOPBACK, port: int | None = None) -> socket.socket:
    """Return a socket that listens.

    Args:
        host: A name or address of this machine.
        port: 0 for any; None for the usual one or, if that is taken, the next.

    Raises:
        BadInput: The port is taken (the next free one is named), or the address is not this machine's.

    Example:
        >>> with bound(port=0) as listening:
        ...     listening.getsockname()[0]
        '127.0.0.1'
    """
    wanted = PORT if port is None else port
    try:
        return _listening(host, wanted)
    except OSError as problem:
        free = _next_free(host, wanted) if problem.errno == errno.EADDRINUSE else None
        if free is None:
            reason = (problem.strerror or str(problem)).partition(" (while")[0]
            told = _NOT_BOUND.fill(host=host, port=wanted, reason=reason)
            raise BadInput(told) from None
        if port is None:
            return free
        with free:
            raise BadInput(_TAKEN.fill(port=port, free=free.getsockname()[1])) from None


def server_for(app: Application, limits: Limits) -> uvicorn.Server:
    """Return what serves an application: plain asyncio, no compression, no log of requests.

    Example:
        >>> from livegrad.lab.site import Lab, application
        >>> server_for(application(Lab(gate=Gate(port=80))), Limits()).config.ws
        'websockets-sansio'
    """
    import uvicorn

    return uvicorn.Server(
        uvicorn.Config(
            app,
            loop="asyncio",
            http="h11",
            ws="websockets-sansio",
            ws_max_size=4 * limits.message,  # up to here a sentence says that it is too much
            ws_ping_interval=limits.ping,
            ws_ping_timeout=limits.ping,
            ws_per_message_deflate=False,  # the line does not leave the machine
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
    )


def serve(  # noqa: PLR0913 - one for each option of the command
    *,
    host: str = LOOPBACK,
    port: int | None = None,
    open_browser: bool = True,
    recording: str | None = None,
    embed: tuple[str, ...] = (),
    token: str | None = None,
    language: Language | None = None,
    limits: Limits | None = None,
    told: Callable[[Gate], None] | None = None,
) -> None:
    """Serve the lab until Ctrl-C.

    Args:
        host: What to bind to; anything but this machine's own address lets others in who have the token.
        port: 0 for any; None for the usual one or, if that is taken, the next.
        open_browser: Whether the page is opened.
        recording: Path of a recording to open.
        embed: Origins of pages that may show the lab in a frame.
        token: What the address carries; a random one by default.
        language: Of the page; the browser's by default.
        limits: How much at the same time.
        told: Called with the gate as soon as the lab can be reached.

    Raises:
        BadInput: The port is taken, an origin is none, or packages are missing.

    Example:
        >>> serve(port=-1)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        livegrad.errors.BadInput: The lab cannot listen on '127.0.0.1', port -1: ...
    """
    _require_packages()
    origins = tuple(checked_origin(one) for one in embed)
    with bound(host, port) as listening, contextlib.suppress(KeyboardInterrupt):
        given = {} if token is None else {"token": token}
        gate = Gate(port=listening.getsockname()[1], host=host, embed=origins, **given)
        if told is not None:
            told(gate)
        if open_browser:
            _aside(_open, gate.address)
        from livegrad.lab.site import Lab, application

        lab = Lab(gate=gate, limits=limits or Limits(), language=language, recording=recording)
        _aside(_preload, lab)
        server_for(application(lab), lab.limits).run(sockets=[listening])


# ------------------------------------------------------------ starting


def _require_packages() -> None:
    needed = ("starlette", "uvicorn", "websockets")
    missing = [one for one in needed if importlib.util.find_spec(one) is None]
    if missing:
        raise BadInput(_NO_EXTRA.fill(missing=", ".join(missing)))


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if not 0 <= port < 65536:
        raise OSError(_NO_PORT)
    made = socket.create_server((host, port), family=family, backlog=128)
    # asyncio sends small frames at once (TCP_NODELAY) only where the protocol is named; else each may wait 40 ms.
    return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=made.detach())


def _next_free(host: str, after: int) -> socket.socket | None:
    for port in range(max(1, after + 1), min(65536, after + 1 + _TRIED)):
        with contextlib.suppress(OSError):
            return _listening(host, port)
    return None


def _preload(lab: Lab, patience: float = 0.5) -> None:
    """Load the desks while the first page is on its way: it needs none of them, and is not to wait for them."""
    lab.asked.wait(patience)
    # What is imported stays for good: looking through it for garbage again and again is a tenth of the start.
    gc.disable()
    try:
        from livegrad.lab.desk import DESKS

        with contextlib.suppress(Exception):  # the page that asks for them says so
            DESKS["clinic" if lab.recording else "race"]
            len(DESKS)
    finally:
        gc.freeze()
        gc.enable()


def _open(address: str) -> None:
    import webbrowser

    webbrowser.open(address)


def _aside(call: Callable[..., None], *given: object) -> None:
    threading.Thread(target=call, args=given, daemon=True).start()
