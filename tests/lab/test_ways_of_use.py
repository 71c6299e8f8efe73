"""Sharing, lessons, links of other pages, and the lab within another page, as their users meet them."""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from lab.labs import TOKEN, running
from lab.visitor import Visitor, address, addressed, forgotten
from playwright.sync_api import expect

from livegrad.lab.desk import DESKS
from livegrad.lab.vocabulary import WORDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

RACE = (
    "#/race?v=1&network.depth=8&seed=5&data.seed=2&training.lr=0.1&speed=1"
    "&lanes.0.activation=tanh&lanes.1.activation=tanh&lanes.1.init=lecun&lanes.1.lr=0.3"
    "&lanes.2.activation=x*sigmoid(1.7*x)&lanes.2.norm=batch&lane=1&layer=3&guess=2"
)
STATES = {
    "race": RACE,
    "claims": "#/claims?v=1&id=sigmoid-vanishing&guess=half&settings.depth=14&seed=3&ran=true",
    "functions": "#/functions?v=1&name=elu&parameters.alpha=2.5&reach=8&x=-1.5&second=true&histogram=start&depth=9&seed=4",
    "scenes": "#/scenes?v=1&id=neuron&w1=2.5&bias=-1",
    "space": "#/space?v=1&depth=3&seed=7",
}
LESSON: dict[str, Any] = {
    "hide": ["race.deep", "race.lr", "race.clone"],
    "lock": ["race.run", "race.speed", "race.depth"],
    "steps": [
        {"say": "1. 실행하기 전에 고르세요.", "at": "/race?v=1&network.depth=9"},
        {"say": "Now the claim.", "at": "/claims?v=1&id=sigmoid-vanishing"},
        {"say": "Look around."},
    ],
}
PLAYGROUND = (
    "#activation=relu&batchSize=10&dataset=circle&regDataset=reg-plane&learningRate=0.03&regularizationRate=0.01"
    "&regularization=L2&noise=10&networkShape=8,4&seed=0.12345&showTestData=false&percTrainData=50&x=true&y=true"
    "&xSquared=true&problem=classification&initZero=false&hideText=false&learningRate_hide=true"
)


SETTLED = """async () => {
  const main = document.getElementById("main");
  const said = () => main.innerText + JSON.stringify([...main.querySelectorAll("input, select")].map((one) => [one.type, one.checked, one.value]));
  let [before, same] = ["", 0];
  for (let k = 0; k < 150 && same < 8; k += 1) {
    await new Promise((done) => setTimeout(done, 100));
    const now = said();
    const there = !main.querySelector(".loading, [role=progressbar]:not([hidden]), [aria-busy=true]") && (document.body.dataset.view !== "race" || main.querySelector(".lane"));
    same = now === before && there ? same + 1 : 0;
    before = now;
  }
  return before;
}"""
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"  # fmt: skip


def flat(value: Any, at: str) -> list[str]:
    """Write a value as addresses have it."""
    if isinstance(value, dict):
        return [part for key, one in value.items() for part in flat(one, f"{at}.{key}")]
    if isinstance(value, list):
        return [part for k, one in enumerate(value) for part in flat(one, f"{at}.{k}")]
    word = str(value).lower() if isinstance(value, bool) else str(value)
    return [
        f"{quote(at)}={quote(chr(39) + word if isinstance(value, str) and word[:1].isdigit() else word)}"
    ]


def lesson_at(lesson: dict[str, Any], place: str = "#/race?v=1&network.depth=9") -> str:
    return "&".join((place, *flat(lesson, "lesson")))


def settled(page: Page, *, wanted: str | None = None, unlike: str | None = None) -> str:
    """Wait until nothing on the page changes any more; return what it says, but for how long something took.

    On a busy machine an answer may be late: what is wanted, or what it must not say any more, is waited for.
    """
    for _ in range(20):
        said = re.sub(r"[\d.]+(?= s\b|초 걸림)", "…", page.evaluate(SETTLED))
        if said != unlike and wanted in (None, said):
            break
    return said


