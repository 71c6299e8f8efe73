"""A sweep as facts: which axis goes where, how far training reaches, and the same in words."""

from __future__ import annotations

import bisect
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from livegrad import quantity
from livegrad.flow.profile import VerdictCode
from livegrad.flow.sweep_record import Sweep, SweepAxis, SweepCell
from livegrad.flow.sweeping import AXES
from livegrad.report import flow_words as words
from livegrad.report.flow_facts import decimals
from livegrad.text import Text, join, same

__all__ = ["Field", "axis_words", "cell_words", "field_of", "in_words", "label", "strong", "title"]

_LOOKED_AT = 1000  # layers: the least that a trainable depth of inf can mean
_TITLE = Text("{activation}: {axes}", "{activation}: {axes}")
_ALL = Text("several activations", "여러 활성화 함수")
_ACROSS = Text("{rows} against {columns}", "{rows} × {columns}")
_FIXED = same("({fixed})")
_COUNTED = Text("{verdict}: {count} of {all}", "{verdict}: {all}칸 가운데 {count}칸")
_LIGHTS = Text("Lights, for {optimizer}: {counts}.", "신호등({optimizer} 기준): {counts}.")
_FARTHEST = Text(
    "Training reaches deepest at {name} = {value}, to {depth} layers.",
    "가장 깊이 학습되는 것은 {name} = {value}일 때로, {depth}층까지입니다.",
)
_BEYOND = Text(
    "Training reaches beyond {depth} layers at {name} = {values}.",
    "{name} = {values}일 때는 {depth}층보다 깊어도 학습됩니다.",
)
_WHY_NOT = Text(
    "No prediction at {name} = {value}: {problem}",
    "{name} = {value}일 때는 예측할 수 없습니다. {problem}",
)
_MOST_NAMED = 4  # values and problems written out


@dataclass(frozen=True, kw_only=True)
class Field:
    """A map with its sides chosen: depth grows upwards, names stand at the left.

    Attributes:
        rows: The axis along the left side.
        columns: The axis along the foot.
        cells: ``cells[i][j]``: row i of ``rows``, column j of ``columns``.
        upwards: Whether the first row is drawn at the foot.
    """

    rows: SweepAxis
    columns: SweepAxis
    cells: tuple[tuple[SweepCell, ...], ...]
    upwards: bool

    @property
    def across(self) -> tuple[SweepAxis, tuple[float | None, ...]] | None:
        """The other axis than depth, and the trainable depth at each of its values; None without depth."""
        if self.rows.name == "depth":
            return self.columns, tuple(
                _deepest([row[j] for row in self.cells]) for j in range(len(self.columns.values))
            )
        if self.columns.name == "depth":
            return self.rows, tuple(_deepest(list(row)) for row in self.cells)
        return None

    @property
    def reach(self) -> tuple[float | None, ...]:
        """Where along the depth axis training ends, in cells from its start, for each other value.

        0.5 is the middle of the first cell; more than there are cells where it lies beyond them; None
        where it is not known.
        """
        found = self.across
        depths = self.rows.values if self.rows.name == "depth" else self.columns.values
        if found is None or len(depths) < 2:
            return ()
        ordered = [float(value) for value in depths if isinstance(value, int | float)]
        return tuple(_place(ordered, depth) for depth in found[1])


def field_of(swept: Sweep) -> Field:
    """Return a sweep with its sides chosen; one of one axis becomes a single column.

    Example:
        >>> cell = SweepCell(
        ...     log10_gradient=0,
        ...     correlation=0,
        ...     verdict="healthy",
        ...     colour="green",
        ...     trainable_depth=20,
        ... )
        >>> axes = (
        ...     SweepAxis(name="init", values=("he",)),
        ...     SweepAxis(name="depth", values=(10, 30)),
        ... )
        >>> found = field_of(Sweep(activation="relu", axes=axes, cells=((cell, cell),)))
        >>> found.rows.name, found.reach
        ('init', (1.0,))
    """
    first = swept.axes[0]
    second = swept.axes[1] if len(swept.axes) > 1 else SweepAxis(name="", values=("",))
    turned = second.name == "depth" and first.ordered
    turned = turned or (first.ordered and bool(second.name) and not second.ordered)
    cells = tuple(zip(*swept.cells, strict=True)) if turned else swept.cells
    rows, columns = (second, first) if turned else (first, second)
    upwards = rows.ordered and columns.ordered
    return Field(rows=rows, columns=columns, cells=cells, upwards=upwards)


def strong(cell: SweepCell) -> bool:
    """Return whether the light is sure of the verdict: green where healthy, red where not."""
    return cell.colour == ("green" if cell.verdict == "healthy" else "red")


