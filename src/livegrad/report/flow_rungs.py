"""The ladder of a flow in the terminal: one line for each rung shown, the first layer on top."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text as Styled

from livegrad import quantity
from livegrad.flow.profile import LayerFlow
from livegrad.report import flow_words as words
from livegrad.report.axis import Axis
from livegrad.report.flow_facts import Lane, axis_of, correlation, rungs_shown
from livegrad.report.lines import Page, cleaned, fitted
from livegrad.text import Text, join

__all__ = ["print_ladder", "small_ladder", "spelled"]

_LEAST_BAR, _WIDEST_BAR = 14, 44
_NUMBER = 8
_SPELLED = {
    "∂": "d",
    "χ": "chi",
    "ξ": "xi",
    "σ": "sigma",
    "²": "^2",
    "·": "|",
    "−": "-",
    "–": "-",
    "…": "~",
    "×": "x",
    "√": "sqrt",
    "≈": "~",
    "≤": "<=",
    "≥": ">=",
    "∞": "inf",
    "→": "->",
    "₁": "1",
    "’": "'",
}


@dataclass(frozen=True)
class _Column:
    """One column of numbers beside the bars.

    Attributes:
        key: Of its meaning in `flow_words.MEANING`.
        head: What stands over it.
        width: Of the column, in characters.
        write: What stands in it for a layer.
    """

    key: str
    head: Text
    width: int
    write: Callable[[LayerFlow], str]


# In the order of reading; where room is short, the last ones go first.
_COLUMNS = (
    _Column("error", words.ERROR, _NUMBER, lambda layer: quantity.power(layer.log10_gradient)),
    _Column("correlation", words.CORRELATION, 6, correlation),
    _Column(
        "weight", words.WEIGHT, _NUMBER, lambda layer: quantity.power(layer.log10_weight_gradient)
    ),
    _Column("variance", words.VARIANCE, 7, lambda layer: quantity.number(layer.signal_variance)),
    _Column("factor", words.FACTOR, 6, lambda layer: quantity.number(layer.chi)),
    _Column("dead", words.DEAD, 5, lambda layer: quantity.percent(layer.dead)),
    _Column("saturated", words.SATURATED, 5, lambda layer: quantity.percent(layer.saturated)),
)


def spelled(page: Page, text: Text | str) -> str:
    """Return the text in the reader's language, signs that the terminal cannot write in letters."""
    coding = page.console.encoding
    if "utf" in coding.lower():
        return page.spoken(text)
    return "".join(_SPELLED.get(c, c) if not _writable(c, coding) else c for c in page.spoken(text))


def print_ladder(page: Page, lane: Lane) -> None:
    """Print one network's ladder with its numbers, and below it what the marks and columns mean."""
    layers = lane.main.layers
    shown = rungs_shown(len(layers))
    index, name = _name_widths(page, layers, shown)
    beside = _NUMBER + 2 if lane.beside is not None else 0
    columns, left_out = _fitting(page, layers, page.width - index - name - 1 - beside)
    taken = sum(c.width + 1 for c in columns) + index + name + 1 + beside
    bar = max(_LEAST_BAR, min(_WIDEST_BAR, page.width - taken))
    axis = axis_of([lane])
    page.styled(_head(page, lane, columns, index + name + 1, bar))
    for place in shown:
        line = Styled(_named(layers[place], place, index, name) + " ")
        line += _bar(page, layers[place], axis, bar)
        line += Styled("".join(f" {_cell(page, c, layers[place])}" for c in columns))
        if lane.beside is not None:
            line += Styled(f" {quantity.power(lane.beside.layers[place].log10_gradient)}")
        page.styled(line)
    _legend(page, lane, axis, columns)
    if len(shown) < len(layers):
        page.say(words.SHOWN.fill(shown=len(shown), all=len(layers)), style="dim")
    if left_out:
        heads = join([column.head for column in left_out], between=", ")
        page.say(spelled(page, words.NO_ROOM.fill(names=heads)), style="dim")


