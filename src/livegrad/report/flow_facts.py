"""What the faces of a flow draw, as facts: lanes on one axis, the rungs shown, and words."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from livegrad import quantity
from livegrad.flow.profile import FlowProfile, LayerFlow
from livegrad.report import flow_words as words
from livegrad.report.axis import Axis, decades
from livegrad.text import Text

__all__ = [
    "Gap",
    "Lane",
    "axis_of",
    "correlation",
    "decimals",
    "gap",
    "gap_in_words",
    "in_words",
    "lanes",
    "light_line",
    "rungs_shown",
]

MOST_RUNGS = 12
"""Up to so many layers each is printed; of more, every k-th."""

_FARTHEST = 1000.0  # decades an axis may reach
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)
_LEVEL = 0.3
"""Decades within which a gradient is called level: a factor of 2."""
_BAND_SHARE = 0.5
"""Where less than this share of layers lies within the band, chance does not explain it."""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One network: what theory predicts for it, what was measured on it, or both.

    Attributes:
        main: The prediction, or a measurement that stands alone.
        beside: The measurement that belongs to the prediction; None if there is none.
    """

    main: FlowProfile
    beside: FlowProfile | None = None

    @property
    def theory(self) -> FlowProfile | None:
        """The prediction."""
        return self.main if self.main.source == "predicted" else None

    @property
    def measured(self) -> FlowProfile | None:
        """The measurement."""
        return self.beside if self.theory else self.main

    @property
    def profiles(self) -> tuple[FlowProfile, ...]:
        """One or both."""
        return (self.main,) if self.beside is None else (self.main, self.beside)


@dataclass(frozen=True, kw_only=True)
class Gap:
    """How far a measurement is from the prediction.

    Attributes:
        median: Median distance over the layers, in decades.
        most: Greatest distance, in decades.
        name: The layer where it is greatest.
        inside: At how many layers the measurement lies within the band.
        banded: How many layers have a band.
    """

    median: float
    most: float
    name: str
    inside: int
    banded: int


def lanes(profiles: Sequence[FlowProfile]) -> tuple[Lane, ...]:
    """Return the profiles as lanes: each measurement beside the first free prediction of its depth.

    Example:
        >>> from livegrad.flow.profile import LayerFlow, Verdict
        >>> layer = LayerFlow(name="1", signal_variance=1.0, log10_gradient=0.0)
        >>> net = Text("a net", "신경망")
        >>> verdict = Verdict(code="healthy", text=net)
        >>> kinds = ("predicted", "measured", "predicted")
        >>> made = [
        ...     FlowProfile(title=net, source=k, layers=(layer,), verdict=verdict) for k in kinds
        ... ]
        >>> [[p.source for p in lane.profiles] for lane in lanes(made)]
        [['predicted', 'measured'], ['predicted']]
    """
    theories = [p for p in profiles if p.source == "predicted"]
    free = [p for p in profiles if p.source == "measured"]
    found = []
    for theory in theories:
        mate = next((m for m in free if m.depth == theory.depth), None)
        free = [m for m in free if m is not mate]
        found.append(Lane(main=theory, beside=mate))
    return (*found, *(Lane(main=m) for m in free))


def axis_of(drawn: Sequence[Lane]) -> Axis:
    """Return one axis of powers of ten that holds all gradients and bands of all lanes."""
    return decades((v for lane in drawn for v in _values(lane)), limit=_FARTHEST)


def rungs_shown(depth: int, most: int = MOST_RUNGS) -> tuple[int, ...]:
    """Return the indices of the rungs that are printed: each, or every k-th with first and last.

    Example:
        >>> rungs_shown(50)
        (0, 4, 9, 14, 19, 24, 29, 34, 39, 44, 49)
    """
    if depth <= most:
        return tuple(range(depth))
    step = next((s for s in _STEPS if depth / s <= most - 2), math.ceil(depth / (most - 2)))
    return tuple(sorted({0, *range(step - 1, depth, step), depth - 1}))


