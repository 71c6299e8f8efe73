"""The picture of an activation as facts: its curves, axes, flat ends, and stated slopes at corners."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from livegrad.errors import BadInput
from livegrad.functions.properties.search import Span
from livegrad.functions.record import Activation
from livegrad.functions.vector import VectorActivation
from livegrad.report.axis import Axis, round_numbers
from livegrad.text import Text

__all__ = ["HIGH", "LOW", "Curve", "Picture", "picture", "pictures"]

Point: TypeAlias = tuple[float, float]
LOW, HIGH = -6.0, 6.0
_STEPS = 240
_NEAR = 1e-9  # how close to a seam its two sides are drawn
_BAD_SPAN = Text(
    "low = {low} and high = {high} are no interval: both must be finite, low below high. "
    "Try low=-6, high=6.",
    "low = {low}, high = {high:은/는} 구간이 아닙니다. 둘 다 유한하고 low가 더 작아야 합니다. "
    "low=-6, high=6부터 시도해 보세요.",
)


@dataclass(frozen=True)
class Curve:
    """One line of a picture.

    Attributes:
        sign: What it shows: ``f``, ``f′`` or ``f″``.
        pieces: Its points (x, y), split where it jumps or is no number.
        dots: Points that belong to it where it jumps: what is stated at a corner.
    """

    sign: str
    pieces: tuple[tuple[Point, ...], ...]
    dots: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Picture:
    """Curves of one activation on common axes.

    Attributes:
        curves: f first.
        x: The axis of inputs.
        y: The axis of outputs and slopes alike; curves may leave it.
        dead: Where the slope is exactly 0.
        faint: Where it stays below 1 % of the steepest, without being 0.
        argument: What is drawn: ``f(x)``, for a vector function one entry of it.
    """

    curves: tuple[Curve, ...]
    x: Axis
    y: Axis
    dead: tuple[Span, ...] = ()
    faint: tuple[Span, ...] = ()
    argument: str = "f(x)"


def picture(
    activation: Activation | VectorActivation,
    *,
    derivative: bool = True,
    second: bool = False,
    low: float = LOW,
    high: float = HIGH,
) -> Picture:
    """Return the picture of an activation.

    Args:
        activation: Any; of a vector function one entry is drawn as one input moves.
        derivative: Whether f′ is drawn too.
        second: Whether f″ is.
        low: Left end of the x axis.
        high: Right end.

    Raises:
        BadInput: The ends are not finite, or in the wrong order.

    Example:
        >>> from livegrad.functions import elementwise
        >>> relu = picture(elementwise("relu"))
        >>> [curve.sign for curve in relu.curves], relu.dead
        (['f', 'f′'], (Span(low=-inf, high=0.0),))
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise BadInput(_BAD_SPAN.fill(low=low, high=high))
    if isinstance(activation, VectorActivation):
        return _of_a_vector(activation, derivative=derivative, low=low, high=high)
    orders = [0, *([1] if derivative else []), *([2] if second else [])]
    curves = tuple(_curve(activation, order, low, high) for order in orders)
    return Picture(
        curves,
        round_numbers(low, high, most=6),
        _height(curves, low, high),
        dead=activation.properties.dead,
        faint=_faint(activation),
    )


def pictures(
    activations: Iterable[Activation | VectorActivation],
    *,
    derivative: bool = True,
    second: bool = False,
    low: float = LOW,
    high: float = HIGH,
) -> tuple[Picture, ...]:
    """Return several pictures with the same y axis, so that they can be compared."""
    drawn = [
        picture(each, derivative=derivative, second=second, low=low, high=high)
        for each in activations
    ]
    y = _height([curve for each in drawn for curve in each.curves], low, high)
    return tuple(
        Picture(each.curves, each.x, y, each.dead, each.faint, each.argument) for each in drawn
    )


