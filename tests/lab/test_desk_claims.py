"""The claims' desk: the list, one claim, runs of which only the newest counts, and runs of many."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from livegrad.errors import BadInput, UnknownName
from livegrad.lab.desk import Given
from livegrad.lab.desks import claims
from livegrad.lab.experiment import (
    EXPERIMENTS,
    Answer,
    Control,
    Experiment,
    Facts,
    Number,
    Question,
    Run,
    Verdict,
)
from livegrad.lab.figure import Axis, Chart, Series
from livegrad.lab.frame import encoded
from livegrad.lab.limits import Limits
from livegrad.lab.visit import OpenPage, Places
from livegrad.lab.words import claims as words
from livegrad.text import Text, same

NUMBERS = np.array([1.0, 2.0])


def _chart(height: float) -> Chart:
    return Chart(
        id="seen",
        title=same("seen"),
        note=same("note"),
        x=Axis(name=same("x")),
        y=Axis(name=same("y")),
        series=(Series(name=same("s"), x=NUMBERS, y=NUMBERS * height),),
    )


class Gate:
    """An experiment whose run waits until the test lets it go on."""

    def __init__(self) -> None:
        self.runs = list[tuple[float, int]]()
        self.steps = threading.Semaphore(0)
        self.begun = threading.Semaphore(0)

    def run(self, run: Run) -> Facts:
        self.runs.append((run.number("size"), run.seed))
        self.begun.release()
        while not self.steps.acquire(timeout=0.005):
            run.tell(0.25)
        run.tell(0.5, _chart(run.number("size")))
        number = Number(
            id="size", name=same("size"), value=run.number("size"), explanation=same("The size.")
        )
        return Facts(
            held=np.array([True, run.number("size") > 1]),
            numbers=(number,),
            figures=(_chart(1.0),),
            settings=run.settings,
            seed=run.seed,
        )


def _experiment(gate: Gate, identifier: str = "waiting") -> Experiment:
    return Experiment(
        id=identifier,
        claim=Text("It waits.", "기다린다."),
        sources="A D",
        question=Question(
            text=same("?"),
            answers=(Answer(id="yes", name=same("yes")), Answer(id="no", name=same("no"))),
            right=lambda facts: "yes" if facts["size"] > 1 else "no",
        ),
        controls=(Control(id="size", name=same("size"), usual=1.0, low=0.0, high=10.0),),
        run=gate.run,
        verdict=lambda facts: Verdict(
            code="holds" if facts["size"] > 1 else "does-not-hold",
            text=same("."),
            condition=same("."),
        ),
        expected="does-not-hold",
        about=same("About."),
    )


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    found = Gate()
    entries = {"waiting": _experiment(found), "second": _experiment(found, "second")}
    monkeypatch.setitem(EXPERIMENTS.__dict__, "_entries", entries)
    return found


class Page:
    """An open page that acknowledges everything it is shown."""

    def __init__(self) -> None:
        self.seen = list[tuple[str, Any]]()
        self._lock = threading.Lock()
        self.visit = OpenPage(Places(8), Limits(patience=5.0), woken=self._look)

    def _look(self) -> None:
        with self._lock:
            taken = self.visit.channels.next()
            if taken is None:
                return
            channel, number, value = taken
            encoded(value)  # whatever is shown can travel
            self.seen.append((channel, value))
        self.visit.channels.acknowledged(number)

    def ask(self, action: str, **given: object) -> Any:
        return claims.DESK.actions[action](self.visit, Given(given))

    def wait(self, fits: Callable[[str, Any], bool]) -> Any:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            for channel, value in list(self.seen):
                if fits(channel, value):
                    return value
            time.sleep(0.005)
        raise AssertionError([channel for channel, _ in self.seen])


@pytest.fixture
def page() -> Iterator[Page]:
    found = Page()
    yield found
    found.visit.close()


def _proved(turn: int) -> Callable[[str, Any], bool]:
    return lambda channel, value: channel == "claim" and value["turn"] == turn and "proved" in value


def test_the_list_names_every_experiment_once_and_in_reading_order() -> None:
    listed: Any = claims.DESK.actions["start"](Page().visit, Given({}))
    names = [entry["id"] for entry in listed]
    assert sorted(names) == sorted(EXPERIMENTS)
    told = [name for topic in claims.TOPICS.values() for name in topic]
    assert [name for name in names if name in told] == [name for name in told if name in names]
    assert len(told) == len(set(told))
    assert {entry["topic"] for entry in listed} <= {*claims.TOPICS, "more"}


def test_the_first_paint_needs_no_experiment() -> None:
    assert claims.DESK.start is None


def test_a_claim_opens_without_what_is_expected_of_it(gate: Gate, page: Page) -> None:
    opened = page.ask("open", id="waiting")
    assert opened["claim"].ko == "기다린다."
    assert [control.id for control in opened["controls"]] == ["size"]
    assert "expected" not in opened
    assert gate.runs == []


def test_a_claim_that_is_none_is_named_with_the_nearest(gate: Gate, page: Page) -> None:
    del gate
    with pytest.raises(UnknownName, match="waiting"):
        page.ask("open", id="waitin")


def test_a_run_shows_figures_while_it_runs_and_then_its_verdict(gate: Gate, page: Page) -> None:
    answer = page.ask("run", id="waiting", settings={"size": 3}, seed=7, turn=1)
    assert answer == {"turn": 1, "settings": {"size": 3.0}}
    page.wait(lambda channel, value: channel == "claim" and value["share"] == 0.25)
    gate.steps.release()
    partial = page.wait(lambda channel, value: channel == "claim.figures" and value["turn"] == 1)
    assert partial["figures"][0].series[0].y[1] == 6.0
    end = page.wait(_proved(1))
    assert (end["proved"].verdict.code, end["proved"].right) == ("holds", "yes")
    assert (end["held"].count, end["held"].of) == (2, 2)
    assert (end["usual"], end["expected"]) == (False, "does-not-hold")
    assert gate.runs == [(3.0, 7)]


def test_the_usual_settings_are_known_as_such(gate: Gate, page: Page) -> None:
    gate.steps.release()
    page.ask("run", id="waiting", turn=1)
    assert page.wait(_proved(1))["usual"] is True


def test_only_the_newest_run_counts(gate: Gate, page: Page) -> None:
    page.ask("run", id="waiting", settings={"size": 2}, turn=1)
    gate.begun.acquire(timeout=30)
    for turn in range(2, 6):
        page.ask("run", id="waiting", settings={"size": turn + 1}, turn=turn)
    gate.begun.acquire(timeout=30)
    gate.steps.release(5)
    end = page.wait(_proved(5))
    assert end["proved"].facts.settings == {"size": 6.0}
    assert not [value for _, value in page.seen if "proved" in value and value["turn"] < 5]


def test_a_wish_that_was_overtaken_on_the_way_is_dropped(gate: Gate, page: Page) -> None:
    gate.steps.release(5)
    page.ask("run", id="waiting", settings={"size": 5}, turn=9)
    page.wait(_proved(9))
    page.ask("run", id="waiting", settings={"size": 4}, turn=8)
    page.ask("run", id="waiting", settings={"size": 6}, turn=10)
    page.wait(_proved(10))
    assert [size for size, _ in gate.runs] == [5.0, 6.0]


def test_leaving_a_claim_stops_its_run_and_the_next_one_works(gate: Gate, page: Page) -> None:
    page.ask("run", id="waiting", turn=1)
    gate.begun.acquire(timeout=30)
    page.ask("leave")
    page.ask("run", id="second", settings={"size": 2}, turn=2)
    gate.begun.acquire(timeout=30)
    gate.steps.release()
    assert page.wait(_proved(2))["proved"].id == "second"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"settings": {"size": 11}}, "it runs from 0"),
        ({"settings": {"depth": 3}}, "no control called 'depth'"),
        ({"seed": -1}, "'seed' is -1"),
        ({"seed": 2001}, "2000"),
    ],
)
def test_what_cannot_be_run_is_refused_at_once(
    gate: Gate, page: Page, given: dict[str, object], says: str
) -> None:
    with pytest.raises(BadInput) as refused:
        page.ask("run", **{"id": "waiting", "turn": 1, **given})
    assert says in refused.value.text.en
    assert gate.runs == []


def test_many_claims_run_one_after_the_other_and_tell_how_far_they_are(
    gate: Gate, page: Page
) -> None:
    page.ask("all", ids=["waiting", "second"], turn=3)
    first = page.wait(lambda channel, value: channel == "claims" and value["now"] == "waiting")
    assert (first["of"], first["done"]) == (2, [])
    gate.steps.release(2)
    end = page.wait(lambda channel, value: channel == "claims" and value["now"] is None)
    assert [(one["id"], one["code"], one["right"]) for one in end["done"]] == [
        ("waiting", "does-not-hold", "no"),
        ("second", "does-not-hold", "no"),
    ]
    assert end["done"][0]["held"].count == 1
    assert end["share"] == 1.0


def test_a_run_of_many_is_stopped_without_waiting(gate: Gate, page: Page) -> None:
    page.ask("all", ids=["waiting", "second"], turn=3)
    gate.begun.acquire(timeout=30)
    page.ask("stop", what="claims")
    page.ask("all", ids=["second"], turn=4)
    gate.begun.acquire(timeout=30)
    gate.steps.release(2)
    end = page.wait(
        lambda channel, value: channel == "claims" and value["turn"] == 4 and not value["now"]
    )
    assert [one["id"] for one in end["done"]] == ["second"]
    assert not [value for _, value in page.seen if value["turn"] == 3 and value["done"]]


def test_a_missing_library_stops_one_claim_and_not_the_others(
    gate: Gate, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: Run) -> Facts:
        raise BadInput(same("No library."))

    broken = dataclasses.replace(_experiment(gate, "broken"), run=missing)
    monkeypatch.setitem(EXPERIMENTS.__dict__["_entries"], "broken", broken)
    gate.steps.release()
    page.ask("all", ids=["broken", "waiting"], turn=1)
    end = page.wait(lambda channel, value: channel == "claims" and value["now"] is None)
    assert end["done"][0]["error"].en == "No library."
    assert end["done"][1]["code"] == "does-not-hold"
    page.ask("run", id="broken", turn=2)
    assert page.wait(lambda channel, value: channel == "claim" and "error" in value)["turn"] == 2


def test_a_claim_is_repeated_from_other_base_seeds(gate: Gate, page: Page) -> None:
    gate.steps.release(5)
    page.ask("repeat", id="waiting", settings={"size": 4}, seed=2, count=3, turn=1)
    end = page.wait(lambda channel, value: channel == "claims.repeat" and len(value["done"]) == 3)
    assert [one["seed"] for one in end["done"]] == [2, 3, 4]
    assert {one["code"] for one in end["done"]} == {"holds"}
    assert end["done"][0]["number"].value == 4.0


def test_every_sentence_of_the_page_is_whole_in_both_languages() -> None:
    for key, text in words.WORDS.texts.items():
        english, korean = text.placeholders()
        assert english == korean, key
        assert text.en.strip(), key
        assert text.ko.strip(), key


def test_a_real_claim_comes_to_its_verdict(page: Page) -> None:
    page.ask("run", id="sigmoid-vanishing", settings={"depth": 4, "width": 16}, turn=1)
    end = page.wait(_proved(1))
    assert end["held"].of == len(end["proved"].facts.held)
    assert end["proved"].right in {"quarter", "half", "level"}
