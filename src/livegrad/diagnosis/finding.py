"""What a diagnosis says: findings, causes first. Plain records; reports draw them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from livegrad.codes import Severity
from livegrad.errors import BadInput
from livegrad.observation.evidence import SCHEMA_VERSION, Evidence
from livegrad.records import from_jsonable, to_jsonable
from livegrad.text import Text

Confidence: TypeAlias = Literal["certain", "likely", "possible"]

_NO_DIAGNOSIS = Text(
    "This is no diagnosis as JSON: '{name}' is missing. Give what Diagnosis.to_json() returned.",
    "진단을 담은 JSON이 아닙니다. '{name}' 항목이 없습니다. Diagnosis.to_json()이 돌려준 것을 주세요.",
)
_NEWER = Text(
    "The diagnosis has schema version {given}; this livegrad reads up to {known}. Update livegrad.",
    "진단의 스키마 판이 {given}인데, 이 livegrad는 {known}까지 읽습니다. livegrad를 새로 설치해 주세요.",
)


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
        """Whether anything was seen at all: a step taken (or one pass before training), and hooks that ran."""
        seen = self.evidence.steps > 0 or self.evidence.before_training
        return seen and not any(f.code == "not-observed" for f in self.findings)

    @property
    def grave(self) -> bool:
        """Whether there is an error or a warning: more than notes."""
        return any(f.severity != "note" for f in self.findings)

    @property
    def healthy(self) -> bool:
        """Observed, learning as far as can be judged, and neither error nor warning."""
        return self.observed and self.learning is not False and not self.grave

    @property
    def cause_unknown(self) -> bool:
        """It does not learn, and no rule says why: the report says "cause not found", never healthy."""
        return self.observed and self.learning is False and not self.grave

    def to_json(self) -> dict[str, Any]:
        """Return the whole diagnosis as values that ``json.dumps`` takes; infinities and NaN are strings.

        Example:
            >>> seen = Evidence(model="Net", steps=3)
            >>> told = Diagnosis(findings=(), learning=None, state=Text("", ""), evidence=seen)
            >>> Diagnosis.from_json(told.to_json()) == told
            True
        """
        return {"schema_version": SCHEMA_VERSION, **to_jsonable(self)}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Diagnosis:
        """Return the diagnosis that `to_json` wrote; fields that are not known here are left out.

        Raises:
            BadInput: It is no diagnosis, or a newer livegrad wrote it in a form that this one cannot read.
        """
        for name in ("schema_version", "findings", "state", "evidence"):
            if name not in told:
                raise BadInput(_NO_DIAGNOSIS.fill(name=name))
        if told["schema_version"] > SCHEMA_VERSION:
            raise BadInput(_NEWER.fill(given=told["schema_version"], known=SCHEMA_VERSION))
        return from_jsonable(cls, told)

    def __str__(self) -> str:
        return importlib.import_module("livegrad.report.plain").diagnosis_words(self)

    def _repr_html_(self) -> str:
        return importlib.import_module("livegrad.report.diagnosis_card").card(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The card for a notebook, the words for a terminal."""
        del include, exclude
        return {"text/plain": str(self), "text/html": self._repr_html_()}
