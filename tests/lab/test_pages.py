"""The page as its readers use it: every view, both languages, light and dark, on a phone, by keyboard, by ear."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lab.page.node import command
from lab.visitor import Visitor, address
from playwright.sync_api import expect

PAGE = Path(__file__).parent / "page"
VIEWS = ("race", "claims", "functions", "scenes", "space", "clinic", "guide")
LOOKS = tuple(itertools.product(("en", "ko"), ("light", "dark")))


def test_the_types_of_the_page_hold() -> None:
    ran = subprocess.run(
        [sys.executable, str(PAGE / "typescript.py")], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_modules_of_the_page_pass_their_own_tests() -> None:
    tests = sorted(str(path) for path in PAGE.glob("*.test.js"))
    ran = subprocess.run(
        [*command("node"), "--test", *tests], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert tests


def test_modules_stay_short_and_ask_for_nothing_remote() -> None:
    root = Path(__file__).parents[2] / "src" / "livegrad" / "lab" / "page"
    for file in root.rglob("*"):
        if file.suffix in (".js", ".css", ".html"):
            text = file.read_text(encoding="utf-8")
            assert text.count("\n") <= 260, file
            outside = re.findall(r"https?://(?!www\.w3\.org)[\w.-]+", text)
            assert not outside, f"{file}: {outside}"
            assert "innerHTML" not in text, file


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_no_view_shuts_anybody_out(visitor: Visitor, view: str) -> None:
    """Opened in one look and walked through the others by keys: half of the views begin in each language."""
    looks = LOOKS if VIEWS.index(view) % 2 else LOOKS[::-1]
    page = visitor.open(f"#/{view}", language=looks[0][0], theme=looks[0][1])
    for language, theme in looks:
        for key, name, wanted in (("l", "lang", language), ("d", "dataset.theme", theme)):
            if page.evaluate(f"document.documentElement.{name}") != wanted:
                page.keyboard.press(key)
            assert page.evaluate(f"document.documentElement.{name}") == wanted
        visitor.still()
        assert visitor.violations() == [], (language, theme)
        expect(page.locator("h1")).to_have_count(1)


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_sticks_out_of_a_phone(phone: Visitor, view: str) -> None:
    for language in ("en", "ko"):
        page = phone.open(f"#/{view}", language=language)
        phone.still()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{view} in {language}: {wide} px"
    assert phone.violations() == []


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_a_switch_of_language_leaves_no_word_behind(visitor: Visitor, view: str) -> None:
    page = visitor.open(f"#/{view}", language="en")
    visitor.still()
    before = page.locator("main").inner_text()
    page.get_by_role("button", name="한국어").click()
    visitor.still()
    after = page.locator("main").inner_text()
    assert not re.search("[가-힣]", before)
    assert re.search("[가-힣]", after)
    said = [line for line in before.splitlines() if not line.startswith("livegrad ")]  # a command
    sentences = {line for line in said if len(re.findall(r"[a-z]{2,}", line)) > 4}
    assert sentences & set(after.splitlines()) == set()
    expect(page).to_have_url(re.compile(re.escape(page.evaluate("location.hash")) + "$"))


def test_the_bar_leads_everywhere_by_keyboard(visitor: Visitor) -> None:
    page = visitor.open()
    for view in VIEWS:
        link = page.locator(f'nav [data-view="{view}"]')
        link.focus()
        page.keyboard.press("Enter")
        page.wait_for_function(f"document.documentElement.dataset.ready === '{view}'")
        expect(link).to_have_attribute("aria-current", "page")


def test_a_view_that_still_works_does_not_call_its_reader_back(visitor: Visitor) -> None:
    page = visitor.open("#/functions")
    visitor.still()
    # A view writes its state into the address while the browser is about to tell of another one.
    page.evaluate("""() => {
      const slider = document.querySelector("main input[type=range]");
      location.hash = "#/claims";
      slider.stepUp();
      slider.dispatchEvent(new Event("input", {bubbles: true}));
      slider.dispatchEvent(new Event("change", {bubbles: true}));
    }""")
    page.wait_for_function("document.documentElement.dataset.ready === 'claims'")
    assert address(page).partition("#")[2].startswith("/claims")


def test_who_turns_back_before_a_view_stands_stays(visitor: Visitor) -> None:
    page = visitor.open("#/functions")
    visitor.still()
    page.evaluate("""async () => {
      location.hash = "#/claims";
      await new Promise((done) => addEventListener("hashchange", done, {once: true}));
      location.hash = "#/functions";
    }""")
    visitor.still()
    assert page.evaluate("document.documentElement.dataset.ready") == "functions"
    assert address(page).partition("#")[2].startswith("/functions")


def test_keys_change_language_and_light_and_say_what_they_do(visitor: Visitor) -> None:
    page = visitor.open()
    page.keyboard.press("l")
    assert page.evaluate("document.documentElement.lang") == "ko"
    page.keyboard.press("d")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    assert visitor.violations() == []
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
