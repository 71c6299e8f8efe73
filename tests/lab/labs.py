"""A lab on a free port, with desks of its own, and pages that speak to it."""

from __future__ import annotations

import contextlib
import itertools
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from websockets.sync.client import ClientConnection, connect

from livegrad.errors import BadInput
from livegrad.lab.desk import Desk, Given, Job, Visit
from livegrad.lab.gate import Gate
from livegrad.lab.limits import Limits
from livegrad.lab.server import bound, server_for
from livegrad.lab.site import Lab, application
from livegrad.lab.vocabulary import Words
from livegrad.text import Text

TOKEN = "a-token-of-the-tests"  # noqa: S105 - of the tests
NO = Text("That cannot be.", "그럴 수 없습니다.")
WORDS = {"shell": Words(id="shell", texts={"run": Text("Run </script>", "실행")})}
SEEN = dict[str, Any]()
"""What desks of the tests leave for a test to look at."""
RELEASED = threading.Event()
"""Ends the jobs that hear nothing else."""


def _wait(_visit: Visit, given: Given) -> str:
    time.sleep(given.number("seconds", low=0, high=5))
    return "waited"


def _refuse(_visit: Visit, _given: Given) -> None:
    raise BadInput(NO)


def _fault(_visit: Visit, _given: Given) -> None:
    raise ZeroDivisionError


def _begin(visit: Visit, given: Given) -> str:
    """Begin a job that counts until it is cancelled."""
    name = given.text("name", most=20, usual="count")
    SEEN["visit"] = visit

    def run(job: Job) -> None:
        for k in itertools.count():
            job.stop_if_cancelled()
            job.show(name, {"at": k})
            time.sleep(0.002)

    visit.begin(name, run)
    return name


def _deaf(visit: Visit, given: Given) -> None:
    """Begin a job that does not hear that it was cancelled, only the test itself."""
    until = time.monotonic() + given.number("seconds", low=0, high=60)

    def run(_job: Job) -> None:
        while time.monotonic() < until and not RELEASED.is_set():
            time.sleep(0.01)

    visit.begin("deaf", run)


def _failing(visit: Visit, given: Given) -> None:
    def run(_job: Job) -> None:
        raise BadInput(NO) if given.truth("politely") else ZeroDivisionError

    visit.begin("failing", run)


def _end(visit: Visit, given: Given) -> None:
    visit.end(given.text("name", most=20, usual="count"))


def _show(visit: Visit, given: Given) -> None:
    for k in range(given.whole("times", low=1, high=10_000)):
        visit.show("shown", k)


def _odd(visit: Visit, _given: Given) -> None:
    visit.show("odd", object())
    visit.show("even", 2)


def _numbers(_visit: Visit, _given: Given) -> dict[str, object]:
    return {"x": np.arange(6.0).reshape(2, 3), "far": float("inf"), "text": NO}


def _remember(visit: Visit, given: Given) -> object:
    old = visit.desk.get("told")
    visit.desk["told"] = given.values.get("what")
    return old


DESK = Desk(
    id="try",
    actions={
        "wait": _wait,
        "refuse": _refuse,
        "fault": _fault,
        "begin": _begin,
        "deaf": _deaf,
        "failing": _failing,
        "end": _end,
        "show": _show,
        "odd": _odd,
        "numbers": _numbers,
        "remember": _remember,
        "echo": lambda _visit, given: dict(given.values),
    },
    start=lambda: {"grid": np.array([[0.5, np.nan]]), "title": NO, "deep": float("-inf")},
)


class Running:
    """A lab that is served.

    Attributes:
        lab: What is served.
        origin: Its address.
    """

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.origin = f"http://127.0.0.1:{lab.gate.port}"
        self.cookies = {lab.gate.cookie: TOKEN}

    def get(self, path: str, **options: Any) -> httpx.Response:
        with httpx.Client(base_url=self.origin) as client:
            return client.get(path, **options)

    def home(self, **options: Any) -> httpx.Response:
        told = {"cookie": f"{self.lab.gate.cookie}={TOKEN}"} | options.pop("headers", {})
        return self.get("/", headers=told, **options)

    @contextlib.contextmanager
    def line(self, **options: Any) -> Iterator[Page]:
        told: dict[str, Any] = {"origin": self.origin, "query": f"?token={TOKEN}"} | options
        query = told.pop("query")
        address = self.origin.replace("http", "ws") + "/live" + query
        with connect(address, compression=None, max_size=None, **told) as socket:
            yield Page(socket)


