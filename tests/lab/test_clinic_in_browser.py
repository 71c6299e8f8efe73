"""The clinic as its visitors use it: the example, a recording of one's own, and what cannot be read."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from lab.visitor import WAIT, Visitor, addressed, hash_of
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

RECORDING = "digits_sigmoid.json.gz"


def control(page: Page, name: str) -> Locator:
    return page.locator(f'[data-control="clinic.{name}"]')


def example(visitor: Visitor, more: str = "", language: str = "en") -> Page:
    """Open the example and wait until its ladder stands."""
    page = visitor.open(f"#/clinic?source=example{more}", language=language)
    stands(page)
    return page


def stands(page: Page) -> None:
    page.wait_for_selector(".clinic:not([hidden]) .rungs canvas[aria-label]", timeout=WAIT)


def step_of(page: Page) -> int:
    return int(re.findall(r"\d+", page.locator(".rungs h2").inner_text())[0])


def recorded(folder: Path) -> Path:
    """The recording of the example, as a file of one's own."""
    content = resources.files("livegrad.lab.recordings").joinpath(RECORDING).read_bytes()
    path = folder / "mine.json.gz"
    path.write_bytes(content)
    return path


def test_an_empty_clinic_says_how_to_begin(visitor: Visitor) -> None:
    page = visitor.open("#/clinic")
    assert "livegrad run --record=run.json train.py" in page.locator("main").inner_text()
    assert page.locator(".clinic").is_hidden()
    assert visitor.violations() == []
    page.locator(".empty").get_by_role("button", name="Open an example").focus()
    page.keyboard.press("Enter")
    stands(page)
    assert page.locator("h1").inner_text() == "Vanishing gradient: layers 0 to 14"
    assert page.locator(".empty").is_hidden()
    addressed(page, "source=example")


def test_the_finding_says_what_was_seen_why_and_what_to_do(visitor: Visitor) -> None:
    page = example(visitor)
    detail = page.locator(".detail")
    heads = detail.locator("h3").all_inner_texts()
    assert heads[:5] == ["What was seen", "Why it is so", "Why it hurts", "How sure", "What to do"]
    said = detail.inner_text()
    assert re.search(r"1 part in [\d,]+ (million|reaches)", said)
    assert "livegrad run --treat examples/digits_sigmoid.py" in said
    ladder = str(page.locator(".rungs canvas").get_attribute("aria-label"))
    assert re.search(r"Gradient of 11 layers at step \d+, the last layer = 1: .+ at the first layer\. \d+ layers do not move\.", ladder)  # fmt: skip
    assert visitor.violations() == []
    page.keyboard.press("l")
    page.wait_for_function("/기울기 소실/.test(document.querySelector('h1').textContent)")
    assert not set(heads) & set(detail.locator("h3").all_inner_texts())
    assert visitor.violations() == []


def test_steps_and_layers_are_walked_by_keyboard_with_their_numbers(visitor: Visitor) -> None:
    page = example(visitor)
    last = step_of(page)
    page.locator("h1").click()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("last => !document.querySelector('.rungs h2').textContent.includes(last)", arg=str(last))  # fmt: skip
    assert step_of(page) < last
    addressed(page, f"step={step_of(page)}")
    first = page.locator(".at-layer").inner_text()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("first => document.querySelector('.at-layer').innerText !== first", arg=first)  # fmt: skip
    assert page.locator(".at-layer h3").inner_text().startswith("Layer 2 (Linear, sigmoid)")
    control(page, "step").focus()
    page.keyboard.press("Home")
    page.wait_for_function("/step 0$/.test(document.querySelector('.rungs h2').textContent)")


def test_the_drawings_are_tables_too_with_equal_numbers(visitor: Visitor) -> None:
    page = example(visitor, "&step=0&layer=3")
    shown = page.locator(".at-layer dd").all_inner_texts()
    page.locator("h1").click()
    page.keyboard.press("t")
    ladder = page.locator(".rungs table tbody tr")
    expect(ladder).to_have_count(11)
    assert ladder.nth(2).locator("td").all_inner_texts() == shown
    history = page.get_by_role("region", name="∂L/∂z over the last layer's, by step")
    expect(history).to_be_visible()
    assert visitor.violations() == []
    page.keyboard.press("t")
    before = str(page.locator(".rungs canvas").get_attribute("aria-label"))
    page.get_by_role("radio", name="∂L/∂z").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.hash.includes('gradient=w')")
    assert str(page.locator(".rungs canvas").get_attribute("aria-label")) != before


def test_the_address_holds_the_place_in_the_example(visitor: Visitor, chromium: Browser) -> None:
    page = example(visitor, "&step=0&layer=4&gradient=w")
    other = Visitor(chromium, visitor.address, viewport={"width": 1440, "height": 900})
    again = other.open(hash_of(page))
    stands(again)
    assert again.locator(".at-layer").inner_text() == page.locator(".at-layer").inner_text()
    assert step_of(again) == step_of(page) == 0
    assert again.get_by_role("radio", name="∂L/∂W").get_attribute("aria-checked") == "true"
    other.close()


def test_a_recording_of_ones_own_opens_and_what_is_none_is_said(
    visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor.open("#/clinic")
    chooser = page.locator(".empty input[type=file]")
    why = page.locator(".told-why")
    broken = tmp_path / "broken.json.gz"
    broken.write_bytes(recorded(tmp_path).read_bytes()[:2000])
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"format": "a shopping list"}), encoding="utf-8")
    for file, words in ((broken, "cannot be unpacked"), (other, "recording")):
        chooser.set_input_files(str(file))
        page.wait_for_function("words => document.querySelector('.told-why').textContent.includes(words) && !document.querySelector('.told-why').textContent.includes('%')", arg=words, timeout=WAIT)  # fmt: skip
        assert len(why.inner_text()) > 40
        assert page.locator(".clinic").is_hidden()
    chooser.set_input_files(str(recorded(tmp_path)))
    stands(page)
    assert "mine.json.gz" in page.locator(".head").inner_text()
    page.locator('nav [data-view="guide"]').click()
    page.wait_for_function("document.documentElement.dataset.ready === 'guide'")
    page.go_back()
    stands(page)  # the page has it still
    page = visitor.open(hash_of(page))
    page.get_by_text("choose it again").wait_for(timeout=WAIT)


def test_plain_json_opens_as_well_as_a_packed_file(visitor: Visitor, tmp_path: Path) -> None:
    plain = tmp_path / "plain.json"
    plain.write_bytes(gzip.decompress(recorded(tmp_path).read_bytes()))
    page = visitor.open("#/clinic")
    page.locator(".empty input[type=file]").set_input_files(str(plain))
    stands(page)
    assert "plain.json" in page.locator(".head").inner_text()


def test_gradients_can_be_taken_home(visitor: Visitor, tmp_path: Path) -> None:
    page = example(visitor)
    page.locator('[data-control="shell.share"]').click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Gradients by layer and step").click()
    to = tmp_path / "taken.csv"
    download.value.save_as(to)
    rows = list(csv.reader(io.StringIO(to.read_text(encoding="utf-8"))))
    assert len(rows) > 11
    assert len({len(row) for row in rows}) == 1


def test_the_clinic_fits_a_phone(phone: Visitor) -> None:
    page = example(phone, language="ko")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    control(page, "ladder-table").tap()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.violations() == []