def small_ladder(page: Page, lane: Lane, axis: Axis, width: int) -> list[Styled]:
    """Return a ladder without columns but ∂loss/∂z, each line so many characters wide."""
    layers = lane.main.layers
    index = len(str(len(layers)))
    bar = width - index - 2 - _NUMBER
    lines = []
    for place in rungs_shown(len(layers)):
        layer = layers[place]
        value = quantity.power(layer.log10_gradient)
        line = Styled(f"{place + 1:>{index}} ") + _bar(page, layer, axis, bar)
        lines.append(line + Styled(f" {set_cell_size(value, _NUMBER)}"))
    return lines


# ------------------------------------------------------------ columns


def _fitting(
    page: Page, layers: Sequence[LayerFlow], room: int
) -> tuple[list[_Column], list[_Column]]:
    """Return the columns for which there is room beside a bar, and those left out."""
    told = [c for c in _COLUMNS if any(_known(c, layer) for layer in layers)]
    kept = list(told)
    while len(kept) > 1 and sum(_width(page, c) + 1 for c in kept) + _LEAST_BAR > room:
        kept.pop()
    return [_Column(c.key, c.head, _width(page, c), c.write) for c in kept], told[len(kept) :]


def _known(column: _Column, layer: LayerFlow) -> bool:
    return column.write(layer) != quantity.UNSEEN


def _width(page: Page, column: _Column) -> int:
    return max(column.width, cell_len(spelled(page, column.head)))


def _head(page: Page, lane: Lane, columns: Sequence[_Column], before: int, bar: int) -> Styled:
    over_bar = set_cell_size(page.spoken(words.SOURCE[lane.main.source]), bar)
    heads = [set_cell_size(spelled(page, c.head), c.width) for c in columns]
    heads += [page.spoken(words.MEASURED)] if lane.beside is not None else []
    return Styled(" " * before + " ".join([over_bar, *heads]), style="dim")


def _cell(page: Page, column: _Column, layer: LayerFlow) -> str:
    return set_cell_size(spelled(page, column.write(layer)), column.width)


# ------------------------------------------------------------ rungs


def _name_widths(page: Page, layers: Sequence[LayerFlow], shown: Sequence[int]) -> tuple[int, int]:
    """Return the columns for the number and for the name; no name where it is the number."""
    index = len(str(len(layers)))
    if all(layers[place].name == str(place + 1) for place in shown):
        return index, 0
    longest = max(cell_len(cleaned(layers[place].name)) for place in shown)
    return index, 1 + min(longest, max(6, page.width // 5))


def _named(layer: LayerFlow, place: int, index: int, name: int) -> str:
    number = f"{place + 1:>{index}}"
    return f"{number} {fitted(cleaned(layer.name), name - 1)}" if name else number


def _bar(page: Page, layer: LayerFlow, axis: Axis, width: int) -> Styled:
    """Return the gradient as a bar: sure up to the band's low end, lighter to the median and its top."""
    value = layer.log10_gradient
    if not math.isfinite(value):
        drawn = "0" if value == -math.inf else "NaN" if math.isnan(value) else "inf"
        return Styled(fitted(drawn, width))
    sure, inner, outer = _marks(page)
    low, high = layer.band or (value, value)
    ends = [max(1, round(axis.share(v) * width)) for v in (low, value, max(value, high))]
    first, second, third = (sorted(ends)[i] for i in range(3))
    return Styled.assemble(
        (sure * first, "cyan"),
        (inner * (second - first), "cyan"),
        (outer * (third - second), "dim"),
        " " * (width - third),
    )


def _marks(page: Page) -> tuple[str, str, str]:
    full, hollow = page.bars
    return full, "=" if full == "#" else "▒", hollow


def _legend(page: Page, lane: Lane, axis: Axis, columns: Sequence[_Column]) -> None:
    sure, inner, outer = _marks(page)
    low, high = (quantity.power(v) for v in (axis.low, axis.high))
    page.say(spelled(page, words.BARS.fill(low=low, high=high)), style="dim")
    if any(layer.band for layer in lane.main.layers):
        told = [
            words.SURE.fill(mark=sure * 3),
            words.BAND.fill(inner=inner * 3, outer=outer * 3),
        ]
        page.say(join(told, between=", "), style="dim")
    meanings = join([words.MEANING[c.key] for c in columns], between=" · ")
    page.say(spelled(page, meanings), style="dim")


def _writable(character: str, coding: str) -> bool:
    try:
        character.encode(coding)
    except UnicodeEncodeError:
        return False
    return True