def share(page: Page) -> None:
    """Open the dialog."""
    page.locator(".share").click()
    page.wait_for_selector("dialog.sharing")


def shared(page: Page) -> str:
    """The address that the dialog gives."""
    share(page)
    given = page.locator("#sharing-address").input_value()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.sharing")).to_have_count(0)  # gone a moment after it is closed
    return given


@contextmanager
def other(chromium: Browser, lab: str, **options: Any) -> Iterator[Visitor]:
    """Somebody else, with a browser that knows nothing yet."""
    found = Visitor(chromium, lab, viewport={"width": 1440, "height": 900}, **options)
    try:
        yield found
    finally:
        found.close()


@pytest.mark.slow
@pytest.mark.parametrize("view", STATES)
def test_a_copied_address_shows_the_same_to_somebody_else(
    visitor: Visitor, chromium: Browser, lab: str, view: str
) -> None:
    page = visitor.open(STATES[view], language="ko")
    before = settled(page)
    given = shared(page)
    assert "token" not in given
    assert "lang=ko" in given
    with other(chromium, lab) as guest:
        guest.open()
        guest.page.goto("about:blank")
        guest.page.goto(given)
        guest.page.wait_for_function(f"document.documentElement.dataset.ready === '{view}'")
        assert settled(guest.page, wanted=before) == before
        assert guest.page.evaluate("document.documentElement.lang") == "ko"
        assert address(guest.page) == given
    for setting in STATES[view].partition("v=1&")[2].split("&"):
        assert setting in given, f"{setting} is not in {given}"


@pytest.mark.slow
def test_two_openings_of_one_race_give_the_same_numbers(
    visitor: Visitor, chromium: Browser, lab: str
) -> None:
    page = visitor.open(RACE)
    said = [raced(page)]
    with other(chromium, lab) as guest:
        guest.open()
        guest.page.goto(shared(page))
        guest.page.wait_for_function("document.documentElement.dataset.ready")
        said.append(raced(guest.page))
    assert said[0] == said[1]
    assert said[0].count("\n") > 20


def raced(page: Page) -> str:
    """Twenty epochs, and the losses as the table has them."""
    settled(page)
    for epoch in range(1, 21):
        page.keyboard.press(".")
        page.wait_for_function(
            "epoch => document.querySelector('.epoch strong').textContent === String(epoch)",
            arg=epoch,
        )
    page.keyboard.press("t")
    settled(page)
    return page.locator("#race-tables table").nth(1).inner_text()


def test_language_and_light_are_in_the_link_only_on_wish(visitor: Visitor) -> None:
    page = visitor.open("#/scenes?id=neuron", theme="dark")
    share(page)
    field = page.locator("#sharing-address")
    assert "lang=en" in field.input_value()
    assert "theme" not in field.input_value()
    page.locator("[name=language]").uncheck()
    page.locator("[name=theme]").check()
    expect(field).to_have_value(re.compile("theme=dark"))
    assert "lang" not in field.input_value()


def test_copying_says_so_and_where_it_is_refused_selects(visitor: Visitor) -> None:
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.open("#/scenes?id=neuron")
    share(page)
    copy = page.get_by_role("button", name="Copy: Address of what you see")
    copy.click()
    page.wait_for_function("document.querySelector('.copy button').textContent === 'Copied'")
    given = page.locator("#sharing-address").input_value()
    assert page.evaluate("navigator.clipboard.readText()") == given
    page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"
    )
    copy.click()
    page.get_by_text("The browser does not allow copying here").wait_for()
    assert page.evaluate("getSelection().toString()") == given


@pytest.mark.slow
@pytest.mark.parametrize("view", STATES)
def test_everything_can_be_taken_away_without_asking_another_machine(
    visitor: Visitor, view: str
) -> None:
    page = visitor.open(STATES[view])
    settled(page)
    share(page)
    asked = len(visitor.requests)
    buttons = page.locator(".taking button")
    assert buttons.count() >= 2
    for k in range(buttons.count()):
        name = buttons.nth(k).locator("code").inner_text()
        with page.expect_download() as waiting:
            buttons.nth(k).click()
        found = waiting.value
        assert found.suggested_filename == name
        assert Path(str(found.path())).stat().st_size > 40
    kinds = {url.partition(":")[0] for url in visitor.requests[asked:]}
    assert kinds <= {"blob", "data"}


