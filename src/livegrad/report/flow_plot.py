"""What ``profile.plot()`` gives: the ladder as a drawing that a notebook shows, and that can be saved."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from livegrad.flow.profile import FlowProfile
from livegrad.report import flow_svg as svg
from livegrad.report import flow_words as words
from livegrad.report.axis import Axis
from livegrad.report.drawing import Drawing
from livegrad.report.flow_facts import Lane, axis_of, gap_in_words, in_words, lanes, rungs_shown
from livegrad.report.lines import fitted
from livegrad.report.markup import escape, tag
from livegrad.text import Language, Text, join, preferred_language, same

__all__ = ["FlowPlot", "plot"]

_WIDTH, _LEFT, _GAP, _TOP, _BOTTOM = 720, 44, 34, 62, 34
_CORRELATION = 90  # of a lane's width
_HEIGHTS = ((12, 24.0), (30, 14.0), (60, 8.0))
_TALLEST = 480.0
_MOST_NAMES = 24
_APART, _LEAST_TICK = 14, 48  # pixels between two numbers, down and across
_STYLE = """
.lg-flow { max-width: 100%; height: auto; font: 12px system-ui, sans-serif; color: #1a1e22; }
.lg-flow text { fill: currentColor; }
.lg-flow .head { font-weight: 600; }
.lg-flow svg * { fill: none; vector-effect: non-scaling-stroke; }
.lg-flow .ground { fill: #8881; }
.lg-flow .grid { stroke: #8884; }
.lg-flow svg .bar { fill: #0b8272; }
.lg-flow svg .bar.zero, .lg-flow svg .bar.broken { fill: #8884; stroke: #b3261e; stroke-dasharray: 3 3; }
.lg-flow svg .band { fill: #8885; }
.lg-flow svg .halo { stroke: #fff; stroke-width: 4.5; }
.lg-flow svg .theory { stroke: currentColor; stroke-width: 1.8; stroke-linejoin: round; }
.lg-flow svg .dot { stroke: currentColor; stroke-width: 5; stroke-linecap: round; }
.lg-flow svg .found { stroke: #0b8272; stroke-width: 3; }
.lg-flow svg .weights { stroke: currentColor; stroke-width: 1.5; stroke-dasharray: 2 4; stroke-linecap: round; }
.lg-flow svg .pick { pointer-events: all; }
@media (prefers-color-scheme: dark) {
  .lg-flow { color: #eceeef; }
  .lg-flow svg .bar { fill: #35b8a4; } .lg-flow svg .found { stroke: #35b8a4; }
  .lg-flow svg .halo { stroke: #1c2024; }
}
"""
_KEY = Text(
    "line: theory's median · shade: 90 % of networks · dotted: ∂loss/∂W",
    "선: 이론의 중앙값 · 음영: 신경망의 90 % · 점선: ∂loss/∂W",
)
_KEY_BARS = Text("bars: measured", "막대: 측정")
_SIDE = same("{title}: {words}")
_LETTER = 7.2  # pixels of a bold letter, about


@dataclass(frozen=True)
class FlowPlot(Drawing):
    """The ladders of one or several networks on one axis, which a notebook shows by itself.

    Attributes:
        profiles: What is drawn; a measurement goes into the ladder of the prediction of its depth.
        language: Of the words in it.
    """

    profiles: tuple[FlowProfile, ...]
    language: Language = "en"
    usual: ClassVar[str] = "flow.svg"
    size: ClassVar[tuple[float, float]] = (7.2, 5.0)

    def svg(self) -> str:
        """Return the drawing as SVG that needs nothing else."""
        return _svg(lanes(self.profiles), self.language)

    def page(self) -> str:
        """Return it as a whole page, with the table and in both languages."""
        from livegrad.report.flow_page import to_page

        return to_page(self.profiles, self.language)

    def draw(self, axes: Any) -> None:
        """Draw the gradients with matplotlib."""
        for lane in lanes(self.profiles):
            for profile in lane.profiles:
                y = range(1, profile.depth + 1)
                x = [
                    v if math.isfinite(v := layer.log10_gradient) else math.nan
                    for layer in profile.layers
                ]
                style = "-" if profile.source == "predicted" else "o"
                (line,) = axes.plot(x, y, style, label=profile.title.say(self.language))
                bands = [layer.band or (v, v) for layer, v in zip(profile.layers, x, strict=True)]
                if profile.source == "predicted":
                    low, high = zip(*bands, strict=True)
                    axes.fill_betweenx(y, low, high, alpha=0.2, color=line.get_color())
        axes.invert_yaxis()
        axes.set_xlabel("log10 ∂loss/∂z")
        axes.set_ylabel(words.LAYER.say(self.language))
        axes.legend()

    def _repr_html_(self) -> str:
        drawn = lanes(self.profiles)
        verdicts = "".join(
            tag("figcaption", escape(lane.main.verdict.text.say(self.language))) for lane in drawn
        )
        return tag("figure", self.svg() + verdicts, style="margin:0", lang=self.language)


def plot(*profiles: FlowProfile, language: Language | None = None) -> FlowPlot:
    """Return a drawing of one flow, or of several on one axis.

    Args:
        profiles: Predictions and measurements.
        language: The reader's language by default.

    Example:
        >>> from livegrad.flow.profile import LayerFlow, Verdict
        >>> one = LayerFlow(name="1", signal_variance=1.0, log10_gradient=0.0)
        >>> verdict = Verdict(code="healthy", text=same("Level."))
        >>> net = FlowProfile(title=same("net"), source="measured", layers=(one,), verdict=verdict)
        >>> plot(net).svg()[:4]
        '<svg'
    """
    return FlowPlot(tuple(profiles), language or preferred_language())


# ------------------------------------------------------------ drawing


def _svg(drawn: Sequence[Lane], language: Language) -> str:
    axis, correlations = axis_of(drawn), svg.correlation_axis(drawn)
    deepest = max(lane.main.depth for lane in drawn)
    row = next((size for most, size in _HEIGHTS if deepest <= most), _TALLEST / deepest)
    tall = row * deepest
    width = (_WIDTH - _GAP * (len(drawn) - 1)) / len(drawn) if len(drawn) < 4 else _WIDTH / 3
    whole = round(width * len(drawn) + _GAP * (len(drawn) - 1))
    marks = [
        _lane(lane, (axis, correlations), _Box(place * (width + _GAP), width, row), language)
        for place, lane in enumerate(drawn)
    ]
    key = [_KEY_BARS] if any(lane.measured is not None for lane in drawn) else []
    key += [_KEY] if any(lane.theory is not None for lane in drawn) else []
    told = escape(join(key, between=" · ").say(language))
    marks.append(f'<text x="{_LEFT}" y="{_n(_TOP + tall + 22)}">{told}</text>')
    height = _n(_TOP + tall + _BOTTOM)
    return _element(drawn, "".join(marks), f"{whole} {height}", language)


def _element(drawn: Sequence[Lane], inner: str, size: str, language: Language) -> str:
    said = _description(drawn).say(language)
    name = ", ".join(lane.main.title.say(language) for lane in drawn)
    key = hashlib.sha256((name + said).encode()).hexdigest()[:8]
    width, height = size.split()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lg-flow" viewBox="0 0 {size}" '
        f'width="{width}" height="{height}" role="img" lang="{language}" '
        f'aria-labelledby="t{key} d{key}"><title id="t{key}">{escape(name)}</title>'
        f'<desc id="d{key}">{escape(said)}</desc><style>{_STYLE}</style>{inner}</svg>'
    )


@dataclass(frozen=True)
class _Box:
    """Where a lane lies: its left side, its width, and the height of one rung."""

    left: float
    width: float
    row: float


def _lane(lane: Lane, axes: tuple[Axis, Axis], box: _Box, language: Language) -> str:
    depth, tall = lane.main.depth, box.row * lane.main.depth
    left = box.left + _LEFT
    wide = box.width - _LEFT - _CORRELATION - 14
    title = escape(fitted(lane.main.title.say(language), int(box.width / _LETTER)).rstrip())
    parts = [f'<text class="head" x="{_n(left)}" y="16">{title}</text>']
    parts += [
        _label(str(place + 1), left - 6, _TOP + box.row * (place + 0.5) + 4, "end")
        for place in _named(depth, box.row)
    ]
    panels = (
        (axes[0], svg.gradient_marks(lane, axes[0]), words.ERROR, left, wide),
        (axes[1], svg.correlation_marks(lane, axes[1]), words.CORRELATION, left + wide + 14, _CORRELATION),
    )  # fmt: skip
    for axis, marks, head, x, across in panels:
        parts.append(_label(head.say(language), x, 36, "start"))
        for tick in _apart(axis, across):
            share = axis.share(tick)
            anchor = "start" if share < 0.08 else "end" if share > 0.92 else "middle"
            parts.append(_label(axis.label(tick), x + across * share, 54, anchor))
        where = f'x="{_n(x)}" y="{_TOP}" width="{_n(across)}" height="{_n(tall)}"'
        parts.append(f'<rect class="ground" {where}/>')
        parts.append(svg.stretched(marks, depth, kind="panel", place=where))
    return "".join(parts)


def _named(depth: int, row: float) -> list[int]:
    """Return the rungs whose numbers do not run into each other."""
    shown = rungs_shown(depth, max(4, min(_MOST_NAMES, int(row * depth / _APART))))
    return [p for p in shown if p == shown[-1] or (shown[-1] - p) * row >= _APART - 1]


def _apart(axis: Axis, across: float) -> list[float]:
    """Return the ticks of an axis, from its upper end, that leave room for each other's numbers."""
    kept: list[float] = []
    for tick in reversed(axis.ticks):
        if not kept or across * (axis.share(kept[-1]) - axis.share(tick)) >= _LEAST_TICK:
            kept.append(tick)
    return kept


def _label(told: str, x: float, y: float, anchor: str) -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(told)}</text>'


def _description(drawn: Sequence[Lane]) -> Text:
    told = [
        _SIDE.fill(
            title=lane.main.title,
            words=join([lane.main.verdict.text, *in_words(lane.main), *gap_in_words(lane)]),
        )
        for lane in drawn
    ]
    return join(told)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
