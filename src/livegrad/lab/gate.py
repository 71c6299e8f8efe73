"""Who may come in: the machine's own browser, with the address that the terminal printed.

A page of the internet that is open in the same browser can send requests to this machine. It has neither the token
nor the cookie; a name of its own that points here (DNS rebinding) is not a name that the lab answers to; and a
socket that it opens carries its own origin. See OWASP, "WebSocket Security Cheat Sheet".
"""

from __future__ import annotations

import ipaddress
import re
import secrets
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from livegrad.errors import BadInput
from livegrad.text import Text

__all__ = ["LOOPBACK", "NO_TOKEN", "WRONG_HOST", "Gate", "checked_origin"]

LOOPBACK = "127.0.0.1"
NO_TOKEN = Text(
    "This page opens only with the address that the terminal printed, the one with ?token= in it. Copy it from there.",
    "이 페이지는 터미널에 나온 주소로만 열립니다. ?token=이 들어 있는 그 주소를 복사해 열어 주세요.",
)
WRONG_HOST = Text(
    "The lab was asked under a name that is not this machine's. Open the address that the terminal printed.",
    "이 컴퓨터의 이름이 아닌 이름으로 요청이 왔습니다. 터미널에 나온 주소로 열어 주세요.",
)
_NO_ORIGIN = Text(
    "'{given}' is no origin of a page. Give scheme, name and port only, as in --embed http://localhost:8888.",
    "'{given}' 값은 페이지의 출처(origin)가 아닙니다. --embed http://localhost:8888처럼 http(s), 이름, 포트만 주세요.",
)
_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - recognised here, bound only when asked for
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([0-9a-z._-]+))(?::(\d{1,5}))?")


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What a request must show to be answered.

    Attributes:
        port: Where the lab listens; the cookie is named with it, so that two labs do not share one.
        host: What it is bound to.
        token: What the opened address carries.
        embed: Origins of pages that may show the lab in a frame.

    Example:
        >>> gate = Gate(port=8765, token="secret")
        >>> gate.knows("localhost:8765"), gate.knows("evil.example:8765")
        (True, False)
        >>> gate.lets_in(token="secret"), gate.lets_in(cookie="guess")
        (True, False)
    """

    port: int
    host: str = LOOPBACK
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    embed: tuple[str, ...] = ()

    @property
    def cookie(self) -> str:
        """The cookie's name."""
        return f"livegrad-{self.port}"

    @property
    def open_to_others(self) -> bool:
        """Whether other machines can reach it."""
        return not _is_loopback(self.host)

    @property
    def address(self) -> str:
        """What is opened in a browser."""
        host = "127.0.0.1" if self.host in _EVERYWHERE else self.host
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.port}/?token={self.token}"

    def knows(self, host: str | None) -> bool:
        """Return whether a Host header names this machine.

        Its port may be another one: a tunnel (``ssh -L``) leads here too.
        """
        found = _HOST.fullmatch((host or "").lower())
        if found is None:
            return False
        name = found[1] or found[2]
        if name in _NAMES or name == self.host.lower():
            return True
        return self.host in _EVERYWHERE and (_is_number(name) or name == _own_name())

    def is_own(self, origin: str | None, host: str | None) -> bool:
        """Return whether the page that opens a socket came from here.

        Example:
            >>> gate = Gate(port=80, token="t")
            >>> (
            ...     gate.is_own("http://localhost:80", "localhost:80"),
            ...     gate.is_own(None, "localhost:80"),
            ... )
            (True, False)
        """
        return (
            self.knows(host) and origin is not None and origin.lower() == f"http://{host}".lower()
        )

    def lets_in(self, *, token: str | None = None, cookie: str | None = None) -> bool:
        """Return whether one of the two is right."""
        given = [one.encode() for one in (token, cookie) if one]
        return any(secrets.compare_digest(one, self.token.encode()) for one in given)

    def policy(self, host: str) -> str:
        """Return the Content-Security-Policy: nothing from elsewhere, no code within the page.

        Args:
            host: The Host header, which `knows`.

        Example:
            >>> "connect-src 'self' ws://localhost:80;" in Gate(port=80).policy("localhost:80")
            True
        """
        return "; ".join(
            (
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self' 'unsafe-inline'",
                "img-src 'self' data: blob:",
                f"connect-src 'self' ws://{host}",
                "base-uri 'none'",
                "form-action 'none'",
                " ".join(("frame-ancestors 'self'", *self.embed)),
            )
        )


def checked_origin(given: str) -> str:
    """Return the origin of a page that may show the lab in a frame.

    Raises:
        BadInput: It is more than scheme, name and port, or less.

    Example:
        >>> checked_origin("http://localhost:8888/")
        'http://localhost:8888'
    """
    try:
        parts = urlsplit(given.strip().lower().rstrip("/"))
        written = f"{parts.scheme}://{parts.netloc}"
        fine = parts.scheme in ("http", "https") and _HOST.fullmatch(parts.netloc) is not None
        fine = fine and written == given.strip().lower().rstrip("/") and (parts.port or 0) >= 0
    except ValueError:
        fine, written = False, ""
    if not fine:
        raise BadInput(_NO_ORIGIN.fill(given=given))
    return written


def _is_loopback(host: str) -> bool:
    return host in _NAMES or (_is_number(host) and ipaddress.ip_address(host).is_loopback)


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _own_name() -> str:
    return socket.gethostname().lower()
