"""A process that fills a store until it does not fit, and prints what then still works.

    python full_disk.py FOLDER size BYTES       no file may grow beyond BYTES
    python full_disk.py FOLDER disk             FOLDER is a small disk

Prints JSON: the error, how many outcomes were acknowledged, and how many are found by the same store, by another process,
and (on a disk filled to its last byte) by a store that was closed before.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys

from writer import plan, run

from livegrad.errors import NotStored
from livegrad.trials.store import Store
from livegrad.trials.trial import Outcome, Trial

TOGETHER = 20
READ = "import sys; from livegrad.trials.store import Store; print(len(list(Store(sys.argv[1]).rows())))"


def fill(path: str) -> None:
    """Write until the disk takes not one byte more."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    for size in (4096, 1):
        try:
            while True:
                os.write(file, b"x" * size)
        except OSError:
            continue
    os.close(file)


def pairs_of(trials: tuple[Trial, ...]) -> list[tuple[Trial, Outcome]]:
    return [(trial, run(trial)) for trial in trials]


def found_by_another(path: str) -> int:
    return int(
        subprocess.run([sys.executable, "-c", READ, path], check=True, capture_output=True).stdout
    )


def main(folder: str, kind: str, size: int = 0) -> None:
    path, closed = os.path.join(folder, "trials.db"), os.path.join(folder, "closed.db")
    trials = plan(range(1000))
    with Store(closed) as store:
        store.add(pairs_of(trials[:TOGETHER]), task="moons")
    if kind == "size":
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    seen: dict[str, object] = {"acknowledged": 0, "error": ""}
    with Store(path) as store:
        try:
            for start in range(0, len(trials), TOGETHER):
                store.add(pairs_of(trials[start : start + TOGETHER]), task="moons")
                seen["acknowledged"] = start + TOGETHER
        except NotStored as error:
            seen["error"] = error.text.en
        if kind == "disk":
            fill(os.path.join(folder, "filled"))
        seen["same"] = len(list(store.rows()))
        seen["other"] = found_by_another(path)
    seen["closed"] = found_by_another(closed)
    if kind == "disk":
        os.remove(os.path.join(folder, "filled"))
        with Store(path) as store:
            seen["added later"] = store.add(pairs_of(trials[-1:]), task="moons")
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(int, sys.argv[3:]))