def _curve(activation: Activation, order: int, low: float, high: float) -> Curve:
    compute = (activation, activation.derivative, activation.second_derivative)[order]
    inner = [place for place in activation.joint_places if low < place < high]
    edges = [low, *inner, high]
    pieces: list[tuple[Point, ...]] = []
    for left, right in itertools.pairwise(edges):
        pieces += _pieces(lambda x: compute(x, tier="fast").tolist(), _places(left, right, edges))
    dots = [
        (kink.at, kink.slope)
        for kink in activation.kinks
        if order == 1 and low <= kink.at <= high and not math.isclose(kink.left, kink.right)
    ]
    dots += [
        (kink.at, float(activation(kink.at, tier="fast")))
        for kink in activation.kinks
        if order == 0 and kink.jump and low <= kink.at <= high
    ]
    return Curve("f" + "′″"[:order][-1:], _joined(pieces), tuple(dots))


def _places(left: float, right: float, edges: Sequence[float]) -> list[float]:
    """Return places between two seams; just beside a seam, and on the ends of the axis."""
    steps = max(8, round(_STEPS * (right - left) / (edges[-1] - edges[0])))
    x = [left + (right - left) * i / steps for i in range(steps + 1)]
    beside = _NEAR * (edges[-1] - edges[0])
    x[0] += beside if left != edges[0] else 0.0
    x[-1] -= beside if right != edges[-1] else 0.0
    return x


def _pieces(
    compute: Callable[[list[float]], list[float]], x: list[float]
) -> list[tuple[Point, ...]]:
    found: list[list[Point]] = [[]]
    for point in zip(x, compute(x), strict=True):
        if math.isfinite(point[1]):
            found[-1].append(point)
        elif found[-1]:
            found.append([])
    return [tuple(piece) for piece in found if piece]


def _joined(pieces: list[tuple[Point, ...]]) -> tuple[tuple[Point, ...], ...]:
    """Return pieces that meet as one: only a jump splits a curve."""
    found: list[tuple[Point, ...]] = []
    for piece in pieces:
        if found and _meet(found[-1][-1], piece[0]):
            found[-1] += piece
        else:
            found.append(piece)
    return tuple(found)


def _meet(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) < 1e-6 and abs(one[1] - other[1]) < 1e-5


def _height(curves: Iterable[Curve], low: float, high: float) -> Axis:
    """Return a y axis: as high as needed, but no higher than the x axis is wide."""
    values = [y for curve in curves for piece in curve.pieces for _, y in piece]
    most = (high - low) / 2
    inside = [value for value in values if -most <= value <= most] or values or [0.0]
    bottom, top = min(0.0, *inside), max(0.0, *inside)
    pad = 0.06 * (top - bottom or 1.0)
    return round_numbers(bottom - pad, top + pad, most=5)


def _faint(activation: Activation) -> tuple[Span, ...]:
    from livegrad.report.function_failures import tails

    return tuple(tails(activation))


# ------------------------------------------------------------ one entry of a vector function


def _of_a_vector(
    activation: VectorActivation, *, derivative: bool, low: float, high: float
) -> Picture:
    x = [low + (high - low) * i / _STEPS for i in range(_STEPS + 1)]
    moved = 0 if _bends(activation, 0) else 1
    rows = [[t, 1.0] if moved == 0 else [1.0, t] for t in x]
    values = [float(row[0]) for row in activation(rows).tolist()]
    curves = [Curve("f₁", (tuple(zip(x, values, strict=True)),))]
    if derivative:
        slopes = [float(matrix[0][moved]) for matrix in activation.jacobian(rows).tolist()]
        curves.append(Curve("f₁′", _split(list(zip(x, slopes, strict=True)))))
    named = "f₁(x, 1)" if moved == 0 else "f₁(1, x)"
    axis = round_numbers(low, high, most=6)
    return Picture(tuple(curves), axis, _height(curves, low, high), argument=named)


def _bends(activation: VectorActivation, moved: int) -> bool:
    rows = [[t, 1.0] if moved == 0 else [1.0, t] for t in (-2.0, 0.0, 2.0)]
    left, middle, right = (float(row[0]) for row in activation(rows).tolist())
    return abs(left - 2 * middle + right) > 1e-9


def _split(points: list[Point]) -> tuple[tuple[Point, ...], ...]:
    """Return a curve split where it jumps by more than its neighbours let expect."""
    pieces: list[list[Point]] = [[]]
    for point in points:
        if pieces[-1] and abs(point[1] - pieces[-1][-1][1]) > 0.3:
            pieces.append([])
        pieces[-1].append(point)
    return tuple(tuple(piece) for piece in pieces)
