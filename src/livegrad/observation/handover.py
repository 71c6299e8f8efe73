"""How the processes of one training hand each other what they saw, without ever waiting for one another while they train.

Nothing here is a collective operation. When a process stops watching it leaves its numbers in the store through which the
processes found each other (the one that ``init_process_group`` made); whoever asks for a diagnosis takes out what is there. A
process that never asks costs nobody anything, one that dies leaves the others a diagnosis of those that are left, and a script
that asks on rank 0 only cannot hang.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import time
import warnings
import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from torch import distributed

from livegrad.observation.ranks import Share
from livegrad.records import from_jsonable, to_jsonable

__all__ = ["Handover"]

PATIENCE = 20.0
"""So many seconds a diagnosis waits for processes that are still training."""

_numbers = itertools.count()


class Handover:
    """One watch's place in the store; `meet` must be called while the process group exists.

    Watches are told apart by the order in which they saw their first step, which is the same in all processes of a script.
    """

    def __init__(self) -> None:
        self._number = 0
        self._store: Any = None
        self._rank, self._ranks = 0, 1
        self._given = 0

    def meet(self) -> None:
        """Remember the store and the rank, if there are several processes; costs nothing where there are none."""
        if self._store is not None or not _is_distributed():
            return
        with _forgiven():
            self._store = distributed.distributed_c10d._get_default_store()  # noqa: SLF001 (no public name)
            self._rank, self._ranks = distributed.get_rank(), distributed.get_world_size()
            self._number = next(_numbers)

    @property
    def is_needed(self) -> bool:
        """Whether there are others to hand over to."""
        return self._store is not None and self._ranks > 1

    def give(self, shares: list[Share]) -> None:
        """Leave this process's numbers for the others."""
        self._given += 1
        with _forgiven():
            told = zlib.compress(json.dumps([to_jsonable(s) for s in shares]).encode())
            self._store.set(self._name(self._rank), told)

    def take(self, own: list[Share]) -> list[list[Share]]:
        """Return every training's shares, one for each process that has handed in, the first rank first.

        Waits `PATIENCE` for the others, then goes on with those that are there, and says so.
        """
        if not self.is_needed or not self._given:
            return [[share] for share in own]
        until = time.monotonic() + PATIENCE
        found = [own if r == self._rank else self._from(r, until) for r in range(self._ranks)]
        there = [shares for shares in found if shares is not None and len(shares) == len(own)]
        if len(there) < self._ranks:
            warnings.warn(
                f"Only {len(there)} of {self._ranks} processes have handed in what they saw, so the diagnosis is of these. "
                "Let every process leave its `with livegrad.watch(...)` block (or call detach()) before one asks.",
                RuntimeWarning,
                stacklevel=2,
            )
        return [list(shares) for shares in zip(*there, strict=True)]

    def _from(self, rank: int, until: float) -> list[Share] | None:
        left = timedelta(seconds=max(0.01, until - time.monotonic()))
        with _forgiven():
            self._store.wait([self._name(rank)], left)
            told = json.loads(zlib.decompress(self._store.get(self._name(rank))))
            return [from_jsonable(Share, share) for share in told]
        return None

    def _name(self, rank: int) -> str:
        return f"livegrad/{self._number}/{self._given}/{rank}"


def _is_distributed() -> bool:
    return distributed.is_available() and distributed.is_initialized()


@contextlib.contextmanager
def _forgiven() -> Iterator[None]:
    """A store that is gone, or another process that is, must not end anybody's training."""
    with contextlib.suppress(Exception):
        yield
