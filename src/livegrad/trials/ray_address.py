"""Whether a Ray cluster answers at an address: asked in seconds, where Ray itself tries for minutes."""

from __future__ import annotations

import os
import re
import socket

from livegrad.errors import BadInput
from livegrad.text import Text

__all__ = ["check_answers"]

_SECONDS = 10.0
_OF_RAY_ITSELF = (None, "auto", "local")  # Ray finds these out without waiting
_ADDRESS = re.compile(r"(?:ray://)?(?:\[(?P<six>[^\]]+)\]|(?P<host>[^:/\[\]]+)):(?P<port>\d{1,5})")

_HELLO = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
"""How an HTTP/2 client begins, its settings empty (RFC 9113, section 3.4); Ray speaks gRPC, which is HTTP/2."""
_SETTINGS = 4  # type of the frame that a server must answer with

_BAD_ADDRESS = Text(
    "'{address}' is no address of a Ray cluster. Write 'HOST:6379' (as 'ray start --head' says it), "
    "'ray://HOST:10001' from outside the cluster, or 'auto'.",
    "'{address:은/는}' Ray 클러스터(cluster)의 주소가 아닙니다. 'HOST:6379'('ray start --head'가 알려 주는 주소), "
    "클러스터 바깥에서는 'ray://HOST:10001', 또는 'auto'라고 적으세요.",
)
_NO_ANSWER = Text(
    "No Ray cluster answers at '{address}': {error}. Start one with 'ray start --head', or check host, port and firewall.",
    "'{address}'에서 응답하는 Ray 클러스터(cluster)가 없습니다: {error}. 'ray start --head'로 시작하거나, 호스트와 포트, "
    "방화벽을 확인하세요.",
)
_SILENT = Text(
    "what listens there does not speak gRPC", "그 포트의 프로그램은 gRPC를 쓰지 않습니다"
)


def check_answers(address: str | None, *, seconds: float = _SECONDS) -> None:
    """Return if something that speaks Ray's protocol listens at an address.

    Args:
        address: ``"host:port"`` or ``"ray://host:port"``; what Ray looks up itself (None, ``"auto"``,
            ``"local"``) is not checked.
        seconds: How long to wait.

    Raises:
        BadInput: It is no address, or nobody answers.

    Example:
        >>> check_answers("auto")
    """
    if address in _OF_RAY_ITSELF:
        return
    found = _ADDRESS.fullmatch(str(address))
    if found is None or int(found["port"]) > 65535:
        raise BadInput(_BAD_ADDRESS.fill(address=address))
    host, port = found["six"] or found["host"], int(found["port"])
    try:
        with socket.create_connection((host, port), timeout=seconds) as connection:
            speaks = bool(os.environ.get("RAY_USE_TLS")) or _speaks_grpc(connection)
    except OSError as error:
        said = _NO_ANSWER.fill(address=address, error=error.strerror or error)
        raise BadInput(said) from error
    if not speaks:
        raise BadInput(_NO_ANSWER.fill(address=address, error=_SILENT))


def _speaks_grpc(connection: socket.socket) -> bool:
    connection.sendall(_HELLO)
    answer = b""
    while len(answer) < 9:  # the head of a frame: length (3), type, flags, stream (4)
        more = connection.recv(9 - len(answer))
        if not more:
            return False
        answer += more
    return answer[3] == _SETTINGS
