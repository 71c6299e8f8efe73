"""What ails a lane: the rules of `livegrad.diagnosis`, the very same, on the lane's evidence, each with its cures."""

from __future__ import annotations

from dataclasses import dataclass

from livegrad.codes import CODES
from livegrad.diagnosis.engine import diagnose
from livegrad.diagnosis.finding import Diagnosis, Finding
from livegrad.lab.race.cures import Cure, cures_of
from livegrad.lab.race.evidence import evidence_of
from livegrad.lab.race.lanes import Lane
from livegrad.text import Text, join

__all__ = ["Ailment", "Examined", "examined"]

_SURE = {
    "certain": Text("Certain.", "확실합니다."),
    "likely": Text("Likely.", "그럴 가능성이 큽니다."),
    "possible": Text("Possible.", "그럴 수 있습니다."),
}


@dataclass(frozen=True, kw_only=True)
class Ailment:
    """One finding as the page shows it.

    Attributes:
        code: Of `livegrad.codes.CODES`.
        name: The code in words.
        severity: ``"error"``, ``"warning"`` or ``"note"``.
        place: A layer's number as text, ``"data"``, ``"loss"`` or ``"optimizer"``.
        seen: What was seen, with numbers.
        why: Why it is so, and why it hurts.
        sure: How sure that is, and what would make it wrong.
        cures: Lanes that may do better.
    """

    code: str
    name: Text
    severity: str
    place: str
    seen: Text
    why: Text
    sure: Text
    cures: tuple[Cure, ...]

    @property
    def layer(self) -> int | None:
        """The layer's number; None where it is no layer."""
        return int(self.place) if self.place.isdigit() else None

    def written(self, lane: int) -> dict[str, object]:
        """Return it as the page gets it."""
        found = {name: value for name, value in vars(self).items() if name != "cures"}
        return {
            "lane": lane,
            **found,
            "layer": self.layer,
            "cures": [cure.written() for cure in self.cures],
        }


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A lane's diagnosis.

    Attributes:
        diagnosis: As the rules gave it.
        ailments: Its findings, causes first.
    """

    diagnosis: Diagnosis
    ailments: tuple[Ailment, ...]

    @property
    def learning(self) -> bool | None:
        """Whether its loss moved as a learning network's does; None where it cannot be judged yet."""
        return self.diagnosis.learning


def examined(lane: Lane) -> Examined:
    """Return what ails a lane, judged from its past so far.

    Example:
        >>> from livegrad.lab.desk import Given
        >>> from livegrad.lab.race.reading import setup_in
        >>> from livegrad.lab.race.track import Track
        >>> track = Track(setup_in(Given({"network": {"depth": 12}})))
        >>> track.advance(60)
        >>> examined(track.lanes[0]).ailments[0].code
        'vanishing-gradient'
    """
    evidence = evidence_of(lane)
    found = diagnose(evidence)
    return Examined(
        diagnosis=found,
        ailments=tuple(
            Ailment(
                code=finding.code,
                name=_name(finding.code),
                severity=finding.severity,
                place=finding.place,
                seen=finding.seen,
                why=join([*finding.causes, finding.harm]),
                sure=_sure(finding),
                cures=cures_of(finding, evidence, lane.plan),
            )
            for finding in found.findings
        ),
    )


def _name(code: str) -> Text:
    """The code in words: in Korean the term that its explanation begins with."""
    return Text(code.replace("-", " "), CODES[code].ko.partition(":")[0])


def _sure(finding: Finding) -> Text:
    said = [_SURE[finding.confidence]]
    return join([*said, finding.doubt] if finding.doubt else said)
