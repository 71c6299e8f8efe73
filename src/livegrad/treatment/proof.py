"""What a treatment says: what was tried, what it changed, and whether it helped. Plain records, no torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from livegrad.diagnosis.finding import Diagnosis
from livegrad.observation.evidence import Evidence, Score
from livegrad.text import Text

Outcome: TypeAlias = Literal[
    "untreated", "helped", "no-gain", "harmed", "failed", "not-applicable", "not-run"
]


@dataclass(frozen=True, kw_only=True)
class Prescription:
    """One remedy with all its settings decided: applying it needs nothing else.

    Attributes:
        remedy: Id of the remedy.
        title: What is done, in a few words.
        reason: Why this one, with the numbers that led to it.
        code: The finding it answers.
        place: Where the finding is.
        settings: Everything `apply` needs, JSON-able (names of layers, activation, gain, rate factor…).
    """

    remedy: str
    title: Text
    reason: Text
    code: str
    place: str
    settings: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Runner:
    """One run in the race: the untreated training, or one with a prescription.

    Attributes:
        prescription: ``None`` for the untreated run.
        outcome: "helped" means better than the untreated run by more than the spread of both.
        score: ``None`` where the run failed.
        evidence: What was seen of it.
        diagnosis: Its own diagnosis.
        seconds: Wall time of the run.
        changes: What was changed in the model, as Python lines to copy ("- old" and "+ new").
        remark: What else is to be said: why it failed, or how far the exact swap moved the output.
    """

    prescription: Prescription | None
    outcome: Outcome
    score: Score | None = None
    evidence: Evidence | None = None
    diagnosis: Diagnosis | None = None
    seconds: float = 0.0
    changes: tuple[str, ...] = ()
    remark: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Before and after, from the same seed, on the same batches.

    Attributes:
        before: The untreated run.
        training: Which training of the recording was treated, from 0; the others were left as they are.
        races: Every treated run, in the order they were run.
        after: The best of those that helped; ``None``: nothing helped, and nothing is recommended.
        remarks: Files kept, what the seeds mean, budget spent.
        seconds: Wall time of the whole.
    """

    before: Runner
    training: int = 0
    races: tuple[Runner, ...] = ()
    after: Runner | None = None
    remarks: tuple[Text, ...] = ()
    seconds: float = 0.0

    @property
    def kept(self) -> bool:
        """Whether a cure is recommended."""
        return self.after is not None
