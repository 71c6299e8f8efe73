"""The JSON form: complete, strict, and read back."""

import json

import pytest
from report import specimens

from livegrad.records import from_jsonable, to_jsonable
from livegrad.report.as_json import to_json
from livegrad.report.facts import Report


@pytest.mark.parametrize("name", specimens.ALL)
def test_it_goes_to_a_file_and_back(name: str) -> None:
    report = specimens.ALL[name]()
    text = json.dumps(to_json(report), allow_nan=False, ensure_ascii=True)
    assert to_jsonable(from_jsonable(Report, json.loads(text))) == to_jsonable(report)


def test_findings_stand_nested_and_flat() -> None:
    made = to_json(specimens.cured())
    assert made["schema_version"] == 1
    assert (made["outcome"], made["score"]) == ("cured", {"before": 0.1133, "after": 0.9711})
    assert [(f["code"], f["training"], f["explained_by"]) for f in made["findings"]] == [
        ("vanishing-gradient", 0, None),
        ("saturation", 0, 0),
    ]
    assert "consequences" not in made["findings"][0]
    assert made["diagnoses"][0]["findings"][0]["consequences"][0]["code"] == "saturation"


def test_the_keys_are_stable() -> None:
    assert list(to_json(specimens.empty())) == [
        "schema_version", "outcome", "headline", "score", "findings",
        "command", "recording", "diagnoses", "proof", "created", "fail_on",
    ]  # fmt: skip
