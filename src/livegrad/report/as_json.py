"""The report as JSON: everything in it, the findings both nested and flat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from livegrad.diagnosis.finding import Finding
from livegrad.records import to_jsonable
from livegrad.report.facts import Report
from livegrad.report.outcome import outcome


def to_json(report: Report) -> dict[str, Any]:
    """Return the report as plain JSON values, read back by `livegrad.records`.

    Beside the fields of `Report` it holds what a program wants without searching: ``outcome``
    (one word), ``headline``, ``score`` before and after, and ``findings``, one flat list in the
    order of reading; each says its ``training`` (from 0), and ``explained_by``, the index of its
    cause in the same list or ``None``. Infinities and NaN are strings.

    Example:
        >>> from livegrad.observation.evidence import Recording
        >>> nothing = Report(command="", recording=Recording(script="train.py"), diagnoses=())
        >>> found = to_json(nothing)
        >>> found["outcome"], found["findings"], found["schema_version"]
        ('unseen', [], 1)
    """
    said = outcome(report)
    facts = to_jsonable(report)
    return {
        "schema_version": facts.pop("schema_version"),
        "outcome": said.kind,
        "headline": to_jsonable(said.headline),
        "score": {"before": _value(said.before), "after": _value(said.after)},
        "findings": flat(report),
        **facts,
    }


def flat(report: Report) -> list[dict[str, Any]]:
    """Return all findings of all trainings in one list, causes before what they explain."""
    rows: list[dict[str, Any]] = []
    for training, diagnosis in enumerate(report.diagnoses):
        for finding in diagnosis.findings:
            _append(rows, finding, training=training, explained_by=None)
    return rows


def _append(
    rows: list[dict[str, Any]], finding: Finding, *, training: int, explained_by: int | None
) -> None:
    place = len(rows)
    rows.append({"training": training, "explained_by": explained_by, **dict(_fields(finding))})
    for consequence in finding.consequences:
        _append(rows, consequence, training=training, explained_by=place)


def _fields(finding: Finding) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in to_jsonable(finding).items() if name != "consequences")


def _value(score: Any) -> Any:
    return None if score is None else to_jsonable(score.value)
