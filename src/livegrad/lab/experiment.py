"""The form of an experiment: a claim, a guess before it runs, a measurement, and a verdict with its numbers.

An experiment runs the same in the page, in ``livegrad claims`` and in the tests: a pure function of its
settings and one base seed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.errors import BadInput
from livegrad.lab.cancelled import Cancelled
from livegrad.lab.figure import Figure
from livegrad.registry import Registry
from livegrad.text import Text, join
from livegrad.trials.statistics import Share, success_rate

__all__ = [
    "EXPERIMENTS",
    "Answer",
    "Cancelled",
    "Choice",
    "Control",
    "Experiment",
    "Facts",
    "Number",
    "Question",
    "Run",
    "Verdict",
]

Code: TypeAlias = Literal["holds", "holds-if", "does-not-hold"]
"""It holds as said; it holds under a condition that the sentence does not name; it does not hold here."""
Setting: TypeAlias = float | str

_OUTSIDE = Text(
    "'{name}' was set to {given}; it runs from {low} to {high}.",
    "'{name}' 값을 {given:으로/로} 정했는데, {low}에서 {high}까지 쓸 수 있습니다.",
)
_NO_CHOICE = Text(
    "'{name}' was set to '{given}'; it can be: {choices}.",
    "'{name}' 값이 '{given}'인데, 고를 수 있는 것은 {choices}입니다.",
)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of the things a control may be set to."""

    id: str
    name: Text


@dataclass(frozen=True, kw_only=True)
class Control:
    """Something that the reader may change.

    Attributes:
        id: Name in `Run.settings`.
        name: What it is, in a few words, with its unit.
        usual: Where it stands at first: a number, or the id of a choice.
        low: Least number; None for choices.
        high: Greatest number.
        whole: Whether only whole numbers make sense.
        log: Whether a slider moves by factors.
        choices: What can be chosen; empty for numbers.
    """

    id: str
    name: Text
    usual: Setting
    low: float | None = None
    high: float | None = None
    whole: bool = False
    log: bool = False
    choices: tuple[Choice, ...] = ()

    def read(self, given: Setting) -> Setting:
        """Return a setting as it is meant.

        Raises:
            BadInput: It lies outside what the control allows.

        Example:
            >>> from livegrad.text import same
            >>> Control(id="depth", name=same("d"), usual=6, low=1, high=100, whole=True).read(7.2)
            7
        """
        if self.choices:
            known = [choice.id for choice in self.choices]
            if given not in known:
                raise BadInput(
                    _NO_CHOICE.fill(name=self.name, given=given, choices=", ".join(known))
                )
            return given
        low, high = self.low or 0.0, self.high if self.high is not None else float("inf")
        number = float(given) if isinstance(given, int | float) else float("nan")
        if not low <= number <= high:
            raise BadInput(_OUTSIDE.fill(name=self.name, given=given, low=low, high=high))
        return round(number) if self.whole else number


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer to the question before the run.

    Attributes:
        id: Unique within the question.
        name: In a few words.
        factor: What it means per layer, to be drawn as a line over a ladder; None if nothing.
    """

    id: str
    name: Text
    factor: float | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the reader is asked to predict.

    Attributes:
        text: The question.
        answers: Two to four.
        right: Which answer the measurement gave, by its id.
    """

    text: Text
    answers: tuple[Answer, ...]
    right: Callable[[Facts], str]


