"""What a ranking says, in a sentence or two: who is best, who is tied, and what it would take to know."""

from __future__ import annotations

from livegrad.text import Text, join
from livegrad.trials.statistics.permutation import least_seeds
from livegrad.trials.statistics.ranking import Ranking

__all__ = ["verdict"]

_ALONE = Text(
    "Only {name} was tried, so there is nothing to compare it with.",
    "{name} 하나만 시험해서 비교할 대상이 없습니다.",
)
_CANNOT_TELL = Text(
    "Cannot tell: with {seeds} seeds nothing can be told apart at {level} % confidence. It takes at least "
    "{least}: train from {more} more.",
    "알 수 없습니다. 시드가 {seeds}개이면 신뢰 수준 {level} %에서는 아무것도 구별할 수 없습니다. 적어도 {least}개가 "
    "필요하니 시드를 {more}개 더 늘려 학습해 보세요.",
)
_WINNER = Text(
    "{name} is best: with {seeds} seeds each of the others ({others}) is told apart from a better one.",
    "{name:이/가} 가장 좋습니다. 시드 {seeds}개로 나머지 {others}개 모두 더 나은 후보와 구별됩니다.",
)
_ALL_TIED = Text(
    "None of the {count} can be told apart from the best: with {seeds} seeds the differences may all be chance.",
    "{count}개 가운데 가장 좋은 것과 구별되는 후보가 없습니다. 시드 {seeds}개로는 차이가 모두 우연일 수 있습니다.",
)
_TIED = Text(
    "{names} share the first place: with {seeds} seeds they cannot be told apart from the best. Each of the others "
    "({others}) is worse than one of them.",
    "{names:이/가} 공동 1위입니다. 시드 {seeds}개로는 가장 좋은 것과 구별할 수 없습니다. 나머지 {others}개는 각각 "
    "이들 중 적어도 하나보다 나쁩니다.",
)
_MORE = Text(
    "To tell {first} from {second} takes about {more} more seeds.",
    "{first:과/와} {second:을/를} 구별하려면 시드가 {more}개쯤 더 필요합니다.",
)


def verdict(ranking: Ranking) -> Text:
    """Return what a ranking says about the best, never more than its seeds can tell.

    Args:
        ranking: What `rank` found.

    Returns:
        One sentence or two; with the seeds it would take where the first two are tied and differ at all.

    Example:
        >>> from livegrad.trials.statistics import rank
        >>> print(verdict(rank({"relu": [0.91, 0.92], "gelu": [0.95, 0.94]}, worst=0.5)).en)
        Cannot tell: with 2 seeds nothing can be told apart at 95 % confidence. It takes at least 6: train from 4 more.
    """
    first, *others = ranking.places
    best, seeds = ranking.best, ranking.seeds
    if not others:
        return _ALONE.fill(name=first.name)
    if not ranking.can_tell:
        least, level = least_seeds(ranking.level), f"{100 * ranking.level:g}"
        return _CANNOT_TELL.fill(seeds=seeds, level=level, least=least, more=least - seeds)
    if ranking.winner:
        return _WINNER.fill(name=first.name, seeds=seeds, others=len(others))
    if len(best) == len(ranking.places):
        said = _ALL_TIED.fill(count=len(best), seeds=seeds)
    else:
        left = len(ranking.places) - len(best)
        said = _TIED.fill(names=", ".join(best), seeds=seeds, others=left)
    if ranking.more_seeds is None:
        return said
    more = _MORE.fill(first=first.name, second=others[0].name, more=_rounded(ranking.more_seeds))
    return join([said, more])


def _rounded(count: int) -> int:
    """Return a number with two digits: no estimate of seeds knows a third."""
    unit = 10 ** max(0, len(str(count)) - 2)
    return -(-count // unit) * unit
