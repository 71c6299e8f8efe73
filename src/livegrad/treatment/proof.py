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
Seeding: TypeAlias = Literal["build", "script", "ours"]


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
        share: Part of the training's steps that it took, 0 … 1; a short run decides who goes on, never who wins.
        seed: Of this run; ``None`` in recordings from before races had several.
        against: For a short run: the untreated training's score after the same steps.
        whole: Score of the trained network in evaluation passes over its own batches, as `linear` is measured.
        linear: The same with every hidden activation replaced by the straight line closest to it on the data.
    """

    prescription: Prescription | None
    outcome: Outcome
    score: Score | None = None
    evidence: Evidence | None = None
    diagnosis: Diagnosis | None = None
    seconds: float = 0.0
    changes: tuple[str, ...] = ()
    remark: Text | None = None
    share: float = 1.0
    seed: int | None = None
    against: Score | None = None
    whole: Score | None = None
    linear: Score | None = None


@dataclass(frozen=True, kw_only=True)
class Interval:
    """The middle of some numbers and how far they reach.

    Attributes:
        median: The middle one.
        low, high: The least and the greatest.
    """

    median: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Start:
    """The untreated and the treated training from one seed.

    Attributes:
        seed: What both started from.
        before: The untreated run's score; ``None`` where it failed.
        after: The treated run's.
        outcome: The one against the other.
        needed: Whether the untreated run was ill at this seed; a healthy one needs no cure, so it is no contest.
    """

    seed: int
    before: Score | None
    after: Score | None
    outcome: Outcome
    needed: bool = True


@dataclass(frozen=True, kw_only=True)
class Repeats:
    """The cure beside nothing from several starts.

    Attributes:
        starts: One for each seed at which there was something to compare, the race's own first.
        improved: At how many of them the cure helped.
        needed: At how many of them the cure helped or the untreated training was ill: the contests.
        harmed: At how many of them the cure did harm.
        before: The untreated scores; ``None`` where none is a number.
        after: The treated scores.
        gain: The differences, seed by seed.
        seeding: Whose seeds were changed: "build" (``build(seed)``), "script" (the script's own seeding calls) or "ours"
            (the seed that livegrad sets, where a build function or a script sets none).
        lost: Why the run without the cure was lost, where it was: nothing is compared at those seeds.
    """

    starts: tuple[Start, ...]
    improved: int
    needed: int
    harmed: int
    before: Interval | None = None
    after: Interval | None = None
    gain: Interval | None = None
    seeding: Seeding = "build"
    lost: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Before and after, from the same seed, on the same batches.

    Attributes:
        before: The untreated run.
        training: Which training of the recording was treated, from 0; the others were left as they are.
        races: Every treated run that went the whole way or left the race early (`Runner.share`), in the order they were run.
        after: The best of those that helped; ``None``: nothing helped, and nothing is recommended.
        remarks: Files kept, what the seeds mean, budget spent.
        seconds: Wall time of the whole.
        repeats: The winner from several seeds; ``None`` where there was no winner or no time.
        old_best_step: The step at which the cured training reached the best that the untreated one ever did.
        old_best_seconds: Wall time until then.
        runs: How many trainings were run for this, the first untreated one not counted.
    """

    before: Runner
    training: int = 0
    races: tuple[Runner, ...] = ()
    after: Runner | None = None
    remarks: tuple[Text, ...] = ()
    seconds: float = 0.0
    repeats: Repeats | None = None
    old_best_step: int | None = None
    old_best_seconds: float | None = None
    runs: int = 0

    @property
    def kept(self) -> bool:
        """Whether a cure is recommended."""
        return self.after is not None
