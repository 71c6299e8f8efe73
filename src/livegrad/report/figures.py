"""Charts with their words: the SVG, labels around it, a sentence below, the numbers as a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from livegrad import quantity
from livegrad.report import sentences, svg, words
from livegrad.report.axis import Axis
from livegrad.report.curves import Chart
from livegrad.report.ladder import Butterfly, Ladder, Row, Rung, thinned
from livegrad.report.markup import both, escape, tag
from livegrad.report.race import Race
from livegrad.report.race import Row as Run
from livegrad.report.shares import Strip
from livegrad.text import Text, same

MOST_NAMES = 24
_LONGEST_NAME = 18
_TABLE = Text("The numbers as a table", "숫자를 표로 보기")
_KIND = Text("kind", "종류")
_MOVED = Text("weights moved", "가중치가 움직인 정도")
_SIDE_TITLE = Text("{side}: {activation}", "{side}: {activation}")
_HEAT = Text(
    "the stronger the colour, the larger the share; steps {first} to {last}",
    "색이 진할수록 많음. {first}–{last}스텝",
)
_TIME_STEP = Text("time step", "시간 단계")
_ROW_HEIGHTS = ((12, 26.0), (30, 16.0), (60, 8.0))
_LEAST_ROW = 5.0


@dataclass(frozen=True)
class Frame:
    """The box around a drawing.

    Attributes:
        inner: The drawing and its labels, as HTML.
        kind: Class names that page.css knows.
        style: Sizes that page.css needs, as CSS.
    """

    inner: str
    kind: str
    style: str = ""


def figure(frame: Frame, captions: Sequence[Text], number: int, *, below: str = "") -> str:
    """Return a chart that a screen reader reads as its captions, one line each."""
    name, classes = f"chart-{number}", f"frame {frame.kind}"
    lines = "".join(tag("p", both(caption)) for caption in captions)
    drawn = tag(
        "div", frame.inner, class_=classes, role="img", aria_labelledby=name, style=frame.style
    )
    return tag("figure", f'{drawn}{below}<figcaption id="{name}">{lines}</figcaption>')


def ladder(pair: Butterfly, number: int) -> str:
    """Return the ladder, or both sides of the butterfly, with legend and table."""
    if not pair.before.seen and not (pair.after and pair.after.seen):
        return tag("p", both(words.NOT_SEEN_LADDER), class_="small")
    height = next((size for most, size in _ROW_HEIGHTS if len(pair.rows) <= most), _LEAST_ROW)
    names = _names(pair.rows)
    left = _side(
        [row.before for row in pair.rows],
        pair.axis,
        _title(words.BEFORE, pair.before, pair),
        mirrored=bool(pair.after),
    )
    right = _side(
        [row.after for row in pair.rows],
        pair.axis,
        _title(words.AFTER, pair.after, pair),
        mirrored=False,
    )
    inner = left + names + right if pair.after else names + left
    kind = "rungs butterfly" if pair.after else "rungs single"
    style = _rows([row.name for row in pair.rows], height)
    frame = Frame(inner, kind, style)
    drawn = figure(frame, sentences.butterfly_in_words(pair), number, below=_legend(pair))
    return drawn + _ladder_table(pair)


def chart(
    drawn: Chart, number: int, *, what: Text, write: Callable[[float | None], str] = quantity.number
) -> str:
    """Return a line chart over the steps; ``write`` says how its values are written."""
    caption = sentences.capital(sentences.chart_in_words(drawn, what=what, write=write))
    return figure(Frame(_plot(drawn, words.STEP), "plot"), [caption], number)


def through_time(drawn: Chart, number: int) -> str:
    """Return the gradient over the time steps of one recurrent layer."""
    frame = Frame(_plot(drawn, _TIME_STEP), "plot short")
    return figure(frame, sentences.time_in_words(drawn), number)


def strip(drawn: Strip, number: int) -> str:
    """Return layers × steps."""
    shown = set(thinned(len(drawn.rows), MOST_NAMES))
    labels = "".join(
        tag(
            "span",
            escape(shortened(row.name)),
            style=f"top:{100 * (i + 0.5) / len(drawn.rows):.2f}%",
        )
        for i, row in enumerate(drawn.rows)
        if i in shown
    )
    height = next((size for most, size in _ROW_HEIGHTS if len(drawn.rows) <= most), _LEAST_ROW)
    style = _rows([row.name for row in drawn.rows], min(20, height))
    frame = Frame(f'<div class="names">{labels}</div>{svg.heat(drawn)}', "strip", style)
    key = _HEAT.fill(
        first=drawn.steps[0] if drawn.steps else 0, last=drawn.steps[-1] if drawn.steps else 0
    )
    what = f'<i class="key {drawn.kind}"></i>{both(words.SHARE_KIND[drawn.kind])}'
    legend = f'<p class="legend"><span>{what}: {both(key)}</span></p>'
    caption = sentences.strip_in_words(drawn)
    return figure(frame, [caption], number, below=legend) + _strip_table(drawn)


def race(told: Race) -> str:
    """Return the races as a table with a forest plot in it."""
    kind = (
        words.SCORE_KIND.get(told.kind or "", same(told.kind or "")) if told.kind else words.SCORE
    )
    axis = told.axis
    scale = "" if axis is None else _scale(axis)
    columns = (
        ("what", both(words.CURE)),
        ("where", both(kind) + scale),
        ("number", both(words.SCORE)),
        ("number wide", both(words.GAIN)),
        ("number wide", both(words.TIME)),
        ("result", both(words.RESULT)),
    )
    head = "".join(tag("th", inner, scope="col", class_=name) for name, inner in columns)
    body = "".join(_run(row, axis) for row in told.rows)
    rows = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="scroll"><table class="races">{rows}</table></div>'


def _rows(names: Sequence[str], height: float) -> str:
    longest = max(len(shortened(name)) for name in names)
    return f"--rows:{len(names)};--row:{height:g}px;--longest:{longest}"


def shortened(name: str) -> str:
    """Return a name of at most 18 characters, its middle left out.

    Example:
        >>> shortened("encoder.layers.11.self_attn.out_proj")
        'encoder.…out_proj'
    """
    half = _LONGEST_NAME // 2 - 1
    return name if len(name) <= _LONGEST_NAME else f"{name[:half]}…{name[-half:]}"


def _run(row: Run, axis: Axis | None) -> str:
    remark = tag("div", both(row.remark), class_="tiny") if row.remark is not None else ""
    spread = (
        ""
        if not row.spread or row.score is None
        else f' <span class="tiny">±{quantity.score(row.spread)}</span>'
    )
    outcome, time = both(words.OUTCOME[row.outcome]), both(quantity.duration(row.seconds))
    gain = "" if row.gain is None else quantity.gain(row.gain)
    cells = (
        ("where", svg.forest(row, axis) if axis is not None and row.score is not None else ""),
        ("number", f'<b>{quantity.score(row.score)}</b>{spread}<div class="narrow">{gain}</div>'),
        ("number wide", gain),
        ("number wide", time),
        ("result", f'{tag("b", outcome) if row.kept else outcome}<div class="narrow">{time}</div>'),
    )
    first = tag("th", both(row.title) + remark, scope="row", class_="what")
    rest = "".join(tag("td", inner, class_=name) for name, inner in cells)
    return tag("tr", first + rest, class_="kept" if row.kept else row.outcome)


def _side(rungs: Sequence[Rung | None], axis: Axis, title: Text, *, mirrored: bool) -> str:
    ticks = "".join(
        _tick(axis, t, 100 - 100 * axis.share(t) if mirrored else 100 * axis.share(t))
        for t in axis.ticks
    )
    head = tag("div", both(title), class_="title")
    where = "left" if mirrored else "right"
    drawn = svg.ladder(rungs, axis, mirrored=mirrored)
    return f'<div class="side {where}">{head}<div class="xs">{ticks}</div>{drawn}</div>'


def _names(rows: Sequence[Row]) -> str:
    shown = set(thinned(len(rows), MOST_NAMES))
    labels = "".join(
        tag("span", escape(shortened(row.name)), style=f"top:{100 * (i + 0.5) / len(rows):.2f}%")
        for i, row in enumerate(rows)
        if i in shown
    )
    return f'<div class="names">{labels}</div>'


def _title(side: Text, ladder_: Ladder | None, pair: Butterfly) -> Text:
    used = dict.fromkeys(r.activation for r in (ladder_.rungs if ladder_ else ()) if r.activation)
    named = ", ".join(list(used)[:3]) + (", …" if len(used) > 3 else "")
    if pair.after is None:
        return same(named)
    return _SIDE_TITLE.fill(side=side, activation=named) if named else side


def _legend(pair: Butterfly) -> str:
    rungs = [r for row in pair.rows for r in (row.before, row.after) if r is not None]
    keys = [
        (any(r.moves is not False and r.state == "measured" for r in rungs), "alive", words.MOVES),
        (any(r.moves is False for r in rungs), "still", words.STILL),
        (any(r.state == "overflow" for r in rungs), "broken", words.OVERFLOWED),
        (any(r.weight is not None for r in rungs), "weight", words.WEIGHT),
    ]
    items = "".join(
        tag("span", f'<i class="key {kind}"></i>{both(text)}')
        for present, kind, text in keys
        if present
    )
    return tag("p", f"<span>{both(words.ERROR_SIGNAL)}:</span>{items}", class_="legend")


def _ladder_table(pair: Butterfly) -> str:
    sides = 1 if pair.after is None else 2
    heads = [words.LAYER, _KIND]
    for side in (words.BEFORE, words.AFTER)[:sides]:
        whats = (same("∂loss/∂z"), same("∂loss/∂W"), _MOVED)
        heads += [w if sides == 1 else same("{a}, {b}").fill(a=w, b=side) for w in whats]
    rows = [_ladder_cells(row, sides) for row in pair.rows]
    return _table(heads, rows)


def _ladder_cells(row: Row, sides: int) -> list[str]:
    rung = row.before or row.after
    kind = "" if rung is None else " · ".join(part for part in (rung.kind, rung.activation) if part)
    cells = [row.name, kind]
    for one in (row.before, row.after)[:sides]:
        moved = one.moved if one else None
        cells += [
            quantity.power(one.height if one else None),
            quantity.power(one.weight if one else None),
        ]
        cells.append(
            quantity.percent(moved)
            if moved is None or not 0 < moved < 1e-3
            else quantity.number(moved)
        )
    return cells


def _strip_table(drawn: Strip) -> str:
    columns = thinned(len(drawn.steps), 6)
    heads = [
        words.LAYER,
        *(Text(f"step {drawn.steps[i]}", f"{drawn.steps[i]}스텝") for i in columns),
    ]
    rows = [
        [row.name, *(quantity.percent(_at(row.cells, i)) for i in columns)] for row in drawn.rows
    ]
    return _table(heads, rows)


def _at(cells: Sequence[float | None], place: int) -> float | None:
    return cells[place] if place < len(cells) else None


def _table(heads: Sequence[Text], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(tag("th", both(text), scope="col") for text in heads)
    body = "".join(
        tag(
            "tr",
            tag("th", escape(first), scope="row")
            + "".join(tag("td", escape(cell)) for cell in rest),
        )
        for first, *rest in rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    inner = f'<summary>{both(_TABLE)}</summary><div class="scroll" tabindex="0">{table}</div>'
    return tag("details", inner)


def _plot(drawn: Chart, x: Text) -> str:
    ys = "".join(
        f'<span style="top:{100 - 100 * drawn.y.share(t):.1f}%">{_written(drawn.y, t)}</span>'
        for t in drawn.y.ticks
    )
    xs = "".join(_tick(drawn.x, t, 100 * drawn.x.share(t)) for t in drawn.x.ticks)
    return (
        f'<div class="ys">{ys}</div>{svg.curves(drawn)}<div class="ends">{_ends(drawn)}</div>'
        f'<div class="xs">{xs}</div><div class="unit">{both(x)}</div>'
    )


def _ends(drawn: Chart) -> str:
    if len(drawn.lines) < 2:
        return ""
    ends = sorted(
        (100 - 100 * drawn.y.share(line.pieces[-1][-1][1]), line.role)
        for line in drawn.lines
        if line.pieces
    )
    tops: list[float] = []
    least = 12.0
    for top, _ in ends:
        tops.append(max(top, tops[-1] + least) if tops else top)
    over = max(0.0, tops[-1] - 100) if tops else 0.0
    return "".join(
        tag(
            "span",
            both(words.BEFORE if role == "before" else words.AFTER),
            class_=role,
            style=f"top:{top - over:.1f}%",
        )
        for top, (_, role) in zip(tops, ends, strict=True)
    )


def _tick(axis: Axis, tick: float, percent: float) -> str:
    where = f"left:{percent:.1f}%;transform:translateX(-{percent:.0f}%)"
    return tag("span", _written(axis, tick), style=where)


def _scale(axis: Axis) -> str:
    ticks = "".join(_tick(axis, t, 100 * axis.share(t)) for t in axis.ticks)
    return f'<span class="xs" aria-hidden="true">{ticks}</span>'


def _written(axis: Axis, tick: float) -> str:
    if not axis.log or not math.isfinite(tick):
        return escape(axis.label(tick))
    if -3 <= tick <= 3:
        return escape(
            quantity.power(tick).removesuffix("0") if -3 <= tick < 0 else quantity.power(tick)
        )
    return f"10<sup>{'−' if tick < 0 else ''}{abs(tick):.0f}</sup>"
