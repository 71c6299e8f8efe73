"""Where to spend the seeds: hopeless candidates leave early, and those that may yet be best stay."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from livegrad.errors import BadInput
from livegrad.text import Text
from livegrad.trials.statistics.ranking import rank

__all__ = ["Cut", "Rung", "halving", "rungs"]

_BAD_NUMBER = Text(
    "{name} = {value} is not possible: it must be a whole number, at least {least}.",
    "{name} = {value:은/는} 쓸 수 없습니다. {least} 이상의 정수여야 합니다.",
)


_LEAST_SEEDS = (
    8  # of 12 candidates, 6 seeds tell a clear winner from a fifth of the others, 8 from most
)


@dataclass(frozen=True)
class Rung:
    """One round of successive halving.

    Attributes:
        candidates: How many go in.
        seeds: Paired seeds of each.
        steps: Training steps of each.
    """

    candidates: int
    seeds: int
    steps: int


@dataclass(frozen=True)
class Cut:
    """Who goes on after a round; all best first.

    Attributes:
        stay: Names that go on.
        leave: Names that do not.
        spared: Those of ``stay`` that came too late for a place, but cannot be told apart from the last one who
            got it.
    """

    stay: tuple[str, ...]
    leave: tuple[str, ...]
    spared: tuple[str, ...]


def rungs(candidates: int, steps: int, seeds: int, factor: int = 3) -> tuple[Rung, ...]:
    """Return the rounds of successive halving: each has 1/factor of the candidates and factor times the training.

    What is saved in the early rounds is seeds: a training from fewer seeds is a part of the full study and need not be run
    again, while a shorter training is another one, and favours candidates that start fast. Fewer than 8 seeds can hardly
    tell anything apart, so below that steps are saved instead, where it saves ``factor`` times or more.

    Args:
        candidates: How many there are; at least 1.
        steps: Steps of a full training; at least 1.
        seeds: Paired seeds of the last round; at least 1.
        factor: How many times fewer go on; at least 2.

    Returns:
        The rounds, the last with all seeds and steps. One is enough for fewer candidates than ``factor``.

    Raises:
        BadInput: A number is too small, or not whole.

    Example:
        >>> for rung in rungs(12, steps=2000, seeds=32):
        ...     print(rung)
        Rung(candidates=12, seeds=8, steps=2000)
        Rung(candidates=4, seeds=11, steps=2000)
        Rung(candidates=1, seeds=32, steps=2000)

    References:
        Jamieson and Talwalkar 2016, "Non-stochastic Best Arm Identification and Hyperparameter Optimization".
    """
    for name, value in (("candidates", candidates), ("steps", steps), ("seeds", seeds)):
        _check_whole(name, value, 1)
    _check_whole("factor", factor, 2)
    sizes = [candidates]
    while sizes[-1] >= factor:
        sizes.append(sizes[-1] // factor)
    return tuple(
        _rung(size, steps, seeds, factor, left=len(sizes) - at)
        for at, size in enumerate(sizes, start=1)
    )


def _rung(candidates: int, steps: int, seeds: int, factor: int, *, left: int) -> Rung:
    """Return a round that has ``left`` rounds after it."""
    saving = factor**left
    kept = min(seeds, max(_LEAST_SEEDS, -(-seeds // saving)))
    share = seeds / (saving * kept)  # of the steps, to come down to 1/saving of a full training
    shorter = max(1, math.ceil(steps * share)) if share * factor <= 1 else steps
    return Rung(candidates, kept, shorter)


def halving(  # noqa: PLR0913 - all but two by keyword, as `rank`
    scores: Mapping[str, ArrayLike],
    survivors: int,
    *,
    worst: float,
    drop_ties: bool = False,
    level: float = 0.95,
    splits: Sequence[int] | None = None,
    correlation: float = 0.0,
    resamples: int = 5_000,
    seed: int = 0,
) -> Cut:
    """Decide who goes on to the next round, from the scores so far.

    The best ``survivors`` by mean go on. So does everyone who cannot be told apart from the last of them, with the
    correction for all pairs, so a round may send on more than was planned, and with fewer than 6 seeds it sends on
    all. In return the chance that someone leaves who is as good as the last survivor is at most 1 − level.

    Args:
        scores: As in `rank`.
        survivors: How many are to go on; at least 1.
        worst: What a diverged run counts as.
        drop_ties: Whether to send on no more than ``survivors``, whatever the seeds can tell.
        level: Confidence that nobody leaves for bad luck.
        splits: As in `rank`.
        correlation: As in `rank`.
        resamples: As in `rank`.
        seed: As in `rank`.

    Returns:
        Who stays, who leaves, and who was spared.

    Raises:
        BadInput: ``survivors`` is not possible, or the scores are not.

    Example:
        >>> scores = {
        ...     "relu": [0.9, 0.8, 0.9, 0.9, 0.8, 0.9],
        ...     "gelu": [0.8, 0.9, 0.9, 0.8, 0.9, 0.9],
        ... }
        >>> scores["sigmoid"] = [0.5, 0.5, 0.6, 0.5, 0.6, 0.5]
        >>> halving(scores, 1, worst=0.5)
        Cut(stay=('gelu', 'relu'), leave=('sigmoid',), spared=('relu',))
    """
    _check_whole("survivors", survivors, 1)
    how: dict[str, Any] = {"level": level, "resamples": resamples, "seed": seed}
    ranking = rank(scores, worst=worst, splits=splits, correlation=correlation, **how)
    names = tuple(place.name for place in ranking.places)
    chosen, rest = names[:survivors], names[survivors:]
    spared = tuple(
        name for name in rest if not drop_ties and not ranking.told_apart(chosen[-1], name)
    )
    return Cut(chosen + spared, tuple(name for name in rest if name not in spared), spared)


def _check_whole(name: str, value: int, least: int) -> None:
    if value % 1 != 0 or value < least:  # ∞ and NaN, too, leave a remainder
        raise BadInput(_BAD_NUMBER.fill(name=name, value=value, least=least))
