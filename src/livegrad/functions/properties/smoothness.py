"""Where pieces of a formula meet, and how smoothly: one-sided derivatives, compared."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrad.functions.formula import Call, Expression, evaluate, walk
from livegrad.functions.formula.nodes import Number
from livegrad.functions.formula.pieces import Clip, Piecewise
from livegrad.functions.numbers.backends import NUMPY
from livegrad.functions.properties.crossing import zeros
from livegrad.functions.properties.sampling import in_float64, of_tree

if TYPE_CHECKING:
    from livegrad.functions.record import Activation

__all__ = ["HIGHEST_ORDER", "Seam", "seam_at", "seams"]

HIGHEST_ORDER = 4  # the last derivative that is compared
_AT_MOST = 64  # seams of one function; those nearest to 0 are kept
_NOTHING = 1e-60
_SLACK = 1e-6  # relative to the larger side, above the rounding of all derivatives compared


@dataclass(frozen=True)
class Seam:
    """A place where pieces meet.

    Attributes:
        at: The place, in units of the input.
        order: How many derivatives agree there: −1 if f itself jumps, 0 if f′ does, 1 if f″ does;
            inf if all agree up to the fourth.
        left: f, f′, f″, … just left of it, up to the fourth derivative.
        right: The same just right of it.

    Example:
        >>> from livegrad.functions import elementwise
        >>> [seam.order for seam in elementwise("elu").properties.seams]
        [1]
    """

    at: float
    order: float
    left: tuple[float, ...]
    right: tuple[float, ...]

    @property
    def rise_of_square(self) -> float:
        """By how much f² jumps, upwards positive."""
        return self.right[0] ** 2 - self.left[0] ** 2


def seam_at(f: Activation, place: float) -> Seam:
    """Return how two pieces meet at a place; anywhere else everything agrees.

    Args:
        f: The activation.
        place: In units of the input.

    Returns:
        One-sided derivatives and the number of those that agree.

    Example:
        >>> from livegrad.functions import elementwise
        >>> seam_at(elementwise("relu"), 0.0).right
        (0.0, 1.0, 0.0, 0.0, 0.0)
    """
    near = max(float(np.spacing(abs(place))), 1e-100)
    sides = np.array([place - near, place + near])
    orders = range(HIGHEST_ORDER + 1)
    pairs = [in_float64(f, *("x",) * order)(sides) for order in orders]
    left, right = (tuple(_settled(float(pair[side])) for pair in pairs) for side in (0, 1))
    agreeing = (order for order in range(len(pairs)) if not _agree(left[order], right[order]))
    return Seam(place, next(agreeing, math.inf) - 1, left, right)


def _settled(value: float) -> float:
    # Beside 0 it is looked at 1e-100 away, where x itself is not yet 0.
    return value if abs(value) > _NOTHING else 0.0


def _agree(left: float, right: float) -> bool:
    if not (math.isfinite(left) and math.isfinite(right)):
        return left == right
    return abs(left - right) <= _SLACK * max(1.0, abs(left), abs(right))


def seams(f: Activation) -> tuple[float, ...]:
    """Return where the formula may not be smooth, in rising order, in units of the input.

    These are the declared joints, the joints of pieces, the ends of clips, and the zeros of what
    stands inside an absolute value or a sign.

    Example:
        >>> from livegrad.functions import elementwise
        >>> seams(elementwise("hardtanh"))
        (-1.0, 1.0)
    """
    found = [*f.joint_places, *_edges_of(f.formula, f.settings)]
    within = np.unique([place for place in found if math.isfinite(place)])
    distinct = within[
        np.diff(within, prepend=-math.inf) > 1e-9 * np.maximum(1, np.absolute(within))
    ]
    nearest = distinct[np.argsort(np.absolute(distinct))][:_AT_MOST]
    return tuple(float(place) for place in np.sort(nearest))


def _edges_of(formula: Expression, settings: dict[str, float]) -> Iterator[float]:
    for node in _distinct(formula):
        if isinstance(node, Piecewise):
            yield from (float(evaluate(joint, NUMPY, settings)) for joint in node.joints)
        elif isinstance(node, Clip):
            bounds = [bound for bound in (node.low, node.high) if math.isfinite(bound)]
            for bound in bounds:
                yield from _crossings(node.argument - Number(bound), settings)
        elif isinstance(node, Call) and node.function in ("absolute", "sign"):
            yield from _crossings(node.argument, settings)


def _distinct(tree: Expression) -> list[Expression]:
    return list({id(node): node for node in walk(tree)}.values())


def _crossings(tree: Expression, settings: dict[str, float]) -> list[float]:
    return zeros(functools.partial(of_tree, tree, settings), ())
