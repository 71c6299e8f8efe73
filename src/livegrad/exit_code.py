"""The exit code of a command: what a script or a CI job learns without reading."""

from __future__ import annotations

from livegrad.diagnosis.gate import stops
from livegrad.report.facts import Report
from livegrad.treatment.proof import Proof

HEALTHY, FOUND, NOT_OBSERVED = 0, 1, 3


def of(report: Report) -> int:
    """Return 0 healthy or cured, 1 findings, 3 not observed; a failed script's own code comes first."""
    recording = report.recording
    if recording.exit_code != 0:
        return recording.exit_code
    if not report.diagnoses or not any(d.observed for d in report.diagnoses):
        return NOT_OBSERVED
    proof = report.proof
    if proof is not None and _is_cured(proof) and _others_healthy(report, proof.training):
        return HEALTHY
    if any(stops(d, report.fail_on) for d in report.diagnoses):
        return FOUND
    return HEALTHY if all(d.observed for d in report.diagnoses) else NOT_OBSERVED


def _is_cured(proof: Proof) -> bool:
    """Whether the best cure left a healthy training; a gain that leaves it sick is no cure yet."""
    after = proof.after.diagnosis if proof.after is not None else None
    return after is not None and after.healthy


def _others_healthy(report: Report, treated: int) -> bool:
    """Whether every training but the treated one is healthy."""
    return not any(stops(d, report.fail_on) for i, d in enumerate(report.diagnoses) if i != treated)