@pytest.mark.slow
def test_a_teacher_makes_a_lesson_by_keyboard_and_a_pupil_gets_it(  # noqa: PLR0915 - one long story
    visitor: Visitor, chromium: Browser, lab: str, tmp_path: Path
) -> None:
    page = visitor.open("#/race?v=1&network.depth=7")
    settled(page)
    page.locator(".share").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Make a lesson").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.textContent === 'Make a lesson' && document.activeElement.matches('h2')")  # fmt: skip
    for k, words in enumerate(("First sentence", "Second sentence", "Third sentence")):
        page.locator("#lesson-add").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".lesson-steps textarea").nth(k)).to_be_focused()
        page.keyboard.type(words)
    page.get_by_role("button", name="Step 3 up").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.ariaLabel === 'Step 2 up'")
    page.get_by_role("button", name="Remove step 3").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".lesson-steps textarea")).to_have_count(2)
    page.locator("nav [data-view=functions]").click()
    page.wait_for_function("document.documentElement.dataset.ready === 'functions'")
    settled(page)
    page.get_by_role("button", name="Take the present state into step 2").click()
    page.get_by_role("button", name="Go there: the state of step 1").click()
    page.wait_for_function("document.documentElement.dataset.ready === 'race'")
    settled(page)
    page.get_by_label("depth: 7").and_(page.locator("select")).select_option("lock")
    page.locator(".lesson-controls label", has_text="Run").first.locator("select").select_option(
        "hide"
    )
    page.evaluate(DRAWN)  # the address is written with the next frame
    given = page.locator("#lesson-result").input_value()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as a file").click()
    file = tmp_path / "lesson.json"
    waiting.value.save_as(file)
    lesson = json.loads(file.read_text(encoding="utf-8"))["state"]["lesson"]
    assert [step["say"] for step in lesson["steps"]] == ["First sentence", "Third sentence"]
    assert [step["at"].partition("?")[0] for step in lesson["steps"]] == ["/race", "/functions"]
    assert lesson["lock"] == ["race.depth"]
    assert lesson["hide"] == ["race.run"]
    with other(chromium, lab) as pupil:
        pupil.open()
        pupil.page.goto(given)
        pupil.page.wait_for_selector("#lesson")
        expect(pupil.page.locator("#lesson .said")).to_have_text("First sentence")
        pupil.page.wait_for_selector("[data-control='race.run']", state="attached")
        expect(pupil.page.locator("[data-control='race.run']")).to_be_hidden()
        pupil.page.get_by_role("button", name="End the lesson").click()
        forgotten(pupil.page, "lesson")
        share(pupil.page)
        pupil.page.locator("summary", has_text="Open what others shared").click()
        pupil.page.locator("#sharing-file").set_input_files(file)
        pupil.page.wait_for_selector("#lesson")
        expect(pupil.page.locator("#lesson .place")).to_have_text("Lesson · step 1 of 2")


def test_a_draft_of_a_lesson_is_kept_while_the_dialog_is_closed_and_the_page_reloads(
    visitor: Visitor,
) -> None:
    page = visitor.open("#/scenes?id=neuron")
    for _ in range(2):
        share(page)
        page.get_by_role("button", name="Make a lesson").click()
        page.wait_for_selector("#lesson-maker")
        if page.locator(".lesson-steps textarea").count() == 0:
            page.locator("#lesson-add").click()
            expect(page.locator(".lesson-steps textarea")).to_be_focused()
            page.keyboard.type("Keep this")
        expect(page.locator(".lesson-steps textarea")).to_have_value("Keep this")
        page.locator("#lesson-maker").get_by_role("button", name="Close").click()
        page.reload()
        page.wait_for_function("document.documentElement.dataset.ready")