class Page:
    """What a page does with its line."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.numbers = itertools.count(1)
        self.kept = list[dict[str, Any]]()

    def ask(self, action: str, **given: object) -> int:
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "do": action, "with": given}))
        return number

    def hear(self, seconds: float = 30.0) -> dict[str, Any]:
        frame = self.socket.recv(timeout=seconds)
        assert isinstance(frame, bytes)
        return decoded(frame)

    def told(self, action: str, **given: object) -> Any:
        """Ask, and return the value of the answer."""
        return self.answer(self.ask(action, **given))["value"]

    def refused(self, action: str, **given: object) -> str:
        return self.answer(self.ask(action, **given))["error"]["en"]

    def answer(self, number: int) -> dict[str, Any]:
        return self._first(lambda frame: frame.get("re") == number)

    def shown(self, channel: str) -> dict[str, Any]:
        return self._first(lambda frame: frame.get("channel") == channel)

    def _first(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the first frame that fits, and keep the others."""
        for frame in self.kept:
            if fits(frame):
                self.kept.remove(frame)
                return frame
        while not fits(frame := self.hear()):
            self.kept.append(frame)
        return frame

    def acknowledge(self, frame: dict[str, Any]) -> None:
        self.socket.send(json.dumps({"ack": frame["n"]}))


def decoded(frame: bytes) -> Any:
    """Read a frame as the page does; arrays as NumPy's."""
    (length,) = struct.unpack_from("<I", frame)
    head = json.loads(frame[4 : 4 + length])
    arrays = [
        np.frombuffer(frame, one["dtype"], int(np.prod(one["shape"])), 4 + length + one["at"]).reshape(one["shape"])
        for one in head["arrays"]
    ]  # fmt: skip

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return (
                arrays[value["$"]]
                if value.keys() == {"$"}
                else {k: filled(v) for k, v in value.items()}
            )
        return [filled(item) for item in value] if isinstance(value, list) else value

    return filled(head["value"])


@contextlib.contextmanager
def running(page: Path | None = None, **given: Any) -> Iterator[Running]:
    """Serve a lab on a free port for as long as it is needed."""
    listening = bound(port=0)
    gate = Gate(port=listening.getsockname()[1], token=TOKEN, **given.pop("gate", {}))
    if page is not None:
        given["page"] = page
    lab = Lab(gate=gate, **{"desks": {"try": DESK}, "words": WORDS, "limits": Limits(), **given})
    server = server_for(application(lab), lab.limits)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield Running(lab)
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
    assert not thread.is_alive()


def handshake(line: socket.socket, host: str, origin: str) -> bytes:
    """Ask for a line as a browser does that was led here under some name; return the answer's first line."""
    told = (
        f"GET /live?token={TOKEN} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    line.sendall(told.encode())
    return line.recv(1000).partition(b"\r\n")[0]


def soon(true: Callable[[], bool], seconds: float = 30.0) -> float:
    """Wait until something is so; return how long it took, or fail."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not come to be in time"
        time.sleep(0.005)
    return time.monotonic() - began


def small_page(folder: Path) -> Path:
    """Write a page of a few files."""
    (folder / "views").mkdir(parents=True)
    (folder / "index.html").write_text('<html lang="en"><title>t</title><!-- start --></html>')
    (folder / "main.js").write_text("export const one = 1;\n")
    (folder / "lab.css").write_text("body { color: red }\n")
    (folder / "icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>\n")
    (folder / "views" / "race.js").write_text("export const race = 1;\n")
    (folder / "notes.txt").write_text("not for the page\n")
    (folder / ".hidden.js").write_text("hidden\n")
    (folder.parent / "outside.js").write_text("outside\n")
    return folder
