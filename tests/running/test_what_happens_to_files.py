"""``--treat`` runs the script again and again; in the end the user's files are as the user's own run left them."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from running.starting import LIVEGRAD, STUCK, Ended, environment, plain, watched, write

BEGINS = """
import hashlib, json, multiprocessing, os, shutil, subprocess, sys
from pathlib import Path
import numpy as np
start = {name: Path(name).exists() for name in ("stamp.txt", "checkpoint.pt", "out", "runs")}
start["count"] = Path("count.txt").read_text()
Path("start.json").write_text(json.dumps(start))
"""
TRAINS = """
schedule = torch.optim.lr_scheduler.StepLR(optimizer, 100, 0.5)
first = torch.load("checkpoint.pt")["step"] if os.path.exists("checkpoint.pt") else 0
seen = hashlib.sha256()
for step in range(first, first + 240):
    chosen = torch.randint(0, 300, (48,)); noise = np.random.rand(3)
    seen.update(chosen.numpy().tobytes() + noise.tobytes())
    optimizer.zero_grad(); loss = cross_entropy(model(x[chosen]), y[chosen]); loss.backward(); optimizer.step(); schedule.step()
with torch.no_grad():
    accuracy = (model(x).argmax(1) == y).float().mean().item()
cured = accuracy > 0.6
"""
WRITES = """
os.makedirs("out"); os.makedirs("a/b/c", exist_ok=True)
with open("log.txt", "a") as log: log.write(f"accuracy {accuracy:.3f} from {first}\\n")
torch.save({"step": first + 240}, "checkpoint.pt"); torch.save(model.state_dict(), Path("out") / "model.pt")
np.save("out/predictions.npy", model(x).detach().numpy())
json.dump({"accuracy": accuracy, "rates": [schedule.get_last_lr()[0], optimizer.param_groups[0]["lr"]]}, open("result.json", "w"))
Path("batches.txt").write_text(seen.hexdigest())
Path("a/b/c/deep.txt").write_text(str(accuracy))
Path("half.txt").write_text(str(accuracy)); os.replace("half.txt", "whole.txt")
Path("half.txt").write_text(str(accuracy)); Path("half.txt").rename(Path("moved.txt"))
file = os.open("low.bin", os.O_WRONLY | os.O_CREAT | os.O_TRUNC); os.write(file, str(accuracy).encode()); os.close(file)
count = int(Path("count.txt").read_text())
with open("count.txt", "r+") as file: file.write(str(count + 1))
Path("../neighbour.txt").write_text(str(accuracy))
"""
HIDDEN = """
with open(b"bytes.txt", "a") as file: file.write(str(cured))
subprocess.run(["sh", "-c", f"echo {cured} >> shell.txt"])
def work(): open("worker.txt", "a").write(str(cured))
worker = multiprocessing.get_context("fork").Process(target=work); worker.start(); worker.join()
torch.jit.save(torch.jit.trace(model, x), "traced.pt")
"""
REMOVES = """
if os.path.exists("stamp.txt"): os.remove("stamp.txt")
if os.path.isdir("runs"): shutil.rmtree("runs")
"""
BETTER = """
if cured: Path("best.txt").write_text("of a treated run")
if cured: Path(f"accuracy_{accuracy:.2f}.txt").write_text("of a treated run"); os.makedirs("only_cured/inner")
"""
FAILS = """
if cured: raise RuntimeError("a crash of the treated run")
"""


def precious(folder: Path) -> Path:
    """What lay in the folder before."""
    folder.mkdir(parents=True)
    for name, text in {
        "log.txt": "old\n",
        "best.txt": "precious",
        "count.txt": "5",
        "stamp.txt": "s",
        "runs/old.txt": "o",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    write(folder, "script.py", BEGINS, STUCK, TRAINS, REMOVES, WRITES, HIDDEN, BETTER, FAILS)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but livegrad's own."""
    skipped = ("livegrad-files", ".scratch", "__pycache__")
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and not any(part in skipped for part in p.parts)
    }


@pytest.fixture(scope="module")
def raced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Ended]:
    """(the user's folder after a bare run, after a treated one, what was said); each treated run crashes at its end."""
    root = tmp_path_factory.mktemp("files")
    bare, mine = precious(root / "bare" / "in"), precious(root / "mine" / "in")
    assert plain(bare, "script.py").code == 0
    return bare, mine, watched(mine, "--treat", "--budget", "1s", "script.py")


VISIBLE = (
    "log.txt", "checkpoint.pt", "out/model.pt", "out/predictions.npy", "result.json", "a/b/c/deep.txt",
    "whole.txt", "moved.txt", "low.bin", "count.txt", "start.json", "../neighbour.txt", "script.py",
)  # fmt: skip


