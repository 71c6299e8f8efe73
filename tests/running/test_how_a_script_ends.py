"""Exceptions, exits and interruptions: the script's own words, code and traceback, with no line of livegrad's."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
from running.starting import (
    LIVEGRAD,
    SMALL,
    Ended,
    environment,
    recorded,
    side_by_side,
    watched,
    write,
)

CAUGHT = """
import json, sys, traceback

def scripted(): torch.jit.script(nn.CrossEntropyLoss())
def shapes(): F.cross_entropy(net()(x), y[:5])
def twice():
    loss = F.cross_entropy(net()(x), y); loss.backward(); loss.backward()
def empty(): torch.optim.SGD([], lr=0.1)
def save(): torch.save(net(), "/nowhere/x.pt")
def seed(): torch.manual_seed("a")
def own():
    try: 1 / 0
    except ZeroDivisionError as error: raise RuntimeError("of its own") from error
def inside_forward(): Failing(ValueError("inside"))(x)

class Failing(nn.Module):
    def __init__(self, error):
        super().__init__(); self.first = nn.Linear(8, 2); self.error = error
    def forward(self, x):
        y = torch.relu(self.first(x))
        if self.error is not None: raise self.error
        return y

traces = {}
for case in (shapes, twice, empty, save, seed, own, inside_forward):
    try: case()
    except Exception: traces[case.__name__] = traceback.format_exc()
print("TRACES " + json.dumps(traces))
balance = {}
for error in (ValueError("v"), KeyboardInterrupt(), SystemExit(7)):
    model = Failing(error); optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    try: train(model, optimizer)
    except BaseException as seen: assert seen is error
    balance[type(error).__name__] = torch._C._len_torch_function_stack()
    model.error = None; train(model, optimizer)
print("BALANCE " + json.dumps(balance))
train(net(), torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1), steps=1)
sys.exit("a message")
"""
RAISES = """
model = net(); train(model, torch.optim.Adam(model.parameters(), lr=0.02))
class Leaving(nn.Module):
    def __init__(self): super().__init__(); self.inner = net()
    def forward(self, x):
        self.inner(x)
        raise ExceptionGroup("several", [ValueError(1), KeyError("two")])
leaving = Leaving()
train(leaving, torch.optim.SGD(leaving.parameters(), lr=0.1))
"""
LEAVES = """
import os, sys
class Leaving(nn.Module):
    def __init__(self): super().__init__(); self.inner = net(); self.calls = 0
    def forward(self, x):
        self.calls += 1
        if self.calls > 30: sys.exit(3) if "-hard" not in sys.argv else os._exit(0)
        return self.inner(x)
leaving = Leaving()
train(leaving, torch.optim.SGD(leaving.parameters(), lr=0.1))
"""
WAITS = """
import sys
model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
z = torch.zeros(128, dtype=torch.long)
for step in range(10**6):
    optimizer.zero_grad()
    F.cross_entropy(model(x), z).backward()
    optimizer.step()
    if step == 6000: print("READY", flush=True)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ends")
    for name in ("CAUGHT", "RAISES", "LEAVES", "WAITS"):
        write(folder, f"{name.lower()}.py", SMALL, globals()[name])
    return folder


@pytest.fixture(scope="module")
def caught(folder: Path) -> tuple[Ended, Ended]:
    return side_by_side(folder, "caught.py")


WRAPPED = pytest.mark.xfail(
    strict=True, reason="a frame of our wrapper stands in the script's traceback"
)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param("shapes", marks=WRAPPED),
        pytest.param("twice", marks=WRAPPED),
        pytest.param("empty", marks=WRAPPED),
        pytest.param("save", marks=WRAPPED),
        pytest.param("seed", marks=WRAPPED),
        "own",
        "inside_forward",
    ],
)
def test_a_caught_exception_has_its_own_traceback(caught: tuple[Ended, Ended], case: str) -> None:
    bare, seen = (ended.said("TRACES")[case] for ended in caught)
    assert seen == bare