def correlation(layer: LayerFlow) -> str:
    """Return the correlation at a layer, as it is written."""
    return decimals(layer.correlation)


def decimals(value: float | None) -> str:
    """Return a correlation with three decimals; four where three would claim that nothing differs.

    Example:
        >>> decimals(0.5), decimals(0.9997), decimals(-0.0002), decimals(None)
        ('0.500', '0.9997', '0.000', '–')
    """
    if value is None or not math.isfinite(value):
        return quantity.special(value) or quantity.UNSEEN
    digits = 4 if 0.9995 <= value < 0.99995 else 3
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")  # + 0.0: no minus zero


def light_line(profile: FlowProfile) -> Text:
    """Return the traffic light in words, with the optimizer it speaks of."""
    light = profile.light
    if light is None:
        return words.NO_LIGHT
    return words.LIGHT_LINE.fill(
        colour=words.COLOUR[light.colour],
        optimizer=light.optimizer,
        reason=light.text,
    )


def in_words(profile: FlowProfile) -> tuple[Text, ...]:
    """Return what the ladder shows, in sentences."""
    told = list(_gone(profile))
    first, last = profile.layers[0], profile.layers[-1]
    decade = first.log10_gradient
    if math.isfinite(decade) and profile.depth > 1:
        told.append(_course(decade, profile.depth))
    if last.correlation is not None:
        told.append(words.ALIKE.fill(value=correlation(last)))
    return tuple(told)


def gap(lane: Lane) -> Gap | None:
    """Return how far apart prediction and measurement of a lane are; None without both."""
    if lane.theory is None or lane.measured is None:
        return None
    pairs = [
        (abs(m.log10_gradient - t.log10_gradient), t, m)
        for t, m in zip(lane.theory.layers[:-1], lane.measured.layers[:-1], strict=False)
        if math.isfinite(m.log10_gradient) and math.isfinite(t.log10_gradient)
    ]
    if not pairs:
        return None
    most, at, _ = max(pairs, key=lambda pair: pair[0])
    banded = [(t.band, m.log10_gradient) for _, t, m in pairs if t.band is not None]
    return Gap(
        median=statistics.median(off for off, _, _ in pairs),
        most=most,
        name=at.name,
        inside=sum(low <= value <= high for (low, high), value in banded),
        banded=len(banded),
    )


def gap_in_words(lane: Lane) -> tuple[Text, ...]:
    """Return the distance between prediction and measurement in sentences; empty without both."""
    found = gap(lane)
    if found is None:
        return ()
    told = [words.GAP.fill(median=f"{found.median:.2f}", most=f"{found.most:.2f}", name=found.name)]
    if found.banded:
        told.append(words.INSIDE.fill(count=found.inside, all=found.banded))
        if found.inside < _BAND_SHARE * found.banded:
            told.append(words.OUTSIDE)
    return tuple(told)


# ------------------------------------------------------------ parts


def _values(lane: Lane) -> Iterator[float]:
    for profile in lane.profiles:
        for layer in profile.layers:
            yield layer.log10_gradient
            yield from layer.band or ()
            if layer.log10_weight_gradient is not None:
                yield layer.log10_weight_gradient


def _gone(profile: FlowProfile) -> Iterator[Text]:
    values = [layer.log10_gradient for layer in profile.layers]
    zero = sum(v == -math.inf for v in values)
    broken = sum(math.isnan(v) or v == math.inf for v in values)
    for count, words_ in ((zero, words.GONE), (broken, words.BROKEN)):
        if count:
            yield words_.fill(count=count, all=len(values))


def _course(decade: float, depth: int) -> Text:
    if abs(decade) <= _LEVEL:
        return words.LEVEL.fill(share=quantity.number(10**decade))
    factor = quantity.number(10 ** (decade / (depth - 1)))
    if decade < 0:
        return words.SHRINKS.fill(share=quantity.one_part_in(decade), factor=factor)
    return words.GROWS.fill(share=quantity.times(decade), factor=factor)
