"""Trials on a pool of processes: the outcomes of one process, whatever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from trials import jobs
from trials.jobs import Pretended
from trials.stored import facts
from trials.writer import run

from livegrad.errors import BadInput
from livegrad.trials.pool import sendable, train_models
from livegrad.trials.running import Progress
from livegrad.trials.trial import Outcome, Recipe, Trial


def trials(seeds: int = 4, steps: int = 20) -> list[Trial]:
    recipe = Recipe(activation="relu", steps=steps)
    return [Trial(recipe=recipe, seed=seed, data="moons-1f00") for seed in range(seeds)]


def told_of(parts: Iterator[list[tuple[Trial, Outcome]]]) -> dict[str, object]:
    """Return the facts of each outcome by its key, once it is sure that each came once."""
    pairs = [pair for part in parts for pair in part]
    assert all(trial.key == outcome.key for trial, outcome in pairs)
    assert len({trial.key for trial, _ in pairs}) == len(pairs)
    return {outcome.key: facts(outcome) for _, outcome in pairs}


EXPECTED = {trial.key: facts(run(trial)) for trial in trials()}


def test_a_killed_worker_costs_no_model(tmp_path: Path) -> None:
    mark, seen = tmp_path / "killed", list[Progress]()

    def told(progress: Progress) -> None:
        seen.append(progress)

    parts = train_models(trials(), Pretended(kills=(1,), mark=str(mark)), workers=2, told=told)
    assert told_of(parts) == EXPECTED
    assert int(mark.read_text()) != os.getpid()
    assert (seen[-1].done, seen[-1].total) == (80, 80)


def test_a_model_that_kills_every_worker_is_given_up_after_the_others_are_done() -> None:
    found = dict[str, object]()
    parts = train_models(trials(), Pretended(kills=(3,)), workers=2)
    with pytest.raises(BadInput, match=r"'relu' from seed 3 lost 3 worker processes"):
        found.update((outcome.key, facts(outcome)) for part in parts for _, outcome in part)
    assert found.items() <= EXPECTED.items()
    assert len(found) >= 2


def test_a_sentence_raised_in_a_worker_arrives_as_it_is() -> None:
    with pytest.raises(BadInput, match=r"^seed 1 is not possible$"):
        told_of(train_models(trials(), Pretended(fails=(1,)), workers=2))


def test_workers_stop_within_a_step_when_told() -> None:
    def told(progress: Progress) -> bool:
        return progress.done < 5

    assert not told_of(train_models(trials(2, 10**9), Pretended(), workers=2, told=told))


def test_leaving_the_loop_stops_the_workers() -> None:
    given = [*trials(1), *trials(2, 10**9)[1:]]
    parts = train_models(given, Pretended(), workers=2)
    assert [outcome.key for _, outcome in next(parts)] == [given[0].key]
    parts.close()  # type: ignore[attr-defined] - returns once both processes have ended


def test_this_process_tells_and_stops_too() -> None:
    seen = list[int]()

    def told(progress: Progress) -> bool:
        seen.append(progress.done)
        return progress.done < 30

    assert len(told_of(train_models(trials(), Pretended(), workers=1, told=told))) == 1
    assert seen == [*range(20), 20, *range(20, 31)]


def test_in_this_process_the_outcomes_are_the_same() -> None:
    assert told_of(train_models(trials(), Pretended(), workers=1)) == EXPECTED


def test_no_trials_need_no_process() -> None:
    assert list(train_models([], Pretended(), workers=2)) == []


def test_what_other_processes_cannot_import_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sendable(Pretended())
    assert not sendable(SimpleNamespace(trained=lambda *_: None))
    monkeypatch.setattr(Pretended, "__module__", "__main__")
    for main, sent in ((SimpleNamespace(__file__="script.py"), True), (SimpleNamespace(), False)):
        main.Pretended = Pretended
        monkeypatch.setitem(sys.modules, "__main__", main)  # type: ignore[arg-type]
        assert sendable(Pretended()) is sent


def test_a_job_that_a_worker_cannot_import_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hidden_module", jobs)
    monkeypatch.setattr(Pretended, "__module__", "hidden_module")
    with pytest.raises(
        BadInput, match=r"cannot load .* No module named 'hidden_module'\. Put build"
    ):
        told_of(train_models(trials(), Pretended(), workers=2))


SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
from trials.jobs import Pretended
from trials.test_pool import trials
from livegrad.errors import BadInput
from livegrad.trials.pool import train_models

class Own(Pretended):
    pass

{guard}
    try:
        print(len(list(train_models(trials(), Own(), workers=2))))
    except BadInput as error:
        print(error.text.en)
"""


@pytest.mark.parametrize(
    ("guard", "said"),
    [('if __name__ == "__main__":', "4"), ("if True:", "under if __name__ == '__main__'")],
)
def test_a_script_needs_its_guard_and_is_told_so(tmp_path: Path, guard: str, said: str) -> None:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT.format(guard=guard, folder=str(Path(__file__).parents[1])))
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=True)
    assert said in done.stdout.splitlines()[-1]


LONG = """
import sys
sys.path.insert(0, {folder!r})
from multiprocessing import active_children
from trials.jobs import Pretended
from trials.test_pool import trials
from livegrad.trials.pool import train_models

if __name__ == "__main__":
    def told(progress):
        if progress.done and progress.done != told.before:
            told.before = progress.done
            print(*(child.pid for child in active_children()), flush=True)
    told.before = 0
    list(train_models(trials(2, 10**9), Pretended(), workers=2, told=told))
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux who lives")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_the_one_that_started_it(tmp_path: Path, sign: signal.Signals) -> None:
    path = tmp_path / "script.py"
    path.write_text(LONG.format(folder=str(Path(__file__).parents[1])))
    command = [sys.executable, str(path)]
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **quiet) as process:  # type: ignore[call-overload]
        children = [int(pid) for pid in process.stdout.readline().split()]
        assert len(children) == 2
        process.send_signal(sign)
    ends = time.monotonic() + 60
    while any(lives(pid) for pid in children):
        assert time.monotonic() < ends
        time.sleep(0.02)


def lives(pid: int) -> bool:
    """Tell whether a process runs: one that ended and that nobody asked about yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