def test_nothing_stays_behind_after_an_exception_in_forward(caught: tuple[Ended, Ended]) -> None:
    assert caught[1].said("BALANCE")["ValueError"] == 0


@pytest.mark.xfail(
    strict=True,
    reason="PyTorch runs always_call hooks after Exception only: the function mode stays after Ctrl-C in forward",
)
@pytest.mark.parametrize("error", ["KeyboardInterrupt", "SystemExit"])
def test_nothing_stays_behind_after_an_interruption_in_forward(
    caught: tuple[Ended, Ended], error: str
) -> None:
    assert caught[1].said("BALANCE")[error] == 0


def test_a_message_of_sys_exit_is_shown_and_its_code_passed_on(caught: tuple[Ended, Ended]) -> None:
    bare, seen = caught
    assert (seen.code, bare.code) == (1, 1)
    assert "a message" in seen.err.splitlines()


def test_training_after_an_exception_is_observed(caught: tuple[Ended, Ended]) -> None:
    trainings = caught[1].recording["trainings"]
    assert [t["steps"] for t in trainings if "Failing" in t["model"]] == [40, 40, 40]


def test_an_uncaught_exception_ends_as_in_python(folder: Path) -> None:
    bare, seen = side_by_side(folder, "raises.py")
    assert (seen.code, bare.code) == (1, 1)
    assert own_lines(seen.err, folder) == own_lines(bare.err, folder)
    assert len(own_lines(seen.err, folder)) == 3
    assert "livegrad" not in seen.err
    assert seen.err.splitlines()[-6:] == bare.err.splitlines()[-6:]
    assert "ExceptionGroup" in seen.out


def own_lines(trace: str, folder: Path) -> list[str]:
    """The frames in the script's own file; PyTorch's differ where global hooks are installed."""
    return [line for line in trace.splitlines() if str(folder) in line]


def test_sys_exit_in_the_middle_of_a_forward_pass(folder: Path) -> None:
    ended = recorded(folder, "leaves.py")
    assert ended.code == 3
    assert ended.recording["exit_code"] == 3
    assert ended.recording["trainings"][0]["steps"] == 30
    assert "Traceback" not in ended.err


def test_a_killed_process_is_not_observed_and_said_in_one_sentence(folder: Path) -> None:
    ended = watched(folder, "leaves.py", "-hard")
    assert ended.code == 3
    assert len(re.findall("livegrad: ", ended.err)) == 1
    assert "os._exit" in ended.err
    assert "Traceback" not in ended.err


@pytest.fixture(scope="module")
def interrupted(folder: Path) -> Ended:
    with subprocess.Popen(
        [str(LIVEGRAD), "run", "--no-report", "--record", "record.json", "waits.py"],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("READY"):
                break
        os.killpg(process.pid, signal.SIGINT)
        rest = process.stdout.read()
    return Ended(process.returncode, rest, "".join(said), folder)


def test_ctrl_c_still_prints_the_diagnosis(interrupted: Ended) -> None:
    assert interrupted.code == 130
    assert "wrong-output-activation" in interrupted.out
    assert "Traceback" not in interrupted.out
    assert interrupted.recording["interrupted"]
    assert interrupted.recording["trainings"][0]["steps"] > 6000


def test_certain_findings_are_told_while_the_script_runs(interrupted: Ended) -> None:
    assert "wrong-output-activation" in interrupted.err
    assert interrupted.err.count("livegrad · wrong-output-activation") == 1


def test_a_package_that_cannot_be_imported_says_why(folder: Path) -> None:
    write(folder, "pack/__init__.py", "import no_such_library")
    write(folder, "pack/__main__.py", "")
    ended = watched(folder, "-m", "pack")
    assert "No module named 'no_such_library'" in ended.err
    assert "livegrad/" not in ended.err
    assert ended.code == 1
