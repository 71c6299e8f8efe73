"""Tests by swapping: if two candidates are alike, their two scores of a seed might as well be exchanged."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["least_seeds", "stretch", "swap_tests"]

_CHUNK = 1 << 20  # signs held at a time, 8 MiB of them
_ROUNDING = (
    1e-9  # sums that differ by less, relatively, are equal: they are added in different order
)


def least_seeds(level: float = 0.95) -> int:
    """Return the fewest paired seeds with which anything can be told apart.

    Of n differences there are 2ⁿ sign patterns, and the two most extreme are one in 2ⁿ⁻¹: even if a candidate wins
    on all of 5 seeds, chance alone does that in one of 16 studies.

    Args:
        level: Confidence.

    Returns:
        The least n, at least 3, for which 2¹⁻ⁿ is no more than 1 − level.

    Example:
        >>> least_seeds(0.95), least_seeds(0.99)
        (6, 8)
    """
    # The last digits of 1 − level are rounding: 0.9375 must not ask for more than its 5 seeds.
    return max(3, math.ceil(1 - math.log2(1 - level) - _ROUNDING))


def stretch(units: int, correlation: float) -> float:
    """Return how many times wider the error of a mean is than its units show, where they know of each other.

    Splits of the same data do: their networks learned from mostly the same samples, and may be judged by the same. If scores of
    two splits correlate by ρ, the variance of the mean of J is not s²/J but s² (1/J + ρ/(1 − ρ)). No estimate of ρ from the
    scores is unbiased; Nadeau and Bengio take the share of the samples that judge.

    Args:
        units: J, how many splits.
        correlation: ρ, from 0 to below 1.

    Example:
        >>> stretch(8, 0.0), round(stretch(8, 0.25), 2)
        (1.0, 1.91)

    References:
        Nadeau and Bengio 2003, "Inference for the Generalization Error", section 3; Bouckaert and Frank 2004, "Evaluating the
        Replicability of Significance Tests for Comparing Learning Algorithms", for cross-validation.
    """
    return math.sqrt((1 + (units - 1) * correlation) / (1 - correlation))


def swap_tests(
    scores: NDArray[np.float64], *, correlation: float = 0.0, resamples: int = 10_000, seed: int = 0
) -> NDArray[np.float64]:
    """Test every pair of candidates, corrected for there being many pairs.

    For each pair the differences' signs are flipped in all 2ⁿ ways (exact), or in ``resamples`` random ways where there
    are more; the p-value is how often |mean| / √(mean square), Student's t in another form, is as large as seen. The
    correction is Holm's, stepping down from the clearest pair, but with the largest statistic of all pairs
    still in question, flipped together, in place of Bonferroni's sum. It is as strict, knows that pairs share
    candidates, and can still tell with few seeds: of 12 candidates with 8, Holm's own p-value is never below 0.5.

    What is tested is that two candidates are alike: that their scores of one seed could be exchanged. If only
    their means are equal but their scores are skewed in opposite ways, more than α are told apart with few seeds (of
    12 such, with 8 to 32 seeds, some in about 12 % of studies at 5 %).

    Args:
        scores: Finite, one candidate a row, one seed (or one split of the data) a column; shape (candidates, seeds).
        correlation: Of two columns, by what their splits share: Student's t is divided by `stretch` before it is compared.
        resamples: How many random sign patterns.
        seed: What they are drawn from.

    Returns:
        Corrected p-values, symmetric, 1 on the diagonal; shape (candidates, candidates). The chance that any pair of
        equal candidates is below α is at most α, whatever else is true.

    Example:
        >>> scores = np.array([[0.9, 0.8, 0.9, 0.7, 0.8, 0.9], [0.8, 0.6, 0.7, 0.5, 0.6, 0.8]])
        >>> float(swap_tests(scores)[0, 1])  # better on all 6 seeds: 2 of 64 patterns
        0.03125

    References:
        Westfall and Young 1993, "Resampling-Based Multiple Testing", algorithm 2.8; Romano and Wolf 2005, "Exact and
        Approximate Stepdown Methods for Multiple Hypothesis Testing".
    """
    candidates, _ = scores.shape
    p_values = np.ones((candidates, candidates))
    one, other = np.triu_indices(candidates, k=1)
    if not one.size:
        return p_values
    centred = scores - scores.mean(axis=0)  # changes no difference, and spares digits
    size = _size(scores, centred)
    seen = np.abs(centred.sum(axis=1)[one] - centred.sum(axis=1)[other]) / size[one, other]
    seen = _shrunk(seen, scores.shape[1], correlation)
    clearest = np.argsort(-seen, kind="stable")
    one, other, seen = one[clearest], other[clearest], seen[clearest]
    flips, exact = _flips(scores.shape[1], resamples, seed)
    sums = np.concatenate([centred @ signs for signs in flips], axis=1)
    unseen = 0 if exact else 1  # the pattern that was seen is one of all
    exceeding = _exceeding(sums, one, other, seen, size) + unseen
    corrected = np.maximum.accumulate(exceeding / (sums.shape[1] + unseen))
    p_values[one, other] = p_values[other, one] = corrected
    return p_values


def _shrunk(seen: NDArray[np.float64], units: int, correlation: float) -> NDArray[np.float64]:
    """Divide Student's t by `stretch`, written for |sum| / √(sum of squares), which is √n where t is infinite."""
    share = seen**2 / units
    factor = stretch(units, correlation) ** 2
    return np.sqrt(units * share / (share + factor * np.maximum(1 - share, 0.0)).clip(1e-300))


