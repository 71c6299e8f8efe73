"""A process that forks children, each of which dies a little later while it makes and fills a store.

    python crashing.py FOLDER EVERY

The n-th child kills itself, as kill -9 would, after n·EVERY instructions of SQLite's virtual machine: while it lays out
the tables, begins, inserts, commits. It prints one line a child: how many outcomes had been acknowledged, how many are
found, and what SQLite's own check says. The last line is of the child that came to its end.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from typing import Any

from writer import plan, run

from livegrad.trials.store import Store

TOGETHER = 3
PAIRS = [(trial, run(trial)) for trial in plan(range(TOGETHER))]


def dying_connections(every: int, dies_at: int) -> Any:
    """Return ``sqlite3.connect`` whose connections count instructions and kill the process at one."""
    real, calls = sqlite3.connect, 0

    def count() -> int:
        nonlocal calls
        calls += 1
        if calls == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    def connect(*args: Any, **options: Any) -> sqlite3.Connection:
        connection = real(*args, **options)
        connection.set_progress_handler(count, every)
        return connection

    return connect


def child(path: str, every: int, dies_at: int, acknowledged: int) -> None:
    sqlite3.connect = dying_connections(every, dies_at)
    with Store(path) as store:
        for start in range(0, len(PAIRS), TOGETHER):
            some = PAIRS[start : start + TOGETHER]
            store.add(some, task="moons")
            os.write(acknowledged, b"." * len(some))


def main(folder: str, every: int) -> None:
    for dies_at in range(1, 10_000):
        path = os.path.join(folder, f"{dies_at}.db")
        reader, writer = os.pipe()
        process = os.fork()
        if not process:
            child(path, every, dies_at, writer)
            os._exit(0)
        os.close(writer)
        _, status = os.waitpid(process, 0)
        acknowledged = len(os.read(reader, 1000))
        os.close(reader)
        with Store(path) as store:
            found = sum(run(row.trial).score == row.outcome.score for row in store.rows())
            found += sum(row.outcome.score != row.outcome.score for row in store.rows())  # NaN
        check = sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone()[0]
        sys.stdout.write(f"{acknowledged} {found} {check}\n")
        if not status:
            break


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
