"""A store whose processes are killed, or are many, loses nothing that it acknowledged."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from trials.stored import PAIRS, asked, facts, keys_in
from trials.writer import plan, run

from livegrad.trials.store import Store

WRITER = Path(__file__).with_name("writer.py")
CRASHING = Path(__file__).with_name("crashing.py")


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "trials.db")


@pytest.fixture
def store(path: str) -> Iterator[Store]:
    with Store(path, timeout=0.2) as opened:
        yield opened


# ------------------------------------------------------------ killed


def start(path: str, log: Path, seeds: int, first: int = 0) -> subprocess.Popen[bytes]:
    arguments = [path, str(log), str(seeds), "20", str(first)]
    return subprocess.Popen([sys.executable, str(WRITER), *arguments], stdout=subprocess.PIPE)


def kill_after(process: subprocess.Popen[bytes], count: int, seconds: float) -> set[str]:
    """Return all keys acknowledged by a writer that is killed ``seconds`` after ``count`` of them."""
    assert process.stdout is not None
    seen = [process.stdout.readline() for _ in range(count)]
    time.sleep(seconds)
    process.kill()
    seen += process.stdout.readlines()
    process.stdout.close()
    process.wait()
    return {line.decode().strip() for line in seen if line.endswith(b"\n")}


def test_a_run_killed_again_and_again_loses_nothing_and_runs_nothing_twice(
    path: str, tmp_path: Path
) -> None:
    chance = random.Random(1)  # noqa: S311 - of when to kill
    acknowledged, kills, seeds = set[str](), 5, 600
    for life in range(kills):
        log = tmp_path / f"ran-{life}"
        already = set(acknowledged)
        seen = kill_after(start(path, log, seeds), chance.randrange(150), chance.random() / 50)
        ran = log.read_text().split()
        assert not already & set(ran)  # nothing acknowledged in an earlier life is run again
        acknowledged |= seen
        assert acknowledged <= keys_in(path)
        assert asked(path, "PRAGMA integrity_check") == [("ok",)]
    assert 0 < len(acknowledged) < 2 * seeds
    last = start(path, tmp_path / "ran-last", seeds)
    assert last.communicate()[0].split() == (tmp_path / "ran-last").read_bytes().split()
    ran = [key for log in tmp_path.glob("ran-*") for key in log.read_text().split()]
    assert not acknowledged & set((tmp_path / "ran-last").read_text().split())
    assert set(ran) == keys_in(path) == {trial.key for trial in plan(range(seeds))}
    assert len(ran) - len(set(ran)) <= 20 * kills  # only what was under way when it was killed


def test_death_at_any_moment_leaves_whole_batches(tmp_path: Path) -> None:
    command = [sys.executable, str(CRASHING), str(tmp_path), "20"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    deaths = [(int(acknowledged), int(found)) for acknowledged, found, _ in map(str.split, lines)]
    assert {line.split()[-1] for line in lines} == {"ok"}
    assert set(deaths) <= {(0, 0), (0, 3), (3, 3), (3, 6), (6, 6)}
    assert {(0, 0), (3, 3), (6, 6)} <= set(deaths)
    assert len(deaths) > 20


# ------------------------------------------------------------ several at once


def test_four_processes_write_at_once(path: str, tmp_path: Path) -> None:
    writers = [start(path, tmp_path / f"ran-{n}", 120, first=60 * n) for n in range(4)]
    said = [writer.communicate()[0].decode().split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 4
    stored = keys_in(path)
    assert stored == {key for keys in said for key in keys}
    assert stored == {trial.key for trial in plan(range(300))}
    assert asked(path, "PRAGMA integrity_check") == [("ok",)]
    with Store(path) as store:
        assert len(store) == 600
        assert all(facts(row.outcome) == facts(run(row.trial)) for row in store.rows())


def test_many_may_make_the_same_store_at_once(tmp_path: Path) -> None:
    together = threading.Barrier(8)

    def make(path: Path, number: int) -> int:
        together.wait()
        with Store(path, timeout=30) as store:
            return store.add(PAIRS[number : number + 1], task="moons")

    with ThreadPoolExecutor(8) as pool:
        for turn in range(5):
            path = tmp_path / f"{turn}.db"
            assert list(pool.map(make, [path] * 8, range(8))) == [1] * 8
            assert len(keys_in(str(path))) == 8


def test_threads_share_a_store(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda pair: store.add([pair], task="moons"), PAIRS * 5)) == len(PAIRS)
    assert len(store) == len(PAIRS)


def test_readers_do_not_wait_for_a_writer(store: Store, path: str) -> None:
    store.add(PAIRS[:3], task="moons")
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE stored_trials SET task = 'half way'")
    assert {row.task for row in store.rows()} == {"moons"}
    assert len(store.missing([trial for trial, _ in PAIRS])) == len(PAIRS) - 3
    with Store(path, timeout=0) as another:
        assert len(another) == 3
    writer.close()


def test_a_writer_does_not_wait_for_readers(store: Store, path: str) -> None:
    store.add(PAIRS[:3], task="moons")
    reader = sqlite3.connect(path)
    reading = reader.execute("SELECT key FROM trials")
    first = reading.fetchone()
    assert store.add(PAIRS, task="moons") == len(PAIRS) - 3
    assert len({first, *reading.fetchall()}) == 3  # still as it was when the reader began
    reader.close()


def test_a_store_open_in_the_parent_is_refused_after_a_fork(path: str) -> None:
    script = f"""
import os
from livegrad.errors import BadInput
from livegrad.trials.store import Store
store = Store({path!r})
if not os.fork():
    for use in (lambda: len(store), lambda: Store({path!r}), lambda: Store({path + "2"!r})):
        try:
            use()
        except BadInput as error:
            print(error.text.en, flush=True)
        else:
            print("opened", flush=True)
    store.close()
    os._exit(0)
os.wait()
print(store.close())
if not os.fork():
    print(len(Store({path!r})), flush=True)
    os._exit(0)
os.wait()
"""
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    *refused, closed, length = done.stdout.splitlines()
    assert ["was forked while" in said and "'spawn'" in said for said in refused] == [
        True,
        True,
        False,
    ]
    assert refused[2] == "opened"  # another file has no locks of the parent
    assert (closed, length) == ("None", "0")