def test_controls_stay_away_and_locked_also_when_the_view_builds_itself_anew(
    visitor: Visitor,
) -> None:
    page = visitor.open(lesson_at({**LESSON, "hide": ["race.deep", "race.lr", "race.drop"]}))
    settled(page)
    run, depth = (
        page.locator("[data-control='race.run']"),
        page.locator("p [data-control='race.depth']"),
    )
    expect(run).to_be_disabled()
    expect(run).to_have_attribute("aria-disabled", "true")
    assert "locked" in run.evaluate("one => getComputedStyle(one, '::after').content")
    assert page.locator("[data-control='race.deep']").is_hidden()
    rate = page.locator("p [data-control='race.lr']")
    assert rate.is_visible()  # a word of the sentence can still be read
    assert rate.is_disabled()
    for key in (" ", "]", "["):
        page.keyboard.press(key)
    depth.evaluate("one => one.click()")
    run.evaluate("one => { one.dispatchEvent(new MouseEvent('click', {bubbles: true})); }")
    assert page.locator(".popover").count() == 0
    expect(page.locator("#spoken")).to_contain_text("This key rests in the lesson")
    page.locator("[data-control='race.clone']").first.click()
    page.locator("[data-control='race.add']").click()  # all lanes are built anew
    page.wait_for_function("document.querySelectorAll('.lane').length === 4")
    drops = page.locator("[data-control='race.drop']")
    expect(drops).to_have_count(4)
    for one in drops.all():
        expect(one).to_be_hidden()
    assert page.locator(".epoch strong").inner_text() == "0"
    page.keyboard.press(".")  # what is not locked works
    page.wait_for_function("document.querySelector('.epoch strong').textContent === '1'")
    assert run.is_disabled()


@pytest.mark.slow
def test_a_lesson_goes_along_from_view_to_view_until_it_is_ended(visitor: Visitor) -> None:
    page = visitor.open(lesson_at(LESSON))
    settled(page)
    expect(page.locator("#lesson .said")).to_have_text("1. 실행하기 전에 고르세요.")
    expect(page.get_by_role("button", name="Back")).to_be_disabled()
    page.get_by_role("button", name="Next").click()
    page.wait_for_function("document.documentElement.dataset.ready === 'claims'")
    expect(page.locator("#lesson .said")).to_have_text("Now the claim.")
    page.locator("nav [data-view=scenes]").click()
    page.wait_for_function("document.documentElement.dataset.ready === 'scenes'")
    expect(page.locator("#lesson .said")).to_have_text("Now the claim.")
    page.keyboard.press("ArrowRight")  # the view writes its own address
    settled(page)
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#lesson .said")).to_have_text("Look around.")
    assert page.evaluate("document.documentElement.dataset.ready") == "scenes"
    page.reload()
    page.wait_for_selector("#lesson")
    expect(page.locator("#lesson .place")).to_have_text("Lesson · step 3 of 3")
    page.get_by_role("button", name="Back").click()
    expect(page.locator("#lesson .place")).to_have_text("Lesson · step 2 of 3")
    page.get_by_role("button", name="Back").click()
    page.wait_for_function("document.documentElement.dataset.ready === 'race'")
    settled(page)
    expect(page.locator("[data-control='race.run']")).to_be_disabled()
    page.get_by_role("button", name="End the lesson").click()
    expect(page.locator("#lesson")).to_have_count(0)
    expect(page.locator("[data-control='race.run']")).to_be_enabled()
    expect(page.locator("[data-control='race.deep']")).to_be_visible()
    forgotten(page, "lesson")
    page.keyboard.press("]")
    page.wait_for_function("location.hash.includes('network.depth=10')")


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("/race?v=1&network.depth=9", "/race?v=1&network.depth=4&seed=3", "4 layers"),
        ("/scenes?v=1&id=neuron", "/scenes?v=1&id=threshold-bias-gate", ""),
        ("/functions?v=1&name=relu", "/functions?v=1&name=elu&parameters.alpha=2", "ELU"),
        ("/space?v=1&depth=2", "/space?v=1&depth=5", ""),
        ("/claims?v=1&id=relu-best", "/claims?v=1&id=dying-relu", ""),
    ],
)
def test_a_step_changes_the_state_of_the_same_view(
    visitor: Visitor, first: str, second: str, said: str
) -> None:
    lesson = {"steps": [{"say": "one", "at": first}, {"say": "two", "at": second}]}
    page = visitor.open(lesson_at(lesson, f"#{first}"))
    before = settled(page)
    page.get_by_role("button", name="Next").click()
    addressed(page, f"#{second}&lesson.")
    after = settled(page, unlike=before)
    assert after != before
    assert said.lower() in after.lower()
    assert page.evaluate("location.hash").startswith(f"#{second}&lesson.")
    assert page.evaluate("location.hash").endswith("&lesson.step=1")
    page.get_by_role("button", name="Back").click()
    assert settled(page, wanted=before) == before


