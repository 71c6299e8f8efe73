"""The form of a rule: what it looks for, what it explains, and the two trainings that prove it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrad.diagnosis.finding import Finding
from livegrad.diagnosis.learning import Learning
from livegrad.observation.evidence import Evidence
from livegrad.text import Text

if TYPE_CHECKING:
    from livegrad.observation.training import Training


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One diagnosis.

    Attributes:
        code: One of `livegrad.codes.CODES`; also the file's name (underscores for hyphens).
        look: Pure function of the evidence and of whether it learned; gives the findings, none if all is well.
        explains: Codes that this one causes: a finding of theirs becomes a consequence of this one.
        about: What the rule sees and why it hurts, for the documentation.
        false_alarms: What looks alike and is not this, and why the rule stays silent there.
        patient: Builds a training in which this must be found (imports torch only when called).
        healthy_twin: Builds its healthy twin, in which nothing may be found.
        reference: Where the criterion comes from.
    """

    code: str
    look: Callable[[Evidence, Learning], tuple[Finding, ...]]
    explains: tuple[str, ...]
    about: Text
    false_alarms: Text
    patient: Callable[[int], Training]
    healthy_twin: Callable[[int], Training]
    reference: str

    @property
    def id(self) -> str:
        """The code: an entry's id is its file's name."""
        return self.code
