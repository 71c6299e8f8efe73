"""Where outcomes outlive the process: one SQLite file, a row for each trial, found again by its content.

What `Store.add` has returned from survives a kill -9, several processes write into one file at once, and readers
never wait. A power cut may take the last commits, but no half of one. The file must lie on a disk of this machine: on a
network file system (NFS, SMB) SQLite cannot share its log between machines, and there is no sure way to notice that.

The file is plain SQLite, so others read it directly, even while it is written::

    connection = sqlite3.connect("trials.db")
    pandas.read_sql("SELECT * FROM trials", connection)
    polars.read_database("SELECT * FROM trials", connection, infer_schema_length=None)

(None, because polars otherwise guesses a column's type from its first 100 rows, and in these no trial may have
diverged.) The view ``trials`` is flat; the curves stand in the table ``stored_trials``, as `unpack` reads them.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from livegrad import __version__
from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.store_rows import COLUMNS, StoredTrial, row_of, stored_trial, unpack
from livegrad.trials.store_schema import connect
from livegrad.trials.store_trouble import told
from livegrad.trials.trial import Outcome, Trial

__all__ = ["Store", "StoredTrial", "unpack"]

_CLOSED = Text(
    "The store '{path}' is closed. Use it inside its block: with Store('{path}') as store: ...",
    "저장소(store) '{path:은/는}' 이미 닫혔습니다. 블록 안에서 쓰세요: with Store('{path}') as store: ...",
)
_FORKED = Text(
    "This process was forked while the store '{path}' was open, and would damage it. Start processes by "
    "multiprocessing.get_context('spawn'), or open the store only after the fork.",
    "저장소(store) '{path:이/가}' 열린 상태에서 이 프로세스가 분기(fork)되었습니다. 이대로 쓰면 파일이 손상됩니다. "
    "multiprocessing.get_context('spawn')으로 프로세스를 시작하거나, 분기한 뒤에 저장소를 여세요.",
)

_INSERT = (
    f"INSERT INTO stored_trials ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))}) "  # noqa: S608 - names of ours
    "ON CONFLICT (key) DO NOTHING"
)
_NEXT = (
    f"SELECT number, {', '.join(COLUMNS)} FROM stored_trials "  # noqa: S608 - names of ours
    "WHERE number > ? ORDER BY number LIMIT ?"
)
_TOGETHER = 500  # keys in one query: SQLite before 3.32 takes 999
_BATCH = 1000  # rows read at a time


class Store:
    """Outcomes of trials in one SQLite file, for a ``with`` block.

    Threads may share a store; processes each open their own, after a fork and never before.

    Args:
        path: The file; made if it is not there.
        timeout: Seconds to wait for another process that writes.

    Raises:
        BadInput: The path is a folder, its folder is missing or write-protected, or the file is no store or one
            of a newer livegrad.
        NotStored: It stayed locked, or the disk refused.

    Example:
        >>> import tempfile
        >>> from livegrad.trials.trial import Curve, Recipe
        >>> trial = Trial(recipe=Recipe(activation="relu"), seed=0, data="moons-1f00")
        >>> column = np.ones(1, np.float32)
        >>> curve = Curve(np.array([2000], np.int32), column, column, column)
        >>> outcome = Outcome(trial.key, score=1.0, loss=0.1, diverged_at=None, curve=curve)
        >>> with tempfile.TemporaryDirectory() as folder, Store(f"{folder}/trials.db") as store:
        ...     len(store.missing([trial])), store.add([(trial, outcome)], task="moons"), len(store)
        (1, 1, 1)
    """

    def __init__(self, path: str | os.PathLike[str], *, timeout: float = 30.0) -> None:
        self.path = os.path.abspath(os.fspath(path))
        self._timeout, self._lock, self._process = timeout, threading.RLock(), os.getpid()
        if any(other._inherited and _same(other.path, self.path) for other in _OPEN):  # noqa: SLF001 - of this class
            raise BadInput(_FORKED.fill(path=self.path))
        self._connection: sqlite3.Connection | None = connect(self.path, timeout=timeout)
        _OPEN.add(self)

    def add(
        self,
        trials_and_outcomes: Iterable[tuple[Trial, Outcome]],
        *,
        task: str,
        engine: str | None = None,
    ) -> int:
        """Store all of them or, should that fail, none; once this returns they survive a kill -9.

        A trial that is stored already stays as it is: equal content has an equal outcome.

        Args:
            trials_and_outcomes: Each trial with its own outcome.
            task: Name of the task or data set.
            engine: Which engine trained them, for the record.

        Returns:
            How many were new.

        Raises:
            BadInput: A trial and an outcome that do not belong together, an uneven curve, a seed over 64 bits.
            NotStored: The disk is full or refused, or the file stayed locked; it says how many were not stored.

        Example:
            >>> import tempfile
            >>> with tempfile.TemporaryDirectory() as folder, Store(f"{folder}/trials.db") as store:
            ...     store.add([], task="moons")
            0
        """
        created = datetime.now(UTC).isoformat(timespec="seconds")
        facts = {"task": task, "engine": engine, "version": __version__}
        rows = [row_of(t, outcome, created=created, **facts) for t, outcome in trials_and_outcomes]
        with self._opened(unstored=len(rows)) as connection, _written_at_once(connection):
            before = connection.total_changes
            connection.executemany(_INSERT, rows)
            return connection.total_changes - before

    def missing(self, trials: Iterable[Trial]) -> tuple[Trial, ...]:
        """Return the trials that are not stored yet, in the order given, each once.

        Example:
            >>> import tempfile
            >>> from livegrad.trials.trial import Recipe
            >>> trial = Trial(recipe=Recipe(activation="relu"), seed=0, data="moons-1f00")
            >>> with tempfile.TemporaryDirectory() as folder, Store(f"{folder}/trials.db") as store:
            ...     len(store.missing([trial, trial]))
            1
        """
        by_key = {trial.key: trial for trial in trials}
        for (key,) in self._rows_of(tuple(by_key), "key"):
            del by_key[key]
        return tuple(by_key.values())

    def outcomes(self, trials: Iterable[Trial]) -> dict[str, Outcome]:
        """Return the outcomes of those trials that are stored, by `Trial.key`, in the order given.

        Example:
            >>> import tempfile
            >>> with tempfile.TemporaryDirectory() as folder, Store(f"{folder}/trials.db") as store:
            ...     store.outcomes([])
            {}
        """
        keys = tuple(dict.fromkeys(trial.key for trial in trials))
        stored = (stored_trial(row).outcome for row in self._rows_of(keys, ", ".join(COLUMNS)))
        found = {outcome.key: outcome for outcome in stored}
        return {key: found[key] for key in keys if key in found}

    def count_on(self, data: Iterable[str]) -> int:
        """Return how many trials are stored that were run on one of these splits (`livegrad.trials.trial.Trial.data`).

        Example:
            >>> import tempfile
            >>> with tempfile.TemporaryDirectory() as folder, Store(f"{folder}/trials.db") as store:
            ...     store.count_on(["moons-1f00"])
            0
        """
        names = tuple(data)[:_TOGETHER]
        marks = ", ".join("?" * len(names))
        with self._opened() as connection:
            found = connection.execute(
                f"SELECT count(*) FROM stored_trials WHERE data IN ({marks})",  # noqa: S608 - marks of ours
                names,
            )
            return found.fetchone()[0]

    def rows(self) -> Iterator[StoredTrial]:
        """Yield everything in the order it was stored; what is added meanwhile comes too.

        Example:
            >>> import tempfile
            >>> with tempfile.TemporaryDirectory() as folder, Store(f"{folder}/trials.db") as store:
            ...     [row.trial.seed for row in store.rows()]
            []
        """
        newest = 0
        while batch := self._after(newest):
            newest = batch[-1][0]
            yield from (stored_trial(row) for _, *row in batch)

    def close(self) -> None:
        """Close the file; leaving the ``with`` block does it. Closing twice is no error.

        Example:
            >>> import tempfile
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     Store(f"{folder}/trials.db").close()
        """
        with self._lock:
            if self._connection is not None and not self._inherited:
                self._connection.close()
                self._connection = None
                _OPEN.discard(self)

    def __len__(self) -> int:
        with self._opened() as connection:
            return connection.execute("SELECT count(*) FROM stored_trials").fetchone()[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _inherited(self) -> bool:
        """Whether a fork brought it here.

        SQLite counts locks in memory, so that the child would rely on locks that only the parent holds
        (https://sqlite.org/howtocorrupt.html, section 2.6).
        """
        return self._process != os.getpid()

    def _after(self, number: int) -> list[tuple[Any, ...]]:
        """Return the next rows, read to the end: a read that goes on would keep SQLite from tidying its log."""
        with self._opened() as connection:
            return connection.execute(_NEXT, (number, _BATCH)).fetchall()

    def _rows_of(self, keys: Sequence[str], columns: str) -> Iterator[tuple[Any, ...]]:
        """Yield ``columns`` of the rows that have one of the keys."""
        for start in range(0, len(keys), _TOGETHER):
            some = keys[start : start + _TOGETHER]
            marks = ", ".join("?" * len(some))
            with self._opened() as connection:
                found = connection.execute(
                    f"SELECT {columns} FROM stored_trials WHERE key IN ({marks})",  # noqa: S608 - names of ours
                    some,
                ).fetchall()
            yield from found

    @contextlib.contextmanager
    def _opened(self, *, unstored: int | None = None) -> Iterator[sqlite3.Connection]:
        """Give the connection to one thread at a time, and turn its errors into sentences."""
        with self._lock, told(self.path, timeout=self._timeout, unstored=unstored):
            if self._inherited:
                raise BadInput(_FORKED.fill(path=self.path))
            if self._connection is None:
                raise BadInput(_CLOSED.fill(path=self.path))
            yield self._connection


def _same(one: str, other: str) -> bool:
    return os.path.exists(other) and os.path.samefile(one, other)


@contextlib.contextmanager
def _written_at_once(connection: sqlite3.Connection) -> Iterator[None]:
    """Make what is written inside the block stored whole or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


_OPEN: weakref.WeakSet[Store] = weakref.WeakSet()
