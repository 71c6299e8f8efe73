"""Who is best, as far as the seeds can tell: an order with its ties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.statistics.bootstrap import mean_intervals
from livegrad.trials.statistics.difference import Difference
from livegrad.trials.statistics.needed import more_needed
from livegrad.trials.statistics.permutation import least_seeds, stretch, swap_tests
from livegrad.trials.statistics.rates import Share, success_rate
from livegrad.trials.statistics.scoring import check_resamples, paired

__all__ = ["Place", "Ranking", "rank"]

_NO_CANDIDATE = Text(
    "No candidate of this ranking is called '{name}'; there are {names}.",
    "이 순위에 이름이 '{name}'인 후보는 없습니다. 후보는 {names}입니다.",
)

_UNSPLIT = Text(
    "There are {seeds} scores of each candidate, and splits for {splits}. Say for each score which split of the data it "
    "was judged on: splits=[0, 1, 0, 1].",
    "후보마다 점수가 {seeds}개인데 splits에는 {splits}개가 있습니다. 점수마다 데이터를 나눈 번호를 하나씩 주세요: splits=[0, 1, 0, 1].",
)


@dataclass(frozen=True)
class Place:
    """One candidate's place in a ranking.

    Attributes:
        name: Which.
        mean: Mean score over the seeds, diverged runs counted as the worst.
        low: Where the confidence interval of the mean begins; −∞ with fewer than 3 seeds.
        high: Where it ends; ∞ with fewer than 3.
        success: Share of runs that reached the threshold, or that did not diverge where none was given.
        diverged: How many runs diverged.
        tied_with_best: Whether no candidate is told apart as better, so that this may be the best.
        rank_low: The best rank it may have, from 1: one more than the candidates that are told apart as better.
        rank_high: The worst rank it may have.
        behind_best: The first place minus this; its p-value is corrected for all pairs.
        ahead_of_next: This minus the next place, alike; None for the last.
    """

    name: str
    mean: float
    low: float
    high: float
    success: Share
    diverged: int
    tied_with_best: bool
    rank_low: int
    rank_high: int
    behind_best: Difference
    ahead_of_next: Difference | None


@dataclass(frozen=True)
class Ranking:
    """Candidates in the order of their mean scores, and how much of that order is more than chance.

    Attributes:
        places: Best mean first; equal means in the order of their names.
        seeds: How many paired seeds each was trained from.
        splits: On how many splits of the data; with one, seeds are what is told apart by, else splits.
        level: Confidence: the chance that any two equal candidates are told apart is at most 1 − level, all pairs
            of the ranking together. So all rank intervals hold together, too.
        worst: What a diverged run counts as.
        more_seeds: About how many more seeds it takes to tell the first two apart, if they differ by what was seen (which
            flatters: the first is first partly by luck); None if they are told apart, do not differ, or seeds alone
            cannot tell.
        more_data: About how many times as many samples, and seeds, it takes where seeds alone cannot tell; else None.
        p_values: Of all pairs, corrected, in the order of the places; shape (candidates, candidates).
    """

    places: tuple[Place, ...]
    seeds: int
    level: float
    worst: float
    more_seeds: int | None
    p_values: NDArray[np.float64] = field(repr=False, compare=False)
    splits: int = 1
    more_data: float | None = None

    @property
    def units(self) -> int:
        """How many independent looks there are: splits of the data, or seeds where there is one split."""
        return self.splits if self.splits > 1 else self.seeds

    @property
    def can_tell(self) -> bool:
        """Whether there are units enough to tell any two candidates apart (`permutation.least_seeds`)."""
        return self.units >= least_seeds(self.level)

    @property
    def best(self) -> tuple[str, ...]:
        """Names that may be the best: one if there is a winner, all of them if the seeds cannot tell."""
        return tuple(place.name for place in self.places if place.tied_with_best)

    @property
    def winner(self) -> str | None:
        """The only one that may be the best; None if there are several, or nobody to beat."""
        return self.best[0] if len(self.best) == 1 and len(self.places) > 1 else None

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Neighbours that cannot be told apart, as long groups as there are; a name may be in several.

        Being tied is not handed on: a may be tied with b and b with c, while a is told apart from c. Then the
        groups are (a, b) and (b, c).
        """
        tied = ~_apart(self.p_values, self.level)
        found, reached = list[tuple[str, ...]](), 0
        for first in range(len(self.places)):
            last = first + 1
            while last < len(self.places) and tied[first : last + 1, last].all():
                last += 1
            if last > reached:
                found.append(tuple(place.name for place in self.places[first:last]))
                reached = last
        return tuple(found)

    def told_apart(self, one: str, other: str) -> bool:
        """Return whether two candidates differ by more than chance.

        Args:
            one: A name.
            other: Another.

        Returns:
            Whether their corrected p-value is at most 1 − level.

        Raises:
            BadInput: The ranking has no such name.
        """
        at = [self._place_of(name) for name in (one, other)]
        return bool(_apart(self.p_values, self.level)[at[0], at[1]])

    def _place_of(self, name: str) -> int:
        names = [place.name for place in self.places]
        if name not in names:
            raise BadInput(_NO_CANDIDATE.fill(name=name, names=", ".join(names)))
        return names.index(name)


