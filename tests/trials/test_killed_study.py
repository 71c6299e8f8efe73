"""A study killed with SIGKILL goes on from its store: nothing acknowledged is lost, nothing is run twice."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from trials.killed_study import PLAN

from livegrad.trials.comparing import study
from livegrad.trials.task import TASKS

SCRIPT = Path(__file__).with_name("killed_study.py")
ALL = 2 * PLAN.seeds


def stored(path: Path) -> int:
    try:
        with sqlite3.connect(path, timeout=5) as connection:
            return connection.execute("SELECT count(*) FROM trials").fetchone()[0]
    except sqlite3.OperationalError:  # not made yet
        return 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_study_goes_on(tmp_path: Path) -> None:
    path, kills = tmp_path / "trials.db", 0
    for least in (64, 512):
        with subprocess.Popen([sys.executable, str(SCRIPT), str(path)]) as child:
            until = time.monotonic() + 60
            while stored(path) < least and child.poll() is None and time.monotonic() < until:
                time.sleep(0.002)
            kills += child.poll() is None
            child.kill()
        assert stored(path) >= least
    done = stored(path)
    assert kills
    data = TASKS.find("moons").make(0, 120)
    resumed = study(PLAN, data, store=path)
    assert resumed.network_steps == (ALL - done) * PLAN.steps
    assert stored(path) == ALL
    afresh = study(PLAN, data)
    assert [p.mean for p in resumed.ranking.places] == [p.mean for p in afresh.ranking.places]
    by_key = {outcome.key: outcome.loss for _, outcome in afresh.trials}
    assert all(by_key[outcome.key] == outcome.loss for _, outcome in resumed.trials)
