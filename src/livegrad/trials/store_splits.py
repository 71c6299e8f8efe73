"""What a store holds of the same data parted otherwise, as one made by an earlier livegrad does: said, and never mixed."""

from __future__ import annotations

from livegrad.text import Text
from livegrad.trials.splits import Splits
from livegrad.trials.store import Store

__all__ = ["other_splits"]

_MOST_SPLITS = 32
"""How many splits are looked for."""
_OTHER_SPLITS = Text(
    "The store also holds {count} trials of these data with splits={before}; scores on other parts must not be mixed, so "
    "they were left alone. To go on from them: splits={before}.",
    "저장소(store)에는 이 데이터를 splits={before:으로/로} 나눈 실험도 {count}개 있습니다. 나눈 방법이 다르면 점수를 섞을 수 없어 쓰지 않았습니다. 그 실험을 "
    "이어 가려면 splits={before:을/를} 주세요.",
)


def other_splits(store: Store, splits: Splits) -> list[Text]:
    """Return, in words, that the store holds the same data parted otherwise; nothing if it does not.

    Args:
        store: An open store.
        splits: What a study is about to use.

    Example:
        >>> import tempfile
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 80)
        >>> with tempfile.TemporaryDirectory() as folder, Store(f"{folder}/trials.db") as store:
        ...     other_splits(store, Splits(data=moons))
        []
    """
    own = set(splits.fingerprints)
    for count in range(1, _MOST_SPLITS + 1):
        names = Splits(data=splits.data, asked=count).fingerprints
        stored = 0 if own & set(names) else store.count_on(names)
        if stored:
            return [_OTHER_SPLITS.fill(count=stored, before=count)]
    return []
