"""From a diagnosis to prescriptions in the order in which they are worth a race."""

from __future__ import annotations

from livegrad.diagnosis.finding import Diagnosis
from livegrad.registry import Registry
from livegrad.text import Text
from livegrad.treatment.proof import Prescription
from livegrad.treatment.remedy import Remedy

REMEDIES: Registry[Remedy] = Registry(
    "livegrad.treatment.remedies", "REMEDY", Text("remedy", "처방(remedy)")
)


def prescribe(diagnosis: Diagnosis) -> tuple[Prescription, ...]:
    """Return what to try, best first; nothing for a healthy training.

    A finding names its remedies in the order of its rule: those that answer its cause first. Root causes come before
    everything else, so no remedy is tried against a consequence.
    """
    found: list[Prescription] = []
    for finding in diagnosis.findings:
        if finding.severity == "note":
            continue
        rounds = [
            REMEDIES.find(name).prescribe(finding, diagnosis.evidence) for name in finding.remedies
        ]
        found += [p for group in rounds for p in group]
    return tuple(found)
