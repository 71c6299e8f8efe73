"""What one run of the bench gave: one row for each training, to a file and back.

livegrad's `Evidence` is kept with it, so that changed rules can be tried on the same trainings in seconds.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path

from diagnosis_metrics import Answer, Truth
from diagnosis_tools import answer_of

from livegrad import records
from livegrad.diagnosis.engine import diagnose
from livegrad.diagnosis.finding import Diagnosis
from livegrad.observation.evidence import Evidence

__all__ = ["Row", "answers", "diagnosed", "read", "rediagnosed", "write"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One training, the truth about it, and what each tool said.

    Attributes:
        case, part, kind, data, network: As `trainings.case.Case` has them.
        labels: The true codes.
        places: Right places of each code.
        answers: One for each tool that ran.
        evidence: What livegrad saw.
    """

    case: str
    part: str
    kind: str
    data: str
    network: str
    labels: tuple[str, ...] = ()
    places: dict[str, tuple[str, ...]] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    evidence: Evidence | None = None

    @property
    def truth(self) -> Truth:
        """The labels and places alone."""
        places = {code: frozenset(names) for code, names in self.places.items()}
        return Truth(self.case, frozenset(self.labels), places)

    def answer(self, tool: str) -> Answer | None:
        """What ``tool`` said, or ``None`` where it did not run."""
        return next((a for a in self.answers if a.tool == tool), None)


def answers(rows: list[Row], tool: str) -> list[Answer]:
    """All answers of one tool."""
    return [answer for row in rows if (answer := row.answer(tool)) is not None]


def diagnosed(row: Row) -> Diagnosis | None:
    """What livegrad's rules say of the row's evidence now."""
    return diagnose(row.evidence) if row.evidence is not None else None


def rediagnosed(row: Row) -> Row:
    """The same row with livegrad's answer as its rules give it now; nothing is trained."""
    diagnosis = diagnosed(row)
    if diagnosis is None:
        return row
    said = [answer_of(diagnosis, a) if a.tool == "livegrad" else a for a in row.answers]
    return dataclasses.replace(row, answers=tuple(said))


def write(path: Path, rows: list[Row]) -> None:
    """Write rows as JSON, one line for each."""
    lines = (json.dumps(records.to_jsonable(row), ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read(path: Path) -> list[Row]:
    """Read what `write` wrote."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [records.from_jsonable(Row, json.loads(line)) for line in lines if line]
