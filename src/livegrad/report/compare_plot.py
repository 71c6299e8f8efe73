"""What ``comparison.plot()`` gives: a drawing that a notebook shows by itself, and that can be saved."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from livegrad.report import compare_svg as svg
from livegrad.report import compare_words as words
from livegrad.report.axis import Axis
from livegrad.report.compare_curves import curve_axes, drawn_curves
from livegrad.report.compare_facts import Row, axis_of, joined, label, rows
from livegrad.report.compare_sentences import ties_in_words, title
from livegrad.report.drawing import Drawing
from livegrad.report.flow_svg import stretched
from livegrad.report.lines import fitted
from livegrad.report.markup import escape, tag
from livegrad.text import Language, join, preferred_language
from livegrad.trials.comparison import Comparison

__all__ = ["ComparisonPlot", "plot"]

_WIDTH, _NAMES, _LANE, _MEANS, _TOP, _ROW = 720, 150, 9, 56, 46, 24
_ACROSS, _GAP, _HEAD, _TALL, _FOOT = 4, 14, 44, 92, 22
_LETTERS = 19
_STYLE = """
.lg-compare { max-width: 100%; height: auto; font: 12px system-ui, sans-serif; color: #1a1e22; }
.lg-compare text { fill: currentColor; }
.lg-compare .head { font-weight: 600; }
.lg-compare svg * { fill: none; vector-effect: non-scaling-stroke; }
.lg-compare .ground { fill: #8881; }
.lg-compare .grid { stroke: #8884; }
.lg-compare .join { fill: none; stroke: #888; stroke-width: 2; vector-effect: non-scaling-stroke; }
.lg-compare svg .range { stroke-width: 3; } .lg-compare svg .cap { stroke-width: 2; }
.lg-compare svg .dot { stroke-width: 11; stroke-linecap: round; }
.lg-compare svg .hole { stroke-width: 6; stroke-linecap: round; }
.lg-compare svg .best { stroke: #0b8272; } .lg-compare svg .other { stroke: #7a8086; }
.lg-compare svg .hole.best { stroke: none; } .lg-compare svg .hole.other { stroke: #fff; }
.lg-compare svg .quartiles { fill: #0b827240; }
.lg-compare svg .median { stroke: #0b8272; stroke-width: 2; stroke-linejoin: round; }
.lg-compare svg .rival { stroke: currentColor; stroke-width: 1.3; stroke-dasharray: 5 3; }
.lg-compare svg .target { stroke: currentColor; stroke-dasharray: 1 4; stroke-linecap: round; }
.lg-compare svg .pick { pointer-events: all; }
@media (prefers-color-scheme: dark) {
  .lg-compare { color: #eceeef; }
  .lg-compare svg .best, .lg-compare svg .median { stroke: #35b8a4; }
  .lg-compare svg .quartiles { fill: #35b8a440; }
  .lg-compare svg .hole.other { stroke: #1c2024; }
}
"""


@dataclass(frozen=True)
class ComparisonPlot(Drawing):
    """Intervals and learning curves of a comparison, which a notebook shows by itself.

    Attributes:
        comparison: What is drawn.
        language: Of the words in it.
    """

    comparison: Comparison
    language: Language = "en"
    usual: ClassVar[str] = "comparison.svg"

    def svg(self) -> str:
        """Return the drawing as SVG that needs nothing else."""
        return _svg(self.comparison, self.language)

    def page(self) -> str:
        """Return it as a whole page, in both languages."""
        from livegrad.report.compare_page import to_page

        return to_page(self.comparison, self.language)

    def draw(self, axes: Any) -> None:
        """Draw the intervals with matplotlib."""
        told = [row for row in rows(self.comparison) if row.place is not None]
        axis = axis_of(self.comparison)
        axes.figure.set_size_inches(7.2, 1.2 + 0.32 * len(told))
        for number, row in enumerate(told):
            place = row.place
            if place is None:
                continue
            colour, face = ("#0b8272", "#0b8272") if row.best else ("#7a8086", "#ffffff")
            ends = [max(place.low, axis.low), min(place.high, axis.high)]
            axes.plot(ends, [number, number], color=colour, linewidth=2.5)
            axes.plot([place.mean], [number], "o", color=colour, markerfacecolor=face)
        axes.set_xlim(axis.low, axis.high)
        axes.set_yticks(range(len(told)), [row.name for row in told])
        axes.invert_yaxis()
        axes.set_xlabel(words.MEASURE[self.comparison.measure].say(self.language))
        axes.grid(visible=True, axis="x", alpha=0.3)

    def _repr_html_(self) -> str:
        said = tag("figcaption", escape(self.comparison.conclusion.say(self.language)))
        return tag("figure", self.svg() + said, style="margin:0", lang=self.language)


def plot(comparison: Comparison, *, language: Language | None = None) -> ComparisonPlot:
    """Return a drawing of a comparison.

    Args:
        comparison: What was found.
        language: The reader's language by default.

    Example:
        >>> import livegrad
        >>> from livegrad.trials.task import TASKS
        >>> moons = TASKS.find("moons").make(0, 120)
        >>> quick = {"hidden": (8,), "seeds": 8, "steps": 60, "lr": 0.01}
        >>> plot(livegrad.compare(moons, activations=["relu", "tanh"], **quick)).svg()[:4]
        '<svg'
    """
    return ComparisonPlot(comparison, language or preferred_language())


# ------------------------------------------------------------ drawing


def _svg(comparison: Comparison, language: Language) -> str:
    told = [row for row in rows(comparison) if row.place is not None]
    marks = _standing(comparison, told, language)
    below = _TOP + _ROW * len(told) + _HEAD
    panels, height = _curves(comparison, below)
    said = escape(join([comparison.conclusion, *ties_in_words(comparison)]).say(language))
    name = escape(title(comparison).say(language))
    key = hashlib.sha256((name + said).encode()).hexdigest()[:8]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lg-compare" viewBox="0 0 {_WIDTH} {_n(height)}" '
        f'width="{_WIDTH}" height="{_n(height)}" role="img" lang="{language}" '
        f'aria-labelledby="t{key} d{key}"><title id="t{key}">{name}</title>'
        f'<desc id="d{key}">{said}</desc><style>{_STYLE}</style>{marks}{panels}</svg>'
    )


def _standing(comparison: Comparison, told: Sequence[Row], language: Language) -> str:
    axis, tall = axis_of(comparison), _ROW * len(told)
    lines = joined(comparison.ranking.groups, [row.name for row in told])
    lanes = 1 + max((line.lane for line in lines), default=-1)
    left = _NAMES + _LANE * lanes + 12
    wide = _WIDTH - left - _MEANS
    parts = [_label(words.MEASURE[comparison.measure].say(language), left, 16, "start", head=True)]
    for number, row in enumerate(told):
        y = _TOP + _ROW * (number + 0.5) + 4
        parts.append(_label(fitted(row.name, _LETTERS).rstrip(), 0, y, "start", head=row.best))
        parts.append(_label(row.mean, _WIDTH, y, "end", head=row.best))
    parts += _ticks(axis, left, wide, _TOP - 8)
    inner = "".join(svg.join_marks(lines))
    parts.append(
        f'<svg x="{_NAMES}" y="{_TOP}" width="{_LANE * lanes}" height="{tall}" preserveAspectRatio="none" '
        f'viewBox="0 0 {10 * max(1, lanes)} {len(told)}">{inner}</svg>'
    )
    where = f'x="{_n(left)}" y="{_TOP}" width="{_n(wide)}" height="{tall}"'
    drawn = stretched(svg.interval_marks(told, axis), len(told), kind="forest", place=where)
    return "".join((*parts, f'<rect class="ground" {where}/>', drawn))


def _curves(comparison: Comparison, top: float) -> tuple[str, float]:
    """Return the learning curves, and where they end."""
    axes, shown = curve_axes(comparison), drawn_curves(comparison)
    width = (_WIDTH - _GAP * (_ACROSS - 1)) / _ACROSS
    parts = list[str]()
    for number, one in enumerate(shown):
        x = (number % _ACROSS) * (width + _GAP)
        y = top + (number // _ACROSS) * (_TALL + _HEAD + _FOOT)
        best = comparison.candidates[0].band if number else None
        marks = svg.curve_marks(one.band, best, axes, comparison.target)
        inner = width - 34
        where = f'x="{_n(x + 34)}" y="{_n(y)}" width="{_n(inner)}" height="{_TALL}"'
        parts.append(_label(fitted(one.name, _LETTERS).rstrip(), x + 34, y - 8, "start", head=True))
        parts += [
            _label(label(tick), x + 30, y + _TALL * (1 - axes[1].share(tick)) + 4, "end")
            for tick in axes[1].ticks
        ]
        parts += _ticks(axes[0], x + 34, inner, y + _TALL + 15)
        parts.append(f'<rect class="ground" {where}/>')
        parts.append(stretched(marks, 100, kind="learning", place=where))
    lines = math.ceil(len(shown) / _ACROSS)
    return "".join(parts), top + lines * (_TALL + _FOOT) + (lines - 1) * _HEAD


def _ticks(axis: Axis, left: float, wide: float, y: float) -> list[str]:
    return [
        _label(label(tick), left + wide * share, y, _anchor(share))
        for tick in axis.ticks
        for share in (axis.share(tick),)
    ]


def _anchor(share: float) -> str:
    return "start" if share < 0.06 else "end" if share > 0.94 else "middle"


def _label(told: str, x: float, y: float, anchor: str, *, head: bool = False) -> str:
    kind = 'class="head" ' if head else ""
    return f'<text {kind}x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(told)}</text>'


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