@dataclass(frozen=True, kw_only=True)
class Number:
    """One measured number, with a sentence that says what it is.

    Attributes:
        id: Name by which a verdict asks for it.
        name: In a few words.
        value: The number; NaN where it could not be had.
        low: Lower end of its 95 % interval; None for numbers without.
        high: Upper end.
        n: How many networks (or draws) it comes from.
        form: How it is written: ``plain`` (3 figures), ``factor`` (×0.24), ``share`` (24 %), ``count``, ``power``
            (10^−8), ``seconds``.
        explanation: What the number says, as one sentence.
    """

    id: str
    name: Text
    value: float
    low: float | None = None
    high: float | None = None
    n: int = 1
    form: Literal["plain", "factor", "share", "count", "power", "seconds"] = "plain"
    explanation: Text


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was measured.

    Attributes:
        held: For each paired start, whether the claim held; shape (starts,).
        numbers: The numbers of the verdict, the most telling first.
        figures: What is drawn, the most telling first.
        settings: What it was measured with.
        seed: The base seed.
    """

    held: NDArray[np.bool_]
    numbers: tuple[Number, ...]
    figures: tuple[Figure, ...]
    settings: Mapping[str, Setting] = field(default_factory=dict)
    seed: int = 0

    def __getitem__(self, identifier: str) -> float:
        """The value of one number."""
        return next(number.value for number in self.numbers if number.id == identifier)

    @property
    def share(self) -> Share:
        """In which share of the starts the claim held, with its 95 % interval."""
        return success_rate(np.asarray(self.held, float), 0.5)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the measurement says of the claim.

    Attributes:
        code: In one word.
        text: In one or two sentences, with the numbers.
        condition: Under which condition it flips, with the number where it does.
    """

    code: Code
    text: Text
    condition: Text


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of an experiment.

    Attributes:
        settings: A value for each control.
        seed: The base seed: what every random number follows from.
        told: Called with the share that is done and with figures that may be drawn already; raises
            `Cancelled` when nobody waits any more.
        workers: Threads for the engine.
    """

    settings: Mapping[str, Setting]
    seed: int = 0
    told: Callable[[float, Sequence[Figure]], None] | None = None
    workers: int = 1

    def number(self, name: str) -> float:
        """Return a setting that is a number."""
        return float(self.settings[name])

    def whole(self, name: str) -> int:
        """Return a setting that is a whole number."""
        return round(float(self.settings[name]))

    def choice(self, name: str) -> str:
        """Return a setting that is a choice."""
        return str(self.settings[name])

    def seeds(self, count: int) -> list[int]:
        """Return seeds for paired starts: other ones for every base seed.

        Example:
            >>> Run(settings={}, seed=2).seeds(3)
            [2000000, 2000001, 2000002]
        """
        return [1_000_000 * self.seed + k for k in range(count)]

    def tell(self, share: float, *figures: Figure) -> None:
        """Say how far it is, 0 … 1, and show what can be drawn already.

        Raises:
            Cancelled: Nobody waits for the rest.
        """
        if self.told is not None:
            self.told(share, figures)


_SOURCES = {
    "A": Text("A (course digest)", "A(강의 요약)"),
    "B": Text("B (blog, from scratch)", "B(밑바닥부터 만드는 블로그 글)"),
    "C": Text("C (formula sheet)", "C(강의 수식 모음)"),
    "D": Text("D (slides)", "D(발표 자료)"),
}
"""The four documents that the claims come from."""


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """One claim of the source material, as working software.

    Attributes:
        id: As in the table of claims; also the file's name (underscores for hyphens).
        claim: In plain words of our own.
        sources: Which of the four documents say so, such as ``"A D"``.
        question: What the reader predicts before it runs.
        controls: What the reader may change.
        run: Measures; a pure function of the run. Raises `BadInput` where a library is missing.
        verdict: What the facts say; a pure function of them.
        expected: The verdict at the usual settings.
        about: What is measured and what is honest to say, two to four sentences.
        after: Ids of the experiments to read next.
        seconds: About how long it takes at the usual settings, on one core.
    """

    id: str
    claim: Text
    sources: str
    question: Question
    controls: tuple[Control, ...]
    run: Callable[[Run], Facts]
    verdict: Callable[[Facts], Verdict]
    expected: Code
    about: Text
    after: tuple[str, ...] = ()
    seconds: float = 1.0

    @property
    def said_in(self) -> Text:
        """The documents of `sources` in words."""
        return join([_SOURCES[letter] for letter in self.sources.split()], between=", ")

    def settings(self, given: Mapping[str, Setting] | None = None) -> dict[str, Setting]:
        """Return a value for each control: what was given, else where it stands at first.

        Raises:
            BadInput: A value lies outside what its control allows.
        """
        given = given or {}
        return {c.id: c.read(given[c.id]) if c.id in given else c.usual for c in self.controls}


EXPERIMENTS: Registry[Experiment] = Registry(
    "livegrad.lab.experiments", "EXPERIMENT", Text("claim", "주장")
)
"""All experiments by id; ``EXPERIMENTS.find(name)`` names the nearest one if there is none."""
