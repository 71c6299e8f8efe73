"""The race of a script's cures: short runs that end in the middle, and a race that is taken up again after Ctrl-C."""

import json
import os
from pathlib import Path

import pytest
from running.starting import STUCK, watched, write

from livegrad import running, script_race
from livegrad.observation.files import unheard
from livegrad.running import Request
from livegrad.treatment.memory import FILE
from livegrad.treatment.prescription import prescribe
from livegrad.treatment.race import Race

COUNTS = """
import os, subprocess
subprocess.run(["sh", "-c", f"echo run >> {os.environ['COUNT']}"], check=True)  # a file that livegrad does not hear of
runs = len(open(os.environ["COUNT"]).readlines())
"""
TRAINS = """
for step in range(200):
    optimizer.zero_grad(); loss = cross_entropy(model(x), y); loss.backward(); optimizer.step()
    if str(runs) == os.environ.get("STOP") and step == 50: raise KeyboardInterrupt
subprocess.run(["sh", "-c", f"echo end >> {os.environ['COUNT']}.ends"], check=True)
"""
NO_CURE = """
known = cross_entropy
def cross_entropy(scores, _):
    return known(scores, torch.randint(0, 4, (300,)))  # new labels each time: there is nothing to learn
"""


@pytest.fixture
def count(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch) -> Path:
    """Where the script counts its runs; the working folder is another."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path_factory.mktemp("count") / "runs"
    monkeypatch.setenv("COUNT", str(file))
    return file


def test_the_short_runs_of_a_long_script_end_in_the_middle_of_its_training(
    count, tmp_path, monkeypatch
):
    monkeypatch.setattr(script_race, "LONG", 0.0)
    monkeypatch.setattr(script_race, "prescribe", lambda ill: prescribe(ill)[:5])
    monkeypatch.setattr(script_race, "last_resort", lambda _: ())
    monkeypatch.setattr(Race, "_search_rates", lambda _: None)
    script = write(tmp_path, "train.py", COUNTS, STUCK, NO_CURE, TRAINS)
    result = running.run(Request(script=str(script), treat=True, seeds=1, budget=1000))
    assert result.proof is not None
    shares = [runner.share for runner in result.proof.races]
    assert sorted(shares) == [0.25, 0.25, 1.0, 1.0, 1.0]
    for runner in result.proof.races:
        assert runner.evidence is not None
        assert runner.evidence.steps == round(200 * runner.share)
        assert not runner.evidence.interrupted
        assert (runner.against is not None) == (runner.share < 1)
    runs, ends = (len(Path(f"{count}{part}").read_text().splitlines()) for part in ("", ".ends"))
    assert (runs, result.proof.runs) == (9, 8)
    assert ends == 4


def test_an_interrupted_race_is_taken_up_where_it_was(count, tmp_path):
    write(tmp_path, "train.py", COUNTS, STUCK, NO_CURE, TRAINS)
    command = ("--treat", "--seeds", "1", "--json", "out.json", "train.py")
    first = watched(tmp_path, "--budget", "1000", *command, COUNT=str(count), STOP="4")
    assert "goes on from there" in " ".join(first.out.split()), first.out + first.err
    assert "16 min 40 s at most" in " ".join(first.err.split()), (
        "how long it may take is said first"
    )
    assert len(json.loads((tmp_path / FILE).read_text())["runs"]) == 2
    assert len(count.read_text().splitlines()) == 4
    second = watched(tmp_path, "--budget", "0.01", *command, COUNT=str(count))
    told = json.loads((tmp_path / "out.json").read_text())
    assert len(told["proof"]["races"]) == 1, second.err
    assert len(count.read_text().splitlines()) == 5, "the first cure was run again"
    assert not (tmp_path / FILE).exists()


def test_a_file_that_our_own_output_goes_to_is_none_of_the_scripts(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    own, other = tmp_path / "run.log", tmp_path / "made.txt"
    with own.open("w") as log, capfd.disabled():
        saved = os.dup(1)
        os.dup2(log.fileno(), 1)
        try:
            other.write_text("a")
            found = unheard(0.0, ())
        finally:
            os.dup2(saved, 1)
            os.close(saved)
    assert [Path(w.path).name for w in found] == ["made.txt"]


def test_the_cured_network_of_a_script_is_scored_without_its_bends(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trains = TRAINS.replace("subprocess", "# subprocess").replace("str(runs)", "''")
    saves = "\ntorch.save(model, 'model.pt')\n"
    script = write(tmp_path, "train.py", "import os\n", STUCK, trains, saves)
    result = running.run(Request(script=str(script), treat=True, seeds=1, budget=1000))
    assert result.proof is not None
    after = result.proof.after
    assert after is not None
    assert after.whole is not None
    assert after.linear is not None
    assert after.whole.value > 0.8
    assert after.linear.value <= after.whole.value
    assert Path("model.pt").exists()
