"""Which files a script writes, and how each further run starts from the same files without losing any.

`Journal` runs inside the script's process: it notes every file opened for writing, and copies what stood there *before*
the first write. `Shelf` runs outside, between the runs: it takes the first run's files away before the next run, gives
that run the files as they were at the very start, keeps what that run wrote in a folder of its own, and finally puts the
first run's files back. In the end the user's files are as their own run left them.
"""

from __future__ import annotations

import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LARGEST_COPY = 512 * 1024 * 1024
"""A file larger than this that existed before is not copied; the report says so."""
FOLDER = "livegrad-files"


@dataclass(frozen=True)
class Written:
    """One file or folder that the script made or changed.

    Attributes:
        path: Absolute path.
        original: Copy of what stood there before, or ``None`` if nothing stood there.
        existed: Whether something stood there before.
        folder: Whether it is a folder that the script made.
    """

    path: str
    original: str | None = None
    existed: bool = False
    folder: bool = False


class Journal:
    """Notes what the script writes. An audit hook cannot be removed, so `stop` only silences it.

    Args:
        originals: Folder for copies of what stood there before; ``None``: no copies.
    """

    def __init__(self, originals: Path | None = None) -> None:
        self._originals = originals
        self._seen: dict[str, Written] = {}
        self._active = False
        self._outside = tuple(
            os.path.realpath(p) + os.sep
            for p in (sys.prefix, sys.base_prefix, tempfile.gettempdir(), "/dev", "/proc", "/sys")
        )

    def start(self) -> None:
        """Begin to note; also what ``torch.save`` writes, which opens its files outside of Python."""
        import torch

        self._active = True
        sys.addaudithook(self._heard)
        original = torch.save

        @functools.wraps(original)
        def save(obj: Any, f: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(f, (str, Path)):
                self.note(str(f))
            return original(obj, f, *args, **kwargs)

        torch.save = save

    def stop(self) -> tuple[Written, ...]:
        """Stop, and return what was written, in the order of the first write."""
        self._active = False
        return tuple(w for w in self._seen.values() if w.folder or os.path.exists(w.path))

    def note(self, path: str, *, folder: bool = False) -> None:
        """Take one path that is about to be written."""
        full = os.path.realpath(path)
        if full in self._seen or full.startswith(self._outside) or "__pycache__" in full:
            return
        existed = os.path.exists(full)
        self._seen[full] = Written(full, self._copy(full) if existed else None, existed, folder)

    def _heard(self, event: str, args: tuple[Any, ...]) -> None:
        if not self._active:
            return
        if (event == "open" and isinstance(args[0], str) and _writes(args[1], args[2])) or (
            event == "sqlite3.connect" and isinstance(args[0], str) and args[0] != ":memory:"
        ):
            self._quietly(args[0])
        elif event == "os.rename" and isinstance(args[1], str):
            self._quietly(args[1])
        elif event == "os.mkdir" and isinstance(args[0], str) and not os.path.exists(args[0]):
            self._quietly(args[0], folder=True)

    def _quietly(self, path: str, *, folder: bool = False) -> None:
        self._active = False
        try:
            self.note(path, folder=folder)
        finally:
            self._active = True

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


class Shelf:
    """Keeps the files of several runs apart.

    Args:
        written: What the first run wrote.
        folder: Where the files of the runs are kept.
    """

    def __init__(self, written: Iterable[Written], folder: Path) -> None:
        self._written = tuple(written)
        self._folder = folder
        self._first = folder / "first-run"

    def begin(self) -> None:
        """Take the first run's files aside; the next run finds what the first one found."""
        for item in self._files():
            if os.path.exists(item.path):
                _move(item.path, self._first / _flat(item.path))
            if item.original:
                shutil.copy2(item.original, item.path)
        for item in reversed([w for w in self._written if w.folder]):
            if os.path.isdir(item.path) and not os.listdir(item.path):
                os.rmdir(item.path)

    def end(self, name: str) -> Path:
        """Keep what the run just made under ``name``, and put the first run's files back."""
        kept = self._folder / name
        for item in (w for w in self._written if w.folder):
            os.makedirs(item.path, exist_ok=True)
        for item in self._files():
            if os.path.exists(item.path):
                _move(item.path, kept / _flat(item.path))
            first = self._first / _flat(item.path)
            if first.exists():
                _move(str(first), Path(item.path))
        return kept

    def clear(self) -> None:
        """Remove the empty folders that were needed in between."""
        for folder in (self._first, self._folder):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def _files(self) -> list[Written]:
        return [w for w in self._written if not w.folder]


def _writes(mode: Any, flags: Any) -> bool:
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def _flat(path: str) -> str:
    inside = os.path.relpath(path)
    return inside if not inside.startswith("..") else path.lstrip(os.sep).replace(os.sep, "_")


def _move(source: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)
