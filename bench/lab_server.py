"""What the lab's server costs: cold start, a question and its answer, frames of a channel, and a long day.

    python bench/lab_server.py [starts] [jobs]

Cold start is from the start of the process to the first page that is served whole, beside what Python itself and
NumPy take. A question goes to a desk and back. A channel sends frames of 300 kB, each acknowledged. The soak begins and
ends jobs over many visits; memory and threads are taken at its start, middle and end.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import platform
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import IO

import numpy as np
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from livegrad.lab.desk import Desk, Given, Job, Visit
from livegrad.lab.gate import Gate
from livegrad.lab.limits import Limits
from livegrad.lab.server import bound, server_for
from livegrad.lab.site import Lab, application

TOKEN = "bench"  # noqa: S105 - of this file
COMMAND = (sys.executable, "-m", "livegrad", "lab", "--no-browser", "--port", "0", "--token", TOKEN)
FRAME = np.zeros(75_000, np.float32)  # 300 kB
PER_VISIT = 20
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def main() -> None:
    """Print the four tables."""
    given = [word for word in sys.argv[1:] if word.isdigit()]
    starts = int(given[0]) if given else 7
    jobs = int(given[1]) if len(given) > 1 else 600 if "--quick" in sys.argv else 10_000
    cold(starts)
    with served() as lab:
        asked(lab)
        shown(lab)
        soak(lab, jobs)
    print(
        f"\n{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f}"
    )


# ------------------------------------------------------------ cold start


def cold(rounds: int) -> None:
    """Measure process start to first page, interleaved with Python and NumPy alone."""
    kinds: dict[str, Callable[[], tuple[float, float]]] = {
        "python -c pass": lambda: ran("pass"),
        'python -c "import numpy"': lambda: ran("import numpy"),
        "livegrad lab, first page": first_page,
    }
    with tempfile.TemporaryDirectory() as folder:
        ENVIRONMENT["PYTHONPYCACHEPREFIX"] = folder
        for call in kinds.values():
            call()  # as at any but the very first time: compiled, and in the cache of the system
        found = [[call() for call in kinds.values()] for _ in range(rounds)]
    print(f"{'cold start, s':28} {'median':>7} {'least':>7} {'most':>7} {'CPU':>7}")
    for name, row in zip(kinds, zip(*found, strict=True), strict=True):
        wall, cpu = (sorted(one) for one in zip(*row, strict=True))
        print(
            f"{name:28} {statistics.median(wall):7.2f} {wall[0]:7.2f} {wall[-1]:7.2f} {statistics.median(cpu):7.2f}"
        )


def ran(code: str) -> tuple[float, float]:
    """Return how long a Python takes for some code, by the clock and of a processor."""
    began, used = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-c", code], check=True, env=ENVIRONMENT)
    after = os.times()
    cpu = after.children_user + after.children_system - used.children_user - used.children_system
    return time.perf_counter() - began, cpu


def first_page() -> tuple[float, float]:
    """Return the seconds from the start of the process to the first whole page, by the clock and of a processor."""
    began = time.perf_counter()
    process = subprocess.Popen(
        COMMAND,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    port = port_of(process.stdout)
    line = HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", "/", headers={"Cookie": f"livegrad-{port}={TOKEN}"})
    answer = line.getresponse()
    body = answer.read()
    seconds, cpu = time.perf_counter() - began, used_by(process.pid)
    line.close()
    process.send_signal(signal.SIGINT)
    process.communicate()
    if answer.status != 200 or b'id="start"' not in body:
        sys.exit(f"no page came: {answer.status}")
    return seconds, cpu


def used_by(pid: int) -> float:
    """Return the processor seconds of a process so far (Linux)."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def port_of(said: IO[str] | None) -> int:
    """Return the port that the lab says."""
    for line in said or ():
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        if found:
            return int(found[1])
    return sys.exit("the lab did not start")


# ------------------------------------------------------------ a lab of its own


def _flood(visit: Visit, given: Given) -> None:
    def run(job: Job) -> None:
        for k in itertools.count():
            job.stop_if_cancelled()
            job.show("flood", {"at": k, "field": FRAME})
            time.sleep(0.0005)

    visit.begin(given.text("name", most=20, usual="flood"), run)


def _end(visit: Visit, given: Given) -> None:
    visit.end(given.text("name", most=20, usual="flood"))


