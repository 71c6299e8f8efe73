"""A sweep's map: its words, its shapes without colour, its SVG, and that all of it is also a table."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from xml.dom import minidom

import pytest
from inline_snapshot import snapshot
from report import flow_specimens as specimens
from rich.cells import cell_len
from rich.console import Console

from livegrad.flow.sweep_record import Sweep, SweepAxis
from livegrad.records import from_jsonable
from livegrad.report.flow_heat import field_of
from livegrad.report.flow_heat_svg import section
from livegrad.report.flow_heat_terminal import MARKS, print_sweep
from livegrad.report.flow_json import to_json
from livegrad.text import LANGUAGES, Language


def printed(swept: Sweep, *, language: Language = "en", width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_sweep(swept, console=console, language=language)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_triangle_in_english() -> None:
    assert printed(specimens.triangle()) == snapshot("""\
tanh: depth against weight variance σ_w² (bias variance σ_b² 0.05)
healthy: 18 of 45, explodes: 17 of 45, vanishes: 10 of 45. Lights, for SGD with
momentum: green 9, amber 20, red 16. Training reaches beyond 1,000 layers at
weight variance σ_w² = 1.75.

depth
100 |V V v O e E E E E
 80 |V V-v O o e-E E E
 60 |V-v o O o e E-E E
 40 |v v o O O o e e-E-
 20 |o o O O O O o o e
    +------------------
     1     1.75  2.5
     weight variance σ_w²
Oo healthy · Vv vanishes · Ee explodes · - trainable depth as predicted
OVE: the light is green (healthy) or red (the others); ove: it is amber
""")


def test_names_against_depth_in_korean() -> None:
    assert printed(specimens.by_name(), language="ko", width=60) == snapshot("""\
relu: 초기화 × 깊이
건강: 9칸 가운데 5칸, 예측 없음: 9칸 가운데 3칸, 소실: 9칸
가운데 1칸. 신호등(SGD with momentum 기준): 초록 4, 노랑 2.
초기화 = he일 때는 1,000층보다 깊어도 학습됩니다. 초기화 =
critical일 때는 예측할 수 없습니다. 임계점이 없습니다.

초기화
      he |O O O
 pytorch |O o v
critical |x x x
         +------
          10  40
          깊이
Oo 건강 · Vv 소실 · x 예측 없음 · | 학습 가능한 깊이(예측)
OV: 신호등이 초록(건강)이나 빨강(그 밖), ov: 노랑
""")


def test_one_axis_is_a_table() -> None:
    assert printed(specimens.one_axis()) == snapshot("""\
relu: normalisation (depth 50)
healthy: 1 of 3, explodes: 1 of 3, no prediction: 1 of 3. Lights, for SGD with
momentum: green 1, red 1. No prediction at normalisation = rms: There is no
critical point.

