"""Every claim in the page, from the prediction to the verdict, in both languages; three of them by keyboard alone."""

from __future__ import annotations

import re

import pytest
from lab.visitor import WAIT, Visitor
from playwright.sync_api import Page

from livegrad.lab.experiment import EXPERIMENTS


def ended(page: Page) -> str:
    """Wait for the verdict, and return what the page says."""
    page.wait_for_selector("[data-state=done] .verdict .result", timeout=WAIT)
    return page.locator("main").inner_text()


@pytest.mark.slow
@pytest.mark.parametrize("identifier", EXPERIMENTS)
def test_a_claim_runs_to_its_verdict_in_both_languages(visitor: Visitor, identifier: str) -> None:
    page = visitor.open(f"#/claims?id={identifier}")
    page.locator("input[name=claims-guess]").first.check()
    page.locator('[data-control="claims.run"]').click()
    said = ended(page)
    experiment = EXPERIMENTS[identifier]
    assert experiment.claim.en in said
    assert page.locator("canvas").count() >= 1
    assert not re.search(r"\bNaN\b|undefined|\[object", said)
    page.get_by_role("button", name="한국어").click()
    spoken = page.locator("main").inner_text()
    assert experiment.claim.ko in spoken
    assert experiment.claim.en not in spoken
    assert page.locator("[data-state=done]").count() == 1  # nothing was lost
    assert not re.search(r"\bNaN\b|undefined|\[object", spoken)
    assert visitor.violations() == []


@pytest.mark.slow
@pytest.mark.parametrize("identifier", ["sigmoid-vanishing", "relu-nearly-linear", "elu-smooth"])
def test_the_keyboard_alone_is_enough(visitor: Visitor, identifier: str) -> None:
    page = visitor.open("#/claims")
    page.wait_for_selector(f'a[href*="id={identifier}"]')
    for _ in range(300):
        page.keyboard.press("Tab")
        target = page.evaluate("document.activeElement.getAttribute('href') || ''")
        if target.endswith(f"id={identifier}"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("input[name=claims-guess]")
    page.keyboard.press("p")
    assert page.evaluate("document.activeElement.name") == "claims-guess"
    page.keyboard.press("Space")
    page.keyboard.press("v")
    assert EXPERIMENTS[identifier].claim.en in ended(page)
