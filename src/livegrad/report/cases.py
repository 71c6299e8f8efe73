"""One report, several trainings: each with its diagnosis and, for one of them, the proof."""

from __future__ import annotations

from dataclasses import dataclass

from livegrad.diagnosis.finding import Diagnosis
from livegrad.observation.evidence import Evidence
from livegrad.report.facts import Report
from livegrad.treatment.proof import Proof


@dataclass(frozen=True, kw_only=True)
class Case:
    """One training of the report.

    Attributes:
        number: Its place among the trainings, from 1.
        name: Class name of its model.
        diagnosis: What was found.
        proof: The race that was run for it, if any.
    """

    number: int
    name: str
    diagnosis: Diagnosis
    proof: Proof | None = None

    @property
    def before(self) -> Evidence:
        """What was seen of the training as it is: in the race, where there was one."""
        ours = self.proof.before.evidence if self.proof else None
        return ours or self.diagnosis.evidence

    @property
    def after(self) -> Evidence | None:
        """What was seen of the cured training."""
        return self.proof.after.evidence if self.proof and self.proof.after else None

    @property
    def brief(self) -> bool:
        """Whether one line is enough: healthy, and nothing to show beside it."""
        return self.diagnosis.healthy and not self.diagnosis.findings and self.proof is None


def cases(report: Report) -> tuple[Case, ...]:
    """Return the trainings of a report, in order; the proof goes to the training it was run for."""
    treated = _treated(report)
    return tuple(
        Case(
            number=place + 1,
            name=diagnosis.evidence.model,
            diagnosis=diagnosis,
            proof=report.proof if place == treated else None,
        )
        for place, diagnosis in enumerate(report.diagnoses)
    )


def _treated(report: Report) -> int | None:
    """Return which training the proof belongs to: the one most like the race's untreated run."""
    if report.proof is None or not report.diagnoses:
        return None
    ours = report.proof.before.evidence
    likeness = [
        (_likeness(d.evidence, ours) if ours else 0, _gravity(d), -place)
        for place, d in enumerate(report.diagnoses)
    ]
    return -max(likeness)[2]


def _likeness(one: Evidence, other: Evidence) -> int:
    same_layers = [a.name for a in one.layers] == [b.name for b in other.layers]
    places = [e.optimizer.order if e.optimizer else None for e in (one, other)]
    return (
        4 * (one == other)
        + 2 * (one.model == other.model and same_layers)
        + (places[0] == places[1])
    )


def _gravity(diagnosis: Diagnosis) -> int:
    return max(
        (("note", "warning", "error").index(f.severity) + 1 for f in diagnosis.findings), default=0
    )
