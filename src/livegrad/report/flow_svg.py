"""The ladder of a flow as SVG marks: theory's line, dots and band over the measured bars.

Marks stand in a box 100 wide and one unit high for each layer, which is stretched to its place; words
stand around it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from livegrad import quantity
from livegrad.flow.profile import FlowProfile, LayerFlow
from livegrad.report.axis import Axis, decades
from livegrad.report.flow_facts import Lane, correlation
from livegrad.report.markup import escape

__all__ = [
    "correlation_axis",
    "correlation_marks",
    "gradient_marks",
    "stretched",
    "variance_axis",
    "variance_marks",
]

_FULL = 0.62  # of a rung's height is bar
_STUB = 0.8  # a bar's least length
_MOST_DOTS = 60  # of more layers the dots would run into each other
_Point = tuple[float, float]
V = TypeVar("V")


def gradient_marks(lane: Lane, axis: Axis) -> list[str]:
    """Return the marks of ∂loss/∂z and ∂loss/∂W of one lane.

    Args:
        lane: A prediction, a measurement, or both.
        axis: Common to all lanes, in powers of ten.

    Example:
        >>> from livegrad.flow.profile import Verdict
        >>> from livegrad.text import same
        >>> one = LayerFlow(name="1", signal_variance=1.0, log10_gradient=0.0)
        >>> verdict = Verdict(code="healthy", text=same(""))
        >>> net = FlowProfile(title=same("net"), source="measured", layers=(one,), verdict=verdict)
        >>> [mark for mark in gradient_marks(Lane(main=net), decades([0])) if "bar" in mark]
        ['<rect class="bar" x="0" y="0.19" width="98.04" height="0.62"/>']
    """
    depth = lane.main.depth
    marks = _grid(axis, depth)
    if lane.measured is not None:
        marks += [_bar(layer, axis, place) for place, layer in enumerate(lane.measured.layers)]
    if lane.theory is not None:
        marks += _theory(lane.theory, axis)
    marks += _weights(lane.main, axis)
    marks += [_told(lane, place) for place in range(depth)]
    return marks


def correlation_axis(drawn: Sequence[Lane]) -> Axis:
    """Return the axis of correlations: 0 … 1, further down only where one is negative."""
    values = [
        layer.correlation
        for lane in drawn
        for profile in lane.profiles
        for layer in profile.layers
        if layer.correlation is not None and math.isfinite(layer.correlation)
    ]
    low = -1.0 if min(values, default=0.0) < -0.02 else 0.0
    return Axis(low, 1.02, (low, 0.0, 1.0) if low else (0.0, 1.0))


def correlation_marks(lane: Lane, axis: Axis) -> list[str]:
    """Return the correlation of two inputs, layer by layer."""
    return _course(lane, axis, lambda layer: layer.correlation)


def variance_axis(drawn: Sequence[Lane]) -> Axis:
    """Return the axis of q, in powers of ten."""
    return decades(
        (
            value
            for lane in drawn
            for profile in lane.profiles
            for layer in profile.layers
            if (value := _log(layer)) is not None
        ),
        most=2,
        limit=1000.0,
    )


def variance_marks(lane: Lane, axis: Axis) -> list[str]:
    """Return q, layer by layer."""
    return _course(lane, axis, _log)


def stretched(marks: Sequence[str], rows: int, *, kind: str, place: str = "") -> str:
    """Return marks in a box that takes the size of its place, hidden from screen readers.

    Args:
        marks: In a box of 100 by ``rows``.
        rows: How many layers.
        kind: Class names.
        place: Attributes that say where it lies within another drawing.
    """
    return (
        f'<svg class="{kind}" {place} viewBox="0 0 100 {max(1, rows)}" preserveAspectRatio="none" '
        f'aria-hidden="true" focusable="false">{"".join(marks)}</svg>'
    )


# ------------------------------------------------------------ parts


def _grid(axis: Axis, depth: int) -> list[str]:
    return [f'<path class="grid" d="M{_n(_x(axis, tick))} 0V{depth}"/>' for tick in axis.ticks]


def _bar(layer: LayerFlow, axis: Axis, place: int) -> str:
    value = layer.log10_gradient
    broken = math.isnan(value) or value == math.inf
    length = 100.0 if broken else max(_STUB, _x(axis, value))
    kind = "bar broken" if broken else "bar zero" if value == -math.inf else "bar"
    return (
        f'<rect class="{kind}" x="0" y="{_n(place + (1 - _FULL) / 2)}" width="{_n(length)}" '
        f'height="{_FULL}"/>'
    )


def _theory(profile: FlowProfile, axis: Axis) -> list[str]:
    """Return band, line and dots of a prediction; where a layer was measured instead, a bar."""
    marks = [
        _bar(layer, axis, place)
        for place, layer in enumerate(profile.layers)
        if layer.source == "measured"
    ]
    for piece in _pieces(profile, lambda layer: layer.band):
        around = [(_x(axis, low), y) for y, (low, _) in piece]
        around += [(_x(axis, high), y) for y, (_, high) in reversed(piece)]
        marks.append(f'<path class="band" d="{_path(around)}Z"/>')
    lines = [
        [(_x(axis, value), y) for y, value in piece]
        for piece in _pieces(profile, lambda layer: _finite(layer.log10_gradient))
    ]
    for kind in ("halo", "theory"):
        marks += [f'<path class="{kind}" d="{_path(line)}"/>' for line in lines]
    return marks + _dots(itertools.chain(*lines), profile.depth)


def _weights(profile: FlowProfile, axis: Axis) -> list[str]:
    pieces = _pieces(profile, lambda layer: _finite(layer.log10_weight_gradient))
    return [
        f'<path class="weights" d="{_path([(_x(axis, v), y) for y, v in piece])}"/>'
        for piece in pieces
    ]


def _course(lane: Lane, axis: Axis, value: Callable[[LayerFlow], float | None]) -> list[str]:
    """Return a quantity as a line for each of prediction and measurement."""
    marks = _grid(axis, lane.main.depth)
    for profile in reversed(lane.profiles):
        kind = "theory" if profile.source == "predicted" else "found"
        lines = [[(_x(axis, v), y) for y, v in piece] for piece in _pieces(profile, value)]
        marks += [f'<path class="{kind}" d="{_path(line)}"/>' for line in lines]
        if kind == "theory":
            marks += _dots(itertools.chain(*lines), profile.depth)
    return marks


def _told(lane: Lane, place: int) -> str:
    """Return an unseen strip over a rung that says its numbers when it is pointed at."""
    layer = lane.main.layers[place]
    told = [f"{place + 1}" if layer.name == str(place + 1) else f"{place + 1} {layer.name}"]
    told.append(f"∂loss/∂z {quantity.power(layer.log10_gradient)}")
    if lane.beside is not None:
        told[-1] += f" ({quantity.power(lane.beside.layers[place].log10_gradient)})"
    told.append(f"∂loss/∂W {quantity.power(layer.log10_weight_gradient)}")
    told.append(f"c {correlation(layer)}")
    told.append(f"q {quantity.number(layer.signal_variance)}")
    words = escape(" · ".join(told))
    return (
        f'<rect class="pick" x="0" y="{place}" width="100" height="1"><title>{words}</title></rect>'
    )


def _dots(points: Iterator[_Point], depth: int) -> list[str]:
    if depth > _MOST_DOTS:
        return []
    return [f'<path class="dot" d="M{_n(x)} {_n(y)}h0"/>' for x, y in points]


def _pieces(
    profile: FlowProfile, value: Callable[[LayerFlow], V | None]
) -> Iterator[list[tuple[float, V]]]:
    """Yield runs of layers in which a quantity is known, as pairs of height and value."""
    run: list[tuple[float, V]] = []
    for place, layer in enumerate(profile.layers):
        known = value(layer)
        if known is not None:
            run.append((place + 0.5, known))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _log(layer: LayerFlow) -> float | None:
    value = layer.signal_variance
    return math.log10(value) if math.isfinite(value) and value > 0 else None


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _path(points: Sequence[_Point]) -> str:
    drawn = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
    return drawn + "h0" if len(points) == 1 else drawn


def _x(axis: Axis, value: float) -> float:
    return 100 * axis.share(value)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