normalisation  verdict        light  ∂loss/∂z at 1  c at the end
none           healthy        green  1              0.900
batch          explodes       red    1300           0.900
rms            no prediction  –      –              –
""")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [40, 60, 80, 100])
@pytest.mark.parametrize("name", [*specimens.SWEEPS, "wide"])
def test_no_line_is_too_wide(name: str, width: int, language: Language) -> None:
    swept = specimens.SWEEPS[name]() if name != "wide" else specimens.triangle(4, 60)
    said = printed(swept, language=language, width=width)
    assert max(map(cell_len, said.splitlines())) <= width


def test_in_colour_the_shapes_are_the_same_and_the_colour_is_the_light() -> None:
    raw = io.StringIO()
    console = Console(file=raw, width=80, force_terminal=True, color_system="standard")
    swept = specimens.triangle()
    print_sweep(swept, console=console, language="en")
    cells = [cell for row in swept.cells for cell in row]
    drawn = raw.getvalue()
    styles = {"green": "32", "amber": "33", "red": "31"}
    for cell in cells:
        sure = cell.colour == ("green" if cell.verdict == "healthy" else "red")
        mark = MARKS[cell.verdict][0 if sure else 1]
        assert f"\x1b[{styles[str(cell.colour)]}m{mark}" in drawn
    map_ = [line for line in re.sub(r"\x1b\[[\d;]*m", "", drawn).splitlines() if "│" in line]
    assert (
        sum(line.count(mark) for line in map_ for pair in MARKS.values() for mark in set(pair))
        == 45
    )


def test_depth_grows_upwards_and_names_stand_at_the_left() -> None:
    triangle = field_of(specimens.triangle())
    assert (triangle.rows.name, triangle.upwards) == ("depth", True)
    turned = specimens.triangle()
    swapped = replace(turned, axes=turned.axes[::-1], cells=tuple(zip(*turned.cells, strict=True)))
    assert field_of(swapped) == triangle
    named = field_of(specimens.by_name())
    assert (named.rows.name, named.upwards) == ("init", False)
    lines = [line for line in printed(turned).splitlines() if "|" in line and line[0] in " 1"]
    assert [line.split()[0] for line in lines[:5]] == ["100", "80", "60", "40", "20"]


def test_the_reach_lies_where_the_depth_axis_has_that_depth() -> None:
    field = field_of(specimens.triangle())
    for variance, place in zip(field.columns.values, field.reach, strict=True):
        assert isinstance(variance, float)
        depth = specimens.cell(20, variance).trainable_depth
        assert depth is not None
        assert place == pytest.approx(0.5 + (min(depth, 1000) - 20) / 20)


def test_a_line_breaks_where_the_depth_is_not_known() -> None:
    swept = specimens.triangle()
    unknown = tuple(
        tuple(replace(c, trainable_depth=None) if j == 4 else c for j, c in enumerate(row))
        for row in swept.cells
    )
    tree = svg_of(replace(swept, cells=unknown))
    lines = [p for p in tree.getElementsByTagName("path") if p.getAttribute("class") == "reach"]
    assert len(lines) == 2


def test_a_single_depth_has_no_line() -> None:
    swept = specimens.triangle(1)
    assert field_of(swept).reach == ()
    assert "trainable depth" not in printed(swept).splitlines()[-2]


# ------------------------------------------------------------ the page


def svg_of(swept: Sweep) -> minidom.Element:
    drawn = re.findall(r'<div class="frame field".*?(<svg.*?</svg>)', section(swept, 1), re.DOTALL)
    return minidom.parseString(drawn[0]).documentElement  # noqa: S318 - our own


@pytest.mark.parametrize("name", specimens.SWEEPS)
def test_every_cell_is_drawn_named_and_in_the_table(name: str) -> None:
    swept = specimens.SWEEPS[name]()
    count = sum(map(len, swept.cells))
    tree = svg_of(swept)
    assert len(tree.getElementsByTagName("title")) == count
    assert len(tree.getElementsByTagName("g")) == count
    table = section(swept, 1).partition("<tbody>")[2]
    assert table.count("<td>") == count


def test_shapes_and_tones_say_the_verdict() -> None:
    tree = svg_of(specimens.triangle())
    swept = field_of(specimens.triangle())
    groups = iter(tree.getElementsByTagName("g"))
    for row in swept.cells:
        for cell in row:
            group = next(groups)
            rect = group.getElementsByTagName("rect")[0]
            assert rect.getAttribute("class") == f"cell {cell.verdict}"
            assert 0 < float(rect.getAttribute("fill-opacity")) < 1
            circles = group.getElementsByTagName("circle")
            assert bool(circles) == (cell.verdict == "healthy")


def test_the_deepest_row_is_on_top_and_the_line_is_inside() -> None:
    tree = svg_of(specimens.triangle())
    first = tree.getElementsByTagName("g")[0].getElementsByTagName("rect")[0]
    assert float(first.getAttribute("y")) == pytest.approx(4 * 20 + 0.5)
    lines = [p for p in tree.getElementsByTagName("path") if p.getAttribute("class") == "reach"]
    assert len(lines) == 1
    x, y = lines[0].getAttribute("d")[1:].split("L")[0].split()
    depth = specimens.cell(20, 1.0).trainable_depth or 0
    assert float(x) == 10
    assert float(y) == pytest.approx(100 - 20 * (0.5 + (depth - 20) / 20), abs=0.1)


def test_a_name_cannot_become_markup() -> None:
    swept = specimens.by_name()
    axis = SweepAxis(name="activation", values=("<b>x</b>", "tanh", "relu"))
    text = section(replace(swept, axes=(axis, swept.axes[1])), 1)
    assert "<b>x" not in text
    assert "&lt;b&gt;x" in text


def test_both_languages_stand_in_the_section() -> None:
    text = section(specimens.triangle(), 1)
    for words in ("trainable depth as predicted", "학습 가능한 깊이(예측)", "가중치 분산 σ_w²"):
        assert words in text


# ------------------------------------------------------------ JSON


@pytest.mark.parametrize("name", specimens.SWEEPS)
def test_a_sweep_comes_back_from_json(name: str) -> None:
    swept = specimens.SWEEPS[name]()
    told = to_json((), swept)
    again = json.loads(json.dumps(told, allow_nan=False))
    assert again["schema_version"] == 1
    read = from_jsonable(Sweep, again["sweep"])
    assert read.axes == swept.axes
    assert repr(read.cells) == repr(swept.cells)  # NaN is not equal to itself


def test_a_flow_comes_back_from_json() -> None:
    for one in specimens.ALL.values():
        told = json.loads(json.dumps(to_json([one()]), allow_nan=False))
        assert told["schema_version"] == 1
        assert told["verdict"]["text"].keys() == {"en", "ko"}
        assert repr(from_jsonable(type(one()), told)) == repr(one())
    several = to_json([specimens.level(), specimens.gone()])
    assert [len(profile["layers"]) for profile in several["profiles"]] == [12, 6]
