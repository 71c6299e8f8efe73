"""What a store cannot do is said in a sentence, and what it holds stays as it is."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from trials.stored import PAIRS, asked, keys_in

from livegrad.errors import BadInput, NotStored
from livegrad.trials.store import Store

FULL_DISK = Path(__file__).with_name("full_disk.py")


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "trials.db")


@pytest.fixture
def store(path: str) -> Iterator[Store]:
    with Store(path, timeout=0.2) as opened:
        yield opened


# ------------------------------------------------------------ places where no store can be


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"is a folder.*/trials\.db'"):
        Store(tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"mkdir -p '.*/not/there'"):
        Store(tmp_path / "not" / "there" / "trials.db")


@pytest.mark.parametrize("content", [b"hello", b"a,b\n1,2\n" * 1000, b"PK\x03\x04" * 200])
def test_a_file_of_another_kind_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "data.csv"
    file.write_bytes(content)
    with pytest.raises(BadInput, match="not a SQLite file"):
        Store(file)
    assert file.read_bytes() == content
    assert os.listdir(tmp_path) == ["data.csv"]


@pytest.mark.parametrize(
    "layout", ["CREATE TABLE places (name)", "PRAGMA user_version = 1", "PRAGMA application_id = 7"]
)
def test_a_database_of_another_program_is_left_as_it_is(tmp_path: Path, layout: str) -> None:
    file = tmp_path / "places.sqlite"
    connection = sqlite3.connect(file)
    connection.execute(layout)
    connection.close()
    content = file.read_bytes()
    with pytest.raises(BadInput, match="of another program"):
        Store(file)
    assert file.read_bytes() == content
    assert os.listdir(tmp_path) == ["places.sqlite"]


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with Store(tmp_path / "empty") as store:
        assert store.add(PAIRS, task="moons") == len(PAIRS)


def test_a_name_that_means_something_to_sqlite_is_but_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (":memory:", "file:a?mode=memory", "시행 '1'.db"):
        with Store(name) as store:
            store.add(PAIRS, task="moons")
        assert len(keys_in(name)) == len(PAIRS)
    assert sorted(os.listdir(tmp_path)) == sorted([":memory:", "file:a?mode=memory", "시행 '1'.db"])


@pytest.fixture
def without_privilege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Be nobody for a while: nothing is write-protected for root."""
    if os.geteuid():
        yield
        return
    base = tmp_path_factory.getbasetemp()  # on several workers, one folder deeper
    folders = [f for f in (base, *base.parents) if not f.stat().st_mode & 0o001]
    modes = [folder.stat().st_mode for folder in folders]
    for folder, mode in zip(folders, modes, strict=True):
        folder.chmod(mode | 0o011)
    os.seteuid(65534)
    yield
    os.seteuid(0)
    for folder, mode in zip(folders, modes, strict=True):
        folder.chmod(mode)


@pytest.mark.parametrize(("of_file", "of_folder"), [(0o444, 0o777), (0o666, 0o555)])
def test_a_write_protected_file_or_folder_is_said_before_anything_runs(
    tmp_path: Path, of_file: int, of_folder: int, request: pytest.FixtureRequest
) -> None:
    file = tmp_path / "trials.db"
    Store(file).close()
    file.chmod(of_file)
    tmp_path.chmod(of_folder)
    request.getfixturevalue("without_privilege")
    named = file if of_folder == 0o777 else tmp_path
    with pytest.raises(BadInput, match=f"'{named}' is write-protected\\. Copy"):
        Store(file)


def test_a_closed_store_says_so(path: str) -> None:
    with Store(path) as store:
        pass
    store.close()
    with pytest.raises(BadInput, match=r"is closed\. Use it inside its block"):
        len(store)


# ------------------------------------------------------------ trouble on the way


