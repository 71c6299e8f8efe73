"""A diagnosis and a watch where they are shown by themselves: in a notebook, and by ``print``."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from report import specimens

from livegrad.diagnosis.finding import Diagnosis
from livegrad.observation.evidence import Clipping, Source
from livegrad.report.clipping import clipped, clipping_chart, clipping_in_words
from livegrad.report.diagnosis_card import card, watch_card
from livegrad.report.plain import diagnosis_words
from livegrad.report.watch_state import watch_lines

DIAGNOSES = {name: make().diagnoses[0] for name, make in specimens.ALL.items() if make().diagnoses}
VOID = {"path", "rect"}


class Whole(HTMLParser):
    """Checks that every tag is closed in its turn, and gathers the tags and the words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", DIAGNOSES)
def test_every_card_is_whole_without_scripts_and_loads_nothing(name: str, language: str) -> None:
    text = card(DIAGNOSES[name], "ko" if language == "ko" else "en")
    page = Whole(text)
    assert page.open == []
    assert "script" not in page.tags
    assert not re.search(r"https?:|@import|url\(", text)
    assert not {"\x00", "\x1b", "\u202e"} & set(text)
    assert len(text) < 40_000


def test_a_card_shows_the_cause_what_it_explains_and_the_ladder() -> None:
    page = Whole(card(specimens.sick().diagnoses[0], "en"))
    words = re.sub(r"\s+", " ", page.words)
    assert "It does not learn, and this is why." in words
    assert words.index("vanishing-gradient") < words.index("explains") < words.index("saturation")
    assert specimens.VANISHING.advice.en in words
    assert page.tags.count("svg") == 1
    assert page.tags.count("rect") == len(specimens.STUCK.layers)


def test_a_very_deep_card_stays_short() -> None:
    page = Whole(card(specimens.deep().diagnoses[0], "en"))
    assert page.tags.count("rect") <= 24


def test_a_healthy_card_says_so_and_accuses_nobody() -> None:
    page = Whole(card(specimens.healthy().diagnoses[0], "ko"))
    assert "잘 배웁니다" in page.words
    assert "li" not in page.tags


@pytest.mark.parametrize("name", DIAGNOSES)
def test_printing_gives_words_and_no_control_characters(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVEGRAD_LANG", "ko")
    said = str(DIAGNOSES[name])
    assert said == diagnosis_words(DIAGNOSES[name], "ko")
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", said)
    assert said.strip()


def test_a_notebook_gets_both_the_card_and_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEGRAD_LANG", "en")
    diagnosis = specimens.sick().diagnoses[0]
    bundle = diagnosis._repr_mimebundle_()
    assert bundle == {"text/plain": str(diagnosis), "text/html": diagnosis._repr_html_()}


def test_ipython_shows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    formatters = pytest.importorskip("IPython.core.formatters")
    monkeypatch.setenv("LIVEGRAD_LANG", "en")
    diagnosis = specimens.sick().diagnoses[0]
    shown, _ = formatters.DisplayFormatter().format(diagnosis)
    assert shown["text/plain"].startswith("It does not learn, and this is why.")
    assert "<svg" in shown["text/html"]


def test_the_line_of_code_stands_behind_the_place() -> None:
    sick = specimens.sick().diagnoses[0]
    sources = (Source(place="", file="train.py", line=42),)
    seen = replace(sick, evidence=replace(sick.evidence, sources=sources))
    assert "train.py:42" in Whole(card(seen, "en")).words
    assert " · train.py:42" in diagnosis_words(seen, "en").splitlines()[3]


# ------------------------------------------------------------ a watch at work


def test_a_watch_tells_how_far_it_is() -> None:
    waiting = watch_lines("Net", None, attached=True)
    assert [line.en for line in waiting] == ["livegrad is watching Net.", "No optimizer step yet."]
    sick = watch_lines("Net", specimens.sick().diagnoses[0], attached=True)
    assert "560 steps" in sick[1].en
    assert "vanishing-gradient · 0" in sick[2].en
    done = watch_lines("Net", specimens.healthy().diagnoses[0], attached=False)
    assert done[0].ko == "livegrad가 Net을 지켜보았습니다."
    assert done[2].en == "Nothing found so far."


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_watch_card_is_whole_and_harmless(language: str) -> None:
    lines = watch_lines("<b>Net", specimens.hostile().diagnoses[0], attached=True)
    page = Whole(watch_card(lines, "ko" if language == "ko" else "en"))
    assert page.open == []
    assert "b" not in page.tags
    assert "script" not in page.tags


# ------------------------------------------------------------ gradient clipping


def with_clipping(before: tuple[float | None, ...], after: tuple[float | None, ...]) -> Diagnosis:
    sick = specimens.sick().diagnoses[0]
    seen = replace(sick.evidence, clipping=Clipping(before=before, after=after))
    return replace(sick, evidence=seen)


def test_clipping_is_told_with_what_it_hid() -> None:
    seen = with_clipping((3.0, 5.0, -1.0, None), (0.0, 0.0, -1.0, None)).evidence
    found = clipped(seen)
    assert found is not None
    assert (found.measured, found.acted, found.before, found.after) == (3, 2, 5.0, 0.0)
    said = clipping_in_words(seen)
    assert said is not None
    assert "acted on 2 of 3 measured steps" in said.en
    assert "up to 1e5" in said.en
    chart = clipping_chart(seen)
    assert chart is not None
    assert [line.last for line in chart.lines] == [0.1, 0.1]
    assert "Gradient clipping acted" in diagnosis_words(
        replace(DIAGNOSES["sick"], evidence=seen), "en"
    )


def test_clipping_that_never_acts_is_told_apart_from_none() -> None:
    idle = with_clipping((0.5, 0.2), (0.5, 0.2)).evidence
    said = clipping_in_words(idle)
    assert said is not None
    assert "never clipped" in said.en
    assert clipping_chart(idle) is None
    assert clipping_in_words(specimens.STUCK) is None


def test_an_overflow_behind_clipping_is_infinite() -> None:
    seen = with_clipping((float("nan"), 1.0), (float("nan"), 0.0)).evidence
    found = clipped(seen)
    assert found is not None
    assert (found.acted, found.before, found.after) == (2, float("inf"), 0.0)
    said = clipping_in_words(seen)
    assert said is not None
    assert "∞" in said.ko
