"""The race as its visitors run it: by mouse, by keyboard, on a phone, and taken home."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lab.visitor import WAIT, Visitor, addressed, hash_of
from playwright.sync_api import expect

from livegrad.lab.desk import Given
from livegrad.lab.race.reading import setup_in
from livegrad.lab.race.track import Track

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

LANES = ("sigmoid", "tanh", "relu")
EIGHT = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu")
DEEP = "&".join(f"lanes.{k}.activation={name}" for k, name in enumerate(EIGHT))
POINTS = 188  # of the usual 250, the rest is held back
OPEN = """count => document.querySelectorAll(".lane").length === count
  && [...document.querySelectorAll(".lane canvas.ladder")].every((one) => one.getAttribute("aria-label"))"""
RESTS = """epoch => document.querySelector(".epoch .number").textContent === epoch
  && document.querySelector(".race-controls > .tiny").textContent.match(/exact|정확/)"""


def opened(visitor: Visitor, place: str, lanes: int, language: str = "en") -> Page:
    """Open a race and wait until its lanes stand."""
    page = visitor.open(place, language=language)
    page.wait_for_function(OPEN, arg=lanes, timeout=WAIT)
    return page


def control(page: Page, name: str) -> Locator:
    return page.locator(f'[data-control="race.{name}"]')


def rests(page: Page, epoch: int) -> None:
    """Wait until the race stands still at an epoch with exact numbers."""
    page.wait_for_function(RESTS, arg=f"{epoch:,}", timeout=WAIT)


def run_to(page: Page, epoch: int, speed: int = 0) -> None:
    page.get_by_label("to", exact=True).fill(str(epoch))
    page.keyboard.press("Tab")
    page.locator(f'[data-speed="{speed}"]').click()
    control(page, "run").click()
    rests(page, epoch)


def pressed(page: Page, letter: str) -> None:
    """Press a key that no Latin keyboard has."""
    page.locator("body").dispatch_event("keydown", {"key": letter, "bubbles": True})


def names(page: Page) -> list[str]:
    return page.locator(".lane .name").all_inner_texts()


def losses(page: Page) -> list[str]:
    """What is said of each lane's loss, in words."""
    return [str(one.get_attribute("aria-label")) for one in page.locator("canvas.loss").all()]


def numbers(page: Page) -> list[list[str]]:
    """All digits of a lane's card: losses, scores, ladder."""
    found = zip(losses(page), page.locator(".lane").all_inner_texts(), strict=True)
    return [re.findall(r"[\d.,]+", f"{loss} {card}") for loss, card in found]


def expected(epochs: int, **setup: object) -> list[tuple[float, float]]:
    """Loss and accuracy of each lane, from the race without a page."""
    track = Track(setup_in(Given({"lanes": [{"activation": name} for name in LANES]} | setup)))
    track.advance(epochs)
    return [(float(lane.history.curve[-1, 0][0]), float(lane.history.curve[-1, 0][2])) for lane in track.lanes]  # fmt: skip


def test_it_opens_with_a_question_and_theory_and_one_step_gives_exact_numbers(
    visitor: Visitor,
) -> None:
    page = opened(visitor, "#/race", 3)
    assert tuple(names(page)) == LANES
    assert page.locator("h1").inner_text().endswith("Which lane is first to 95 %?")
    for name, lane in zip(LANES, page.locator(".lane").all(), strict=True):
        assert re.search(r"Theory: layer 1 will get 1 part in [\d.,]+\.", lane.inner_text())
        assert lane.get_by_role("radio", name=f"{name} comes first").is_visible()
        assert not re.search(r"\d %\s", lane.locator(".scores").inner_text().split("epoch")[1])
    page.get_by_role("radio", name="tanh comes first").check()
    control(page, "step").click()
    rests(page, 1)
    assert f"exact, on all {POINTS} points" in page.locator(".race-controls").inner_text()
    for (loss, score), said, lane in zip(
        expected(1), losses(page), page.locator(".lane").all(), strict=True
    ):
        shown = re.search(r"now ([\d.]+) at epoch 1$", said)
        assert shown
        assert float(shown[1]) == pytest.approx(loss, rel=6e-3)
        assert f"{100 * score:.1f} %" in lane.locator(".scores").inner_text()
        assert re.search(r"Layer 1 gets .+ of the gradient of layer 6", lane.inner_text())
        assert lane.get_by_role("radio").count() == 0  # too late to guess


