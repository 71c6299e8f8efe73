"""The form of a remedy: for which findings, at what price, and how it is applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from livegrad.diagnosis.finding import Finding
from livegrad.observation.evidence import Evidence
from livegrad.text import Text
from livegrad.treatment.proof import Prescription

if TYPE_CHECKING:
    from livegrad.treatment.surgery import Patient

Settings: TypeAlias = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """One cure.

    Attributes:
        id: The file's name with hyphens.
        title: What is done, in a few words.
        codes: The findings it may cure.
        effect: What it changes in the network, and why that helps.
        price: What it costs.
        when_not: Where it does nothing or harm.
        propose: Pure function of a finding and the evidence; gives settings to try, best first, none where it does not
            apply. No torch.
        apply: Changes the patient as the settings say, before its first step; returns the same change as Python lines
            for the user to copy, "- old" and "+ new".
        reason: Why these settings, as a sentence.
    """

    id: str
    title: Text
    codes: tuple[str, ...]
    effect: Text
    price: Text
    when_not: Text
    propose: Callable[[Finding, Evidence], tuple[Settings, ...]]
    apply: Callable[[Patient, Settings], tuple[str, ...]]
    reason: Callable[[Settings], Text]

    def prescribe(self, finding: Finding, evidence: Evidence) -> tuple[Prescription, ...]:
        """Return the prescriptions of this remedy for ``finding``, best first."""
        return tuple(
            Prescription(
                remedy=self.id,
                title=self.title.fill(**settings),
                reason=self.reason(settings),
                code=finding.code,
                place=finding.place,
                settings=settings,
            )
            for settings in self.propose(finding, evidence)
        )