def test_a_lock_held_too_long_is_said_with_what_was_not_stored(store: Store, path: str) -> None:
    store.add(PAIRS[:4], task="moons")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    start = time.monotonic()
    with pytest.raises(
        NotStored, match=r"\.db': 20\. Another process kept it locked .* 0\.2 s.*timeout=60\)"
    ) as caught:
        store.add(PAIRS, task="moons")
    assert time.monotonic() - start >= 0.2
    assert caught.value.exit_code == 3
    assert "저장하지 못한 결과: 20개. 다른 프로세스가 0.2초 넘게" in caught.value.text.ko
    assert len(store) == 4
    other.close()
    assert store.add(PAIRS, task="moons") == 16


def test_a_file_locked_while_it_is_opened_is_said(path: str) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(NotStored, match=r"cannot be opened or read\. Another process .* 0\.1 s"):
        Store(path, timeout=0.1)
    other.close()
    Store(path, timeout=0.1).close()


def test_a_database_that_may_not_grow_keeps_what_it_has(store: Store, path: str) -> None:
    store.add(PAIRS[:5], task="moons")
    connection = store._connection
    assert connection is not None
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(NotStored, match=r": 20\. The disk is full\. .* can still be read"):
        store.add(PAIRS, task="moons")
    assert [row.trial for row in store.rows()] == [trial for trial, _ in PAIRS[:5]]
    connection.execute("PRAGMA max_page_count = 100000")
    assert store.add(PAIRS, task="moons") == 15
    assert asked(path, "PRAGMA integrity_check") == [("ok",)]


def test_a_store_that_may_no_longer_be_written_says_so(store: Store) -> None:
    store.add(PAIRS[:5], task="moons")
    store._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(NotStored, match=r": 20\. The file has become write-protected"):
        store.add(PAIRS, task="moons")
    assert len(store) == 5


def test_a_fault_of_livegrad_is_not_blamed_on_the_disk(store: Store) -> None:
    store._connection.close()
    with pytest.raises(sqlite3.ProgrammingError):
        len(store)


def test_a_damaged_file_is_said(path: str) -> None:
    with Store(path) as store:
        store.add(PAIRS, task="moons")
    with open(path, "r+b") as file:
        file.seek(2 * 4096)
        file.write(b"\xff" * (os.path.getsize(path) - 2 * 4096))
    with (
        pytest.raises(BadInput, match=r"is damaged \(.*sqlite3 '.*' \.recover"),
        Store(path) as store,
    ):
        list(store.rows())


def small_disk(folder: Path) -> list[str]:
    """Return a command that runs another one with two MiB of its own at ``folder``."""
    mounting = 'mount -t tmpfs -o size=2m none "$0" && exec "$@"'
    command = ["sh", "-c", mounting, str(folder)]
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("making a small disk takes unshare")
    command = [unshare, "--mount", "--", *command]
    tried = subprocess.run([*command, "true"], check=False, capture_output=True)
    if tried.returncode:
        pytest.skip("making a small disk takes the right to mount one")
    return command


def filled(folder: Path, *arguments: str, before: Sequence[str] = ()) -> dict[str, Any]:
    command = [*before, sys.executable, str(FULL_DISK), str(folder), *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def test_a_file_that_may_not_grow_keeps_what_it_has(tmp_path: Path) -> None:
    seen = filled(tmp_path, "size", "300000")
    assert 0 < seen["acknowledged"] == seen["same"] == seen["other"] < 2000
    assert re.search(r"\.db': 20\. The disk refused .* can still be read\.", seen["error"])
    assert seen["closed"] == 20


def test_a_full_disk_keeps_what_it_has(tmp_path: Path) -> None:
    seen = filled(tmp_path, "disk", before=small_disk(tmp_path))
    assert 0 < seen["acknowledged"] == seen["same"] == seen["other"] < 2000
    assert re.search(r"\.db': 20\. The disk is full\. .* can still be read\.", seen["error"])
    assert seen["closed"] == 20  # though there is no room for the file that processes share
    assert seen["added later"] == 1
