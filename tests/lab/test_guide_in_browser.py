"""The guide as its visitors talk with it: every answer, by keyboard, with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from lab.visitor import WAIT, Visitor, addressed, hash_of
from playwright.sync_api import expect

from livegrad.advice.situation import TASKS
from livegrad.lab.desk import DESKS, Given, Visit
from livegrad.lab.desks.guide import CONTEXTS, choices_of
from livegrad.lab.experiment import EXPERIMENTS
from livegrad.lab.words.guide import WORDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WAYS = {
    **{
        f"1{k % 10}": {"layer": "hidden", "symptom": symptom}
        for k, symptom in enumerate(choices_of("symptom", "hidden"), 1)
        if symptom != "none"
    },
    **{
        f"11{k % 10}": {"layer": "hidden", "symptom": "none", "context": context}
        for k, context in enumerate(CONTEXTS, 1)
    },
    **{
        f"2{k}": {"layer": "recurrent", "symptom": symptom}
        for k, symptom in enumerate(choices_of("symptom", "recurrent"), 1)
    },
    "3": {"layer": "block"},
    **{f"4{k}": {"layer": "output", "task": task} for k, task in enumerate(TASKS, 1)},
}
"""Every way through the dialogue, by the keys that answer its questions."""


def advice(answers: dict[str, str]) -> list[dict[str, Any]]:
    """What the lab advises, asked without a page."""
    found = DESKS["guide"].actions["ask"](cast("Visit", None), Given(answers))
    assert isinstance(found, dict)
    return found["advice"]


def answered(page: Page) -> None:
    page.wait_for_selector(".advice h2", timeout=WAIT)


def test_every_way_ends_in_advice_by_keyboard(visitor: Visitor) -> None:
    page = visitor.open("#/guide")
    for keys, answers in WAYS.items():
        page.keyboard.press("Home")
        page.wait_for_function("document.querySelectorAll('.option').length === 4")
        for key in keys:
            assert page.locator(".question h2").count() == 1
            page.keyboard.press(key)
        answered(page)
        wanted = advice(answers)
        cards = page.locator(".advice")
        assert cards.locator("h2").all_inner_texts() == [one["says"].en for one in wanted]
        said = cards.first.inner_text()
        for text in (wanted[0]["why"], wanted[0]["wrong_when"], wanted[0]["in_pytorch"]):
            assert text.en in said
        links = cards.first.locator(".evidence a").all()
        assert links
        assert all(text.en in said for text in wanted[0]["numbers"])
        for link in links:
            claim = str(link.get_attribute("href")).partition("id=")[2]
            assert link.inner_text() == EXPERIMENTS[claim].claim.en
        assert page.locator(".evidence .badge").count() >= len(links)
        assert page.evaluate("document.activeElement.matches('.advice h2')")  # ears hear it next
        addressed(page, *(f"{key}={value}" for key, value in answers.items()))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_question_and_advice_shut_nobody_out(visitor: Visitor, language: str) -> None:
    page = visitor.open("#/guide", language=language)
    assert visitor.violations() == []
    page.keyboard.press("1")
    page.keyboard.press("3")
    answered(page)
    assert visitor.violations() == []
    found = page.locator("main").inner_text()
    (told,) = advice({"layer": "hidden", "symptom": "vanishing-gradient"})
    assert (told["says"].ko in found) == (language == "ko")
    page.get_by_role("button", name="English" if language == "ko" else "한국어").click()
    expect(page.locator("main")).to_contain_text(told["says"].ko if language == "en" else told["says"].en)  # fmt: skip
    assert (told["says"].ko in page.locator("main").inner_text()) == (language == "en")


def test_answers_can_be_taken_back_and_changed(visitor: Visitor) -> None:
    page = visitor.open("#/guide")
    page.get_by_role("button", name="the last layer, which gives the answer").click()
    page.get_by_role("button", name="One of several classes").click()
    answered(page)
    page.keyboard.press("Backspace")
    expect(page.locator(".question h2")).to_have_text(WORDS.texts["ask-task"].en)
    assert page.evaluate("document.activeElement.matches('.question h2')")
    page.keyboard.press("5")
    answered(page)
    page.locator('[data-control="guide.change-layer"]').click()
    expect(page.locator(".question h2")).to_have_text(WORDS.texts["ask-layer"].en)
    expect(page.locator(".advice")).to_have_count(0)
    page.keyboard.press("1")
    link = page.get_by_role("link", name="Go to the clinic")
    assert link.get_attribute("href") == "#/clinic"


def test_advice_leads_to_a_race_and_to_its_claims(visitor: Visitor) -> None:
    page = visitor.open("#/guide?layer=hidden&symptom=dead-units")
    answered(page)
    (told,) = advice({"layer": "hidden", "symptom": "dead-units"})
    page.locator('[data-control="guide.race"]').click()
    page.wait_for_selector(".lane", timeout=WAIT)
    lanes = page.locator(".lane .name").all_inner_texts()
    assert lanes == [*told["activations"], *told["against"]]
    page.go_back()
    answered(page)
    link = page.locator(".evidence a").first
    claim = str(link.get_attribute("href")).partition("id=")[2]
    link.click()
    page.wait_for_function("document.documentElement.dataset.ready === 'claims'", timeout=WAIT)
    page.wait_for_selector("h1", timeout=WAIT)
    assert EXPERIMENTS[claim].claim.en in page.locator("main").inner_text()


def test_the_address_holds_the_answers(visitor: Visitor, chromium: Browser) -> None:
    page = visitor.open("#/guide")
    page.keyboard.press("4")
    page.keyboard.press("2")
    answered(page)
    other = Visitor(chromium, visitor.address, viewport={"width": 1440, "height": 900})
    again = other.open(hash_of(page), theme="dark")
    answered(again)
    assert again.locator("main").inner_text() == page.locator("main").inner_text()
    assert other.violations() == []
    other.close()


def test_the_guide_fits_a_phone(phone: Visitor) -> None:
    page = phone.open("#/guide", language="ko")
    page.get_by_role("button", name="은닉층").tap()
    page.get_by_role("button", name="유닛이 죽음").tap()
    answered(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.violations() == []
