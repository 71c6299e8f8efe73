"""How a store is laid out in SQLite, how an older one is brought up to date, and how it is opened."""

from __future__ import annotations

import contextlib
import sqlite3
import time

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.store_trouble import check_place, told

__all__ = ["APPLICATION", "STEPS", "VIEW", "connect"]

APPLICATION = 0x4C67_5472
"""``PRAGMA application_id`` of every store: "LgTr"."""

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE stored_trials (
            number INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            task TEXT NOT NULL,
            data TEXT NOT NULL,
            seed INTEGER NOT NULL,
            activation TEXT NOT NULL,
            hidden TEXT NOT NULL,
            init TEXT NOT NULL,
            lr REAL NOT NULL,
            optimizer TEXT NOT NULL,
            weight_decay REAL NOT NULL,
            batch_size INTEGER NOT NULL,
            steps INTEGER NOT NULL,
            norm TEXT,
            skip TEXT,
            score REAL,
            loss REAL,
            diverged_at INTEGER,
            engine TEXT,
            version TEXT NOT NULL,
            created TEXT NOT NULL,
            curve BLOB NOT NULL
        )""",
    ),
)
"""What was added to the layout, in order; ``PRAGMA user_version`` counts the steps that a file has taken.

A step is never changed once released, and only adds columns that have a default: then an older livegrad that
still has the file open goes on writing.
"""

VIEW = """CREATE VIEW trials AS SELECT
    number, key, task, data, seed, activation, hidden,
    CASE hidden WHEN '' THEN 0 ELSE 1 + length(hidden) - length(replace(hidden, '-', '')) END AS depth,
    CAST(hidden AS INTEGER) AS width,
    init, lr, optimizer, weight_decay, batch_size, steps, norm, skip,
    score, loss, diverged_at, engine, version, created
FROM stored_trials"""
"""The flat table that others read: ``hidden`` is "64-64", ``depth`` counts its layers and ``width`` is its first."""

_FOREIGN = Text(
    "'{path}' is a SQLite file of another program, not a store of trials. It was left as it is; give another path.",
    "'{path:은/는}' 다른 프로그램의 SQLite 파일입니다. 시행 저장소(store)가 아닙니다. 파일은 그대로 두었습니다. "
    "다른 경로를 지정하세요.",
)
_NEWER = Text(
    "The store '{path}' has layout {found}, made by a newer livegrad; this one knows up to {known}. "
    "Run: pip install --upgrade livegrad",
    "저장소(store) '{path}'의 형식은 {found}입니다. 더 새로운 livegrad가 만든 파일이며, 지금 버전은 {known}까지만 "
    "읽습니다. 실행하세요: pip install --upgrade livegrad",
)

_IDENTITY = """SELECT
    (SELECT application_id FROM pragma_application_id),
    (SELECT user_version FROM pragma_user_version),
    (SELECT count(*) FROM sqlite_master)"""  # in one statement: another process may just be making the file
_NO_ROOM = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR_SHMMAP,
    sqlite3.SQLITE_IOERR_SHMOPEN,
    sqlite3.SQLITE_IOERR_SHMSIZE,
)


def connect(path: str, *, timeout: float) -> sqlite3.Connection:
    """Return a connection to the store at an absolute path, made or brought up to date where needed.

    The connection is in autocommit mode, and may be used by several threads, one after the other.

    Raises:
        BadInput: No store can be there, or something else is, or one of a newer livegrad.
        NotStored: It stayed locked for ``timeout`` seconds, or the disk refused.

    Example:
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     connection = connect(os.path.join(folder, "trials.db"), timeout=30.0)
        ...     connection.execute("PRAGMA journal_mode").fetchone()[0]
        ...     connection.close()
        'wal'
    """
    check_place(path)
    with told(path, timeout=timeout), contextlib.ExitStack() as undo:
        connection = _reached(path, timeout=timeout)
        undo.callback(connection.close)
        _version(connection, path)  # before the first change: the file may be another program's
        _write_ahead(connection, timeout=timeout)
        if _version(connection, path) < len(STEPS):
            _bring_up_to_date(connection, path)
        undo.pop_all()
        return connection


def _reached(path: str, *, timeout: float) -> sqlite3.Connection:
    """Return a connection that can read, even on a disk that has no room for the file that processes share.

    Without these 32 KiB what is stored can still be read and exported, though by one process at a time.
    """
    try:
        return _reached_in(path, "NORMAL", timeout=timeout)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in _NO_ROOM:
            raise
        return _reached_in(path, "EXCLUSIVE", timeout=timeout)


def _reached_in(path: str, locking_mode: str, *, timeout: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=timeout, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute(f"PRAGMA locking_mode={locking_mode}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _version(connection: sqlite3.Connection, path: str) -> int:
    """Return how many of `STEPS` a file has taken; 0 for an empty one."""
    application, found, tables = connection.execute(_IDENTITY).fetchone()
    if application != APPLICATION and (application or found or tables):
        raise BadInput(_FOREIGN.fill(path=path))
    if found > len(STEPS):
        raise BadInput(_NEWER.fill(path=path, found=found, known=len(STEPS)))
    return found


def _write_ahead(connection: sqlite3.Connection, *, timeout: float) -> None:
    """Turn on the write-ahead log, in which readers and a writer do not wait for each other.

    With ``synchronous=NORMAL`` a commit is in the operating system's hands: it outlives the process, and a power
    cut may take the last commits but leaves no half of one (https://sqlite.org/wal.html).
    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:  # this one statement does not wait by itself
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    connection.execute("PRAGMA synchronous=NORMAL")


def _bring_up_to_date(connection: sqlite3.Connection, path: str) -> None:
    """Take the steps that a file lacks, all or none."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = _version(connection, path)  # again: another process may have been faster
        for step in STEPS[found:]:
            for statement in step:
                connection.execute(statement)
        connection.execute("DROP VIEW IF EXISTS trials")
        connection.execute(VIEW)
        connection.execute(f"PRAGMA application_id={APPLICATION}")
        connection.execute(f"PRAGMA user_version={len(STEPS)}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
