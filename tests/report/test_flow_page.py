"""A flow's page and plot: whole, self-contained, accessible, in both languages, and true to its numbers."""

from __future__ import annotations

import importlib.util
import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.dom import minidom

import pytest
from report import flow_specimens as specimens
from report.browsing import widths_on_a_phone

from livegrad.errors import BadInput
from livegrad.report import flow_plot
from livegrad.report.axis import decades
from livegrad.report.flow_facts import axis_of, lanes
from livegrad.report.flow_page import to_page
from livegrad.report.flow_svg import gradient_marks
from livegrad.report.frame import write
from livegrad.text import LANGUAGES

VOID = {"meta", "link", "br", "path", "rect", "circle"}


class Page(HTMLParser):
    """Nesting, headings, ids and whatever a page would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.named: list[str] = []
        self.loads: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open += [tag] if tag not in VOID else []
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        given = dict(attrs)
        self.ids += [str(given["id"])] if "id" in given else []
        self.named += [str(given.get("aria-labelledby"))] if given.get("role") == "img" else []
        self.loads += [str(v) for k, v in attrs if k in ("src", "href", "data", "action", "srcset")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def pages() -> dict[str, str]:
    net = specimens.level()
    several = [net, specimens.measured(net), specimens.vanishing(), specimens.exploding()]
    alone = {name: to_page([one()], "en") for name, one in specimens.ALL.items()}
    return {**alone, "several": to_page(several, "en", command="livegrad flow 'x<y>'")}


@pytest.mark.parametrize("name", [*specimens.ALL, "several"])
def test_every_page_is_whole_self_contained_and_in_order(name: str) -> None:
    text = pages()[name]
    page = Page(text)
    assert page.open == []
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(b <= a + 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
    assert len(page.ids) == len(set(page.ids))
    assert page.named
    assert set(page.named) <= set(page.ids)
    assert all(load.startswith(("#", "data:,")) for load in page.loads)
    assert not re.search(r"https?:|@import|url\(", text)
    assert len(text) < 150_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_are_in_the_page(language) -> None:
    text = to_page([specimens.vanishing()], language)
    assert f'<html lang="{language}">' in text
    assert "red, for SGD with momentum. Judged from the gradient and the correlation." in text
    assert "빨강, SGD with momentum 기준. 기울기와 상관으로 판단했습니다." in text
    assert "1층의 기울기는 마지막 층의 10^18분의 1입니다." in text


def test_names_cannot_become_markup() -> None:
    text = to_page([specimens.gone()], "en")
    assert "<b>lstm" not in text
    assert "&lt;b&gt;lstm" in text
    assert "\x1b" not in text


def test_one_lamp_is_lit_and_said_in_words() -> None:
    for one, colour in ((specimens.vanishing, "red"), (specimens.level, "green")):
        text = to_page([one()], "en")
        assert re.findall(r'<i class="(\w+) lit">', text) == [colour]
        assert f"{colour}, for SGD" in text
    assert ' lit"' not in to_page([specimens.doubtful()], "en")


def test_the_line_goes_through_the_numbers_and_the_band_around_them() -> None:
    net = specimens.vanishing(12)
    (lane,) = lanes([net])
    axis = axis_of([lane])
    marks = gradient_marks(lane, axis)
    (line,) = [mark for mark in marks if 'class="theory"' in mark]
    points = [tuple(map(float, p.split())) for p in line.split('d="M')[1].split('"')[0].split("L")]
    for place, (layer, (x, y)) in enumerate(zip(net.layers, points, strict=True)):
        assert x == pytest.approx(100 * axis.share(layer.log10_gradient), abs=0.006)
        assert y == place + 0.5
    (band,) = [mark for mark in marks if 'class="band"' in mark]
    assert len(re.findall("[ML]", band)) == 2 * net.depth
    assert not [mark for mark in marks if 'class="bar' in mark]
    assert len([mark for mark in marks if 'class="dot"' in mark]) == net.depth


def test_measured_bars_are_as_long_as_the_measurement_on_the_same_axis() -> None:
    net = specimens.level(6)
    measured = specimens.measured(net)
    (lane,) = lanes([net, measured])
    axis = axis_of([lane])
    lengths = [
        float(re.findall(r' width="([\d.]+)"', mark)[0])
        for mark in gradient_marks(lane, axis)
        if 'class="bar"' in mark
    ]
    expected = [100 * axis.share(layer.log10_gradient) for layer in measured.layers]
    assert lengths == pytest.approx(expected, abs=0.006)


def test_a_zero_leaves_a_stub_and_an_overflow_a_broken_bar() -> None:
    layers = specimens.gone().layers
    measured = replace(specimens.gone(), source="measured", layers=layers)
    marks = gradient_marks(lanes([measured])[0], decades([-3.0]))
    assert sum("bar zero" in mark for mark in marks) == 1
    assert sum("bar broken" in mark for mark in marks) == 1


def test_a_very_deep_ladder_keeps_its_size() -> None:
    text = to_page([specimens.vanishing(1000)], "en")
    rows, row = re.findall(r"--rows:(\d+);--row:([\d.]+)px", text)[0]
    assert 300 < int(rows) * float(row) < 700
    assert 'class="dot"' not in text


def test_a_page_replaces_only_pages(tmp_path: Path) -> None:
    file = tmp_path / "flow.html"
    page = to_page([specimens.level()], "en")
    write(page, file)
    write(page, file)
    assert file.read_text(encoding="utf-8") == page
    other = tmp_path / "mine.html"
    other.write_text("<p>mine</p>")
    with pytest.raises(BadInput, match="not a livegrad report"):
        write(page, other)


# ------------------------------------------------------------ the plot


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", specimens.ALL)
def test_every_plot_is_xml_and_described(name: str, language) -> None:
    drawn = flow_plot.plot(specimens.ALL[name](), language=language)
    tree = minidom.parseString(drawn.svg().encode()).documentElement  # noqa: S318 - our own
    assert tree.getAttribute("role") == "img"
    ids = [e.getAttribute("id") for e in tree.getElementsByTagName("*") if e.getAttribute("id")]
    assert tree.getAttribute("aria-labelledby").split() == ids
    said = tree.getElementsByTagName("desc")[0].firstChild.data
    assert specimens.ALL[name]().verdict.text.say(language) in said


def test_a_profile_draws_itself_and_others_on_one_axis(monkeypatch) -> None:
    monkeypatch.setenv("LIVEGRAD_LANG", "en")
    net = specimens.level()
    alone, both = net.plot(), net.plot(specimens.measured(net))
    assert 'class="bar"' not in alone.svg()
    assert both.svg().count('class="bar"') == net.depth
    assert "bars: measured" in both.svg()
    assert net._repr_html_().startswith("<figure")


@pytest.mark.parametrize("count", [2, 3, 5])
def test_several_lanes_lie_beside_each_other(count: int) -> None:
    drawn = flow_plot.plot(*[specimens.exploding() for _ in range(count)])
    tree = minidom.parseString(drawn.svg().encode()).documentElement  # noqa: S318 - our own
    panels = [s for s in tree.getElementsByTagName("svg") if s.getAttribute("class") == "panel"]
    assert len(panels) == 2 * count
    ends = [float(p.getAttribute("x")) + float(p.getAttribute("width")) for p in panels]
    starts = [float(p.getAttribute("x")) for p in panels]
    assert all(end < start for end, start in zip(ends, starts[1:], strict=False))
    assert ends[-1] <= float(tree.getAttribute("width"))


def test_a_plot_is_saved_by_its_ending(tmp_path: Path) -> None:
    drawn = flow_plot.plot(specimens.vanishing(), language="ko")
    assert drawn.save(tmp_path / "flow.svg").read_text(encoding="utf-8") == drawn.svg()
    assert 'lang="ko"' in drawn.save(tmp_path / "flow.html").read_text(encoding="utf-8")
    with pytest.raises(BadInput, match="names no format"):
        drawn.save(tmp_path / "flow.doc")


def test_pixels_take_matplotlib(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(BadInput, match="matplotlib"):
        flow_plot.plot(specimens.vanishing()).save(tmp_path / "flow.png")


def test_the_numbers_of_the_lowest_rung_stay_apart() -> None:
    for depth in (13, 29, 51, 97, 203):
        svg = flow_plot.plot(specimens.vanishing(depth)).svg()
        tops = [float(y) for y in re.findall(r'y="([\d.]+)" text-anchor="end">\d+<', svg)]
        tops = sorted(y for y in tops if y > 60)
        assert min(b - a for a, b in itertools.pairwise(tops)) > 11


# ------------------------------------------------------------ in a browser


def test_the_page_fits_a_phone_and_its_script_runs(browser: str, tmp_path: Path) -> None:
    widths = widths_on_a_phone(browser, pages().values(), tmp_path)
    assert len(widths) == len(pages())
    assert all(300 < int(width) <= 390 for width in widths), widths
