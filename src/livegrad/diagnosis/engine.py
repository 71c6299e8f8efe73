"""From evidence to diagnosis: every rule looks, causes swallow their consequences, the grave come first."""

from __future__ import annotations

import dataclasses

from livegrad.codes import SEVERITIES
from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.diagnosis.learning import judge
from livegrad.diagnosis.rule import Rule
from livegrad.observation.evidence import Evidence
from livegrad.registry import Registry
from livegrad.text import Text, join

_TRY = Text(
    "To have it tried and proven: livegrad run --treat SCRIPT, or livegrad.check(build, treat=True).",
    "직접 시험해 증명하려면: livegrad run --treat SCRIPT, 또는 livegrad.check(build, treat=True).",
)

RULES: Registry[Rule] = Registry("livegrad.diagnosis.rules", "RULE", Text("rule", "규칙(rule)"))


def diagnose(evidence: Evidence) -> Diagnosis:
    """Return what ails the training of ``evidence``, root causes first."""
    learned = judge(evidence)
    found = [finding for rule in RULES.values() for finding in rule.look(evidence, learned)]
    return Diagnosis(
        findings=tuple(_with_call(f) for f in sorted(_causes(_seen(found)), key=_rank)),
        learning=learned.learning,
        state=learned.sentence,
        evidence=evidence,
    )


def _with_call(finding: Finding) -> Finding:
    """A finding that a remedy may cure ends with the call that tries it."""
    if not finding.remedies:
        return finding
    after_code = finding.advice.en and finding.advice.en[-1] not in ".!?"
    between = " · " if after_code else " "
    return dataclasses.replace(finding, advice=join([finding.advice, _TRY], between=between))


def _seen(found: list[Finding]) -> list[Finding]:
    """Where something grave was found, that the rest was not observed is not worth a finding of its own."""
    grave = any(f.severity != "note" and f.code != "not-observed" for f in found)
    return [f for f in found if not (grave and f.code == "not-observed")]


def _causes(found: list[Finding]) -> list[Finding]:
    """The findings that no other one explains, each with the ones that it explains."""
    grave = [f for f in found if f.severity != "note"]
    cause_of = {id(f): next((c for c in grave if _explains(c, f)), None) for f in found}
    roots = [f for f in found if cause_of[id(f)] is None]
    return [
        dataclasses.replace(
            root, consequences=tuple(f for f in found if _root(f, cause_of) is root)
        )
        for root in roots
    ]


def _root(finding: Finding, cause_of: dict[int, Finding | None]) -> Finding | None:
    cause = cause_of[id(finding)]
    while cause is not None and cause_of[id(cause)] is not None:
        cause = cause_of[id(cause)]
    return cause


def _explains(cause: Finding, finding: Finding) -> bool:
    return cause is not finding and finding.code in RULES[cause.code].explains


def _rank(finding: Finding) -> tuple[int, str]:
    return SEVERITIES.index(finding.severity), finding.code