def _size(scores: NDArray[np.float64], centred: NDArray[np.float64]) -> NDArray[np.float64]:
    """The root of the sum of squared differences of each pair; ∞ where there is none but rounding."""
    rounding = 1e-12 * np.abs(scores).max() * math.sqrt(scores.shape[1])
    size = np.stack([np.sqrt(((centred - row) ** 2).sum(axis=1)) for row in centred])
    return np.where(size > rounding, size, np.inf)


def _exceeding(
    sums: NDArray[np.float64],
    one: NDArray[np.intp],
    other: NDArray[np.intp],
    seen: NDArray[np.float64],
    size: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Count the patterns in which a pair, or one less clear, is as extreme as that pair was.

    Pairs come from the clearest down. ``sums`` has shape (candidates, patterns): one matrix product gives the
    flipped sums of all candidates, and subtracting two of them those of a pair.
    """
    counts = np.empty(seen.size)
    largest = np.zeros(sums.shape[1])
    difference = np.empty_like(largest)
    for pair in range(seen.size - 1, -1, -1):
        np.subtract(sums[one[pair]], sums[other[pair]], out=difference)
        np.abs(difference, out=difference)
        difference /= size[one[pair], other[pair]]
        np.maximum(largest, difference, out=largest)
        counts[pair] = np.count_nonzero(largest >= seen[pair] * (1 - _ROUNDING))
    return counts


def _flips(seeds: int, resamples: int, seed: int) -> tuple[Iterator[NDArray[np.float64]], bool]:
    """Return sign patterns, shape (seeds, some) at a time, and whether they are all there are.

    A pattern and its opposite are equally extreme, so the last sign is always +.
    """
    if seeds - 1 < 63 and 1 << (seeds - 1) <= resamples:
        patterns = np.arange(1 << (seeds - 1))
        signs = np.where((patterns >> np.arange(seeds)[:, None]) & 1, -1.0, 1.0)
        return iter([signs]), True
    return _random_flips(seeds, resamples, seed), False


def _random_flips(seeds: int, resamples: int, seed: int) -> Iterator[NDArray[np.float64]]:
    random = np.random.default_rng(seed)
    chunk = max(1, _CHUNK // seeds)
    for start in range(0, resamples, chunk):
        width = min(chunk, resamples - start)
        bits = np.unpackbits(
            random.integers(0, 256, size=(seeds, -(-width // 8)), dtype=np.uint8), axis=1
        )
        yield 1.0 - 2.0 * bits[:, :width].astype(np.float64)