@pytest.mark.parametrize("name", VISIBLE)
def test_a_file_is_as_the_users_own_run_left_it(raced: tuple[Path, Path, Ended], name: str) -> None:
    bare, mine, _ = raced
    assert (mine / name).read_bytes() == (bare / name).read_bytes()


@pytest.mark.parametrize(
    "name",
    ["bytes.txt", "shell.txt", "worker.txt", "traced.pt"],
)
@pytest.mark.filterwarnings("ignore:.*torch.jit.*deprecated:DeprecationWarning")
def test_a_file_written_past_pythons_open_is_kept_too(
    raced: tuple[Path, Path, Ended], name: str
) -> None:
    bare, mine, _ = raced
    if name == "traced.pt":
        import torch

        old, new = (torch.jit.load(str(folder / name)).state_dict() for folder in (bare, mine))
        assert all(torch.equal(old[k], new[k]) for k in old)
    else:
        assert (mine / name).read_bytes() == (bare / name).read_bytes()


def test_a_file_that_only_a_treated_run_writes_over_is_not_lost(
    raced: tuple[Path, Path, Ended],
) -> None:
    assert (raced[1] / "best.txt").read_text() == "precious"


def test_files_that_only_a_treated_run_makes_are_kept_apart(
    raced: tuple[Path, Path, Ended],
) -> None:
    bare, mine, _ = raced
    assert set(contents(mine)) == set(contents(bare))


def test_every_treated_run_is_kept_apart_and_had_the_same_batches(
    raced: tuple[Path, Path, Ended],
) -> None:
    _, mine, _ = raced
    kept = sorted((mine / "livegrad-files").glob("[0-9]-*"))
    assert kept
    for run in kept:
        assert (run / "batches.txt").read_text() == (mine / "batches.txt").read_text()
        assert "accuracy" in (run / "log.txt").read_text().splitlines()[-1]
        assert (run / "log.txt").read_text().splitlines()[0] == "old"
        assert (run / "count.txt").read_text() == "6"


def test_every_treated_run_starts_from_the_same_files(raced: tuple[Path, Path, Ended]) -> None:
    bare, mine, _ = raced
    for run in (mine / "livegrad-files").glob("[0-9]-*"):
        assert (run / "start.json").read_bytes() == (bare / "start.json").read_bytes()


def test_no_empty_folders_are_left_behind(raced: tuple[Path, Path, Ended]) -> None:
    assert not (raced[1] / "livegrad-files" / "first-run").exists()


def test_the_crash_of_a_treated_run_is_said(raced: tuple[Path, Path, Ended]) -> None:
    ended = raced[2]
    assert "RuntimeError: a crash of the treated run" in " ".join(ended.out.split())
    assert "Traceback" not in ended.err
    assert ended.code == 1


@pytest.mark.slow
def test_a_working_folder_inside_the_temporary_one(tmp_path: Path) -> None:
    write(tmp_path, "script.py", STUCK, "import os, hashlib", TRAINS.replace("np.random.rand(3)", "torch.ones(1).numpy()"),
          'open("log.txt", "a").write(f"{first}\\n"); torch.save({"step": 240}, "checkpoint.pt")')  # fmt: skip
    watched(tmp_path, "--treat", "--budget", "1s", "script.py", TMPDIR=str(tmp_path.parent))
    assert (tmp_path / "log.txt").read_text() == "0\n"


@pytest.mark.slow
def text_of(path: Path) -> str:
    """Return what a file holds, nothing while it is being put aside."""
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""


def test_ended_by_the_system_in_the_middle_of_a_treated_run(tmp_path: Path) -> None:
    write(tmp_path, "script.py", STUCK, "import os, hashlib, time", TRAINS.replace("np.random.rand(3)", "torch.ones(1).numpy()"),
          'open("log.txt", "w").write("user" if not cured else "treated")', "if cured: time.sleep(2)",
          'open("log.txt", "w").write("user" if not cured else "treated to its end")')  # fmt: skip
    with subprocess.Popen(
        [str(LIVEGRAD), "run", "--no-report", "--treat", "script.py"],
        cwd=tmp_path,
        env=environment(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "1" in line and "livegrad" in line:
                break
        deadline = time.monotonic() + 60
        log = tmp_path / "log.txt"
        while time.monotonic() < deadline and "treated" not in text_of(log):
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGTERM)
        process.wait(30)
    time.sleep(3)
    assert log.read_text() == "user"
    shutil.rmtree(tmp_path / "livegrad-files", ignore_errors=True)
