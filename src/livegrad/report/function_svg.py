"""Curves of activations as SVG, with words beside them for who cannot see the drawing.

f is a solid line, f′ a dashed and f″ a dotted one, so that they can be told apart without colour.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from livegrad.functions.properties.search import Span
from livegrad.functions.record import Activation
from livegrad.functions.vector import VectorActivation
from livegrad.report import function_words as words
from livegrad.report.axis import Axis
from livegrad.report.function_curve import Curve, Picture
from livegrad.report.function_facts import title
from livegrad.report.function_words import interval, span_words
from livegrad.report.markup import escape
from livegrad.text import Language, Text, join, same

__all__ = ["STYLE", "description", "svg_of"]

_WIDTH, _HEIGHT = 460, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 12, 30
_FINE = 0.08  # units of the drawing by which a line may be off
_ROLES = ("value", "slope", "bend")
STYLE = """
.lg-plot { max-width: 100%; height: auto; font: 12px system-ui, sans-serif; color: #1a1e22; }
.lg-plot text { fill: currentColor; stroke: none; }
.lg-plot .grid { stroke: #8884; fill: none; }
.lg-plot .axis { stroke: #888; fill: none; }
.lg-plot .curve { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
.lg-plot .slope { stroke-dasharray: 6 4; stroke-width: 1.8; }
.lg-plot .bend { stroke-dasharray: 1.5 4; stroke-width: 1.8; stroke-linecap: round; }
.lg-plot .dot { stroke: none; }
.lg-plot .dead { fill: #8885; stroke: none; }
.lg-plot .faint { fill: #8883; stroke: none; }
.lg-plot .c1 { --lg: #0b62a8; } .lg-plot .c2 { --lg: #b35200; } .lg-plot .c3 { --lg: #8a3f9c; }
.lg-plot .c4 { --lg: #0b7a6c; } .lg-plot .c5 { --lg: #8c1d40; } .lg-plot .c6 { --lg: #6b6b00; }
.lg-plot .c7 { --lg: #444; } .lg-plot .c8 { --lg: #a1007a; }
.lg-plot .curve { stroke: var(--lg); } .lg-plot .dot, .lg-plot .name { fill: var(--lg); }
@media (prefers-color-scheme: dark) {
  .lg-plot { color: #eceeef; }
  .lg-plot .c1 { --lg: #6fb7f2; } .lg-plot .c2 { --lg: #f09a4a; } .lg-plot .c3 { --lg: #c98ad9; }
  .lg-plot .c4 { --lg: #4cc9b6; } .lg-plot .c5 { --lg: #ff8a9a; } .lg-plot .c6 { --lg: #d2cf5a; }
  .lg-plot .c7 { --lg: #bbb; } .lg-plot .c8 { --lg: #ff9ae0; }
}
"""
"""Colours and dashes of every drawing, for light and dark."""

_SHOWN = Text("{names} for x from {low} to {high}", "{names}, x는 {low}부터 {high}까지")
_RANGE = Text("{name}: {range}", "{name}: {range}")
_DEAD = Text("slope 0 for {where}", "{where}에서 기울기 0")


def description(
    activations: Sequence[Activation | VectorActivation], shown: Sequence[Picture]
) -> Text:
    """Return what a drawing shows, in a sentence for who cannot see it.

    Example:
        >>> from livegrad.functions import activation
        >>> from livegrad.report.function_curve import picture
        >>> relu = activation("relu")
        >>> str(description([relu], [picture(relu)]))
        'relu for x from −6 to 6. relu: f ≥ 0, slope 0 for x < 0.'
    """
    x = shown[0].x
    names = ", ".join(map(title, activations))
    told = [_SHOWN.fill(names=names, low=words.amount(x.low), high=words.amount(x.high))]
    for each in activations:
        if isinstance(each, Activation):
            facts = [interval(*each.properties.range)]
            dead = [span_words(span) for span in each.properties.dead]
            facts += [_DEAD.fill(where=join(dead, between=", "))] if dead else []
            told.append(_RANGE.fill(name=title(each), range=join(facts, between=", ")))
    return join([join(told, between=". "), same(".")], between="")


def svg_of(
    activations: Sequence[Activation | VectorActivation],
    shown: Sequence[Picture],
    language: Language,
    *,
    alone: bool,
) -> str:
    """Return pictures on common axes as SVG.

    Args:
        activations: Whose pictures they are, in the same order.
        shown: The pictures; all have the same axes.
        language: Of title and description.
        alone: Whether it carries its own style, title and description. If not, a page has the style
            and says in words what is drawn.

    Example:
        >>> from livegrad.functions import activation
        >>> from livegrad.report.function_curve import picture
        >>> relu = activation("relu")
        >>> "<style>" in svg_of([relu], [picture(relu)], "en", alone=False)
        False
    """
    frame = _Frame(shown[0].x, shown[0].y)
    several = len(shown) > 1
    marks = [] if several else _flats(shown[0], frame)
    marks += _grid(frame)
    for place, picture in enumerate(shown):
        for role, curve in zip(_ROLES, picture.curves, strict=False):
            number = place + 1 if several else _ROLES.index(role) + 1
            marks.append(_curve(curve, frame, f"{role} c{number}"))
    marks += _names(activations, shown, frame)
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    if not alone:
        return f'<svg class="lg-plot" {size} aria-hidden="true" focusable="false">{"".join(marks)}</svg>'
    said = description(activations, shown).say(language)
    key = hashlib.sha256(said.encode()).hexdigest()[:8]
    named = ", ".join(map(title, activations))
    head = (
        f'<title id="t{key}">{escape(named)}</title><desc id="d{key}">{escape(said)}</desc>'
        f"<style>{STYLE}</style>"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lg-plot" {size} width="{_WIDTH}" '
        f'height="{_HEIGHT}" role="img" lang="{language}" aria-labelledby="t{key} d{key}">'
        f"{head}{''.join(marks)}</svg>"
    )


@dataclass(frozen=True)
class _Frame:
    """Where the axes lie in the drawing."""

    x: Axis
    y: Axis

    def across(self, x: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (x - self.x.low) / (self.x.high - self.x.low)

    def down(self, y: float) -> float:
        share = (y - self.y.low) / (self.y.high - self.y.low)
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - share)


def _grid(frame: _Frame) -> list[str]:
    left, right = _LEFT, _WIDTH - _RIGHT
    top, bottom = _TOP, _HEIGHT - _BOTTOM
    marks = []
    for tick in frame.x.ticks:
        x = frame.across(tick)
        kind = "grid" if tick else "axis"
        marks.append(f'<path class="{kind}" d="M{_n(x)} {top}V{bottom}"/>')
        marks.append(_label(frame.x.label(tick), x, bottom + 18, "middle"))
    for tick in frame.y.ticks:
        y = frame.down(tick)
        kind = "grid" if tick else "axis"
        marks.append(f'<path class="{kind}" d="M{left} {_n(y)}H{right}"/>')
        marks.append(_label(frame.y.label(tick), left - 6, y + 4, "end"))
    return marks


def _label(words: str, x: float, y: float, anchor: str) -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(words)}</text>'


def _flats(picture: Picture, frame: _Frame) -> list[str]:
    spans = [("faint", span) for span in picture.faint] + [("dead", s) for s in picture.dead]
    return [mark for kind, span in spans for mark in _flat(kind, span, frame)]


def _flat(kind: str, span: Span, frame: _Frame) -> list[str]:
    low, high = max(span.low, frame.x.low), min(span.high, frame.x.high)
    if low >= high:
        return []
    x, width = frame.across(low), frame.across(high) - frame.across(low)
    height = _HEIGHT - _TOP - _BOTTOM
    place = f'x="{_n(x)}" y="{_TOP}" width="{_n(width)}" height="{height}"'
    return [f'<rect class="{kind}" {place}/>']


def _curve(curve: Curve, frame: _Frame, kind: str) -> str:
    height = _HEIGHT - _TOP - _BOTTOM
    width = _WIDTH - _LEFT - _RIGHT
    box = f'x="{_LEFT}" y="{_TOP}" width="{width}" height="{height}"'
    path = "".join(_path(piece, frame) for piece in curve.pieces)
    dots = "".join(
        f'<circle class="dot {kind}" cx="{_n(frame.across(x))}" cy="{_n(frame.down(y))}" r="3.2"/>'
        for x, y in curve.dots
        if frame.y.low <= y <= frame.y.high
    )
    # A drawing within the drawing cuts off what leaves the axes.
    inner = f'<path class="curve {kind}" d="{path}"/>'
    view = f'viewBox="{_LEFT} {_TOP} {width} {height}"'
    return f'<svg {box} {view} overflow="hidden">{inner}</svg>{dots}'


def _path(piece: Sequence[tuple[float, float]], frame: _Frame) -> str:
    """Return a line as path data, without points that lie on the straight line of their neighbours."""
    limit = 4 * (frame.y.high - frame.y.low)
    low, high = frame.y.low - limit, frame.y.high + limit
    points = [(frame.across(x), frame.down(min(high, max(low, y)))) for x, y in piece]
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in _thinned(points))


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return a line with as few points as keep it where it was (Douglas and Peucker 1973)."""
    if len(points) < 3:
        return points
    off = [_off_line(points[0], here, points[-1]) for here in points]
    worst = max(range(len(points)), key=off.__getitem__)
    if off[worst] <= _FINE:
        return [points[0], points[-1]]
    return _thinned(points[: worst + 1])[:-1] + _thinned(points[worst:])


def _off_line(
    before: tuple[float, float], here: tuple[float, float], after: tuple[float, float]
) -> float:
    across, down = after[0] - before[0], after[1] - before[1]
    length = (across**2 + down**2) ** 0.5 or 1.0
    return abs(across * (here[1] - before[1]) - down * (here[0] - before[0])) / length


def _names(
    activations: Sequence[Activation | VectorActivation], shown: Sequence[Picture], frame: _Frame
) -> list[str]:
    """Return the key, in the corner through which the least of the curves goes."""
    if len(shown) > 1:
        rows = [(title(each), f"value c{place}") for place, each in enumerate(activations, 1)]
    else:
        signs = [curve.sign for curve in shown[0].curves]
        rows = [
            (sign, f"{role} c{place}")
            for place, (role, sign) in enumerate(zip(_ROLES, signs, strict=False), 1)
        ]
    left, top = _free_corner(shown, frame, 44 + 8 * max(len(n) for n, _ in rows), 17 * len(rows))
    marks = []
    for row, (name, kind) in enumerate(rows):
        y = _n(top + 14 + 17 * row)
        marks.append(f'<path class="curve {kind}" d="M{_n(left)} {_n(top + 10 + 17 * row)}h26"/>')
        marks.append(f'<text class="name {kind}" x="{_n(left + 32)}" y="{y}">{escape(name)}</text>')
    return marks


def _free_corner(
    shown: Sequence[Picture], frame: _Frame, width: float, height: float
) -> tuple[float, float]:
    """Return left and top of the corner box that holds the fewest points of the curves."""
    points = [
        (frame.across(x), frame.down(y))
        for picture in shown
        for curve in picture.curves
        for piece in curve.pieces
        for x, y in piece
    ]
    corners = [
        (left, top)
        for top in (_TOP, _HEIGHT - _BOTTOM - height - 10)
        for left in (_LEFT + 10, _WIDTH - _RIGHT - width - 10)
    ]

    def crowd(corner: tuple[float, float]) -> int:
        left, top = corner
        return sum(
            left - 4 <= x <= left + width and top - 4 <= y <= top + height + 12 for x, y in points
        )

    return min(corners, key=crowd)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
