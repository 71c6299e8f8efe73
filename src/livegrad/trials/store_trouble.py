"""What can go wrong with a store, each as a sentence that says what to do next."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator

from livegrad.errors import BadInput, NotStored
from livegrad.text import Text

__all__ = ["check_place", "told"]

_FOLDER = Text(
    "'{path}' is a folder, but a store is one file. Give a file in it: '{path}/trials.db'.",
    "'{path:은/는}' 폴더입니다. 저장소(store)는 파일 하나입니다. 그 안의 파일을 지정하세요: '{path}/trials.db'.",
)
_NO_PARENT = Text(
    "The store '{path}' cannot be made: there is no folder '{folder}'. Make it first: mkdir -p '{folder}'.",
    "저장소(store) '{path:을/를}' 만들 수 없습니다. '{folder}' 폴더가 없기 때문입니다. 먼저 만드세요: mkdir -p '{folder}'.",
)
_PROTECTED = Text(
    "The store '{path}' cannot be used: '{what}' is write-protected. Copy the file to a folder of your own "
    "and give that path.",
    "저장소(store) '{path:을/를}' 쓸 수 없습니다. '{what}'에 쓰기 권한이 없습니다. 파일을 자신의 폴더로 복사한 뒤 "
    "그 경로를 지정하세요.",
)
_NOT_SQLITE = Text(
    "'{path}' is no store: it is not a SQLite file. It was left as it is; give another path.",
    "'{path:은/는}' 저장소(store)가 아닙니다. SQLite 파일이 아니기 때문입니다. 파일은 그대로 두었습니다. "
    "다른 경로를 지정하세요.",
)
_DAMAGED = Text(
    "The store '{path}' is damaged ({detail}). Save what can be read into a new file: "
    "sqlite3 '{path}' .recover | sqlite3 saved.db",
    "저장소(store) '{path:이/가}' 손상되었습니다({detail}). 읽을 수 있는 것을 새 파일로 옮기세요: "
    "sqlite3 '{path}' .recover | sqlite3 saved.db",
)
_NOT_WRITTEN = Text(
    "Outcomes not stored in '{path}': {count}. {why} What was stored before can still be read.",
    "'{path}'에 저장하지 못한 결과: {count}개. {why} 그전에 저장한 것은 그대로 읽을 수 있습니다.",
)
_NOT_OPENED = Text(
    "The store '{path}' cannot be opened or read. {why}",
    "저장소(store) '{path:을/를}' 열거나 읽을 수 없습니다. {why}",
)
_LOCKED = Text(
    "Another process kept it locked for more than {timeout:g} s. Let that process end, or wait longer: "
    "Store(path, timeout={longer:g}).",
    "다른 프로세스가 {timeout:g}초 넘게 잠그고 있습니다. 그 프로세스가 끝나기를 기다리거나 더 오래 기다리게 하세요: "
    "Store(path, timeout={longer:g}).",
)
_FULL = Text(
    "The disk is full. Free some space and start again: only what is missing will run.",
    "디스크가 가득 찼습니다. 공간을 비우고 다시 시작하세요. 빠진 것만 실행합니다.",
)
_READ_ONLY = Text(
    "The file has become write-protected. Give the permission back, or copy it elsewhere and go on there.",
    "파일에 쓸 수 없게 되었습니다. 쓰기 권한을 되돌리거나, 다른 곳에 복사해 이어 가세요.",
)
_DISK = Text(
    "The disk refused ({detail}): it may be full, over its quota or disconnected. Look at it (df -h) and start "
    "again: only what is missing will run.",
    "디스크가 거부했습니다({detail}). 가득 찼거나 할당량을 넘었거나 연결이 끊겼을 수 있습니다. df -h로 확인하고 다시 "
    "시작하세요. 빠진 것만 실행합니다.",
)
_OTHER = Text("SQLite says: {detail}.", "SQLite의 설명: {detail}.")

_NO_STORE = {sqlite3.SQLITE_NOTADB: _NOT_SQLITE, sqlite3.SQLITE_CORRUPT: _DAMAGED}
_REASONS = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_IOERR: _DISK,
    sqlite3.SQLITE_CANTOPEN: _DISK,
}


def check_place(path: str) -> None:
    """Raise `BadInput` if no store can be at an absolute path.

    The file itself is never opened here: closing it again would drop the locks that SQLite holds on it for
    other stores of this process (https://sqlite.org/howtocorrupt.html, section 2.2).
    """
    folder = os.path.dirname(path)
    if os.path.isdir(path):
        raise BadInput(_FOLDER.fill(path=path))
    if not os.path.isdir(folder):
        raise BadInput(_NO_PARENT.fill(path=path, folder=folder))
    effective = os.access in os.supports_effective_ids
    for what in (path, folder):  # the folder too: two more files stand beside an open store
        if os.path.exists(what) and not os.access(what, os.W_OK, effective_ids=effective):
            raise BadInput(_PROTECTED.fill(path=path, what=what))


@contextlib.contextmanager
def told(path: str, *, timeout: float, unstored: int | None = None) -> Iterator[None]:
    """Turn the errors of SQLite inside the block into sentences.

    Args:
        path: Of the store.
        timeout: How many seconds are waited for a lock.
        unstored: How many outcomes the block was to store; None if it only reads.

    Raises:
        BadInput: The file is no store, or damaged.
        NotStored: All else that SQLite meets on disks.
    """
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a fault of ours, and no matter of disks
    except sqlite3.DatabaseError as error:
        code = (
            getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        )  # without its details
        if code in _NO_STORE:
            raise BadInput(Text.fill(_NO_STORE[code], path=path, detail=error)) from error
        why = _REASONS.get(code, _OTHER).fill(
            timeout=timeout, longer=max(60.0, 10 * timeout), detail=error
        )
        if unstored is None:
            raise NotStored(_NOT_OPENED.fill(path=path, why=why)) from error
        raise NotStored(_NOT_WRITTEN.fill(path=path, count=unstored, why=why)) from error
