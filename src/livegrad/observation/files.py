"""Which files a script writes, and how each further run starts from the same files without losing any.

`Journal` runs inside the script's process: it notes every file opened for writing or removed, and copies what stood there
*before*. `Shelf` runs outside, between the runs: it takes the first run's files away before the next run, gives that run
the files as they were at the very start, keeps what that run wrote in a folder of its own, and finally puts everything
back. In the end the user's files are as their own run left them.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livegrad.records import from_jsonable, to_jsonable

LARGEST_COPY = 512 * 1024 * 1024
"""A file larger than this that existed before is not copied; the report says so."""
FOLDER = "livegrad-files"
FIRST = "first-run"
MOST_SWEPT = 20_000
_PRIVATE = (".git", ".venv", "node_modules", "__pycache__", FOLDER)


@dataclass(frozen=True)
class Written:
    """One file or folder that the script made, changed or removed.

    Attributes:
        path: Absolute path.
        original: Copy of the file that stood there before, or ``None``.
        existed: Whether something stood there before.
        folder: Whether it is a folder.
    """

    path: str
    original: str | None = None
    existed: bool = False
    folder: bool = False


class Journal:
    """Notes what the script writes. An audit hook cannot be removed, so `stop` only silences it.

    Args:
        originals: Folder for copies of what stood there before; ``None``: no copies.
        log: Each note is also written here at once, so that it survives the process.
        script: The script; what lies beside it or in the working folder is always the user's.
        ours: Files that livegrad itself writes meanwhile.
    """

    def __init__(
        self,
        originals: Path | None = None,
        log: Path | None = None,
        script: str | None = None,
        *,
        ours: tuple[str, ...] = (),
    ) -> None:
        self._originals, self._log = originals, log
        self._seen: dict[str, Written] = {}
        self._active = False
        self._own = tuple(
            os.path.realpath(p) + os.sep for p in (originals, log and log.parent) if p
        )
        self._ours = {os.path.realpath(path) for path in ours}
        self._never = tuple(
            os.path.realpath(p) + os.sep
            for p in (sys.prefix, sys.base_prefix, "/dev", "/proc", "/sys")
            if not _holds(os.path.realpath(p), os.getcwd())
        )
        self._temporary = os.path.realpath(tempfile.gettempdir()) + os.sep
        homes = [os.getcwd(), *([os.path.dirname(os.path.realpath(script))] if script else [])]
        self._homes = tuple(os.path.realpath(p) + os.sep for p in homes)

    def start(self) -> None:
        """Begin to note; also what torch writes, which opens its files outside of Python."""
        import torch

        self._active = True
        sys.addaudithook(self._heard)
        for owners, name in (
            ((torch, torch.serialization), "save"),
            ((torch.jit, torch.jit._serialization), "save"),  # noqa: SLF001 (so that pickle finds the wrapper by name)
        ):
            wrapped = self._noting(getattr(owners[0], name))
            for owner in owners:
                setattr(owner, name, wrapped)

    def stop(self) -> tuple[Written, ...]:
        """Stop, and return what was written, in the order of the first write."""
        self._active = False
        return tuple(self._seen.values())

    def note(self, path: str, *, folder: bool = False) -> None:
        """Take one path that is about to be written or removed."""
        full = os.path.realpath(path)
        if full in self._seen or not self._is_users(full):
            return
        existed = os.path.lexists(full)
        written = Written(
            full, self._copy(full) if existed and not folder else None, existed, folder
        )
        self._seen[full] = written
        if self._log is not None:
            with self._log.open("a", encoding="utf-8") as log:
                log.write(json.dumps(to_jsonable(written)) + "\n")

    def _is_users(self, path: str) -> bool:
        if "__pycache__" in path or path.startswith((*self._never, *self._own)):
            return False
        if path in self._ours:
            return False
        return not path.startswith(self._temporary) or path.startswith(self._homes)

    def _note_tree(self, path: str) -> None:
        for folder, _, files in os.walk(path):
            for file in files:
                self.note(os.path.join(folder, file))
            self.note(folder, folder=True)

    def _heard(self, event: str, args: tuple[Any, ...]) -> None:
        if not self._active:
            return
        path = _path_of(event, args)
        if path is None:
            return
        source = _text(args[0]) if event == "os.rename" else None
        self._active = False  # what we do ourselves is not noted
        try:
            if event == "shutil.rmtree":
                self._note_tree(path)
            elif event == "os.mkdir":
                if not os.path.exists(path):
                    self.note(path, folder=True)
            else:
                self.note(path, folder=event == "os.rmdir" or os.path.isdir(path))
            if source is not None:
                self.note(source, folder=os.path.isdir(source))
        finally:
            self._active = True

    def _noting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def save(obj: Any, f: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(f, (str, Path)) and self._active:
                self.note(str(f))
            return original(obj, f, *args, **kwargs)

        return save

    def _copy(self, path: str) -> str | None:
        if (
            self._originals is None
            or not os.path.isfile(path)
            or os.path.getsize(path) > LARGEST_COPY
        ):
            return None
        self._originals.mkdir(parents=True, exist_ok=True)
        copy = self._originals / f"{len(self._seen)}-{os.path.basename(path)}"
        shutil.copy2(path, copy)
        return str(copy)


def read_log(path: Path) -> tuple[Written, ...]:
    """Return what a journal noted, also of a process that was killed."""
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(from_jsonable(Written, json.loads(line)) for line in lines if line.endswith("}"))


def unheard(since: float, known: Iterable[Written]) -> tuple[Written, ...]:
    """Return files of the working folder that changed after ``since`` without being noted (sub-processes write them).

    A file that our own output is redirected to (``livegrad run … > run.log``) is none of the script's.
    """
    noted = {w.path for w in known}
    streams = [os.fstat(number) for number in (1, 2) if _is_open(number)]
    found: list[Written] = []
    looked = 0
    for folder, folders, files in os.walk(os.getcwd()):
        folders[:] = [f for f in folders if f not in _PRIVATE]
        for file in files:
            looked += 1
            path = os.path.realpath(os.path.join(folder, file))
            fresh = looked <= MOST_SWEPT and path not in noted and os.path.isfile(path)
            if not fresh or (about := os.stat(path)).st_mtime < since:
                continue
            if not any(os.path.samestat(about, stream) for stream in streams):
                found.append(Written(path, existed=True))
    return tuple(found)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


class Shelf:
    """Keeps the files of several runs apart.

    Args:
        written: What the first run wrote.
        folder: Where the files of the runs are kept.
    """

    def __init__(self, written: Iterable[Written], folder: Path) -> None:
        self._written = tuple(written)
        self._folder = folder
        self._first = folder / FIRST

    def begin(self) -> None:
        """Take the first run's files aside; the next run finds what the first one found."""
        for item in self._files():
            if os.path.exists(item.path):
                _move(item.path, self._first / _flat(item.path))
            if item.original:
                os.makedirs(os.path.dirname(item.path), exist_ok=True)
                shutil.copy2(item.original, item.path)
        for item in reversed(self._folders()):
            if item.existed:
                os.makedirs(item.path, exist_ok=True)
            elif os.path.isdir(item.path) and not os.listdir(item.path):
                os.rmdir(item.path)

    def end(self, name: str, written: Iterable[Written]) -> None:
        """Keep what the run just made under ``name``, undo what else it changed, and put the first run's files back."""
        kept, first = self._folder / name, {w.path for w in self._written}
        new = [w for w in written if w.path not in first]
        for item in (*self._files(), *(w for w in new if not w.folder)):
            if os.path.exists(item.path):
                _move(item.path, kept / _flat(item.path))
        for item in new:
            if item.original:
                os.makedirs(os.path.dirname(item.path), exist_ok=True)
                shutil.copy2(item.original, item.path)
        for item in sorted((w for w in new if w.folder), key=lambda w: -len(w.path)):
            if not item.existed and os.path.isdir(item.path) and not os.listdir(item.path):
                os.rmdir(item.path)
        self._put_back()

    def clear(self) -> None:
        """Remove the empty folders that were needed in between."""
        for folder, _, _ in sorted(os.walk(self._folder), key=lambda entry: -len(entry[0])):
            if not os.listdir(folder):
                os.rmdir(folder)

    def _put_back(self) -> None:
        for item in self._folders():
            if item.existed and os.path.isdir(item.path) and not os.listdir(item.path):
                os.rmdir(item.path)  # the user's run had removed it
            elif not item.existed:
                os.makedirs(item.path, exist_ok=True)
        for item in self._files():
            first = self._first / _flat(item.path)
            if first.exists():
                _move(str(first), Path(item.path))

    def _files(self) -> list[Written]:
        return [w for w in self._written if not w.folder]

    def _folders(self) -> list[Written]:
        return [w for w in self._written if w.folder]