def test_it_stops_where_it_was_told_and_the_same_start_is_the_same(visitor: Visitor) -> None:
    page = opened(visitor, "#/race", 3)
    run_to(page, 120, speed=100)
    expect(control(page, "run")).to_have_text("Run")
    first = losses(page)
    scores = page.locator(".lane .scores").all_inner_texts()
    assert all("at epoch 120" in said for said in first)
    control(page, "same").click()
    page.wait_for_function("document.querySelector('.epoch .number').textContent === '0'")
    run_to(page, 120)
    assert losses(page) == first
    assert page.locator(".lane .scores").all_inner_texts() == scores
    assert control(page, "seed").inner_text() == "21"
    control(page, "fresh").click()
    page.wait_for_function("document.querySelector('[data-control=\"race.seed\"]').textContent === '22'")  # fmt: skip
    run_to(page, 120)
    assert losses(page)[1:] != first[1:]
    assert not set(losses(page)[1:]) & set(first[1:])  # the sigmoid stays at log 2 from any start


def test_the_podium_answers_the_guess(visitor: Visitor) -> None:
    page = opened(visitor, "#/race", 3)
    page.keyboard.press("p")
    page.keyboard.press("ArrowDown")  # from sigmoid, which is chosen first, to tanh
    run_to(page, 60)
    home = {name: k for name, k in zip(LANES, page.locator(".homed dd").all_inner_texts(), strict=True) if k != "–"}  # fmt: skip
    best = min(home, key=lambda name: int(home[name]))
    assert page.locator(".podium .who").first.inner_text() == best == "tanh"
    assert f"{best} is home at epoch {home[best]}" in page.locator("h1").inner_text()
    expect(page.locator(".podium li").first).to_contain_text("your guess")
    assert "Press Verdict" in page.locator(".podium").inner_text()


def test_a_lane_is_cloned_with_another_init_by_keyboard(visitor: Visitor) -> None:
    page = opened(visitor, "#/race", 3)
    page.get_by_role("button", name="Another lane like sigmoid").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.dataset.control === 'race.clone-what'")
    page.keyboard.press("w")  # the letters of a word choose it: weights at the start
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.control") == "race.clone-init"
    page.keyboard.press("h")  # He
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function(OPEN, arg=4, timeout=WAIT)
    lane = page.locator(".lane").nth(3)
    assert re.search(r"\bhe, not glorot", lane.locator("header").inner_text(), re.IGNORECASE)
    page.wait_for_function("document.activeElement.closest('.lane h2') !== null")  # the new lane
    promised = page.locator(".lane .words").all_inner_texts()
    assert promised[3] != promised[0]
    addressed(page, "lanes.3.init=he")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("^Remove the lane sigmoid")).last.click()
    page.wait_for_function(OPEN, arg=3, timeout=WAIT)
    assert tuple(names(page)) == LANES


