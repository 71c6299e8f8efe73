"""A comparison's page, plot and JSON: whole, self-contained, accessible, in both languages, and true."""

from __future__ import annotations

import html
import importlib.util
import json
import math
import re
import sys
from pathlib import Path
from unittest.mock import MagicMock
from xml.dom import minidom

import pytest
from report import compare_specimens as specimens
from report.browsing import widths_on_a_phone
from report.test_flow_page import Page

from livegrad.errors import BadInput
from livegrad.report import compare_plot
from livegrad.report.compare_curves import curve_axes
from livegrad.report.compare_facts import axis_of, rows
from livegrad.report.compare_json import to_json, written
from livegrad.report.compare_page import fragment, to_page
from livegrad.report.compare_svg import curve_marks, interval_marks
from livegrad.text import LANGUAGES, Language

every_specimen = pytest.mark.parametrize("name", specimens.ALL)


@every_specimen
def test_every_page_is_whole_self_contained_and_in_order(name: str) -> None:
    text = to_page(specimens.ALL[name](), "en")
    page = Page(text)
    assert page.open == []
    assert page.headings.count(1) == 1
    assert page.headings[0] == 1
    assert all(b <= a + 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
    assert len(page.ids) == len(set(page.ids))
    assert page.named
    assert set(page.named) <= set(page.ids)
    assert all(load.startswith(("#", "data:,")) for load in page.loads)
    assert not re.search(r"https?:|@import|url\(", text)
    assert "nan" not in re.sub("<style>.*?</style>", "", text, flags=re.DOTALL).lower()
    assert len(text) < 150_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_are_in_the_page(language: Language) -> None:
    found = specimens.compared()
    text = to_page(found, language)
    assert f'<html lang="{language}">' in text
    for told in (found.conclusion, *found.remarks):
        for one in LANGUAGES:
            assert html.escape(told.say(one)).replace(" %", "&nbsp;%") in text
    assert "livegrad compare moons --activations &#x27;relu,x*x*x&#x27;</pre>" in text


def test_names_cannot_become_markup() -> None:
    for text in (to_page(specimens.many(), "en"), fragment(specimens.many(), "en")):
        assert "<b>" not in text
        assert "&lt;b&gt;" in text
        assert "\x1b" not in text


def test_dots_and_ranges_lie_where_the_numbers_are() -> None:
    found = specimens.compared()
    told, axis = rows(found), axis_of(found)
    marks = interval_marks(told, axis)
    ranges = [re.findall(r"M([\d.]+) [\d.]+H([\d.]+)", m)[0] for m in marks if "range" in m]
    for row, ends in zip(told, ranges, strict=True):
        assert row.place is not None
        expected = [100 * axis.share(v) for v in (row.place.low, row.place.high)]
        assert [float(end) for end in ends] == pytest.approx(expected, abs=0.006)
    dots = [re.findall(r"dot (\w+)", mark)[0] for mark in marks if 'class="dot' in mark]
    assert dots == ["best", "best", "other"]  # the fourth lies outside of the axis


def test_the_band_lies_between_the_quartiles_and_the_line_through_the_medians() -> None:
    found = specimens.winner()
    axes = curve_axes(found)
    band = found.candidates[1].band
    marks = curve_marks(band, found.candidates[0].band, axes, found.target)
    (line,) = [mark for mark in marks if 'class="median"' in mark]
    points = re.findall(r"([\d.]+) ([\d.]+)", line)
    expected = [
        (100 * axes[0].share(step), 100 - 100 * axes[1].share(value))
        for step, value in zip(band.steps, band.median, strict=True)
    ]
    assert [tuple(map(float, p)) for p in points] == [pytest.approx(e, abs=0.006) for e in expected]
    assert sum('class="rival"' in mark for mark in marks) == 1
    (shade,) = [mark for mark in marks if 'class="quartiles"' in mark]
    assert len(re.findall("[ML]", shade)) == 2 * len(band.steps)


def test_at_most_eight_curves_are_drawn_and_that_is_said() -> None:
    text = to_page(specimens.many(), "en")
    assert text.count('class="frame panel"') == 8
    assert "The first 8 of 12 are drawn" in text


def test_where_half_diverged_no_number_is_invented() -> None:
    text = to_page(specimens.all_lost(), "en")
    assert "x*x: half of the runs or more diverged." in text
    assert 'class="median"' not in text


def test_the_table_holds_the_corrected_chance() -> None:
    found = specimens.compared()
    text = to_page(found, "en")
    chance = found.ranking.p_values[0, 2]
    assert found.ranking.told_apart("gelu", "tanh")
    assert f"<td>{chance:.3f}</td>" in text
    assert len(re.findall(r'<tr class="best">', text)) == 2


# ------------------------------------------------------------ plot and notebook


@pytest.mark.parametrize("language", LANGUAGES)
@every_specimen
def test_every_plot_is_xml_and_described(name: str, language: Language) -> None:
    found = specimens.ALL[name]()
    drawn = compare_plot.plot(found, language=language)
    tree = minidom.parseString(drawn.svg().encode()).documentElement  # noqa: S318 - our own
    assert tree.getAttribute("role") == "img"
    ids = [e.getAttribute("id") for e in tree.getElementsByTagName("*") if e.getAttribute("id")]
    assert tree.getAttribute("aria-labelledby").split() == ids
    said = tree.getElementsByTagName("desc")[0].firstChild.data
    assert found.conclusion.say(language).replace("\x1b", "�") in said
    inner = [e for e in tree.getElementsByTagName("svg") if e.getAttribute("class") == "learning"]
    assert len(inner) == min(8, len(found.candidates))


def test_a_comparison_draws_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEGRAD_LANG", "ko")
    found = specimens.compared()
    assert found.plot().svg() == compare_plot.plot(found, language="ko").svg()
    text = found._repr_html_()
    assert Page(text).open == []
    assert found.conclusion.ko in text
    assert "<td>x*x*x</td>" in text


def test_a_plot_is_saved_by_its_ending(tmp_path: Path) -> None:
    drawn = compare_plot.plot(specimens.compared(), language="ko")
    assert drawn.save(tmp_path / "c.svg").read_text(encoding="utf-8") == drawn.svg()
    assert 'lang="ko"' in drawn.save(tmp_path / "c.html").read_text(encoding="utf-8")
    with pytest.raises(BadInput, match="names no format"):
        drawn.save(tmp_path / "c.doc")


def test_pixels_take_matplotlib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(BadInput, match="matplotlib"):
        compare_plot.plot(specimens.compared()).save(tmp_path / "c.png")


def test_pixels_show_the_same_ranges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figure = MagicMock()
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: figure)
    monkeypatch.setitem(sys.modules, "matplotlib", MagicMock())
    monkeypatch.setitem(sys.modules, "matplotlib.figure", figure)
    found = specimens.winner()
    compare_plot.plot(found, language="en").save(tmp_path / "c.png")
    axes = figure.Figure().add_subplot()
    first, dot = axes.plot.call_args_list[:2]
    place = found.ranking.places[0]
    assert first.args == ([place.low, place.high], [0, 0])
    assert dot.args[:2] == ([place.mean], [0])
    assert axes.set_yticks.call_args.args[1] == ["relu", "tanh"]
    figure.Figure().savefig.assert_called_once_with(tmp_path / "c.png", bbox_inches="tight")


