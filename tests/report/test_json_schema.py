"""The form of the JSON: written down, up to date, and true of every report and of every diagnosis."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from report import specimens

from livegrad.diagnosis.finding import Diagnosis
from livegrad.errors import BadInput
from livegrad.records import to_jsonable
from livegrad.report.as_json import to_json
from livegrad.report.json_schema import SCHEMAS, diagnosis_schema, report_schema, write

QUICK = [name for name in specimens.ALL if name not in ("deep", "no_cure", "hostile")]
"""All but the largest: a hundred layers, and the same race twice more."""
FOLDER = Path(__file__).parents[2] / "docs" / "schema"


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_in_the_documentation_is_the_one_of_the_records(
    name: str, tmp_path: Path
) -> None:
    write(tmp_path)
    said = "run: python -m livegrad.report.json_schema docs/schema"
    assert (FOLDER / name).read_text("utf-8") == (tmp_path / name).read_text("utf-8"), said


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_is_a_schema_in_which_everything_is_described(name: str) -> None:
    schema = SCHEMAS[name]()
    jsonschema.Draft202012Validator.check_schema(schema)
    records = [form for form in schema["$defs"].values() if form.get("type") == "object"]
    assert len(records) > 5
    undescribed = [
        field
        for form in records
        for field, told in form["properties"].items()
        if not told.get("description")
    ]
    assert len(undescribed) < 0.15 * sum(len(form["properties"]) for form in records), undescribed


def test_every_report_has_this_form() -> None:
    checker = jsonschema.Draft202012Validator(report_schema())
    for name in QUICK:
        told = json.loads(json.dumps(to_json(specimens.ALL[name]()), allow_nan=False))
        assert [f"{name}: {e.json_path}: {e.message}" for e in checker.iter_errors(told)] == []


def test_every_diagnosis_has_this_form_and_comes_back() -> None:
    checker = jsonschema.Draft202012Validator(diagnosis_schema())
    for name in ("sick", "healthy", "recurrent", "diverged", "compiled", "empty"):
        for diagnosis in specimens.ALL[name]().diagnoses:
            told = json.loads(json.dumps(diagnosis.to_json(), allow_nan=False))
            assert list(checker.iter_errors(told)) == []
            assert to_jsonable(Diagnosis.from_json(told)) == to_jsonable(diagnosis)


def test_a_report_without_a_field_or_with_a_wrong_one_is_noticed() -> None:
    checker = jsonschema.Draft202012Validator(report_schema())
    whole = json.loads(json.dumps(to_json(specimens.sick())))
    for spoil in (
        lambda told: told.pop("outcome"),
        lambda told: told["diagnoses"][0]["evidence"].update(steps="many"),
        lambda told: told["findings"][0].update(severity="fatal"),
        lambda told: told.update(schema_version=99),
    ):
        told = json.loads(json.dumps(whole))
        spoil(told)
        assert list(checker.iter_errors(told))


def test_what_is_no_diagnosis_or_a_newer_one_is_refused_and_more_fields_are_not() -> None:
    told = specimens.sick().diagnoses[0].to_json()
    assert Diagnosis.from_json({**told, "mood": "good"}).findings[0].code == "vanishing-gradient"
    for wrong in ({}, {**told, "schema_version": told["schema_version"] + 1}):
        with pytest.raises(BadInput):
            Diagnosis.from_json(wrong)
