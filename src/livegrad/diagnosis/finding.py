"""What a diagnosis says: findings, causes first. Plain records; reports draw them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from livegrad.codes import Severity
from livegrad.observation.evidence import Evidence
from livegrad.text import Text

Confidence: TypeAlias = Literal["certain", "likely", "possible"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that ails a training.

    Attributes:
        code: One of `livegrad.codes.CODES`.
        severity: "error" (it does not learn because of this), "warning" (it learns worse), "note".
        place: A module's name, "data", "loss" or "optimizer".
        places: Every module concerned, in order of the forward pass (the first is usually `place`).
        seen: What was seen, with numbers: one sentence.
        causes: Why it is so, the strongest reason first; may be empty.
        harm: Why it hurts.
        confidence: How sure we are; "certain" findings are told while the training still runs.
        doubt: What would make this finding wrong.
        advice: What to do, a call or a line to copy.
        evidence: The numbers behind `seen`, by name.
        remedies: Ids of `livegrad.treatment` remedies, best first.
        consequences: Findings that this one explains; they are not listed on their own.
    """

    code: str
    severity: Severity
    place: str
    seen: Text
    harm: Text
    advice: Text
    doubt: Text | None = None
    confidence: Confidence = "likely"
    places: tuple[str, ...] = ()
    causes: tuple[Text, ...] = ()
    evidence: dict[str, float | int | str] = field(default_factory=dict)
    remedies: tuple[str, ...] = ()
    consequences: tuple[Finding, ...] = ()

    @property
    def explanation(self) -> Text:
        """What was seen, why it is so, why it hurts: one paragraph."""
        parts = (self.seen, *self.causes, self.harm)
        return Text(" ".join(p.en for p in parts), " ".join(p.ko for p in parts))


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """The findings of one training, root causes first.

    Attributes:
        findings: Root causes; each carries its consequences.
        learning: Whether the loss moved as a learning network's does; ``None`` where it cannot be judged.
        state: One sentence on the loss: from where to where, against which baseline.
        evidence: What it was drawn from.
    """

    findings: tuple[Finding, ...]
    learning: bool | None
    state: Text
    evidence: Evidence

    @property
    def observed(self) -> bool:
        """Whether anything was seen at all: a step taken, and hooks that ran."""
        return self.evidence.steps > 0 and not any(f.code == "not-observed" for f in self.findings)

    @property
    def healthy(self) -> bool:
        """Observed, learning as far as can be judged, and neither error nor warning."""
        grave = any(f.severity in ("error", "warning") for f in self.findings)
        return self.observed and self.learning is not False and not grave

    @property
    def cause_unknown(self) -> bool:
        """It does not learn, and no rule says why: the report says "cause not found", never healthy."""
        grave = any(f.severity in ("error", "warning") for f in self.findings)
        return self.observed and self.learning is False and not grave
