"""Ladders of a flow with their words around them: numbers, axes, legend, a sentence, a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from livegrad import quantity
from livegrad.flow.profile import LayerFlow
from livegrad.report import flow_svg as svg
from livegrad.report import flow_words as words
from livegrad.report.axis import Axis
from livegrad.report.figures import Frame, figure, shortened
from livegrad.report.flow_facts import (
    Lane,
    axis_of,
    correlation,
    gap_in_words,
    in_words,
    rungs_shown,
)
from livegrad.report.markup import both, escape, tag
from livegrad.text import Text, join, same

__all__ = ["Axes", "axes_of", "ladder", "legend", "table", "ticks"]

_MOST_NAMES, _MOST_VALUES = 24, 12
_HEIGHTS = ((12, 26.0), (30, 16.0), (60, 9.0))
_TALLEST = 600.0  # pixels of a ladder of more layers
_LEAST_APART = 15.0  # pixels between two names


@dataclass(frozen=True, kw_only=True)
class Axes:
    """The axes that all lanes of a page share."""

    gradient: Axis
    correlation: Axis
    variance: Axis


def axes_of(drawn: Sequence[Lane]) -> Axes:
    """Return axes that hold everything in all lanes."""
    return Axes(
        gradient=axis_of(drawn),
        correlation=svg.correlation_axis(drawn),
        variance=svg.variance_axis(drawn),
    )


def ladder(lane: Lane, axes: Axes, number: int) -> str:
    """Return one lane as a figure: ∂loss/∂z, and beside it correlation and q on the same rungs.

    Args:
        lane: A prediction, a measurement, or both.
        axes: Common to the page.
        number: Of the chart on the page, for its id.
    """
    layers = lane.main.layers
    row = _row_height(len(layers))
    named = any(layer.name != str(place) for place, layer in enumerate(layers, 1))
    parts = [_names(layers, row, named=named)]
    drawn = _drawn(svg.gradient_marks(lane, axes.gradient), lane)
    parts.append(_panel(words.ERROR, axes.gradient, drawn))
    if len(layers) <= _MOST_VALUES:
        parts.append(_values(layers))
    drawn = _drawn(svg.correlation_marks(lane, axes.correlation), lane)
    parts.append(_panel(words.CORRELATION, axes.correlation, drawn))
    drawn = _drawn(svg.variance_marks(lane, axes.variance), lane)
    parts.append(_panel(words.VARIANCE, axes.variance, drawn, kind="third"))
    longest = max(len(shortened(layer.name)) for layer in layers)
    style = f"--rows:{len(layers)};--row:{row:g}px;--longest:{longest}"
    kind = "climb" if len(layers) <= _MOST_VALUES else "climb without-values"
    captions = [join([*in_words(lane.main), *gap_in_words(lane)])]
    return figure(Frame("".join(parts), kind, style), captions, number) + table(lane)


def legend(drawn: Sequence[Lane]) -> str:
    """Return what the marks in these lanes mean."""
    layers = [layer for lane in drawn for layer in lane.main.layers]
    measured = any(lane.measured is not None for lane in drawn)
    keys = (
        (measured or any(layer.source == "measured" for layer in layers), "alive", words.MEASURED),
        (any(lane.theory is not None for lane in drawn), "theory", words.THEORY),
        (any(layer.band for layer in layers), "band", words.BAND_KEY),
        (any(_has_weight(layer) for layer in layers), "weights", words.MEANING["weight"]),
    )
    items = "".join(
        tag("span", f'<i class="key {kind}"></i>{both(text)}')
        for there, kind, text in keys
        if there
    )
    meanings = "".join(
        tag("span", both(words.MEANING[key])) for key in ("error", "correlation", "variance")
    )
    return tag("p", items + meanings + tag("span", both(words.RELATIVE)), class_="legend")


def table(lane: Lane) -> str:
    """Return all numbers of a lane as a table that can be opened."""
    columns = [
        (head, write)
        for head, write in _COLUMNS
        if any(write(layer) != quantity.UNSEEN for layer in lane.main.layers)
    ]
    heads = [words.LAYER, *(head for head, _ in columns)]
    heads += [words.MEASURED_ERROR] if lane.beside is not None else []
    rows = []
    for place, layer in enumerate(lane.main.layers):
        cells = [write(layer) for _, write in columns]
        if lane.beside is not None:
            cells.append(quantity.power(lane.beside.layers[place].log10_gradient))
        first = tag("th", escape(layer.name), scope="row")
        rows.append(tag("tr", first + "".join(tag("td", escape(cell)) for cell in cells)))
    head = "".join(tag("th", both(text), scope="col") for text in heads)
    inner = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    scroll = f'<div class="scroll" tabindex="0">{inner}</div>'
    return tag("details", f"<summary>{both(words.TABLE)}</summary>{scroll}")


def ticks(axis: Axis) -> str:
    """Return the numbers along an axis, placed by percent."""
    return "".join(
        tag("span", _written(axis, tick), style=_placed(100 * axis.share(tick)))
        for tick in axis.ticks
    )


# ------------------------------------------------------------ parts


def _band(layer: LayerFlow) -> str:
    if layer.band is None:
        return quantity.UNSEEN
    return " … ".join(map(quantity.power, layer.band))


def _kind(layer: LayerFlow) -> str:
    return " · ".join(part for part in (layer.kind, layer.activation) if part)


_COLUMNS: tuple[tuple[Text, Callable[[LayerFlow], str]], ...] = (
    (words.KIND, _kind),
    (words.UNITS, lambda layer: str(layer.width)),
    (words.ERROR, lambda layer: quantity.power(layer.log10_gradient)),
    (same("90 %"), _band),
    (words.WEIGHT, lambda layer: quantity.power(layer.log10_weight_gradient)),
    (words.VARIANCE, lambda layer: quantity.number(layer.signal_variance)),
    (words.CORRELATION, correlation),
    (words.FACTOR, lambda layer: quantity.number(layer.chi)),
    (words.DEAD, lambda layer: quantity.percent(layer.dead)),
    (words.SATURATED, lambda layer: quantity.percent(layer.saturated)),
)


def _has_weight(layer: LayerFlow) -> bool:
    return layer.log10_weight_gradient is not None


def _row_height(depth: int) -> float:
    fixed = next((size for most, size in _HEIGHTS if depth <= most), None)
    return fixed if fixed is not None else _TALLEST / depth


def _names(layers: Sequence[LayerFlow], row: float, *, named: bool) -> str:
    shown = rungs_shown(len(layers), _MOST_NAMES)
    told = [
        place for place in shown if place == shown[-1] or (shown[-1] - place) * row >= _LEAST_APART
    ]
    labels = [(place, escape(shortened(layers[place].name))) for place in told]
    return _beside(labels, len(layers), "names named" if named else "names")


def _values(layers: Sequence[LayerFlow]) -> str:
    labels = [
        (place, escape(quantity.power(layer.log10_gradient))) for place, layer in enumerate(layers)
    ]
    return _beside(labels, len(layers), "names values")


def _beside(labels: Sequence[tuple[int, str]], depth: int, kind: str) -> str:
    inner = "".join(
        tag("span", words_, style=f"top:{100 * (place + 0.5) / depth:.2f}%")
        for place, words_ in labels
    )
    return tag("div", inner, class_=kind)


def _panel(head: Text, axis: Axis, drawn: str, kind: str = "") -> str:
    title = tag("div", both(head), class_="title")
    scale = tag("div", ticks(axis), class_="xs")
    return tag("div", title + scale + drawn, class_=f"side {kind}".strip())


def _drawn(marks: Sequence[str], lane: Lane) -> str:
    return svg.stretched(marks, lane.main.depth, kind="ladder")


def _placed(percent: float) -> str:
    return f"left:{percent:.1f}%;transform:translateX(-{percent:.0f}%)"


def _written(axis: Axis, tick: float) -> str:
    if not axis.log:
        return escape(axis.label(tick))
    if tick == 0:
        return "1"
    return f"10<sup>{'−' if tick < 0 else ''}{abs(tick):.0f}</sup>"
