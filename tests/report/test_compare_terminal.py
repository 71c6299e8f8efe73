"""A comparison in the terminal: every number on its row, one axis, ties joined, at any width."""

from __future__ import annotations

import io
import re

import pytest
from report import compare_specimens as specimens
from rich.cells import cell_len
from rich.console import Console

from livegrad.report.axis import Axis
from livegrad.report.compare_facts import axis_of, clipped, joined, rows
from livegrad.report.compare_terminal import print_comparison
from livegrad.text import LANGUAGES, Language
from livegrad.trials.comparison import Comparison

every_specimen = pytest.mark.parametrize("name", specimens.ALL)


def printed(found: Comparison, *, language: Language = "en", width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_comparison(found, console=console, language=language)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def in_colour(found: Comparison, *, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    console = Console(file=file, width=100, force_terminal=True, color_system="standard")
    print_comparison(found, console=console, language="en")
    file.flush()
    return re.sub(r"\x1b\[[\d;]*m", "", raw.getvalue().decode(encoding))


def test_the_whole_table_as_it_is_printed() -> None:
    assert in_colour(specimens.compared()).splitlines()[:11] == [
        "moons: 4 candidates compared",
        "gelu, relu share the first place: with 8 seeds they cannot be told apart from the best. Each of the",
        "others (2) is worse than one of them. To tell gelu from relu takes about 240 more seeds.",
        "",
        "rank   candidate  accuracy        0.8          0.9        success  steps to target  rate  diverged",
        "1–2  ┌ gelu          0.930                      ├──●──┤       8/8              100  0.01",
        "1–2  └ relu          0.926                       ├─●─┤        8/8              100  0.01",
        "3      tanh          0.844            ├─○─┤                   0/8            never  0.01",
        "4      x*x*x         0.529  ◂                                 0/8            never  0.01         2",
        "● may be the best, ○ is told apart from a better one. Those joined by a line cannot be told apart.",
        "Rank: the best and the worst place that a candidate may have. Success: runs that end at 0.900 or",
    ]


def test_the_rest_says_how_what_and_how_to_repeat_it() -> None:
    told = " ".join(printed(specimens.compared()).split())
    assert "2 features. 8 seeds each, 100 steps of 64 samples, adam, hidden layers 8." in told
    assert "Constant columns left out: 1." in told
    assert "32 networks in 0.80 s: 4 million network-steps a second." in told
    assert told.endswith("To repeat it livegrad compare moons --activations 'relu,x*x*x'")


def test_korean_says_the_same() -> None:
    told = " ".join(printed(specimens.compared(), language="ko").split())
    assert "moons: 후보 4개 비교" in told
    assert "입력 2개. 후보마다 시드 8개, 표본 64개씩 100스텝, adam, 은닉층 8." in told
    assert "신경망 32개에 0.80초 걸렸습니다. 신경망 스텝은 1초에 400만 번입니다." in told
    assert "못 미침" in told


@every_specimen
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [24, 50, 80, 200])
def test_no_line_is_too_wide_and_nobody_is_missing(
    name: str, language: Language, width: int
) -> None:
    found = specimens.ALL[name]()
    text = printed(found, language=language, width=width)
    assert "\x1b" not in text
    table, _, _ = text.partition("livegrad compare")
    if width >= 50:
        assert max(cell_len(line) for line in table.splitlines()) <= min(100, width)
    for row in rows(found):
        if width >= 80:
            assert row.name[:5].replace("\x1b", "�") in text


@every_specimen
def test_the_conclusion_stands_before_the_table(name: str) -> None:
    found = specimens.ALL[name]()
    told = " ".join(printed(found, width=100).split())
    shown = found.conclusion.en.replace("\x1b", "�")
    assert told.index(shown) < told.index("rank")


def test_columns_that_go_are_named() -> None:
    narrow = " ".join(printed(specimens.compared(), width=60).split())
    assert "No room for: 95 % interval, steps to target" in narrow
    assert "No room" not in printed(specimens.winner(), width=100)


def test_the_dot_stands_where_the_mean_is_on_the_axis() -> None:
    found = specimens.compared()
    axis = axis_of(found)
    lines = in_colour(found).splitlines()
    head = next(line for line in lines if line.startswith("rank"))
    start = head.index("accuracy") + len("accuracy") + 2
    width = head.index("  success") - start
    for row in rows(found)[:3]:
        line = next(one for one in lines if f" {row.name} " in one and row.mean in one)
        assert row.place is not None
        place = re.search("[●○]", line)
        assert place is not None
        assert place.start() - start == round(axis.share(row.place.mean) * (width - 1))


def test_an_old_terminal_gets_letters() -> None:
    text = in_colour(specimens.compared(), encoding="ascii")
    assert re.search(r"1\?2  / gelu", text)
    assert "*" in text
    assert "●" not in text


def test_infinite_intervals_go_on_in_both_directions() -> None:
    text = in_colour(specimens.two_seeds())
    assert re.search(r"◂─*●─*▸", text)
    assert "goes on outside of the axis" in text
    assert "Cannot tell" in text


def test_who_is_far_below_does_not_press_the_others_together() -> None:
    found = specimens.far()
    axis = axis_of(found)
    last = found.ranking.places[-1]
    first = found.ranking.places[0]
    assert clipped(last, axis) == (True, False)
    assert axis.share(first.high) - axis.share(first.low) > 0.1
    assert re.search(r"sine +0.110  ◂ ", in_colour(found))


def test_who_left_early_stands_last_without_a_score() -> None:
    told = rows(specimens.left_early())
    assert told[-1].rank.say("en") == "left early"
    assert told[-1].mean == "–"
    assert told[-1].diverged == "1"
    assert re.search(r"left early +x\*x\*x +– ", in_colour(specimens.left_early()))


def test_what_came_from_the_store_is_said_without_a_speed() -> None:
    text = printed(specimens.stored())
    assert "32 networks, all of them from the store." in text
    assert "a second" not in text
    assert "To repeat" not in text


def test_lines_join_exactly_the_groups() -> None:
    found = specimens.many()
    names = [one.name for one in found.candidates]
    groups = [group for group in found.ranking.groups if len(group) > 1]
    lines = joined(found.ranking.groups, names)
    assert [tuple(names[one.first : one.last + 1]) for one in lines] == groups
    assert len(groups) > 1
    taken = [(one.lane, row) for one in lines for row in range(one.first, one.last + 1)]
    assert len(taken) == len(set(taken))


@every_specimen
def test_the_axis_holds_the_better_half(name: str) -> None:
    found = specimens.ALL[name]()
    axis = axis_of(found)
    assert isinstance(axis, Axis)
    assert axis.low < axis.high
    places = found.ranking.places
    for place in places[: (len(places) + 1) // 2]:
        assert axis.low < place.mean < axis.high
