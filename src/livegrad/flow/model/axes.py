"""What the dimensions of a tensor stand for: samples, positions (time steps, tokens, pixels) or features.

Reshaping and transposing move these roles about, and code that multiplies heads into the batch merges them
into one dimension; so each dimension is a row of factors, outermost first, each with its own role.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Axes", "Dimension", "Factor", "axes_of", "count", "factors"]

Role: TypeAlias = Literal["sample", "position", "feature"]
"""What a factor runs over."""


@dataclass(frozen=True)
class Factor:
    """One factor of one dimension.

    Attributes:
        role: What it runs over.
        size: How many there are, above 1.
    """

    role: Role
    size: int


Dimension: TypeAlias = tuple[Factor, ...]
"""The factors of one dimension, outermost first; none for a dimension of 1."""
Axes: TypeAlias = tuple[Dimension, ...]
"""The dimensions of one tensor."""


def axes_of(shape: Sequence[int], sample: int, feature: int | None = None) -> Axes:
    """Return the roles of a fresh tensor: one dimension of samples, one of features, the rest positions.

    Args:
        shape: Its sizes.
        sample: Which dimension runs over the samples.
        feature: Which one over the features; None if none does.

    Example:
        >>> [dimension[0].role for dimension in axes_of((8, 3, 5), 0, 1)]
        ['sample', 'feature', 'position']
    """
    roles: dict[int | None, Role] = {feature: "feature", sample: "sample"}
    return tuple(_dimension(roles.get(place, "position"), size) for place, size in enumerate(shape))


def factors(axes: Axes) -> Iterator[Factor]:
    """Go through all factors, outermost first."""
    for dimension in axes:
        yield from dimension


def count(axes: Axes, role: Role) -> int:
    """Return over how many entries a role runs.

    Example:
        >>> count(axes_of((8, 3, 5, 5), 0, 1), "position")
        25
    """
    return math.prod(factor.size for factor in factors(axes) if factor.role == role)


def reshaped(axes: Axes, shape: Sequence[int]) -> Axes | None:
    """Return the roles after a change of shape that keeps the order of the entries.

    Returns:
        None where a new dimension cuts through factors of different roles.

    Example:
        >>> merged = reshaped(axes_of((4, 6, 10), 1, 2), (4, 12, 5))
        >>> [[factor.role for factor in dimension] for dimension in merged]
        [['position'], ['sample', 'feature'], ['feature']]
    """
    rest = list(factors(axes))
    found: list[Dimension] = []
    for size in shape:
        dimension: list[Factor] = []
        needed = size
        while needed > 1:
            factor = _outermost(rest, needed)
            if factor is None:
                return None
            dimension.append(factor)
            needed //= factor.size
        found.append(tuple(dimension))
    return None if rest else tuple(found)


def _outermost(rest: list[Factor], needed: int) -> Factor | None:
    """Take the outermost factor off the list, or as much of it as is needed."""
    while rest:
        factor = rest.pop(0)
        if needed % factor.size == 0:
            return factor
        if factor.size % needed == 0:
            rest.insert(0, Factor(factor.role, factor.size // needed))
            return Factor(factor.role, needed)
        if not (rest and rest[0].role == factor.role):
            return None
        rest[0] = Factor(factor.role, factor.size * rest[0].size)
    return None


def permuted(axes: Axes, order: Sequence[int]) -> Axes:
    """Return the roles after a change of the dimensions' order."""
    return tuple(axes[place] for place in order)


def resized(axes: Axes, place: int, size: int) -> Axes | None:
    """Return the roles after one dimension was cut or lengthened; None where that breaks a merged one."""
    dimension = axes[place]
    if math.prod(factor.size for factor in dimension) == size:
        return axes
    roles = {factor.role for factor in dimension} or {"position"}
    if len(roles) > 1:
        return None
    return (*axes[:place], _dimension(roles.pop(), size), *axes[place + 1 :])


def layered(axes: Axes, features: Collection[int]) -> Axes | None:
    """Return the roles as a layer sees them: the named dimensions are its features, all else positions.

    Returns:
        None where one of the named dimensions runs over samples, too.

    Example:
        >>> count(layered(axes_of((8, 3, 5), 0, 1), {1, 2}), "position")
        1
    """
    found = []
    for place, dimension in enumerate(axes):
        role: Role = "feature" if place in features else "position"
        if role == "feature" and any(factor.role == "sample" for factor in dimension):
            return None
        found.append(tuple(f if f.role == "sample" else Factor(role, f.size) for f in dimension))
    return tuple(found)


def _dimension(role: Role, size: int) -> Dimension:
    return (Factor(role, size),) if size > 1 else ()