def test_a_lane_that_diverges_says_where_and_why_and_its_cure_races(visitor: Visitor) -> None:
    page = opened(
        visitor, "#/race?lanes.0.activation=leaky_relu&lanes.0.lr=30&lanes.1.activation=tanh", 2
    )
    page.get_by_label("to", exact=True).fill("40")
    control(page, "run").click()
    page.wait_for_selector(".lane .stopped button", timeout=WAIT)
    rests(page, 40)
    ill, well = page.locator(".lane").all()
    assert "diverged" in ill.locator(".badge").inner_text()
    said = ill.locator(".stopped p").inner_text()
    assert re.search(r"[Ll]ayer \d", said), said
    assert re.search(r"epoch \d", said), said
    assert re.search(r"rate × gradient \(.+\) was .*\d.* the size of the weights", said), said
    assert well.locator(".stopped").is_hidden()
    ill.locator(".stopped button").click()
    page.wait_for_function(OPEN, arg=3, timeout=WAIT)
    page.wait_for_function(
        "document.querySelectorAll('canvas.loss')[2].getAttribute('aria-label').endsWith('epoch 40')"
    )
    cured = page.locator(".lane").nth(2)
    assert cured.locator(".stopped").is_hidden()
    assert re.search(r"[\d.]+ %", cured.locator(".scores").inner_text())


def test_deep_sigmoid_is_diagnosed_and_a_cure_opens_a_lane(visitor: Visitor) -> None:
    page = opened(visitor, "#/race?network.depth=12&lanes.0.activation=sigmoid", 1)
    run_to(page, 40)
    page.wait_for_selector(".finding", timeout=WAIT)
    finding = page.locator(".finding", has_text="vanishing gradient").first
    assert re.search(r"1 part in [\d,]+", finding.locator(".seen").inner_text())
    assert not finding.locator("details p").first.is_visible()
    finding.locator("summary").click()
    expect(finding.locator("details p").first).to_be_visible()
    assert visitor.violations() == []
    cure = finding.locator('[data-control="race.cure"]').first
    wanted = cure.inner_text()
    cure.click()
    page.wait_for_function(OPEN, arg=2, timeout=WAIT)
    rests(page, 40)
    expect(page.locator(".lane.chosen h2")).to_have_text(names(page)[1])
    assert "tanh" in wanted
    assert names(page)[1].startswith("tanh")


def test_the_verdict_of_32_starts_has_an_interval_and_a_sentence(visitor: Visitor) -> None:
    page = opened(visitor, "#/race", 3)
    page.keyboard.press("v")
    page.keyboard.press("Enter")  # the button that runs has the focus
    page.wait_for_selector("dialog.verdict table", timeout=WAIT)
    dialog = page.locator("dialog.verdict")
    said = dialog.inner_text()
    took = re.search(r"32 starts of 100 epochs in ([\d.]+) s", said)
    assert took
    assert float(took[1]) < 60  # two on a machine that has nothing else to do
    sentence = dialog.locator(".verdict-sentence").inner_text()
    assert any(name in sentence for name in LANES), sentence
    rows = [row.split("\t") for row in dialog.locator("table").first.locator("tbody tr").all_inner_texts()]  # fmt: skip
    assert {row[0].strip() for row in rows} == set(LANES)
    widths = list[float]()
    for row in rows:
        mean, low, high = (float(x) for x in re.findall(r"([\d.]+) %", " ".join(row))[:3])
        assert low <= mean <= high
        widths.append(high - low)
        assert re.search(r"\d+ / 32", " ".join(row))
    assert max(widths) > 0
    assert sentence in str(dialog.locator("canvas").get_attribute("aria-label"))
    assert visitor.violations() == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_points_are_painted_by_keyboard_and_raced(visitor: Visitor) -> None:
    page = opened(visitor, "#/race?network.depth=2", 3)
    control(page, "data").focus()
    page.keyboard.press("Enter")
    plane = page.get_by_role("application")
    plane.focus()
    race = control(page, "use-points")
    for side, key in (("ArrowLeft", "1"), ("ArrowRight", "2")):
        for _ in range(4):
            page.keyboard.press(f"Shift+{side}")
        for _ in range(12):
            page.keyboard.press("ArrowUp")
            page.keyboard.press(key)
        (expect(race).to_be_disabled if key == "1" else expect(race).to_be_enabled)()
        for _ in range(12):
            page.keyboard.press("ArrowDown")
        for _ in range(4):
            page.keyboard.press(f"Shift+{'ArrowRight' if key == '1' else 'ArrowLeft'}")
    page.keyboard.press("Backspace")
    expect(page.locator("dialog.data [role=status]")).to_contain_text("23 points")
    assert visitor.violations() == []
    race.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.data", state="detached", timeout=WAIT)
    expect(control(page, "data")).to_have_text("your points")
    expect(control(page, "points")).to_have_text("23")
    control(page, "step").click()
    page.wait_for_function("document.querySelector('.epoch .number').textContent === '1'")
    addressed(page, "data.points=p")