# ------------------------------------------------------------ JSON


@every_specimen
def test_json_is_strict_and_holds_every_number(name: str) -> None:
    found = specimens.ALL[name]()
    told = json.loads(written(found), parse_constant=pytest.fail)
    assert told == json.loads(json.dumps(to_json(found)))
    assert told["schema_version"] == 1
    assert [one["name"] for one in told["candidates"]] == [one.name for one in found.candidates]
    for one, candidate in zip(told["candidates"], found.candidates, strict=True):
        kept = [None if math.isnan(s) else s for s in candidate.scores]
        assert one["scores"] == kept
        assert (one["place"] is None) == candidate.left_early
        assert one["recipe"]["activation"] == candidate.recipe.activation
    columns = told["trials"]
    assert {len(column) for column in columns.values()} == {len(found.outcomes)}
    assert columns["diverged_at"].count(60) == sum(s is None for s in columns["score"])
    assert len(told["ranking"]["p_values"]) == len(found.ranking.places)


def test_the_names_in_json_stay() -> None:
    told = to_json(specimens.compared())
    assert list(told) == [
        "schema_version", "data", "kind", "samples", "features", "measure", "guess", "target", "conclusion", "remarks",
        "ranking", "candidates", "trials", "searched", "engine", "network_steps", "seconds",
        "network_steps_per_second", "command",
    ]  # fmt: skip
    assert list(told["ranking"]) == [
        "seeds", "splits", "level", "worst", "more_seeds", "more_data", "can_tell", "winner", "best", "groups",
        "p_values",
    ]  # fmt: skip
    first = told["candidates"][0]
    assert list(first) == [
        "name", "recipe", "left_early", "scores", "place", "time_to_target", "band",
    ]  # fmt: skip
    assert list(first["place"]) == [
        "mean", "low", "high", "success", "diverged", "tied_with_best", "rank_low", "rank_high",
        "behind_best", "ahead_of_next",
    ]  # fmt: skip
    assert list(first["band"]) == ["steps", "median", "low", "high"]


def test_infinities_are_null() -> None:
    place = to_json(specimens.two_seeds())["candidates"][0]["place"]
    assert (place["low"], place["high"]) == (None, None)


# ------------------------------------------------------------ in a browser


def test_the_page_fits_a_phone_and_its_script_runs(browser: str, tmp_path: Path) -> None:
    widths = widths_on_a_phone(
        browser, (to_page(make(), "en") for make in specimens.ALL.values()), tmp_path
    )
    assert len(widths) == len(specimens.ALL)
    assert all(300 < int(width) <= 390 for width in widths), widths