def left_over() -> Path | None:
    """Return the folder of an earlier treatment that was cut off while the user's files were put aside."""
    first = Path(FOLDER) / FIRST
    return first if first.is_dir() and any(p.is_file() for p in first.rglob("*")) else None


def _path_of(event: str, args: tuple[Any, ...]) -> str | None:
    """The path that an audit event writes or removes, or ``None``."""
    if event == "open":
        return _text(args[0]) if _writes(args[1], args[2]) else None
    if event == "sqlite3.connect":
        path = _text(args[0])
        return None if path == ":memory:" else path
    if event in ("os.mkdir", "os.rmdir", "os.remove", "shutil.rmtree"):
        relative = (
            len(args) > 1 and isinstance(args[-1], int) and args[-1] >= 0 and event != "os.mkdir"
        )
        return None if relative else _text(args[0])
    if event == "os.rename":
        return _text(args[1])
    return None


def _text(path: Any) -> str | None:
    return os.fsdecode(path) if isinstance(path, (str, bytes)) else None


def _writes(mode: Any, flags: Any) -> bool:
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def _holds(folder: str, path: str) -> bool:
    return os.path.realpath(path).startswith(folder + os.sep)


def _flat(path: str) -> str:
    inside = os.path.relpath(path)
    return inside if not inside.startswith("..") else path.lstrip(os.sep).replace(os.sep, "_")


def _move(source: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)