def label(value: object) -> str:
    """Return how a value is written beside its axis.

    Example:
        >>> label(1.7600000001), label(None), label("he")
        ('1.76', 'none', 'he')
    """
    if value is None:
        return "none"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def axis_words(axis: SweepAxis) -> Text:
    """Return what an axis is called."""
    return AXES.get(axis.name, same(""))


def title(swept: Sweep) -> Text:
    """Return what was swept, in words."""
    axes = [AXES[axis.name] for axis in swept.axes]
    told = axes[0] if len(axes) == 1 else _ACROSS.fill(rows=axes[0], columns=axes[1])
    named = same(swept.activation) if swept.activation else _ALL
    head = _TITLE.fill(activation=named, axes=told)
    fixed = [join([AXES.get(name, same(name)), same(value)]) for name, value in swept.fixed]
    return join([head, _FIXED.fill(fixed=join(fixed, between=", "))]) if fixed else head


def cell_words(cell: SweepCell) -> Text:
    """Return one cell in a few words: the verdict and the two numbers behind it."""
    if cell.problem is not None:
        return words.NO_PREDICTION
    told = [words.SHORT_VERDICT[cell.verdict], same(quantity.power(cell.log10_gradient))]
    if cell.correlation is not None:
        told.append(same(f"c {decimals(cell.correlation)}"))
    return join(told, between=" · ")


def in_words(swept: Sweep) -> tuple[Text, ...]:
    """Return what the map shows, in sentences."""
    cells = [cell for row in swept.cells for cell in row]
    told = [join(list(_counts(cells)), between=", ")]
    told = [join([told[0], same(".")], between="")]
    lights = Counter(cell.colour for cell in cells if cell.colour is not None)
    if lights:
        counts = [
            join([name, same(str(lights[colour]))])
            for colour, name in words.COLOUR.items()
            if lights[colour]
        ]
        joined = join(counts, between=", ")
        told.append(_LIGHTS.fill(optimizer=swept.optimizer, counts=joined))
    return (*told, *_reach_in_words(field_of(swept)), *_problems(swept))


# ------------------------------------------------------------ parts


def _counts(cells: list[SweepCell]) -> Iterator[Text]:
    """Yield how many cells there are of each kind, the most frequent first."""
    found: Counter[VerdictCode | None] = Counter(
        cell.verdict if cell.problem is None else None for cell in cells
    )
    for code, count in found.most_common():
        verdict = words.NO_PREDICTION if code is None else words.SHORT_VERDICT[code]
        yield _COUNTED.fill(verdict=verdict, count=count, all=len(cells))


def _problems(swept: Sweep) -> Iterator[Text]:
    """Yield why there are cells without a prediction, each reason once."""
    reasons: dict[Text, object] = {}
    for value, row in zip(swept.axes[0].values, swept.cells, strict=True):
        for cell in row:
            if cell.problem is not None:
                reasons.setdefault(cell.problem, value)
    for problem, value in list(reasons.items())[:_MOST_NAMED]:
        name = axis_words(swept.axes[0])
        yield _WHY_NOT.fill(name=name, value=label(value), problem=problem)


def _reach_in_words(field: Field) -> Iterator[Text]:
    found = field.across
    if found is None or not found[0].name:
        return
    axis, depths = found
    name = axis_words(axis)
    known = [(depth, value) for depth, value in zip(depths, axis.values, strict=True) if depth]
    beyond = [label(value) for depth, value in known if math.isinf(depth)]
    if beyond:
        shown = ", ".join(beyond[:_MOST_NAMED]) + (", …" if len(beyond) > _MOST_NAMED else "")
        yield _BEYOND.fill(name=name, values=shown, depth=f"{_LOOKED_AT:,}")
    elif known:
        depth, value = max(known, key=lambda pair: pair[0])
        yield _FARTHEST.fill(name=name, value=label(value), depth=f"{depth:,.0f}")


def _deepest(cells: list[SweepCell]) -> float | None:
    """Return the trainable depth that the deepest of the cells that know one gives."""
    known = [cell.trainable_depth for cell in cells if cell.trainable_depth is not None]
    return known[-1] if known else None


def _place(depths: list[float], depth: float | None) -> float | None:
    if depth is None:
        return None
    depth = min(depth, _LOOKED_AT)
    if depth <= depths[0]:
        return 0.5 * depth / depths[0] if depths[0] > 0 else 0.0
    # Beyond the last depth the scale goes on as it was, so that a line leaves the map where it should.
    right = min(bisect.bisect_left(depths, depth), len(depths) - 1)
    left = right - 1
    return left + 0.5 + (depth - depths[left]) / (depths[right] - depths[left])
