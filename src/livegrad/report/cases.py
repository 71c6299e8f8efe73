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
    return tuple(
        Case(
            number=place + 1,
            name=diagnosis.evidence.model,
            diagnosis=diagnosis,
            proof=report.proof if report.proof and report.proof.training == place else None,
        )
        for place, diagnosis in enumerate(report.diagnoses)
    )