def test_a_pasted_table_races_or_is_refused_in_a_sentence(visitor: Visitor) -> None:
    page = opened(visitor, "#/race?network.depth=2", 3)
    control(page, "data").click()
    field = page.get_by_role("textbox", name="Table with commas")
    refused = page.locator("dialog.data .refused")
    assert refused.is_hidden()
    good = [f"{k / 10:.1f},{(k * k) % 7 / 3:.2f},{'red' if k < 20 else 'blue'}" for k in range(40)]
    field.fill("\n".join(["x,y,label", *good, "4.1,2.2,quatsch,blue"]))
    control(page, "use-csv").click()
    refused.wait_for(timeout=WAIT)
    assert "4 fields in line 42" in refused.inner_text()
    expect(refused).to_have_attribute("role", "alert")
    assert "quatsch" in field.input_value()  # nothing of it was lost
    field.fill("\n".join(["x,y,label", *good, "4.1,quatsch,blue"]))
    control(page, "use-csv").click()
    page.wait_for_selector("dialog.data", state="detached", timeout=WAIT)
    expect(control(page, "data")).to_have_text("your table")
    expect(control(page, "points")).to_have_text("41")
    assert "'quatsch'" in page.locator(".head").inner_text()  # what was made of it is said
    run_to(page, 20)


def test_the_address_holds_the_whole_race(visitor: Visitor, chromium: Browser) -> None:
    place = (
        "#/race?network.depth=4&seed=7&data.noise=0.1&data.scale.0=2&data.scale.1=1&training.lr=0.1&speed=100&lane=1&layer=3"
        "&until=30&lanes.0.activation=elu(alpha=0.5)&lanes.1.activation=tanh&lanes.1.init=he&lanes.2.activation=tanh&lanes.2.norm=batch"
    )
    page = opened(visitor, place, 3)
    page.get_by_role("radio").nth(2).check()
    control(page, "run").click()
    rests(page, 30)
    other = Visitor(chromium, visitor.address, viewport={"width": 1440, "height": 900})
    again = opened(other, hash_of(page), 3)
    assert again.get_by_role("radio").nth(2).is_checked()
    assert again.locator(".setup").inner_text() == page.locator(".setup").inner_text()
    assert again.locator(".lane.chosen h2").inner_text() == names(page)[1]
    assert again.locator(".layer-head").inner_text() == page.locator(".layer-head").inner_text()
    assert again.locator('[data-speed="100"]').get_attribute("aria-pressed") == "true"
    control(again, "run").click()  # to 30, as the address says
    rests(again, 30)
    assert numbers(again) == numbers(page)
    other.close()


def test_a_switch_of_language_keeps_everything(visitor: Visitor) -> None:
    page = opened(visitor, "#/race", 3)
    run_to(page, 30)
    before = numbers(page)
    page.keyboard.press("l")
    rests(page, 30)
    page.wait_for_function("document.querySelector('canvas.loss').getAttribute('aria-label').match(/[가-힣]/)")  # fmt: skip
    said = page.locator("main").inner_text()
    assert "에폭" in said
    assert "정확한 값" in said
    pressed(page, "ㅣ")  # the key of l in the Korean layout
    page.wait_for_function("document.querySelector('canvas.loss').getAttribute('aria-label').startsWith('Loss')")  # fmt: skip
    assert numbers(page) == before


