"""What a study found: who is best, how sure that is, and everything to repeat it with."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from livegrad.text import Text
from livegrad.trials.statistics import Difference, Place, Ranking, Times
from livegrad.trials.trial import Outcome, Recipe, Trial

if TYPE_CHECKING:
    from livegrad.report.compare_plot import ComparisonPlot

__all__ = ["Band", "Candidate", "Comparison"]


@dataclass(frozen=True)
class Band:
    """Learning curves of one candidate over its seeds.

    Attributes:
        steps: After how many steps; shape (points,).
        median: Of the scores over the seeds.
        low: Their lower quartile.
        high: Their upper quartile.
    """

    steps: tuple[int, ...]
    median: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Candidate:
    """One of those compared.

    Attributes:
        name: What tells it from the others.
        recipe: How it was trained, its learning rate included.
        band: Its learning curves.
        time_to_target: Steps until the score that counts as success.
        scores: Of each seed, in order; NaN where it diverged.
        left_early: Whether it left in an early round of successive halving, and is not ranked.
    """

    name: str
    recipe: Recipe
    band: Band
    time_to_target: Times
    scores: tuple[float, ...]
    left_early: bool = False


@dataclass(frozen=True)
class Comparison:
    """The result of `livegrad.compare`.

    Attributes:
        data: Name of the data.
        kind: ``"regression"``, ``"binary"`` or ``"classes"``.
        samples: How many to learn from, and how many to be judged by.
        features: How many inputs a network has.
        measure: What scores are: ``"accuracy"``, or ``"R²"``.
        guess: The score of the best constant answer: the mean, or the class that most samples have.
        target: The score from which a run is a success: nine tenths of the way from a guess to the median of the best.
        ranking: Order, ties, intervals.
        candidates: In the order of the ranking, those that left early last.
        conclusion: What may be concluded, in words.
        remarks: What was done to the data and to the study, each with its count.
        outcomes: Every trial with its outcome.
        searched: Whether learning rates were searched.
        engine: ``"native"``, ``"reference"``, or ``"pytorch"`` for models of one's own.
        network_steps: Made for this, those found in a store not counted.
        seconds: That it took.
        command: A command line, or a call, that repeats it; empty if there is none.
    """

    data: str
    kind: str
    samples: tuple[int, int]
    features: int
    measure: Literal["accuracy", "R²"]
    guess: float
    target: float
    ranking: Ranking
    candidates: tuple[Candidate, ...]
    conclusion: Text
    remarks: tuple[Text, ...]
    outcomes: tuple[tuple[Trial, Outcome], ...] = field(repr=False)
    searched: bool
    engine: str
    network_steps: int
    seconds: float
    command: str = ""

    @property
    def trials(self) -> tuple[tuple[Trial, Outcome], ...]:
        """Every trial with its outcome."""
        return self.outcomes

    @property
    def network_steps_per_second(self) -> float:
        """Training steps of single networks in a second, all workers together."""
        return self.network_steps / max(self.seconds, 1e-9)

    def place(self, name: str) -> Place | None:
        """Return a candidate's place; None if it left early."""
        return next((place for place in self.ranking.places if place.name == name), None)

    def behind_best(self, name: str) -> Difference | None:
        """Return how far a candidate is behind the first."""
        place = self.place(name)
        return None if place is None else place.behind_best

    def plot(self) -> ComparisonPlot:
        """Draw scores with their intervals, and the learning curves."""
        return importlib.import_module("livegrad.report.compare_plot").plot(self)

    def _repr_html_(self) -> str:
        return importlib.import_module("livegrad.report.compare_page").fragment(self)


def band_of(outcomes: list[Outcome]) -> Band:
    """Return the quartiles of several curves of equal steps; a diverged run counts as the lowest.

    Example:
        >>> from livegrad.trials.trial import Curve
        >>> steps, score = np.array([1, 2], np.int32), np.array([0.5, 0.75], np.float32)
        >>> band_of([Outcome("a", 0.75, 0.1, None, Curve(steps, score, score, score))]).median
        (0.5, 0.75)
    """
    table = np.stack([outcome.curve.score for outcome in outcomes]).astype(np.float64)
    table = np.where(np.isfinite(table), table, -np.inf)
    low, median, high = (_quantile(table, share) for share in (0.25, 0.5, 0.75))
    steps = tuple(int(step) for step in outcomes[0].curve.steps)
    return Band(steps, *(tuple(map(float, row)) for row in (median, low, high)))


def _quantile(table: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    return np.quantile(table, share, axis=0, method="lower")  # −∞ cannot be averaged with
