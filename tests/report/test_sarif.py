"""SARIF: its required properties, GitHub's limits, stable fingerprints, and lines that are the right ones."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest
from report import specimens

from livegrad.codes import CODES
from livegrad.diagnosis.engine import RULES
from livegrad.observation.evidence import Source
from livegrad.report.facts import Report
from livegrad.report.sarif import to_sarif
from livegrad.report.sarif_rules import help_uri

LEVELS = {"none", "note", "warning", "error"}
LONGEST_TEXT = 1024
"""GitHub cuts the short descriptions of rules beyond so many characters."""


def message(told: Any) -> None:
    assert isinstance(told["text"], str)
    assert told["text"]


def location(told: dict[str, Any]) -> None:
    artifact = told["physicalLocation"]["artifactLocation"]
    parsed = urlparse(artifact["uri"])
    assert not re.search(r"[\s<>\"{}|\\^`]", artifact["uri"])
    if artifact.get("uriBaseId") == "%SRCROOT%":
        assert (parsed.scheme, parsed.netloc) == ("", "")
        assert not parsed.path.startswith("/")
    else:
        assert parsed.scheme == "file"
    assert told["physicalLocation"]["region"]["startLine"] >= 1
    for logical in told["logicalLocations"]:
        assert logical["fullyQualifiedName"]


def rule(told: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", told["id"]) or told["id"] not in CODES
    message(told["shortDescription"])
    assert len(told["shortDescription"]["text"]) <= LONGEST_TEXT
    assert told["defaultConfiguration"]["level"] in LEVELS
    if told["id"] in RULES:
        message(told["fullDescription"])
        message(told["help"])
        assert told["help"]["markdown"]
    if "helpUri" in told:
        assert urlparse(told["helpUri"]).scheme == "https"


def result(told: dict[str, Any], rules: list[dict[str, Any]]) -> None:
    assert told["ruleId"] == rules[told["ruleIndex"]]["id"]
    assert told["level"] in LEVELS
    assert told["kind"] == "fail"
    message(told["message"])
    assert len(told["locations"]) == 1
    location(told["locations"][0])
    for number, related in enumerate(told["relatedLocations"], 1):
        assert related["id"] == number
        message(related["message"])
        location(related)
    assert all(isinstance(value, str) for value in told["partialFingerprints"].values())


def valid(log: dict[str, Any]) -> dict[str, Any]:
    """Check what SARIF 2.1.0 requires of every object that is written, and return the only run."""
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "livegrad"
    names = [each["id"] for each in driver["rules"]]
    assert len(names) == len(set(names))
    for each in driver["rules"]:
        rule(each)
    for each in run["results"]:
        result(each, driver["rules"])
    for invocation in run["invocations"]:
        assert isinstance(invocation["executionSuccessful"], bool)
        assert isinstance(invocation["exitCode"], int)
        for told in invocation["toolExecutionNotifications"]:
            assert told["level"] in LEVELS
            message(told["message"])
    assert re.fullmatch("[a-z]{2}", run["language"])
    marks = [each["partialFingerprints"]["livegrad/v1"] for each in run["results"]]
    assert len(marks) == len(set(marks))
    return run


def placed(report: Report, *sources: Source) -> Report:
    """Return a report whose trainings know where their places are made."""
    diagnoses = tuple(
        replace(d, evidence=replace(d.evidence, sources=sources)) for d in report.diagnoses
    )
    return replace(report, diagnoses=diagnoses)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", specimens.ALL)
def test_every_report_is_a_valid_log(name: str, language: str) -> None:
    report = specimens.ALL[name]()
    written = json.dumps(to_sarif(report, "ko" if language == "ko" else "en"), allow_nan=False)
    run = valid(json.loads(written))
    assert run["language"] == language
    assert len(run["results"]) == sum(len(d.findings) for d in report.diagnoses)


def test_a_finding_stands_at_the_line_that_makes_its_place() -> None:
    report = placed(
        specimens.sick(),
        Source(place="", file="net/model.py", line=3),
        Source(place="0", file="net/model.py", line=7),
        Source(place="2", file="net/model 2.py", line=9),
    )
    (found,) = valid(to_sarif(report, "en"))["results"]
    where = found["locations"][0]["physicalLocation"]
    assert where["artifactLocation"] == {"uri": "net/model.py", "uriBaseId": "%SRCROOT%"}
    assert where["region"] == {"startLine": 7}
    assert (found["ruleId"], found["level"]) == ("vanishing-gradient", "error")
    assert found["message"]["text"].startswith(specimens.VANISHING.seen.en)


def test_a_consequence_is_a_related_location_of_its_cause() -> None:
    place = specimens.VANISHING.consequences[0].place
    report = placed(specimens.sick(), Source(place=place, file="net/a b.py", line=9))
    (found,) = valid(to_sarif(report, "en"))["results"]
    (related,) = found["relatedLocations"]
    assert "saturation" in related["message"]["text"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "net/a%20b.py"
    assert related["physicalLocation"]["region"]["startLine"] == 9


def test_a_place_without_a_line_stands_at_the_script() -> None:
    (found,) = valid(to_sarif(specimens.sick(), "en"))["results"]
    where = found["locations"][0]["physicalLocation"]
    assert where["artifactLocation"]["uri"] == "train.py"
    assert where["region"]["startLine"] == 1


def test_the_script_of_a_check_and_of_a_module_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "train.py").write_text("")
    for given, file in (
        ("train.py:build", "train.py"),
        ("pack.train", "pack/train.py"),
        (str(tmp_path / "pack" / "train.py"), "pack/train.py"),
    ):
        sick = specimens.sick()
        report = replace(sick, recording=replace(sick.recording, script=given))
        (found,) = valid(to_sarif(report, "en"))["results"]
        where = found["locations"][0]["physicalLocation"]["artifactLocation"]
        assert where == {"uri": file, "uriBaseId": "%SRCROOT%"}


def test_a_file_outside_of_the_working_folder_keeps_its_whole_name() -> None:
    outside = placed(specimens.sick(), Source(place="", file="/elsewhere/net.py", line=2))
    (found,) = valid(to_sarif(outside, "en"))["results"]
    where = found["locations"][0]["physicalLocation"]["artifactLocation"]
    assert where == {"uri": "file:///elsewhere/net.py"}


def marks(report: Report) -> list[str]:
    return [
        r["partialFingerprints"]["livegrad/v1"]
        for r in to_sarif(report, "en")["runs"][0]["results"]
    ]


def test_a_fingerprint_stays_when_lines_and_numbers_move_and_differs_by_place() -> None:
    report = specimens.sick()
    (mark,) = marks(report)
    moved = placed(report, Source(place="", file="train.py", line=99))
    (finding,) = report.diagnoses[0].findings
    said = replace(finding, seen=specimens.GOOD_STATE, evidence={"decades": -3.0})
    elsewhere = replace(finding, place="4")
    assert marks(moved) == [mark]
    for other, same in ((said, True), (elsewhere, False)):
        diagnosis = replace(report.diagnoses[0], findings=(other,))
        assert (marks(replace(report, diagnoses=(diagnosis,))) == [mark]) is same
    twice = replace(report.diagnoses[0], findings=(finding, finding))
    assert len(set(marks(replace(report, diagnoses=(twice,))))) == 2


@pytest.mark.parametrize("name", ["unknown", "unseen", "compiled"])
def test_what_no_finding_says_is_a_notification(name: str) -> None:
    (invocation,) = valid(to_sarif(specimens.ALL[name](), "en"))["invocations"]
    assert invocation["toolExecutionNotifications"]


def test_a_healthy_run_has_neither_results_nor_notifications() -> None:
    run = valid(to_sarif(specimens.healthy(), "en"))
    assert run["results"] == []
    assert run["invocations"][0]["toolExecutionNotifications"] == []


def test_every_rule_is_described_and_leads_to_what_it_refers_to() -> None:
    rules = valid(to_sarif(specimens.healthy(), "en"))["tool"]["driver"]["rules"]
    assert {each["id"] for each in rules} == set(RULES)
    assert sum("helpUri" in each for each in rules) >= len(rules) // 3
    assert help_uri("Hochreiter 1991; Schoenholz et al. 2017 (arXiv:1611.01232).") == (
        "https://arxiv.org/abs/1611.01232"
    )
    assert help_uri("pytorch/pytorch#117758: hooks") == (
        "https://github.com/pytorch/pytorch/issues/117758"
    )
    assert help_uri("Algebra: W2(W1 x + b1).") is None
