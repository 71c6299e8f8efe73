"""The gradient ladder as facts: one rung for each layer, the last layer = 1.

The loss stands below the last rung, so the gradient climbs. A rung holds both gradients, each
relative to the last layer's own: ``height`` that of ∂loss/∂z (the error signal), ``weight`` that of
∂loss/∂W (what the optimizer gets).
"""

from __future__ import annotations

import difflib
import itertools
import math
import statistics
from dataclasses import dataclass
from typing import Literal, TypeAlias

from livegrad.observation.evidence import Evidence, Layer, Series
from livegrad.report.axis import Axis, decades

FIRST_SAMPLES = 5
"""A rung is the median of so many first samples: the ladder shows what training started from."""

STILL_BELOW = 1e-4
"""A layer whose weights changed by less than this share of their norm, start to end, stands still.

Asked of the data (scikit-learn's digits, 300 to 600 steps): ten sigmoid layers under SGD moved 6e-9
to 7e-5 at the six layers that never learned anything; in nets that learned, at any rate and depth
tried (3 to 30 layers, SGD and Adam, even at rates far too low), every layer moved 2e-2 or more.
"""

State: TypeAlias = Literal["measured", "zero", "overflow", "unseen"]


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One layer of the ladder.

    Attributes:
        number: Its place, from 1.
        name: The module's name, or ``#number`` where it has none.
        kind: Kind of layer.
        activation: What its output meets first.
        height: log10 of ∂loss/∂z over the last layer's; ``-inf`` where it is zero.
        weight: The same of ∂loss/∂W.
        moved: How far its weights came from the start, as a share of their norm.
        moves: Whether that is enough to count; ``None`` where it was not seen.
        times: log10 of the gradient at each time step over the last one's (recurrent layers).
    """

    number: int
    name: str
    kind: str = ""
    activation: str | None = None
    height: float | None = None
    weight: float | None = None
    moved: float | None = None
    moves: bool | None = None
    times: Series = ()

    @property
    def state(self) -> State:
        """What kind of number `height` is."""
        return state(self.height)


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """All rungs of one training, the first layer first.

    Attributes:
        rungs: One for each layer.
        until: The step of the last sample that the medians were taken from.
    """

    rungs: tuple[Rung, ...]
    until: int | None = None

    @property
    def seen(self) -> bool:
        """Whether any gradient was measured."""
        return any(r.state != "unseen" or r.weight is not None for r in self.rungs)

    @property
    def per_layer(self) -> float | None:
        """log10 of the factor by which ∂loss/∂z changes per layer on its way back, on average."""
        finite = [r for r in self.rungs if r.height is not None and math.isfinite(r.height)]
        if len(finite) < 2 or finite[-1].height is None or finite[0].height is None:
            return None
        return (finite[0].height - finite[-1].height) / (finite[-1].number - finite[0].number)

    @property
    def still(self) -> tuple[Rung, ...]:
        """The layers that do not move."""
        return tuple(r for r in self.rungs if r.moves is False)


@dataclass(frozen=True, kw_only=True)
class Row:
    """The same layer before and after; ``None`` where that side has no such layer."""

    before: Rung | None
    after: Rung | None

    @property
    def name(self) -> str:
        """The layer's name, as it was before if it was there."""
        rung = self.before or self.after
        return rung.name if rung else ""


@dataclass(frozen=True, kw_only=True)
class Butterfly:
    """Two ladders on one axis, rung beside rung; ``after`` is ``None`` without a proof."""

    before: Ladder
    after: Ladder | None
    rows: tuple[Row, ...]
    axis: Axis


def climb(evidence: Evidence) -> Ladder:
    """Return the ladder of one training."""
    heights = _relative([first_median(layer.gradient) for layer in evidence.layers])
    weights = _relative([first_median(layer.weight_gradient) for layer in evidence.layers])
    rungs = (
        _rung(place, layer, height, weight, evidence.steps)
        for place, (layer, height, weight) in enumerate(
            zip(evidence.layers, heights, weights, strict=True), 1
        )
    )
    return Ladder(rungs=tuple(rungs), until=_last_of_first(evidence))


def side_by_side(before: Ladder, after: Ladder | None) -> Butterfly:
    """Return both ladders on one axis, layers of one name in one row."""
    rungs = (*before.rungs, *(after.rungs if after else ()))
    values = [v for r in rungs for v in (r.height, r.weight) if v is not None]
    return Butterfly(before=before, after=after, rows=_rows(before, after), axis=decades(values))


def thinned(count: int, most: int) -> tuple[int, ...]:
    """Return at most ``most`` of ``count`` indices, evenly spread, with the first and the last.

    Example:
        >>> thinned(100, 5)
        (0, 25, 50, 74, 99)
    """
    if count <= max(most, 2):
        return tuple(range(count))
    return tuple(round(i * (count - 1) / (most - 1)) for i in range(max(most, 2)))


def first_median(series: Series) -> float | None:
    """Return the median of the first samples that were seen; NaN only where nothing else was."""
    seen = [value for value in series if value is not None][:FIRST_SAMPLES]
    numbers = [value for value in seen if not math.isnan(value)]
    return statistics.median_low(numbers) if numbers else math.nan if seen else None


def state(value: float | None) -> State:
    """Return what kind of number a logarithm is."""
    if value is None:
        return "unseen"
    if value == -math.inf:
        return "zero"
    return "measured" if math.isfinite(value) else "overflow"


def _relative(values: list[float | None]) -> list[float | None]:
    finite = [value for value in values if value is not None and math.isfinite(value)]
    return [None if value is None else value - finite[-1] if finite else value for value in values]


def _rung(
    number: int, layer: Layer, height: float | None, weight: float | None, steps: int
) -> Rung:
    moved = _moved(layer, steps)
    return Rung(
        number=number,
        name=layer.name or f"#{number}",
        kind=layer.kind,
        activation=layer.activation,
        height=height,
        weight=weight,
        moved=moved,
        moves=None if moved is None else not moved < STILL_BELOW,
        times=tuple(_relative(list(layer.time_gradient))) if len(layer.time_gradient) > 1 else (),
    )


def _moved(layer: Layer, steps: int) -> float | None:
    """Return the last distance seen; else what the largest update could have made of it."""
    distances = [value for value in layer.moved if value is not None and not math.isnan(value)]
    if distances:
        return distances[-1]
    updates = [value for value in layer.update if value is not None and not math.isnan(value)]
    return max(updates) * max(1, steps) if updates else None


def _last_of_first(evidence: Evidence) -> int | None:
    first = evidence.sampled[:FIRST_SAMPLES]
    return first[-1] if first else None


def _rows(before: Ladder, after: Ladder | None) -> tuple[Row, ...]:
    if after is None:
        return tuple(Row(before=rung, after=None) for rung in before.rungs)
    names, others = [r.name for r in before.rungs], [r.name for r in after.rungs]
    blocks = difflib.SequenceMatcher(None, names, others, autojunk=False).get_opcodes()
    return tuple(
        Row(before=left, after=right)
        for _, i, j, k, m in blocks
        for left, right in itertools.zip_longest(before.rungs[i:j], after.rungs[k:m])
    )