def test_a_pupil_cannot_end_a_fixed_lesson_but_language_and_light_stay_free(
    visitor: Visitor,
) -> None:
    page = visitor.open(lesson_at({**LESSON, "fixed": True, "hide": ["shell.share", "race.deep"]}))
    settled(page)
    assert page.get_by_role("button", name="End the lesson").count() == 0
    page.get_by_role("button", name="한국어").click()
    expect(page.locator("#lesson .place")).to_have_text("수업 · 3단계 가운데 1단계")
    page.keyboard.press("d")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    share(page)
    assert page.get_by_role("button", name="수업 만들기").count() == 0


@pytest.mark.slow
def test_every_control_of_the_keys_stands_in_its_view(visitor: Visitor) -> None:
    places = [*STATES.values(), "#/claims", "#/functions?name=softmax", "#/scenes?id=from-scratch"]
    found: dict[str, set[str]] = {}
    for place in places:
        page = visitor.open(place)
        settled(page)
        ids = "[...document.querySelectorAll('#main [data-control]')].map((one) => one.dataset.control)"
        found.setdefault(page.evaluate("document.body.dataset.view"), set()).update(
            page.evaluate(ids)
        )
    page = visitor.page
    keys = page.evaluate("import('/page/core/lesson-keys.js').then((one) => one.KEYS)")
    for view, entries in keys.items():
        for names, controls in entries:
            plain = {
                ".".join((one.split(".")[0], one.split(".")[-1])) if view == "scenes" else one
                for one in found[view]
            }
            assert plain & set(controls), (
                f"{view}: {names} stand for {controls}, which is not there"
            )


@pytest.mark.slow
def test_a_link_of_the_playground_opens_as_a_race_and_says_what_is_different(
    visitor: Visitor,
) -> None:
    page = visitor.open(PLAYGROUND)
    said = settled(page)
    addressed(page, "#/race?")
    note = page.locator("#playground")
    for words in ("8, 4 became 6 units", "x²", "L2 with rate 0.01", "75 %", "cross-entropy"):
        assert words in note.inner_text()
    assert "2 layers of 6 units" in said
    assert page.locator(".lane").count() == 1
    assert page.locator(
        "p [data-control='race.lr']"
    ).is_disabled()  # hidden there: only to be read here
    page.get_by_role("button", name="한국어").click()
    expect(note).to_contain_text("층마다 유닛을 6개")
    assert visitor.violations() == []
    page.keyboard.press(".")
    page.wait_for_function("document.querySelector('.epoch strong').textContent === '1'")
    page.locator("nav [data-view=scenes]").click()
    page.wait_for_function("document.documentElement.dataset.ready === 'scenes'")
    expect(note).to_have_count(0)


