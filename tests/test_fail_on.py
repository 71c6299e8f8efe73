"""What stops a pipeline: exit codes of ``run`` and ``check`` for every ``--fail-on``, and SARIF from the command line."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest
from report import specimens

from livegrad import cli, exit_code
from livegrad.diagnosis.finding import Diagnosis
from livegrad.diagnosis.gate import FAIL_ON, require_codes, require_fail_on, stops, stops_at
from livegrad.errors import BadInput
from livegrad.report.facts import Report

ORDER = ("error", "warning", "note")
SCRIPT = """
import torch
from torch import nn
torch.set_num_threads(1)
torch.manual_seed(0)
x = torch.randn(256, 8); y = (x[:, 0] > 0).long()
layers = [nn.Linear(8, 16), nn.Sigmoid()]
for _ in range(8): layers += [nn.Linear(16, 16), nn.Sigmoid()]
model = nn.Sequential(*layers, nn.Linear(16, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
loss_fn = nn.CrossEntropyLoss()
for _ in range(60):
    optimizer.zero_grad()
    loss_fn(model(x), y).backward()
    optimizer.step()
"""
BUILD = """
from livegrad.diagnosis.engine import RULES
def sick(seed): return RULES["vanishing-gradient"].patient(seed)
"""


def with_severity(severity: str) -> Report:
    """Return a report of a training that learns, with one finding of that severity."""
    sound = specimens.healthy()
    finding = replace(specimens.VANISHING, severity=severity, consequences=())
    return replace(sound, diagnoses=(replace(sound.diagnoses[0], findings=(finding,)),))


@pytest.mark.parametrize(("severity", "fail_on"), list(itertools.product(ORDER, FAIL_ON)))
def test_a_finding_stops_from_its_severity_on(severity: str, fail_on: str) -> None:
    report = replace(with_severity(severity), fail_on=require_fail_on(fail_on))
    stopped = fail_on != "never" and ORDER.index(severity) <= ORDER.index(fail_on)
    assert exit_code.of(report) == (exit_code.FOUND if stopped else exit_code.HEALTHY)


@pytest.mark.parametrize("fail_on", FAIL_ON)
@pytest.mark.parametrize(
    ("name", "code"), [("healthy", 0), ("unseen", 3), ("compiled", 3), ("diverged", 1)]
)
def test_what_does_not_depend_on_it(name: str, code: int, fail_on: str) -> None:
    report = replace(specimens.ALL[name](), fail_on=require_fail_on(fail_on))
    assert exit_code.of(report) == code  # the diverged script failed of itself: its own code


@pytest.mark.parametrize("fail_on", FAIL_ON)
def test_a_training_that_does_not_learn_stops_even_without_a_cause(fail_on: str) -> None:
    report = replace(specimens.unknown(), fail_on=require_fail_on(fail_on))
    assert exit_code.of(report) == (0 if fail_on == "never" else 1)


def test_what_is_allowed_does_not_stop_nor_does_what_it_explains() -> None:
    sick: Diagnosis = specimens.sick().diagnoses[0]
    assert stops(sick)
    assert [f.code for f in stops_at(sick)] == ["vanishing-gradient"]
    assert not stops(sick, allow=["vanishing-gradient"])
    assert stops(sick, allow=["saturation"])


def test_a_code_or_a_severity_that_does_not_exist_is_refused() -> None:
    for wrong in (lambda: require_codes(["dead-unit"]), lambda: require_fail_on("fatal")):
        with pytest.raises(BadInput):
            wrong()


# ------------------------------------------------------------ the commands


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "train.py").write_text(SCRIPT)
    (tmp_path / "build.py").write_text(BUILD)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return tmp_path


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_run_and_check_write_sarif_and_end_as_they_are_told_to(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = ("--no-report", "--lang", "en")
    assert call("run", *quiet, "--fail-on", "never", "--sarif", "found.sarif", "train.py") == 0
    (found,) = json.loads((folder / "found.sarif").read_text("utf-8"))["runs"][0]["results"]
    where = found["locations"][0]["physicalLocation"]
    assert found["ruleId"] == "vanishing-gradient"
    assert where["artifactLocation"]["uri"] == "train.py"
    line = SCRIPT.splitlines()[where["region"]["startLine"] - 1]
    assert line.startswith("model = nn.Sequential")
    out = capsys.readouterr().out
    assert f"train.py:{where['region']['startLine']}" in out

    assert call("check", *quiet, "--json", "told.json", "--sarif", "build.py:sick") == 1
    printed = json.loads(capsys.readouterr().out)
    assert [r["ruleId"] for r in printed["runs"][0]["results"]] == ["vanishing-gradient"]
    told = json.loads((folder / "told.json").read_text("utf-8"))
    assert (told["fail_on"], told["findings"][0]["code"]) == ("warning", "vanishing-gradient")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--sarif", "--json", "build.py:sick"),
        ("--fail-on", "fatal", "build.py:sick"),
        ("--sarif", "no/where.sarif", "build.py:sick"),
    ],
    ids=" ".join,
)
def test_what_cannot_work_is_said_before_anything_runs(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert call("check", "--no-report", "--lang", "ko", *arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert any("가" <= letter <= "힣" for letter in err)
    assert sorted(path.name for path in folder.glob("*.py")) == ["build.py", "train.py"]