def test_eight_lanes_of_100_layers_stand_and_tell_every_rung(visitor: Visitor) -> None:
    page = visitor.open(f"#/race?network.depth=100&{DEEP}")
    page.keyboard.press(".")  # a step, while the race is still being opened: it is not lost
    page.wait_for_function(OPEN, arg=8, timeout=WAIT)
    assert page.locator(".race").get_attribute("data-dense") == "true"
    rests(page, 1)
    assert "100" in page.locator(".setup").inner_text()
    for name, rungs in zip(EIGHT, page.locator("canvas.ladder").all(), strict=True):
        said = str(rungs.get_attribute("aria-label"))
        assert said.startswith(f"Gradient ladder of {name}, 100 layers.")
    page.locator(".lane .name").first.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("document.querySelectorAll('.at-cursor')[7].textContent.includes('layer 2,')")  # fmt: skip
    page.keyboard.press("t")
    table = page.get_by_role("region", name="Gradient by layer, last hidden layer = 1").locator(
        "tbody tr"
    )
    expect(table).to_have_count(100)
    assert [row.locator("th").inner_text() for row in (table.first, table.last)] == ["1", "100"]
    assert table.first.locator("td").count() == 16
    assert page.get_by_role("button", name="Add a lane", exact=True).is_disabled()


def test_units_are_told_by_name_and_enlarged_by_keyboard(visitor: Visitor) -> None:
    page = opened(visitor, "#/race", 3)
    control(page, "step").click()
    rests(page, 1)
    page.keyboard.press("2")
    page.wait_for_function("document.querySelector('.inspector h2').textContent === 'tanh'")
    tile = page.get_by_role("button", name="layer 1, unit 1, alive")
    tile.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Layer 2, unit 2")
    expect(dialog).to_contain_text("alive")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    said = str(page.locator("canvas.histogram").get_attribute("aria-label"))
    assert re.search(r"Inputs of layer 1, from -[\d.]+ to [\d.]+; \d+ %", said)


def test_numbers_and_a_script_can_be_taken_home(visitor: Visitor, tmp_path: Path) -> None:
    page = opened(visitor, "#/race", 3)
    run_to(page, 12)
    page.locator('[data-control="shell.share"]').click()
    content = dict[str, str]()
    for file in (
        "livegrad-race.csv",
        "livegrad-race.py",
        "livegrad-race.ipynb",
        "livegrad-ladders.svg",
    ):
        with page.expect_download() as download:
            page.get_by_role("button", name=file).click()
        to = tmp_path / file
        download.value.save_as(to)
        content[file] = to.read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(content["livegrad-race.csv"])))
    final = [row for row in rows if "12" in row and any(name in row for name in LANES)]
    assert {name for row in final for name in row if name in LANES} == set(LANES)
    script = ast.parse(content["livegrad-race.py"])
    imported = {name.name for node in ast.walk(script) if isinstance(node, ast.Import) for name in node.names}  # fmt: skip
    assert {"torch", "numpy"} <= imported
    assert "livegrad" not in imported
    assert json.loads(content["livegrad-race.ipynb"])["nbformat"] >= 4
    assert content["livegrad-ladders.svg"].count("<svg") == 1
    assert "seed 21" in content["livegrad-ladders.svg"]  # the set-up is printed on it


def test_it_fits_a_phone_and_runs_there(phone: Visitor) -> None:
    page = opened(phone, "#/race", 3, language="ko")
    control(page, "step").tap()
    rests(page, 1)
    pressed(page, "ㅍ")  # the key of v in the Korean layout
    expect(page.locator("dialog.verdict")).to_be_visible()
    assert phone.violations() == []
    page.keyboard.press("Escape")
    control(page, "add-lane").tap()
    box = page.locator(".popover").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_the_address_asks_wrongly_is_said_and_there_is_a_way_on(visitor: Visitor) -> None:
    page = visitor.open("#/race?network.depth=1000")
    page.wait_for_selector(".complaint", timeout=WAIT)
    assert "100" in page.locator(".complaint").inner_text()
    control(page, "usual").click()
    page.wait_for_function(OPEN, arg=3, timeout=WAIT)