def rank(  # noqa: PLR0913 - all but one by keyword
    scores: Mapping[str, ArrayLike],
    *,
    worst: float,
    level: float = 0.95,
    threshold: float | None = None,
    splits: Sequence[int] | None = None,
    correlation: float = 0.0,
    resamples: int = 5_000,
    seed: int = 0,
) -> Ranking:
    """Put candidates in order, and say which of them the seeds can tell apart.

    The order is that of the means, for a median hides up to half of the runs failing. Whether two candidates are told
    apart is decided by swapping their scores seed by seed, corrected for all pairs (`permutation.swap_tests`); intervals
    are the studentised bootstrap's, each for itself. One hundred candidates with a thousand seeds take about half a second.

    Seeds of one split of the data are judged by the same samples, so that they agree about more than the candidates.
    Where ``splits`` says which belong together, all of a split are swapped at once, by their mean: what is told apart then is
    told apart on other samples, too, and not only from other seeds.

    Args:
        scores: For each candidate its scores; higher is better, NaN where a run diverged; column j of all has the same
            seed; shape (seeds,) each.
        worst: What a diverged run counts as, best the score of chance; lower scores are raised to it.
        level: Confidence.
        threshold: The score from which a run is a success. None: not diverging is one.
        splits: For each seed the number of the split it was judged on; None: all on one.
        correlation: Of scores of two splits; see `permutation.stretch`.
        resamples: How many random draws, for tests and intervals each.
        seed: What they are drawn from.

    Returns:
        The ranking; the order of names and of seeds changes nothing.

    Raises:
        BadInput: No candidates, rows that cannot be paired, or an option that is not possible.

    Example:
        >>> found = rank(
        ...     {
        ...         "relu": [0.92, 0.91, 0.94, 0.90, 0.93, 0.95, 0.92, 0.94],
        ...         "gelu": [0.93, 0.90, 0.96, 0.91, 0.90, 0.96, 0.94, 0.94],
        ...         "sigmoid": [0.70, np.nan, 0.72, 0.69, 0.71, 0.74, 0.70, 0.68],
        ...     },
        ...     worst=0.5,
        ... )
        >>> found.best, found.groups
        (('gelu', 'relu'), (('gelu', 'relu'), ('sigmoid',)))
        >>> found.places[2].rank_low, found.places[2].diverged
        (3, 1)
    """
    check_resamples(resamples, level=level)
    rows = paired(scores, worst=worst)
    labels = _labels(splits, next(iter(rows.values())).size)
    units = {name: _means(row, labels) for name, row in rows.items()}
    names = sorted(rows, key=lambda name: (-float(np.sort(units[name]).mean()), name))
    table = np.stack([units[name] for name in names])
    # Sorted, so that the order of the seeds cannot matter; by what a seed's own luck does not touch.
    table = table[:, np.lexsort(table - table.mean(axis=0))]
    p_values = swap_tests(table, correlation=correlation, resamples=resamples, seed=seed)
    wider = stretch(table.shape[1], correlation)
    means, behind, ahead = _intervals(
        table, p_values, wider, level=level, resamples=resamples, seed=seed
    )
    apart = np.triu(_apart(p_values, level))  # [i, j]: i is better than j
    better, worse = apart.sum(axis=0), apart.sum(axis=1)
    places = [
        Place(
            name,
            *means[i],
            success=_success(scores[name], threshold, level),
            diverged=_diverged(scores[name]),
            tied_with_best=not better[i],
            rank_low=1 + int(better[i]),
            rank_high=len(names) - int(worse[i]),
            behind_best=behind[i],
            ahead_of_next=ahead[i] if i < len(ahead) else None,
        )
        for i, name in enumerate(names)
    ]
    more: tuple[int | None, float | None] = (None, None)
    if len(names) > 1 and not apart[0, 1]:
        more = more_needed(
            rows[names[0]] - rows[names[1]],
            None if _count(splits) == 1 else labels,
            correlation=correlation,
            level=1 - (1 - level) / (len(names) * (len(names) - 1) / 2),
        )
    return Ranking(
        tuple(places), labels.size, level, worst, more[0], p_values, _count(splits), more[1]
    )


