"""How well a tool named what ails: counts over labels, sets, places and healthy trainings.

A label is a (training, code) pair. *Told* is what a tool says with at least a warning; notes, and what it lists as
a mere consequence, do not count. A tool that crashed told nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

NOTHING = "nothing"

__all__ = ["NOTHING", "Answer", "Counts", "Scores", "Truth", "confusion", "per_label", "score"]


@dataclass(frozen=True)
class Truth:
    """What is wrong with one training.

    Attributes:
        case: Its id.
        labels: Finding codes; empty for a healthy training.
        places: For each code, every place that counts as right; none given means any place does.
    """

    case: str
    labels: frozenset[str]
    places: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What one tool said of one training.

    Attributes:
        case: Id of the training.
        tool: Name of the tool.
        told: For each code, where the tool sees it.
        alarmed: Whether it said anything at all with at least a warning (also what fits no code).
        seconds: Processor time of the training with the tool attached, diagnosis included.
        error: The exception that ended it, if one did.
    """

    case: str
    tool: str
    told: dict[str, tuple[str, ...]] = field(default_factory=dict)
    alarmed: bool = False
    seconds: float = 0.0
    error: str | None = None


@dataclass(frozen=True)
class Counts:
    """True and false positives, and misses.

    Example:
        >>> Counts(hits=3, false_alarms=1, misses=1).precision
        0.75
    """

    hits: int = 0
    false_alarms: int = 0
    misses: int = 0

    @property
    def precision(self) -> float | None:
        """Share of what was told that is true; ``None`` where nothing was told."""
        return _share(self.hits, self.hits + self.false_alarms)

    @property
    def recall(self) -> float | None:
        """Share of what is true that was told; ``None`` where nothing is true."""
        return _share(self.hits, self.hits + self.misses)


@dataclass(frozen=True)
class Scores:
    """One tool on one set of trainings.

    Attributes:
        counts: Over all (training, code) pairs.
        sick, healthy: How many trainings of each.
        exact_sick, exact: Sick (all) trainings whose set of labels was told exactly.
        placed: Hits that point at a right place.
        alarms: Healthy trainings with at least one warning or error.
        crashed: Trainings on which the tool failed.
        seconds: Mean processor time of a training.
    """

    counts: Counts
    sick: int
    healthy: int
    exact_sick: int
    exact: int
    placed: int
    alarms: int
    crashed: int
    seconds: float


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def score(truths: Sequence[Truth], answers: Iterable[Answer]) -> Scores:
    """Count one tool's answers against the truth; a training without an answer counts as silence.

    Example:
        >>> truth = [Truth("a", frozenset({"dead-units"}), {"dead-units": frozenset({"0"})})]
        >>> score(truth, [Answer("a", "x", {"dead-units": ("0",)}, alarmed=True)]).placed
        1
    """
    by_case = {answer.case: answer for answer in answers}
    pairs = [(truth, by_case.get(truth.case, Answer(truth.case, ""))) for truth in truths]
    sick = [(truth, answer) for truth, answer in pairs if truth.labels]
    healthy = [answer for truth, answer in pairs if not truth.labels]
    exact_sick = sum(set(answer.told) == truth.labels for truth, answer in sick)
    return Scores(
        counts=_total(per_label(truths, by_case.values()).values()),
        sick=len(sick),
        healthy=len(healthy),
        exact_sick=exact_sick,
        exact=exact_sick + sum(not answer.told for answer in healthy),
        placed=sum(
            is_placed(truth, answer, code) for truth, answer in sick for code in answer.told
        ),
        alarms=sum(answer.alarmed for answer in healthy),
        crashed=sum(answer.error is not None for _, answer in pairs),
        seconds=sum(answer.seconds for _, answer in pairs) / max(1, len(pairs)),
    )


def is_placed(truth: Truth, answer: Answer, code: str) -> bool:
    """Whether ``code`` is a hit that points at a right place."""
    if code not in truth.labels or code not in answer.told:
        return False
    right = truth.places.get(code)
    return not right or bool(right.intersection(answer.told[code]))


def per_label(truths: Sequence[Truth], answers: Iterable[Answer]) -> dict[str, Counts]:
    """Hits, false alarms and misses of every code that is true or told somewhere, by name."""
    told = {answer.case: set(answer.told) for answer in answers}
    pairs = [(truth.labels, told.get(truth.case, set())) for truth in truths]
    codes = sorted({code for labels, said in pairs for code in labels | said})
    return {
        code: Counts(
            hits=sum(code in labels and code in said for labels, said in pairs),
            false_alarms=sum(code not in labels and code in said for labels, said in pairs),
            misses=sum(code in labels and code not in said for labels, said in pairs),
        )
        for code in codes
    }


def confusion(truths: Sequence[Truth], answers: Iterable[Answer]) -> dict[str, Counter[str]]:
    """For each missed code: what was told instead, wrongly, in the same training (or `NOTHING`)."""
    told = {answer.case: set(answer.told) for answer in answers}
    found: dict[str, Counter[str]] = {}
    for truth in truths:
        said = told.get(truth.case, set())
        for code in truth.labels - said:
            found.setdefault(code, Counter()).update(sorted(said - truth.labels) or [NOTHING])
    return found


def _total(counts: Iterable[Counts]) -> Counts:
    every = list(counts)
    return Counts(
        hits=sum(c.hits for c in every),
        false_alarms=sum(c.false_alarms for c in every),
        misses=sum(c.misses for c in every),
    )
