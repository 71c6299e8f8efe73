"""The report as SARIF 2.1.0: what code review tools read, each finding at the line that makes its place.

The form keeps to what GitHub's code scanning takes: file names relative to the working folder, lines from 1, rules with
help, fingerprints that do not change when lines move. What no finding says (a training that does not learn without a
known cause, one that was not observed) goes into the notifications of the run: it must not look clean.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.records import to_jsonable
from livegrad.report.cases import cases
from livegrad.report.facts import Report
from livegrad.report.location import source_of
from livegrad.report.outcome import HEADLINES, case_outcome, name_of, outcome
from livegrad.report.sarif_rules import descriptors, position_of
from livegrad.report.sentences import sureness
from livegrad.text import Language, Text, join, preferred_language

__all__ = ["to_sarif"]

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT = "%SRCROOT%"
"""The working folder, by the name that code review tools know."""
FINGERPRINT = "livegrad/v1"

_UNTOLD = ("unknown", "unseen", "unjudged")
_RESULT = Text("{name} ({place}): {said}", "{name} ({place}): {said}")
_CONSEQUENCE = Text("Explained by it: {name} ({place})", "여기서 비롯된 것: {name} ({place})")


def to_sarif(report: Report, language: Language | None = None) -> dict[str, Any]:
    """Return the report as a SARIF log.

    Args:
        report: Of one ``livegrad run`` or ``check``.
        language: Of the messages; the reader's by default.

    Example:
        >>> from livegrad.observation.evidence import Recording
        >>> log = to_sarif(Report(command="", recording=Recording(script="a.py"), diagnoses=()))
        >>> log["version"], log["runs"][0]["results"]
        ('2.1.0', [])
    """
    spoken = language or preferred_language()
    codes = tuple(dict.fromkeys(f.code for d in report.diagnoses for f in d.findings))
    driver = {
        "name": "livegrad",
        "version": report.recording.versions.get("livegrad", "0"),
        "rules": descriptors(codes, spoken),
    }
    run = {
        "tool": {"driver": driver},
        "language": spoken,
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": f"livegrad/{_script(report)}"},
        "invocations": [_invocation(report, spoken)],
        "results": _results(report, codes, spoken),
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _invocation(report: Report, spoken: Language) -> dict[str, Any]:
    recording = report.recording
    told = [{"level": "warning", "message": {"text": said.say(spoken)}} for said in _untold(report)]
    return {
        "commandLine": report.command,
        "exitCode": recording.exit_code,
        "executionSuccessful": recording.exit_code == 0 and recording.failure is None,
        "toolExecutionNotifications": told,
    }


def _untold(report: Report) -> list[Text]:
    """What a reader must know though no finding says it."""
    if not report.diagnoses:
        said = outcome(report)
        return [join([said.headline, *([said.why] if said.why else [])])]
    outcomes = [case_outcome(case) for case in cases(report)]
    return [
        join([HEADLINES[one.kind], *([one.why] if one.why else [])])
        for one in outcomes
        if one.kind in _UNTOLD
    ]


def _results(report: Report, codes: tuple[str, ...], spoken: Language) -> list[dict[str, Any]]:
    met: Counter[str] = Counter()
    results = []
    for number, diagnosis in enumerate(report.diagnoses):
        for finding in diagnosis.findings:
            result = _result(finding, diagnosis, report, spoken)
            result["ruleIndex"] = position_of(finding.code, codes)
            result["properties"]["training"] = number
            mark = _fingerprint(finding, diagnosis, report)
            met[mark] += 1
            result["partialFingerprints"] = {FINGERPRINT: f"{mark}:{met[mark]}"}
            results.append(result)
    return results


def _result(
    finding: Finding, diagnosis: Diagnosis, report: Report, spoken: Language
) -> dict[str, Any]:
    return {
        "ruleId": finding.code,
        "level": finding.severity,
        "kind": "fail",
        "message": {"text": _message(finding, spoken)},
        "locations": [_location(finding, diagnosis, report)],
        "relatedLocations": [
            _location(each, diagnosis, report)
            | {"id": number, "message": {"text": _named(_CONSEQUENCE, each, spoken)}}
            for number, each in enumerate(finding.consequences, 1)
        ],
        "properties": {"confidence": finding.confidence, "evidence": _numbers(finding)},
    }


def _message(finding: Finding, spoken: Language) -> str:
    """What was seen first: a list of alerts shows the first sentence only."""
    parts = [finding.seen, *finding.causes, finding.harm, finding.advice, sureness(finding)]
    said = " ".join(p.say(spoken) for p in parts if p.say(spoken)).strip()
    return said or finding.code


def _named(template: Text, finding: Finding, spoken: Language) -> str:
    return template.fill(name=name_of(finding.code), place=finding.place).say(spoken)


def _location(finding: Finding, diagnosis: Diagnosis, report: Report) -> dict[str, Any]:
    source = source_of(finding, diagnosis.evidence)
    file, line = (source.file, max(1, source.line)) if source else (_script(report), 1)
    name = ".".join(filter(None, (diagnosis.evidence.model, finding.place)))
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(file),
            "region": {"startLine": line},
        },
        "logicalLocations": [{"fullyQualifiedName": name or "model", "kind": "member"}],
    }


def _artifact(file: str) -> dict[str, str]:
    path = Path(file)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix() if file else "."), "uriBaseId": ROOT}


def _script(report: Report) -> str:
    """The script's file: without ``:build``, and of a module the file that holds it."""
    given = report.recording.script
    path, colon, name = given.rpartition(":")
    given = path if colon and name.isidentifier() else given
    if Path(given).exists() or given.endswith(".py"):
        return _inside(given)
    module = given.replace(".", "/")
    found = next((c for c in (f"{module}.py", f"{module}/__main__.py") if Path(c).exists()), given)
    return _inside(found)


def _inside(file: str) -> str:
    path = Path(file)
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()


def _fingerprint(finding: Finding, diagnosis: Diagnosis, report: Report) -> str:
    """The same from run to run: no line, no number, only what was found where in which script."""
    parts = (finding.code, finding.place, diagnosis.evidence.model, _script(report))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def _numbers(finding: Finding) -> dict[str, Any]:
    return dict(to_jsonable(finding.evidence))