def _labels(splits: Sequence[int] | None, seeds: int) -> NDArray[np.intp]:
    """Return which seeds belong together: those of a split, or each alone."""
    if splits is None or len(set(splits)) < 2:
        return np.arange(seeds)
    if len(splits) != seeds:
        raise BadInput(_UNSPLIT.fill(splits=len(splits), seeds=seeds))
    return np.unique(np.asarray(splits), return_inverse=True)[1]


def _count(splits: Sequence[int] | None) -> int:
    return 1 if splits is None else len(set(splits))


def _means(row: NDArray[np.float64], labels: NDArray[np.intp]) -> NDArray[np.float64]:
    return np.bincount(labels, row) / np.bincount(labels)


def _apart(p_values: NDArray[np.float64], level: float) -> NDArray[np.bool_]:
    return p_values <= (1 - level) * (1 + 1e-9)  # 1 − 0.9375 and 1/16 differ by rounding


def _intervals(
    table: NDArray[np.float64],
    p_values: NDArray[np.float64],
    wider: float,
    **how: Any,
) -> tuple[list[tuple[float, float, float]], list[Difference], list[Difference]]:
    """Return means with their intervals, differences to the best, and to the next; all from shared resamples."""
    count, units = table.shape
    rows = np.concatenate([table, table[0] - table, table[:-1] - table[1:]])
    middle = rows.mean(axis=1)
    low, high = (middle + wider * (end - middle) for end in mean_intervals(rows, **how))
    ends = [*zip(middle.tolist(), low.tolist(), high.tolist(), strict=True)]
    chances = [*p_values[0].tolist(), *np.diagonal(p_values, offset=1).tolist()]
    differences = [
        Difference(*end, p_value=chance, pairs=units)
        for end, chance in zip(ends[count:], chances, strict=True)
    ]
    return ends[:count], differences[:count], differences[count:]


def _diverged(scores: ArrayLike) -> int:
    return int((~np.isfinite(np.asarray(scores, dtype=np.float64))).sum())


def _success(scores: ArrayLike, threshold: float | None, level: float) -> Share:
    row = np.asarray(scores, dtype=np.float64)
    if threshold is None:
        return success_rate(np.isfinite(row), 1.0, level=level)
    return success_rate(row, threshold, level=level)
