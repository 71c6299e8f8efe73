"""Numbers with their intervals, and how two orders agree: what the verdicts of experiments are made of."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livegrad.lab.experiment import Number
from livegrad.lab.intervals import mean_of, median_of
from livegrad.text import Text

__all__ = ["averaged", "middle", "rank_correlation"]

Reals: TypeAlias = NDArray[Any]
Form: TypeAlias = Literal["plain", "factor", "share", "count", "power", "seconds"]


def averaged(
    identifier: str, name: Text, values: Reals, explanation: Text, *, form: Form = "plain"
) -> Number:
    """Return the mean over paired starts with its 95 % interval; values that are not finite are left out.

    Args:
        identifier: By which a verdict asks for it.
        name: In a few words.
        values: One for each start; shape (starts,).
        explanation: What the number says.
        form: How it is written.

    Example:
        >>> from livegrad.text import same
        >>> averaged("a", same("a"), np.array([1.0, 2.0, np.nan]), same("mean")).n
        2
    """
    value, low, high = mean_of(values)
    if form == "share":  # the interval of a mean knows nothing of 0 and 1
        low, high = max(low, 0.0), min(high, 1.0)
    bounded = bool(np.isfinite([low, high]).all())
    return Number(
        id=identifier,
        name=name,
        value=value,
        low=low if bounded else None,
        high=high if bounded else None,
        n=int(np.isfinite(values).sum()),
        form=form,
        explanation=explanation,
    )


def middle(
    identifier: str, name: Text, values: Reals, explanation: Text, *, form: Form = "plain"
) -> Number:
    """Return the median over paired starts with its 95 % interval; ∞ counts as a value.

    Args:
        identifier: By which a verdict asks for it.
        name: In a few words.
        values: One for each start; shape (starts,).
        explanation: What the number says.
        form: How it is written.

    Example:
        >>> from livegrad.text import same
        >>> middle("a", same("a"), np.array([1.0, np.inf, 2.0]), same("median")).value
        2.0
    """
    value, low, high = median_of(values)
    return Number(
        id=identifier,
        name=name,
        value=value,
        low=low,
        high=high,
        n=len(values),
        form=form,
        explanation=explanation,
    )


def rank_correlation(one: Reals, other: Reals) -> float:
    """Return Spearman's rank correlation, −1 … 1; equal values share their rank; NaN if all are equal.

    Args:
        one: Shape (things,); ∞ is the greatest.
        other: Shape (things,).

    Example:
        >>> rank_correlation(np.array([1.0, 2.0, np.inf]), np.array([0.1, 0.5, 0.9]))
        1.0
    """
    a, b = (_ranks(values) for values in (one, other))
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(np.clip(a @ b / scale, -1.0, 1.0)) if scale > 0 else float("nan")


def _ranks(values: Reals) -> Reals:
    _, places, counts = np.unique(
        np.asarray(values, float), return_inverse=True, return_counts=True
    )
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[places]
