"""One training in one line: right or wrong, the truth, what was told, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterable

import diagnosis_rows
from diagnosis_metrics import NOTHING, is_placed
from diagnosis_rows import Row

from livegrad.diagnosis.finding import Finding

__all__ = ["line"]


def line(row: Row, *, full: bool = False) -> str:
    """What livegrad says of the row, as its rules stand; ``full``: every finding in its own words.

    ``ok`` right, ``place`` right but at a wrong place, ``MISS`` something true not told, ``FALSE`` something told that
    is not true, ``WRONG`` both.
    """
    diagnosis = diagnosis_rows.diagnosed(row)
    answer = row.answer("livegrad")
    if answer is None or diagnosis is None:
        return (
            f"{'crash' if answer and answer.error else '-':6}{row.case}: {answer and answer.error}"
        )
    findings = diagnosis.findings
    truth = ", ".join(row.labels) or "healthy"
    said = "; ".join(_short(f) for f in findings) or NOTHING
    head = f"{_verdict(row):6}{row.case} [{truth}] {_learned(diagnosis.learning)} -> {said}"
    return "\n".join([head, *_in_full(findings, "      ")]) if full else head


def _verdict(row: Row) -> str:
    answer, truth = row.answer("livegrad"), row.truth
    told = set(answer.told) if answer else set()
    missed, false = truth.labels - told, told - truth.labels
    if missed and false:
        return "WRONG"
    if missed or false:
        return "MISS" if missed else "FALSE"
    right = answer is None or all(is_placed(truth, answer, code) for code in told)
    return "ok" if right else "place"


def _learned(learning: bool | None) -> str:  # noqa: FBT001 (a verdict of three values)
    return {True: "learns", False: "does not learn", None: "unknown"}[learning]


def _short(finding: Finding) -> str:
    """``note: dead-units @ 3 (likely; dead=41, units=64) => saturation``."""
    mark = {"error": "", "warning": "", "note": "note: "}[finding.severity]
    numbers = ", ".join(f"{name}={_figure(v)}" for name, v in finding.evidence.items())
    after = ", ".join(f.code for f in finding.consequences)
    said = f"{mark}{finding.code} @ {finding.place} ({finding.severity}, {finding.confidence}; {numbers})"
    return f"{said} => {after}" if after else said


def _in_full(findings: Iterable[Finding], indent: str) -> list[str]:
    lines: list[str] = []
    for finding in findings:
        lines.append(f"{indent}{finding.code} @ {finding.place}: {finding.explanation.en}")
        lines += _in_full(finding.consequences, indent + "  ")
    return lines


def _figure(value: float | str) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