@pytest.mark.slow
def test_what_was_pasted_is_opened_or_refused_in_a_sentence(visitor: Visitor) -> None:
    page = visitor.open("#/scenes?id=neuron")
    share(page)
    page.locator("summary", has_text="Open what others shared").click()
    page.locator("#sharing-open").fill("https://example.org/")
    page.keyboard.press("Enter")
    page.get_by_text("This is no address of a lab").wait_for()
    page.locator("#sharing-file").set_input_files(
        {"name": "x.json", "mimeType": "application/json", "buffer": b"[1]"}
    )
    page.get_by_text("This file was not saved by the lab").wait_for()
    page.locator("#sharing-open").fill(
        "http://127.0.0.1:1/?lang=ko#/race?v=1&network.depth=3&lanes.0.activation=tanh"
    )
    page.keyboard.press("Enter")
    page.wait_for_function("document.documentElement.dataset.ready === 'race'")
    assert "3 layers" in settled(page)
    expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("ko", "dark")])
@pytest.mark.parametrize("width", [1440, 390])
def test_dialogs_and_lessons_shut_nobody_out(
    chromium: Browser, lab: str, language: str, theme: str, width: int
) -> None:
    guest = Visitor(chromium, lab, viewport={"width": width, "height": 844})
    page = guest.open(lesson_at(LESSON), language=language, theme=theme)
    settled(page)
    assert guest.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    share(page)
    for summary in page.locator("dialog.sharing summary").all():
        summary.click()
    assert guest.violations() == []
    wide = "document.querySelector('dialog.sharing').scrollWidth - document.querySelector('dialog.sharing').clientWidth"
    assert page.evaluate(wide) <= 0
    page.locator("dialog.sharing section button:not(.quiet, .copy *, .taking *)").click()
    page.locator("#lesson-add").click()
    settled(page)
    assert guest.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    guest.close()


@pytest.mark.slow
def test_the_lab_works_within_a_small_frame_of_another_page(chromium: Browser) -> None:
    with page_elsewhere() as (origin, show):
        desks = {"desks": DESKS, "words": WORDS}
        with running(gate={"embed": (origin,)}, **desks) as lab:
            show(f"{lab.origin}/?embed=1&lang=ko&token={TOKEN}{RACE}")
            guest = Visitor(chromium, lab.origin, viewport={"width": 360, "height": 560})
            guest.page.goto(origin)
            frame = guest.page.frame_locator("iframe")
            frame.locator(".lane").nth(2).wait_for()
            expect(frame.locator("#bar")).to_be_hidden()
            assert frame.locator("html").evaluate("one => one.scrollWidth") <= 320
            frame.get_by_role("button", name="실행").click()
            frame.locator(".epoch strong", has_text="5").wait_for()
            frame.get_by_role("button", name="멈춤").click()
            foot = frame.locator("#foot")
            expect(foot.locator("[data-lang=ko]")).to_have_attribute("aria-pressed", "true")
            foot.locator("[data-lang=en]").click()
            expect(foot.locator("[data-lang=en]")).to_have_attribute("aria-pressed", "true")
            frame.get_by_role("button", name="Run").wait_for()
            foot.get_by_role("button", name="Share").click()
            given = frame.locator("#sharing-address").input_value()
            assert "token" not in given
            assert "embed" not in given
            frame.get_by_role("button", name="Close").click()
            whole = foot.get_by_role("link", name="Open the whole lab")
            whole.focus()
            assert "embed" not in (whole.get_attribute("href") or "")
            with guest.context.expect_page() as waiting:
                whole.click()
            waiting.value.wait_for_function("document.documentElement.dataset.ready === 'race'")
            forgotten(waiting.value, "token")
            expect(waiting.value.locator("#bar")).to_be_visible()
            waiting.value.close()
            guest.close()


@contextmanager
def page_elsewhere() -> Iterator[tuple[str, Any]]:
    """A page on another port that shows something in a frame."""
    shown = [""]

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            frame = f'<iframe src="{shown[0].replace("&", "&amp;")}" width="320" height="480" title="lab"></iframe>'
            icon = '<link rel="icon" href="data:,">'
            told = f'<!doctype html><html lang="en"><title>t</title>{icon}{frame}</html>'.encode()
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""
            del format, args

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", lambda at: shown.__setitem__(0, at)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
