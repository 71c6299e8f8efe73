"""The hidden space as its visitors walk through it: straight stays straight, until something bends it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from lab.visitor import WAIT, Visitor, addressed, hash_of
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

SMALL = "depth=2&starts=4&steps=200"
ANEW = """before => document.querySelector(".space-state").dataset.state === "done"
  && [...document.querySelectorAll(".passage")].some((one, k) => one.innerText !== before[k])"""


def opened(visitor: Visitor, state: str = SMALL, language: str = "en") -> Page:
    """Open the view and wait until its networks are trained."""
    page = visitor.open(f"#/space?{state}", language=language)
    trained(page)
    return page


def trained(page: Page) -> None:
    page.wait_for_selector(".space-state[data-state=done]", timeout=WAIT)


def control(page: Page, name: str) -> Locator:
    return page.locator(f'[data-control="space.{name}"]')


def names(page: Page) -> list[str]:
    return page.locator(".passage h2").all_inner_texts()


def tables(page: Page) -> list[list[list[float]]]:
    """The numbers of each network by layer: cuts before and after training, turning before and after."""
    return [
        [[float(re.sub(r"[ %°,]", "", cell.inner_text())) for cell in row.locator("td").all()] for row in table.locator("tbody tr").all()]
        for table in page.locator(".passage table").all()
    ]  # fmt: skip


def place(page: Page, wanted: str) -> None:
    page.wait_for_function("wanted => document.querySelector('.player .small').textContent === wanted", arg=wanted)  # fmt: skip


def test_identity_bends_nothing_and_tanh_does(visitor: Visitor) -> None:
    page = opened(visitor, "")
    assert names(page) == ["identity", "tanh"]
    for name, stage in zip(names(page), page.locator(".big canvas").all(), strict=True):
        assert re.match(rf"{name}, layer 1: .+ the grid turns [\d,]+° in all; the best straight cut tells \d+ % right\.", str(stage.get_attribute("aria-label")))  # fmt: skip
    page.keyboard.press("t")
    straight, bent = tables(page)
    assert len(straight) == len(bent) == 5  # the points and four layers
    assert {turned for row in straight for turned in row[2:]} == {0}
    assert all(turned > 100 for row in bent[1:] for turned in row[3:])
    assert bent[-1][1] > straight[-1][1]
    assert max(row[1] for row in straight) - min(row[1] for row in straight) < 10
    assert visitor.violations() == []
    page.keyboard.press("t")
    expect(page.locator(".all canvas").first).to_be_visible()


def test_the_way_is_walked_by_keyboard_in_half_layers(visitor: Visitor) -> None:
    page = opened(visitor)
    page.locator("h1").click()
    page.keyboard.press("Home")
    place(page, "the points as they come in")
    page.keyboard.press("ArrowRight")
    place(page, "layer 1: W·x + b moves the grid")
    page.keyboard.press("ArrowRight")
    place(page, "layer 1: then f bends it")
    assert "layer 1: tanh bends it" in page.locator(".passage").last.inner_text()
    assert "identity leaves it as it is" in page.locator(".passage").first.inner_text()
    page.keyboard.press("End")
    place(page, "layer 2: then f bends it")
    page.keyboard.press("ArrowLeft")
    place(page, "layer 2: W·x + b moves the grid")
    addressed(page, "at=3")
    page.keyboard.press("Space")
    page.wait_for_function("document.querySelector('[data-control=\"space.play\"]').textContent === 'Pause'")  # fmt: skip
    place(page, "layer 2: then f bends it")
    page.wait_for_function("document.querySelector('[data-control=\"space.play\"]').textContent === 'Play'", timeout=WAIT)  # fmt: skip


def test_with_less_motion_it_moves_in_whole_steps(chromium: Browser, lab: str) -> None:
    calm = Visitor(chromium, lab, viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = opened(
        calm, "depth=9&starts=4&steps=50&at=0"
    )  # so long a way that a slow click is in time
    control(page, "play").click()
    place(page, "layer 1: W·x + b moves the grid")
    control(page, "play").click()
    expect(control(page, "play")).to_have_text("Play")
    assert control(page, "position").input_value() in map(str, range(1, 18))
    calm.close()


def test_a_formula_of_ones_own_bends_and_a_wrong_one_is_explained(visitor: Visitor) -> None:
    page = opened(visitor, f"{SMALL}&functions.0=relu")
    field = control(page, "second")
    field.fill("x + sin(2*x)")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('.passage').length === 3 || [...document.querySelectorAll('.passage h2')].some((one) => one.textContent.includes('sin'))", timeout=WAIT)  # fmt: skip
    trained(page)
    assert names(page)[:2] == ["identity", "relu"]
    assert "sin" in names(page)[2]
    field.fill("x + sinn(2*x)")
    page.keyboard.press("Enter")
    page.wait_for_selector(".space-state[data-state=failed]", timeout=WAIT)
    assert "'sinn'" in page.locator(".space-state").inner_text()
    assert "'sin'" in page.locator(".space-state").inner_text()
    assert visitor.violations() == []


def test_before_and_after_training_and_three_units(visitor: Visitor) -> None:
    page = opened(visitor, f"{SMALL}&width=3")
    after = str(page.locator(".all canvas").last.get_attribute("aria-label"))
    page.get_by_role("radio", name="after").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("location.hash.includes('moment=before')")
    before = str(page.locator(".all canvas").last.get_attribute("aria-label"))
    assert before != after
    page.locator("summary", has_text="More settings").click()
    expect(control(page, "yaw")).to_be_visible()
    control(page, "yaw").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.hash.includes('yaw=')")
    page.locator("summary", has_text="What the numbers say").click()
    expect(page.get_by_text("With three units the cut is a plane")).to_be_visible()
    assert visitor.violations() == []


@pytest.mark.parametrize("key", ["n", "]"])
def test_keys_change_the_networks(visitor: Visitor, key: str) -> None:
    page = opened(visitor)
    page.keyboard.press("t")
    before, said = tables(page), page.locator(".passage").all_inner_texts()
    page.keyboard.press(key)
    page.wait_for_function(ANEW, arg=said, timeout=WAIT)
    found = tables(page)
    assert found != before
    assert len(found[0]) == len(before[0]) + (key == "]")


def test_the_address_holds_the_networks_and_the_place(visitor: Visitor, chromium: Browser) -> None:
    page = opened(visitor, "depth=3&starts=4&steps=150&task=xor&functions.0=elu&init=he&optimizer=sgd&seed=5&angle=45&at=3")  # fmt: skip
    page.keyboard.press("l")
    page.keyboard.press("l")
    page.keyboard.press("t")
    other = Visitor(chromium, visitor.address, viewport={"width": 1440, "height": 900})
    again = other.open(hash_of(page))
    trained(again)
    again.keyboard.press("t")
    assert tables(again) == tables(page)
    assert names(again) == names(page) == ["identity", "elu"]
    assert again.locator(".player .small").inner_text() == page.locator(".player .small").inner_text()  # fmt: skip
    other.close()


def test_the_space_fits_a_phone(phone: Visitor) -> None:
    page = opened(phone, SMALL, language="ko")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    control(page, "table").first.tap()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.violations() == []
