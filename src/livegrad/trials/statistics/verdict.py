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
_SEEDS = Text("{seeds} seeds", "시드 {seeds}개")
_ON_SPLITS = Text(
    "{seeds} seeds on {splits} splits of the data",
    "데이터를 {splits}가지로 나누어 돌린 시드 {seeds}개",
)
_CANNOT_TELL = Text(
    "Cannot tell: with {seeds} nothing can be told apart at {level} % confidence. It takes at least "
    "{least}: train from {more} more.",
    "알 수 없습니다. {seeds:으로/로}는 신뢰 수준 {level} %에서 아무것도 구별할 수 없습니다. 적어도 {least}개가 "
    "필요하니 시드를 {more}개 더 늘려 학습해 보세요.",
)
_TOO_FEW_SPLITS = Text(
    "Cannot tell: with {seeds} nothing can be told apart at {level} % confidence. It takes at least {least} splits, with a "
    "seed for each: splits={least}.",
    "알 수 없습니다. {seeds:으로/로}는 신뢰 수준 {level} %에서 아무것도 구별할 수 없습니다. 데이터를 적어도 {least}번 나누고 "
    "나눌 때마다 시드를 하나 이상 쓰세요: splits={least}.",
)
_WINNER = Text(
    "{name} is best: with {seeds} each of the others ({others}) is told apart from a better one.",
    "{name:이/가} 가장 좋습니다. {seeds:으로/로} 나머지 {others}개 모두 더 나은 후보와 구별됩니다.",
)
_ALL_TIED = Text(
    "None of the {count} can be told apart from the best: with {seeds} the differences may all be chance.",
    "{count}개 가운데 가장 좋은 것과 구별되는 후보가 없습니다. {seeds:으로/로}는 차이가 모두 우연일 수 있습니다.",
)
_TIED = Text(
    "{names} share the first place: with {seeds} they cannot be told apart from the best. Each of the others "
    "({others}) is worse than one of them.",
    "{names:이/가} 공동 1위입니다. {seeds:으로/로}는 가장 좋은 것과 구별할 수 없습니다. 나머지 {others}개는 각각 "
    "이들 중 적어도 하나보다 나쁩니다.",
)
_MORE = Text(
    "To tell {first} from {second} takes about {more} more seeds.",
    "{first:과/와} {second:을/를} 구별하려면 시드가 {more}개쯤 더 필요합니다.",
)
_MORE_DATA = Text(
    "To tell {first} from {second} takes about {times} times as many samples; more seeds alone will not do.",
    "{first:과/와} {second:을/를} 구별하려면 표본이 {times}배쯤 필요합니다. 시드만 늘려서는 안 됩니다.",
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
    best, seeds = ranking.best, _looks(ranking)
    if not others:
        return _ALONE.fill(name=first.name)
    if not ranking.can_tell:
        least, level = least_seeds(ranking.level), f"{100 * ranking.level:g}"
        if 1 < ranking.splits < ranking.seeds:
            return _TOO_FEW_SPLITS.fill(seeds=seeds, level=level, least=least)
        return _CANNOT_TELL.fill(seeds=seeds, level=level, least=least, more=least - ranking.units)
    if ranking.winner:
        return _WINNER.fill(name=first.name, seeds=seeds, others=len(others))
    if len(best) == len(ranking.places):
        said = _ALL_TIED.fill(count=len(best), seeds=seeds)
    else:
        left = len(ranking.places) - len(best)
        said = _TIED.fill(names=", ".join(best), seeds=seeds, others=left)
    pair = {"first": first.name, "second": others[0].name}
    if ranking.more_seeds is not None:
        return join([said, _MORE.fill(**pair, more=_rounded(ranking.more_seeds))])
    if ranking.more_data is not None:
        return join([said, _MORE_DATA.fill(**pair, times=_times(ranking.more_data))])
    return said


def _looks(ranking: Ranking) -> Text:
    """Return what is told apart by: seeds, and the splits they are spread over."""
    if ranking.splits < 2:
        return _SEEDS.fill(seeds=ranking.seeds)
    return _ON_SPLITS.fill(seeds=ranking.seeds, splits=ranking.splits)


def _times(factor: float) -> str:
    """Return a factor with two digits at most."""
    return f"{factor:.1f}" if factor < 9.95 else f"{_rounded(round(factor)):,}"


def _rounded(count: int) -> int:
    """Return a number with two digits: no estimate of seeds knows a third."""
    unit = 10 ** max(0, len(str(count)) - 2)
    return -(-count // unit) * unit