def _echo(_visit: Visit, given: Given) -> dict[str, object]:
    return dict(given.values)


DESK = Desk(id="bench", actions={"echo": _echo, "flood": _flood, "end": _end})


@contextmanager
def served() -> Iterator[Lab]:
    """Serve a lab with the desk of this file, in a thread of its own."""
    listening = bound(port=0)
    gate = Gate(port=listening.getsockname()[1], token=TOKEN)
    lab = Lab(gate=gate, desks={"bench": DESK}, words={}, limits=Limits())
    server = server_for(application(lab), lab.limits)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield lab
    server.should_exit = True
    thread.join()
    listening.close()


def line_to(lab: Lab) -> ClientConnection:
    """Open a line as a page does."""
    origin = f"127.0.0.1:{lab.gate.port}"
    return connect(
        f"ws://{origin}/live?token={TOKEN}",
        origin=Origin(f"http://{origin}"),
        compression=None,
        max_size=None,
    )


def told(line: ClientConnection, action: str, **given: object) -> None:
    """Ask, and wait for the answer; frames of channels are acknowledged."""
    line.send(json.dumps({"id": 1, "do": f"bench.{action}", "with": given}))
    while (number := number_of(line.recv())) is not None:
        line.send(json.dumps({"ack": number}))


def number_of(frame: str | bytes) -> int | None:
    """Return the number of a frame of a channel; None for an answer."""
    head = bytes(frame[:80], "utf-8") if isinstance(frame, str) else frame[:80]
    found = re.search(rb'"n":(\d+)', head)
    return int(found[1]) if found else None


# ------------------------------------------------------------ what it costs


def asked(lab: Lab, count: int = 2000) -> None:
    """Measure a question with its answer."""
    with line_to(lab) as line:
        took = list[float]()
        for _ in range(count):
            began = time.perf_counter()
            told(line, "echo", depth=6)
            took.append(1000 * (time.perf_counter() - began))
    took.sort()
    print(
        f"\na question and its answer: median {took[count // 2]:.2f} ms, 99 % within {took[99 * count // 100]:.2f} ms"
    )


def shown(lab: Lab, seconds: float = 3.0) -> None:
    """Measure frames a second of one channel that sends 300 kB, alone and beside questions."""
    with line_to(lab) as line:
        told(line, "flood")
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            number = number_of(line.recv())
            line.send(json.dumps({"ack": number}))
            count += 1
        rate = count / (time.perf_counter() - began)
        told(line, "end")
    megabytes = rate * FRAME.nbytes / 1e6
    print(f"frames of 300 kB, each acknowledged: {rate:.0f} a second ({megabytes:.0f} MB/s)")


def soak(lab: Lab, jobs: int) -> None:
    """Begin and end jobs over many visits; half of them end with their page."""
    print(
        f"\n{'jobs':>8} {'RSS, MB':>8} {'threads':>8} {'visits':>7} {'running':>8} {'objects':>9}"
    )
    marks = {0, jobs // 2, jobs}
    for done in range(0, jobs + 1, PER_VISIT):
        if any(done <= mark < done + PER_VISIT for mark in marks):
            settle(lab)
            print(
                f"{done:8} {resident():8.1f} {threading.active_count():8} {lab.visits:7} {lab.places.taken:8} "
                f"{len(gc.get_objects()):9}",
                flush=True,
            )
        if done == 0:
            visit_once(lab, 5 * PER_VISIT)  # pools and caches of the first moments are no leak
            settle(lab)
            print(f"{'warm':>8} {resident():8.1f} {threading.active_count():8}", flush=True)
        if done < jobs:
            visit_once(lab, min(PER_VISIT, jobs - done))


def visit_once(lab: Lab, jobs: int) -> None:
    """Open a page, begin jobs, end every second one, and leave."""
    with line_to(lab) as line:
        for k in range(jobs):
            told(line, "flood", name=f"job {k % 2}")
            if k % 2:
                told(line, "end", name=f"job {k % 2}")


def settle(lab: Lab) -> None:
    """Wait until everybody has gone."""
    until = time.monotonic() + 5
    while (lab.visits or lab.places.taken) and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.2)
    gc.collect()


def resident() -> float:
    """Return the memory of this process in MB (Linux)."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
