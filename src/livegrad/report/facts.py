"""Everything a report draws, gathered in one record; the drawings know nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from livegrad.diagnosis.finding import Diagnosis
from livegrad.diagnosis.gate import FailOn
from livegrad.observation.evidence import SCHEMA_VERSION, Recording
from livegrad.treatment.proof import Proof


@dataclass(frozen=True, kw_only=True)
class Report:
    """The facts of one ``livegrad run`` or ``check``.

    Attributes:
        command: The command line that made it, to repeat it.
        recording: What was watched.
        diagnoses: One for each training of the recording, in the same order.
        proof: The race, where treatment was asked for and something was to be treated.
        created: Date and time, ISO 8601.
        fail_on: The severity from which on the exit code is 1; "never": findings do not change it.
        schema_version: Of the JSON form.
    """

    command: str
    recording: Recording
    diagnoses: tuple[Diagnosis, ...]
    proof: Proof | None = None
    created: str = ""
    fail_on: FailOn = "warning"
    schema_version: int = SCHEMA_VERSION
